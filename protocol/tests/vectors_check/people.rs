//! Who somebody is, and how people make sure of each other.

use banter_protocol::crypto::{
    Announcement, IdentityKey, SafetyNumber, SecureRandom,
    emoji::{Comparison, Share, commitment, opens},
};
use serde_json::{Value, json};

use super::cast::{Tab, bytes, hex, identity, peer, room, session};

pub(super) fn certificate(input: &Value) -> Value {
    let (identity, session) = (identity(input), session(input));
    json!({
        "identity": identity.key(),
        "session": session.key(),
        "certificate": hex(&identity.certify(&session.key(), peer(input), room(input).tag())),
    })
}

pub(super) fn announcement(input: &Value) -> Value {
    let room = room(input);
    let announcement = Tab::read(&input["tab"], &room).announcement;
    let mut random = SecureRandom::new(bytes(&input["nonceSeed"]));
    let sealed = announcement.seal(&room, &mut random);
    assert_eq!(
        Announcement::open(&sealed, &room).as_ref(),
        Some(&announcement)
    );
    json!({
        "epochKey": hex(&announcement.epoch_key),
        "announcement": hex(announcement.as_bytes()),
        "sealed": sealed,
    })
}

pub(super) fn safety_number(input: &Value) -> Value {
    let keys: Vec<IdentityKey> = input["identitySeeds"]
        .as_array()
        .unwrap()
        .iter()
        .map(|seed| identity(&json!({ "identitySeed": seed })).key())
        .collect();
    let number = SafetyNumber::of(&keys[0], &keys[1]);
    json!({ "identities": keys, "digits": number.digits() })
}

pub(super) fn emoji(input: &Value) -> Value {
    let side = |side: &str| -> (IdentityKey, Share) {
        let side = &input[side];
        (identity(side).key(), bytes(&side["share"]))
    };
    let comparison = Comparison {
        export: bytes(&input["export"]).into(),
        first: side("first"),
        second: side("second"),
    };
    let committed = commitment(&comparison.first.1);
    assert!(opens(&committed, &comparison.first.1));
    let shown = comparison.emoji();
    json!({
        "commitment": hex(&committed),
        "bits": hex(&comparison.bits().to_be_bytes()),
        "pictures": shown.map(|emoji| emoji.picture),
        "names": shown.map(|emoji| emoji.name),
    })
}
