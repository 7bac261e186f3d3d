//! What a link wants done by the room that it belongs to, which alone has keys and a way through the server; and what that needs.

use serde_json::Value;
use zeroize::Zeroizing;

use crate::{
    crypto::{Announcement, CertificateFingerprint, pair::PairEpochs},
    engine::{ConnectionId, ConnectionSettings},
    peer::PeerMessage,
};

/// One thing that a link wants done, in the order in which [`super::Link::poll_output`] gives them.
#[derive(Debug)]
pub(in crate::engine) enum LinkOutput {
    /// To be sealed for the peer, and sent to it through the server.
    Say(Thread, Saying),
    /// `chat` is open: this side's proof is to be said, before anything else.
    Prove(Binding),
    /// The peer's proof is to be judged; [`super::Link::handle_judged`] takes what comes of it, before anything else.
    Judge(Binding, String),
    /// A new connection is in use; what was not acknowledged goes again.
    Opened,
    /// The peer closed a link that worked: its page is gone, unless something else comes of it.
    Closed,
    /// The peer said something.
    Message(PeerMessage),
}

/// What the two sides of a link say to each other through the server.
#[derive(Debug, PartialEq)]
pub(in crate::engine) enum Saying {
    /// A description, or `null`, which asks the peer for one.
    Offer(Value),
    Answer(Value),
    Candidate(Value),
    /// The peer is not let in.
    Refusal,
}

/// Which attempt something is said for, and under whose keys.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::engine) struct Thread {
    pub(in crate::engine) negotiation: Option<String>,
    /// This side's epoch.
    pub(in crate::engine) mine: u32,
    /// The other's; `None` as long as it has not said which.
    pub(in crate::engine) theirs: Option<u32>,
}

impl Thread {
    /// The keys of both epochs.
    pub(in crate::engine) fn epochs(&self) -> Option<PairEpochs> {
        let mine = self.mine;
        self.theirs.map(|theirs| PairEpochs { mine, theirs })
    }

    /// Whether a message under this id belongs here; one without an id means the newest attempt.
    pub(super) fn is_meant(&self, negotiation: Option<&str>) -> bool {
        negotiation.is_none() || self.negotiation.as_deref() == negotiation
    }
}

/// What a proof binds together: a connection, the certificates that DTLS has used on it, and the keys that it was agreed on with.
#[derive(Clone, Debug)]
pub(in crate::engine) struct Binding {
    pub(in crate::engine) connection: ConnectionId,
    pub(in crate::engine) thread: Thread,
    /// This side's certificate.
    pub(in crate::engine) own: CertificateFingerprint,
    /// The other's.
    pub(in crate::engine) peer: CertificateFingerprint,
}

/// What a good proof gives.
#[derive(Debug)]
pub(in crate::engine) struct Proved {
    /// Whose keys proved it.
    pub(in crate::engine) announcement: Announcement,
    /// For what the two agree on over the connection.
    pub(in crate::engine) export: Zeroizing<[u8; 32]>,
}

/// On what terms a link may try, as its room knows them at that moment.
#[derive(Clone, Debug)]
pub(in crate::engine) struct Terms {
    /// What a connection is made with.
    pub(in crate::engine) settings: ConnectionSettings,
    /// For whatever is said now: the newest epochs of both sides, and no negotiation.
    pub(in crate::engine) newest: Thread,
    /// The id of an offer, should one be made.
    pub(in crate::engine) negotiation: String,
    /// Whether what is said is sealed, so that an offer is for one epoch of the peer's; in the clear the answer says which.
    pub(in crate::engine) is_sealed: bool,
    /// The peer is known, and not let in.
    pub(in crate::engine) is_barred: bool,
    /// Whether a description may be sent: to whoever is let in, and to strangers only where everybody is.
    pub(in crate::engine) may_offer: bool,
    /// All that came of the peer may be a recording.
    pub(in crate::engine) may_be_recording: bool,
}
