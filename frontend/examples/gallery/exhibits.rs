//! The states worth looking at.

use std::{fs, path::Path, rc::Rc, sync::Arc};

use banter_frontend::{
    components::RoomDialog,
    notice::PageNotice,
    store::{ChatStore, Phase},
};
use banter_protocol::{
    engine::{DeliveryStatus, LinkPath, LinkState, Notice, PathPolicy, PeerView, SignalingStatus},
    ids::ParseIdError,
    names::ParseNameError,
    signaling::ErrorCode,
};

use crate::{
    people,
    screen::render_with,
    states::{
        Log, guarded_invite, in_private_room, in_room, invited, listed, lobby, peer, person,
        private_invite, room, with,
    },
};

/// Writes a page for each exhibit and theme.
pub(crate) fn write(folder: &Path) {
    fs::create_dir_all(folder).unwrap();
    let style = style_sheet();
    let closed = exhibits().into_iter();
    let closed = closed.map(|(name, state)| (name, state, RoomDialog::Closed));
    for (name, state, dialog) in closed.chain(people::exhibits()) {
        let screen = render_with(state, dialog);
        for theme in ["light", "dark"] {
            let page = format!(
                "<!doctype html>\n<html lang=\"en\" data-theme=\"{theme}\">\n\
                 <meta charset=\"utf-8\">\n<title>{name}</title>\n\
                 <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
                 <style>\n{style}</style>\n<div id=\"app\">{screen}</div>\n</html>\n"
            );
            fs::write(folder.join(format!("{name}-{theme}.html")), page).unwrap();
        }
    }
}

/// The sheets in the order of their names, as the page gets them.
fn style_sheet() -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../static/styles");
    let mut sheets: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    sheets.sort();
    sheets
        .iter()
        .map(|sheet| fs::read_to_string(sheet).unwrap())
        .collect()
}

fn exhibits() -> Vec<(&'static str, ChatStore)> {
    vec![
        ("lobby", lobby("", "")),
        (
            "lobby-update",
            ChatStore {
                build: "0123456789abcdef".into(),
                update_ready: true,
                ..lobby("Ada", "tea-time")
            },
        ),
        (
            "room-update",
            ChatStore {
                update_ready: true,
                ..chat()
            },
        ),
        ("lobby-invited", lobby("Ada", "tea-time")),
        ("lobby-private", invited("Ada", &private_invite())),
        ("lobby-passphrase", invited("Ada", &guarded_invite())),
        (
            "lobby-wrong-passphrase",
            guarded(PageNotice::WrongPassphrase),
        ),
        ("lobby-unlocking", unlocking()),
        ("lobby-joining", joining()),
        (
            "lobby-unreachable",
            ChatStore {
                notice: Some(Notice::ServerUnreachable),
                ..joining()
            },
        ),
        (
            "lobby-bad-name",
            lobby_with(PageNotice::BadName(ParseNameError::Empty)),
        ),
        (
            "lobby-bad-room",
            lobby_with(PageNotice::BadRoom(ParseIdError::RoomIdCharacter)),
        ),
        ("lobby-no-webrtc", lobby_with(PageNotice::NoWebRtc)),
        ("lobby-no-randomness", lobby_with(PageNotice::NoRandomness)),
        (
            "lobby-room-full",
            ChatStore {
                notice: Some(Notice::Server(ErrorCode::RoomFull)),
                ..lobby("Ada", "tea-time")
            },
        ),
        ("room-alone", in_room("tea-time")),
        ("room-private-alone", in_private_room()),
        (
            "room-new-company",
            with(in_room("tea-time"), |room| {
                room.peers = two_peers();
            }),
        ),
        (
            "room-hidden",
            ChatStore {
                policy: PathPolicy::RelayOnly,
                relay_offered: Some(false),
                notice: Some(Notice::NoRelay),
                ..failing_chat()
            },
        ),
        (
            "room-relayed",
            ChatStore {
                relay_offered: Some(true),
                ..with(chat(), |room| {
                    room.peers = listed([
                        PeerView {
                            path: Some(LinkPath::Relayed),
                            ..peer(1, "Bo", LinkState::Connected, Some(74))
                        },
                        PeerView {
                            path: Some(LinkPath::Direct),
                            ..peer(2, "Cleo Nwosu", LinkState::Connected, Some(12))
                        },
                        peer(3, "Dan", LinkState::Failed, None),
                    ]);
                })
            },
        ),
        ("room-chat", chat()),
        ("room-busy", busy()),
        (
            "room-reconnecting",
            with(chat(), |room| {
                room.signaling = SignalingStatus::Reconnecting;
            }),
        ),
        (
            "room-offline",
            with(failing_chat(), |room| {
                room.signaling = SignalingStatus::Offline;
            }),
        ),
        (
            "room-no-storage",
            ChatStore {
                notice: Some(Notice::NoStorage),
                ..chat()
            },
        ),
    ]
}

