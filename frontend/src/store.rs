//! What the components read: a projection of the engine's view. Only the driver writes it.

use std::{rc::Rc, sync::Arc};

use banter_protocol::{
    crypto::{IdentityKey, Invite},
    engine::{
        Arriving, ChatMessage, Gap, LockView, MoveView, Notice, PathPolicy, PeerView, PersonView,
        Privacy, SignalingStatus, ViewEvent,
    },
    ids::{PeerId, RoomId},
    names::PersonName,
};
use yewdux::prelude::*;

use crate::notice::PageNotice;

pub use crate::platform::theme::ThemeChoice;

/// Where the person is.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Phase {
    /// Choosing a name and a room.
    #[default]
    Lobby,
    /// In the lobby, until the browser has opened its storage.
    Opening,
    /// In the lobby, while the passphrase is being stretched.
    Unlocking,
    /// In the lobby, waiting to be let into this room.
    Joining(RoomId),
    /// In a room.
    InRoom(Rc<RoomSeat>),
}

/// The person's own place in a room.
#[derive(Clone, Debug, PartialEq)]
pub struct RoomSeat {
    /// The room.
    pub room: RoomId,
    /// The tab's id.
    pub me: PeerId,
    /// The person.
    pub name: PersonName,
    /// The person's own key.
    pub identity: IdentityKey,
    /// What the room protects.
    pub privacy: Privacy,
}

/// What the lobby's inputs hold before the person types: the name of the last visit, the room of the address.
/// It changes with Back and Forward, and the inputs with it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LobbyForm {
    /// For the name's input.
    pub name: String,
    /// For the room's input.
    pub room: String,
}

/// The whole state of the page. Cheap to clone: yewdux clones it for every event.
#[derive(Clone, Debug, Default, PartialEq, Store)]
pub struct ChatStore {
    /// Where the person is.
    pub phase: Phase,
    /// The invite of the room, to give to others.
    pub invite: Option<Rc<Invite>>,
    /// The messages of the room, oldest first.
    pub messages: Rc<Vec<Arc<ChatMessage>>>,
    /// How many messages were dropped since the room was entered, so that places in the log can be told from its beginning.
    pub dropped: usize,
    /// Where something may be missing among the messages.
    pub gaps: Option<Arc<[Gap]>>,
    /// Everybody else in the room.
    pub peers: Option<Arc<[Arc<PeerView>]>>,
    /// Those who have not proved who they are.
    pub arriving: Arriving,
    /// Everybody whom the person has verified.
    pub verified: Option<Arc<[IdentityKey]>>,
    /// Whether the room is locked.
    pub lock: LockView,
    /// Whom the person looks at closely.
    pub inspected: Option<Arc<PersonView>>,
    /// Who asks the person to go on elsewhere.
    pub moves: Option<Arc<[MoveView]>>,
    /// Who is typing.
    pub typing: Option<Arc<[PersonName]>>,
    /// How the page and the server stand.
    pub signaling: SignalingStatus,
    /// Something to tell the person.
    pub notice: Option<Notice>,
    /// Whether the browser has refused to keep something.
    pub forgetful: bool,
    /// Something to tell the person that the page found by itself; it goes before `notice`.
    pub page_notice: Option<PageNotice>,
    /// What the lobby begins with.
    pub lobby: Rc<LobbyForm>,
    /// The page's own build.
    pub build: Rc<str>,
    /// Whether the server has another one.
    pub update_ready: bool,
    /// Which ways connections may take.
    pub policy: PathPolicy,
    /// Whether the server offers a relay; unknown before the first room.
    pub relay_offered: Option<bool>,
    /// How the page looks.
    pub theme: ThemeChoice,
}

/// Carries one change of the engine's view into the store.
#[derive(Clone, Debug)]
pub struct Apply(pub ViewEvent);

