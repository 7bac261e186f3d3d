//! Promise 23: what comes from outside is read or refused, and never an accident. One function for each reader; it takes any
//! bytes and asserts what must hold of them.
//!
//! The fuzzer (`protocol/fuzz/`) and the test that plays its corpus again (`protocol/tests/fuzz_corpus.rs`) both include this.

mod bus;
mod channel;
mod gate;
mod sealed;
mod signaling;
mod stored;
mod texts;

/// A reader by its name, which is that of its corpus.
pub(crate) struct Target {
    pub(crate) name: &'static str,
    pub(crate) run: fn(&[u8]),
}

macro_rules! targets {
    ($($name:ident: $run:path;)*) => {
        /// Every target.
        pub(crate) const TARGETS: &[Target] =
            &[$(Target { name: stringify!($name), run: $run }),*];
    };
}

targets! {
    server_message: signaling::server_message;
    client_frame: signaling::client_frame;
    peer_message: channel::peer_message;
    log_message: channel::log_message;
    joiner: channel::joiner;
    announcement: sealed::announcement;
    signal: sealed::signal;
    entry: sealed::entry;
    invite: texts::invite;
    invite_text: texts::invite_text;
    name: texts::name;
    fingerprint: texts::fingerprint;
    ids_and_keys: texts::ids_and_keys;
    description: gate::description;
    candidate: gate::candidate;
    stored: stored::stored;
    bus_message: bus::bus_message;
}

/// Runs a target by its name.
pub(crate) fn run(name: &str, data: &[u8]) {
    let target = TARGETS.iter().find(|target| target.name == name);
    (target.unwrap().run)(data);
}

/// Every reader takes text; what is no UTF-8 never reaches them.
fn text(data: &[u8]) -> std::borrow::Cow<'_, str> {
    String::from_utf8_lossy(data)
}

/// Whether a fraction is in it. Of those, the quick reader of `serde_json` may change the last digit each time; nothing in the
/// protocol is one, but the browser's own objects could hold some.
fn has_fraction(value: &serde_json::Value) -> bool {
    use serde_json::Value;
    match value {
        Value::Number(number) => number.is_f64(),
        Value::Array(values) => values.iter().any(has_fraction),
        Value::Object(fields) => fields.values().any(has_fraction),
        Value::Null | Value::Bool(_) | Value::String(_) => false,
    }
}
