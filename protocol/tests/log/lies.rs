//! Members who lie, among others who go on.

use std::time::Duration;

use banter_protocol::log::storing::Storage;

use crate::{
    chance::Chance,
    judge::messages,
    mad::{lie, reads_nonsense},
    node::Node,
    seeds::{assert_seeds, seeds},
    world::World,
};

/// What of all that is caused falls to each message that may be, at most; few are as long.
const BYTES: u64 = 64;

fn play(seed: u64) {
    let mut chance = Chance::new(seed ^ 0x5151);
    let mut world = World::new(seed);
    let honest = chance.within(2, 4) as usize;
    let mad: Vec<usize> = (honest..honest + chance.within(1, 2) as usize).collect();
    let all = honest + mad.len();
    for number in 0..all {
        world.add(Node::usual(number as u64, Storage::Device));
    }
    world.open_all();
    if honest > 2 {
        world.close(1, 2);
    }
    let (mut lies, mut lied) = (0, 0);
    for number in 0..chance.within(20, 60) {
        if chance.one_in(4) {
            world.say_text(chance.index(all), &format!("said {number}"));
        }
        let liar = mad[chance.index(mad.len())];
        for _ in 0..chance.within(0, 6) {
            let message = lie(&world, liar, &mut chance);
            let to = chance.index(all);
            let json = serde_json::to_string(&message).unwrap();
            lied += json.len() as u64;
            world.send_json(liar, to, json);
            lies += 1;
        }
        if chance.one_in(20) {
            let session = world.nodes[0].log.session();
            let entry = reads_nonsense(&mut chance, session);
            world.read(liar, entry);
        }
        if chance.one_in(10) {
            let other = chance.index(honest);
            if world.is_open(liar, other) {
                world.close(liar, other);
            } else {
                world.open(liar, other);
            }
        }
        world.run_for(Duration::from_millis(chance.within(0, 300)));
    }
    // It goes; what it has left behind does no harm.
    for &liar in &mad {
        for other in 0..all {
            world.close(liar, other);
        }
    }
    world.run_for(Duration::from_secs(150));
    let honest_sessions: Vec<_> = (0..honest)
        .map(|node| world.nodes[node].log.session())
        .collect();
    let said = |node: usize| {
        let mut said = messages(&world.nodes[node].log);
        said.retain(|message| honest_sessions.contains(&message.place.session));
        said
    };
    for node in 0..honest {
        let log = &world.nodes[node].log;
        for session in &honest_sessions {
            assert!(!log.is_frozen(session), "somebody honest is frozen");
        }
        assert_eq!(
            log.extents(),
            world.nodes[0].log.extents(),
            "{node} has another log"
        );
        assert_eq!(said(node), said(0), "{node} sees something else");
        let own = log
            .extents()
            .into_iter()
            .find(|it| it.session == log.session());
        assert!(own.is_none_or(|own| own.first == 1));
    }
    // What the lies cause is bounded by their number.
    let bound = 400 * all as u64 + 6 * (lies + 60) * all as u64;
    assert!(
        world.sent.messages < bound,
        "{} of {bound}: {:?}",
        world.sent.messages,
        world.types
    );
    let caused = world.sent.bytes.saturating_sub(lied);
    assert!(caused < BYTES * bound, "{caused} bytes of {bound} messages");
}

#[test]
fn whoever_lies_in_every_message_harms_nobody_else() {
    assert_seeds(seeds(60), play);
}