impl Reducer<ChatStore> for Apply {
    fn apply(self, mut store: Rc<ChatStore>) -> Rc<ChatStore> {
        let state = Rc::make_mut(&mut store);
        match self.0 {
            ViewEvent::Joining(room) => state.phase = Phase::Joining(room),
            ViewEvent::Entered {
                room,
                me,
                name,
                identity,
                privacy,
                history,
            } => {
                state.phase = Phase::InRoom(Rc::new(RoomSeat {
                    room,
                    me,
                    name,
                    identity,
                    privacy,
                }));
                state.messages = Rc::new(history);
                state.dropped = 0;
                state.gaps = None;
            }
            ViewEvent::Renamed(me) => {
                if let Phase::InRoom(seat) = &mut state.phase {
                    Rc::make_mut(seat).me = me;
                }
            }
            ViewEvent::Left => {
                state.phase = Phase::Lobby;
                state.invite = None;
                state.messages = Rc::default();
                state.dropped = 0;
                state.gaps = None;
                state.peers = None;
                state.arriving = Arriving::default();
                state.verified = None;
                state.lock = LockView::default();
                state.inspected = None;
                state.moves = None;
                state.typing = None;
                state.signaling = SignalingStatus::default();
            }
            ViewEvent::MessageAdded(message) => Rc::make_mut(&mut state.messages).push(message),
            ViewEvent::MessagesDropped(gone) => {
                let messages = Rc::make_mut(&mut state.messages);
                for name in gone.iter() {
                    // What makes way is nearly always among the oldest.
                    let place = messages.iter().position(|it| (it.from, it.id) == *name);
                    if let Some(place) = place {
                        messages.remove(place);
                        state.dropped += 1;
                    }
                }
            }
            ViewEvent::Gaps(gaps) => state.gaps = Some(gaps),
            ViewEvent::MessageChanged(message) => {
                let messages = Rc::make_mut(&mut state.messages);
                // What changes is nearly always among the newest.
                if let Some(shown) = messages
                    .iter_mut()
                    .rev()
                    .find(|shown| shown.id == message.id && shown.from == message.from)
                {
                    *shown = message;
                }
            }
            ViewEvent::Peers(peers) => state.peers = Some(peers),
            ViewEvent::PeersChanged(changed) => {
                let now = |peer: &Arc<PeerView>| {
                    let changed = changed.iter().find(|it| it.id == peer.id);
                    Arc::clone(changed.unwrap_or(peer))
                };
                let peers = state.peers.as_deref().unwrap_or_default();
                state.peers = Some(peers.iter().map(now).collect());
            }
            ViewEvent::Unconfirmed(arriving) => state.arriving = arriving,
            ViewEvent::Verified(people) => state.verified = Some(people),
            ViewEvent::Lock(lock) => state.lock = lock,
            ViewEvent::Person(person) => state.inspected = person,
            ViewEvent::Moves(moves) => state.moves = Some(moves),
            // The page joins the room of the new invite.
            ViewEvent::InviteRenewed { .. } => {}
            ViewEvent::RelayOffered(offered) => state.relay_offered = Some(offered),
            ViewEvent::Typing(typing) => state.typing = Some(typing),
            ViewEvent::Signaling(status) => state.signaling = status,
            ViewEvent::Notice(notice) => {
                state.forgetful |= notice == Some(Notice::NoStorage);
                state.notice = notice;
            }
        }
        store
    }
}

/// Carries several changes into the store at once, so that they are drawn once.
#[derive(Clone, Debug)]
pub struct ApplyAll(pub Vec<ViewEvent>);

impl Reducer<ChatStore> for ApplyAll {
    fn apply(self, store: Rc<ChatStore>) -> Rc<ChatStore> {
        let events = self.0.into_iter();
        events.fold(store, |store, event| Apply(event).apply(store))
    }
}

/// A change that the page makes by itself.
#[derive(Clone, Debug)]
pub enum PageChange {
    /// The lobby begins with something else.
    Lobby(LobbyForm),
    /// A room is to be entered once the storage is open (`true`), or no more.
    Opening(bool),
    /// The passphrase is being stretched (`true`), or was of no use.
    Unlocking(bool),
    /// A room is being entered with this invite.
    Invite(Invite),
    /// The page's own build is known.
    Build(String),
    /// The server has another one.
    UpdateReady,
    /// Connections may take other ways.
    Paths(PathPolicy),
    /// The page looks different.
    Theme(ThemeChoice),
    /// There is something to tell, or nothing any more.
    Notice(Option<PageNotice>),
}

