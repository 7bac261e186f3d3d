//! Random histories with a server that lies, alone and together with a member of the room.

use banter_protocol::{crypto::RoomKeys, limits};

use crate::{
    chance::Chance,
    evil_server::{EvilServer, room},
    mallory::Mallory,
    node::Node,
    seeds::{assert_seeds, seeds},
    world::{Action, Event, World},
};

/// How long the server lies.
const EVIL_LASTS: u64 = 25_000;
/// How long everybody may take to find each other afterwards: the longest waits of a link follow each other.
const CALM_LASTS: u64 = 120_000;

fn honest_action(honest: usize, chance: &mut Chance) -> Action {
    let node = chance.index(honest);
    match chance.within(0, 9) {
        0 => Action::Reload(node),
        1 => Action::CloseTab(node),
        2 | 3 => Action::OpenTab(node),
        4 => Action::DropSocket(node),
        5 => Action::Zombie(node, (node + 1) % honest),
        _ => Action::Say(node),
    }
}

/// A room with an evil server: faults and chat while it lies, then an honest server, then a word of everybody.
fn play(seed: u64, colludes: bool) {
    let mut chance = Chance::new(seed.wrapping_mul(0x517c_c1b7) ^ u64::from(colludes));
    let honest = 2 + chance.index(2);
    let of_mallory = if colludes { 3 } else { 0 };
    let mut world = World::in_room(seed, honest + of_mallory, room());
    let mallory = colludes.then(|| {
        let identity = world.nodes[honest].identity.clone();
        for node in honest..honest + of_mallory {
            world.nodes[node].is_mallory = true;
            world.nodes[node].identity = identity.clone();
            if chance.one_in(2) {
                world.nodes[node].name = format!("Person {}", chance.index(honest));
            }
        }
        // The first of her tabs is a member like any other.
        Mallory::new(RoomKeys::derive(&room(), None), identity, honest + 1)
    });
    let restraint = [1, 2, 4, 8][chance.index(4)];
    world.evil = Some(EvilServer::well_read(seed, restraint, mallory));
    for node in 0..honest + usize::from(colludes) {
        world.schedule(chance.within(0, 2_000), Event::Do(Action::OpenTab(node)));
    }
    for _ in 0..chance.within(3, 15) {
        let action = honest_action(honest, &mut chance);
        world.schedule(chance.within(500, EVIL_LASTS), Event::Do(action));
    }
    if colludes {
        for _ in 0..chance.within(1, 5) {
            let imitator = honest + 1 + chance.index(2);
            let action = Action::Imitate(imitator, chance.index(honest));
            world.schedule(chance.within(300, EVIL_LASTS), Event::Do(action));
        }
    }
    world.schedule(chance.within(0, 1_000), Event::Mischief);
    world.run(EVIL_LASTS);
    let made = world.rtc.connections.len();
    assert!(made < 400, "{made} connections");
    let wakes: u64 = world.nodes.iter().map(|node| node.wakes).sum();
    assert!(
        wakes < 25 * 40 * world.nodes.len() as u64,
        "{wakes} wake-ups"
    );
    for tab in &world.nodes {
        assert!(members(tab) <= limits::ROOM_MEMBERS);
    }
    world.act(&Action::Calm);
    for _ in 0..CALM_LASTS / 2_000 {
        world.run(2_000);
        if world.is_whole() {
            break;
        }
    }
    world.assert_whole_mesh();
}

/// Members that an engine holds, as its printed form tells.
pub fn members(tab: &Node) -> usize {
    format!("{:?}", tab.engine).matches("Member {").count()
}

/// Promise 3: a server that swaps, reorders, reflects, replays, forges and withholds, and a network that joins whom it likes,
/// get nobody shown as connected who is not, nobody and nothing shown that is not true, and not one byte accepted; once
/// they stop, everybody is linked.
#[test]
fn an_evil_server_never_gets_a_link_and_cannot_part_people_for_good() {
    assert_seeds(seeds(300), |seed| play(seed, false));
}

/// Promise 4: the same with a member of the room at the server's side, who sits where others sit and takes their keys for her
/// own: whoever is linked to her sees her key.
#[test]
fn a_member_at_the_side_of_an_evil_server_cannot_stand_between_two_others() {
    assert_seeds(seeds(300), |seed| play(seed, true));
}
