//! What every machine inside the engine may use while it handles an input.

use std::{collections::VecDeque, time::Duration};

use super::{
    ConnectionId, DropCause, Dropped, Effect, KnownPerson, OpId, RoomEvent, SocketId,
    random::Random,
};
use crate::{
    crypto::SecureRandom,
    flat_set::FlatSet,
    ids::PeerId,
    names::NormalForm,
    peer::{Channel, PeerMessage, framing},
};

/// Every interval between pings divides it.
const LONGEST_BEAT: Duration = Duration::from_secs(30);

/// What one room wants done and told, fresh ids, and chance.
#[derive(Debug)]
pub(super) struct Io {
    effects: VecDeque<Effect>,
    /// Told after the effects are carried out: drawing can wait, a peer should not.
    told: VecDeque<RoomEvent>,
    pub(super) random: Random,
    /// For keys, and for whatever else nobody may guess.
    pub(super) secure: SecureRandom,
    last_id: u64,
    /// When, within any interval, this page does what it does at intervals: so long after the interval's begin.
    pub(super) beat: Duration,
    /// For names of others.
    pub(super) normal_form: NormalForm,
    /// Something that the list of peers shows may have changed.
    pub(super) peers_changed: bool,
    /// Something that it shows of these alone may have changed.
    pub(super) touched: FlatSet<PeerId>,
    /// Whom the person has just taken for verified, or no more; that holds in every room.
    pub(super) judged: Vec<KnownPerson>,
    /// What peers and the server said and nothing could be made of.
    pub(super) dropped: Dropped,
}

impl Io {
    /// `seed` is 32 random bytes that nobody can guess.
    pub(super) fn new(seed: [u8; 32]) -> Self {
        let mut secure = SecureRandom::new(seed);
        let mut random = Random::new(u64::from_be_bytes(secure.bytes()));
        Self {
            effects: VecDeque::new(),
            told: VecDeque::new(),
            beat: random.span(LONGEST_BEAT),
            random,
            secure,
            last_id: 0,
            normal_form: str::to_owned,
            peers_changed: false,
            touched: FlatSet::default(),
            judged: Vec::new(),
            dropped: Dropped::default(),
        }
    }

    /// The same whose ids come after this one.
    pub(super) fn with_ids_after(self, last_id: u64) -> Self {
        Self { last_id, ..self }
    }

    /// The same with the browser's own way to bring names of others into form NFKC.
    pub(super) fn with_normal_form(self, normal_form: NormalForm) -> Self {
        Self {
            normal_form,
            ..self
        }
    }

    pub(super) fn push(&mut self, effect: Effect) {
        self.effects.push_back(effect);
    }

    pub(super) fn notify(&mut self, event: RoomEvent) {
        self.told.push_back(event);
    }

    /// Counts a message of a peer or of the server that is dropped.
    pub(super) fn drop_for(&mut self, cause: DropCause) {
        self.dropped.count(cause);
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

    /// The next thing to do outside.
    pub(super) fn poll_effect(&mut self) -> Option<Effect> {
        self.effects.pop_front()
    }

    /// The next thing to tell the person.
    pub(super) fn poll_told(&mut self) -> Option<RoomEvent> {
        self.told.pop_front()
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
        self.last_id += 1;
        self.last_id
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
