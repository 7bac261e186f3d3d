//! How a person is told apart at a glance: initials and one of a few colours, the same wherever they appear.

use banter_protocol::ids::PeerId;

use crate::components::ui::cluster::first_cluster;

/// A class for each colour of the style sheet.
const TONES: [&str; 8] = [
    "tone-0", "tone-1", "tone-2", "tone-3", "tone-4", "tone-5", "tone-6", "tone-7",
];

/// The class of a person's colour, which stays the same as long as their id.
pub(crate) fn tone_class(id: PeerId) -> &'static str {
    // FNV-1a, of whose bits the upper ones are spread best.
    let hash = id
        .to_string()
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
    let folded = hash.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 61;
    usize::try_from(folded)
        .ok()
        .and_then(|index| TONES.get(index))
        .copied()
        .unwrap_or("tone-0")
}

/// One or two characters for a name: of its first and its last word. The style sheet makes them capitals.
pub(crate) fn initials(name: &str) -> String {
    let mut words = name.split_whitespace().filter_map(initial);
    let first = words.next();
    let last = words.next_back();
    let initials: String = first.into_iter().chain(last).collect();
    if initials.is_empty() {
        "?".to_owned()
    } else {
        initials
    }
}

/// The first letter or digit of a word, or, where it has none, what it begins with: whole, as the eye takes it.
fn initial(word: &str) -> Option<String> {
    let from = word.find(char::is_alphanumeric).unwrap_or(0);
    let cluster = first_cluster(word.get(from..)?);
    // The style sheet would make two capitals of it, which are too wide.
    Some(cluster.replace('ß', "ẞ"))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn initials_come_from_the_first_and_the_last_word() {
        for (name, expected) in [
            ("Ada", "A"),
            ("ada lovelace", "al"),
            ("Jean Luc Picard", "JP"),
            ("(Bo) Diddley", "BD"),
            ("李小龍", "李"),
            ("نور الهدى", "نا"),
            ("🦊", "🦊"),
            ("🇩🇪 Max", "🇩🇪M"),
            ("Zoë 👩🏽\u{200d}🚀", "Z👩🏽\u{200d}🚀"),
            (
                "👨\u{200d}👩\u{200d}👧\u{200d}👦",
                "👨\u{200d}👩\u{200d}👧\u{200d}👦",
            ),
            ("👍🏿👍", "👍🏿"),
            (
                "🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
                "🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
            ),
            ("1\u{fe0f}\u{20e3}st", "1\u{fe0f}\u{20e3}"),
            ("e\u{301}mile", "e\u{301}"),
            ("हिना", "हि"),
            ("ß", "ẞ"),
            ("", "?"),
        ] {
            assert_eq!(initials(name), expected, "{name:?}");
        }
    }

    #[test]
    fn a_colour_is_stable_and_all_of_them_are_used() {
        let id = PeerId::from_random(7);
        assert_eq!(tone_class(id), tone_class(id));
        let used: BTreeSet<_> = (0..200)
            .map(|bits| tone_class(PeerId::from_random(bits)))
            .collect();
        assert_eq!(used.len(), TONES.len());
    }
}
