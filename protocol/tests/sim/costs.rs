//! What a full room costs one of its members in processor time: for `make bench`, which prints it. The browser's own work is not in
//! it, nor are the links, which exist only here.

use std::time::Duration;

use banter_protocol::{engine::RoomIntent, time::Timestamp};

use crate::{crowd::room_of, world::World};

const SIZES: [usize; 4] = [4, 16, 32, 64];

/// Virtual seconds of an idle room.
const IDLE_S: u32 = 60;

const MESSAGES: u32 = 20;

/// What one member computes.
struct Costs {
    /// For each second of an idle room.
    idle: Duration,
    /// For a message of its own, until everybody has acknowledged it.
    said: Duration,
    /// For a message of somebody else's.
    heard: Duration,
}

fn costs_among(people: usize) -> Costs {
    let mut world = room_of(people);
    // Everybody is asked once before, so that no first time is counted.
    world.run(10_000);
    let idle = computed(&mut world, 0, |world| world.run(u64::from(IDLE_S) * 1_000));
    let idle = idle / IDLE_S;
    let by = |speaker: usize, world: &mut World| {
        let all = computed(world, 0, |world| {
            for number in 0..MESSAGES {
                let text = format!("message {number}, of some length").parse().unwrap();
                let timestamp = Timestamp::from_millis(world.now);
                world.intent(speaker, RoomIntent::Send { text, timestamp });
                world.run(1_000);
            }
        });
        (all / MESSAGES).saturating_sub(idle)
    };
    Costs {
        idle,
        said: by(0, &mut world),
        heard: by(1, &mut world),
    }
}

fn computed(world: &mut World, node: usize, act: impl FnOnce(&mut World)) -> Duration {
    world.nodes[node].computed = Duration::ZERO;
    act(world);
    world.nodes[node].computed
}

#[test]
#[ignore = "measures"]
fn a_member_of_a_full_room() {
    println!("people  idle, a second  for each link  message said  for each link  message heard");
    for people in SIZES {
        let Costs { idle, said, heard } = costs_among(people);
        let links = u32::try_from(people - 1).unwrap();
        let micros = |time: Duration| format!("{:.1} us", time.as_secs_f64() * 1e6);
        println!(
            "{people:>6}  {:>14}  {:>13}  {:>12}  {:>13}  {:>13}",
            micros(idle),
            micros(idle / links),
            micros(said),
            micros(said / links),
            micros(heard),
        );
    }
}
