//! How tagged messages are read: the whole JSON object first, then the fields that its `type` asks for.
//!
//! What serde derives for a tagged enum keeps the fields in a buffer until it knows the tag, and brings code for
//! every type that could be in there. This reads the same frames with a small part of that code, which a browser must
//! load before it can show anything. Of a field that is there twice the last counts.

use std::str::FromStr;

use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Map, Value};

/// A JSON object whose fields are taken out one by one. `None` means that a field is missing or of another kind.
#[derive(Deserialize)]
#[serde(transparent)]
pub(crate) struct Fields(Map<String, Value>);

/// The `type` is unknown, or a field that it asks for is missing or of another kind.
#[derive(Debug, thiserror::Error)]
#[error("not a message of this protocol")]
pub(crate) struct NotAMessage;

impl Fields {
    /// Any value, `null` too.
    pub(crate) fn any(&mut self, name: &str) -> Option<Value> {
        self.0.remove(name)
    }

    pub(crate) fn text(&mut self, name: &str) -> Option<String> {
        match self.any(name)? {
            Value::String(text) => Some(text),
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::Array(_)
            | Value::Object(_) => None,
        }
    }

    pub(crate) fn number(&mut self, name: &str) -> Option<u64> {
        self.any(name)?.as_u64()
    }

    #[cfg(feature = "engine")]
    pub(crate) fn truth(&mut self, name: &str) -> Option<bool> {
        self.any(name)?.as_bool()
    }

    /// A text that stands for something.
    pub(crate) fn parsed<T: FromStr>(&mut self, name: &str) -> Option<T> {
        self.any(name)?.as_str()?.parse().ok()
    }

    /// An object or array with a shape of its own.
    pub(crate) fn decoded<T: DeserializeOwned>(&mut self, name: &str) -> Option<T> {
        serde_json::from_value(self.any(name)?).ok()
    }

    /// A field that may be absent or `null`, but not of another kind.
    pub(crate) fn optional<T>(
        &mut self,
        name: &str,
        read: fn(&mut Self, &str) -> Option<T>,
    ) -> Option<Option<T>> {
        match self.0.get(name) {
            None | Some(Value::Null) => Some(None),
            Some(_) => read(self, name).map(Some),
        }
    }
}
