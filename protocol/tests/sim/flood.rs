//! A member who says more than anybody can hear.

use banter_protocol::{
    crypto::{
        RoomKeys,
        entry::{EntryContent, LogEnd},
    },
    engine::{Hearing, RoomIntent, RtcEvent},
    ids::MessageId,
    limits,
    peer::{Channel, PeerMessage, framing},
    time::Timestamp,
};

use crate::world::{Action, World};

fn room_of(people: usize) -> World {
    let mut world = World::new(8, people);
    world.calm = true;
    for node in 0..people {
        world.act(&Action::OpenTab(node));
    }
    world.run(4_000);
    world.assert_whole_mesh();
    world
}

/// Somebody who goes on signing and sending, whatever is answered.
struct Flooder {
    node: usize,
    log: LogEnd,
}

impl Flooder {
    /// The frames of the next message.
    fn next(&mut self, world: &World, bytes: usize) -> Vec<String> {
        let tab = &world.nodes[self.node];
        let session = tab.keys.as_ref().unwrap().session();
        let keys = RoomKeys::derive(&tab.invite, None);
        let number = u128::from(self.log.number) + 1;
        let content = EntryContent::ChatMessage {
            id: MessageId::from_random(number << 80),
            text: format!("{number} {}", "x".repeat(bytes)).parse().unwrap(),
        };
        let time = Timestamp::from_millis(world.now);
        let author = (tab.identity.key(), &session);
        let signed = self.log.append(author, content, time, keys.tag());
        let message = PeerMessage::Entry {
            text: signed.text,
            signature: signed.signature,
        };
        framing::split(serde_json::to_string(&message).unwrap())
    }

    fn say(&mut self, world: &mut World, to: usize, bytes: usize) {
        let frames = self.next(world, bytes);
        self.hand_over(world, to, &frames);
    }

    fn hand_over(&self, world: &mut World, to: usize, frames: &[String]) {
        let inbound = world.inbound(to, self.node);
        for frame in frames {
            world.arrive(inbound, RtcEvent::Frame(Channel::Chat, frame.clone()));
        }
    }
}

impl World {
    /// The end at `node` of the connection with `from`.
    fn inbound(&self, node: usize, from: usize) -> usize {
        let mut numbers = (0..self.rtc.connections.len()).rev();
        let found = numbers.find(|&number| {
            let end = &self.rtc.connections[number];
            let far = self.rtc.other_end(number);
            let leads = far.is_some_and(|far| self.rtc.connections[far].node == from);
            end.node == node && !end.closed && end.open.contains(&Channel::Chat) && leads
        });
        found.expect("the two are linked")
    }

    fn hearing(&self, node: usize, of: usize) -> Hearing {
        let peer = self.nodes[of].me.unwrap();
        let mut peers = self.nodes[node].peers.iter();
        peers.find(|it| it.id == peer).unwrap().hearing
    }

    fn mutes(&self, node: usize, of: usize) -> bool {
        let peer = self.nodes[of].me.unwrap();
        let mut peers = self.nodes[node].peers.iter();
        peers.any(|it| it.id == peer && it.hearing == Hearing::Muted)
    }

    fn shown_of(&self, node: usize, author: usize) -> usize {
        let author = self.nodes[author].me.unwrap();
        let shown = self.nodes[node].shown.iter();
        shown.filter(|message| message.from == author).count()
    }
}

/// Promise 32.
#[test]
fn who_says_five_thousand_things_a_second_is_slowed_then_muted_and_takes_nothing_from_others() {
    let mut world = room_of(3);
    let mut flooder = Flooder {
        node: 1,
        log: LogEnd::default(),
    };
    let mut was_slowed = false;
    for milli in 0..4_000_u64 {
        for _ in 0..5 {
            flooder.say(&mut world, 0, 200);
        }
        if milli % 200 == 0 {
            world.act(&Action::Say(2));
        }
        world.run(1);
        was_slowed |= world.hearing(0, 1) == Hearing::Slowed;
    }
    assert!(was_slowed);
    assert_eq!(world.hearing(0, 1), Hearing::Muted);
    assert_eq!(
        world.hearing(2, 1),
        Hearing::Heard,
        "they were told nothing"
    );
    world.run(500);
    assert_eq!(world.shown_of(0, 2), 20, "the other is heard");
    let shown = world.shown_of(0, 1);
    assert!(
        (1_000..2_000).contains(&shown),
        "{shown} of the flood are shown"
    );

    // They are linked all the time, and heard again once they have calmed down.
    world.run(30_000);
    assert_eq!(world.hearing(0, 1), Hearing::Heard);
    flooder.say(&mut world, 0, 1);
    assert_eq!(world.shown_of(0, 1), shown + 1);
}

