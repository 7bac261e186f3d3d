//! A connection that works is made anew, and nobody is without one for a moment.

use banter_protocol::engine::{LinkPath, PathPolicy};

use crate::{
    chance::Chance,
    reach::{assert_only_relays_of, decide, path, room_by, turn},
    seeds::{assert_seeds, seeds},
    world::{Action, World},
};

impl World {
    /// Lets so many milliseconds pass, during which everybody is linked to everybody at every moment.
    fn run_without_a_gap(&mut self, millis: u64) {
        for _ in 0..millis / 20 {
            self.run(20);
            let ids: Vec<_> = self.nodes.iter().map(|it| it.me.unwrap()).collect();
            for (node, tab) in self.nodes.iter().enumerate() {
                let mut others = ids.iter().filter(|&&id| Some(id) != tab.me);
                let peers = &tab.peers;
                assert!(
                    others.all(|&id| tab.is_linked_to(id)),
                    "node {node} at {}: {peers:?}",
                    self.now
                );
            }
        }
    }
}

/// Promise 20: the switch renews what is open, and nobody hears of it.
#[test]
fn hiding_in_a_room_renews_every_link_without_a_gap_and_so_does_showing_oneself() {
    assert_seeds(seeds(40), |seed| {
        let node = 2 * Chance::new(seed).index(2);
        let mut world = room_by(seed, 3, vec![turn(1)]);
        for (policy, way) in [
            (PathPolicy::RelayOnly, LinkPath::Relayed),
            (PathPolicy::Any, LinkPath::Direct),
        ] {
            decide(&mut world, node, policy);
            world.run_without_a_gap(10_000);
            world.act(&Action::Say(node));
            world.run(1_000);
            for other in (0..3).filter(|&other| other != node) {
                assert_eq!(path(&world, node, other), Some(way));
                assert_eq!(path(&world, other, node), Some(way));
            }
            world.assert_whole_mesh();
            world.assert_nothing_lost();
        }
        assert_only_relays_of(&world, node);
    });
}

/// Whoever decides while the other does, or just after, ends connections that only one of the two has proved.
#[test]
fn who_decide_at_once_or_change_their_minds_are_never_without_a_link() {
    assert_seeds(seeds(200), |seed| {
        let mut chance = Chance::new(seed ^ 0x4e_e3a1);
        let mut world = room_by(seed, 2, vec![turn(1)]);
        for _ in 0..chance.within(2, 5) {
            let node = chance.index(2);
            let policy = match world.nodes[node].policy {
                PathPolicy::Any => PathPolicy::RelayOnly,
                PathPolicy::RelayOnly => PathPolicy::Any,
            };
            decide(&mut world, node, policy);
            world.act(&Action::Say(chance.index(2)));
            world.run_without_a_gap(chance.within(0, 30) * 20);
        }
        world.run_without_a_gap(15_000);
        world.assert_whole_mesh();
        world.assert_nothing_lost();
        let hides = |it: &crate::node::Node| it.policy == PathPolicy::RelayOnly;
        let way = if world.nodes.iter().any(hides) {
            LinkPath::Relayed
        } else {
            LinkPath::Direct
        };
        assert_eq!(path(&world, 0, 1), Some(way));
    });
}

/// The proof of one side arrives, and that of the other seconds later.
#[test]
fn a_renewal_that_the_network_interrupts_leaves_both_sides_what_they_had() {
    assert_seeds(seeds(200), |seed| {
        let mut chance = Chance::new(seed ^ 0x51_1e27);
        let mut world = room_by(seed, 2, vec![turn(1)]);
        decide(&mut world, chance.index(2), PathPolicy::RelayOnly);
        world.run_without_a_gap(chance.within(0, 40) * 20);
        world.split(0, 1);
        world.act(&Action::Say(chance.index(2)));
        world.run_without_a_gap(4_000);
        world.heal_all();
        world.run_without_a_gap(6_000);
        world.assert_nothing_lost();
    });
}
