//! Why a request is refused.

/// One cause. The codes are those of RFC 8489 (section 14.8) and RFC 8656 (section 19).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// No credentials: the usual first request of every client.
    NoCredentials,
    /// The credentials have run out.
    Expired,
    /// The name has no meaning here, or the password is not the one that belongs to it.
    WrongCredentials,
    /// A nonce of another time or of another client.
    StaleNonce,
    /// Something that the request needs is missing or unreadable.
    BadRequest,
    /// The request is about a relay that is not there, or asks for a second one.
    Mismatch,
    /// The relay belongs to another name.
    OtherUser,
    /// The request needs something that this server does not know.
    UnknownAttribute,
    /// Relays of another transport than UDP.
    Transport,
    /// Relays of this family of addresses.
    Family,
    /// A peer of another family than the relay.
    PeerFamily,
    /// A peer that may not be talked to.
    ForbiddenPeer,
    /// This name has enough relays.
    UserQuota,
    /// This address has enough relays.
    AddressQuota,
    /// The server has enough relays, or no port is free.
    Capacity,
}

impl Refusal {
    pub(super) const ALL: [Self; 15] = [
        Self::NoCredentials,
        Self::Expired,
        Self::WrongCredentials,
        Self::StaleNonce,
        Self::BadRequest,
        Self::Mismatch,
        Self::OtherUser,
        Self::UnknownAttribute,
        Self::Transport,
        Self::Family,
        Self::PeerFamily,
        Self::ForbiddenPeer,
        Self::UserQuota,
        Self::AddressQuota,
        Self::Capacity,
    ];

    /// The code that the client is told.
    pub(super) const fn code(self) -> u16 {
        match self {
            Self::NoCredentials | Self::Expired | Self::WrongCredentials => 401,
            Self::StaleNonce => 438,
            Self::BadRequest => 400,
            Self::Mismatch => 437,
            Self::OtherUser => 441,
            Self::UnknownAttribute => 420,
            Self::Transport => 442,
            Self::Family => 440,
            Self::PeerFamily => 443,
            Self::ForbiddenPeer => 403,
            Self::UserQuota | Self::AddressQuota => 486,
            Self::Capacity => 508,
        }
    }

    /// For the operator.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::NoCredentials => "no_credentials",
            Self::Expired => "expired",
            Self::WrongCredentials => "wrong_credentials",
            Self::StaleNonce => "stale_nonce",
            Self::BadRequest => "bad_request",
            Self::Mismatch => "mismatch",
            Self::OtherUser => "other_user",
            Self::UnknownAttribute => "unknown_attribute",
            Self::Transport => "transport",
            Self::Family => "family",
            Self::PeerFamily => "peer_family",
            Self::ForbiddenPeer => "forbidden_peer",
            Self::UserQuota => "user_quota",
            Self::AddressQuota => "address_quota",
            Self::Capacity => "capacity",
        }
    }
}
