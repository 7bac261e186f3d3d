//! What is dropped is counted, by its cause.

use banter_protocol::{
    engine::{DropCause, RtcEvent},
    ids::PeerId,
    peer::Channel,
};
use serde_json::{Value, json};

use crate::{
    evil_server::room,
    world::{Action, World},
};

/// A private room of two who are linked.
fn linked() -> World {
    let mut world = World::in_room(7, 2, room());
    world.calm = true;
    world.act(&Action::OpenTab(0));
    world.act(&Action::OpenTab(1));
    world.run(4_000);
    world.assert_whole_mesh();
    world
}

/// What the first of them has dropped of `said`, by cause.
fn dropped_of(world: &mut World, say: impl FnOnce(&mut World)) -> Vec<DropCause> {
    let before = world.nodes[0].engine.dropped_messages();
    say(world);
    let dropped = world.nodes[0].engine.dropped_messages() - before;
    let causes = DropCause::ALL.into_iter();
    causes
        .flat_map(|cause| (0..dropped.of(cause)).map(move |_| cause))
        .collect()
}

#[test]
fn what_a_server_says_in_vain_is_counted_by_its_cause() {
    let mut world = linked();
    let (me, peer) = (world.nodes[0].me.unwrap(), world.nodes[1].me.unwrap());
    let stranger = PeerId::from_random(9);
    let signal = |from: PeerId, payload: Value| {
        json!({ "type": "offer", "from": from, "to": me, "offer": payload }).to_string()
    };
    let joins = |id: PeerId| {
        let info = json!({ "id": id, "displayName": "Eve", "joinedAt": 1 });
        json!({ "type": "peer_joined", "peer": info }).to_string()
    };
    for (said, cause) in [
        ("{".to_owned(), DropCause::Unreadable),
        (r#"{"type":"tea"}"#.to_owned(), DropCause::Unreadable),
        (signal(stranger, json!("AA")), DropCause::Misdirected),
        (signal(peer, json!({})), DropCause::Unopened),
        // A private room's names are announcements.
        (joins(stranger), DropCause::Unproved),
    ] {
        let causes = dropped_of(&mut world, |world| world.tell(0, &said));
        assert_eq!(causes, [cause], "{said}");
    }
}

#[test]
fn what_a_peer_says_in_vain_is_counted_by_its_cause() {
    let mut world = linked();
    let mut connections = world.rtc.connections.iter();
    let number = connections.position(|it| it.node == 0).unwrap();
    let frame = |channel, frame: &str| RtcEvent::Frame(channel, frame.to_owned());
    for (said, cause) in [
        (frame(Channel::Chat, "{"), DropCause::Unreadable),
        (frame(Channel::Live, "tea"), DropCause::Unreadable),
        (RtcEvent::BinaryFrame(Channel::Chat), DropCause::Unreadable),
        (
            frame(Channel::Chat, r#"{"type":"confirm","proof":"AA"}"#),
            DropCause::Untimely,
        ),
        (
            frame(
                Channel::Chat,
                r#"{"type":"announcement","announcement":"AA"}"#,
            ),
            DropCause::Unproved,
        ),
        (
            frame(Channel::Chat, r#"{"type":"evidence","entries":[]}"#),
            DropCause::Unproved,
        ),
    ] {
        let causes = dropped_of(&mut world, |world| world.arrive(number, said.clone()));
        assert_eq!(causes, [cause], "{said:?}");
    }
    let typing = frame(
        Channel::Live,
        r#"{"type":"typing_indicator","typing":true}"#,
    );
    let causes = dropped_of(&mut world, |world| {
        for _ in 0..2_000 {
            world.arrive(number, typing.clone());
        }
    });
    assert!(!causes.is_empty() && causes.iter().all(|it| *it == DropCause::Flood));
}
