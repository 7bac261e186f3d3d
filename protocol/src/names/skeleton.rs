//! What the eye tells apart: names that look alike share a skeleton. The idea is that of UTS #39, section 4, with a table of
//! the letters that people really mistake; Unicode's own would weigh more than the rest of the engine.

use super::lower_case::lower_case;
use crate::visibility::is_invisible;

/// What is left of a name when all that the eye misses is dropped or made alike: case, white space, marks, dressed-up letters,
/// and those of other scripts that look like Latin ones. For comparing, never for showing.
///
/// It errs towards likeness, since one too many costs a badge beside a name and one too few lets somebody pass for another:
/// `l`, `I`, `i` and `1` are one letter, and a Greek name in capitals may differ from itself in small letters, because its
/// letters look like other ones there.
pub fn skeleton(name: &str) -> String {
    let mut skeleton = String::with_capacity(name.len());
    for letter in name
        .chars()
        .filter(|&letter| !is_unseen(letter))
        .map(undressed)
    {
        match capital_likeness(letter) {
            Some(alike) => skeleton.push(alike),
            None => push_likeness(&mut skeleton, lower_case(letter)),
        }
    }
    // Pairs that read as one letter in most fonts.
    skeleton.replace("rn", "m").replace("vv", "w")
}

/// What cannot be seen at all, and marks over and under letters.
fn is_unseen(letter: char) -> bool {
    is_invisible(letter)
        || matches!(letter,
            '\u{300}'..='\u{36f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}'
            | '\u{fe20}'..='\u{fe2f}')
}

/// The plain letter of a full-width, mathematical or circled one. Normalization form NFKC does this as well, but who sends a
/// name may leave it out.
fn undressed(letter: char) -> char {
    let latin = |place| {
        Some(if place < 26 {
            u32::from('A') + place
        } else {
            u32::from('a') + place - 26
        })
    };
    let code = u32::from(letter);
    let plain = match code {
        0xff01..=0xff5e => Some(code - 0xfee0),
        0x1d400..=0x1d6a3 => latin((code - 0x1d400) % 52),
        0x1d7ce..=0x1d7ff => Some(u32::from('0') + (code - 0x1d7ce) % 10),
        0x24b6..=0x24e9 => latin(code - 0x24b6),
        _ => None,
    };
    plain.and_then(char::from_u32).unwrap_or(letter)
}

/// Greek capitals that look like the capitals of other letters than their small forms do.
fn capital_likeness(letter: char) -> Option<char> {
    Some(match letter {
        'Η' => 'h',
        'Ν' => 'n',
        'Υ' => 'y',
        'Ζ' => 'z',
        _ => return None,
    })
}

