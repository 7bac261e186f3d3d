//! A member who lies in every message. It has keys and a log like anybody else; besides what that log says, it says this.

use std::collections::BTreeMap;

use banter_protocol::{
    crypto::{
        Identity, Session, SessionKey, SessionName, SignedCard, SignedReceipt,
        entry::{Entry, EntryContent, SignedEntry},
        receipt::{Reached, Receipt},
    },
    ids::{MessageId, PeerId},
    log::{EntryId, LogEntry, Remains},
    peer::{Answer, Extent, LogMessage, WantedRange},
    time::Timestamp,
};

use crate::{
    chance::Chance,
    node::{ROOM, seed},
    world::World,
};

/// The greatest number that a message may hold.
const GREATEST: u64 = (1 << 53) - 1;

fn some_session(world: &World, node: usize, chance: &mut Chance) -> SessionKey {
    let known = world.nodes[node].log.extents();
    if known.is_empty() || chance.one_in(6) {
        let stranger = chance.within(0, 30);
        return Session::from_seed(&seed(8, stranger)).key();
    }
    known[chance.index(known.len())].session
}

/// A session as it is named in a message; sometimes one that nobody can have.
fn named(world: &World, node: usize, chance: &mut Chance) -> SessionName {
    if chance.one_in(20) {
        let no_point = "_".repeat(42) + "8";
        return no_point.try_into().unwrap();
    }
    some_session(world, node, chance).into()
}

fn number(chance: &mut Chance) -> u64 {
    match chance.within(0, 3) {
        0 => GREATEST,
        1 => chance.within(1, 1_000_000),
        _ => chance.within(1, 30),
    }
}

/// An entry of its own, in whatever place.
fn own_entry(world: &World, node: usize, chance: &mut Chance) -> SignedEntry {
    let it = &world.nodes[node];
    let own = it.log.extents();
    let own = own.iter().find(|extent| extent.session == it.session.key());
    let follows = own.filter(|_| !chance.one_in(3));
    let number = follows.map_or(chance.within(1, 12), |own| own.last + 1);
    let mut hash = [0; 32];
    hash[0] = chance.next() as u8;
    let entry = Entry {
        author: it.identity.key(),
        session: it.session.key(),
        number,
        previous: (number > 1).then(|| follows.map_or(hash, |own| own.hash)),
        lamport: match chance.within(0, 3) {
            0 => chance.within(1, 1 << 50),
            1 => world.now.as_millis() + 24 * 60 * 60 * 1_000,
            _ => world.now.as_millis(),
        },
        time: Timestamp::from_millis(GREATEST),
        content: EntryContent::ChatMessage {
            id: MessageId::from_random(u128::from(chance.next()) << 64),
            text: format!("lie {}", chance.next()).parse().unwrap(),
        },
    };
    SignedEntry::sign(&entry, &it.session, &ROOM)
}

/// What others have said, as it stands or changed.
fn others_entry(world: &World, node: usize, chance: &mut Chance) -> SignedEntry {
    let entries: Vec<_> = world.nodes[node].store.entries.values().collect();
    if entries.is_empty() {
        return own_entry(world, node, chance);
    }
    let mut entry = entries[chance.index(entries.len())].clone();
    match chance.within(0, 6) {
        // As if it were deleted, by one of its own.
        6 => {
            let deletion = deletion(world, node, &entry);
            entry.text = format!(
                r#"{{"deletion":{}}}"#,
                serde_json::to_string(&deletion).unwrap()
            );
        }
        0 => entry.text = entry.text.replace("said", "sold"),
        1 => entry.signature = "AA".into(),
        2 => entry.text = "{}".into(),
        _ => {}
    }
    entry
}

/// Its own deletion of what somebody has said.
fn deletion(world: &World, node: usize, of: &SignedEntry) -> SignedEntry {
    let it = &world.nodes[node];
    let Some(said) = LogEntry::read(of.clone()) else {
        return of.clone();
    };
    let content = serde_json::json!({
        "id": MessageId::from_random(3),
        "target": said.id(),
        "remains": Remains {
            hash: said.hash,
            previous: said.entry.previous,
            lamport: said.entry.lamport,
            time: said.entry.time,
            is_message: true,
        },
    });
    let kind = "delete".into();
    let entry = Entry {
        author: it.identity.key(),
        session: it.session.key(),
        number: 1,
        previous: None,
        lamport: world.now.as_millis(),
        time: world.now,
        content: EntryContent::Unknown { kind, content },
    };
    SignedEntry::sign(&entry, &it.session, &ROOM)
}

