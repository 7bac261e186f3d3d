//! A server that cannot be trusted: whatever it does to what it relays, nobody is linked to somebody else than they think.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use banter_e2e::{Browser, Direction, Kind, Person, Proxy, Server, Tamper, eventually};
use serde_json::{Value, json};

/// How often somebody else links and talks, one after the other, before we say that a link does not come.
const UNDISTURBED: usize = 3;

/// The positive control, and the clock: through the same proxy without tampering, in the same browsers, people link and
/// hear each other. Whoever was tampered with before had the time of several such links.
fn others_link_undisturbed(browsers: [&Browser; 2], is_private: bool) {
    let server = Server::start();
    let proxy = Proxy::start(&server, || Honest);
    let cyd = Person::at_origin("Cyd", browsers[0], &proxy.origin());
    let dan = Person::at_origin("Dan", browsers[1], &proxy.origin());
    for round in 0..UNDISTURBED {
        if is_private {
            dan.enters_by(&cyd.makes_a_room());
        } else {
            cyd.enters("tea");
            dan.enters("tea");
        }
        let text = format!("is anybody there, {round}");
        cyd.is_linked_to(1);
        cyd.says(&text);
        dan.sees(&text);
        cyd.leaves();
        dan.leaves();
    }
}

/// Passes everything on.
#[derive(Debug)]
struct Honest;

impl Tamper for Honest {
    fn tamper(&mut self, _: Direction, frame: Value) -> Vec<(Duration, Value)> {
        vec![(Duration::ZERO, frame)]
    }
}

/// Counts what was changed, over all sockets of a proxy.
#[derive(Clone, Debug, Default)]
struct Changes(Arc<AtomicUsize>);

