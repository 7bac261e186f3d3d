//! What the shell does without the engine: returning after a reload, following a renewed invite.

use std::sync::Arc;

use banter_frontend::{
    event::{Event, JoinRequest, PageEvent},
    platform::{address, storage::StorageArea, tab_storage::TabStorage},
    route::Route,
    shell::Shell,
    store::ChatStore,
};
use banter_protocol::{
    crypto::{Identity, Invite, StretchedPassphrase, invite_text::Secrecy},
    engine::{
        Intent, JoinIntent, KnownPerson, MoveInvite, MoveView, Persist, RoomEvent, RoomIntent,
        Standing, ViewEvent,
    },
    ids::PeerId,
};
use futures_channel::mpsc::{UnboundedReceiver, unbounded};
use wasm_bindgen_test::wasm_bindgen_test;
use yewdux::Dispatch;

use crate::storage::{empty_tab, message};

async fn open() -> (Shell, UnboundedReceiver<Event>) {
    let (events, queue) = unbounded();
    let dispatch = Dispatch::<ChatStore>::new(&yewdux::Context::new());
    (Shell::open(dispatch, events).await, queue)
}

/// The room that the page asks for by itself.
fn asked_for(queue: &mut UnboundedReceiver<Event>) -> Option<JoinRequest> {
    while let Ok(event) = queue.try_recv() {
        if let Event::Page(PageEvent::Join(request)) = event {
            return Some(request);
        }
    }
    None
}

fn joined(mut intents: Vec<Intent>) -> JoinIntent {
    match intents.pop() {
        Some(Intent::Join(join)) => *join,
        other => panic!("the page does not join: {other:?}"),
    }
}

fn seen(invite: &Invite, event: RoomEvent) -> ViewEvent {
    ViewEvent::Room(invite.room().clone(), event)
}

fn request(invite: &Invite) -> JoinRequest {
    JoinRequest {
        invite: invite.clone(),
        passphrase: None,
        name: "Ada".parse().unwrap(),
        secrecy: Secrecy::Intact,
    }
}

/// The tab is in this room, by its storage and address.
fn take_seat(tab: &TabStorage, invite: &Invite) {
    let local = StorageArea::local();
    local.set("banter/name", "Ada").unwrap();
    let seat = Persist::Seat {
        room: invite.room().clone(),
        peer_id: PeerId::from_random(77),
        resume: Some("r1".into()),
    };
    tab.keep(seat).unwrap();
    address::enter(invite);
}

#[wasm_bindgen_test]
async fn a_reload_returns_to_a_private_room_with_its_passphrase_or_asks_for_it() {
    let (_, tab) = empty_tab();
    let stretched = StretchedPassphrase::from_bytes([3; 32]);
    let invite = Invite::generate([1; 16], [7; 32]).guarded_by(&stretched);
    take_seat(&tab, &invite);
    let (_, mut queue) = open().await;
    assert!(asked_for(&mut queue).is_none());

    let wrong = StretchedPassphrase::from_bytes([4; 32]);
    tab.keep_passphrase(invite.room(), &wrong).unwrap();
    let (_, mut queue) = open().await;
    assert!(asked_for(&mut queue).is_none());

    tab.keep_passphrase(invite.room(), &stretched).unwrap();
    let (mut shell, mut queue) = open().await;
    let request = asked_for(&mut queue).unwrap();
    assert_eq!(request.invite, invite);
    let join = joined(shell.handle_join(request));
    assert_eq!(join.passphrase, Some(stretched));
    assert_eq!(join.resume.as_deref(), Some("r1"));
    address::leave(invite.room());
    empty_tab();
}

