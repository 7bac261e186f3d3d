//! What a browser is given of a peer's descriptions and candidates: nothing that the protocol has no use for.

use std::net::IpAddr;

use crate::{crypto::CertificateFingerprint, ids, limits};

/// Data channels, audio and video; nobody describes more than a handful.
const MEDIA_LINES: usize = 64;

/// Whether a session description (RFC 8866) may be handed to the browser: of a size, with media that the protocol knows, one
/// certificate of SHA-256, and candidates that name addresses.
pub(super) fn allows_description(sdp: &str) -> bool {
    if sdp.len() > limits::DESCRIPTION_BYTES {
        return false;
    }
    let (mut certificate, mut media, mut candidates) = (None, 0, 0);
    for line in sdp.split('\n') {
        let line = line.trim_end_matches('\r');
        if let Some(described) = line.strip_prefix("m=") {
            media += 1;
            if media > MEDIA_LINES || !is_known_media(described) {
                return false;
            }
        } else if let Some(fingerprint) = line.strip_prefix("a=fingerprint:") {
            let Some(fingerprint) = sha_256(fingerprint) else {
                return false;
            };
            if *certificate.get_or_insert(fingerprint) != fingerprint {
                return false;
            }
        } else if let Some(candidate) = line.strip_prefix("a=candidate:") {
            candidates += 1;
            if candidates > limits::CANDIDATES || !names_addresses(candidate) {
                return false;
            }
        }
    }
    certificate.is_some() && media > 0
}

/// Whether a candidate (RFC 8839, section 5.1) may be handed to the browser: one whose addresses are addresses, or mDNS names of
/// the kind that browsers make, so that nobody's browser looks up a name of somebody else's choosing.
pub(super) fn allows_candidate(candidate: &str) -> bool {
    let attribute = candidate.strip_prefix("a=").unwrap_or(candidate);
    attribute.len() <= 1024
        && attribute
            .strip_prefix("candidate:")
            .is_some_and(names_addresses)
}

fn is_known_media(described: &str) -> bool {
    let mut words = described.split(' ');
    let (kind, _port, transport) = (words.next(), words.next(), words.next());
    match (kind, transport) {
        (Some("application"), Some("UDP/DTLS/SCTP")) => {
            words.next() == Some("webrtc-datachannel") && words.next().is_none()
        }
        (Some("audio" | "video"), Some(transport)) => transport == "UDP/TLS/RTP/SAVPF",
        (_, _) => false,
    }
}

fn sha_256(fingerprint: &str) -> Option<CertificateFingerprint> {
    let (hash, value) = fingerprint.split_once(' ')?;
    let known = hash.eq_ignore_ascii_case("sha-256");
    CertificateFingerprint::parse(value).filter(|_| known)
}

/// What follows `candidate:`.
fn names_addresses(attribute: &str) -> bool {
    let words: Vec<&str> = attribute
        .split(' ')
        .filter(|word| !word.is_empty())
        .collect();
    let [
        _foundation,
        _component,
        transport,
        _priority,
        address,
        port,
        typ,
        _kind,
        rest @ ..,
    ] = &*words
    else {
        return false;
    };
    let transport = transport.eq_ignore_ascii_case("udp") || transport.eq_ignore_ascii_case("tcp");
    let related = rest
        .iter()
        .position(|word| *word == "raddr")
        .map(|place| rest.get(place + 1).is_some_and(|word| is_address(word)));
    transport
        && *typ == "typ"
        && port.parse::<u16>().is_ok()
        && is_address(address)
        && related.unwrap_or(true)
}

