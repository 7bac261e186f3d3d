//! Dialogs in a real page: where the focus goes, three ways out, and what is pushed.

use std::{rc::Rc, sync::Arc};

use banter_frontend::{
    app::{App, AppProps},
    event::Event,
    handle::ChatHandle,
    store::{ChatStore, Phase, RoomSeat, ShownRoom},
};
use banter_protocol::{
    crypto::{Identity, SafetyNumber},
    engine::{
        EmojiView, Hearing, Input, Intent, LinkState, MoveView, PeerView, PersonView, Privacy,
        RoomIntent, SignalingStatus, Standing,
    },
    ids::{PeerId, RoomId},
};
use futures_channel::mpsc::{UnboundedReceiver, unbounded};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Document, Element, HtmlElement};
use yewdux::Dispatch;

use crate::patience::wait_for;

/// A private room with one other person, mounted in the page.
struct Mounted {
    dispatch: Dispatch<ChatStore>,
    events: UnboundedReceiver<Event>,
    app: yew::AppHandle<App>,
    root: Element,
}

fn document() -> Document {
    web_sys::window().unwrap().document().unwrap()
}

fn bo() -> PeerId {
    PeerId::from_random(2)
}

fn person() -> PersonView {
    let key = |seed| Identity::from_seed(&[seed; 32]).key();
    PersonView {
        peer: bo(),
        name: "Bo".parse().unwrap(),
        identity: key(2),
        safety_number: SafetyNumber::of(&key(1), &key(2)),
        standing: Standing::Known,
        emoji: EmojiView::Idle,
        hearing: Hearing::Heard,
    }
}

impl Mounted {
    async fn open() -> Self {
        let context = yewdux::Context::new();
        let dispatch = Dispatch::<ChatStore>::new(&context);
        let seat = RoomSeat {
            room: "p_0123456789abcdef0123456789abcdef".parse().unwrap(),
            me: PeerId::from_random(1),
            name: "Ada".parse().unwrap(),
            identity: Identity::from_seed(&[1; 32]).key(),
            privacy: Privacy::Private,
        };
        let peer = PeerView {
            id: bo(),
            name: "Bo".parse().unwrap(),
            state: LinkState::Connected,
            latency_ms: None,
            path: None,
            obstacle: None,
            identity: Some(person().identity),
            standing: Standing::Known,
            badge: None,
            asks_to_compare: false,
            hearing: Hearing::Heard,
        };
        let shown = seat.room.clone();
        let room = ShownRoom {
            seat: Some(Rc::new(seat)),
            signaling: SignalingStatus::Connected,
            peers: Some(Arc::from([Arc::new(peer)])),
            ..ShownRoom::default()
        };
        dispatch.set(ChatStore {
            phase: Phase::Room(shown.clone()),
            rooms: vec![(shown, Rc::new(room))],
            ..ChatStore::default()
        });
        let (sender, events) = unbounded();
        let handle = ChatHandle::new(sender, "https://banter.example");
        let root = document().create_element("div").unwrap();
        document().body().unwrap().append_child(&root).unwrap();
        let props = AppProps { context, handle };
        let app = yew::Renderer::<App>::with_root_and_props(root.clone(), props).render();
        let page = Self {
            dispatch,
            events,
            app,
            root,
        };
        // The message box takes the focus as soon as the room is there.
        let box_of_messages = page.wait_for("[data-testid=message-input]").await;
        wait_for_focus(&box_of_messages, "the focus at the message box").await;
        page
    }

    fn find(&self, selector: &str) -> Option<HtmlElement> {
        let found = self.root.query_selector(selector).unwrap();
        found.map(|found| found.dyn_into().unwrap())
    }

    async fn wait_for(&self, selector: &str) -> HtmlElement {
        wait_for(selector, || self.find(selector)).await
    }

    async fn wait_until_gone(&self, selector: &str) {
        wait_for("the end of it", || {
            self.find(selector).is_none().then_some(())
        })
        .await;
    }

    /// The next intent; other events are passed over.
    async fn intent(&mut self) -> RoomIntent {
        let events = &mut self.events;
        wait_for("an intent", || match events.try_recv() {
            Ok(Event::Input(Input::Intent(Intent::Room(_, intent)))) => Some(intent),
            Ok(_) | Err(_) => None,
        })
        .await
    }

    fn close(self) {
        self.app.destroy();
        self.root.remove();
    }
}

async fn wait_for_focus(element: &HtmlElement, what: &str) {
    let has_focus = || {
        document()
            .active_element()
            .is_some_and(|one| one == **element)
    };
    wait_for(what, || has_focus().then_some(())).await;
}

fn send(element: &HtmlElement, kind: &str) {
    let event = web_sys::Event::new(kind).unwrap();
    element.dispatch_event(&event).unwrap();
}

