//! Members whose version is newer: they say what nobody here knows yet, and are understood in all the rest.

use banter_protocol::{
    crypto::{
        RoomKeys, Session,
        entry::{EntryContent, LogEnd, SignedEntry},
    },
    engine::{DeliveryStatus, Standing},
    ids::MessageId,
    limits,
    peer::{Channel, framing},
};
use serde_json::{Value, json};

use crate::{
    evil_server::room,
    forks::{hand_over, log_of, put, room_of},
    world::{Action, World},
};

fn id(number: u128) -> MessageId {
    MessageId::from_random(number << 80 | 77)
}

/// An entry of a kind that nobody knows.
fn newer(world: &World, log: &mut LogEnd, session: &Session, content: Value) -> SignedEntry {
    let kind = "poll".to_owned();
    let author = (world.nodes[0].identity.key(), session);
    let room = RoomKeys::derive(&room(), None);
    let content = EntryContent::Unknown { kind, content };
    log.append(author, content, world.timestamp(), room.tag())
}

fn session_of(world: &World, node: usize) -> Session {
    world.nodes[node].keys.clone().unwrap().session()
}

/// How often the second node has answered the first with this id.
fn answers(world: &World, id: MessageId) -> usize {
    let answer = json!({ "type": "delivered", "id": id });
    let overheard = world.overheard.iter().flatten();
    let theirs = overheard.filter(|(from, to, _)| (*from, *to) == (1, 0));
    theirs
        .filter(|(.., frame)| serde_json::from_str(frame).ok().as_ref() == Some(&answer))
        .count()
}

/// Both still hear each other, and nobody is thought ill of.
fn assert_at_ease(world: &mut World) {
    for (node, other) in [(0, 1), (1, 0)] {
        let shown = world.nodes[other].shown.len();
        world.act(&Action::Say(node));
        world.run(2_000);
        assert_eq!(world.nodes[other].shown.len(), shown + 1, "{other} is deaf");
        let said = world.said.last().unwrap().id;
        let status = world.nodes[node].status_of(said);
        assert_eq!(status, Some(DeliveryStatus::Delivered));
        let peers = &world.nodes[node].peers;
        assert!(peers.iter().all(|peer| peer.standing == Standing::Known));
    }
    world.assert_whole_mesh();
}

/// A mebibyte of entries of an unknown kind, four times what may go unanswered: every one is answered, none is shown, and what
/// follows in the same log is.
#[test]
fn whoever_says_much_of_an_unknown_kind_is_answered_and_not_mute_afterwards() {
    let mut world = room_of(3);
    world.overheard = Some(Vec::new());
    world.nodes[0].is_mallory = true;
    let session = session_of(&world, 0);
    let mut log = log_of(&world, 0);
    for number in 0..100 {
        let content = json!({ "id": id(number), "question": "x".repeat(10_500) });
        let entry = newer(&world, &mut log, &session, content);
        for to in [1, 2] {
            hand_over(&mut world, 0, to, &entry);
        }
    }
    world.run(20_000);
    for number in 0..100 {
        assert_eq!(answers(&world, id(number)), 1, "{number}");
    }
    assert!(world.nodes[1].shown.is_empty());
    // One that comes again is answered again.
    let again = newer(&world, &mut log, &session, json!({ "id": id(100) }));
    for _ in 0..3 {
        hand_over(&mut world, 0, 1, &again);
    }
    world.run(1_000);
    assert_eq!(answers(&world, id(100)), 3);
    let author = (world.nodes[0].identity.key(), &session);
    let content = EntryContent::ChatMessage {
        id: id(101),
        text: "7 of 0".parse().unwrap(),
    };
    let tag = *RoomKeys::derive(&room(), None).tag();
    let said = log.append(author, content, world.timestamp(), &tag);
    hand_over(&mut world, 0, 1, &said);
    world.run(5_000);
    assert_eq!(world.nodes[1].shown.len(), 1);
    let standings = world.nodes[1].peers.iter().map(|peer| peer.standing);
    assert!(standings.eq([Standing::Known; 2]));
}

