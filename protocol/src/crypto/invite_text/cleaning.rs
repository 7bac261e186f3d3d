//! What of a text is there to be read: without what nobody sees, and without what other programs wrote in the place of
//! letters.

/// Without invisible characters, with HTML's and Markdown's spelling of `#`, `/` and `_` undone. Line breaks stay: they tell
/// where a mail program folded. Reads no more than so many characters.
pub(super) fn readable(text: &str, most_chars: usize) -> String {
    let visible: String = text
        .chars()
        .take(most_chars)
        .filter(|&letter| !is_invisible(letter))
        .map(|letter| match letter {
            '\u{ff03}' => '#',
            '\u{85}' | '\u{2028}' | '\u{2029}' | '\r' | '\u{b}' | '\u{c}' => '\n',
            letter => letter,
        })
        .collect();
    SPELLINGS.iter().fold(visible, |text, &(spelling, letter)| {
        if text.contains(spelling) {
            text.replace(spelling, letter)
        } else {
            text
        }
    })
}

/// How HTML and Markdown write letters that an invite has.
const SPELLINGS: [(&str, &str); 12] = [
    ("&amp;", "&"),
    ("&#35;", "#"),
    ("&#x23;", "#"),
    ("&num;", "#"),
    ("&#47;", "/"),
    ("&#x2F;", "/"),
    ("&#x2f;", "/"),
    ("&sol;", "/"),
    ("&#95;", "_"),
    ("\\_", "_"),
    ("\\-", "-"),
    ("\\#", "#"),
];

/// Characters that are there without being seen, and that programs put where a line may be broken.
fn is_invisible(letter: char) -> bool {
    matches!(letter,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
        | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}' | '\0'..='\u{8}' | '\u{e}'..='\u{1f}' | '\u{7f}')
}

/// With every `%` and two hexadecimal digits taken for the byte that they are (RFC 3986, section 2.1). What is no UTF-8 after
/// that is told by U+FFFD.
pub(super) fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let encoded = match after {
            [high, low, after @ ..] if first == b'%' => digit(*high)
                .zip(digit(*low))
                .map(|(high, low)| (high * 16 + low, after)),
            _ => None,
        };
        let (byte, after) = encoded.unwrap_or((first, after));
        bytes.push(byte);
        rest = after;
    }
    String::from_utf8(bytes)
        .unwrap_or_else(|kept| String::from_utf8_lossy(kept.as_bytes()).into_owned())
}

fn digit(letter: u8) -> Option<u8> {
    char::from(letter)
        .to_digit(16)
        .and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_sees_is_not_read() {
        assert_eq!(readable("te\u{200b}a\u{feff}\u{2060}", 10), "tea");
        assert_eq!(readable("a\r\nb&#35;c\\_d", 20), "a\n\nb#c_d");
        assert_eq!(readable("abcdef", 3), "abc");
    }

    #[test]
    fn percent_encoding_is_undone_where_it_is_one() {
        for (encoded, plain) in [
            ("p%5Fx%23s", "p_x#s"),
            ("caf%C3%A9", "café"),
            ("100%", "100%"),
            ("%2", "%2"),
            ("%zz%", "%zz%"),
            ("%2523", "%23"),
            ("%ff", "\u{fffd}"),
        ] {
            assert_eq!(percent_decoded(encoded), plain, "{encoded}");
        }
    }
}
