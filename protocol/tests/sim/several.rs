//! Tabs that are in several rooms at once: nothing of one room ever shows in another, and what happens in one leaves the others as
//! they are.

use banter_protocol::{
    crypto::Invite,
    engine::{DeliveryStatus, RoomIntent, Standing},
    ids::{MessageId, RoomId},
};

use crate::{
    chance::Chance,
    seeds::{assert_seeds, seeds},
    visit::Visit,
    world::{Action, Event, World},
};

/// One that everybody may enter, and two private ones.
fn rooms() -> [Invite; 3] {
    let open = Invite::open("tea".parse().unwrap()).unwrap();
    let private = |number: u8| Invite::generate([number; 16], [number + 1; 32]);
    [open, private(20), private(40)]
}

impl World {
    /// The person enters a room more.
    pub fn enter(&mut self, node: usize, invite: &Invite) {
        let visits = &mut self.nodes[node].elsewhere;
        let room = invite.room().clone();
        let visit = visits.entry(room.clone());
        let visit = visit.or_insert_with(|| Visit::new(invite.clone()));
        visit.is_wanted = true;
        visit.look_away();
        if self.nodes[node].alive {
            let tab = &self.nodes[node];
            let join = tab.join_input(&tab.elsewhere[&room]);
            self.input(node, join);
        }
    }

    /// The person leaves one of the rooms, for good.
    pub fn leave(&mut self, node: usize, room: &RoomId) {
        self.intent_in(node, room.clone(), RoomIntent::Leave);
        if let Some(visit) = self.nodes[node].elsewhere.get_mut(room) {
            visit.is_wanted = false;
            visit.forget();
        }
    }

    /// Says something that names its room, where the tab is in it.
    fn say_in(&mut self, node: usize, room: &RoomId) -> Option<MessageId> {
        let before = self.nodes[node].visit_to(room)?;
        before.me?;
        let before = before.shown.len();
        let text = format!("{before} in {room} of {node}").parse().unwrap();
        let timestamp = self.timestamp();
        self.intent_in(node, room.clone(), RoomIntent::Send { text, timestamp });
        let shown = &self.nodes[node].visit_to(room)?.shown;
        Some(shown[before].id)
    }

    /// Who is in a room.
    fn inside(&self, room: &RoomId) -> Vec<usize> {
        let is_there = |node: &usize| {
            let visit = self.nodes[*node].visit_to(room);
            self.nodes[*node].alive && visit.is_some_and(|visit| visit.is_wanted)
        };
        (0..self.nodes.len()).filter(is_there).collect()
    }

    /// In each room everybody is linked to everybody else who is there, and to nobody else; and only what was said there is shown.
    fn assert_rooms_are_whole_and_apart(&self, invites: &[Invite]) {
        let mut links = vec![0; self.nodes.len()];
        for room in invites.iter().map(Invite::room) {
            let inside = self.inside(room);
            for &node in &inside {
                let visit = self.nodes[node].visit_to(room).unwrap();
                for &other in inside.iter().filter(|&&other| other != node) {
                    let peer = self.nodes[other].visit_to(room).unwrap().me;
                    let peer = peer.expect("everybody is in the room");
                    assert!(
                        visit.is_linked_to(peer),
                        "{node} and {other} in {room}: {:?}",
                        visit.peers
                    );
                }
                assert_eq!(visit.peers.len(), inside.len() - 1, "{node} in {room}");
                links[node] += inside.len() - 1;
                let here = format!(" in {room} of ");
                let mut shown = visit.shown.iter();
                assert!(shown.all(|message| message.text.as_str().contains(&here)));
            }
        }
        for (node, links) in links.into_iter().enumerate() {
            let held = self.rtc.alive(node, self.nodes[node].page);
            assert_eq!(held, links, "connections of node {node}");
        }
    }

    /// What is said now in each room is shown to all who are there.
    fn assert_everybody_hears(&mut self, invites: &[Invite]) {
        for room in invites.iter().map(Invite::room) {
            for node in self.inside(room) {
                let id = self.say_in(node, room).unwrap();
                self.run(2_000);
                let inside = self.inside(room);
                for &other in &inside {
                    let visit = self.nodes[other].visit_to(room).unwrap();
                    let status = visit.status_of(id);
                    let expected = if inside.len() > 1 {
                        DeliveryStatus::Delivered
                    } else {
                        DeliveryStatus::Sent
                    };
                    assert_eq!(status, Some(expected), "{node} to {other} in {room}");
                }
            }
        }
    }
}

/// Something happens to a tab, or in one of its rooms.
fn happen(world: &mut World, invites: &[Invite], chance: &mut Chance) {
    let nodes = world.nodes.len();
    let (node, invite) = (chance.index(nodes), &invites[chance.index(invites.len())]);
    let other = (node + 1 + chance.index(nodes - 1)) % nodes;
    let is_main = world.nodes[node].invite == *invite;
    match chance.within(0, 17) {
        0 | 1 if !is_main => world.enter(node, invite),
        2 if !is_main && world.nodes[node].elsewhere.contains_key(invite.room()) => {
            world.leave(node, invite.room());
        }
        3 => world.act(&Action::Reload(node)),
        4 => world.act(&Action::Kill(node)),
        5 | 6 => world.act(&Action::OpenTab(node)),
        7 => world.act(&Action::ServerDown),
        8 | 9 => world.act(&Action::ServerUp),
        10 => world.act(&Action::DropSocket(node)),
        11 => world.act(&Action::Split(node, other)),
        12 => world.act(&Action::Heal(node, other)),
        13 => world.act(&Action::Hide(node)),
        14 => world.act(&Action::Show(node)),
        _ => {
            world.say_in(node, invite.room());
        }
    }
}

