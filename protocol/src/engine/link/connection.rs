//! The connection in use.

use zeroize::Zeroizing;

use super::{
    Attempt, Link, LinkOutput, Proved, Saying, Thread, health::Health, ice_path::IcePath, signals,
};
use crate::{
    crypto::Announcement,
    engine::{
        ConnectionId, DropCause, Effect, Io, RtcEvent, context::Context, effect::RemoteCandidate,
    },
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
    pub(super) ice_path: IcePath,
    chat: Joiner,
    live: Joiner,
}

impl Established {
    /// Of an attempt that has come to its end.
    pub(super) fn new(now: Timestamp, attempt: Attempt, proved: Proved, hidden: bool) -> Self {
        let connection = attempt.connection;
        Self {
            connection,
            thread: attempt.thread,
            announcement: proved.announcement,
            export: proved.export,
            health: Health::new(now, connection, hidden),
            renewed_by: None,
            ice_path: attempt.ice_path,
            chat: Joiner::default(),
            live: Joiner::default(),
        }
    }

    /// A candidate of the peer's; one connection takes as many as an attempt at it.
    pub(super) fn handle_candidate(&mut self, candidate: RemoteCandidate, io: &mut Io) {
        if self.ice_path.admit_candidate(&candidate, io) {
            io.push(Effect::AddCandidate(self.connection, candidate));
        }
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
    /// Something happened to the connection in use.
    pub(super) fn handle_current(&mut self, event: RtcEvent, cx: &mut Context<'_>) {
        let Some(current) = self.current.as_mut() else {
            return;
        };
        match event {
            RtcEvent::Candidate(json) => {
                let thread = current.thread.clone();
                if let Some(candidate) = signals::candidate(&json) {
                    self.say(thread, Saying::Candidate(candidate));
                }
            }
            RtcEvent::Certificates { .. } | RtcEvent::CandidateError { .. } => {}
            RtcEvent::PairSelected(pair) => {
                current.ice_path.handle_selected(pair);
                cx.io.touched.insert(self.peer);
            }
            RtcEvent::ChannelOpened(_) => current.health.ask_now(cx.now),
            RtcEvent::ChannelClosed(_) => {
                // A link that was silent may be closed by this browser itself, which says nothing about the peer.
                let worked =
                    current.health.is_connected(cx.now) && !current.health.is_suspect(cx.now);
                if self.take_back(cx) {
                    return;
                }
                if worked && self.attempt.is_none() {
                    self.outputs.push_back(LinkOutput::Closed);
                }
                self.drop_current(cx);
            }
            RtcEvent::Failed => {
                if !self.take_back(cx) {
                    self.drop_current(cx);
                }
            }
            RtcEvent::Frame(channel, frame) => {
                let connection = current.connection;
                if self.handle_frame(connection, channel, frame, cx) {
                    self.handle_spoken(cx.now);
                }
            }
            RtcEvent::BinaryFrame(_) => cx.io.drop_for(DropCause::Unreadable),
        }
    }

    /// A frame over a connection that is proved. Gives whether it was a message, or the end of one.
    pub(super) fn handle_frame(
        &mut self,
        connection: ConnectionId,
        channel: Channel,
        frame: String,
        cx: &mut Context<'_>,
    ) -> bool {
        let (peer, in_use) = (self.peer, self.connection() == Some(connection));
        let is_meant = |it: &&mut Established| it.connection == connection;
        let Some(established) = self.established_mut().find(is_meant) else {
            return false;
        };
        let more = frame.starts_with('+');
        let Some(message) = established.join(channel, frame) else {
            if !more {
                cx.io.drop_for(DropCause::Unreadable);
            }
            return false;
        };
        match message {
            PeerMessage::Ping { id } => cx.io.send_peer(connection, &PeerMessage::Pong { id }),
            PeerMessage::Pong { id } => {
                established.health.handle_pong(cx.now, id);
                cx.io.touched.insert(peer);
            }
            PeerMessage::Confirm { .. } => cx.io.drop_for(DropCause::Untimely),
            // A comparison is one of what both ends of a connection have in common, and is over with it.
            PeerMessage::EmojiCommit { .. }
            | PeerMessage::EmojiShare { .. }
            | PeerMessage::EmojiReveal { .. }
            | PeerMessage::EmojiCancel {}
                if !in_use =>
            {
                cx.io.drop_for(DropCause::Untimely);
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
            | PeerMessage::EmojiCancel {} => self.outputs.push_back(LinkOutput::Message(message)),
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        crypto::{Identity, Invite, RoomKeys, Session, epoch::EpochSecret},
        engine::ConnectionSettings,
        ids::PeerId,
        limits,
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
        let sdp = "a=candidate:1 1 udp 1 192.0.2.1 9 typ host\r\n".repeat(candidates);
        let attempt = Attempt::answer(
            Timestamp::from_millis(1),
            ConnectionId(1),
            Thread::default(),
            IcePath::new(&ConnectionSettings::default()),
            (sdp, Vec::new()),
            &mut Io::new([1; 32]),
        );
        let export = Zeroizing::new([0; 32]);
        let proved = Proved {
            announcement,
            export,
        };
        Established::new(Timestamp::from_millis(1), attempt, proved, false)
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
            let effects = std::iter::from_fn(|| io.poll_effect());
            let given = effects.filter(|it| matches!(it, Effect::AddCandidate(..)));
            assert_eq!(before + given.count(), limits::CANDIDATES);
        }
    }
}