fn joining() -> ChatStore {
    let waiting = ChatStore {
        phase: Phase::Room(room("tea-time")),
        rooms: vec![(room("tea-time"), Rc::default())],
        ..lobby("Ada", "tea-time")
    };
    with(waiting, |room| {
        room.signaling = SignalingStatus::Connecting;
    })
}

fn guarded(notice: PageNotice) -> ChatStore {
    ChatStore {
        page_notice: Some(notice),
        ..invited("Ada", &guarded_invite())
    }
}

fn unlocking() -> ChatStore {
    ChatStore {
        phase: Phase::Unlocking,
        ..invited("Ada", &guarded_invite())
    }
}

fn lobby_with(notice: PageNotice) -> ChatStore {
    ChatStore {
        page_notice: Some(notice),
        ..lobby("Ada", "tea time")
    }
}

fn two_peers() -> Option<Arc<[Arc<PeerView>]>> {
    listed([
        peer(1, "Bo", LinkState::Connected, Some(24)),
        peer(2, "Cleo Nwosu", LinkState::Connecting, None),
    ])
}

fn chat() -> ChatStore {
    let messages = Log::default()
        .say(2, "Cleo Nwosu", 1_520, "Are we still on for tomorrow?")
        .say_self(
            1_517,
            "Yes! Kitchen table, five o’clock.",
            DeliveryStatus::Delivered,
        )
        .say(1, "Bo", 47, "Kettle is on.")
        .say(
            1,
            "Bo",
            47,
            "I have the good biscuits, the ones with the ginger.",
        )
        .say_self(45, "On my way, ten minutes", DeliveryStatus::Delivered)
        .say(2, "Cleo Nwosu", 12, "Save me one, the train is late again.")
        .say_self(
            3,
            "Two, if you bring the photographs you promised",
            DeliveryStatus::Delivered,
        )
        .say_self(2, "And milk?", DeliveryStatus::Sent)
        .into_messages();
    let peers = listed([
        peer(1, "Bo", LinkState::Connected, Some(24)),
        peer(2, "Cleo Nwosu", LinkState::Connected, Some(61)),
    ]);
    with(in_room("tea-time"), |room| {
        room.messages = messages;
        room.peers = peers;
        room.typing = Some(Arc::from([person("Bo")]));
    })
}

fn failing_chat() -> ChatStore {
    let messages = Log::default()
        .say(1, "Bo", 47, "Kettle is on.")
        .say_self(45, "On my way", DeliveryStatus::Delivered)
        .say_self(20, "Is anybody there?", DeliveryStatus::Failed)
        .say_self(
            1,
            "Still writing, for when the network is back",
            DeliveryStatus::Sending,
        )
        .into_messages();
    let peers = listed([
        peer(1, "Bo", LinkState::Disconnected, None),
        peer(2, "Cleo Nwosu", LinkState::Failed, None),
    ]);
    with(in_room("tea-time"), |room| {
        room.messages = messages;
        room.peers = peers;
    })
}

fn busy() -> ChatStore {
    let names = [
        "Bo",
        "Cleo Nwosu",
        "נועה",
        "محمد الفاتح",
        "李小龍",
        "Maximiliane von Hohenstaufen-Wittelsbach the Third",
        "🦊",
        "Łukasz Żółć",
    ];
    let texts = [
        "שלום לכולם, אני כאן",
        "مرحبا! كيف الحال؟",
        "大家好,今天下午喝茶嗎?",
        "Hello everybody 👋🏽 👩‍👩‍👧‍👦",
        "A long one: it was the best of tea times, it was the worst of tea times, it was the age of biscuits, \
         it was the age of crumbs, it was the epoch of sugar, it was the epoch of lemon.",
        "https://example.com/averyveryveryverylongaddressthatdoesnotbreakanywhere/andgoeson/andon?and=on",
        "Two lines:\n    the second is indented",
        "<b>not bold</b> &amp; <script>alert(1)</script>",
    ];
    let mut log = Log::default();
    for (index, text) in (1..).zip(texts.iter().cycle()).take(24) {
        let author = (index * 5 / 3) % 9;
        let minutes_ago = 60 - 2 * u64::try_from(index).unwrap();
        log = match names.get(usize::try_from(author).unwrap()) {
            Some(name) => log.say(author + 1, name, minutes_ago, text),
            None => log.say_self(minutes_ago, text, DeliveryStatus::Delivered),
        };
    }
    let states = [
        LinkState::Connected,
        LinkState::Connected,
        LinkState::Connecting,
        LinkState::New,
    ];
    let peers = (1..)
        .zip(names)
        .zip(states.iter().cycle())
        .map(|((number, name), &state)| {
            let latency =
                (state == LinkState::Connected).then_some(18 * u32::try_from(number).unwrap());
            peer(number, name, state, latency)
        });
    with(
        in_room("a-room-with-a-very-long-name-that-somebody-thought-was-funny-99"),
        |room| {
            room.messages = log.into_messages();
            room.peers = listed(peers);
            room.typing = Some(Arc::from([person("Bo"), person("נועה"), person("🦊")]));
        },
    )
}
