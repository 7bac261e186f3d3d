use super::*;

const PRINT: &str = "00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:\
                     00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF";
const LINE: &str = "m=application 9 UDP/DTLS/SCTP webrtc-datachannel";
const CANDIDATE: &str = "a=candidate:1 1 udp 1 192.0.2.1 9 typ host";
/// What an mDNS name of a browser's looks like.
const MDNS: &str = "7f2d1c7c-2f4c-4a0e-9a88-0c4f3a5b6c7d.local";

fn sdp(lines: &[&str]) -> String {
    let mut all = vec!["v=0", "o=- 1 2 IN IP4 127.0.0.1", "s=-", "t=0 0"];
    all.extend(lines);
    all.join("\r\n") + "\r\n"
}

fn print() -> String {
    format!("a=fingerprint:sha-256 {PRINT}")
}

/// A description that is allowed, with some lines more.
fn with(lines: &[&str]) -> String {
    sdp(&[&[LINE, &print()], lines].concat())
}

/// As Chromium 156 and Firefox 153 have written them.
#[test]
fn descriptions_of_real_browsers_are_allowed_with_every_candidate() {
    for (real, candidates) in [
        (include_str!("chromium.sdp"), 2),
        (include_str!("firefox.sdp"), 4),
    ] {
        let sdp = real.replace('\n', "\r\n");
        assert!(allows_description(&sdp), "{sdp}");
        assert_eq!(candidates_in(&sdp), candidates);
        for line in real.lines().filter_map(|line| line.strip_prefix("a=")) {
            assert_eq!(
                allows_candidate(line),
                line.starts_with("candidate:"),
                "{line}"
            );
        }
    }
}

#[test]
fn what_browsers_write_is_allowed() {
    let print = print();
    let mdns =
        format!("a=candidate:0 1 UDP 2122187007 {MDNS} 9 typ host generation 0 network-cost 999");
    let ended = format!("c=IN IP4 {MDNS}");
    for good in [
        sdp(&[LINE, &print]),
        sdp(&[&print, LINE, &print.replace("sha", "SHA")]),
        sdp(&[
            &print,
            "m=audio 9 UDP/TLS/RTP/SAVPF 111 63",
            "c=IN IP4 0.0.0.0",
            "a=rtcp:9 IN IP4 0.0.0.0",
            "m=video 0 UDP/TLS/RTP/SAVPF 96",
            LINE,
            CANDIDATE,
        ]),
        with(&[
            "c=IN IP6 ::",
            "a=rtcp:9",
            "a=end-of-candidates",
            "a=sendrecv",
        ]),
        with(&[&mdns, &ended]),
        with(&[
            "a=group:BUNDLE 0",
            "a=msid-semantic: WMS",
            "a=ice-options:trickle",
            "b=AS:30",
        ]),
        with(&["a=candidates-of-mine: none", "a=sctp-port:5000", "s=Müller"]),
        with(&[]).replace("\r\n", "\n"),
        with(&[]).trim_end().to_owned(),
    ] {
        assert!(allows_description(&good), "{good}");
    }
}

/// Promise 24.
#[test]
fn descriptions_have_one_certificate_known_media_and_a_size() {
    let print = print();
    let other = print.replace("00", "01");
    let weak = format!("a=fingerprint:sha-1 {PRINT}");
    for bad in [
        String::new(),
        "\r\n".to_owned(),
        sdp(&[]),
        sdp(&[&print]),
        sdp(&[LINE]),
        sdp(&[LINE, &weak]),
        with(&[&weak]),
        with(&[&other]),
        with(&[&other.to_lowercase()]),
        sdp(&[LINE, "a=fingerprint:sha-256 00:11"]),
        sdp(&[LINE, &print.replace("sha-256", "sha-512")]),
        sdp(&[LINE, &format!("{print}:00")]),
        sdp(&[LINE, &print.replace("sha-256 ", "sha-256")]),
        sdp(&["m=application 9 TCP/DTLS/SCTP webrtc-datachannel", &print]),
        sdp(&[
            "m=application 9 UDP/DTLS/SCTP webrtc-datachannel 5000",
            &print,
        ]),
        sdp(&["m=application 9 UDP/DTLS/SCTP *", &print]),
        sdp(&["m=application 9 DTLS/SCTP 5000", &print]),
        sdp(&[
            "m=application 70000 UDP/DTLS/SCTP webrtc-datachannel",
            &print,
        ]),
        sdp(&["m=application 9/2 UDP/DTLS/SCTP webrtc-datachannel", &print]),
        with(&["m=message 9 TCP/MSRP *"]),
        with(&["m=text 9 UDP/TLS/RTP/SAVPF 98"]),
        with(&["m=image 9 udptl t38"]),
        with(&["m=audio 9 RTP/AVP 0"]),
        with(&["m=audio 9 RTP/SAVPF 0"]),
        with(&["m=audio 9 UDP/TLS/RTP/SAVPF"]),
        with(&["m=audio 9 UDP/TLS/RTP/SAVPF x"]),
        with(&["m=video"]),
        with(&["m="]),
        with(&[LINE; MEDIA_LINES]),
        with(&[&format!("a={}", "x".repeat(limits::DESCRIPTION_BYTES))]),
    ] {
        assert!(!allows_description(&bad), "{bad}");
    }
}

