//! What must hold once nothing more is said and faults have stopped.

use banter_protocol::{
    crypto::SessionKey,
    log::{Amount, RoomLog, view::Message},
    peer::Extent,
};

use crate::{node::Node, world::World};

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

/// The store has what the log says that is here, and nothing else.
pub fn assert_stored(node: &Node) {
    let (log, store) = (&node.log, &node.store);
    let restored = store.restored();
    for card in &restored.cards {
        assert_eq!(log.card(&card.session), Some(card), "a card of nobody");
    }
    for receipt in &restored.receipts {
        let session = receipt.read().unwrap().session;
        assert!(log.card(&session).is_some(), "a receipt of nobody");
    }
    let mut ranges = 0;
    for range in &restored.ranges {
        assert!(log.card(&range.session).is_some(), "a range of nobody");
        ranges += range.last.0 + 1 - range.first.0;
    }
    let texts = store.entries.values().map(|entry| entry.text.len() as u64);
    let amount = Amount {
        entries: store.entries.len() as u64,
        bytes: texts.sum(),
    };
    assert_eq!(log.stored(), amount, "it is counted wrongly");
    let extents = log.extents();
    let mut stored = store.entries.len() as u64;
    for extent in &extents {
        let session = extent.session;
        let range = (session, extent.first)..=(session, extent.last);
        let count = store.entries.range(range).count() as u64;
        assert_eq!(
            count,
            extent.last - extent.first + 1,
            "something is missing"
        );
        stored -= count;
    }
    let is_frozen = |(session, _): &&(SessionKey, u64)| log.is_frozen(session);
    let frozen = store.entries.keys().filter(is_frozen).count() as u64;
    assert_eq!(stored, frozen, "something is stored that is not here");
    assert_eq!(ranges, amount.entries, "the ranges are others");
}

pub fn are_equal(world: &World, nodes: &[usize]) -> bool {
    let extents = world.nodes[nodes[0]].log.extents();
    nodes
        .iter()
        .all(|node| world.nodes[*node].log.extents() == extents)
}
