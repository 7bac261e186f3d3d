//! Histories with a name.

use banter_protocol::{
    crypto::Identity,
    engine::{
        DeliveryStatus, Input, LinkState, RoomIntent, SignalingStatus, SocketEvent, Standing,
    },
    ids::PeerId,
};

use crate::world::{Action, World};

/// So many people in one room, all linked; the network is good.
fn room_of(people: usize) -> World {
    let mut world = World::new(7, people);
    world.calm = true;
    for node in 0..people {
        world.act(&Action::OpenTab(node));
    }
    world.run(4_000);
    world.assert_whole_mesh();
    world
}

fn say(world: &mut World, node: usize) {
    world.act(&Action::Say(node));
}

/// Whether `node` lists whoever had this id.
fn lists(world: &World, node: usize, peer: PeerId) -> bool {
    world.nodes[node]
        .peers
        .iter()
        .any(|listed| listed.id == peer)
}

#[test]
fn eight_people_form_the_whole_mesh_and_hear_each_other() {
    let mut world = room_of(8);
    for node in 0..8 {
        say(&mut world, node);
    }
    world.run(1_000);
    assert!(world.nodes.iter().all(|node| node.shown.len() == 8));
    world.assert_nothing_lost();
}

#[test]
fn alone_a_message_stays_sent() {
    let mut world = room_of(1);
    say(&mut world, 0);
    world.run(60_000);
    assert_eq!(world.nodes[0].shown[0].status, DeliveryStatus::Sent);
}

#[test]
fn a_burst_arrives_once_and_in_order() {
    let mut world = room_of(3);
    for _ in 0..500 {
        say(&mut world, 0);
    }
    world.run(20_000);
    assert!(world.nodes.iter().all(|node| node.shown.len() == 500));
    world.assert_nothing_lost();
}

/// Promise 70.
#[test]
fn a_closed_tab_is_gone_within_two_seconds() {
    let mut world = room_of(3);
    let gone = world.nodes[2].me.unwrap();
    world.act(&Action::CloseTab(2));
    world.run(2_000);
    assert!(!lists(&world, 0, gone) && !lists(&world, 1, gone));
    world.assert_whole_mesh();
}

/// Promise 70, where neither `bye` nor the server says so.
#[test]
fn a_tab_that_closed_without_a_word_is_gone_within_two_seconds() {
    let mut world = room_of(3);
    let gone = world.nodes[2].me.unwrap();
    world.act(&Action::ServerDown);
    world.act(&Action::CloseWithoutAWord(2));
    world.run(2_000);
    assert!(!lists(&world, 0, gone) && !lists(&world, 1, gone));
}

/// Promise 71.
#[test]
fn a_killed_browser_is_gone_within_fifteen_seconds() {
    let mut world = room_of(3);
    let gone = world.nodes[2].me.unwrap();
    world.act(&Action::Kill(2));
    world.run(15_000);
    assert!(!lists(&world, 0, gone) && !lists(&world, 1, gone));
    world.run(45_000);
    world.assert_whole_mesh();
}

#[test]
fn whoever_was_killed_while_the_server_was_down_is_gone_after_it_returns() {
    let mut world = room_of(3);
    let gone = world.nodes[2].me.unwrap();
    world.act(&Action::ServerDown);
    world.run(500);
    world.act(&Action::Kill(2));
    world.act(&Action::ServerUp);
    world.run(30_000);
    assert!(!lists(&world, 0, gone) && !lists(&world, 1, gone));
    world.assert_whole_mesh();
}

/// Promise 73: five minutes without a server; no link is made anew.
#[test]
fn chat_goes_on_without_a_server_and_its_return_renegotiates_nothing() {
    let mut world = room_of(3);
    let made = world.rtc.connections.len();
    world.act(&Action::ServerDown);
    world.run(300_000);
    assert_eq!(world.nodes[0].signaling, SignalingStatus::Reconnecting);
    say(&mut world, 0);
    world.run(1_000);
    world.assert_nothing_lost();
    world.act(&Action::ServerUp);
    world.run(35_000);
    world.assert_whole_mesh();
    assert_eq!(
        world.rtc.connections.len(),
        made,
        "a healthy link was renegotiated"
    );
}

