//! The payloads of a peer's offers, answers and candidates, parsed before the browser sees them.

use serde::Deserialize;
use serde_json::Value;

use super::inspection;
use crate::engine::effect::RemoteCandidate;

/// A fragment of a user name (RFC 8839, section 5.4); the id of a media line is shorter.
const TOKEN_BYTES: usize = 256;

/// What an `offer` message holds.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::engine::link) enum OfferPayload {
    /// The SDP of an offer.
    Sdp(String),
    /// The peer asks us to offer.
    Ask,
}

/// What an `ice_candidate` message holds.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::engine::link) enum CandidatePayload {
    /// A candidate.
    Candidate(RemoteCandidate),
    /// There will be no more: `null`, or Firefox's empty text. Nothing waits for it.
    End,
}

#[derive(Deserialize)]
struct Description {
    #[serde(rename = "type")]
    kind: String,
    sdp: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Candidate {
    candidate: String,
    #[serde(default)]
    sdp_mid: Option<String>,
    #[serde(default)]
    sdp_m_line_index: Option<u16>,
    #[serde(default)]
    username_fragment: Option<String>,
}

pub(in crate::engine::link) fn parse_offer(payload: Value) -> Option<OfferPayload> {
    if payload.is_null() {
        return Some(OfferPayload::Ask);
    }
    parse_description(payload, "offer").map(OfferPayload::Sdp)
}

pub(in crate::engine::link) fn parse_answer(payload: Value) -> Option<String> {
    parse_description(payload, "answer")
}

fn parse_description(payload: Value, kind: &str) -> Option<String> {
    let description: Description = serde_json::from_value(payload).ok()?;
    let takes = description.kind == kind && inspection::allows_description(&description.sdp);
    takes.then_some(description.sdp)
}

pub(in crate::engine::link) fn parse_candidate(payload: Value) -> Option<CandidatePayload> {
    if payload.is_null() {
        return Some(CandidatePayload::End);
    }
    let Candidate {
        candidate,
        sdp_mid,
        sdp_m_line_index,
        username_fragment,
    } = serde_json::from_value(payload).ok()?;
    if candidate.is_empty() {
        return Some(CandidatePayload::End);
    }
    if !inspection::allows_candidate(&candidate) {
        return None;
    }
    let is_short = |text: &Option<String>| {
        text.as_ref()
            .is_none_or(|text| text.len() <= TOKEN_BYTES && !text.chars().any(char::is_control))
    };
    if !is_short(&sdp_mid) || !is_short(&username_fragment) {
        return None;
    }
    // Without either the browser could not tell where the candidate belongs (W3C WebRTC, section 4.4.2).
    if sdp_mid.is_none() && sdp_m_line_index.is_none() {
        return None;
    }
    let candidate = RemoteCandidate {
        candidate,
        sdp_mid,
        sdp_m_line_index,
        username_fragment,
    };
    Some(CandidatePayload::Candidate(candidate))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const SDP: &str = "v=0\r\nm=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=fingerprint:sha-256 \
        00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF\r\n";

    #[test]
    fn only_descriptions_of_the_right_kind_are_taken() {
        assert_eq!(
            parse_offer(json!({"type": "offer", "sdp": SDP})),
            Some(OfferPayload::Sdp(SDP.into()))
        );
        assert_eq!(parse_offer(Value::Null), Some(OfferPayload::Ask));
        assert_eq!(
            parse_answer(json!({"type": "answer", "sdp": SDP})),
            Some(SDP.into())
        );
        for bad in [
            json!({}),
            json!([]),
            json!("offer"),
            json!({"type": "offer"}),
            json!({"type": "offer", "sdp": "v=0"}),
            json!(1),
        ] {
            assert_eq!(parse_offer(bad.clone()), None, "{bad}");
            assert_eq!(parse_answer(bad.clone()), None, "{bad}");
        }
        assert_eq!(parse_answer(json!({"type": "pranswer", "sdp": SDP})), None);
    }

    /// Promise 65: the end marks of both browsers are understood, and nothing else passes for a candidate.
    #[test]
    fn end_marks_and_garbage_are_told_from_candidates() {
        let whole = json!({"candidate": "candidate:1 1 udp 1 192.0.2.1 9 typ host", "sdpMid": "0",
            "sdpMLineIndex": 0, "usernameFragment": "abcd", "more": 1});
        assert!(matches!(
            parse_candidate(whole),
            Some(CandidatePayload::Candidate(_))
        ));
        assert_eq!(parse_candidate(Value::Null), Some(CandidatePayload::End));
        let empty = json!({"candidate": "", "sdpMid": "0"});
        assert_eq!(parse_candidate(empty), Some(CandidatePayload::End));
        for bad in [
            json!({"candidate": "candidate:1 1 udp 1 192.0.2.1 9 typ host"}),
            json!({"sdpMid": "0"}),
            json!({"candidate": 1, "sdpMid": "0"}),
            json!({"candidate": "candidate:1 1 udp 1 192.0.2.1 9 typ host", "sdpMLineIndex": 70000}),
            json!({"candidate": "candidate:1 1 udp 1 example.com 9 typ host", "sdpMid": "0"}),
            json!({"candidate": "candidate:1 1 udp 1 192.0.2.1 9 typ host", "sdpMid": "0".repeat(257)}),
            json!({"candidate": "candidate:1 1 udp 1 192.0.2.1 9 typ host", "sdpMid": "0\r\na=x"}),
            json!({"candidate": "candidate:1 1 udp 1 192.0.2.1 9 typ host", "sdpMid": "0",
                "usernameFragment": "x".repeat(257)}),
            json!("x"),
        ] {
            assert_eq!(parse_candidate(bad.clone()), None, "{bad}");
        }
    }
}
