use std::sync::Arc;

use banter_protocol::{
    crypto::Identity,
    engine::{
        ChatMessage, DeliveryStatus, Hearing, LinkState, PeerView, Privacy, SignalingStatus,
        Standing,
    },
    ids::{MessageId, PeerId},
    names::ParseNameError,
    signaling::ErrorCode,
    time::Timestamp,
};

use super::*;

fn tea() -> RoomId {
    "tea".parse().unwrap()
}

fn message(number: u8, from: u8, status: DeliveryStatus) -> Arc<ChatMessage> {
    Arc::new(ChatMessage {
        id: MessageId::from_random(number.into()),
        from: PeerId::from_random(from.into()),
        name: "Ada".into(),
        author: None,
        own: from == 1,
        text: "hello".parse().unwrap(),
        timestamp: Timestamp::default(),
        status,
    })
}

/// After this has happened in a room.
fn after_in(
    room: &RoomId,
    events: impl IntoIterator<Item = RoomEvent>,
    store: ChatStore,
) -> ChatStore {
    let events = events.into_iter();
    let events = events.map(|event| ViewEvent::Room(room.clone(), event));
    Rc::unwrap_or_clone(ApplyAll(events.collect()).apply(Rc::new(store)))
}

fn after(events: impl IntoIterator<Item = RoomEvent>, store: ChatStore) -> ChatStore {
    after_in(&tea(), events, store)
}

fn in_tea(events: impl IntoIterator<Item = RoomEvent>) -> ChatStore {
    let joining = [RoomEvent::Joining];
    after(joining.into_iter().chain(events), ChatStore::default())
}

fn entered(history: Vec<Arc<ChatMessage>>) -> RoomEvent {
    RoomEvent::Entered {
        me: PeerId::from_random(1),
        name: "Ada".parse().unwrap(),
        identity: Identity::from_seed(&[1; 32]).key(),
        privacy: Privacy::Open,
        history,
    }
}

#[test]
fn leaving_drops_the_room_and_keeps_the_page() {
    let page = ChatStore {
        theme: ThemeChoice::Dark,
        lobby: Rc::new(LobbyForm {
            name: "Ada".into(),
            room: "tea".into(),
        }),
        page_notice: Some(PageNotice::BadName(ParseNameError::Empty)),
        ..ChatStore::default()
    };
    let events = [
        RoomEvent::Joining,
        entered(vec![message(1, 1, DeliveryStatus::Sent)]),
        RoomEvent::Signaling(SignalingStatus::Connected),
        RoomEvent::Peers(Arc::from([])),
        RoomEvent::Typing(Arc::from([])),
        RoomEvent::Moves(Arc::from([])),
        RoomEvent::Left,
    ];
    assert_eq!(after(events, page.clone()), page);
}

#[test]
fn a_changed_message_stays_in_its_place_and_its_namesake_of_another_author_as_it_is() {
    let history = vec![
        message(1, 2, DeliveryStatus::Delivered),
        message(1, 1, DeliveryStatus::Sending),
    ];
    let events = [
        entered(history),
        RoomEvent::MessageAdded(message(2, 1, DeliveryStatus::Sending)),
        RoomEvent::MessageChanged(message(1, 1, DeliveryStatus::Delivered)),
        // Of a message that is not shown.
        RoomEvent::MessageChanged(message(9, 1, DeliveryStatus::Failed)),
    ];
    let shown = Rc::clone(&in_tea(events).room().messages);
    let expected = vec![
        message(1, 2, DeliveryStatus::Delivered),
        message(1, 1, DeliveryStatus::Delivered),
        message(2, 1, DeliveryStatus::Sending),
    ];
    assert_eq!(*shown, expected);
}

/// Promise 33.
#[test]
fn what_is_dropped_is_gone_from_wherever_it_stood_and_counted() {
    let said = |number| message(number, 2, DeliveryStatus::Delivered);
    let name = |number: u8| {
        (
            PeerId::from_random(2),
            MessageId::from_random(number.into()),
        )
    };
    let events = [
        entered((1..=5).map(said).collect()),
        RoomEvent::MessageAdded(said(6)),
        RoomEvent::MessagesDropped(Arc::from([name(1), name(3), name(99)])),
    ];
    let store = in_tea(events);
    assert_eq!(*store.room().messages, [2, 4, 5, 6].map(said));
    assert_eq!(store.room().dropped, 2);
    assert_eq!(after([RoomEvent::Left], store).room().dropped, 0);
}

