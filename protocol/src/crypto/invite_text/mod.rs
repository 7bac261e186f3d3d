//! Invites as people pass them on: inside a sentence, in brackets, with a tracker's marks, folded by a mail program. The room
//! and its secret count, and the rest does not.
//!
//! | file | what it decides |
//! |---|---|
//! | [`cleaning`] | what of a text is there to be read |
//! | [`place`] | which server a link leads to |
//! | [`reading`] | the room and the secret behind `/r/` |

mod cleaning;
mod place;
mod reading;

use super::Invite;
use crate::ids::ParseIdError;

use self::place::Place;

pub use self::place::OtherServer;

/// What comes before a room's id in the path of an address.
pub const ROOM_PATH: &str = "/r/";

/// A text that is longer holds no invite behind this.
const TEXT_CHARS: usize = 64 * 1024;
/// So many links of one text are looked at.
const LINKS: usize = 64;
/// Wrappers of links encode what they wrap; so deep one is unwrapped.
const WRAPPINGS: usize = 3;

/// Whether a secret stayed behind its `#`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Secrecy {
    /// No server was sent it, as far as the text tells.
    Intact,
    /// The `#` came encoded, so that the secret is in the part of the address that a browser sends to the server.
    Sent,
}

/// What a text says of a room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InviteText {
    /// There is no text.
    Nothing,
    /// An invite of this server's.
    Here(Invite, Secrecy),
    /// An invite of another server's: a room of the same name here would be another room.
    Elsewhere(OtherServer, Invite),
    /// No invite.
    Refused(Refusal),
}

/// Why a text is no invite.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// A private room without its whole secret; with what there is of it.
    Incomplete(String),
    /// What stands in the room's place is no room's name.
    BadRoom(String, ParseIdError),
}

/// Reads what a person typed or pasted: the name of an open room, an invite, or a text with one in it. `own_origin` is what
/// links of this server begin with.
pub fn read(text: &str, own_origin: &str) -> InviteText {
    let text = cleaning::readable(text, TEXT_CHARS);
    let text = text.trim();
    if text.is_empty() {
        return InviteText::Nothing;
    }
    find(text, own_origin, Secrecy::Intact).unwrap_or_else(|| bare(text))
}

/// Reads what follows [`ROOM_PATH`] in this page's own address, as the browser writes it.
pub fn read_address(rest: &str) -> InviteText {
    let rest = cleaning::readable(rest, TEXT_CHARS);
    match reading::link(&rest) {
        Ok((invite, secrecy)) => InviteText::Here(invite, secrecy),
        Err(Refusal::BadRoom(_, ParseIdError::EmptyRoomId)) => InviteText::Nothing,
        Err(refusal) => InviteText::Refused(refusal),
    }
}

/// The best of what is in the text: a whole invite before a broken one, this server's before another's.
fn find(text: &str, own_origin: &str, secrecy: Secrecy) -> Option<InviteText> {
    let mut elsewhere = None;
    let mut refused = None;
    for (place, read) in links(text, own_origin).chain(secrets(text)) {
        match (place, read) {
            (Place::Here, Ok((invite, seen))) => {
                let secrecy = if secrecy == Secrecy::Sent && invite.is_private() {
                    Secrecy::Sent
                } else {
                    seen
                };
                return Some(InviteText::Here(invite, secrecy));
            }
            (Place::Elsewhere(server), Ok((invite, _))) => {
                elsewhere.get_or_insert(InviteText::Elsewhere(server, invite));
            }
            (_, Err(Refusal::BadRoom(_, ParseIdError::EmptyRoomId))) => {}
            (_, Err(refusal)) => {
                refused.get_or_insert(InviteText::Refused(refusal));
            }
        }
    }
    elsewhere
        .or(refused)
        .or_else(|| unwrapped(text, own_origin))
}

type Read = (Place, Result<(Invite, Secrecy), Refusal>);

/// Everything that looks like the address of a room.
fn links(text: &str, own_origin: &str) -> impl Iterator<Item = Read> {
    let places = text.match_indices(ROOM_PATH).take(LINKS);
    places.filter_map(move |(at, prefix)| {
        let (before, rest) = text.split_at(at);
        let place = place::before(before, own_origin)?;
        Some((place, reading::link(rest.strip_prefix(prefix)?)))
    })
}

/// Everything that looks like the id of a private room with its secret, as the address of a room has it behind [`ROOM_PATH`].
fn secrets(text: &str) -> impl Iterator<Item = Read> {
    let places = text.match_indices("p_").take(LINKS);
    places.filter_map(|(at, _)| {
        let (before, rest) = text.split_at(at);
        let is_start = !before.ends_with(|last: char| last == '/' || reading::is_letter(last));
        let read = reading::link(rest);
        let is_private = matches!(read, Ok(_) | Err(Refusal::Incomplete(_)));
        (is_start && is_private).then_some((Place::Here, read))
    })
}

/// What a wrapper of links made of one: the whole address as a value inside another, which the wrapper's server was sent.
fn unwrapped(text: &str, own_origin: &str) -> Option<InviteText> {
    let mut text = text.to_owned();
    for _ in 0..WRAPPINGS {
        let decoded = cleaning::percent_decoded(&text);
        if decoded == text {
            return None;
        }
        text = cleaning::readable(&decoded, TEXT_CHARS);
        if text.contains(ROOM_PATH) {
            return find(&text, own_origin, Secrecy::Sent);
        }
    }
    None
}

/// A room's name by itself.
fn bare(text: &str) -> InviteText {
    let name = text.split_once('#').map_or(text, |(name, _)| name);
    match name.trim_end_matches('/').parse() {
        Ok(room) => Invite::open(room).map_or_else(
            || InviteText::Refused(Refusal::Incomplete(text.to_owned())),
            |invite| InviteText::Here(invite, Secrecy::Intact),
        ),
        Err(why) => InviteText::Refused(Refusal::BadRoom(text.to_owned(), why)),
    }
}
