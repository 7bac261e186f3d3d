//! What every machine inside the engine may use while it handles an input.

use std::collections::{BTreeSet, VecDeque};

use super::{ConnectionId, Effect, Notice, OpId, SocketId, ViewEvent, random::Random};
use crate::{
    crypto::SecureRandom,
    ids::PeerId,
    names::NormalForm,
    peer::{Channel, PeerMessage, framing},
};

/// The queue of effects, fresh ids, and chance.
#[derive(Debug)]
pub(super) struct Io {
    effects: VecDeque<Effect>,
    /// Told after the effects are carried out: drawing can wait, a peer should not.
    told: VecDeque<ViewEvent>,
    pub(super) random: Random,
    /// For keys, and for whatever else nobody may guess.
    pub(super) secure: SecureRandom,
    next_id: u64,
    /// For names of others.
    pub(super) normal_form: NormalForm,
    /// Something that the list of peers shows may have changed.
    pub(super) peers_changed: bool,
    /// Something that it shows of these alone may have changed.
    pub(super) touched: BTreeSet<PeerId>,
    /// The browser keeps nothing.
    pub(super) storage_failed: bool,
    /// Messages of peers and of the server that were dropped because nothing could be made of them.
    pub(super) dropped: u64,
}

impl Io {
    pub(super) fn new(seed: [u8; 32]) -> Self {
        let mut secure = SecureRandom::new(seed);
        Self {
            effects: VecDeque::new(),
            told: VecDeque::new(),
            random: Random::new(u64::from_be_bytes(secure.bytes())),
            secure,
            next_id: 0,
            normal_form: str::to_owned,
            peers_changed: false,
            touched: BTreeSet::new(),
            storage_failed: false,
            dropped: 0,
        }
    }

    pub(super) fn push(&mut self, effect: Effect) {
        self.effects.push_back(effect);
    }

    pub(super) fn notify(&mut self, event: ViewEvent) {
        self.told.push_back(event);
    }

    /// What was told is over; that the browser keeps nothing is not.
    pub(super) fn withdraw_notice(&mut self) {
        let still_true = self.storage_failed.then_some(Notice::NoStorage);
        self.notify(ViewEvent::Notice(still_true));
    }

    /// Sends a message to a peer on the channel that carries it, in as many frames as it needs.
    pub(super) fn send_peer(&mut self, connection: ConnectionId, message: &PeerMessage) {
        for frame in framing::split(to_json(message)) {
            self.push(Effect::SendChannel(connection, message.channel(), frame));
        }
    }

    /// Sends frames that were made before.
    pub(super) fn send_frames(&mut self, connection: ConnectionId, frames: Vec<String>) {
        for frame in frames {
            self.push(Effect::SendChannel(connection, Channel::Chat, frame));
        }
    }

    pub(super) fn pop(&mut self) -> Option<Effect> {
        let told = || self.told.pop_front().map(Effect::Notify);
        self.effects.pop_front().or_else(told)
    }

    pub(super) fn socket_id(&mut self) -> SocketId {
        SocketId(self.fresh_id())
    }

    pub(super) fn connection_id(&mut self) -> ConnectionId {
        ConnectionId(self.fresh_id())
    }

    pub(super) fn op_id(&mut self) -> OpId {
        OpId(self.fresh_id())
    }

    fn fresh_id(&mut self) -> u64 {
        self.next_id += 1;
        self.next_id
    }
}

/// The protocol's messages as JSON.
pub(super) fn to_json(message: &impl serde::Serialize) -> String {
    #[expect(
        clippy::expect_used,
        reason = "serde_json fails only on maps with keys that are not strings, and on Serialize \
                  implementations that fail; the protocol's messages have neither"
    )]
    serde_json::to_string(message).expect("the protocol's messages are plain JSON")
}