fn card(world: &World, node: usize, chance: &mut Chance) -> SignedCard {
    let it = &world.nodes[node];
    let victim = some_session(world, node, chance);
    let identity = Identity::from_seed(&seed(9, chance.within(0, 5)));
    let name = "Mallory".parse().unwrap();
    let peer = PeerId::from_random(u128::from(chance.next()));
    let card = SignedCard::sign(peer, &name, &identity, &it.session, &ROOM);
    match chance.within(0, 3) {
        // Somebody else's session as that of a person of its own.
        0 => SignedCard {
            session: victim,
            ..card
        },
        1 => SignedCard {
            name: "Ada".into(),
            ..card
        },
        2 => {
            let session = Session::from_seed(&seed(8, chance.within(0, 30)));
            SignedCard::sign(peer, &name, &identity, &session, &ROOM)
        }
        _ => card,
    }
}

fn receipt(world: &World, node: usize, chance: &mut Chance) -> SignedReceipt {
    let it = &world.nodes[node];
    let mut reached = || Reached {
        session: some_session(world, node, chance),
        number: number(chance),
    };
    let receipt = Receipt {
        delivered: (0..20).map(|_| reached()).collect(),
        read: (0..20).map(|_| reached()).collect(),
        session: some_session(world, node, chance),
        counter: number(chance),
    };
    SignedReceipt::sign(&receipt, &it.session, &ROOM)
}

pub fn lie(world: &World, node: usize, chance: &mut Chance) -> LogMessage {
    let session = some_session(world, node, chance);
    match chance.within(0, 11) {
        0 => LogMessage::Digest {
            digest: "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8".into(),
        },
        1 | 2 => {
            let mut extent = || {
                let (one, other) = (number(chance), number(chance));
                Extent {
                    session: named(world, node, chance),
                    first: one.min(other),
                    last: one.max(other),
                    hash: [7; 32],
                }
            };
            LogMessage::Have {
                sessions: {
                    let extents = (0..30).map(|_| extent()).map(|it| (it.session, it));
                    extents.collect::<BTreeMap<_, _>>().into_values().collect()
                },
            }
        }
        3 | 4 => {
            let mut range = || WantedRange {
                session: named(world, node, chance),
                from: number(chance),
                to: number(chance),
            };
            LogMessage::Want {
                id: 7,
                ranges: (0..64).map(|_| range()).collect(),
            }
        }
        5 | 6 => {
            let entries = (0..8).map(|_| others_entry(world, node, chance)).collect();
            let answer = chance.one_in(2).then(|| Answer {
                id: chance.within(0, 12) as u32,
                done: chance.one_in(3),
            });
            LogMessage::Entries { entries, answer }
        }
        7 => LogMessage::Entries {
            entries: vec![own_entry(world, node, chance)],
            answer: None,
        },
        8 => LogMessage::Cards {
            cards: (0..4).map(|_| card(world, node, chance)).collect(),
        },
        9 => LogMessage::Pass {
            from: number(chance),
            to: world
                .nodes
                .iter()
                .map(|it| it.session.key().into())
                .chain([session.into()])
                .collect(),
        },
        10 => {
            let one = others_entry(world, node, chance);
            let other = others_entry(world, node, chance);
            let entries = if chance.one_in(2) {
                vec![one]
            } else {
                vec![one, other]
            };
            LogMessage::Fork { entries }
        }
        _ => LogMessage::Receipts {
            receipts: (0..4).map(|_| receipt(world, node, chance)).collect(),
        },
    }
}

/// It says that it has read what nobody has said.
pub fn reads_nonsense(chance: &mut Chance, session: SessionKey) -> EntryId {
    EntryId {
        session,
        number: number(chance),
    }
}
