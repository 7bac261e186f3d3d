//! What the eye takes for one character: a letter with its marks, a flag, a family, a hand of some colour. After the extended
//! grapheme clusters of UAX #29, with a short table of marks: the browser's `Intl.Segmenter` is not in all that run Banter, and
//! Unicode's own tables would weigh more than the component that asks.

/// The first cluster of a text; empty where the text is.
pub(crate) fn first_cluster(text: &str) -> &str {
    let mut letters = text.char_indices();
    let Some((_, first)) = letters.next() else {
        return "";
    };
    let mut before = first;
    // A flag is a pair of them, and a third begins the next flag.
    let mut is_half_flag = is_regional(first);
    for (at, letter) in letters {
        let goes_on = extends(letter)
            || (before == JOINER && is_picture(letter))
            || (is_half_flag && is_regional(letter))
            || (is_virama(before) && is_indic(letter))
            || (before == '\r' && letter == '\n');
        if !goes_on {
            return text.split_at(at).0;
        }
        is_half_flag = false;
        before = letter;
    }
    text
}

const JOINER: char = '\u{200d}';

fn is_regional(letter: char) -> bool {
    matches!(letter, '\u{1f1e6}'..='\u{1f1ff}')
}

/// What an emoji goes on with after a joiner (`Extended_Pictographic`, roughly: what else stands there joins nothing).
fn is_picture(letter: char) -> bool {
    matches!(letter, '\u{a9}' | '\u{ae}' | '\u{203c}'..='\u{3299}' | '\u{1f000}'..='\u{1faff}')
}

/// Marks over, under and around letters, joiners, selectors, tags, and colours of skin.
fn extends(letter: char) -> bool {
    is_indic_mark(letter)
        || matches!(letter,
            '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{591}'..='\u{5bd}' | '\u{5bf}' | '\u{5c1}'..='\u{5c2}'
            | '\u{5c4}'..='\u{5c5}' | '\u{5c7}' | '\u{610}'..='\u{61a}' | '\u{64b}'..='\u{65f}' | '\u{670}'
            | '\u{6d6}'..='\u{6dc}' | '\u{6df}'..='\u{6e4}' | '\u{6e7}'..='\u{6e8}' | '\u{6ea}'..='\u{6ed}'
            | '\u{711}' | '\u{730}'..='\u{74a}' | '\u{7a6}'..='\u{7b0}' | '\u{dca}'..='\u{ddf}'
            | '\u{e31}' | '\u{e33}'..='\u{e3a}' | '\u{e47}'..='\u{e4e}' | '\u{eb1}' | '\u{eb3}'..='\u{ebc}'
            | '\u{ec8}'..='\u{ecd}' | '\u{f71}'..='\u{f84}' | '\u{f8d}'..='\u{fbc}' | '\u{102b}'..='\u{103e}'
            | '\u{1056}'..='\u{1059}' | '\u{1160}'..='\u{11ff}' | '\u{135d}'..='\u{135f}' | '\u{17b4}'..='\u{17d3}'
            | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{200c}'..='\u{200d}' | '\u{20d0}'..='\u{20ff}'
            | '\u{302a}'..='\u{302f}' | '\u{3099}'..='\u{309a}' | '\u{fe00}'..='\u{fe0f}' | '\u{fe20}'..='\u{fe2f}'
            | '\u{ff9e}'..='\u{ff9f}' | '\u{1f3fb}'..='\u{1f3ff}' | '\u{e0020}'..='\u{e007f}' | '\u{e0100}'..='\u{e01ef}')
}

/// The scripts of India from Devanagari to Malayalam, whose blocks have one order.
fn is_indic(letter: char) -> bool {
    matches!(letter, '\u{900}'..='\u{d7f}')
}

fn is_indic_mark(letter: char) -> bool {
    is_indic(letter)
        && matches!(u32::from(letter) % 0x80, 0..=3 | 0x3a..=0x3c | 0x3e..=0x4d | 0x51..=0x57 | 0x62..=0x63)
}

/// Joins the consonant before it with the one after it.
fn is_virama(letter: char) -> bool {
    is_indic(letter) && u32::from(letter) % 0x80 == 0x4d
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_eye_takes_for_one_is_not_cut_in_half() {
        for cluster in [
            "A",
            "é",
            "e\u{301}",
            "Z\u{351}\u{36b}\u{343}",
            "李",
            "한",
            "\u{1112}\u{1161}\u{11ab}",
            "हि",
            "क्ष",
            "கொ",
            "ท่",
            "שָׁ",
            "مُ",
            "🦊",
            "🇩🇪",
            "🇺🇳",
            "👍🏽",
            "👩🏽\u{200d}🚀",
            "👨\u{200d}👩\u{200d}👧\u{200d}👦",
            "🏳\u{fe0f}\u{200d}🌈",
            "❤\u{fe0f}",
            "❤\u{fe0f}\u{200d}🔥",
            "🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
            "1\u{fe0f}\u{20e3}",
            "葛\u{e0100}",
            "🧑🏿\u{200d}🤝\u{200d}🧑🏻",
            "🐻\u{200d}❄\u{fe0f}",
            "が",
            "か\u{3099}",
        ] {
            assert_eq!(first_cluster(cluster), cluster);
            for after in ["x", "李", "🦊", "🇫🇷", "क", " \u{301}", "1"] {
                let text = format!("{cluster}{after}");
                assert_eq!(first_cluster(&text), cluster, "{text:?}");
            }
        }
        assert_eq!(first_cluster(""), "");
        assert_eq!(first_cluster("🇩🇪🇫🇷"), "🇩🇪");
        assert_eq!(first_cluster("क\u{94d}x"), "क\u{94d}");
    }
}
