//! What a browser kept for a page, which another version or another hand may have written.

use banter_protocol::{
    crypto::{Identity, Invite, StretchedPassphrase},
    engine::{
        Engine, Input, Intent, JoinIntent, KnownPerson, LockRecord, MoveInvite, Presence,
        RoomIntent, SocketEvent, SocketId, StoredMessage, TabKeys,
    },
    ids::PeerId,
    time::Timestamp,
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use super::text;

/// An object with what a tab keeps under different names; a page begins with it.
pub(super) fn stored(data: &[u8]) {
    let Ok(all) = serde_json::from_str::<Value>(&text(data)) else {
        return;
    };
    let bytes: Option<[u8; 32]> = read(&all, "passphrase");
    let intent = JoinIntent {
        invite: Invite::open("tea".parse().unwrap()).unwrap(),
        passphrase: bytes.map(StretchedPassphrase::from_bytes),
        identity: Identity::from_seed(&[1; 32]),
        people: each::<KnownPerson>(&all, "people"),
        keys: read::<TabKeys>(&all, "keys"),
        lock: read::<LockRecord>(&all, "lock"),
        moves: each::<MoveInvite>(&all, "moves"),
        presence: read::<Presence>(&all, "presence"),
        name: "Ada".parse().unwrap(),
        peer_id: read::<PeerId>(&all, "peerId"),
        resume: read::<String>(&all, "resume"),
        history: each::<StoredMessage>(&all, "history"),
    };
    let mut engine = Engine::new([1; 32]);
    let mut now = Timestamp::from_millis(1_000);
    engine.handle(now, Input::Intent(Intent::Join(Box::new(intent))));
    let joined = r#"{"type":"room_joined","roomId":"tea","peers":[],"iceServers":[],"resume":"r"}"#;
    let say = RoomIntent::Send {
        text: "hello".parse().unwrap(),
        timestamp: now,
    };
    let more = [
        Input::Socket(SocketId(0), SocketEvent::Opened),
        Input::Socket(SocketId(1), SocketEvent::Opened),
        Input::Socket(SocketId(0), SocketEvent::Frame(joined.to_owned())),
        Input::Socket(SocketId(1), SocketEvent::Frame(joined.to_owned())),
        Input::Intent(Intent::Room("tea".parse().unwrap(), say)),
        Input::Wake,
        Input::PageHidden,
    ];
    for input in more {
        now = engine.poll_timeout().unwrap_or(now).max(now);
        engine.handle(now, input);
        let effects = std::iter::from_fn(|| engine.poll_effect());
        // As many as there are messages, at most: each may be told and kept.
        assert!(effects.take(4 * data.len() + 200).count() < 4 * data.len() + 200);
    }
}

/// What is read is written so that it is read as the same.
fn read<T: DeserializeOwned + Serialize>(all: &Value, name: &str) -> Option<T> {
    let read: T = serde_json::from_value(all.get(name)?.clone()).ok()?;
    let written = serde_json::to_value(&read).unwrap();
    let again: T = serde_json::from_value(written.clone()).unwrap();
    assert_eq!(serde_json::to_value(&again).unwrap(), written);
    Some(read)
}

fn each<T: DeserializeOwned + Serialize>(all: &Value, name: &str) -> Vec<T> {
    let values = all.get(name).and_then(Value::as_array);
    let values = values.into_iter().flatten();
    values
        .filter_map(|value| read(&serde_json::json!({ "one": value }), "one"))
        .collect()
}