/// Entries of unknown kinds have their place in the chain: two under one number are a fork like any other.
#[test]
fn a_fork_of_an_unknown_kind_is_found_out() {
    let mut world = room_of(3);
    world.nodes[0].is_mallory = true;
    let session = session_of(&world, 0);
    let mut log = log_of(&world, 0);
    let mut fork = log.clone();
    let yes = newer(&world, &mut log, &session, json!({ "id": id(1) }));
    let no = newer(&world, &mut fork, &session, json!({ "id": id(2) }));
    hand_over(&mut world, 0, 1, &yes);
    hand_over(&mut world, 0, 2, &no);
    world.run(5_000);
    let liar = world.nodes[0].me;
    for node in [1, 2] {
        let peers = &world.nodes[node].peers;
        let found = peers.iter().find(|peer| Some(peer.id) == liar).unwrap();
        assert_eq!(found.standing, Standing::Forked);
    }
}

/// What somebody hands over of others who were never here, of content that nobody can read, or longer than this version writes:
/// answered, and not shown. What was changed on its way has not come whole, and is not answered.
#[test]
fn whatever_came_whole_is_answered_and_nothing_else() {
    let mut world = room_of(2);
    world.overheard = Some(Vec::new());
    let stranger = Session::from_seed(&[99; 32]);
    let ours = session_of(&world, 0);
    let mut log = log_of(&world, 0);
    let long = "x".repeat(limits::ENTRY_BYTES + 1);
    for (number, session, more) in [
        (1, &stranger, json!(null)),
        (2, &ours, json!(["nobody", "knows"])),
        (3, &stranger, json!(long)),
        (4, &ours, json!(long)),
    ] {
        let content = json!({ "id": id(number), "more": more });
        let mut theirs = LogEnd::default();
        let log = if session.key() == ours.key() {
            &mut log
        } else {
            &mut theirs
        };
        let entry = newer(&world, log, session, content);
        hand_over(&mut world, 0, 1, &entry);
        let mut changed = entry.clone();
        changed.text = changed.text.replace("poll", "pill");
        hand_over(&mut world, 0, 1, &changed);
        world.run(2_000);
        assert_eq!(answers(&world, id(number)), 1, "{number}");
    }
    // Without an id there is nothing to answer with, and nothing breaks.
    let nameless = newer(&world, &mut log, &ours, json!("?"));
    hand_over(&mut world, 0, 1, &nameless);
    world.run(2_000);
    assert!(world.nodes[1].shown.is_empty());
    assert_eq!(world.nodes[1].peers[0].standing, Standing::Known);
}

/// Words that nobody knows, whole, in pieces, broken off and in great number, on both channels.
#[test]
fn unknown_words_on_either_channel_harm_nothing() {
    let mut world = room_of(2);
    let long = json!({ "type": "reaction", "of": "x".repeat(40_000) }).to_string();
    for number in 0..200 {
        let word = json!({ "type": format!("later_{number}"), "id": number, "nested": [{}] });
        for channel in Channel::ALL {
            put(&mut world, (0, 1), channel, word.to_string());
            put(&mut world, (1, 0), channel, r#"{"type":null}"#.to_owned());
        }
    }
    for frame in framing::split(long.clone()) {
        put(&mut world, (0, 1), Channel::Chat, frame);
    }
    world.run(2_000);
    assert_at_ease(&mut world);
    // Broken off in the middle.
    put(
        &mut world,
        (0, 1),
        Channel::Chat,
        framing::split(long).remove(0),
    );
    for channel in Channel::ALL {
        put(&mut world, (0, 1), channel, "#later".to_owned());
    }
    world.run(30_000);
    assert_at_ease(&mut world);
}