/// What a small letter looks like. Marks count for nothing, so letters that NFKC composed with one are the bare letter.
fn push_likeness(skeleton: &mut String, letter: char) {
    skeleton.push(match letter {
        'à'..='å' | 'ā' | 'ă' | 'ą' | 'ǎ' | 'ạ'..='ặ' | 'а' | 'ӑ' | 'ӓ' | 'α' | 'ά' | 'ɑ' => {
            'a'
        }
        'в' | 'β' => 'b',
        'ⅽ' | 'ç' | 'ć' | 'ĉ' | 'ċ' | 'č' | 'с' | 'ϲ' => 'c',
        'ď' | 'đ' | 'ԁ' | 'ⅾ' => 'd',
        'è'..='ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' | 'ẹ'..='ệ' | 'е' | 'ѐ' | 'ё' | 'ε' | 'έ' => {
            'e'
        }
        'ĝ' | 'ğ' | 'ġ' | 'ģ' | 'ǧ' | 'ɡ' => 'g',
        'ĥ' | 'ħ' | 'һ' | 'н' => 'h',
        'ì'..='ï'
        | 'ĩ'
        | 'ī'
        | 'ĭ'
        | 'į'
        | 'ı'
        | 'ǐ'
        | 'ỉ'
        | 'ị'
        | 'і'
        | 'ї'
        | 'ӏ'
        | 'ι'
        | 'ί'
        | 'ϊ' => 'i',
        'l' | 'ĺ' | 'ļ' | 'ľ' | 'ł' | '1' | '|' | 'ǀ' | 'ⅰ' | 'ⅼ' => 'i',
        'ĵ' | 'ј' | 'ϳ' => 'j',
        'ķ' | 'к' | 'κ' | 'ĸ' => 'k',
        'м' | 'ⅿ' => 'm',
        'ñ' | 'ń' | 'ņ' | 'ň' | 'η' | 'ή' | 'ո' => 'n',
        'ò'..='ö' | 'ø' | 'ō' | 'ŏ' | 'ő' | 'ǒ' | 'ơ' | 'ọ'..='ợ' => 'o',
        'о' | 'ӧ' | 'ο' | 'ό' | 'σ' | 'օ' | '0' => 'o',
        'р' | 'ρ' => 'p',
        'ԛ' => 'q',
        'ŕ' | 'ŗ' | 'ř' | 'г' => 'r',
        'ś' | 'ŝ' | 'ş' | 'š' | 'ș' | 'ѕ' => 's',
        'ţ' | 'ť' | 'ŧ' | 'ț' | 'т' | 'τ' => 't',
        'ù'..='ü' | 'ũ' | 'ū' | 'ŭ' | 'ů' | 'ű' | 'ų' | 'ǔ' | 'ư' | 'ụ'..='ự' | 'υ' | 'ύ' | 'ս' => {
            'u'
        }
        'ν' | 'ѵ' | 'ⅴ' => 'v',
        'ŵ' | 'ԝ' | 'ω' | 'ώ' => 'w',
        'х' | 'χ' | 'ⅹ' => 'x',
        'ý' | 'ÿ' | 'ŷ' | 'ỳ'..='ỹ' | 'у' | 'ў' | 'γ' => 'y',
        'ź' | 'ż' | 'ž' => 'z',
        'з' => '3',
        'æ' | 'ӕ' => return skeleton.push_str("ae"),
        'œ' => return skeleton.push_str("oe"),
        'ß' => return skeleton.push_str("ss"),
        other => other,
    });
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Promise 35: who looks like another is known as one.
    #[test]
    fn names_that_look_alike_share_a_skeleton() {
        for alike in [
            &[
                "Ada",
                "ada",
                " A d a ",
                "Аda",
                "Adа",
                "Αda",
                "A\u{200b}da",
                "Ad\u{200d}a",
                "Àdâ",
                "A\u{301}da",
                "Ａｄａ",
                "𝐀𝖉𝚊",
                "Ⓐⓓⓐ",
            ][..],
            &[
                "paypal",
                "ｐａｙｐａ１",
                "paypaⅼ",
                "paypa𝟏",
                "paypa1",
                "PayPaI",
                "РауРаІ",
                "раураl",
            ],
            &["O0", "oo", "ОО", "Ο0", "Öø"],
            &["Nick", "Νick", "NІСК", "Ñick"],
            &["Eve", "Еνе", "EVE"],
            &["Hanna", "Ηаnnа", "Нanna"],
            &["Marnie", "Mamie"],
            &["Savvy", "Sawy"],
            &["İbrahim", "Ibrahim", "ıbrahim"],
            &["Strauß", "strauss"],
            &["Nguyễn", "nguyen"],
            &["\u{3164}\u{2800}Bob", "bob"],
        ] {
            for name in alike {
                assert_eq!(
                    skeleton(name),
                    skeleton(alike[0]),
                    "{name:?} and {:?}",
                    alike[0]
                );
            }
        }
    }

    #[test]
    fn names_that_the_eye_tells_apart_do_not() {
        for (one, other) in [
            ("Bob", "Rob"),
            ("Ada", "Ida"),
            ("Ada", "Ada2"),
            ("Jan", "Jam"),
            ("李小龍", "李小龙"),
            ("Иван", "Ivan"),
            ("Σ", "E"),
            ("__proto__", "proto"),
            ("😀", "😃"),
        ] {
            assert_ne!(skeleton(one), skeleton(other), "{one:?} and {other:?}");
        }
        assert_eq!(skeleton("李小龍"), "李小龍");
    }

    proptest! {
        #[test]
        fn a_skeleton_is_its_own_and_that_of_its_capitals(name in "\\PC{0,20}", latin in "[a-z0-9 ]{0,20}") {
            let once = skeleton(&name);
            prop_assert_eq!(skeleton(&once), once);
            prop_assert_eq!(skeleton(&latin.to_uppercase()), skeleton(&latin));
        }
    }
}
