//! Messages of STUN and TURN as bytes. Reading and writing them is the work of `stun-types` and `turn-types`;
//! here is only which of them a relay sends.

use std::net::SocketAddr;

use stun_types::{
    attribute::{
        Attribute, AttributeType, AttributeWrite, ErrorCode, Nonce, Realm, UnknownAttributes,
        XorMappedAddress,
    },
    message::{
        IntegrityAlgorithm, IntegrityKey, Message, MessageWrite, MessageWriteExt, MessageWriteVec,
    },
};
use turn_types::{attribute::XorPeerAddress, channel::ChannelData, message::DATA};

use super::refusal::Refusal;

/// Large enough for every answer.
const ANSWER_CAPACITY: usize = 128;

/// How a client is handed what a peer has sent (RFC 8656, sections 11 and 12).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Framing {
    /// By the number that stands for the peer.
    Channel(u16),
    /// With the peer's address.
    Indication(SocketAddr),
}

/// How messages are told apart on the way to a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Carrier {
    /// By themselves: one in each datagram.
    Datagrams,
    /// By their length, which is a multiple of four.
    Stream,
}

impl Framing {
    /// The data as a message to the client; none where there is too much of it for one.
    pub(super) fn wrap(self, data: &[u8], carrier: Carrier) -> Option<Vec<u8>> {
        u16::try_from(data.len()).ok()?;
        match self {
            Self::Channel(number) => {
                let mut bytes = vec![0; 4 + data.len()];
                ChannelData::new(number, data).write_into_unchecked(&mut bytes);
                if carrier == Carrier::Stream {
                    bytes.resize(bytes.len().next_multiple_of(4), 0);
                }
                Some(bytes)
            }
            Self::Indication(peer) => {
                let capacity = MessageWriteVec::with_capacity(data.len() + 64);
                let mut message = Message::builder_indication(DATA, capacity);
                let peer = XorPeerAddress::new(peer, message.transaction_id());
                message.add_attribute(&peer).ok()?;
                message
                    .add_attribute(&turn_types::attribute::Data::new(data))
                    .ok()?;
                Some(message.finish())
            }
        }
    }
}

/// What a request is answered with.
pub(super) struct Answer(MessageWriteVec);

impl Answer {
    /// It is done.
    pub(super) fn success(request: &Message<'_>) -> Self {
        let space = MessageWriteVec::with_capacity(ANSWER_CAPACITY);
        Self(Message::builder_success(request, space))
    }

    /// It is not done. Without a reason in words, since the code says it: an answer to a stranger stays short.
    pub(super) fn refusal(request: &Message<'_>, refusal: Refusal) -> Self {
        let space = MessageWriteVec::with_capacity(ANSWER_CAPACITY);
        let answer = Self(Message::builder_error(request, space));
        match ErrorCode::builder(refusal.code()).reason("").build() {
            Ok(code) => answer.with(&code),
            Err(_) => answer,
        }
    }

    /// Who may try again, and with what.
    pub(super) fn with_challenge(self, realm: &str, nonce: &str) -> Self {
        match (Realm::new(realm), Nonce::new(nonce)) {
            (Ok(realm), Ok(nonce)) => self.with(&realm).with(&nonce),
            (Err(_), _) | (_, Err(_)) => self,
        }
    }

    /// Where the request came from, as it is seen here.
    pub(super) fn with_mapped_address(self, request: &Message<'_>, client: SocketAddr) -> Self {
        self.with(&XorMappedAddress::new(client, request.transaction_id()))
    }

    /// What is not understood.
    pub(super) fn with_unknown(self, unknown: &[AttributeType]) -> Self {
        // More would let a request choose how long its answer is.
        let unknown = unknown.get(..unknown.len().min(8)).unwrap_or_default();
        self.with(&UnknownAttributes::new(unknown))
    }

    pub(super) fn with(mut self, attribute: &dyn AttributeWrite) -> Self {
        // It can only fail for a message of 64 KiB, or after the signature.
        let _ = self.0.add_attribute(attribute);
        self
    }

    pub(super) fn signed(mut self, key: &IntegrityKey) -> Vec<u8> {
        let _ = self
            .0
            .add_message_integrity_with_key(key, IntegrityAlgorithm::Sha1);
        self.0.finish()
    }

    pub(super) fn unsigned(self) -> Vec<u8> {
        self.0.finish()
    }
}

/// The types in a request that must be understood and are not among these.
pub(super) fn unknown_types(request: &Message<'_>, known: &[AttributeType]) -> Vec<AttributeType> {
    request
        .iter_attributes()
        .map(|(_, attribute)| attribute.get_type())
        .filter(|kind| kind.comprehension_required() && !known.contains(kind))
        .collect()
}
