//! People and keys: who is who, who is doubtful, and the dialogs of a room.

use std::sync::Arc;

use banter_frontend::{components::RoomDialog, store::ChatStore};
use banter_protocol::engine::{
    Arriving, EmojiView, LinkState, LockView, Obstacle, PeerView, Standing,
};

use crate::states::{
    Log, asking, in_room, inspected, key, known, listed, peer, person, private, seven_emoji, with,
};

/// Each with the dialog that is open.
pub(crate) fn exhibits() -> Vec<(&'static str, ChatStore, RoomDialog)> {
    use RoomDialog::{Closed, Invite, Protection, Renew};
    let looking = |standing, emoji| {
        with(private(company()), |room| {
            room.inspected = inspected(1, "Bo", standing, emoji);
        })
    };
    vec![
        ("people-private", private(company()), Closed),
        (
            "people-locked",
            with(private(company()), |room| {
                room.lock = LockView::LockedBy(person("Cleo Nwosu"));
            }),
            Closed,
        ),
        ("people-key-changed", changed(1), Closed),
        ("people-keys-changed", changed(4), Closed),
        ("people-move-verified", asked(&[Standing::Verified]), Closed),
        (
            "people-moves",
            asked(&[Standing::Known, Standing::Verified, Standing::NewKey]),
            Closed,
        ),
        (
            "person-known",
            looking(Standing::Known, EmojiView::Idle),
            Closed,
        ),
        (
            "person-verified",
            looking(Standing::Verified, EmojiView::Same),
            Closed,
        ),
        (
            "person-changed",
            looking(Standing::Changed, EmojiView::Idle),
            Closed,
        ),
        (
            "person-refused",
            looking(Standing::Refused, EmojiView::Idle),
            Closed,
        ),
        (
            "person-forked",
            looking(Standing::Forked, EmojiView::Idle),
            Closed,
        ),
        (
            "emoji-asked",
            looking(Standing::Known, EmojiView::Asked),
            Closed,
        ),
        (
            "emoji-waiting",
            looking(Standing::Known, EmojiView::Waiting),
            Closed,
        ),
        (
            "emoji-compare",
            looking(Standing::NewKey, seven_emoji()),
            Closed,
        ),
        (
            "emoji-different",
            looking(Standing::Known, EmojiView::Different),
            Closed,
        ),
        ("dialog-protection-private", private(company()), Protection),
        ("dialog-protection-open", company(), Protection),
        ("dialog-renew", private(company()), Renew),
        ("dialog-renew-alone", private(in_room("tea-time")), Renew),
        ("dialog-invite-private", private(company()), Invite),
        ("dialog-invite-open", company(), Invite),
    ]
}

/// One person of every standing, and what they said.
fn company() -> ChatStore {
    let peers = [
        known(1, "Bo", Standing::Verified),
        known(2, "Cleo Nwosu", Standing::Known),
        PeerView {
            badge: Some("4f2a".to_owned()),
            ..known(3, "Dan", Standing::NewKey)
        },
        PeerView {
            badge: Some("91c0".to_owned()),
            ..known(4, "Dаn", Standing::Known)
        },
        known(
            5,
            "Maximiliane von Hohenstaufen-Wittelsbach",
            Standing::Verified,
        ),
        known(6, "Eve", Standing::Refused),
        known(7, "Mallory", Standing::Forked),
        peer(8, "Finn", LinkState::Connecting, None),
    ];
    let messages = Log::default()
        .say(1, "Bo", 20, "Kettle is on.")
        .signed_by(key(1))
        .say(1, "Bo", 20, "I have the good biscuits.")
        .signed_by(key(1))
        .say(2, "Cleo Nwosu", 12, "Save me one, the train is late again.")
        .signed_by(key(2))
        .say(7, "Mallory", 4, "There are no biscuits.")
        .signed_by(key(7));
    with(in_room("tea-time"), |room| {
        room.peers = listed(peers);
        room.arriving = Arriving {
            connecting: 2,
            stuck: 1,
            obstacle: Some(Obstacle::RelayUnreachable),
        };
        room.verified = Some(Arc::from([key(1), key(5)]));
        room.messages = messages.into_messages();
    })
}

/// Somebody of each standing asks Ada to come along.
fn asked(standings: &[Standing]) -> ChatStore {
    let names = [
        "Bo",
        "Maximiliane von Hohenstaufen-Wittelsbach the Third",
        "נועה",
    ];
    let moves = (1..).zip(names).zip(standings);
    let moves: Vec<_> = moves
        .map(|((number, name), &standing)| asking(number, name, standing))
        .collect();
    with(private(company()), |room| {
        room.moves = Some(Arc::from(moves));
    })
}

/// So many people have another key.
fn changed(people: usize) -> ChatStore {
    let names = [
        "Bo",
        "Cleo Nwosu",
        "נועה",
        "Maximiliane von Hohenstaufen-Wittelsbach the Third",
    ];
    let peers = (1..).zip(names).map(|(number, name)| {
        let is_changed = usize::from(number) <= people;
        known(
            number,
            name,
            if is_changed {
                Standing::Changed
            } else {
                Standing::Known
            },
        )
    });
    with(private(company()), |room| {
        room.peers = listed(peers);
    })
}