impl Changes {
    fn count(&self, before: &Value, after: &Value) {
        if before != after {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Waits until a browser was given something that was changed.
    fn reach_a_browser(&self, what: &str) {
        let changed = eventually(|| (self.0.load(Ordering::Relaxed) > 0).then_some(()));
        assert!(changed.is_ok(), "{what}: nothing was tampered with");
    }
}

/// Changes one kind of frame on its way to the browser.
#[derive(Clone, Copy, Debug)]
enum Case {
    /// Sealed text is changed in one letter.
    Mutated,
    /// Everything goes back to its sender.
    Reflected,
    /// The announcement of one is put on the other.
    Swapped,
    /// What was said for this offer is said for the next one.
    Replayed,
    /// A description of the server's own.
    Forged,
    /// Half of it.
    Truncated,
}

#[derive(Debug)]
struct Evil {
    case: Case,
    before: Option<Value>,
    changes: Changes,
}

const PAYLOADS: [&str; 3] = ["offer", "answer", "candidate"];

impl Evil {
    fn changed(&mut self, mut frame: Value) -> Value {
        let field = PAYLOADS
            .into_iter()
            .find(|field| frame.get(*field).is_some());
        let Some(field) = field else { return frame };
        let sealed = frame[field].as_str().unwrap_or_default().to_owned();
        match self.case {
            Case::Mutated => {
                let at = sealed.len() / 2;
                let letter = if &sealed[at..=at] == "A" { "B" } else { "A" };
                frame[field] = json!(format!("{}{letter}{}", &sealed[..at], &sealed[at + 1..]));
            }
            Case::Reflected => {
                let (from, to) = (frame["from"].clone(), frame["to"].clone());
                (frame["from"], frame["to"]) = (to, from);
            }
            Case::Swapped => {
                let own = frame["announcement"].clone();
                if let Some(other) = self.before.replace(own) {
                    frame["announcement"] = other;
                }
                frame[field] = json!(sealed.chars().rev().collect::<String>());
            }
            Case::Replayed => {
                let now = frame[field].clone();
                frame[field] = self.before.replace(now).unwrap_or_default();
            }
            Case::Forged => {
                frame[field] = json!({ "type": field, "sdp": "v=0\r\n" });
            }
            Case::Truncated => frame[field] = json!(sealed[..sealed.len() / 2]),
        }
        frame
    }
}

impl Tamper for Evil {
    fn tamper(&mut self, direction: Direction, frame: Value) -> Vec<(Duration, Value)> {
        let given = match direction {
            Direction::ToServer => frame.clone(),
            Direction::ToBrowser => self.changed(frame.clone()),
        };
        self.changes.count(&frame, &given);
        vec![(Duration::ZERO, given)]
    }
}

/// Promise 3, six scripted cases between both browsers, each of which is given what was changed: no link, no name, no message, no
/// error.
#[test]
fn nobody_is_linked_through_a_server_that_changes_what_it_relays() {
    let cases = [
        Case::Mutated,
        Case::Reflected,
        Case::Swapped,
        Case::Replayed,
        Case::Forged,
        Case::Truncated,
    ];
    let browsers = [Browser::chromium(), Browser::firefox()];
    let rooms: Vec<_> = cases
        .into_iter()
        .map(|case| {
            let server = Server::start();
            let changes = Changes::default();
            let counted = changes.clone();
            let evil = move || Evil {
                case,
                before: None,
                changes: counted.clone(),
            };
            let proxy = Proxy::start(&server, evil);
            let ada = Person::at_origin("Ada", &browsers[0], &proxy.origin());
            let bob = Person::at_origin("Bob", &browsers[1], &proxy.origin());
            let invite = ada.makes_a_room();
            bob.enters_by(&invite);
            ada.says("is anybody there");
            (case, server, proxy, [ada, bob], changes)
        })
        .collect();
    for (case, _, _, _, changes) in &rooms {
        changes.reach_a_browser(&format!("{case:?}"));
    }
    others_link_undisturbed([&browsers[0], &browsers[1]], true);
    for (case, _, _, people, _) in &rooms {
        for person in people {
            let seen = person.looks();
            let heard = seen.messages.iter().filter(|message| !message.own).count();
            assert!(
                seen.links == 0 && seen.peers.is_empty() && heard == 0,
                "{case:?}: {seen:?}"
            );
            let probe = person.probe();
            assert!(
                probe.errors.is_empty() && probe.violations.is_empty(),
                "{probe:?}"
            );
        }
    }
    // The servers go before the pages do.
    for browser in &browsers {
        browser.excuse_unreachable_server();
    }
}

/// Puts another certificate's fingerprint into what is relayed in the clear.
#[derive(Debug)]
struct SwapsFingerprints(Changes);

impl Tamper for SwapsFingerprints {
    fn tamper(&mut self, _: Direction, mut frame: Value) -> Vec<(Duration, Value)> {
        let before = frame.clone();
        for field in ["offer", "answer"] {
            let Some(sdp) = frame[field]["sdp"].as_str() else {
                continue;
            };
            let (before, print) = sdp.split_once("a=fingerprint:sha-256 ").unwrap();
            let other = format!("{before}a=fingerprint:sha-256 00{}", &print[2..]);
            frame[field]["sdp"] = json!(other);
        }
        self.0.count(&before, &frame);
        vec![(Duration::ZERO, frame)]
    }
}

/// Promise 5: a description with another certificate's fingerprint never opens.
#[test]
fn a_certificate_that_is_not_the_described_one_never_opens() {
    for kind in [Kind::Chromium, Kind::Firefox] {
        let server = Server::start();
        let changes = Changes::default();
        let counted = changes.clone();
        let proxy = Proxy::start(&server, move || SwapsFingerprints(counted.clone()));
        let browser = Browser::start(kind);
        let ada = Person::at_origin("Ada", &browser, &proxy.origin());
        let bob = Person::at_origin("Bob", &browser, &proxy.origin());
        ada.enters("tea");
        bob.enters("tea");
        ada.says("is anybody there");
        changes.reach_a_browser(&kind.to_string());
        others_link_undisturbed([&browser, &browser], false);
        for person in [&ada, &bob] {
            let seen = person.looks();
            let heard = seen.messages.iter().filter(|message| !message.own).count();
            assert!(seen.links == 0 && heard == 0, "{kind}: {seen:?}");
        }
    }
}

/// What a browser's own calls say of certificates is another one's, as if DTLS had joined this page with somebody in between.
const LIES: [(&str, &str); 2] = [
    (
        "of the other side",
        "const truly = RTCDtlsTransport.prototype.getRemoteCertificates;
         RTCDtlsTransport.prototype.getRemoteCertificates = function () {
            const told = truly.call(this);
            if (!told.length) return told;
            window.lied = (window.lied ?? 0) + 1;
            const other = new Uint8Array(told[0].slice(0));
            other[other.length - 1] ^= 1;
            return [other.buffer];
         };",
    ),
    (
        "of this side",
        "const truly = RTCCertificate.prototype.getFingerprints;
         RTCCertificate.prototype.getFingerprints = function () {
            window.lied = (window.lied ?? 0) + 1;
            return truly.call(this).map(({ algorithm, value }) =>
                ({ algorithm, value: value.replace(/^../, (first) => first === '00' ? '01' : '00') }));
         };",
    ),
];

/// Promise 5: where the two ends were joined by other certificates than the proofs name, both close the connection, whatever
/// was sealed and signed: a page in an honest browser, which is shown such a proof, and the one that has made it.
#[test]
fn a_proof_over_other_certificates_closes_the_connection_in_chromium() {
    nobody_is_joined_by_other_certificates(Kind::Chromium);
}

/// Promise 5, in the other browser.
#[test]
fn a_proof_over_other_certificates_closes_the_connection_in_firefox() {
    nobody_is_joined_by_other_certificates(Kind::Firefox);
}

fn nobody_is_joined_by_other_certificates(kind: Kind) {
    let server = Server::start();
    let honest_browsers = [Browser::start(kind), Browser::chromium()];
    for (which, lie) in LIES {
        let deceived = Browser::start_with(kind, &[lie]);
        for browser in [&honest_browsers[0], &deceived] {
            // Firefox says so of a connection that the other side closes early.
            browser.excuse("WebRTC: ICE failed");
        }
        let ada = Person::new("Ada", &honest_browsers[0], &server);
        let deceived = Person::new("Bob", &deceived, &server);
        let invite = ada.makes_a_room();
        deceived.enters_by(&invite);
        ada.says("is anybody there");
        deceived.says("is anybody there");
        // Connections are made, one after another, and each is closed at its proof.
        for person in [&ada, &deceived] {
            let tried = eventually(|| (person.probe().made >= 2).then_some(()));
            assert!(tried.is_ok(), "{which}: {:?}", person.probe());
        }
        let lied = deceived
            .page()
            .execute("return window.lied ?? 0", &json!([]));
        assert!(
            lied.as_u64() >= Some(1),
            "{which}: nobody asked for the lie"
        );
        for person in [&ada, &deceived] {
            let seen = person.looks();
            let heard = seen.messages.iter().filter(|message| !message.own).count();
            let nobody = seen.links == 0 && seen.peers.is_empty() && heard == 0;
            assert!(nobody, "{which}: {seen:?}");
            let probe = person.probe();
            assert!(
                probe.open <= 1 && probe.errors.is_empty(),
                "{which}: {probe:?}"
            );
        }
        // Whoever is joined by the certificates that were proved is there at once.
        let honest = Person::new("Cyd", &honest_browsers[1], &server);
        honest.enters_by(&invite);
        honest.is_linked_to(1);
        let seen = ada.is_linked_to(1);
        assert!(seen.peers[0].label.contains("Cyd"), "{which}: {seen:?}");
        honest.says("only here");
        ada.sees("only here");
        assert!(deceived.looks().message("only here").is_none());
    }
}
