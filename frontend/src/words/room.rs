//! What stands in a room that is no message, person or invite: its title, its head, an empty one.

use std::sync::Arc;

use banter_protocol::{engine::PeerView, ids::RoomId};

use super::{sentence::Sentence, ui::BRAND};

/// What a room is called; an id that nobody reads is not spelled out.
pub(crate) fn room_name(room: &RoomId) -> &str {
    if room.is_private() {
        "Private room"
    } else {
        room.as_str()
    }
}

/// The page's title: the room, and how much was said while nobody looked.
pub(crate) fn page_title(room: Option<&RoomId>, unseen: usize) -> String {
    match (room.map(room_name), unseen) {
        (None, _) => BRAND.to_owned(),
        (Some(room), 0) => format!("{room} · {BRAND}"),
        (Some(room), unseen) => format!("({unseen}) {room} · {BRAND}"),
    }
}

/// The first thing that the keyboard reaches.
pub(crate) const SKIP_LINK: &str = "Skip to the message box";
pub(crate) const LEAVE_BUTTON: &str = "Leave";

/// On the button for the list, which shows the bare number.
pub(crate) fn people_count(people: usize) -> String {
    format!("People, {people}")
}

/// Where the person is alone.
pub(crate) const ALONE_HEADING: &str = "You’re the first one here";
pub(crate) const ALONE_STEPS: [&str; 3] = [
    "They open the link and give a name.",
    "The server introduces your browsers to each other.",
    "From then on you talk directly.",
];

/// What to do with the link, where the person is alone.
pub(crate) fn alone_advice(room: &RoomId) -> &'static str {
    if room.is_private() {
        "Send this link to whoever you want to talk to, in a way that you trust: it is the key."
    } else {
        "Send this link to whoever you want to talk to."
    }
}

/// Who is here, where anybody is and nothing has been said.
pub(crate) fn company(peers: &[Arc<PeerView>], is_linked: bool) -> Option<Sentence> {
    let said = Sentence::default().words(if is_linked {
        "You’re here with "
    } else {
        "Linking you to "
    });
    let said = match peers {
        [] => return None,
        [one] => said.name(&one.name),
        [one, other] => said.name(&one.name).words(" and ").name(&other.name),
        [one, rest @ ..] => said
            .name(&one.name)
            .words(format!(" and {} others", rest.len())),
    };
    Some(if is_linked { said } else { said.words("…") })
}

pub(crate) const SILENT_TEXT: &str = "Nothing has been said yet.";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_title_names_the_room_and_counts_what_nobody_saw() {
        let tea = "tea-time".parse().unwrap();
        assert_eq!(page_title(None, 0), "Banter");
        assert_eq!(page_title(Some(&tea), 0), "tea-time · Banter");
        assert_eq!(page_title(Some(&tea), 3), "(3) tea-time · Banter");
        let private = RoomId::private(1);
        assert_eq!(page_title(Some(&private), 0), "Private room · Banter");
    }
}
