//! What a tab and a browser keep.

use banter_frontend::platform::{
    preferences::Preferences,
    storage::{StorageArea, StorageRefused},
    tab_storage::{Seat, TabStorage},
    theme::ThemeChoice,
};
use banter_protocol::{
    crypto::{Identity, StretchedPassphrase, entry::LogEnd},
    engine::{ChatMessage, DeliveryStatus, LockRecord, Persist, StoredMessage, TabKeys},
    ids::{MessageId, PeerId, RoomId},
    time::Timestamp,
};
use js_sys::{Function, Object, Reflect};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;

fn room(name: &str) -> RoomId {
    name.parse().unwrap()
}

pub(crate) fn message(number: u32, text: &str) -> StoredMessage {
    StoredMessage {
        number,
        message: ChatMessage {
            id: MessageId::from_random(number.into()),
            from: PeerId::from_random(7),
            name: "Ada".into(),
            author: None,
            own: true,
            text: text.parse().unwrap(),
            timestamp: Timestamp::from_millis(1_700_000_000_000),
            status: DeliveryStatus::Sent,
        },
        awaiting: vec![PeerId::from_random(8)],
        later: Vec::new(),
        owners: Vec::new(),
        source: None,
        entry: None,
    }
}

/// Every test begins with nothing stored.
pub(crate) fn empty_tab() -> (StorageArea, TabStorage) {
    let area = StorageArea::session();
    for key in area.keys("").unwrap() {
        area.remove(&key).unwrap();
    }
    (area.clone(), TabStorage::new(area))
}

#[wasm_bindgen_test]
fn a_seat_and_its_history_survive_in_the_order_of_their_numbers() {
    let (_, tab) = empty_tab();
    assert_eq!(tab.seat(), Ok(None));
    let seat = Seat {
        room: room("tea"),
        peer_id: PeerId::from_random(1),
        resume: Some("r1".into()),
    };
    let Seat {
        room: tea,
        peer_id,
        resume,
    } = seat.clone();
    tab.keep(Persist::Seat {
        room: tea.clone(),
        peer_id,
        resume,
    })
    .unwrap();
    for number in [10, 9, 1] {
        tab.keep(Persist::Message(
            tea.clone(),
            Box::new(message(number, "x")),
        ))
        .unwrap();
    }
    tab.keep(Persist::Message(tea.clone(), Box::new(message(9, "again"))))
        .unwrap();
    tab.keep(Persist::Message(
        room("tea2"),
        Box::new(message(2, "another room")),
    ))
    .unwrap();
    tab.keep(Persist::ForgetMessage(tea.clone(), 1)).unwrap();
    assert_eq!(tab.seat(), Ok(Some(seat)));
    assert_eq!(
        tab.history(&tea),
        Ok(vec![message(9, "again"), message(10, "x")])
    );
}

fn tab_keys(epoch: u32) -> TabKeys {
    TabKeys {
        identity: Some(Identity::from_seed(&[2; 32]).key()),
        session: [9; 32],
        epoch,
        log: LogEnd::default(),
        put_down: true,
    }
}

fn lock() -> LockRecord {
    LockRecord {
        by: Some("Bo".into()),
        admitted: vec![Identity::from_seed(&[1; 32]).key()],
    }
}

#[wasm_bindgen_test]
fn keys_lock_and_passphrase_are_kept_for_each_room() {
    let (_, tab) = empty_tab();
    let (tea, coffee) = (room("tea"), room("coffee"));
    let passphrase = StretchedPassphrase::from_bytes([3; 32]);
    for epoch in [1, 2] {
        tab.keep(Persist::Keys(tea.clone(), tab_keys(epoch)))
            .unwrap();
    }
    tab.keep(Persist::Lock(tea.clone(), Some(lock()))).unwrap();
    tab.keep_passphrase(&tea, &passphrase).unwrap();
    assert_eq!(tab.keys(&tea), Ok(Some(tab_keys(2))));
    assert_eq!(tab.lock(&tea), Ok(Some(lock())));
    assert_eq!(tab.passphrase(&tea), Ok(Some(passphrase)));
    assert_eq!(tab.keys(&coffee), Ok(None));
    assert_eq!(tab.lock(&coffee), Ok(None));
    assert_eq!(tab.passphrase(&coffee), Ok(None));
    tab.keep(Persist::Lock(tea.clone(), None)).unwrap();
    tab.forget_passphrase(&tea).unwrap();
    assert_eq!(tab.lock(&tea), Ok(None));
    assert_eq!(tab.passphrase(&tea), Ok(None));
}

#[wasm_bindgen_test]
fn what_was_said_goes_along_into_another_room() {
    let (_, tab) = empty_tab();
    let (tea, coffee) = (room("tea"), room("coffee"));
    for number in [2, 1] {
        tab.keep(Persist::Message(
            tea.clone(),
            Box::new(message(number, "x")),
        ))
        .unwrap();
    }
    tab.copy_history(&tea, &coffee).unwrap();
    let carried = [1, 2].map(|number| message(number, "x").carried_over());
    assert_eq!(tab.history(&coffee).unwrap(), carried);
}

