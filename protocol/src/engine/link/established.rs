//! The connection in use.

use super::{Link, LinkContext, LinkEvent, Signal, health::Health, signals};
use crate::{
    engine::{ConnectionId, RtcEvent},
    peer::{Channel, PeerMessage, framing::Joiner},
    time::Timestamp,
};

/// A connection whose `chat` channel is open.
#[derive(Debug)]
pub(super) struct Established {
    pub(super) connection: ConnectionId,
    pub(super) negotiation: Option<String>,
    pub(super) health: Health,
    chat: Joiner,
    live: Joiner,
}

impl Established {
    pub(super) fn new(
        now: Timestamp,
        connection: ConnectionId,
        negotiation: Option<String>,
        hidden: bool,
    ) -> Self {
        Self {
            connection,
            negotiation,
            health: Health::new(now, connection, hidden),
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
    /// Something happened to the connection in use.
    pub(super) fn handle_current(
        &mut self,
        event: RtcEvent,
        cx: &mut LinkContext<'_>,
    ) -> Option<LinkEvent> {
        let current = self.current.as_mut()?;
        match event {
            RtcEvent::Candidate(json) => {
                let negotiation = current.negotiation.clone();
                let candidate = signals::candidate(&json)?;
                self.say(Signal::Candidate(candidate), negotiation, cx);
                None
            }
            RtcEvent::Certificates { .. } => None,
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
                    PeerMessage::ChatMessage { .. }
                    | PeerMessage::Delivered { .. }
                    | PeerMessage::TypingIndicator { .. }
                    | PeerMessage::Bye {} => Some(LinkEvent::Message(message)),
                }
            }
            RtcEvent::BinaryFrame(_) => {
                cx.io.dropped += 1;
                None
            }
        }
    }
}
