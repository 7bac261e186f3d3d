//! What two tabs have in common with nobody else.

use banter_protocol::crypto::{
    CertificateFingerprint, RoomKeys,
    pair::Pair,
    signal::{Signal, SignalKind},
};
use serde_json::{Value, json};

use super::cast::{Tab, hex, room, text};

/// The keys of both tabs, in the order of `tabs`.
fn agreed(input: &Value) -> ([Tab; 2], [Pair; 2]) {
    let room = room(input);
    let tabs = [0, 1].map(|place| Tab::read(&input["tabs"][place], &room));
    let pairs = [(0, 1), (1, 0)].map(|(mine, theirs)| agree(&room, &tabs[mine], &tabs[theirs]));
    (tabs, pairs)
}

fn agree(room: &RoomKeys, mine: &Tab, theirs: &Tab) -> Pair {
    Pair::agree(room, &mine.announcement, &mine.secret, &theirs.announcement).unwrap()
}

pub(super) fn pair(input: &Value) -> Value {
    let (tabs, [one, other]) = agreed(input);
    assert_eq!(one.transcript(), other.transcript());
    assert_eq!(one.export(), other.export());
    let bytes = tabs.map(|tab| tab.announcement.as_bytes().to_vec());
    json!({
        "announcements": bytes.each_ref().map(|bytes| hex(bytes)),
        "first": u8::from(bytes[1] < bytes[0]),
        "transcript": hex(one.transcript()),
        "export": hex(&**one.export()),
    })
}

pub(super) fn signals(input: &Value) -> Value {
    let (_, mut pairs) = agreed(input);
    let said = input["signals"].as_array().unwrap();
    let sealed: Vec<String> = said
        .iter()
        .map(|said| {
            let signal = signal(said);
            let [one, other] = &mut pairs;
            let (sender, receiver) = match said["sender"].as_u64().unwrap() {
                0 => (one, other),
                _ => (other, one),
            };
            let sealed = sender.seal(&signal);
            assert_eq!(receiver.open(&sealed), Some(signal));
            assert_eq!(receiver.open(&sealed), None, "replayed");
            sealed
        })
        .collect();
    json!({ "sealed": sealed })
}

fn signal(said: &Value) -> Signal {
    let kind = match text(&said["kind"]) {
        "offer" => SignalKind::Offer,
        "answer" => SignalKind::Answer,
        "candidate" => SignalKind::Candidate,
        "refusal" => SignalKind::Refusal,
        other => panic!("no kind of signal: {other}"),
    };
    let payload = text(&said["payload"]);
    let signal = Signal {
        kind,
        negotiation: said["negotiation"].as_str().map(str::to_owned),
        payload: serde_json::from_str(payload).unwrap(),
    };
    assert_eq!(signal.payload.to_string(), payload, "the exact text");
    signal
}

pub(super) fn confirmation(input: &Value) -> Value {
    let (_, [one, other]) = agreed(input);
    let negotiation = input["negotiation"].as_str();
    let [first, second] = [0, 1].map(|place| fingerprint(text(&input["fingerprints"][place])));
    let proofs = [
        one.confirmation(negotiation, &first, &second),
        other.confirmation(negotiation, &second, &first),
    ];
    assert!(other.is_confirmed_by(&proofs[0], negotiation, &second, &first));
    assert!(one.is_confirmed_by(&proofs[1], negotiation, &first, &second));
    json!({ "proofs": proofs })
}

/// From bare hexadecimal.
fn fingerprint(text: &str) -> CertificateFingerprint {
    let pairs: Vec<&str> = (0..32)
        .map(|place| &text[2 * place..2 * place + 2])
        .collect();
    CertificateFingerprint::parse(&pairs.join(":")).unwrap()
}