/// Promise 24: of the largest size, and of one byte more.
#[test]
fn a_description_has_at_most_24_kib() {
    let filled = |bytes: usize| {
        let rest = with(&["a="]);
        rest.replace(
            "a=\r\n",
            &format!("a={}\r\n", "x".repeat(bytes - rest.len())),
        )
    };
    assert_eq!(limits::DESCRIPTION_BYTES, 24 * 1024);
    assert!(allows_description(&filled(limits::DESCRIPTION_BYTES)));
    assert!(!allows_description(&filled(limits::DESCRIPTION_BYTES + 1)));
}

/// Promise 24: of the most candidates, and of one more.
#[test]
fn a_description_has_at_most_64_candidates() {
    let most = with(&[CANDIDATE; 64]);
    assert!(allows_description(&most));
    assert_eq!(candidates_in(&most), 64);
    assert!(!allows_description(&with(&[CANDIDATE; 65])));
}

/// Promise 24: Firefox's reader finds an attribute in any case, after spaces and colons and without its own colon; the readers
/// differ in what ends a line. None of them finds what was not judged.
#[test]
fn nothing_hides_from_the_gate_in_another_spelling() {
    let weak = format!("sha-1 {PRINT}");
    let away = "1 1 udp 1 example.com 9 typ host";
    for (name, value) in [("fingerprint", &*weak), ("candidate", away)] {
        for line in [
            format!("a={name}:{value}"),
            format!("a={}:{value}", name.to_uppercase()),
            format!("A={name}:{value}"),
            format!("a={name} {value}"),
            format!("a= {name}:{value}"),
            format!("a=:{name}:{value}"),
            format!("a=: :{name} :{value}"),
            format!("a={name} :{value}"),
            format!("a=\t{name}:{value}"),
            format!(" a={name}:{value}"),
            format!("a=={name}={value}"),
            format!("a=x={name} {value}"),
            format!("a=({name}:{value}"),
            format!("a=x\ra={name}:{value}"),
            format!("a=x\u{0}a={name}:{value}"),
            format!("a=x\u{b}a={name}:{value}"),
            format!("a=x\u{85}a={name}:{value}"),
        ] {
            assert!(!allows_description(&with(&[&line])), "{line:?}");
        }
    }
    // What is written oddly is refused, whatever it says.
    for line in [
        &*print().replace("fingerprint", "Fingerprint"),
        &*CANDIDATE.replace("candidate:", "candidate "),
        "",
        "a",
        "=",
        "aa=x",
        "9=x",
        "\r",
    ] {
        assert!(!allows_description(&with(&[line, "a=x"])), "{line:?}");
    }
    assert!(!allows_description(
        &(with(&[]).trim_end().to_owned() + "\r")
    ));
    let other = print().replace("00", "01");
    assert!(!allows_description(&with(&[&other]).replace("\r\n", "\n")));
}

/// Promise 24: nothing in a description makes a browser ask somewhere that the peer names.
#[test]
fn a_description_names_addresses_everywhere() {
    for line in [
        "a=candidate:1 1 udp 1 example.com 9 typ host",
        "a=candidate:1 1 udp 1 192.0.2.1 9 typ srflx raddr example.com rport 0",
        "a=candidate:",
        "a=candidate",
        "c=IN IP4 example.com",
        "c=IN IP4",
        "c=ATM NSAP 47",
        "a=rtcp:9 IN IP4 example.com",
        "a=remote-candidates:1 192.0.2.3 45664",
        // An identity provider's page would be loaded to judge it.
        "a=identity:eyJpZHAiOnsiZG9tYWluIjoiZXhhbXBsZS5jb20ifX0=",
        "a=Identity:eyJpZHAiOnsiZG9tYWluIjoiZXhhbXBsZS5jb20ifX0=",
    ] {
        assert!(!allows_description(&with(&[line])), "{line}");
    }
}

