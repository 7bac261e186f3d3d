//! What a browser is given of a peer's descriptions and candidates: nothing that the protocol has no use for.
//!
//! The browsers' own readers take more than the standards say: Firefox's finds an attribute in any case, after spaces and
//! without its colon. So a line is judged by what any of them could see in it, and refused where it is not written plainly.

use std::{net::IpAddr, str::FromStr};

use crate::{crypto::CertificateFingerprint, ids, limits};

/// Data channels, audio and video; nobody describes more than a handful.
const MEDIA_LINES: usize = 64;

/// One candidate, of which browsers write a quarter.
const CANDIDATE_BYTES: usize = 1024;

/// Whether a session description (RFC 8866) may be handed to the browser: of a size, with media that the protocol knows, one
/// certificate of SHA-256, and candidates that name addresses.
pub fn allows_description(sdp: &str) -> bool {
    if sdp.len() > limits::DESCRIPTION_BYTES {
        return false;
    }
    let (mut certificate, mut media, mut candidates) = (None, 0, 0);
    for line in lines(sdp) {
        match judge_line(line) {
            Line::Media => media += 1,
            Line::Certificate(fingerprint) => {
                if *certificate.get_or_insert(fingerprint) != fingerprint {
                    return false;
                }
            }
            Line::Candidate => candidates += 1,
            Line::Other => {}
            Line::Refused => return false,
        }
    }
    certificate.is_some() && (1..=MEDIA_LINES).contains(&media) && candidates <= limits::CANDIDATES
}

/// Whether a candidate (RFC 8839, section 5.1) may be handed to the browser: one whose addresses are addresses, or mDNS names of
/// the kind that browsers make, so that nobody's browser looks up a name of somebody else's choosing.
pub fn allows_candidate(candidate: &str) -> bool {
    let attribute = candidate.strip_prefix("a=").unwrap_or(candidate);
    is_plain(attribute)
        && attribute
            .strip_prefix("candidate:")
            .is_some_and(names_addresses)
}

/// How many candidates an allowed description brings along.
pub(in crate::engine::link) fn candidates_in(sdp: &str) -> usize {
    lines(sdp)
        .filter(|line| line.starts_with("a=candidate:"))
        .count()
}

/// What a line of a description says.
enum Line {
    Media,
    Certificate(CertificateFingerprint),
    Candidate,
    /// Nothing that is judged here.
    Other,
    /// What no description has that is meant well.
    Refused,
}

/// A carriage return counts where it ends a line together with a line feed.
fn lines(sdp: &str) -> impl Iterator<Item = &str> {
    sdp.split_inclusive('\n').map(|line| {
        let ended = line
            .strip_suffix("\r\n")
            .or_else(|| line.strip_suffix('\n'));
        ended.unwrap_or(line)
    })
}

fn judge_line(line: &str) -> Line {
    let Some((kind, value)) = line.split_once('=').filter(|_| is_plain(line)) else {
        return Line::Refused;
    };
    let judged = match kind {
        "m" => is_known_media(value).then_some(Line::Media),
        "c" => names_network(value).then_some(Line::Other),
        "a" => judge_attribute(value),
        _ => (kind.len() == 1 && kind.bytes().all(|it| it.is_ascii_lowercase()))
            .then_some(Line::Other),
    };
    judged.unwrap_or(Line::Refused)
}

/// An attribute of interest is taken where it is written as the standards say, and refused where a reader could find it all the
/// same: in another case, or in what is no name.
fn judge_attribute(attribute: &str) -> Option<Line> {
    let (name, value) = attribute.split_once(':').unwrap_or((attribute, ""));
    if !is_token(name) {
        return None;
    }
    let is_written_so = !name.bytes().any(|letter| letter.is_ascii_uppercase());
    match &*name.to_ascii_lowercase() {
        "candidate" => (is_written_so && names_addresses(value)).then_some(Line::Candidate),
        "fingerprint" => sha_256(value)
            .filter(|_| is_written_so)
            .map(Line::Certificate),
        "rtcp" => {
            let network = value.split_once(' ');
            network
                .is_none_or(|(_port, network)| names_network(network))
                .then_some(Line::Other)
        }
        // Another certificate could stand for this one, or a page be asked that the peer names.
        "identity" | "remote-candidates" => None,
        _ => Some(Line::Other),
    }
}

