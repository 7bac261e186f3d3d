//! What leaves a person who hides their IP address: relays, whatever the browser says besides.

use serde_json::{Value, json};

use crate::engine::link::Saying;

/// What may be said; `None` where that is nothing. What cannot be read is not said either.
pub(in crate::engine) fn only_relays(saying: Saying) -> Option<Saying> {
    Some(match saying {
        Saying::Offer(Value::Null) => Saying::Offer(Value::Null),
        Saying::Offer(offer) => Saying::Offer(description(&offer)?),
        Saying::Answer(answer) => Saying::Answer(description(&answer)?),
        Saying::Refusal => Saying::Refusal,
        Saying::Candidate(Value::Null) => Saying::Candidate(Value::Null),
        Saying::Candidate(candidate) => {
            let attribute = relay(candidate.get("candidate")?.as_str()?)?;
            Saying::Candidate(json!({
                "candidate": attribute,
                "sdpMid": candidate.get("sdpMid"),
                "sdpMLineIndex": candidate.get("sdpMLineIndex"),
                "usernameFragment": candidate.get("usernameFragment"),
            }))
        }
    })
}

/// A session description without addresses but those of relays (RFC 8866; RFC 8839, section 5).
fn description(description: &Value) -> Option<Value> {
    let kind = description.get("type")?.as_str()?;
    let sdp = description.get("sdp")?.as_str()?;
    let mut said = String::with_capacity(sdp.len());
    for line in sdp.lines() {
        if let Some(candidate) = line.strip_prefix("a=candidate:") {
            if let Some(attribute) = relay(&format!("candidate:{candidate}")) {
                said.extend(["a=", &*attribute, LINE_END]);
            }
        } else if !line.starts_with("a=remote-candidates:") {
            said.extend([&*without_address(line), LINE_END]);
        }
    }
    Some(json!({ "type": kind, "sdp": said }))
}

const LINE_END: &str = "\r\n";

/// A line of any other kind: the address of `o=`, `c=` and `a=rtcp:` is of no use to anybody.
fn without_address(line: &str) -> String {
    for (family, nowhere) in [("IN IP4 ", "0.0.0.0"), ("IN IP6 ", "::")] {
        if let Some((before, _)) = line.split_once(family) {
            return [before, family, nowhere].concat();
        }
    }
    line.to_owned()
}

/// A candidate of type `relay` (RFC 8839, section 5.1) without the address from which the relay is asked, and without
/// extensions of unknown meaning; `None` for every other.
fn relay(attribute: &str) -> Option<String> {
    let words: Vec<&str> = attribute.split(' ').collect();
    let (fixed, extensions) = words.split_at_checked(8)?;
    let [_, _, _, _, address, _, "typ", "relay"] = fixed else {
        return None;
    };
    let nowhere = if address.contains(':') {
        "::"
    } else {
        "0.0.0.0"
    };
    let mut said = fixed.join(" ");
    for pair in extensions.chunks(2) {
        match *pair {
            ["raddr", _] => said.extend([" raddr ", nowhere]),
            ["rport", _] => said.push_str(" rport 0"),
            [name @ ("ufrag" | "generation" | "tcptype"), value] => {
                said.extend([" ", name, " ", value]);
            }
            _ => {}
        }
    }
    Some(said)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate(attribute: &str) -> Option<Value> {
        let whole = json!({
            "candidate": attribute, "sdpMid": "0", "sdpMLineIndex": 0, "usernameFragment": "abcd",
            "address": "192.0.2.1",
        });
        match only_relays(Saying::Candidate(whole)) {
            Some(Saying::Candidate(said)) => Some(said),
            Some(other) => panic!("a candidate became {other:?}"),
            None => None,
        }
    }

    /// Promise 20.
    #[test]
    fn of_candidates_only_relays_are_said_and_not_who_asks_them() {
        for (whole, said) in [
            (
                "candidate:3 1 udp 41885695 203.0.113.9 50000 typ relay raddr 192.0.2.1 rport 4000 generation 0 ufrag \
                 abcd network-id 1 network-cost 10",
                "candidate:3 1 udp 41885695 203.0.113.9 50000 typ relay raddr 0.0.0.0 rport 0 generation 0 ufrag abcd",
            ),
            (
                "candidate:3 1 udp 1 2001:db8::9 50000 typ relay raddr 2001:db8::1 rport 4000",
                "candidate:3 1 udp 1 2001:db8::9 50000 typ relay raddr :: rport 0",
            ),
        ] {
            let expected = json!({
                "candidate": said, "sdpMid": "0", "sdpMLineIndex": 0, "usernameFragment": "abcd",
            });
            assert_eq!(candidate(whole), Some(expected));
        }
        for refused in [
            "candidate:1 1 udp 1 192.0.2.1 4000 typ host",
            "candidate:1 1 udp 1 192.0.2.1 4000 typ srflx raddr 0.0.0.0 rport 0",
            "candidate:1 1 udp 1 192.0.2.1 4000 typ prflx raddr 0.0.0.0 rport 0",
            "candidate:1 1 udp 1 192.0.2.1 4000 typ host typ relay",
            "candidate:1 1 udp 1 192.0.2.1  4000 typ relay",
            "candidate:1 1 udp 1 192.0.2.1 4000 typ relayed",
            "typ relay",
            "",
        ] {
            assert_eq!(candidate(refused), None, "{refused}");
        }
        for odd in [json!({}), json!("candidate"), json!({"candidate": 1})] {
            assert_eq!(only_relays(Saying::Candidate(odd)), None);
        }
        let end = Saying::Candidate(Value::Null);
        assert_eq!(only_relays(Saying::Candidate(Value::Null)), Some(end));
    }

    /// Promise 20.
    #[test]
    fn descriptions_name_no_address_but_those_of_relays() {
        let sdp = "v=0\r\no=- 7 2 IN IP4 192.0.2.1\r\ns=-\r\nt=0 0\r\n\
            m=application 4000 UDP/DTLS/SCTP webrtc-datachannel\r\nc=IN IP4 192.0.2.1\r\n\
            a=candidate:1 1 udp 1 192.0.2.1 4000 typ host\r\n\
            a=candidate:2 1 udp 1 203.0.113.9 5000 typ relay raddr 192.0.2.1 rport 4000\r\n\
            a=rtcp:4000 IN IP6 2001:db8::1\r\na=remote-candidates:1 192.0.2.1 4000\r\na=ice-ufrag:abcd\r\n";
        let said = "v=0\r\no=- 7 2 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n\
            m=application 4000 UDP/DTLS/SCTP webrtc-datachannel\r\nc=IN IP4 0.0.0.0\r\n\
            a=candidate:2 1 udp 1 203.0.113.9 5000 typ relay raddr 0.0.0.0 rport 0\r\n\
            a=rtcp:4000 IN IP6 ::\r\na=ice-ufrag:abcd\r\n";
        let whole = json!({"type": "offer", "sdp": sdp, "more": "192.0.2.1"});
        let expected = json!({"type": "offer", "sdp": said});
        assert_eq!(
            only_relays(Saying::Offer(whole.clone())),
            Some(Saying::Offer(expected.clone()))
        );
        assert_eq!(
            only_relays(Saying::Answer(whole)),
            Some(Saying::Answer(expected))
        );
        assert_eq!(only_relays(Saying::Answer(json!({"sdp": 1}))), None);
        let asked = Saying::Offer(Value::Null);
        assert_eq!(only_relays(Saying::Offer(Value::Null)), Some(asked));
    }
}
