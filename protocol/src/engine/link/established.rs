//! The connection in use.

use zeroize::Zeroizing;

use super::{
    Link, LinkContext, LinkEvent, Saying, attempt::Thread, health::Health, route::Route, signals,
};
use crate::{
    crypto::Announcement,
    engine::{ConnectionId, RtcEvent},
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
    /// Of the peer, since it was confirmed.
    pub(super) candidates: usize,
    chat: Joiner,
    live: Joiner,
}

impl Established {
    pub(super) fn new(
        now: Timestamp,
        (connection, thread, route): (ConnectionId, Thread, Route),
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
            candidates: 0,
            chat: Joiner::default(),
            live: Joiner::default(),
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
                cx.io.peers_changed = true;
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
                        cx.io.peers_changed = true;
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