/// Somebody called Bo.
pub(crate) fn peer(number: u128, state: LinkState, latency_ms: Option<u32>) -> Arc<PeerView> {
    Arc::new(PeerView {
        id: PeerId::from_random(number << 80),
        name: "Bo".parse().unwrap(),
        state,
        latency_ms,
        path: None,
        obstacle: None,
        identity: None,
        standing: Standing::Known,
        badge: None,
        asks_to_compare: false,
        hearing: Hearing::Heard,
    })
}

#[test]
fn whoever_is_not_among_the_changed_keeps_their_row() {
    let peer = |number, latency_ms| peer(number, LinkState::Connected, latency_ms);
    let before: Arc<[_]> = (1..=64).map(|number| peer(number, Some(10))).collect();
    let events = [
        RoomEvent::Peers(Arc::clone(&before)),
        RoomEvent::PeersChanged(Arc::from([peer(7, Some(12))])),
    ];
    let after = in_tea(events).room().peers.clone().unwrap();
    for (place, (before, after)) in before.iter().zip(&*after).enumerate() {
        // A row is drawn again where it is another `Arc`.
        assert_eq!(Arc::ptr_eq(before, after), place != 6, "row {place}");
    }
    assert_eq!(after[6].latency_ms, Some(12));
}

#[test]
fn a_new_id_of_the_tab_changes_only_the_seat() {
    let events = [
        entered(Vec::new()),
        RoomEvent::Renamed(PeerId::from_random(5)),
    ];
    let store = in_tea(events);
    let seat = store.room().seat.as_ref().unwrap();
    assert_eq!(
        (seat.me, seat.name.as_str()),
        (PeerId::from_random(5), "Ada")
    );
}

#[test]
fn what_happens_in_one_room_changes_nothing_in_another() {
    let lab: RoomId = "lab".parse().unwrap();
    let first = in_tea([entered(vec![message(1, 1, DeliveryStatus::Sent)])]);
    let said = RoomEvent::MessageAdded(message(2, 2, DeliveryStatus::Delivered));
    let both = after_in(
        &lab,
        [RoomEvent::Joining, entered(Vec::new()), said],
        first.clone(),
    );
    assert_eq!(both.shown(), Some(&lab));
    assert_eq!(both.room().messages.len(), 1);
    assert_eq!(both.room_of(&tea()), first.room_of(&tea()));
    // Who leaves the one that is not shown sees the other as before.
    let left = after([RoomEvent::Left], both.clone());
    assert_eq!(left.shown(), Some(&lab));
    assert_eq!(left.room(), both.room());
    assert!(left.room_of(&tea()).is_none());
}

#[test]
fn why_somebody_is_not_let_in_is_told_after_the_room_is_gone() {
    let refused = Notice::Server(ErrorCode::RoomFull);
    let store = in_tea([RoomEvent::Notice(Some(refused)), RoomEvent::Left]);
    assert_eq!(
        (store.phase.clone(), store.told()),
        (Phase::Lobby, Some(refused))
    );
    let again = after([RoomEvent::Joining], store);
    assert_eq!(again.told(), None);
}

/// What else there is to tell goes before it, and it is told again afterwards.
#[test]
fn that_nothing_is_kept_stays_true_when_something_else_is_over() {
    let store = in_tea([RoomEvent::Notice(Some(Notice::ServerUnreachable))]);
    let store = Rc::unwrap_or_clone(Apply(ViewEvent::StorageFailed).apply(Rc::new(store)));
    assert_eq!(store.told(), Some(Notice::NoStorage));
    let no_relay = RoomEvent::Notice(Some(Notice::NoRelay));
    let store = after([no_relay], store);
    assert_eq!(store.told(), Some(Notice::NoRelay));
    let store = after([RoomEvent::Notice(None)], store);
    assert_eq!(store.told(), Some(Notice::NoStorage));
    let dismissed = PageChange::NoticesDismissed.apply(Rc::new(store));
    assert_eq!((dismissed.told(), dismissed.forgetful), (None, true));
}
