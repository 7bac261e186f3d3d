//! A quarter of an hour and more in a private room: keys are renewed while everybody stays.

use crate::{
    evil_server::{EvilServer, room},
    world::{Action, World},
};

/// Nobody is missing on anybody's screen.
fn assert_nobody_is_dropped(world: &World, people: usize) {
    for node in 0..people {
        for other in (0..people).filter(|&other| other != node) {
            let peer = world.nodes[other].me.unwrap();
            let linked = world.nodes[node].is_linked_to(peer);
            assert!(linked, "{node} has lost {other} at {}", world.now);
        }
    }
}

/// Promise 8: keys are renewed after a quarter of an hour, also around a lost socket and a restarted server; nobody is
/// dropped for it, no link is made anew, and whoever comes later is linked with the keys of then.
#[test]
fn renewed_epochs_drop_nobody_and_let_newcomers_in() {
    for (seed, trouble) in [(1, 894_000), (3, 899_500), (5, 901_000), (7, 905_000)] {
        let mut world = World::in_room(seed, 4, room());
        world.calm = true;
        // Listens, so that no number is used twice.
        world.evil = Some(EvilServer::new(seed, u64::MAX, None));
        let begun = world.now;
        for node in 0..3 {
            world.act(&Action::OpenTab(node));
        }
        world.run(5_000);
        world.assert_nobody_missing(3);
        let made = world.rtc.connections.len();
        let first = world.nodes[0].keys.clone().unwrap().epoch;
        let (mut troubled, mut back) = (false, false);
        while world.now < begun + 1_200_000 {
            let past = world.now - begun;
            if past >= trouble && !troubled {
                troubled = true;
                world.act(&Action::DropSocket(0));
                world.act(&Action::ServerDown);
            }
            if past >= trouble + 20_000 && !back {
                back = true;
                world.act(&Action::ServerUp);
            }
            world.act(&Action::Say((past / 5_000 % 3) as usize));
            world.run(5_000);
            assert_nobody_is_dropped(&world, 3);
        }
        assert!(world.nodes[0].keys.clone().unwrap().epoch > first);
        assert_eq!(world.rtc.connections.len(), made, "a link was made anew");
        world.act(&Action::OpenTab(3));
        world.run(5_000);
        world.assert_nobody_missing(4);
        world.act(&Action::Say(3));
        // The next renewal, with a pair that has met in the second epoch.
        world.run(1_000_000);
        world.assert_nobody_missing(4);
        world.act(&Action::Zombie(0, 3));
        world.run(15_000);
        world.assert_nobody_missing(4);
        world.assert_nothing_lost();
    }
}

impl World {
    fn assert_nobody_missing(&self, people: usize) {
        assert_nobody_is_dropped(self, people);
        self.assert_whole_mesh();
    }
}
