//! What a full room costs each of its members, counted and not timed.

use banter_protocol::{
    engine::{DeliveryStatus, RoomIntent},
    time::Timestamp,
};

use crate::world::{Action, World};

/// So many people in one room, all linked; the network is good.
pub fn room_of(people: usize) -> World {
    let mut world = World::new(8, people);
    world.calm = true;
    for node in 0..people {
        world.act(&Action::OpenTab(node));
    }
    world.run(10_000);
    world.assert_whole_mesh();
    world
}

#[test]
fn a_pong_draws_nobody_but_whose_it_is_and_an_acknowledgement_writes_no_message_again() {
    for people in [4, 64] {
        let mut world = room_of(people);
        let node = &mut world.nodes[0];
        (node.told, node.told_peers) = (0, 0);
        let seconds = 15;
        world.run(seconds * 1_000);
        let node = &world.nodes[0];
        // Each link is asked every three seconds.
        let pongs = (people - 1) * (seconds as usize / 3 + 1);
        assert!(node.told_peers > 0, "latencies are told");
        assert!(
            node.told_peers <= pongs,
            "{pongs} pongs drew {} people, in a room of {people}",
            node.told_peers
        );
        assert!(
            node.told <= seconds as usize + 1,
            "told {} times in {seconds} s, in a room of {people}",
            node.told
        );

        world.nodes[0].written.clear();
        let text = "x".repeat(40_000).parse().unwrap();
        let timestamp = Timestamp::from_millis(world.now);
        world.intent(0, RoomIntent::Send { text, timestamp });
        world.run(4_000);
        let node = &world.nodes[0];
        let said = node.shown.last().unwrap();
        assert_eq!(said.status, DeliveryStatus::Delivered);
        let bytes: usize = node.written.iter().sum();
        assert!(
            node.written.len() <= 3 && bytes <= 300_000,
            "{bytes} bytes in {} writes for one message, in a room of {people}",
            node.written.len()
        );
        let kept = node.history.values().last().unwrap();
        assert_eq!(kept.message.status, DeliveryStatus::Delivered);
        assert!(kept.awaiting.is_empty() && kept.later.is_empty());
    }
}

/// What was acknowledged just before a reload is not sent again.
#[test]
fn an_acknowledgement_that_was_put_off_is_kept_when_the_page_goes() {
    let mut world = room_of(2);
    world.act(&Action::Say(0));
    world.run(200);
    assert_eq!(
        world.nodes[0].shown[0].status,
        DeliveryStatus::Delivered,
        "acknowledged"
    );
    world.act(&Action::Reload(0));
    let kept = world.nodes[0].history.values().last().unwrap();
    assert_eq!(kept.message.status, DeliveryStatus::Delivered);
    assert!(kept.awaiting.is_empty() && kept.entry.is_none());
}