#[wasm_bindgen_test]
fn malformed_entries_are_as_good_as_absent() {
    let (area, tab) = empty_tab();
    let tea = room("tea");
    tab.keep(Persist::Message(tea.clone(), Box::new(message(3, "good"))))
        .unwrap();
    let strayed = serde_json::to_string(&message(5, "under another number")).unwrap();
    for (number, entry) in [
        ("1", ""),
        ("2", "{}"),
        ("x", "null"),
        ("4", "{\"number\":"),
        ("6", &strayed),
    ] {
        area.set(&format!("banter/history/tea/{number}"), entry)
            .unwrap();
    }
    assert_eq!(tab.history(&tea), Ok(vec![message(3, "good")]));
    for seat in [
        "",
        "null",
        "{}",
        "{\"room\":\"no room\",\"peerId\":\"x\",\"resume\":null}",
        "[1]",
    ] {
        area.set("banter/seat", seat).unwrap();
        assert_eq!(tab.seat(), Ok(None), "{seat}");
    }
}

#[wasm_bindgen_test]
fn a_duplicated_tab_forgets_what_is_another_s() {
    let (area, tab) = empty_tab();
    let (tea, peer_id) = (room("tea"), PeerId::from_random(1));
    tab.keep(Persist::Message(tea.clone(), Box::new(message(1, "x"))))
        .unwrap();
    tab.keep(Persist::Keys(tea.clone(), tab_keys(1))).unwrap();
    tab.keep(Persist::Lock(tea.clone(), Some(lock()))).unwrap();
    let passphrase = StretchedPassphrase::from_bytes([3; 32]);
    tab.keep_passphrase(&tea, &passphrase).unwrap();
    tab.keep(Persist::Seat {
        room: tea,
        peer_id,
        resume: None,
    })
    .unwrap();
    tab.forget_tab().unwrap();
    assert_eq!(area.keys("banter/"), Ok(Vec::new()));
}

#[wasm_bindgen_test]
fn a_full_storage_gives_up_other_rooms_first_and_then_says_so() {
    let (area, tab) = empty_tab();
    let coffee = room("coffee");
    // Browsers give a page about five million characters; fill them with another room.
    let filler = "x".repeat(100_000);
    let filled = (0..1_000).take_while(|n| {
        area.set(&format!("banter/history/tea/{n}"), &filler)
            .is_ok()
    });
    assert!(filled.count() > 10);
    let long = "y".repeat(40_000);
    for number in 0..4 {
        tab.keep(Persist::Message(
            coffee.clone(),
            Box::new(message(number, &long)),
        ))
        .unwrap();
    }
    assert_eq!(area.keys("banter/history/tea/"), Ok(Vec::new()));
    assert_eq!(tab.history(&coffee).unwrap().len(), 4);

    let filled = (0..1_000)
        .take_while(|n| area.set(&format!("stranger/{n}"), &filler).is_ok())
        .count();
    assert!(filled > 10);
    let refused = (4..8).find_map(|n| {
        tab.keep(Persist::Message(
            coffee.clone(),
            Box::new(message(n, &long)),
        ))
        .err()
    });
    assert_eq!(refused, Some(StorageRefused));
    empty_tab();
}

#[wasm_bindgen_test]
fn a_browser_that_throws_at_the_mere_name_is_a_refusal() {
    let window: Object = web_sys::window().unwrap().into();
    let name = "localStorage".into();
    let own = Object::get_own_property_descriptor(&window, &name);
    let blocked = Object::new();
    let throw = Function::new_no_args("throw new DOMException('no', 'SecurityError')");
    Reflect::set(&blocked, &"get".into(), &throw).unwrap();
    Reflect::set(&blocked, &"configurable".into(), &true.into()).unwrap();
    Object::define_property(&window, &name, &blocked);

    let preferences = Preferences::new(StorageArea::local());
    let kept = preferences.keep_name(&"Ada".parse().unwrap());
    assert_eq!(kept, Err(StorageRefused));
    assert_eq!(preferences.name(), None);
    assert_eq!(StorageArea::local().set("x", "y"), Err(StorageRefused));

    Object::define_property(&window, &name, own.unchecked_ref());
    assert_eq!(StorageArea::local().set("x", "y"), Ok(()));
}

#[wasm_bindgen_test]
fn a_name_and_a_theme_are_remembered_and_nonsense_is_not() {
    let area = StorageArea::local();
    let preferences = Preferences::new(area.clone());
    preferences.keep_name(&"Ada".parse().unwrap()).unwrap();
    preferences.keep_theme(ThemeChoice::Dark).unwrap();
    let later = Preferences::new(StorageArea::local());
    assert_eq!(later.name().unwrap().as_str(), "Ada");
    assert_eq!(later.theme(), ThemeChoice::Dark);
    area.set("banter/name", "a\u{202e}b").unwrap();
    area.set("banter/theme", "sepia").unwrap();
    assert_eq!((later.name(), later.theme()), (None, ThemeChoice::System));
}
