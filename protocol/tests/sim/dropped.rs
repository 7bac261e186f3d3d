//! What is dropped is counted, by its cause.

use banter_protocol::{
    engine::{ConnectionId, DropCause, Input, RtcEvent, SocketEvent, SocketId},
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
    let seat = json!({
        "type": "room_joined", "roomId": world.nodes[0].invite.room(), "peers": [], "iceServers": [], "resume": "r",
    });
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
        // It has a seat.
        (seat.to_string(), DropCause::Untimely),
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
            frame(
                Channel::Chat,
                r#"{"type":"delivered","id":"00000000-0000-4000-8000-000000000001"}"#,
            ),
            DropCause::Untimely,
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

#[test]
fn what_comes_on_what_is_nobody_s_any_more_is_counted() {
    let mut world = linked();
    let frame = || RtcEvent::Frame(Channel::Chat, r#"{"type":"bye"}"#.to_owned());
    let room_of_nobody = u64::MAX;
    for input in [
        Input::Socket(
            SocketId(u64::from(u32::MAX)),
            SocketEvent::Frame("{}".to_owned()),
        ),
        Input::Rtc(ConnectionId(u64::from(u32::MAX)), frame()),
        Input::Rtc(ConnectionId(room_of_nobody), frame()),
    ] {
        let causes = dropped_of(&mut world, |world| world.input(0, input));
        assert_eq!(causes, [DropCause::Untimely]);
    }
    let closed = Input::Rtc(ConnectionId(room_of_nobody), RtcEvent::Failed);
    assert!(dropped_of(&mut world, |world| world.input(0, closed)).is_empty());
}

/// All of what had waited to be read, and not only the frame that was one too many.
#[test]
fn whatever_waits_when_somebody_is_muted_is_counted() {
    let mut world = linked();
    let mut connections = world.rtc.connections.iter();
    let number = connections.position(|it| it.node == 0).unwrap();
    let long = format!(r#"{{"type":"tea","x":"{}"}}"#, "x".repeat(10_000));
    let causes = dropped_of(&mut world, |world| {
        for _ in 0..1_500 {
            world.arrive(number, RtcEvent::Frame(Channel::Chat, long.clone()));
        }
        world.run(1_000);
    });
    assert_eq!(causes.len(), 1_500);
    let flooded = causes.iter().filter(|it| **it == DropCause::Flood);
    assert!(flooded.count() > 300);
}
