//! Addresses and relays: what a browser gathers, and which way a connection takes.

use banter_protocol::engine::{Input, PathPolicy, RtcEvent, SelectedPair};

use crate::{
    rtc::FakeConnection,
    world::{Event, World},
};

impl World {
    /// Local candidates, whatever the policy is: an engine that hides somebody does not count on the browser. Some come
    /// before the description's own result, and the last is the end mark.
    pub fn gather(&mut self, number: usize, described: u64) {
        let connection = &self.rtc.connections[number];
        let (node, page, id) = (connection.node, connection.page, connection.id);
        let mut urls = connection
            .settings
            .ice_servers
            .iter()
            .flat_map(|it| &it.urls);
        let has_turn = urls.any(|url| url.starts_with("turn"));
        let candidate = |kind| {
            format!(
                r#"{{"candidate":"candidate:{number} 1 udp 1 {kind}","sdpMid":"0","sdpMLineIndex":0}}"#
            )
        };
        let mut candidates = vec![
            (described / 2, candidate("192.0.2.1 9 typ host")),
            (described + 1, candidate("192.0.2.1 9 typ host")),
            (described + 20, candidate("192.0.2.1 9 typ host")),
            (described + 40, "null".to_owned()),
        ];
        if has_turn && !self.without_turn.contains(&node) {
            let relay = candidate("203.0.113.9 9 typ relay raddr 192.0.2.1 rport 9");
            candidates.push((described + 30, relay));
            self.rtc.connections[number].has_relay = true;
        }
        for (at, candidate) in candidates {
            let event = Input::Rtc(id, RtcEvent::Candidate(candidate));
            self.schedule(at, Event::Input(node, page, event));
        }
    }

    /// Whether no packet passes directly between the two nodes, however long they try.
    pub fn is_walled(&self, a: usize, b: usize) -> bool {
        self.walls.contains(&(a.min(b), a.max(b)))
    }

    /// The pair of candidates on which two ends that mean each other talk; `None` where there is none (yet).
    pub fn selected_pair(&self, number: usize) -> Option<SelectedPair> {
        let other = self.rtc.meant_end(number)?;
        let (own, peer) = (&self.rtc.connections[number], &self.rtc.connections[other]);
        let hides = |it: &FakeConnection| it.settings.policy == PathPolicy::RelayOnly;
        let own_relay = own.has_relay && peer.relays > 0 && (!hides(peer) || peer.has_relay);
        let peer_relay = peer.has_relay && own.relays > 0 && (!hides(own) || own.has_relay);
        let is_direct = !self.is_walled(own.node, peer.node) && !hides(own) && !hides(peer);
        (is_direct || own_relay || peer_relay).then_some(SelectedPair {
            own_relay: !is_direct && own_relay,
            peer_relay: !is_direct && peer_relay && !own_relay,
            peer_address: None,
        })
    }
}
