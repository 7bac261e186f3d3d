//! Descriptions of sessions and candidates (SDP, RFC 8866 and RFC 8839): what the browser is given of a peer's, and what leaves of
//! its own.

mod inspection;
mod payload;
mod redaction;

pub use self::inspection::{allows_candidate, allows_description};
pub(in crate::engine) use self::redaction::only_relays;
pub(in crate::engine::link) use self::{
    inspection::candidates_in,
    payload::{CandidatePayload, OfferPayload, parse_answer, parse_candidate, parse_offer},
};