fn is_address(word: &str) -> bool {
    match word.strip_suffix(".local") {
        Some(name) => ids::is_hyphenated_uuid(name),
        None => word.parse::<IpAddr>().is_ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRINT: &str = "00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:\
                         00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF";
    const LINE: &str = "m=application 9 UDP/DTLS/SCTP webrtc-datachannel";

    fn sdp(lines: &[&str]) -> String {
        let mut all = vec!["v=0", "o=- 1 2 IN IP4 127.0.0.1", "s=-", "t=0 0"];
        all.extend(lines);
        all.join("\r\n") + "\r\n"
    }

    /// Promise 24.
    #[test]
    fn descriptions_have_one_certificate_known_media_and_a_size() {
        let print = format!("a=fingerprint:sha-256 {PRINT}");
        let other = format!("a=fingerprint:sha-256 {}", PRINT.replace("00", "01"));
        let weak = format!("a=fingerprint:sha-1 {PRINT}");
        let candidate = "a=candidate:1 1 udp 1 192.0.2.1 9 typ host";
        assert!(allows_description(&sdp(&[LINE, &print])));
        assert!(allows_description(&sdp(&[
            &print,
            LINE,
            &print.replace("sha", "SHA")
        ])));
        assert!(allows_description(&sdp(&[
            &print,
            "m=audio 9 UDP/TLS/RTP/SAVPF 111 63",
            "m=video 9 UDP/TLS/RTP/SAVPF 96",
            LINE,
            candidate,
        ])));
        for bad in [
            sdp(&[]),
            sdp(&[&print]),
            sdp(&[LINE]),
            sdp(&[LINE, &weak]),
            sdp(&[LINE, &print, &weak]),
            sdp(&[LINE, &print, &other]),
            sdp(&[LINE, "a=fingerprint:sha-256 00:11"]),
            sdp(&["m=application 9 TCP/DTLS/SCTP webrtc-datachannel", &print]),
            sdp(&["m=application 9 DTLS/SCTP 5000", &print]),
            sdp(&["m=message 9 TCP/MSRP *", LINE, &print]),
            sdp(&["m=audio 9 RTP/AVP 0", LINE, &print]),
            sdp(&[LINE, &print, "a=candidate:1 1 udp 1 example.com 9 typ host"]),
            sdp(&[vec![LINE, &print], vec![candidate; 65]].concat()),
            sdp(&[
                LINE,
                &print,
                &format!("a={}", "x".repeat(limits::DESCRIPTION_BYTES)),
            ]),
        ] {
            assert!(!allows_description(&bad), "{bad}");
        }
        // Lines that end as in old texts hide nothing.
        assert!(!allows_description(
            &sdp(&[LINE, &print, &other]).replace("\r\n", "\n")
        ));
    }

    /// Promise 24: no name is looked up for a peer.
    #[test]
    fn candidates_name_addresses() {
        for good in [
            "candidate:1 1 udp 2113937151 192.0.2.1 54321 typ host generation 0 ufrag abcd",
            "candidate:1 1 UDP 1 2001:db8::1 9 typ host",
            "candidate:0 1 TCP 1 7f2d1c7c-2f4c-4a0e-9a88-0c4f3a5b6c7d.local 9 typ host tcptype active",
            "candidate:1 1 udp 1 198.51.100.7 9 typ srflx raddr 0.0.0.0 rport 0",
            "a=candidate:1 1 udp 1 ::1 9 typ host",
        ] {
            assert!(allows_candidate(good), "{good}");
        }
        for bad in [
            "",
            "candidate:",
            "candidate:1 1 udp 1 example.com 9 typ host",
            "candidate:1 1 udp 1 printer.local 9 typ host",
            "candidate:1 1 udp 1 .local 9 typ host",
            "candidate:1 1 udp 1 192.0.2.1 9 typ srflx raddr example.com rport 0",
            "candidate:1 1 udp 1 192.0.2.1 9 typ srflx raddr",
            "candidate:1 1 udp 1 192.0.2.1 70000 typ host",
            "candidate:1 1 sctp 1 192.0.2.1 9 typ host",
            "candidate:1 1 udp 1 192.0.2.1 9 type host",
            "1 1 udp 1 192.0.2.1 9 typ host",
        ] {
            assert!(!allows_candidate(bad), "{bad}");
        }
    }
}
