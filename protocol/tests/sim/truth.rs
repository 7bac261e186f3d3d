//! What a person may be shown of others in a private room: those, and only those, whose own engine holds the other end of a
//! connection of theirs. The simulator knows who holds which end.

use std::sync::Arc;

use banter_protocol::{
    crypto::IdentityKey,
    engine::{ChatMessage, LinkState},
    ids::PeerId,
};
use serde_json::Value;

use crate::{node::Node, visit::Visit, world::World};

/// The two epochs and the number of something sealed: 16 bytes in base64url.
fn header(sealed: &str) -> String {
    const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let (whole, rest) = sealed.split_at(21);
    let last = LETTERS.find(&rest[..1]).unwrap() >> 4;
    format!("{whole}{last}")
}

impl World {
    /// Promise 1: whoever holds two texts under one key and number holds their difference.
    pub fn assert_no_number_is_used_twice(&mut self, node: usize, text: &str) {
        let value: Value = serde_json::from_str(text).unwrap();
        let from = value["from"].as_str();
        let mut visits = self.nodes[node].visits();
        let is_from = |visit: &&Visit| {
            let seat = visit.seat.as_ref().map(|(peer, _)| peer.to_string());
            from.is_some() && seat.as_deref() == from
        };
        let Some(visit) = visits.find(is_from).filter(|it| it.invite.is_private()) else {
            return;
        };
        let keys = visit.keys.as_ref().unwrap();
        let payloads = ["offer", "answer", "candidate"].map(|name| value[name].as_str());
        for sealed in payloads.into_iter().flatten() {
            let number = (keys.session, value["to"].to_string(), header(sealed));
            assert!(self.numbers.insert(number), "{text} has a number twice");
        }
    }

    /// Promises 3, 4 and 15.
    pub fn assert_only_the_truth_is_shown(&mut self, node: usize) {
        let added: Vec<_> = self.nodes[node]
            .visits_mut()
            .map(|visit| std::mem::take(&mut visit.added))
            .collect();
        let tab = &self.nodes[node];
        for (visit, added) in tab.visits().zip(&added) {
            if visit.invite.is_private() {
                self.assert_only_the_truth_is_shown_in(node, visit, added);
            }
        }
    }

    fn assert_only_the_truth_is_shown_in(
        &self,
        node: usize,
        visit: &Visit,
        added: &[Arc<ChatMessage>],
    ) {
        let page = self.nodes[node].page;
        for peer in &visit.peers {
            let identity = peer.identity.expect("nobody is listed without a proof");
            let far: Vec<_> = self.far_ends(node, peer.id, identity).collect();
            let named = far.iter().any(|(_, far)| far.name == peer.name.as_str());
            assert!(named, "node {node} lists {peer:?}, who holds no other end");
            let holds = |number: usize| {
                let connection = &self.rtc.connections[number];
                connection.page == page && !connection.closed
            };
            let connected = far.iter().any(|&(number, _)| holds(number));
            assert!(
                connected || peer.state != LinkState::Connected,
                "node {node} takes {peer:?} for connected"
            );
        }
        for message in added.iter().filter(|message| !message.own) {
            let identity = message.author.expect("every message has an author");
            let mut far = self.far_ends(node, message.from, identity);
            let author = far.find(|(_, far)| far.name == message.name);
            let (_, author) = author.expect("an author has proved who they are");
            let name = message
                .text
                .as_str()
                .split_once(" of ")
                .map(|(_, name)| name);
            let said = author.is_mallory || name == author.name.strip_prefix("Person ");
            assert!(said, "node {node} shows {message:?}");
        }
    }

    /// Connections of a node that this person has proved to hold the other end of under this id.
    fn far_ends(
        &self,
        node: usize,
        peer: PeerId,
        identity: IdentityKey,
    ) -> impl Iterator<Item = (usize, &Node)> {
        let proved = self.rtc.connections.iter().enumerate();
        let proved = proved.filter(move |(_, it)| it.node == node && it.proved);
        proved.filter_map(move |(number, _)| {
            let far = &self.rtc.connections[self.rtc.meant_end(number)?];
            let owner = &self.nodes[far.node];
            let fits = far.peers.contains(&peer) && owner.identity.key() == identity;
            fits.then_some((number, owner))
        })
    }
}
