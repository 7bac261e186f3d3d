//! Offers, answers and candidates as they go through the server.

use serde_json::Value;

use crate::{
    crypto::signal::SignalKind,
    ids::PeerId,
    signaling::{ClientMessage, ServerMessage},
};

/// One that came.
#[derive(Debug)]
pub(in crate::engine) struct Relayed {
    pub(in crate::engine) from: PeerId,
    pub(in crate::engine) kind: SignalKind,
    pub(in crate::engine) negotiation: Option<String>,
    pub(in crate::engine) announcement: Option<String>,
    pub(in crate::engine) payload: Value,
}

impl Relayed {
    /// What the server has relayed to this tab; `None` for everything else.
    pub(in crate::engine) fn of(message: ServerMessage, me: PeerId) -> Option<Self> {
        let (from, to, kind, negotiation, announcement, payload) = match message {
            ServerMessage::Offer {
                from,
                to,
                negotiation,
                announcement,
                offer,
            } => (
                from,
                to,
                SignalKind::Offer,
                negotiation,
                announcement,
                offer,
            ),
            ServerMessage::Answer {
                from,
                to,
                negotiation,
                announcement,
                answer,
            } => (
                from,
                to,
                SignalKind::Answer,
                negotiation,
                announcement,
                answer,
            ),
            ServerMessage::IceCandidate {
                from,
                to,
                negotiation,
                candidate,
            } => (
                from,
                to,
                SignalKind::Candidate,
                negotiation,
                None,
                candidate,
            ),
            ServerMessage::RoomJoined { .. }
            | ServerMessage::IceServers { .. }
            | ServerMessage::PeerJoined { .. }
            | ServerMessage::PeerLeft { .. }
            | ServerMessage::Error { .. }
            | ServerMessage::Pong {} => return None,
        };
        let relayed = Self {
            from,
            kind,
            negotiation,
            announcement,
            payload,
        };
        (to == me).then_some(relayed)
    }
}

/// One to send.
#[derive(Debug)]
pub(super) struct Outgoing {
    pub(super) from: PeerId,
    pub(super) to: PeerId,
    pub(super) kind: SignalKind,
    pub(super) negotiation: Option<String>,
    pub(super) announcement: String,
    pub(super) payload: Value,
}

impl From<Outgoing> for ClientMessage {
    fn from(outgoing: Outgoing) -> Self {
        let Outgoing {
            from,
            to,
            kind,
            negotiation,
            announcement,
            payload,
        } = outgoing;
        let announcement = Some(announcement);
        match kind {
            SignalKind::Offer => Self::Offer {
                from,
                to,
                negotiation,
                announcement,
                offer: payload,
            },
            SignalKind::Answer | SignalKind::Refusal => Self::Answer {
                from,
                to,
                negotiation,
                announcement,
                answer: payload,
            },
            SignalKind::Candidate => Self::IceCandidate {
                from,
                to,
                negotiation,
                candidate: payload,
            },
        }
    }
}