/// Promise 76: others see no leave and no join.
#[test]
fn a_lost_socket_is_not_noticed_by_the_others() {
    let mut world = room_of(3);
    let made = world.rtc.connections.len();
    for _ in 0..10 {
        world.act(&Action::DropSocket(1));
        world.run(3_000);
        world.assert_whole_mesh();
    }
    assert_eq!(
        world.rtc.connections.len(),
        made,
        "a healthy link was renegotiated"
    );
}

/// Promise 77.
#[test]
fn a_reload_returns_as_the_same_person_with_its_history() {
    let mut world = room_of(3);
    say(&mut world, 0);
    say(&mut world, 1);
    world.run(1_000);
    let before = world.nodes[1].me;
    world.act(&Action::Reload(1));
    world.run(3_000);
    assert_eq!(world.nodes[1].me, before);
    assert_eq!(world.nodes[1].shown.len(), 2);
    world.assert_whole_mesh();
}

/// A browser that does not give out its storage leaves the tab's own: what belongs to who sat there before must not make
/// whoever goes on as somebody new unbelievable. Their name was another's, so the others decide.
#[test]
fn whoever_comes_back_in_the_same_tab_as_somebody_else_is_met_as_that() {
    let mut world = room_of(3);
    say(&mut world, 0);
    world.run(1_000);
    for seed in [77, 78] {
        world.input(0, Input::PageHidden);
        world.act(&Action::CloseWithoutAWord(0));
        // Until its goodbye arrives the others list whoever was there.
        world.run(500);
        world.nodes[0].identity = Identity::from_seed(&[seed; 32]);
        world.act(&Action::OpenTab(0));
        world.run(20_000);
        let (peer, name) = (world.nodes[0].me.unwrap(), world.nodes[0].name.clone());
        for other in [1, 2] {
            assert_eq!(world.standing(other, &name), Some(Standing::Changed));
            let accept = true;
            world.intent(other, RoomIntent::JudgeKey { peer, accept });
        }
        world.run(1_000);
        say(&mut world, 0);
        world.run(1_000);
        for node in &world.nodes {
            let author = node.shown.last().and_then(|message| message.author);
            assert_eq!(author, Some(world.nodes[0].identity.key()));
        }
    }
}

#[test]
fn pages_that_reload_before_they_are_in_the_room_leave_nobody_behind() {
    let mut world = room_of(2);
    let before = world.nodes[1].me;
    for millis in 0..120 {
        world.act(&Action::Reload(1));
        world.run(millis * 2);
    }
    world.run(3_000);
    assert_eq!(world.nodes[1].me, before);
    world.assert_whole_mesh();
}

#[test]
fn what_a_reload_interrupts_is_sent_again() {
    let mut world = room_of(2);
    world.act(&Action::Split(0, 1));
    say(&mut world, 0);
    let id = world.nodes[0].shown[0].id;
    world.act(&Action::Reload(0));
    world.act(&Action::Heal(0, 1));
    world.run(10_000);
    assert!(world.nodes[1].status_of(id).is_some(), "it never arrived");
    assert_eq!(
        world.nodes[0].status_of(id),
        Some(DeliveryStatus::Delivered)
    );
}

/// Promise 67: nine seconds of lost packets.
#[test]
fn nobody_leaves_during_a_short_blackout_and_nothing_is_lost() {
    let mut world = room_of(2);
    let peer = world.nodes[1].me.unwrap();
    world.act(&Action::Split(0, 1));
    say(&mut world, 0);
    world.run(9_000);
    assert!(lists(&world, 0, peer));
    world.act(&Action::Heal(0, 1));
    world.run(5_000);
    world.assert_nothing_lost();
    world.assert_whole_mesh();
}

