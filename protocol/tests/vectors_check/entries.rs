//! What is said, signed.

use banter_protocol::{
    crypto::entry::{EntryContent, LogEnd},
    time::Timestamp,
};
use serde_json::{Value, json};

use super::cast::{hex, identity, room, session, text};

pub(super) fn entries(input: &Value) -> Value {
    let (author, session, room) = (identity(input).key(), session(input), room(input));
    let mut log = LogEnd::default();
    let said = input["said"].as_array().unwrap();
    let entries: Vec<Value> = said
        .iter()
        .map(|said| {
            log.witness(said["witnessed"].as_u64().unwrap());
            let content = EntryContent::ChatMessage {
                id: text(&said["id"]).parse().unwrap(),
                text: text(&said["text"]).parse().unwrap(),
            };
            let time = Timestamp::from_millis(said["time"].as_u64().unwrap());
            let entry = log.append((author, &session), content.clone(), time, room.tag());
            let verified = entry.verify(&author, &session.key(), room.tag()).unwrap();
            assert_eq!(verified.content, content);
            json!({ "text": entry.text, "signature": entry.signature, "hash": hex(&entry.hash()) })
        })
        .collect();
    json!({ "entries": entries })
}
