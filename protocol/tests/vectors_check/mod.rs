//! The test vectors of `protocol/tests/vectors/`, held against this implementation: natively (`vectors.rs` beside this folder)
//! and as wasm in browsers (`frontend/tests/browser/vectors.rs`), which both include this module.
//!
//! A file has what it is about and some cases, each with what goes in and what comes out. Bytes are hexadecimal, but where
//! the protocol itself writes them in base64url.

mod cast;
mod entries;
mod pairs;
mod people;
mod rooms;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One file of vectors, and how this implementation gets from what goes in to what comes out.
pub(crate) struct Topic {
    pub(crate) name: &'static str,
    pub(crate) json: &'static str,
    pub(crate) compute: fn(&Value) -> Value,
}

macro_rules! topics {
    ($($name:ident: $compute:path;)*) => {
        /// Every topic.
        pub(crate) const TOPICS: &[Topic] = &[$(Topic {
            name: stringify!($name),
            json: include_str!(concat!("../vectors/", stringify!($name), ".json")),
            compute: $compute,
        }),*];
    };
}

topics! {
    random_stream: rooms::random_stream;
    invites: rooms::invite;
    room_keys: rooms::room_keys;
    certificates: people::certificate;
    announcements: people::announcement;
    safety_numbers: people::safety_number;
    emoji: people::emoji;
    pairs: pairs::pair;
    signals: pairs::signals;
    confirmations: pairs::confirmation;
    entries: entries::entries;
}

/// A file of vectors.
#[derive(Deserialize, Serialize)]
pub(crate) struct Vectors {
    pub(crate) about: String,
    pub(crate) cases: Vec<Case>,
}

#[derive(Deserialize, Serialize)]
pub(crate) struct Case {
    pub(crate) name: String,
    #[serde(rename = "in")]
    pub(crate) input: Value,
    /// Absent in a case that is just being added.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) out: Option<Value>,
}

/// Promise 21: this implementation gives the bytes of the file, wherever it runs.
pub(crate) fn check(topic: &Topic) {
    let vectors: Vectors = serde_json::from_str(topic.json).unwrap();
    assert!(!vectors.cases.is_empty(), "{}", topic.name);
    for case in vectors.cases {
        let computed = (topic.compute)(&case.input);
        assert_eq!(Some(computed), case.out, "{}: {}", topic.name, case.name);
    }
}