#[test]
fn the_person_can_hear_somebody_again_at_once() {
    let mut world = room_of(2);
    let mut flooder = Flooder {
        node: 1,
        log: LogEnd::default(),
    };
    for _ in 0..10_000 {
        flooder.say(&mut world, 0, 200);
    }
    assert_eq!(world.hearing(0, 1), Hearing::Muted);
    let peer = world.nodes[1].me.unwrap();
    world.intent(0, RoomIntent::ListenAgain(peer));
    assert_eq!(world.hearing(0, 1), Hearing::Heard);
    world.run(2_000);
    world.assert_whole_mesh();
}

/// Promise 33: what a room holds in a page is bounded, whatever is said in it; a flood pushes out its author's own.
#[test]
fn a_page_holds_so_many_messages_and_an_old_one_is_never_shown_again() {
    let mut world = room_of(3);
    for _ in 0..50 {
        world.act(&Action::Say(2));
    }
    world.run(2_000);
    let mut flooder = Flooder {
        node: 1,
        log: LogEnd::default(),
    };
    let first = flooder.next(&world, 100);
    flooder.hand_over(&mut world, 0, &first);
    for _ in 0..80 {
        for _ in 0..100 {
            flooder.say(&mut world, 0, 100);
        }
        world.run(500);
    }
    assert_eq!(world.hearing(0, 1), Hearing::Heard, "this is no flood");
    let held = world.nodes[0].shown.len();
    assert!((4_500..=limits::SHOWN.messages).contains(&held), "{held}");
    assert_eq!(world.shown_of(0, 2), 50);
    assert!(world.nodes[0].history.len() <= limits::STORED.messages);
    let kept_of_2 = world.nodes[0].history.values();
    let author = world.nodes[2].me.unwrap();
    assert_eq!(kept_of_2.filter(|it| it.message.from == author).count(), 50);

    // The simulator itself looks that nothing is shown twice; this one is not shown any more, and must not come back.
    let is_new = |world: &World| world.nodes[0].added.len();
    let before = is_new(&world);
    flooder.hand_over(&mut world, 0, &first);
    assert_eq!(is_new(&world), before);
    world.act(&Action::Reload(0));
    world.run(5_000);
    let before = is_new(&world);
    flooder.hand_over(&mut world, 0, &first);
    world.run(1_000);
    assert_eq!(is_new(&world), before, "nor after a reload");
}

/// Honest use: much at once after a blackout, from everybody.
#[test]
fn whoever_waits_for_answers_is_never_muted_however_much_they_say() {
    let mut world = room_of(4);
    for other in 1..4 {
        world.act(&Action::Split(0, other));
    }
    for _ in 0..500 {
        for node in 1..4 {
            world.act(&Action::Say(node));
        }
    }
    world.run(20_000);
    world.heal_all();
    for _ in 0..600 {
        world.run(100);
        for node in 1..4 {
            assert!(!world.mutes(0, node));
        }
    }
    world.assert_whole_mesh();
    world.assert_nothing_lost();
    for node in 1..4 {
        assert_eq!(world.shown_of(0, node), 500);
    }
    // and three hundred long ones of one, each in many frames.
    let text: banter_protocol::message_text::MessageText = "long ".repeat(5_000).parse().unwrap();
    for _ in 0..300 {
        let timestamp = Timestamp::from_millis(world.now);
        let text = text.clone();
        world.intent(1, RoomIntent::Send { text, timestamp });
    }
    for _ in 0..600 {
        world.run(100);
        assert!(!world.mutes(0, 1));
    }
    assert!(world.shown_of(0, 1) > 500);
    let newest = world.nodes[0].shown.last().unwrap();
    assert_eq!(newest.text, text);
}
