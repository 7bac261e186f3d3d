//! The settings file.

use std::fs;

use toml::{Table, Value};

use super::{Given, SettingError, Sourced, args};

/// Reads the file that `path` names.
pub(super) fn read(path: &Sourced) -> Result<Given, SettingError> {
    let text = fs::read_to_string(path.path()).map_err(|error| {
        path.error(
            &format!("cannot be read ({error})"),
            "name a TOML file that exists",
        )
    })?;
    let table: Table = text.parse().map_err(|error: toml::de::Error| {
        let words = error
            .message()
            .lines()
            .next()
            .unwrap_or_default()
            .to_owned();
        path.error(
            &format!("is not TOML ({words})"),
            "write key = \"value\" on each line",
        )
    })?;
    let mut given = Given::default();
    for (key, value) in table {
        let source = format!("{key} in {}", path.text);
        let known = args::keys();
        if !known.contains(&key) {
            return Err(SettingError {
                setting: source,
                problem: "no such setting".to_owned(),
                fix: format!("the settings are {}", known.join(", ")),
            });
        }
        let Some(text) = text_of(&value) else {
            return Err(SettingError {
                setting: source,
                problem: format!("cannot be a {}", value.type_str()),
                fix: "write a text, a number or a list of texts".to_owned(),
            });
        };
        given.add(&key, source, text);
    }
    Ok(given)
}

/// A value as it would stand on the command line.
fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Integer(number) => Some(number.to_string()),
        Value::Array(values) => {
            let texts: Option<Vec<&str>> = values.iter().map(Value::as_str).collect();
            texts.map(|texts| texts.join(","))
        }
        Value::Float(_) | Value::Boolean(_) | Value::Datetime(_) | Value::Table(_) => None,
    }
}
