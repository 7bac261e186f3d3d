//! A WebRTC that exists only here: what an `RTCPeerConnection` does, seen from the engine, with every rule that a
//! browser would enforce turned into an assertion.

use std::collections::{BTreeMap, BTreeSet};

use banter_protocol::{
    engine::{
        ConnectionId, ConnectionSettings,
        effect::{DescriptionKind, RemoteCandidate, RemoteDescription},
    },
    ids::PeerId,
    peer::Channel,
};

/// Who holds the other end of a connection, where the network has not joined those who meant each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Far {
    /// The end of somebody's whom this connection did not mean.
    Connection(usize),
    /// Somebody in between who has keys of their own.
    Middleman(Middleman),
}

/// What somebody in between does with frames.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Middleman {
    /// Hands them on over a second connection that it stands in.
    Relay(usize),
    /// Sends them back.
    Echo,
    /// Answers with its own inventions.
    Forger,
    /// Swallows them.
    Silent,
}

/// One `RTCPeerConnection`, named by a number of the simulator's.
#[derive(Debug)]
pub struct FakeConnection {
    pub node: usize,
    pub page: u64,
    pub id: ConnectionId,
    pub settings: ConnectionSettings,
    /// The ids of its owner, in whichever rooms.
    pub peers: Vec<PeerId>,
    /// Whom DTLS has joined it with instead of the one that the descriptions name.
    pub far: Option<Far>,
    /// The proof that the engine at the other end has sent on it.
    expected_proof: Option<String>,
    /// Whether that proof has arrived: the two ends that mean each other hold it.
    pub proved: bool,
    pub closed: bool,
    /// Nothing passes any more, and nobody is told.
    pub zombie: bool,
    pub open: BTreeSet<Channel>,
    pub remote: Option<usize>,
    /// Whether `setRemoteDescription` has come to its end.
    pub applied: bool,
    local: Option<DescriptionKind>,
    candidates: usize,
    /// So many of the other side's candidates are relays.
    pub relays: usize,
    /// Every word of the other side's about addresses, as it was given to the browser.
    pub told: Vec<String>,
    /// Whether a relay listens for this side.
    pub has_relay: bool,
    /// When the last `chat` frame of this side arrives, so that order is kept.
    pub chat_arrives: u64,
    /// `chat` frames that wait for a partition to end.
    pub held: Vec<String>,
}

#[derive(Debug, Default)]
pub struct Rtc {
    pub connections: Vec<FakeConnection>,
    by_id: BTreeMap<(usize, u64, ConnectionId), usize>,
}

impl Rtc {
    pub fn create(
        &mut self,
        (node, page, id): (usize, u64, ConnectionId),
        peers: Vec<PeerId>,
        settings: ConnectionSettings,
    ) {
        let number = self.connections.len();
        let known = self.by_id.insert((node, page, id), number);
        assert!(known.is_none(), "{id:?} was made twice");
        self.connections.push(FakeConnection {
            node,
            page,
            id,
            settings,
            peers,
            far: None,
            expected_proof: None,
            proved: false,
            closed: false,
            zombie: false,
            open: BTreeSet::new(),
            remote: None,
            applied: false,
            local: None,
            candidates: 0,
            relays: 0,
            told: Vec::new(),
            has_relay: false,
            chat_arrives: 0,
            held: Vec::new(),
        });
    }

    /// The connection that an effect names; it must exist and not be closed.
    pub fn number(&self, node: usize, page: u64, id: ConnectionId) -> usize {
        let number = self.by_id[&(node, page, id)];
        assert!(
            !self.connections[number].closed,
            "{id:?} is used after it was closed"
        );
        number
    }

