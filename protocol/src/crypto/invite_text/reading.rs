//! The room and the secret behind `/r/`.

use super::{
    Refusal, Secrecy,
    cleaning::{percent_decoded, readable},
};
use crate::{
    crypto::{Invite, InviteSecret, encoding},
    ids::{ParseIdError, RoomId},
};

/// Letters of 32 bytes in base64url, and of the four that tell a passphrase.
const SECRET_LETTERS: usize = 43;
const CHECK_LETTERS: usize = 6;
/// Letters of a private room's id.
const PRIVATE_ID_LETTERS: usize = 34;
/// What follows a room's id is read so far.
const REST_CHARS: usize = 4096;

/// Reads a room's id, and the secret of a private one, at the beginning of a text.
pub(super) fn link(text: &str) -> Result<(Invite, Secrecy), Refusal> {
    let (text, _) = split_at_char(text.trim_start_matches('/'), REST_CHARS);
    let (part, rest) = room_part(text);
    let (room, inside) = split_encoded(&part);
    let room = trimmed(&room).to_owned();
    let id: RoomId = match room.parse() {
        Ok(id) => id,
        Err(why) => return Err(bad_room(room, why)),
    };
    if !id.is_private() {
        // What follows an open room's name is no secret, only a place in a page.
        let invite = Invite::open(id).map(|invite| (invite, Secrecy::Intact));
        return invite.ok_or(Refusal::Incomplete(room));
    }
    let found = fragment(&inside, rest).and_then(|(fragment, secrecy)| {
        let invite = Invite::private(id, secret(&fragment)?)?;
        Some((invite, secrecy))
    });
    found.ok_or_else(|| Refusal::Incomplete(as_it_came(&room, &inside, rest)))
}

/// A letter of an id, and of base64url.
pub(super) fn is_letter(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-')
}

fn bad_room(room: String, why: ParseIdError) -> Refusal {
    Refusal::BadRoom(room, why)
}

/// What stands in the room's place, up to where no name of a room goes on.
fn room_part(text: &str) -> (String, &str) {
    let end = text.find(ends_room).unwrap_or(text.len());
    let (part, rest) = text.split_at(end);
    // A mail program folds a long line anywhere.
    if part.starts_with("p_")
        && part.len() < PRIVATE_ID_LETTERS
        && let Some(unfolded) = after_fold(rest).or_else(|| rest.strip_prefix(' '))
    {
        let missing = PRIVATE_ID_LETTERS - part.len();
        let (other, after) = unfolded.split_at_checked(missing).unwrap_or_default();
        let is_rest = other.chars().all(|letter| letter.is_ascii_hexdigit());
        if !other.is_empty() && is_rest && !after.starts_with(is_letter) {
            return (format!("{part}{other}"), after);
        }
    }
    (part.to_owned(), rest)
}

fn ends_room(letter: char) -> bool {
    letter.is_whitespace()
        || "/?#&=<>\"'()[]{}|\\^`;,*~".contains(letter)
        || matches!(letter, '«' | '»' | '\u{2018}'..='\u{201f}' | '‹' | '›' | '、' | '。' | '「'..='】' | '（' | '）' | '，')
}

/// Divides what stands in the room's place where it, decoded, ends: `p_…%23…` has the secret in it.
fn split_encoded(part: &str) -> (String, String) {
    let mut part = part.to_owned();
    for _ in 0..super::WRAPPINGS {
        let decoded = percent_decoded(&part);
        if decoded == part {
            break;
        }
        part = readable(&decoded, REST_CHARS);
    }
    let end = part.find(['?', '#', '&', '/', ';']).unwrap_or(part.len());
    let (room, inside) = part.split_at(end);
    (room.to_owned(), inside.to_owned())
}

/// A room's name without the full stop of the sentence, or the blank of a sloppy hand.
fn trimmed(room: &str) -> &str {
    room.trim()
        .trim_end_matches(['.', ',', ':', ';', '!', '?', '…', '\'', '"', '>', ')', ']'])
}

/// What follows `#`, and whether a server has seen it.
fn fragment(inside: &str, rest: &str) -> Option<(String, Secrecy)> {
    if let Some((_, fragment)) = inside.split_once('#') {
        return Some((format!("{fragment}{rest}"), Secrecy::Sent));
    }
    let unfolded = after_fold(rest).or_else(|| rest.strip_prefix(' '));
    let rest = unfolded
        .filter(|after| after.starts_with('#'))
        .unwrap_or(rest);
    let word = rest.split(char::is_whitespace).next().unwrap_or_default();
    if word.contains('#') {
        let (_, fragment) = rest.split_once('#')?;
        return Some((
            readable(&percent_decoded(fragment), REST_CHARS),
            Secrecy::Intact,
        ));
    }
    let decoded = percent_decoded(&percent_decoded(word));
    let (_, fragment) = decoded.split_once('#')?;
    Some((fragment.to_owned(), Secrecy::Sent))
}

