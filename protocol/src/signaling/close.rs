//! Why the server closes a socket.

/// A reason to close, with its code (RFC 6455, section 7.4; 4000 to 4999 are Banter's own) and its words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CloseCause {
    /// The client closed first.
    Goodbye,
    /// A frame broke the WebSocket protocol itself.
    ProtocolError,
    /// A binary frame.
    Binary,
    /// A text frame that is not UTF-8.
    InvalidUtf8,
    /// No room was joined in time.
    NeverJoined,
    /// Nothing was heard for too long, not even an answer to a ping.
    Silent,
    /// A frame above [`crate::limits::SIGNALING_FRAME_BYTES`].
    TooLarge,
    /// The server failed; coming back is worth a try.
    Internal,
    /// The server is shutting down; `server_draining` said when to come back.
    Draining,
    /// The server is full; `server_busy` said when to come back.
    Busy,
    /// Another socket took the seat with its `resume`.
    Replaced,
    /// Too many refused frames in a short time.
    Abuse,
    /// The client does not read what it is sent.
    SlowReader,
    /// The client went on sending after `rate_limited`.
    RateLimited,
}

impl CloseCause {
    /// Every cause.
    pub const ALL: [Self; 14] = [
        Self::Goodbye,
        Self::ProtocolError,
        Self::Binary,
        Self::InvalidUtf8,
        Self::NeverJoined,
        Self::Silent,
        Self::TooLarge,
        Self::Internal,
        Self::Draining,
        Self::Busy,
        Self::Replaced,
        Self::Abuse,
        Self::SlowReader,
        Self::RateLimited,
    ];

    /// The close code.
    pub fn code(self) -> u16 {
        match self {
            Self::Goodbye => 1000,
            Self::ProtocolError => 1002,
            Self::Binary => 1003,
            Self::InvalidUtf8 => 1007,
            Self::NeverJoined | Self::Silent => 1008,
            Self::TooLarge => 1009,
            Self::Internal => 1011,
            Self::Draining => 1012,
            Self::Busy => 1013,
            Self::Replaced => 4001,
            Self::Abuse | Self::SlowReader => 4008,
            Self::RateLimited => 4029,
        }
    }

    /// The reason in the close frame.
    pub fn reason(self) -> &'static str {
        match self {
            Self::Goodbye => "goodbye",
            Self::ProtocolError => "broken WebSocket frame",
            Self::Binary => "binary frames are not spoken here",
            Self::InvalidUtf8 => "text must be UTF-8",
            Self::NeverJoined => "no room was joined in time",
            Self::Silent => "nothing heard for too long",
            Self::TooLarge => "frame too large",
            Self::Internal => "internal error",
            Self::Draining => "going away",
            Self::Busy => "full; try again later",
            Self::Replaced => "taken over by another connection",
            Self::Abuse => "too many bad messages",
            Self::SlowReader => "reads too slowly",
            Self::RateLimited => "too many messages",
        }
    }

    /// One word for logs and metrics.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Goodbye => "goodbye",
            Self::ProtocolError => "protocol_error",
            Self::Binary => "binary",
            Self::InvalidUtf8 => "invalid_utf8",
            Self::NeverJoined => "never_joined",
            Self::Silent => "silent",
            Self::TooLarge => "too_large",
            Self::Internal => "internal",
            Self::Draining => "draining",
            Self::Busy => "busy",
            Self::Replaced => "replaced",
            Self::Abuse => "abuse",
            Self::SlowReader => "slow_reader",
            Self::RateLimited => "rate_limited",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_fits_a_close_frame_and_every_code_may_be_sent() {
        for cause in CloseCause::ALL {
            assert!(cause.reason().len() <= 123, "{cause:?}");
            // 1004 to 1006 and 1015 never stand in a frame.
            let code = cause.code();
            assert!(
                (1000..=1003).contains(&code)
                    || (1007..=1014).contains(&code)
                    || (4000..=4999).contains(&code),
                "{cause:?}"
            );
        }
    }
}
