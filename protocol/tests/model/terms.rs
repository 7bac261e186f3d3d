//! Names, keys, seals and proofs, as terms instead of bytes.

/// A person; and by the same name that person's epoch key, whose private half nobody else has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Name {
    Ada,
    Bob,
    /// Carries all messages.
    Mallory,
}

/// What is checked: the protocol, or one that lacks something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Variant {
    AsWritten,
    ProofsWithoutCertificates,
    TranscriptsWithoutIdentities,
}

/// Signed by the identity, over any epoch key that the signer has seen: nothing proves that the signer has its private half.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Announcement {
    pub(crate) identity: Name,
    pub(crate) epoch_key: Name,
}

impl Announcement {
    /// What somebody honest says.
    pub(crate) fn of(name: Name) -> Self {
        Self {
            identity: name,
            epoch_key: name,
        }
    }
}

/// What goes into a transcript of an announcement.
type Heard = (Option<Name>, Name);

/// The keys of a pair: the two epoch keys, and the transcript, each in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct PairKeys {
    agreed: (Name, Name),
    pub(crate) transcript: (Heard, Heard),
}

/// Which of the two speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Direction {
    FromFirst,
    FromSecond,
}

impl Direction {
    pub(crate) fn reversed(self) -> Self {
        match self {
            Self::FromFirst => Self::FromSecond,
            Self::FromSecond => Self::FromFirst,
        }
    }
}

impl PairKeys {
    /// The keys, and in which direction `mine` speaks.
    pub(crate) fn agree(
        mine: Announcement,
        theirs: Announcement,
        variant: Variant,
    ) -> (Self, Direction) {
        let heard = |announcement: Announcement| match variant {
            Variant::TranscriptsWithoutIdentities => (None, announcement.epoch_key),
            Variant::AsWritten | Variant::ProofsWithoutCertificates => {
                (Some(announcement.identity), announcement.epoch_key)
            }
        };
        let (own, other) = (heard(mine), heard(theirs));
        let keys = Self {
            agreed: (
                mine.epoch_key.min(theirs.epoch_key),
                mine.epoch_key.max(theirs.epoch_key),
            ),
            transcript: (own.min(other), own.max(other)),
        };
        let direction = if own < other {
            Direction::FromFirst
        } else {
            Direction::FromSecond
        };
        (keys, direction)
    }

    /// Whether somebody has one of the two private keys. The room's secret is needed as well.
    pub(crate) fn are_known_to(&self, name: Name) -> bool {
        self.agreed.0 == name || self.agreed.1 == name
    }
}

/// An attempt at a connection, named by who offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Negotiation {
    pub(crate) by: Name,
    pub(crate) link: usize,
    pub(crate) attempt: u8,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Kind {
    Offer,
    Answer,
}

/// A sealed signal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Sealed {
    pub(crate) keys: PairKeys,
    pub(crate) direction: Direction,
    /// The sequence number.
    pub(crate) number: u8,
    pub(crate) kind: Kind,
    pub(crate) negotiation: Negotiation,
}

/// A certificate of DTLS: every connection has its own, and only its owner can use it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Certificate {
    pub(crate) owner: Name,
    pub(crate) link: usize,
    pub(crate) connection: u8,
}

/// What `confirm` carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Proof {
    pub(crate) keys: PairKeys,
    pub(crate) direction: Direction,
    pub(crate) negotiation: Negotiation,
    /// The sender's and the receiver's.
    pub(crate) certificates: Option<(Certificate, Certificate)>,
}