#[wasm_bindgen_test]
async fn a_dialog_takes_the_focus_and_gives_it_back_whichever_way_it_is_closed() {
    let page = Mounted::open().await;
    let button = page.wait_for("[data-testid=open-renew]").await;
    let dialog = "[data-testid=renew-invite]";
    for way in ["cross", "escape", "backdrop"] {
        button.focus().unwrap();
        button.click();
        let open = page.wait_for(dialog).await;
        wait_for_focus(
            &page.wait_for(".dialog-title").await,
            "the focus at the heading",
        )
        .await;
        assert!(open.matches(":modal").unwrap());
        // A press on the sheet closes nothing.
        page.wait_for(".dialog-sheet").await.click();
        match way {
            "cross" => page.wait_for(".dialog [aria-label=Close]").await.click(),
            "escape" => send(&open, "cancel"),
            _ => open.click(),
        }
        page.wait_until_gone(dialog).await;
        wait_for_focus(&button, way).await;
    }
    page.close();
}

/// The room that is shown.
fn shown(store: &mut ChatStore) -> &mut ShownRoom {
    let room = store.shown().cloned().unwrap();
    store.room_mut(&room)
}

#[wasm_bindgen_test]
async fn looking_at_somebody_pushes_intents_and_shows_what_comes_back() {
    let mut page = Mounted::open().await;
    let button = page.wait_for("[data-testid=peer] button").await;
    button.focus().unwrap();
    button.click();
    assert!(matches!(page.intent().await, RoomIntent::Inspect(peer) if peer == bo()));

    let show = |person: Option<PersonView>| {
        page.dispatch
            .reduce_mut(move |store| shown(store).inspected = person.map(Arc::new));
    };
    show(Some(person()));
    wait_for_focus(
        &page.wait_for(".dialog-title").await,
        "the focus at the heading",
    )
    .await;
    let compare = page.wait_for("[data-testid=compare-emoji]").await;
    compare.focus().unwrap();
    compare.click();
    show(Some(PersonView {
        emoji: EmojiView::Waiting,
        ..person()
    }));
    // The button is gone, and what came in its place has the focus.
    wait_for_focus(
        &page.wait_for(".emoji-state[data-state=waiting]").await,
        "the focus at the state",
    )
    .await;
    page.wait_for("[data-testid=toggle-verified]").await.click();
    send(
        &page.wait_for("[data-testid=person-dialog]").await,
        "cancel",
    );
    show(None);
    page.wait_until_gone(".dialog").await;
    wait_for_focus(&button, "the focus back at the person").await;

    assert!(matches!(page.intent().await, RoomIntent::CompareEmoji(peer) if peer == bo()));
    assert!(
        matches!(page.intent().await, RoomIntent::SetVerified { peer, verified: true } if peer == bo())
    );
    assert!(matches!(page.intent().await, RoomIntent::CloseInspection));
    page.close();
}

#[wasm_bindgen_test]
async fn who_is_asked_to_go_elsewhere_answers_by_a_press() {
    let mut page = Mounted::open().await;
    let by = Identity::from_seed(&[5; 32]).key();
    let asked = MoveView {
        by,
        name: "Bo".parse().unwrap(),
        badge: by.badge(),
        standing: Standing::Known,
        room: RoomId::private(5),
    };
    page.dispatch
        .reduce_mut(|store| shown(store).moves = Some(Arc::from([asked.clone()])));
    for (testid, expected) in [("accept-move", true), ("decline-move", false)] {
        let button = format!("[data-testid=move-invite] [data-testid={testid}]");
        page.wait_for(&button).await.click();
        let RoomIntent::AnswerMove {
            by: whom,
            room,
            accept,
        } = page.intent().await
        else {
            panic!("another intent")
        };
        assert_eq!((whom, room, accept), (by, asked.room.clone(), expected));
    }
    page.dispatch.reduce_mut(|store| shown(store).moves = None);
    page.wait_until_gone("[data-testid=move-invite]").await;
    page.close();
}

#[wasm_bindgen_test]
async fn a_new_invite_goes_to_those_who_stay_chosen() {
    let mut page = Mounted::open().await;
    for (presses, expected) in [(0, vec![bo()]), (1, vec![]), (2, vec![bo()])] {
        page.wait_for("[data-testid=open-renew]").await.click();
        for _ in 0..presses {
            page.wait_for(".dialog input[type=checkbox]").await.click();
        }
        page.wait_for("[data-testid=make-invite]").await.click();
        let RoomIntent::RenewInvite { invite, chosen } = page.intent().await else {
            panic!("another intent")
        };
        assert!(invite.is_private());
        assert_eq!(chosen, expected);
        page.wait_until_gone(".dialog").await;
    }
    page.close();
}