impl Reducer<ChatStore> for PageChange {
    fn apply(self, mut store: Rc<ChatStore>) -> Rc<ChatStore> {
        let state = Rc::make_mut(&mut store);
        match self {
            Self::Lobby(form) => state.lobby = Rc::new(form),
            Self::Opening(true) => state.phase = Phase::Opening,
            Self::Opening(false) => state.phase = Phase::Lobby,
            Self::Unlocking(true) => state.phase = Phase::Unlocking,
            Self::Unlocking(false) => state.phase = Phase::Lobby,
            Self::Invite(invite) => state.invite = Some(Rc::new(invite)),
            Self::Build(build) => state.build = build.into(),
            Self::UpdateReady => state.update_ready = true,
            Self::Paths(policy) => state.policy = policy,
            Self::Theme(choice) => state.theme = choice,
            Self::Notice(notice) => state.page_notice = notice,
        }
        store
    }
}

#[cfg(test)]
mod tests {
    use banter_protocol::{
        crypto::Identity,
        engine::{DeliveryStatus, Hearing, LinkState, Standing},
        ids::MessageId,
        names::ParseNameError,
        time::Timestamp,
    };

    use super::*;

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

    fn after(events: impl IntoIterator<Item = ViewEvent>, store: ChatStore) -> ChatStore {
        let store = events
            .into_iter()
            .fold(Rc::new(store), |store, event| Apply(event).apply(store));
        Rc::unwrap_or_clone(store)
    }

    fn entered(history: Vec<Arc<ChatMessage>>) -> ViewEvent {
        ViewEvent::Entered {
            room: "tea".parse().unwrap(),
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
            notice: Some(Notice::NoStorage),
            ..ChatStore::default()
        };
        let events = [
            entered(vec![message(1, 1, DeliveryStatus::Sent)]),
            ViewEvent::Signaling(SignalingStatus::Connected),
            ViewEvent::Peers(Arc::from([])),
            ViewEvent::Typing(Arc::from([])),
            ViewEvent::Moves(Arc::from([])),
            ViewEvent::Left,
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
            ViewEvent::MessageAdded(message(2, 1, DeliveryStatus::Sending)),
            ViewEvent::MessageChanged(message(1, 1, DeliveryStatus::Delivered)),
            // Of a message that is not shown.
            ViewEvent::MessageChanged(message(9, 1, DeliveryStatus::Failed)),
        ];
        let shown = after(events, ChatStore::default()).messages;
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
            ViewEvent::MessageAdded(said(6)),
            ViewEvent::MessagesDropped(Arc::from([name(1), name(3), name(99)])),
        ];
        let store = after(events, ChatStore::default());
        assert_eq!(*store.messages, [2, 4, 5, 6].map(said));
        assert_eq!(store.dropped, 2);
        assert_eq!(after([ViewEvent::Left], store).dropped, 0);
    }

    #[test]
    fn whoever_is_not_among_the_changed_keeps_their_row() {
        let peer = |number: u128, latency_ms| {
            Arc::new(PeerView {
                id: PeerId::from_random(number << 80),
                name: "Bo".parse().unwrap(),
                state: LinkState::Connected,
                latency_ms,
                path: None,
                obstacle: None,
                identity: None,
                standing: Standing::Known,
                badge: None,
                asks_to_compare: false,
                hearing: Hearing::Heard,
            })
        };
        let before: Arc<[_]> = (1..=64).map(|number| peer(number, Some(10))).collect();
        let events = [
            ViewEvent::Peers(Arc::clone(&before)),
            ViewEvent::PeersChanged(Arc::from([peer(7, Some(12))])),
        ];
        let after = after(events, ChatStore::default()).peers.unwrap();
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
            ViewEvent::Renamed(PeerId::from_random(5)),
        ];
        let Phase::InRoom(seat) = after(events, ChatStore::default()).phase else {
            panic!("the person is in a room")
        };
        assert_eq!(
            (seat.me, seat.name.as_str()),
            (PeerId::from_random(5), "Ada")
        );
    }
}
