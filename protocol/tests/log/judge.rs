//! What must hold once nothing more is said and faults have stopped.

use banter_protocol::{
    log::{RoomLog, view::Message},
    peer::Extent,
};

use crate::world::World;

pub fn messages(log: &RoomLog) -> Vec<Message> {
    let view = log.view();
    view.places()
        .filter_map(|place| view.message(place))
        .collect()
}

/// The logs of these nodes are equal, and so is what is seen of them.
pub fn assert_equal(world: &World, nodes: &[usize]) {
    let first = nodes[0];
    let extents: Vec<Extent> = world.nodes[first].log.extents();
    let seen = messages(&world.nodes[first].log);
    for &node in nodes {
        let log = &world.nodes[node].log;
        assert_eq!(
            log.extents(),
            extents,
            "{node} has another log than {first}"
        );
        let (own, theirs) = (messages(log).len(), seen.len());
        assert_eq!(
            own, theirs,
            "{node} sees another number of messages than {first}"
        );
        assert_eq!(
            messages(log),
            seen,
            "{node} sees something else than {first}"
        );
        assert_eq!(log.view().title(), world.nodes[first].log.view().title());
    }
}

pub fn are_equal(world: &World, nodes: &[usize]) -> bool {
    let extents = world.nodes[nodes[0]].log.extents();
    nodes
        .iter()
        .all(|node| world.nodes[*node].log.extents() == extents)
}
