//! How two people make sure of each other: safety number, seven emoji, and what is said of a key that changed.

use banter_protocol::names::PersonName;
use yew::Html;

use super::sentence::Sentence;

pub(crate) const NUMBER_HEADING: &str = "Safety number";
pub(crate) const NUMBER_LABEL: &str = "Safety number, in twelve groups of five digits";
pub(crate) const NUMBER_QR_LABEL: &str = "QR code of the safety number";

/// What to do with the safety number.
pub(crate) fn number_advice(name: &PersonName) -> Sentence {
    Sentence::default().words("Call ").name(name).words(
        " and read it to each other, or meet and compare the screens. If every digit is the same, nobody stands between you.",
    )
}

pub(crate) const EMOJI_HEADING: &str = "Compare emoji";
pub(crate) const EMOJI_TEXT: &str = "Quicker than digits. While you talk on a call, both of you open each other in the list of people and compare seven pictures.";
pub(crate) const EMOJI_BUTTON: &str = "Compare emoji";
pub(crate) const EMOJI_ANSWER_BUTTON: &str = "Compare emoji now";
pub(crate) const EMOJI_AGAIN_BUTTON: &str = "Compare again";
pub(crate) const EMOJI_SAME_BUTTON: &str = "They match";
pub(crate) const EMOJI_DIFFERENT_BUTTON: &str = "They differ";
pub(crate) const EMOJI_SAME_RESULT: &str = "The emoji are the same: nobody stands between you.";
pub(crate) const EMOJI_DIFFERENT_RESULT: &str = "The emoji differ, or the comparison broke the rules. Somebody may stand between you: say nothing here that they must not read.";

/// That somebody asked for the comparison.
pub(crate) fn emoji_asked(name: &PersonName) -> Sentence {
    Sentence::default()
        .name(name)
        .words(" wants to compare emoji with you.")
}

/// That the person asked for it.
pub(crate) fn emoji_waiting(name: &PersonName) -> Sentence {
    Sentence::default()
        .words("Waiting for ")
        .name(name)
        .words(" to open you in their list and press “Compare emoji”.")
}

/// Above the pictures.
pub(crate) fn emoji_question(name: &PersonName) -> Sentence {
    Sentence::default()
        .words("Does ")
        .name(name)
        .words(" see the same, in the same order? Ask them on a call, not in this chat.")
}

/// Whose key is another than the one that is known; a badge tells them from their namesakes.
pub(crate) fn key_changed(name: &PersonName, badge: Option<Html>) -> Sentence {
    let said = Sentence::default().name(name);
    let said = match badge {
        Some(badge) => said.words(" ").node(badge),
        None => said,
    };
    said.words("’s key is not the one you know.")
}

pub(crate) const KEY_CHANGED_TEXT: &str = "Either they use another browser or device, or somebody pretends to be them. \
     Nothing is sent to or shown from them until you decide.";
pub(crate) const KEY_COMPARE_BUTTON: &str = "Compare safety number";
