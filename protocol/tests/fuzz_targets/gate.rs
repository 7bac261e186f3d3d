//! What a browser is given of a peer's descriptions and candidates. What is allowed is read once more by a reader that finds as
//! much as it can, as browsers do.

use std::net::IpAddr;

use banter_protocol::{engine::sdp, limits};

use super::text;

pub(super) fn description(data: &[u8]) {
    let sdp = text(data);
    if !sdp::allows_description(&sdp) {
        return;
    }
    assert!(sdp.len() <= limits::DESCRIPTION_BYTES);
    assert!(
        !sdp.replace("\r\n", "\n")
            .contains(|c: char| c.is_control() && c != '\n')
    );
    let (mut certificates, mut candidates) = (Vec::new(), 0);
    for line in sdp.lines() {
        let loose = line.to_ascii_lowercase();
        let mut words = loose
            .split([':', ' ', '=', '\t'])
            .filter(|word| !word.is_empty());
        match (words.next(), words.next()) {
            (Some("a"), Some("fingerprint")) => {
                assert_eq!(words.next(), Some("sha-256"));
                certificates.push(loose);
            }
            (Some("a"), Some("candidate")) => {
                candidates += 1;
                assert_names_addresses(line);
            }
            (Some("a"), Some("identity" | "remote-candidates")) => panic!("{line:?}"),
            (Some("m"), kind) => {
                assert!(
                    matches!(kind, Some("application" | "audio" | "video")),
                    "{line:?}"
                );
            }
            (_, _) => {}
        }
    }
    certificates.dedup();
    assert_eq!(certificates.len(), 1);
    assert!(candidates <= limits::CANDIDATES);
}

pub(super) fn candidate(data: &[u8]) {
    let candidate = text(data);
    if sdp::allows_candidate(&candidate) {
        assert!(!candidate.contains(char::is_control));
        assert_names_addresses(&candidate);
    }
}

/// Whatever follows where an address stands is one, or a name that nobody chooses.
fn assert_names_addresses(candidate: &str) {
    let words: Vec<&str> = candidate
        .split(' ')
        .filter(|word| !word.is_empty())
        .collect();
    let related = words
        .windows(2)
        .filter(|pair| pair[0].eq_ignore_ascii_case("raddr"));
    for address in related.map(|pair| pair[1]).chain([words[4]]) {
        let is_random = address.strip_suffix(".local").is_some_and(|name| {
            name.len() == 36 && name.bytes().all(|it| it == b'-' || it.is_ascii_hexdigit())
        });
        assert!(
            is_random || address.parse::<IpAddr>().is_ok(),
            "{candidate:?}"
        );
    }
}
