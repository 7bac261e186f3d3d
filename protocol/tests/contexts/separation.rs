//! Promise 9: everything that is made is shown to everything that reads, and only the one that it was made for takes it.

use std::collections::BTreeMap;

use banter_protocol::{
    crypto::{
        Announcement, CertificateFingerprint, RoomKeys, SecureRandom,
        emoji::commitment,
        entry::{EntryContent, LogEnd, SignedEntry},
        signal::{Signal, SignalKind},
    },
    ids::MessageId,
    time::Timestamp,
};
use base64ct::{Base64UrlUnpadded, Encoding};
use chacha20poly1305::{
    XChaCha20Poly1305,
    aead::{Aead, KeyInit},
};
use ed25519_dalek::{Signer, SigningKey};

use super::people::{ADA, ADA_LATER, BOB, EVE, Person, rooms};

/// One thing that is made, and the reader of what was made for just that.
struct Context {
    name: String,
    made: String,
    takes: Box<dyn Fn(&str) -> bool>,
}

#[test]
fn nothing_is_good_for_another_purpose_room_pair_or_direction() {
    let contexts: Vec<Context> = rooms()
        .into_iter()
        .flat_map(|(name, room)| contexts_of(name, &room))
        .collect();
    assert!(contexts.len() > 100);
    for reader in &contexts {
        for made in &contexts {
            assert_eq!(
                (reader.takes)(&made.made),
                made.name == reader.name,
                "{} read as {}",
                made.name,
                reader.name
            );
        }
    }
}

/// Nothing that is a key, a hash or a share in one place is the same or a valid proof in another.
#[test]
fn no_two_secrets_are_the_same_and_none_is_a_proof() {
    let mut secrets: BTreeMap<[u8; 32], String> = BTreeMap::new();
    let mut add = |name: String, secret: [u8; 32]| {
        if let Some(other) = secrets.insert(secret, name.clone()) {
            panic!("{name} is {other}");
        }
    };
    let mut readers = Vec::new();
    for (name, room) in rooms() {
        add(format!("tag of {name}"), *room.tag());
        add(format!("announce key of {name}"), *room.announce_key());
        add(format!("pair secret of {name}"), *room.pair_secret());
        for (pair_name, [one, other]) in pairs() {
            let pair = one.pair_with(other, &room);
            let export = **pair.export();
            add(
                format!("transcript of {pair_name} in {name}"),
                *pair.transcript(),
            );
            add(format!("export of {pair_name} in {name}"), export);
            add(
                format!("commitment to {pair_name} in {name}"),
                commitment(&export),
            );
            let drawn = SecureRandom::new(export).bytes();
            add(format!("random bytes from {pair_name} in {name}"), drawn);
        }
        readers.extend(contexts_of(name, &room));
    }
    for (secret, name) in &secrets {
        let text = encode(secret);
        for reader in &readers {
            assert!(!(reader.takes)(&text), "{name} read as {}", reader.name);
        }
    }
}

