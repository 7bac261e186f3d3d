//! A room's log in the browser's database: a log goes on with what was kept of it.

use banter_frontend::platform::log_store::LogStore;
use banter_protocol::{
    crypto::{Identity, Session, SessionKey, SignedCard},
    ids::{MessageId, PeerId, RoomId},
    limits,
    log::{
        Content, History, LogOutput, LogSettings, RoomLog, Setting,
        storing::{Restored, Storage},
    },
    time::Timestamp,
};
use wasm_bindgen_test::wasm_bindgen_test;

const ROOM_TAG: [u8; 32] = [9; 32];

fn room(name: &str) -> RoomId {
    name.parse().unwrap()
}

fn log(seed: u8) -> RoomLog {
    let identity = Identity::from_seed(&[seed; 32]);
    let session = Session::from_seed(&[seed; 32]);
    let name = "Ada".parse().unwrap();
    let peer = PeerId::from_random(u128::from(seed));
    RoomLog::new(LogSettings {
        card: SignedCard::sign(peer, &name, &identity, &session, &ROOM_TAG),
        session,
        room_tag: ROOM_TAG,
        storage: Storage::Device,
        history: History::All,
        bounds: limits::LOG_IN_MEMORY,
        stored: limits::LOG_STORED,
    })
}

fn at(millis: u64) -> Timestamp {
    Timestamp::from_millis(millis)
}

fn say(log: &mut RoomLog, number: u64, content: &Content) {
    let id = MessageId::from_random(number.into());
    let people = [Identity::from_seed(&[7; 32]).key()];
    log.say(at(number), at(number), (id, content), &people)
        .unwrap();
}

fn message(text: &str) -> Content {
    Content::ChatMessage {
        text: text.parse().unwrap(),
        reply_to: None,
    }
}

/// Stores and reads whatever the log wants.
async fn carry_out(log: &mut RoomLog, store: &LogStore, room: &RoomId) {
    loop {
        log.handle_timeout(at(1_000_000));
        let outputs: Vec<_> = std::iter::from_fn(|| log.poll_output()).collect();
        if outputs.is_empty() {
            return;
        }
        for output in outputs {
            match output {
                LogOutput::Store(batch, changes) => {
                    store.store(room, &changes).await.unwrap();
                    log.handle_stored(at(1_000_000), batch);
                }
                LogOutput::Load(id, session, low, high) => {
                    let page = store.page(room, &session, (low, high)).await.unwrap();
                    log.handle_page(at(1_000_000), id, page);
                }
                LogOutput::Send(..) | LogOutput::Forked(_) => {}
            }
        }
    }
}

fn texts(log: &RoomLog) -> Vec<String> {
    let messages = log
        .view()
        .places()
        .filter_map(|place| log.view().message(place));
    let texts = messages.filter_map(|message| message.text);
    texts.map(|text| text.as_str().to_owned()).collect()
}

async fn restored(seed: u8, store: &LogStore, room: &RoomId) -> RoomLog {
    let mut log = log(seed);
    log.restore(store.restored(room).await.unwrap());
    carry_out(&mut log, store, room).await;
    log
}

async fn kept(store: &LogStore, room: &RoomId, session: &SessionKey) -> usize {
    let all = store.page(room, session, (0, 1_000)).await.unwrap();
    all.entries.len()
}

#[wasm_bindgen_test]
async fn a_log_goes_on_with_what_was_kept_of_it() {
    let (store, tea) = (LogStore::open().await.unwrap(), room("tea"));
    let mut before = log(1);
    let session = before.session();
    say(
        &mut before,
        1,
        &Content::Setting(Setting::Title("Tea at five".into())),
    );
    for number in 2..=130 {
        say(&mut before, number, &message(&format!("message {number}")));
    }
    carry_out(&mut before, &store, &tea).await;
    assert!(before.is_sent(130));
    assert_eq!(kept(&store, &tea, &session).await, 130);

    let mut after = restored(1, &store, &tea).await;
    // The newest first, and the rest when somebody pages back.
    let newest: Vec<_> = (81..=130)
        .map(|number| format!("message {number}"))
        .collect();
    assert_eq!(texts(&after), newest);
    assert_eq!(after.view().title(), Some("Tea at five"));
    assert_eq!(
        (after.stored(), after.extents()),
        (before.stored(), before.extents())
    );
    assert_eq!(after.status(130), before.status(130));
    say(&mut after, 131, &message("one more"));
    carry_out(&mut after, &store, &tea).await;
    for _ in 0..3 {
        after.load_earlier();
        carry_out(&mut after, &store, &tea).await;
    }
    assert_eq!(texts(&after).len(), 130);

    let last = texts(&restored(1, &store, &tea).await).pop();
    assert_eq!(last.as_deref(), Some("one more"));
    store.forget(&tea).await.unwrap();
}

#[wasm_bindgen_test]
async fn rooms_are_kept_apart_and_a_forgotten_one_leaves_nothing() {
    let store = LogStore::open().await.unwrap();
    let (tea, team) = (room("tea-1"), room("tea-1x"));
    for (seed, room) in [(2, &tea), (3, &team)] {
        let mut log = log(seed);
        say(&mut log, 1, &message(room.as_str()));
        carry_out(&mut log, &store, room).await;
    }
    // Another tab has it open too.
    let other = LogStore::open().await.unwrap();
    other.forget(&tea).await.unwrap();
    assert_eq!(store.restored(&tea).await, Ok(Restored::default()));
    let session = |seed| Session::from_seed(&[seed; 32]).key();
    assert_eq!(kept(&store, &tea, &session(2)).await, 0);
    assert_eq!(texts(&restored(3, &store, &team).await), ["tea-1x"]);
    store.forget(&team).await.unwrap();
}