/// Promises 64 to 66, in several rooms at once.
#[test]
fn tabs_in_several_rooms_are_whole_in_each_and_nothing_crosses_over() {
    assert_seeds(seeds(400), |seed| {
        let mut chance = Chance::new(seed.wrapping_mul(0x9e37_79b9) ^ 0x0005_e7e7);
        let all = rooms();
        let invites = &all[..2 + chance.index(2)];
        let main = invites[chance.index(invites.len())].clone();
        let mut world = World::in_room(seed, 2 + chance.index(3), main.clone());
        for node in 0..world.nodes.len() {
            for invite in invites.iter().filter(|invite| **invite != main) {
                if !chance.one_in(3) {
                    world.enter(node, invite);
                }
            }
            world.schedule(chance.within(0, 2_000), Event::Do(Action::OpenTab(node)));
        }
        for _ in 0..chance.within(10, 50) {
            world.run(chance.within(10, 4_000));
            happen(&mut world, invites, &mut chance);
        }
        world.act(&Action::Calm);
        world.run(150_000);
        world.assert_rooms_are_whole_and_apart(invites);
        world.assert_everybody_hears(invites);
        world.assert_rooms_are_whole_and_apart(invites);
    });
}

/// A second room does not end the first, and leaving one leaves the other untouched: not one connection of it is closed or made.
#[test]
fn who_leaves_one_room_stays_in_the_other_as_they_were() {
    let [tea, private, _] = rooms();
    let mut world = World::in_room(3, 2, tea.clone());
    world.calm = true;
    for node in 0..2 {
        world.act(&Action::OpenTab(node));
    }
    world.run(4_000);
    let first = world.rtc.connections.len();
    for node in 0..2 {
        world.enter(node, &private);
    }
    world.run(4_000);
    let invites = [tea, private.clone()];
    world.assert_rooms_are_whole_and_apart(&invites);
    let is_open = |world: &World, number: usize| !world.rtc.connections[number].closed;
    assert!((0..first).any(|number| is_open(&world, number)));
    let both = world.rtc.connections.len();

    let kept: Vec<_> = (0..first).filter(|&it| is_open(&world, it)).collect();
    world.leave(0, private.room());
    world.run(4_000);
    assert!(kept.iter().all(|&number| is_open(&world, number)));
    assert_eq!(world.rtc.connections.len(), both, "nothing is made anew");
    assert!(world.nodes[1].elsewhere[private.room()].peers.is_empty());
    world.assert_rooms_are_whole_and_apart(&invites);
    world.assert_everybody_hears(&invites);

    // And back, as the same person, while the other room goes on.
    world.enter(0, &private);
    world.run(6_000);
    world.assert_rooms_are_whole_and_apart(&invites);
    assert!(kept.iter().all(|&number| is_open(&world, number)));
}

/// After a reload the tab is in all of its rooms again, with what was said in each.
#[test]
fn a_reload_returns_to_every_room() {
    let [tea, private, another] = rooms();
    let mut world = World::in_room(4, 3, tea.clone());
    world.calm = true;
    for node in 0..3 {
        world.enter(node, &private);
        world.enter(node, &another);
        world.act(&Action::OpenTab(node));
    }
    world.run(6_000);
    let invites = [tea, private, another];
    world.assert_everybody_hears(&invites);
    world.act(&Action::Reload(1));
    world.run(6_000);
    world.assert_rooms_are_whole_and_apart(&invites);
    for room in invites.iter().map(Invite::room) {
        let shown = |node: usize| world.nodes[node].visit_to(room).unwrap().shown.len();
        assert_eq!(shown(1), shown(0), "in {room}");
    }
    world.assert_everybody_hears(&invites);
}

/// Promise 14: who is verified is so in every room, also in those that were open already, and so is who is no more.
#[test]
fn who_is_verified_in_one_room_is_verified_in_all_at_once() {
    let [tea, private, _] = rooms();
    let mut world = World::in_room(5, 2, tea.clone());
    world.calm = true;
    for node in 0..2 {
        world.enter(node, &private);
        world.act(&Action::OpenTab(node));
    }
    world.run(4_000);
    let standings = |world: &World| {
        [&tea, &private].map(|invite| {
            let visit = world.nodes[0].visit_to(invite.room()).unwrap();
            visit.peers[0].standing
        })
    };
    assert_eq!(standings(&world), [Standing::Known; 2]);
    for (decided_in, verified, expected) in [
        (&tea, true, Standing::Verified),
        (&private, false, Standing::Known),
    ] {
        let room = decided_in.room();
        let visit = world.nodes[1].visit_to(room).unwrap();
        let peer = visit.me.unwrap();
        let intent = RoomIntent::SetVerified { peer, verified };
        world.intent_in(0, room.clone(), intent);
        assert_eq!(standings(&world), [expected; 2]);
        // And after a reload, by what is kept.
        world.act(&Action::Reload(0));
        world.run(4_000);
        assert_eq!(standings(&world), [expected; 2]);
    }
}
