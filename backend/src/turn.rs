//! Relaying between browsers that cannot reach each other directly (TURN, RFC 8656).

pub(crate) mod credentials;