    /// Sets the local description; gives it as the browser would.
    pub fn describe(&mut self, number: usize, kind: DescriptionKind) -> String {
        let connection = &mut self.connections[number];
        if kind == DescriptionKind::Answer {
            assert!(connection.remote.is_some(), "an answer without an offer");
        }
        assert!(connection.local.is_none(), "described twice");
        connection.local = Some(kind);
        let word = if kind == DescriptionKind::Offer {
            "offer"
        } else {
            "answer"
        };
        let print = crate::scenario::certificate(number);
        let line = "m=application 9 UDP/DTLS/SCTP webrtc-datachannel";
        let sdp = format!(
            "v=0\\r\\no=- {number} 0 IN IP4 192.0.2.1\\r\\n{line}\\r\\nc=IN IP4 192.0.2.1\\r\\n\
             a=candidate:{number} 1 udp 1 192.0.2.1 9 typ host\\r\\na=fingerprint:sha-256 {print}"
        );
        format!(r#"{{"type":"{word}","sdp":"{sdp}"}}"#)
    }

    pub fn apply(&mut self, number: usize, description: &RemoteDescription) {
        let connection = &mut self.connections[number];
        match description.kind {
            DescriptionKind::Offer => assert!(connection.local.is_none(), "offer over an offer"),
            DescriptionKind::Answer => {
                assert_eq!(
                    connection.local,
                    Some(DescriptionKind::Offer),
                    "answer to nothing"
                );
            }
        }
        assert!(connection.remote.is_none(), "applied twice");
        connection.told.push(description.sdp.clone());
        let number = description.sdp.split(' ').nth(1).unwrap();
        connection.remote = Some(number.parse().unwrap());
    }

    pub fn add_candidate(&mut self, number: usize, candidate: &RemoteCandidate) {
        let connection = &mut self.connections[number];
        assert!(connection.applied, "a candidate before its description");
        let foundation = candidate.candidate.split(' ').next().unwrap();
        let of: usize = foundation.trim_start_matches("candidate:").parse().unwrap();
        assert_eq!(
            connection.remote,
            Some(of),
            "a candidate of another connection"
        );
        connection.candidates += 1;
        connection.told.push(candidate.candidate.clone());
        connection.relays += usize::from(candidate.candidate.contains("typ relay"));
    }

    /// Where both ends mean each other, the other one.
    pub fn meant_end(&self, number: usize) -> Option<usize> {
        let other = self.connections[number].remote?;
        (self.connections.get(other)?.remote == Some(number)).then_some(other)
    }

    /// Where frames go, unless somebody stands in between.
    pub fn other_end(&self, number: usize) -> Option<usize> {
        match self.connections[number].far {
            None => self.meant_end(number),
            Some(Far::Connection(other)) => Some(other),
            Some(Far::Middleman(_)) => None,
        }
    }

    /// A proof is on its way to the connection that it is for.
    pub fn note_proof(&mut self, number: usize, proof: &str) {
        if let Some(other) = self
            .other_end(number)
            .filter(|&it| self.meant_end(number) == Some(it))
        {
            self.connections[other].expected_proof = Some(proof.to_owned());
        }
    }

    pub fn note_arrival(&mut self, number: usize, frame: &str) {
        let connection = &mut self.connections[number];
        connection.proved |= connection.expected_proof.as_deref() == Some(frame);
    }

    /// Whether DTLS could begin, whoever is at the other end.
    pub fn is_ready(&self, number: usize) -> bool {
        let connection = &self.connections[number];
        let described = connection.local.is_some() && connection.applied;
        described && !connection.closed && connection.open.is_empty()
    }

    /// Whether the two ends can find each other now: both described, and one knows an address.
    pub fn can_open(&self, number: usize) -> Option<usize> {
        let other = self.meant_end(number)?;
        let (a, b) = (&self.connections[number], &self.connections[other]);
        let described = a.local.is_some() && b.local.is_some() && a.applied && b.applied;
        let alive = !(a.closed || b.closed || a.zombie || b.zombie);
        let free = a.far.is_none() && b.far.is_none();
        (described && alive && free && a.candidates + b.candidates > 0).then_some(other)
    }

    /// Open connections that a page holds.
    pub fn alive(&self, node: usize, page: u64) -> usize {
        self.alive_of(node, page).count()
    }

    /// The connections of a page that are not closed.
    pub fn alive_of(&self, node: usize, page: u64) -> impl Iterator<Item = &FakeConnection> {
        let of_page = move |c: &&FakeConnection| c.node == node && c.page == page && !c.closed;
        self.connections.iter().filter(of_page)
    }
}
