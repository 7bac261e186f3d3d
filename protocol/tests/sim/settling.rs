//! No message of one's own stays "sending" for ever, whatever becomes of the tab that said it and of those it was for; and none
//! that is said again is shown again.

use banter_protocol::{
    engine::{DeliveryStatus, Input, RoomIntent},
    ids::MessageId,
};

use crate::{
    evil_server::room,
    world::{Action, World},
};

fn room_of(people: usize) -> World {
    let mut world = World::in_room(77, people, room());
    world.calm = true;
    for node in 0..people {
        world.act(&Action::OpenTab(node));
    }
    world.run(4_000);
    world
}

impl World {
    /// Says something of so many bytes. Gives its id.
    fn say_long(&mut self, node: usize, bytes: usize) -> MessageId {
        let text = format!("{} of {node}", "x".repeat(bytes));
        let (text, timestamp) = (text.parse().unwrap(), self.timestamp());
        self.intent(node, RoomIntent::Send { text, timestamp });
        self.nodes[node].shown.last().unwrap().id
    }

    /// More than may be under way to somebody who acknowledges nothing.
    fn say_much(&mut self, node: usize) -> Vec<MessageId> {
        (0..8).map(|_| self.say_long(node, 45_000)).collect()
    }

    /// Of those that are still shown: a room holds so many bytes, and what comes later pushes out what came before.
    fn statuses(&self, node: usize, ids: &[MessageId]) -> Vec<DeliveryStatus> {
        let status = |id: &MessageId| self.nodes[node].status_of(*id);
        ids.iter().filter_map(status).collect()
    }

    /// Every message is there once, as everybody's own simulator check says, and in the order in which it was said.
    fn assert_heard(&self, node: usize, ids: &[MessageId]) {
        let shown = self.nodes[node].shown.iter().map(|message| message.id);
        let heard: Vec<_> = shown.filter(|id| ids.contains(id)).collect();
        assert_eq!(heard, ids, "node {node}");
    }

    /// The tab's keys are gone on with by another page, so that this one takes a new id.
    fn lose_id(&mut self, node: usize) {
        let before = self.nodes[node].me;
        self.input(node, Input::PageHidden);
        let mut kept = self.nodes[node].keys.clone().unwrap();
        kept.epoch += 1;
        let room = self.nodes[node].invite.room().clone();
        self.input(node, Input::PageShown(vec![(room, kept)]));
        assert_ne!(self.nodes[node].me, before, "a new id");
    }
}

fn all(status: DeliveryStatus) -> impl Fn(&[DeliveryStatus]) -> bool {
    move |statuses| statuses.iter().all(|&it| it == status)
}

/// What is under way goes again under the new id: to whoever did not get it, and without a second bubble to whoever did.
#[test]
fn what_was_under_way_when_the_tab_took_a_new_id_arrives_once() {
    for answers_were_lost in [false, true] {
        let mut world = room_of(3);
        if answers_were_lost {
            world.unanswering = vec![1, 2];
        } else {
            world.split(0, 1);
            world.split(0, 2);
        }
        let ids = world.say_much(0);
        world.run(1_000);
        let before = world.statuses(0, &ids);
        assert!(before.contains(&DeliveryStatus::Sending), "{before:?}");
        world.lose_id(0);
        world.unanswering.clear();
        world.heal_all();
        world.run(40_000);
        world.assert_whole_mesh();
        let after = world.statuses(0, &ids);
        assert!(all(DeliveryStatus::Delivered)(&after), "{after:?}");
        for node in [1, 2] {
            world.assert_heard(node, &ids);
        }
        // A reload goes on from there.
        world.act(&Action::Reload(0));
        world.run(10_000);
        assert!(all(DeliveryStatus::Delivered)(&world.statuses(0, &ids)));
    }
}

/// The same where a reload comes before anybody was met under the new id.
#[test]
fn what_was_under_way_survives_a_new_id_and_a_reload() {
    let mut world = room_of(2);
    world.split(0, 1);
    let ids = world.say_much(0);
    world.run(1_000);
    world.lose_id(0);
    world.act(&Action::Reload(0));
    world.heal_all();
    world.run(40_000);
    assert!(all(DeliveryStatus::Delivered)(&world.statuses(0, &ids)));
    world.assert_heard(1, &ids);
}

