//! The connection in use.

use zeroize::Zeroizing;

use super::{
    Link, LinkContext, LinkEvent, Saying, attempt::Thread, health::Health, route::Route, signals,
};
use crate::{
    crypto::Announcement,
    engine::{ConnectionId, Effect, Io, RtcEvent, effect::RemoteCandidate},
    limits,
    peer::{Channel, PeerMessage, framing::Joiner},
    time::Timestamp,
};

/// A connection whose `chat` channel is open and whose ends are proved.
#[derive(Debug)]
pub(super) struct Established {
    pub(super) connection: ConnectionId,
    pub(super) thread: Thread,
    /// Whose keys proved it.
    pub(super) announcement: Announcement,
    /// For what the two agree on over it.
    pub(super) export: Zeroizing<[u8; 32]>,
    pub(super) health: Health,
    /// When it ends, unless another has taken its place.
    pub(super) renewed_by: Option<Timestamp>,
    pub(super) route: Route,
    /// Of the peer, in all.
    candidates: usize,
    chat: Joiner,
    live: Joiner,
}

impl Established {
    pub(super) fn new(
        now: Timestamp,
        (connection, thread, route, candidates): (ConnectionId, Thread, Route, usize),
        (announcement, export): (Announcement, Zeroizing<[u8; 32]>),
        hidden: bool,
    ) -> Self {
        Self {
            connection,
            thread,
            announcement,
            export,
            health: Health::new(now, connection, hidden),
            renewed_by: None,
            route,
            candidates,
            chat: Joiner::default(),
            live: Joiner::default(),
        }
    }

    /// A candidate of the peer's; one connection takes as many as an attempt at it.
    pub(super) fn handle_candidate(&mut self, candidate: RemoteCandidate, io: &mut Io) {
        if self.candidates == limits::CANDIDATES {
            io.dropped += 1;
            return;
        }
        self.candidates += 1;
        self.route.handle_peer_candidate(&candidate.candidate);
        io.push(Effect::AddCandidate(self.connection, candidate));
    }

    fn join(&mut self, channel: Channel, frame: String) -> Option<PeerMessage> {
        let joiner = match channel {
            Channel::Chat => &mut self.chat,
            Channel::Live => &mut self.live,
        };
        match joiner.handle_frame(frame) {
            Ok(Some(json)) => serde_json::from_str(&json).ok(),
            Ok(None) | Err(_) => None,
        }
    }
}

impl Link {
    /// Another session speaks under the peer's id: a silent connection of the one before must not come to life in its name.
    pub(in crate::engine) fn hand_over(&mut self, cx: &mut LinkContext<'_>) {
        self.drop_attempt(cx);
        self.drop_current(cx);
    }

    /// Something happened to the connection in use.
    pub(super) fn handle_current(
        &mut self,
        event: RtcEvent,
        cx: &mut LinkContext<'_>,
    ) -> Option<LinkEvent> {
        let current = self.current.as_mut()?;
        match event {
            RtcEvent::Candidate(json) => {
                let thread = current.thread.clone();
                let candidate = signals::candidate(&json)?;
                self.say(Saying::Candidate(candidate), &thread, cx);
                None
            }
            RtcEvent::Certificates { .. } | RtcEvent::CandidateError { .. } => None,
            RtcEvent::PairSelected(pair) => {
                current.route.handle_selected(pair);
                cx.io.touched.insert(self.peer);
                None
            }
            RtcEvent::ChannelOpened(_) => {
                current.health.ask_now(cx.now);
                self.handle_timeout(cx);
                None
            }
            RtcEvent::ChannelClosed(_) => {
                // A link that was silent may be closed by this browser itself, which says nothing about the peer.
                let worked =
                    current.health.is_connected(cx.now) && !current.health.is_suspect(cx.now);
                let closed = worked && self.attempt.is_none();
                self.drop_current(cx);
                self.handle_timeout(cx);
                closed.then_some(LinkEvent::Closed)
            }
            RtcEvent::Failed => {
                self.drop_current(cx);
                self.handle_timeout(cx);
                None
            }
            RtcEvent::Frame(channel, frame) => {
                let more = frame.starts_with('+');
                let Some(message) = current.join(channel, frame) else {
                    cx.io.dropped += u64::from(!more);
                    return None;
                };
                match message {
                    PeerMessage::Ping { id } => {
                        cx.io
                            .send_peer(current.connection, &PeerMessage::Pong { id });
                        None
                    }
                    PeerMessage::Pong { id } => {
                        current.health.handle_pong(cx.now, id);
                        cx.io.touched.insert(self.peer);
                        None
                    }
                    PeerMessage::Confirm { .. } => {
                        cx.io.dropped += 1;
                        None
                    }
                    PeerMessage::Entry { .. }
                    | PeerMessage::Delivered { .. }
                    | PeerMessage::TypingIndicator { .. }
                    | PeerMessage::Bye {}
                    | PeerMessage::Announcement { .. }
                    | PeerMessage::Heads { .. }
                    | PeerMessage::Evidence { .. }
                    | PeerMessage::Lock { .. }
                    | PeerMessage::NewInvite { .. }
                    | PeerMessage::EmojiCommit { .. }
                    | PeerMessage::EmojiShare { .. }
                    | PeerMessage::EmojiReveal { .. }
                    | PeerMessage::EmojiCancel {} => Some(LinkEvent::Message(message)),
                }
            }
            RtcEvent::BinaryFrame(_) => {
                cx.io.dropped += 1;
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        crypto::{Identity, Invite, RoomKeys, Session, epoch::EpochSecret},
        ids::PeerId,
    };

    fn established(candidates: usize) -> Established {
        let invite = Invite::open("tea".parse().unwrap()).unwrap();
        let announcement = Announcement::sign(
            &RoomKeys::derive(&invite, None),
            (
                &Identity::from_seed(&[1; 32]),
                &Session::from_seed(&[2; 32]),
            ),
            PeerId::from_random(1),
            (1, EpochSecret::new([3; 32]).public()),
            "Ada".parse().unwrap(),
        );
        let made = (
            ConnectionId(1),
            Thread::default(),
            Route::new(&[], crate::engine::PathPolicy::Any),
            candidates,
        );
        let proved = (announcement, Zeroizing::new([0; 32]));
        Established::new(Timestamp::from_millis(1), made, proved, false)
    }

    /// Promise 24: what an attempt took counts for the connection that came of it.
    #[test]
    fn a_connection_in_use_takes_what_is_left_of_64_candidates() {
        for before in [0, 1, 63, 64] {
            let mut io = Io::new([1; 32]);
            let mut current = established(before);
            for _ in 0..200 {
                let candidate = RemoteCandidate {
                    candidate: "candidate:1 1 udp 1 192.0.2.1 9 typ host".into(),
                    sdp_mid: Some("0".into()),
                    sdp_m_line_index: None,
                    username_fragment: None,
                };
                current.handle_candidate(candidate, &mut io);
            }
            let effects = std::iter::from_fn(|| io.pop());
            let given = effects.filter(|it| matches!(it, Effect::AddCandidate(..)));
            assert_eq!(before + given.count(), limits::CANDIDATES);
        }
    }
}
