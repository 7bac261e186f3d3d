//! What everybody in a room has in common.

use banter_protocol::crypto::{
    Invite, InviteSecret, RoomSecret, SecureRandom, StretchedPassphrase,
};
use serde_json::{Value, json};

use super::cast::{bytes, hex, room, text};

pub(super) fn random_stream(input: &Value) -> Value {
    let mut random = SecureRandom::new(bytes(&input["seed"]));
    let mut draw = |length| match length {
        4 => hex(&random.bytes::<4>()),
        16 => hex(&random.bytes::<16>()),
        24 => hex(&random.bytes::<24>()),
        32 => hex(&random.bytes::<32>()),
        70 => hex(&random.bytes::<70>()),
        other => panic!("no draw of {other} bytes"),
    };
    let lengths = input["lengths"].as_array().unwrap();
    let drawn: Vec<String> = lengths
        .iter()
        .map(|length| draw(length.as_u64().unwrap()))
        .collect();
    json!({ "drawn": drawn })
}

pub(super) fn invite(input: &Value) -> Value {
    let secret = bytes(&input["secret"]);
    let invite = Invite::generate(bytes(&input["id"]), secret);
    let stretched = input["passphrase"].as_str().map(|passphrase| {
        StretchedPassphrase::stretch(passphrase, &RoomSecret::new(secret)).unwrap()
    });
    let invite = match &stretched {
        Some(stretched) => invite.guarded_by(stretched),
        None => invite,
    };
    let read: InviteSecret = invite.fragment()[1..].parse().unwrap();
    assert_eq!(Some(&read), invite.secret());
    assert!(read.is_opened_by(stretched.as_ref()));
    json!({
        "roomId": text(&json!(invite.room())),
        "fragment": invite.fragment(),
        "stretched": stretched.map(|stretched| hex(stretched.as_bytes())),
    })
}

pub(super) fn room_keys(input: &Value) -> Value {
    let room = room(input);
    json!({
        "announce": hex(room.announce_key()),
        "pair": hex(room.pair_secret()),
        "tag": hex(room.tag()),
    })
}
