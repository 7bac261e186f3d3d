//! Keys as Chromium wants to be told of them (`Input.dispatchKeyEvent`).

use serde_json::{Value, json};

use super::super::{
    Answer,
    keys::{self, Key},
};

/// Presses and releases keys one after the other; modifiers are held until they are released or until the end.
pub(super) fn press(letters: &str, dispatch: &dyn Fn(Value) -> Answer<()>) -> Answer<()> {
    let mut held: Vec<Key> = Vec::new();
    let bits = |held: &[Key]| held.iter().fold(0, |bits, key| bits | key.modifier);
    for letter in letters.chars().chain([keys::RELEASE]) {
        match keys::key(letter) {
            Some(key) if key.modifier != 0 => {
                held.push(key);
                dispatch(key_event("rawKeyDown", &key, bits(&held)))?;
            }
            Some(key) => {
                dispatch(key_event("rawKeyDown", &key, bits(&held)))?;
                dispatch(key_event("keyUp", &key, bits(&held)))?;
            }
            None if letter == keys::RELEASE => {
                while let Some(key) = held.pop() {
                    dispatch(key_event("keyUp", &key, bits(&held)))?;
                }
            }
            None => {
                dispatch(letter_event("rawKeyDown", letter, bits(&held)))?;
                dispatch(letter_event("keyUp", letter, bits(&held)))?;
            }
        }
    }
    Ok(())
}

fn key_event(kind: &str, key: &Key, modifiers: u32) -> Value {
    let event = json!({
        "type": kind, "key": key.name, "code": key.code, "modifiers": modifiers,
        "windowsVirtualKeyCode": key.number, "nativeVirtualKeyCode": key.number,
    });
    if key.name == "Enter" {
        with_text(event, "\r")
    } else {
        event
    }
}

fn letter_event(kind: &str, letter: char, modifiers: u32) -> Value {
    let upper = letter.to_ascii_uppercase();
    let number = if upper.is_ascii_alphanumeric() || upper == ' ' {
        u32::from(upper)
    } else {
        0
    };
    let code = match upper {
        'A'..='Z' => format!("Key{upper}"),
        '0'..='9' => format!("Digit{upper}"),
        ' ' => "Space".into(),
        _ => String::new(),
    };
    let text = letter.to_string();
    let event = json!({
        "type": kind, "key": text, "code": code, "modifiers": modifiers, "windowsVirtualKeyCode": number,
    });
    // With Control, Alt or Meta a key is a shortcut and types nothing.
    if modifiers & 7 == 0 {
        with_text(event, &text)
    } else {
        event
    }
}

/// A key that types something is another kind of event when it goes down.
fn with_text(mut event: Value, text: &str) -> Value {
    if event["type"] == "rawKeyDown" {
        event["type"] = json!("keyDown");
        event["text"] = json!(text);
    }
    event
}
