//! Keys by the letters that stand for them (W3C WebDriver, section 17.4.2): the ones that type nothing.

/// A key that is not a character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Key {
    /// Its name in events (UI Events, `key`), which is also its `code` where a keyboard has one of it.
    pub(super) name: &'static str,
    pub(super) code: &'static str,
    /// What Chromium tells keys apart by.
    pub(super) number: u32,
    /// The bit that it sets while it is held.
    pub(super) modifier: u32,
}

/// Releases every modifier.
pub(super) const RELEASE: char = '\u{e000}';

/// The key that a letter stands for; `None` for letters that stand for themselves.
pub(super) fn key(letter: char) -> Option<Key> {
    let (name, code, number, modifier) = match letter {
        '\u{e003}' => ("Backspace", "Backspace", 8, 0),
        '\u{e004}' | '\t' => ("Tab", "Tab", 9, 0),
        '\u{e006}' | '\u{e007}' | '\n' => ("Enter", "Enter", 13, 0),
        '\u{e008}' => ("Shift", "ShiftLeft", 16, 8),
        '\u{e009}' => ("Control", "ControlLeft", 17, 2),
        '\u{e00a}' => ("Alt", "AltLeft", 18, 1),
        '\u{e03d}' => ("Meta", "MetaLeft", 91, 4),
        '\u{e00c}' => ("Escape", "Escape", 27, 0),
        '\u{e00e}' => ("PageUp", "PageUp", 33, 0),
        '\u{e00f}' => ("PageDown", "PageDown", 34, 0),
        '\u{e010}' => ("End", "End", 35, 0),
        '\u{e011}' => ("Home", "Home", 36, 0),
        '\u{e012}' => ("ArrowLeft", "ArrowLeft", 37, 0),
        '\u{e013}' => ("ArrowUp", "ArrowUp", 38, 0),
        '\u{e014}' => ("ArrowRight", "ArrowRight", 39, 0),
        '\u{e015}' => ("ArrowDown", "ArrowDown", 40, 0),
        '\u{e017}' => ("Delete", "Delete", 46, 0),
        _ => return None,
    };
    Some(Key {
        name,
        code,
        number,
        modifier,
    })
}
