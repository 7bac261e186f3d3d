//! What stands around messages: the log, what is known of a message, the box.

use banter_protocol::{engine::DeliveryStatus, names::PersonName};
use yew::Html;

use super::sentence::Sentence;

/// The region that scrolls, and the log in it.
pub(crate) const REGION_LABEL: &str = "Conversation";
pub(crate) const LOG_LABEL: &str = "Messages";
pub(crate) const EARLIER_BUTTON: &str = "Show earlier messages";

/// On the way back to the newest message, which so many came after.
pub(crate) fn newest_button(unseen: usize) -> String {
    match unseen {
        0 => "Newest messages".to_owned(),
        1 => "1 new message".to_owned(),
        _ => format!("{unseen} new messages"),
    }
}

/// Where something may be missing, with the times between which the person was away.
pub(crate) fn gap(from: Html, to: Html) -> Sentence {
    Sentence::default()
        .words("You were away from ")
        .node(from)
        .words(" to ")
        .node(to)
        .words(". What was said meanwhile may be missing here.")
}

/// How far a message has come.
pub(crate) fn delivery(status: DeliveryStatus) -> &'static str {
    match status {
        DeliveryStatus::Sending => "Sending",
        DeliveryStatus::Sent => "Sent",
        DeliveryStatus::Delivered => "Delivered",
        DeliveryStatus::Failed => "Not sent",
    }
}

/// Beside the author's name, whom the person has verified.
pub(crate) const VERIFIED_MARK: &str = "Verified";
/// Below the text, where its author is not to be believed.
pub(crate) const FORKED_WARNING: &str = "Not to be trusted: they signed two different things.";

/// A message among several on the clipboard.
pub(crate) fn copied(author: &str, time: &str, text: &str) -> String {
    format!("{author}, {time}\n{text}")
}

/// Who is typing; empty where nobody is.
pub(crate) fn typing(typing: &[PersonName]) -> Sentence {
    let said = Sentence::default();
    match typing {
        [] => said,
        [one] => said.name(one).words(" is typing…"),
        [one, other] => said
            .name(one)
            .words(" and ")
            .name(other)
            .words(" are typing…"),
        [_, _, ..] => said.words("Several people are typing…"),
    }
}

pub(crate) const BOX_LABEL: &str = "Message";
pub(crate) const BOX_PLACEHOLDER: &str = "Write a message";
pub(crate) const SEND_LABEL: &str = "Send";

/// How long a draft is.
pub(crate) fn length(bytes: usize, limit: usize) -> String {
    format!("{} of {} bytes", thousands(bytes), thousands(limit))
}

/// A number with commas between its thousands.
fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let mut shown = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typing_is_told_in_one_line_however_many_there_are() {
        let people: Vec<PersonName> = ["Ada", "Bo", "Cy"]
            .iter()
            .map(|name| name.parse().unwrap())
            .collect();
        let words = |people: &[PersonName]| typing(people).text();
        assert_eq!(words(&[]), "");
        assert_eq!(words(&people[..1]), "Ada is typing…");
        assert_eq!(words(&people[..2]), "Ada and Bo are typing…");
        assert_eq!(words(&people), "Several people are typing…");
    }

    #[test]
    fn thousands_are_told_apart() {
        for (number, shown) in [
            (0, "0"),
            (999, "999"),
            (1_000, "1,000"),
            (1_234_567, "1,234,567"),
        ] {
            assert_eq!(thousands(number), shown);
        }
    }
}