/// The secret in what follows `#`: at its beginning, or else between the marks that others put there.
fn secret(fragment: &str) -> Option<InviteSecret> {
    let blank = |letter: char| matches!(letter, '#' | '>') || letter.is_whitespace();
    let start = fragment.trim_start_matches(blank);
    secret_at(start).or_else(|| {
        let word = start.split(char::is_whitespace).next().unwrap_or_default();
        let mut rest = word;
        loop {
            let start = rest.find(|letter| !is_letter(letter))?;
            rest = rest
                .get(start..)?
                .trim_start_matches(|letter| !is_letter(letter));
            if let Some(secret) = secret_at(rest) {
                return Some(secret);
            }
            if rest.is_empty() {
                return None;
            }
        }
    })
}

/// The secret at the beginning of a text, with what it tells of a passphrase.
fn secret_at(text: &str) -> Option<InviteSecret> {
    let (letters, rest) = run(text, SECRET_LETTERS)?;
    if rest.starts_with(is_letter) && !is_glued(rest) {
        return None;
    }
    let check = rest.strip_prefix('.').and_then(|rest| {
        let (check, rest) = run(rest, CHECK_LETTERS)?;
        let is_check = encoding::decode_exactly::<4>(&check).is_some();
        (is_check && !rest.starts_with(is_letter)).then_some(check)
    });
    match check {
        Some(check) => format!("{letters}.{check}").parse().ok(),
        None => letters.parse().ok(),
    }
}

/// Whether another word begins right behind the secret, as where a box took the line break out of a text. One more letter
/// by itself is rather a mistake.
fn is_glued(rest: &str) -> bool {
    let word = rest.find(|letter| !is_letter(letter)).unwrap_or(rest.len());
    let (word, after) = rest.split_at(word);
    let goes_on = after.trim_start().contains(char::is_alphanumeric);
    word.starts_with("http") || (after.starts_with(char::is_whitespace) && goes_on)
}

/// So many letters, which a mail program may have folded and a word processor may have made more beautiful.
fn run(text: &str, letters: usize) -> Option<(String, &str)> {
    let mut found = String::with_capacity(letters);
    let mut rest = text;
    let mut is_folded = false;
    while found.len() < letters {
        let mut chars = rest.chars();
        match chars.next()? {
            letter if is_letter(letter) => found.push(letter),
            '\u{2010}'..='\u{2013}' | '\u{2212}' => found.push('-'),
            '\u{2014}' => found.push_str("--"),
            _ => {
                rest = after_fold(rest).or_else(|| after_blank(rest))?;
                is_folded = true;
                if !rest.starts_with(is_letter) {
                    return None;
                }
                continue;
            }
        }
        rest = chars.as_str();
    }
    // What was put together must end where a word ends; else it is a secret cut short, and the text's next line.
    let is_whole = !(is_folded && rest.starts_with(is_letter));
    (found.len() == letters && is_whole).then_some((found, rest))
}

/// What follows a line break, with the mark of a soft one before it (RFC 2045, section 6.7), and with the blanks and marks of
/// a quotation that begin the next line.
fn after_fold(text: &str) -> Option<&str> {
    let text = text.strip_prefix('=').unwrap_or(text);
    let text = text.trim_start_matches([' ', '\t']);
    let next = text.strip_prefix('\n')?;
    Some(next.trim_start_matches(|letter: char| letter == '>' || letter.is_whitespace()))
}

/// What follows a blank that stands where a line break was, as a box of one line makes of it; none where a word of the text
/// follows.
fn after_blank(text: &str) -> Option<&str> {
    let next = text.strip_prefix(' ')?;
    let end = next.find(|letter| !is_letter(letter)).unwrap_or(next.len());
    let is_word = |word: &str| {
        word.chars()
            .skip(1)
            .all(|letter| letter.is_ascii_lowercase())
    };
    (!next.get(..end).is_none_or(is_word)).then_some(next)
}

/// The private room and what there is of its secret, for the person to look at.
fn as_it_came(room: &str, inside: &str, rest: &str) -> String {
    let word = rest.split(char::is_whitespace).next().unwrap_or_default();
    format!("{room}{inside}{word}")
}

fn split_at_char(text: &str, chars: usize) -> (&str, &str) {
    let end = text
        .char_indices()
        .nth(chars)
        .map_or(text.len(), |(end, _)| end);
    text.split_at(end)
}