/// Promise 24: no name is looked up for a peer.
#[test]
fn candidates_name_addresses() {
    for good in [
        "candidate:1 1 udp 2113937151 192.0.2.1 54321 typ host generation 0 ufrag abcd",
        "candidate:1 1 UDP 1 2001:db8::1 9 typ host",
        "candidate:0 1 TCP 1 7f2d1c7c-2f4c-4a0e-9a88-0c4f3a5b6c7d.local 9 typ host tcptype active",
        "candidate:1 1 udp 1 198.51.100.7 9 typ srflx raddr 0.0.0.0 rport 0",
        "candidate:1 1 udp 1 198.51.100.7 9 typ relay raddr 7f2d1c7c-2f4c-4a0e-9a88-0c4f3a5b6c7d.local rport 0",
        "candidate:Ab+/09 256 udp 4294967295 ::ffff:192.0.2.1 65535 typ prflx",
        "a=candidate:1 1 udp 1 ::1 9 typ host",
    ] {
        assert!(allows_candidate(good), "{good}");
    }
    for bad in [
        "",
        "candidate:",
        "candidate: 1 1 udp 1 192.0.2.1 9 typ host",
        "candidate:  1 1 udp 1 192.0.2.1 9 typ host",
        "candidate:1 1 udp 1 192.0.2.1 9 typ",
        "1 1 udp 1 192.0.2.1 9 typ host",
        "Candidate:1 1 udp 1 192.0.2.1 9 typ host",
        "a=a=candidate:1 1 udp 1 192.0.2.1 9 typ host",
        "candidate:1 1 udp 1 192.0.2.1 9 type host",
        "candidate:1 1 udp 1 192.0.2.1 9 typ guest",
        // Names, and what only looks like an address.
        "candidate:1 1 udp 1 example.com 9 typ host",
        "candidate:1 1 udp 1 localhost 9 typ host",
        "candidate:1 1 udp 1 printer.local 9 typ host",
        "candidate:1 1 udp 1 .local 9 typ host",
        "candidate:1 1 udp 1 7f2d1c7c2f4c4a0e9a880c4f3a5b6c7d.local 9 typ host",
        "candidate:1 1 udp 1 x.7f2d1c7c-2f4c-4a0e-9a88-0c4f3a5b6c7d.local 9 typ host",
        "candidate:1 1 udp 1 7f2d1c7c-2f4c-4a0e-9a88-0c4f3a5b6c7d.local.example.com 9 typ host",
        "candidate:1 1 udp 1 7f2d1c7c-2f4c-4a0e-9a88-0c4f3a5b6c7d.local. 9 typ host",
        "candidate:1 1 udp 1 192.0.2.1:80 9 typ host",
        "candidate:1 1 udp 1 192.0.2 9 typ host",
        "candidate:1 1 udp 1 0300.0.2.1 9 typ host",
        "candidate:1 1 udp 1 3221225985 9 typ host",
        "candidate:1 1 udp 1 [2001:db8::1] 9 typ host",
        "candidate:1 1 udp 1 fe80::1%eth0 9 typ host",
        "candidate:1 1 udp 1 192.0.2.1 9 typ srflx raddr example.com rport 0",
        "candidate:1 1 udp 1 192.0.2.1 9 typ srflx raddr",
        "candidate:1 1 udp 1 192.0.2.1 9 typ srflx raddr 0.0.0.0 rport 0 raddr example.com",
        "candidate:1 1 udp 1 192.0.2.1 9 typ srflx RADDR example.com rport 0",
        // Numbers that are none.
        "candidate:1 1 udp 1 192.0.2.1 70000 typ host",
        "candidate:1 1 udp 1 192.0.2.1 +9 typ host",
        "candidate:1 1 udp 1 192.0.2.1 -9 typ host",
        "candidate:1 1 udp 4294967296 192.0.2.1 9 typ host",
        "candidate:1 x udp 1 192.0.2.1 9 typ host",
        "candidate:1 1 sctp 1 192.0.2.1 9 typ host",
        "candidate:\u{fffd} 1 udp 1 192.0.2.1 9 typ host",
        // One that holds another.
        "candidate:1 1 udp 1 192.0.2.1 9 typ host\r\na=candidate:1 1 udp 1 example.com 9 typ host",
        "candidate:1 1 udp 1 192.0.2.1 9 typ host x\na=fingerprint:sha-256 00",
        "candidate:1\t1 udp 1 example.com 9 typ host 1 udp 1 192.0.2.1 9 typ host",
        "candidate:1 1 udp 1 192.0.2.1 9 typ host x\u{0}",
    ] {
        assert!(!allows_candidate(bad), "{bad}");
    }
    let long = |bytes: usize| {
        let candidate = "candidate:1 1 udp 1 192.0.2.1 9 typ host x ";
        candidate.to_owned() + &"x".repeat(bytes + "candidate:".len() - candidate.len())
    };
    assert!(allows_candidate(&long(CANDIDATE_BYTES)));
    assert!(!allows_candidate(&long(CANDIDATE_BYTES + 1)));
}
