//! Everything at once, with many seeds.

use std::num::NonZeroU64;

use banter_protocol::{
    ids::{PeerId, ServerId},
    signaling::{ConnectionKey, ErrorCode},
};

use crate::{people::People, world::World};

const PEOPLE: u128 = 7;

fn seeds() -> u64 {
    let asked = std::env::var("BANTER_SIM_SEEDS").ok();
    asked
        .and_then(|text| text.parse::<NonZeroU64>().ok())
        .map_or(400, NonZeroU64::get)
}

impl World {
    fn any_server(&mut self) -> ServerId {
        let servers: Vec<_> = self.nodes.keys().copied().collect();
        servers[self.chance.index(servers.len())]
    }

    fn any_socket(&mut self) -> Option<ConnectionKey> {
        let sockets: Vec<_> = self.people.sockets.keys().copied().collect();
        (!sockets.is_empty()).then(|| sockets[self.chance.index(sockets.len())])
    }

    fn mischief(&mut self) {
        let server = self.any_server();
        let peer = PeerId::from_random(1 + u128::from(self.chance.next()) % PEOPLE);
        match self.chance.within(0, 39) {
            0..=14 => self.join_again(server, peer),
            // Somebody who knows the id and not the value.
            15 => self.join(server, peer, None),
            16 => self.join(server, peer, Some(People::token(0))),
            17..=20 => {
                if let Some(socket) = self.any_socket() {
                    self.leave(socket);
                }
            }
            21..=27 => {
                if let Some(socket) = self.any_socket() {
                    self.lose(socket);
                }
            }
            28 => {
                self.kill(server);
                self.start_server();
            }
            29 => {
                self.drain(server);
                self.start_server();
            }
            30 => self.bus.set_down(true, &mut self.chance),
            31 | 32 => self.bus.set_down(false, &mut self.chance),
            33 => self.bus.set_cut(server, true),
            34..=37 => self.bus.set_cut(server, false),
            _ => {}
        }
    }
}

/// What the runs have met: a simulation in which nothing happens proves nothing.
#[derive(Debug, Default)]
struct Met {
    moved: usize,
    evicted: usize,
    taken: usize,
    left: usize,
    shared_rooms: usize,
}

/// Promise 49, 57.
#[test]
fn whatever_happens_all_servers_agree_once_it_is_over() {
    let mut met = Met::default();
    for seed in 1..=seeds() {
        let run = std::panic::catch_unwind(|| {
            let mut world = World::new(seed, 3);
            for _ in 0..120 {
                world.mischief();
                let pause = if world.chance.one_in(12) { 15_000 } else { 900 };
                let pause = world.chance.within(0, pause);
                world.run(pause);
            }
            world.bus.heal();
            // Nobody comes any more; seats run out, and digests tell what was lost.
            world.run(160_000);
            world.assert_all_agree();
            world
        });
        let world = run.unwrap_or_else(|_| panic!("seed {seed}"));
        met.moved += world.people.moved;
        met.evicted += world.people.evicted;
        met.taken += world
            .people
            .refused
            .get(&ErrorCode::PeerIdTaken)
            .copied()
            .unwrap_or(0);
        met.left += world.people.left.len();
        met.shared_rooms += usize::from(
            world
                .nodes
                .values()
                .filter(|node| node.room.is_some())
                .count()
                > 1,
        );
    }
    println!("{met:?}");
    let runs = usize::try_from(seeds()).unwrap();
    assert!(
        met.moved > runs && met.left > runs && met.taken > runs,
        "{met:?}"
    );
    assert!(
        met.evicted > runs / 20 && met.shared_rooms > runs / 4,
        "{met:?}"
    );
}
