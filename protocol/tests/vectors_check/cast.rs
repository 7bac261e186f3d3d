//! Who and what the vectors are about, read from JSON.

use banter_protocol::{
    crypto::{
        Announcement, Identity, Invite, InviteSecret, RoomKeys, RoomSecret, Session,
        StretchedPassphrase, epoch::EpochSecret,
    },
    ids::PeerId,
};
use serde_json::Value;

/// A tab with its keys.
pub(super) struct Tab {
    pub(super) secret: EpochSecret,
    pub(super) announcement: Announcement,
}

impl Tab {
    pub(super) fn read(tab: &Value, room: &RoomKeys) -> Self {
        let secret = EpochSecret::new(bytes(&tab["epochSecret"]));
        let epoch = u32::try_from(tab["epoch"].as_u64().unwrap()).unwrap();
        let announcement = Announcement::sign(
            room,
            (&identity(tab), &session(tab)),
            peer(tab),
            (epoch, secret.public()),
            text(&tab["name"]).parse().unwrap(),
        );
        Self {
            secret,
            announcement,
        }
    }
}

pub(super) fn identity(of: &Value) -> Identity {
    Identity::from_seed(&bytes(&of["identitySeed"]))
}

pub(super) fn session(of: &Value) -> Session {
    Session::from_seed(&bytes(&of["sessionSeed"]))
}

pub(super) fn peer(of: &Value) -> PeerId {
    text(&of["peerId"]).parse().unwrap()
}

/// The keys of `input["room"]`.
pub(super) fn room(input: &Value) -> RoomKeys {
    let room = &input["room"];
    let id = text(&room["roomId"]).parse().unwrap();
    let stretched = Some(&room["stretched"])
        .filter(|stretched| !stretched.is_null())
        .map(|stretched| StretchedPassphrase::from_bytes(bytes(stretched)));
    let invite = if room["secret"].is_null() {
        Invite::open(id)
    } else {
        let secret = RoomSecret::new(bytes(&room["secret"]));
        Invite::private(id, InviteSecret::new(secret))
    };
    RoomKeys::derive(&invite.unwrap(), stretched.as_ref())
}

pub(super) fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

/// So many bytes from hexadecimal.
pub(super) fn bytes<const N: usize>(value: &Value) -> [u8; N] {
    let text = text(value);
    assert_eq!(text.len(), 2 * N, "{text}");
    std::array::from_fn(|place| u8::from_str_radix(&text[2 * place..2 * place + 2], 16).unwrap())
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
