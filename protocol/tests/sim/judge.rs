//! What must be true once faults have stopped.

use banter_protocol::{
    engine::{DeliveryStatus, SignalingStatus},
    ids::MessageId,
};

use crate::world::World;

/// A message, and the pages that should show it in the end.
#[derive(Debug)]
pub struct Said {
    pub id: MessageId,
    pub author: (usize, u64),
    pub heard_by: Vec<(usize, u64)>,
    /// Somebody on the author's list had just gone.
    pub to_nobody: bool,
}

impl World {
    /// Everybody who is there is linked to everybody else who is there, and to nobody who is not.
    pub fn assert_whole_mesh(&self) {
        let alive: Vec<usize> = (0..self.nodes.len())
            .filter(|&n| self.nodes[n].alive)
            .collect();
        for &node in &alive {
            let tab = &self.nodes[node];
            assert_eq!(tab.signaling, SignalingStatus::Connected, "node {node}");
            let others: Vec<_> = alive
                .iter()
                .copied()
                .filter(|&other| other != node)
                .collect();
            for &other in &others {
                let peer = self.nodes[other].me.expect("everybody is in the room");
                assert!(
                    tab.is_linked_to(peer),
                    "node {node} is not linked to node {other}: {:?}",
                    tab.peers
                );
            }
            assert_eq!(
                tab.peers.len(),
                others.len(),
                "node {node} lists somebody who is gone"
            );
            let connections = self.rtc.alive(node, tab.page);
            assert_eq!(
                connections,
                others.len(),
                "node {node} holds connections for nobody"
            );
        }
    }

    /// Whether everybody who is there has found everybody else, and nothing more is under way.
    pub fn is_whole(&self) -> bool {
        let alive = || self.nodes.iter().filter(|tab| tab.alive);
        let others = alive().count().saturating_sub(1);
        let knows_all = |tab: &crate::node::Node| {
            let mut known = alive().filter(|other| other.me.is_some_and(|id| tab.is_linked_to(id)));
            let listed = known.by_ref().count() == others && tab.peers.len() == others;
            listed && tab.signaling == SignalingStatus::Connected
        };
        let at_rest = |node: usize| self.rtc.alive(node, self.nodes[node].page) == others;
        let nodes = (0..self.nodes.len()).filter(|&node| self.nodes[node].alive);
        alive().all(knows_all) && nodes.clone().all(at_rest)
    }

    /// Every message is shown by everybody who was listed when it was said and is still there, in the order of its
    /// author; by the simulator's own check, once.
    pub fn assert_nothing_lost(&self) {
        let stayed =
            |&(node, page): &(usize, u64)| self.nodes[node].alive && self.nodes[node].page == page;
        for said in self.said.iter().filter(|said| stayed(&said.author)) {
            for &(node, _) in said.heard_by.iter().filter(|reader| stayed(reader)) {
                let status = self.nodes[node].status_of(said.id);
                assert!(status.is_some(), "node {node} never showed {said:?}");
            }
            let author = &self.nodes[said.author.0];
            if !said.to_nobody && !said.heard_by.is_empty() && said.heard_by.iter().all(stayed) {
                let status = author.status_of(said.id);
                assert_eq!(status, Some(DeliveryStatus::Delivered), "{said:?}");
            }
        }
        for tab in self.nodes.iter().filter(|tab| tab.alive) {
            for author in self.nodes.iter().filter_map(|author| author.me) {
                let order = |id| self.said.iter().position(|said| said.id == id);
                let shown: Vec<_> = tab
                    .shown
                    .iter()
                    .filter(|message| message.from == author)
                    .map(|message| order(message.id))
                    .collect();
                assert!(shown.is_sorted(), "out of order: {shown:?}");
            }
        }
    }
}