/// A browser that crashed brings back messages whose session nobody goes on with: the tab has a new id and says them again.
#[test]
fn what_a_crashed_browser_had_under_way_arrives_once() {
    for answers_were_lost in [false, true] {
        let mut world = room_of(2);
        if answers_were_lost {
            world.unanswering = vec![1];
        } else {
            world.split(0, 1);
        }
        let ids = world.say_much(0);
        world.run(1_000);
        let before = world.nodes[0].me;
        world.act(&Action::Kill(0));
        world.unanswering.clear();
        world.heal_all();
        world.run(2_000);
        world.act(&Action::OpenTab(0));
        world.run(90_000);
        assert_ne!(world.nodes[0].me, before, "a new id");
        assert!(all(DeliveryStatus::Delivered)(&world.statuses(0, &ids)));
        world.assert_heard(1, &ids);
    }
}

/// Those who leave with something unanswered are many, so that not all of it is kept for them: what was given to nobody has
/// failed, nothing is "sending", and a friend who comes back gets what was kept.
#[test]
fn of_a_hundred_who_left_nobody_is_waited_for() {
    let mut world = room_of(2);
    // The friend was met in an earlier visit, the others are new each time.
    world.act(&Action::Reload(0));
    world.run(4_000);
    let identity = world.nodes[1].identity.clone();
    world.unanswering = vec![1];
    let for_friend = world.say_much(0);
    world.run(1_000);
    world.input(1, Input::PageHidden);
    world.act(&Action::CloseWithoutAWord(1));
    world.run(70_000);
    let statuses = world.statuses(0, &for_friend);
    assert!(all(DeliveryStatus::Sent)(&statuses), "{statuses:?}");
    let friend = (
        world.nodes[1].seat.take(),
        world.nodes[1].keys.take(),
        std::mem::take(&mut world.nodes[1].people),
    );

    let mut for_others = Vec::new();
    for number in 0..100_u8 {
        world.nodes[1].forget();
        world.nodes[1].people.clear();
        world.nodes[1].name = format!("Guest {number}");
        world.nodes[1].identity = banter_protocol::crypto::Identity::from_seed(&[number + 50; 32]);
        world.act(&Action::OpenTab(1));
        world.run(3_000);
        let ids: Vec<_> = (0..7).map(|_| world.say_long(0, 45_000)).collect();
        world.run(200);
        let statuses = world.statuses(0, &ids);
        assert!(statuses.contains(&DeliveryStatus::Sending), "{number}");
        for_others.extend(ids);
        world.act(&Action::CloseWithoutAWord(1));
        world.run(60_000);
    }
    let statuses = world.statuses(0, &for_others);
    assert!(!statuses.contains(&DeliveryStatus::Sending));
    let failed = statuses.iter().filter(|&&it| it == DeliveryStatus::Failed);
    assert!(failed.count() > 0, "nothing was given up");
    let nodes = &mut world.nodes;
    // Nothing of the last guest's: what they heard is not what the friend heard.
    nodes[1].forget();
    nodes[1].identity = identity;
    nodes[1].name = "Person 1".to_owned();
    (nodes[1].seat, nodes[1].keys, nodes[1].people) = friend;
    world.unanswering.clear();
    world.act(&Action::OpenTab(1));
    world.run(20_000);
    let statuses = world.statuses(0, &for_friend);
    assert!(all(DeliveryStatus::Delivered)(&statuses), "{statuses:?}");
    world.assert_heard(1, &for_friend);
}

/// Somebody whose link works and who acknowledges nothing is waited for a minute.
#[test]
fn who_never_acknowledges_is_not_waited_for_for_ever() {
    let mut world = room_of(3);
    world.unanswering = vec![1];
    let ids = world.say_much(0);
    world.run(20_000);
    assert!(world.statuses(0, &ids).contains(&DeliveryStatus::Sending));
    world.run(60_000);
    let statuses = world.statuses(0, &ids);
    assert!(all(DeliveryStatus::Sent)(&statuses), "{statuses:?}");
    world.assert_heard(2, &ids);
    // Once they do, all of it comes to its end.
    world.unanswering.clear();
    world.act(&Action::Reload(1));
    world.run(20_000);
    assert!(all(DeliveryStatus::Delivered)(&world.statuses(0, &ids)));
    world.assert_heard(1, &ids);
}

/// Whoever leaves, dies or falls silent while something waits for them.
#[test]
fn nobody_who_cannot_be_reached_any_more_is_waited_for() {
    for way in ["leaves", "dies", "falls silent"] {
        let mut world = room_of(3);
        world.unanswering = vec![1];
        let ids = world.say_much(0);
        world.run(500);
        assert!(world.statuses(0, &ids).contains(&DeliveryStatus::Sending));
        match way {
            "leaves" => world.act(&Action::CloseTab(1)),
            "dies" => world.act(&Action::Kill(1)),
            _ => world.split(0, 1),
        }
        world.run(50_000);
        let statuses = world.statuses(0, &ids);
        assert!(all(DeliveryStatus::Sent)(&statuses), "{way}: {statuses:?}");
        world.assert_heard(2, &ids);
    }
}