/// Promise 68: sixty seconds of lost packets.
#[test]
fn a_long_blackout_is_over_within_fifteen_seconds_after_it() {
    let mut world = room_of(2);
    world.act(&Action::Split(0, 1));
    say(&mut world, 1);
    world.run(60_000);
    assert!(
        world.nodes[0]
            .peers
            .iter()
            .all(|peer| peer.state != LinkState::Connected)
    );
    world.act(&Action::Heal(0, 1));
    world.run(15_000);
    world.assert_whole_mesh();
    world.assert_nothing_lost();
}

/// Promise 69.
#[test]
fn a_link_that_only_looks_alive_is_replaced_within_twelve_seconds() {
    for leader in [0, 1] {
        let mut world = room_of(2);
        world.act(&Action::Zombie(leader, 1 - leader));
        say(&mut world, 0);
        world.run(12_000);
        world.assert_whole_mesh();
        world.assert_nothing_lost();
    }
}

/// Promise 80: timers that do not run say nothing about the others.
#[test]
fn pages_that_slept_do_not_take_each_other_for_dead() {
    let mut world = room_of(2);
    let made = world.rtc.connections.len();
    for node in &mut world.nodes {
        node.timer = None;
    }
    world.run(600_000);
    for node in 0..2 {
        world.input(node, Input::Wake);
    }
    world.run(5_000);
    world.assert_whole_mesh();
    assert_eq!(
        world.rtc.connections.len(),
        made,
        "a healthy link was made anew"
    );
}

/// Promise 75: for ever, and at once when the browser says so.
#[test]
fn tries_never_end_and_the_network_coming_back_starts_one_at_once() {
    let mut world = room_of(1);
    world.act(&Action::ServerDown);
    world.run(3 * 3_600_000);
    assert_eq!(world.nodes[0].signaling, SignalingStatus::Reconnecting);
    world.input(0, Input::Online(false));
    assert_eq!(world.nodes[0].signaling, SignalingStatus::Offline);
    world.act(&Action::ServerUp);
    world.input(0, Input::Online(true));
    world.run(700);
    assert_eq!(world.nodes[0].signaling, SignalingStatus::Connected);
}

#[test]
fn who_leaves_is_gone_and_may_come_back() {
    let mut world = room_of(3);
    let gone = world.nodes[0].me.unwrap();
    world.intent(0, RoomIntent::Leave);
    world.run(1_000);
    assert!(!lists(&world, 1, gone) && world.nodes[0].me.is_none());
    assert_eq!(world.rtc.alive(0, world.nodes[0].page), 0);
    world.load(0);
    world.run(3_000);
    world.assert_whole_mesh();
}

/// It is said every few seconds only, so whoever comes in between would see nothing.
#[test]
fn who_is_linked_while_somebody_types_sees_it_at_once() {
    let mut world = room_of(3);
    world.act(&Action::CloseTab(2));
    world.run(1_900);
    world.intent(0, RoomIntent::Typing(true));
    world.run(100);
    assert_eq!(world.nodes[1].typing.len(), 1);
    world.act(&Action::OpenTab(2));
    world.run(1_500);
    assert_eq!(world.nodes[2].typing, world.nodes[1].typing);
    world.run(6_000);
    assert!(
        world.nodes.iter().all(|node| node.typing.is_empty()),
        "it ends for all"
    );
}

/// A server that says that another socket took the seat parts nobody whose link works, and loses nothing of theirs.
#[test]
fn a_server_that_gives_the_seat_away_parts_nobody() {
    let mut world = World::new(1, 2);
    for node in 0..2 {
        world.act(&Action::OpenTab(node));
    }
    world.run(5_000);
    world.assert_whole_mesh();
    let me = world.nodes[0].me;
    let socket = *world.nodes[0].sockets.keys().next().unwrap();
    let replaced = SocketEvent::Closed { code: 4001 };
    world.input(0, Input::Socket(socket, replaced));
    assert!(world.nodes[0].is_linked_to(world.nodes[1].me.unwrap()));
    world.act(&Action::Say(0));
    world.run(2_000);
    assert_eq!(world.nodes[1].shown.len(), 1);
    world.act(&Action::Calm);
    world.run(150_000);
    world.assert_whole_mesh();
    assert_eq!(world.nodes[0].me, me, "the tab stays who it is");
}