#[wasm_bindgen_test]
async fn a_room_is_joined_with_those_met_there_and_those_verified_anywhere() {
    let (_, _tab) = empty_tab();
    let invite = Invite::generate([3; 16], [7; 32]);
    let person = |room: &str, number, verified| KnownPerson {
        room: room.parse().unwrap(),
        name: "bo".into(),
        identity: Identity::from_seed(&[number; 32]).key(),
        verified,
    };
    let here = person(invite.room().as_str(), 41, false);
    let (elsewhere, verified) = (person("lab", 42, false), person("lab", 43, true));
    let (mut shell, _queue) = open().await;
    for known in [&here, &elsewhere, &verified] {
        shell.keep(Persist::Person(known.clone()));
    }
    let first = joined(shell.handle_join(request(&invite)));
    let (mut later, _queue) = open().await;
    let second = joined(later.handle_join(request(&invite)));
    for join in [&first, &second] {
        assert!(join.people.contains(&here) && join.people.contains(&verified));
        assert!(!join.people.contains(&elsewhere));
    }
    assert_eq!(first.identity.key(), second.identity.key());
}

#[wasm_bindgen_test]
async fn an_invite_to_go_on_elsewhere_moves_nothing_and_is_asked_again_after_a_reload() {
    let (_, tab) = empty_tab();
    let here = Invite::generate([1; 16], [7; 32]);
    let (mut shell, mut queue) = open().await;
    joined(shell.handle_join(request(&here)));
    shell.show(seen(&here, RoomEvent::Joining));
    let there = Invite::generate([2; 16], [8; 32]);
    let asked = MoveInvite {
        by: Identity::from_seed(&[9; 32]).key(),
        name: "Mallory".into(),
        room: there.room().clone(),
        secret: there.secret().unwrap().reveal(),
    };
    shell.keep(Persist::Moves(here.room().clone(), vec![asked.clone()]));
    let moves = RoomEvent::Moves(Arc::from([MoveView {
        by: asked.by,
        name: "Mallory".parse().unwrap(),
        badge: asked.by.badge(),
        standing: Standing::Known,
        room: asked.room.clone(),
    }]));
    shell.show(seen(&here, moves));
    shell.draw();
    assert!(asked_for(&mut queue).is_none());
    assert_eq!(address::route(), Route::Room(here.clone()));

    let (mut shell, _queue) = open().await;
    let join = joined(shell.handle_join(request(&here)));
    assert_eq!(join.moves, [asked]);
    shell.keep(Persist::Moves(here.room().clone(), Vec::new()));
    assert_eq!(tab.moves(here.room()), Ok(Vec::new()));
    address::leave(here.room());
    empty_tab();
}

/// Promise 17: what was said goes along, and so does whose name is whose.
#[wasm_bindgen_test]
async fn a_renewed_invite_is_followed_with_what_was_said_so_far() {
    let (_, tab) = empty_tab();
    let (old, new) = (
        Invite::generate([1; 16], [7; 32]),
        Invite::generate([2; 16], [8; 32]),
    );
    let (mut shell, mut queue) = open().await;
    joined(shell.handle_join(request(&old)));
    shell.show(seen(&old, RoomEvent::Joining));
    assert_eq!(address::route(), Route::Room(old.clone()));
    let said = message(1, "hello");
    tab.keep(Persist::Message(old.room().clone(), Box::new(said.clone())))
        .unwrap();
    let bo = |invite: &Invite, verified| KnownPerson {
        room: invite.room().clone(),
        name: "bo".into(),
        identity: Identity::from_seed(&[41; 32]).key(),
        verified,
    };
    shell.keep(Persist::Person(bo(&old, true)));

    let renewed = RoomEvent::InviteRenewed {
        invite: new.clone(),
        by: Some("Bo".parse().unwrap()),
    };
    shell.show(seen(&old, renewed));
    assert_eq!(address::route(), Route::Room(new.clone()));
    let request = asked_for(&mut queue).unwrap();
    assert_eq!((&request.invite, request.name.as_str()), (&new, "Ada"));
    let intents = shell.handle_join(request);
    // The page shows one room: the old one is left first.
    assert!(matches!(
        &intents[..],
        [Intent::Room(left, RoomIntent::Leave), Intent::Join(_)] if left == old.room()
    ));
    let join = joined(intents);
    assert_eq!(join.history, [said.carried_over()]);
    assert_eq!((join.resume, join.keys), (None, None));
    assert!(join.people.contains(&bo(&new, true)));
    address::leave(new.room());
    empty_tab();
}
