//! Little memory, stores that fail, members who are slow: what is shown, claimed and asked for then.

use std::time::Duration;

use banter_protocol::{
    limits::Bounds,
    log::{Content, History, Setting, keep::Storage},
};

use crate::{
    judge::{assert_equal, messages},
    node::Node,
    scenarios::room,
    world::World,
};

/// Memory for a hundred entries.
const LITTLE: Bounds = Bounds {
    messages: 100,
    bytes: 1024 * 1024,
    shares: 10,
};

#[test]
fn whoever_stores_more_than_fits_in_memory_sees_the_newest_and_stores_all() {
    let mut world = room(2, Storage::Memory);
    world.say(0, &Content::Setting(Setting::Title("Old title".into())));
    for number in 0..1_000 {
        world.say_text(number % 2, &format!("message {number}"));
        world.run_for(Duration::from_millis(20));
    }
    world.run_for(Duration::from_secs(2));
    let newcomer = world.add(Node::new(7, Storage::Device, LITTLE, History::All));
    world.open(newcomer, 0);
    world.run_for(Duration::from_secs(10));
    let log = &world.nodes[newcomer].log;
    assert_eq!(log.extents(), world.nodes[0].log.extents());
    assert_eq!(world.nodes[newcomer].store.entries.len(), 1_001);
    let (held, seen) = (log.in_memory().0, messages(log));
    assert!(held <= 100 && seen.len() == held, "{held}, {}", seen.len());
    let all = messages(&world.nodes[0].log);
    assert!(seen.ends_with(&all[950..]), "the newest are not seen");
    assert_eq!(log.view().title(), Some("Old title"));
}