/// Two people, one of them an epoch later, and another two.
fn pairs() -> [(&'static str, [Person; 2]); 3] {
    [
        ("Ada and Bob", [ADA, BOB]),
        ("Ada later and Bob", [ADA_LATER, BOB]),
        ("Ada and Eve", [ADA, EVE]),
    ]
}

fn contexts_of(name: &str, room: &RoomKeys) -> Vec<Context> {
    let mut contexts = vec![
        certificate(name, room),
        announcement_signature(name, room),
        sealed_announcement(name, room),
        entry(name, room),
    ];
    for (_, [one, other]) in pairs() {
        for (place, (sender, receiver)) in [(one, other), (other, one)].into_iter().enumerate() {
            let number = (
                sender.seed()[0],
                receiver.seed()[0],
                sender.announcement(room).epoch,
            );
            let name = format!(
                "{place} of {number:?} {:?} in {name}",
                receiver.announcement(room).epoch
            );
            contexts.push(signal(&name, room, sender, receiver));
            for negotiation in [None, Some("a.1"), Some("a.2")] {
                for prints in [[1, 2], [2, 1], [1, 3]] {
                    contexts.push(proof(&name, room, (sender, receiver), negotiation, prints));
                }
            }
        }
    }
    contexts
}

const ENDS: usize = 64;

/// Ada's announcement with other last 128 bytes: the certificate and the signature.
fn with_end(room: &RoomKeys, end: impl FnOnce(&[u8]) -> Option<Vec<u8>>) -> Option<Announcement> {
    let mut bytes = ADA.announcement(room).as_bytes().to_vec();
    bytes.truncate(bytes.len() - 2 * ENDS);
    bytes.extend(end(&bytes)?);
    bytes.resize(320, 0);
    let nonce = [9; 24];
    let sealed = XChaCha20Poly1305::new(room.announce_key().into())
        .encrypt(&nonce.into(), &*bytes)
        .unwrap();
    Announcement::open(&encode(&[&nonce[..], &sealed].concat()), room)
}

fn certificate(name: &str, room: &RoomKeys) -> Context {
    let made = ADA
        .identity()
        .certify(&ADA.session().key(), ADA.peer(), room.tag());
    let room = room.clone();
    Context {
        name: format!("certificate in {name}"),
        made: encode(&made),
        takes: Box::new(move |text| {
            // The session signs whatever is there, so that only the certificate can be wrong.
            let opened = with_end(&room, |before| {
                let certificate = decode(text)?;
                let signed = [before, &certificate].concat();
                let fields = [&b"banter/1 announcement"[..], room.tag(), &signed];
                let signature = SigningKey::from_bytes(&ADA.seed()).sign(&join(&fields));
                Some([certificate, signature.to_bytes().to_vec()].concat())
            });
            opened.is_some()
        }),
    }
}

fn announcement_signature(name: &str, room: &RoomKeys) -> Context {
    let announcement = ADA.announcement(room);
    let (before, signature) = announcement
        .as_bytes()
        .split_at(announcement.as_bytes().len() - ENDS);
    let certificate = before[before.len() - ENDS..].to_vec();
    let room = room.clone();
    Context {
        name: format!("signature of an announcement in {name}"),
        made: encode(signature),
        takes: Box::new(move |text| {
            with_end(&room, |_| {
                Some([certificate.clone(), decode(text)?].concat())
            })
            .is_some()
        }),
    }
}

fn sealed_announcement(name: &str, room: &RoomKeys) -> Context {
    let made = ADA
        .announcement(room)
        .seal(room, &mut SecureRandom::new([4; 32]));
    let room = room.clone();
    Context {
        name: format!("sealed announcement in {name}"),
        made,
        takes: Box::new(move |text| Announcement::open(text, &room).is_some()),
    }
}

fn entry(name: &str, room: &RoomKeys) -> Context {
    let (author, session, tag) = (ADA.identity().key(), ADA.session(), *room.tag());
    let content = EntryContent::ChatMessage {
        id: MessageId::from_random(1),
        text: "hello".parse().unwrap(),
    };
    let time = Timestamp::from_millis(1);
    let entry = LogEnd::default().append((author, &session), content, time, &tag);
    Context {
        name: format!("entry in {name}"),
        made: entry.signature,
        takes: Box::new(move |signature| {
            let entry = SignedEntry {
                text: entry.text.clone(),
                signature: signature.to_owned(),
            };
            entry.verify(&author, &session.key(), &tag).is_some()
        }),
    }
}

fn signal(name: &str, room: &RoomKeys, sender: Person, receiver: Person) -> Context {
    let signal = Signal {
        kind: SignalKind::Offer,
        negotiation: None,
        payload: serde_json::Value::Null,
    };
    let keys = receiver.pair_with(sender, room);
    Context {
        name: format!("signal {name}"),
        made: sender.pair_with(receiver, room).seal(&signal),
        takes: Box::new(move |text| keys.clone().open(text).is_some()),
    }
}

fn proof(
    name: &str,
    room: &RoomKeys,
    (sender, receiver): (Person, Person),
    negotiation: Option<&'static str>,
    prints: [u8; 2],
) -> Context {
    let [own, peer] = prints.map(|byte| CertificateFingerprint::of_der(&[byte]));
    let keys = receiver.pair_with(sender, room);
    Context {
        name: format!("proof {name} for {negotiation:?} over {prints:?}"),
        made: sender
            .pair_with(receiver, room)
            .confirmation(negotiation, &own, &peer),
        takes: Box::new(move |text| keys.is_confirmed_by(text, negotiation, &peer, &own)),
    }
}

fn encode(bytes: &[u8]) -> String {
    Base64UrlUnpadded::encode_string(bytes)
}

/// Signatures only: what has another length cannot stand in the place of one.
fn decode(text: &str) -> Option<Vec<u8>> {
    let bytes = Base64UrlUnpadded::decode_vec(text).ok()?;
    (bytes.len() == ENDS).then_some(bytes)
}

/// As the protocol joins what it signs.
fn join(fields: &[&[u8]]) -> Vec<u8> {
    let length = |field: &[u8]| u32::try_from(field.len()).unwrap().to_be_bytes();
    fields
        .iter()
        .flat_map(|field| [&length(field)[..], field].concat())
        .collect()
}