/// What the name of an attribute is made of (RFC 8866, section 9, `token`).
fn is_token(name: &str) -> bool {
    let is_part =
        |letter: u8| letter.is_ascii_graphic() && !br#""(),/:;<=>?@[\]"#.contains(&letter);
    !name.is_empty() && name.bytes().all(is_part)
}

/// Without a line's end or anything else that two readers could understand in two ways.
fn is_plain(text: &str) -> bool {
    !text.chars().any(char::is_control)
}

fn is_known_media(described: &str) -> bool {
    let mut words = described.split(' ');
    let (kind, port, transport) = (words.next(), words.next(), words.next());
    if port.and_then(number::<u16>).is_none() {
        return false;
    }
    match (kind, transport) {
        (Some("application"), Some("UDP/DTLS/SCTP")) => {
            words.next() == Some("webrtc-datachannel") && words.next().is_none()
        }
        (Some("audio" | "video"), Some("UDP/TLS/RTP/SAVPF")) => {
            let mut formats = words.peekable();
            formats.peek().is_some() && formats.all(|format| number::<u8>(format).is_some())
        }
        (_, _) => false,
    }
}

/// What follows `c=`.
fn names_network(described: &str) -> bool {
    let words: Vec<&str> = described.split(' ').collect();
    matches!(&*words, ["IN", "IP4" | "IP6", address] if is_address(address))
}

fn sha_256(fingerprint: &str) -> Option<CertificateFingerprint> {
    let (hash, value) = fingerprint.split_once(' ')?;
    let known = hash.eq_ignore_ascii_case("sha-256");
    CertificateFingerprint::parse(value).filter(|_| known)
}

/// What follows `candidate:`.
fn names_addresses(attribute: &str) -> bool {
    // A reader that takes a blank for the end of a word finds an empty one there, and every other a place further on.
    if attribute.len() > CANDIDATE_BYTES || attribute.starts_with(' ') {
        return false;
    }
    let words: Vec<&str> = attribute
        .split(' ')
        .filter(|word| !word.is_empty())
        .collect();
    let [
        foundation,
        component,
        transport,
        priority,
        address,
        port,
        typ,
        kind,
        rest @ ..,
    ] = &*words
    else {
        return false;
    };
    let mut related = rest
        .iter()
        .enumerate()
        .filter(|(_, word)| word.eq_ignore_ascii_case("raddr"))
        .map(|(place, _)| rest.get(place + 1));
    is_foundation(foundation)
        && number::<u16>(component).is_some()
        && ["udp", "tcp"].contains(&&*transport.to_ascii_lowercase())
        && number::<u32>(priority).is_some()
        && is_address(address)
        && number::<u16>(port).is_some()
        && *typ == "typ"
        && ["host", "srflx", "prflx", "relay"].contains(kind)
        && related.all(|word| word.is_some_and(|word| is_address(word)))
}

fn is_foundation(word: &str) -> bool {
    let known = |letter: u8| letter.is_ascii_alphanumeric() || matches!(letter, b'+' | b'/');
    word.len() <= 32 && word.bytes().all(known)
}

fn is_address(word: &str) -> bool {
    match word.strip_suffix(".local") {
        Some(name) => ids::is_hyphenated_uuid(name),
        None => word.parse::<IpAddr>().is_ok(),
    }
}

/// Digits alone; `parse` takes a sign too.
fn number<T: FromStr>(word: &str) -> Option<T> {
    let digits = !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit());
    word.parse().ok().filter(|_| digits)
}

#[cfg(test)]
mod tests;
