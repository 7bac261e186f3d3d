//! What of a text can be seen. One rule for the names of people and for what they say.

/// Whether a text shows anything at all: a letter, a sign, a picture, a mark without its letter.
pub fn shows_something(text: &str) -> bool {
    text.chars().any(|c| !is_invisible(c))
}

/// White space, controls, and what fonts draw as nothing: Unicode's `Default_Ignorable_Code_Point` (which holds the
/// variation selectors, the tags and the fillers of Hangul), the format characters that are not drawn, and the few letters and
/// signs whose picture is empty.
///
/// Many of them belong into ordinary text, where they join, part or dress what stands beside them. So this tells whether there is
/// anything to see, and never what may be written.
pub fn is_invisible(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
            | '\u{13430}'..='\u{1343f}' | '\u{16fe4}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d159}' | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One of each kind that shows nothing.
    const NOTHING: [char; 44] = [
        ' ',
        '\t',
        '\n',
        '\r',
        '\u{a0}',
        '\u{1680}',
        '\u{2003}',
        '\u{2028}',
        '\u{2029}',
        '\u{202f}',
        '\u{3000}',
        '\0',
        '\u{1b}',
        '\u{7f}',
        '\u{85}',
        '\u{9f}',
        '\u{ad}',
        '\u{34f}',
        '\u{61c}',
        '\u{115f}',
        '\u{1160}',
        '\u{17b4}',
        '\u{180b}',
        '\u{180e}',
        '\u{200b}',
        '\u{200c}',
        '\u{200d}',
        '\u{200e}',
        '\u{200f}',
        '\u{202e}',
        '\u{2060}',
        '\u{2063}',
        '\u{2068}',
        '\u{2800}',
        '\u{3164}',
        '\u{fe0e}',
        '\u{fe0f}',
        '\u{feff}',
        '\u{ffa0}',
        '\u{fff9}',
        '\u{1d173}',
        '\u{e0001}',
        '\u{e0041}',
        '\u{e0100}',
    ];

    #[test]
    fn nothing_and_any_mixture_of_nothings_shows_nothing() {
        assert!(!shows_something(""));
        for one in NOTHING {
            assert!(!shows_something(&one.to_string()), "{one:?}");
            for other in NOTHING {
                let mixed = format!(" {one}{other}\n{one}");
                assert!(!shows_something(&mixed), "{mixed:?}");
            }
        }
    }

    #[test]
    fn whatever_can_be_seen_shows_also_between_nothings() {
        for text in [
            "x",
            ".",
            "0",
            "\u{fffd}",
            "é",
            "e\u{301}",
            "\u{301}",
            "李",
            "한글",
            "\u{1112}\u{1161}\u{11ab}",
            "مُحَمَّد",
            "שָׁלוֹם",
            "हिन्दी",
            "⠓⠑⠇⠇⠕\u{2800}⠺⠕⠗⠇⠙",
            "🙂",
            "❤\u{fe0f}",
            "👩\u{200d}🚀",
            "👍🏽",
            "🏽",
            "🇩🇪",
            "🇩",
            "1\u{fe0f}\u{20e3}",
            "🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
            "\u{e000}",
            "می\u{200c}خواهم",
            "\u{20e3}",
            "葛\u{e0100}",
        ] {
            assert!(shows_something(text), "{text:?}");
            for nothing in NOTHING {
                let wrapped = format!("{nothing}{text}{nothing}");
                assert!(shows_something(&wrapped), "{wrapped:?}");
            }
        }
    }
}
