//! What the components read: a projection of the engine's view. Only the driver writes it.

use std::{rc::Rc, sync::Arc};

use banter_protocol::{
    engine::{ChatMessage, Notice, PeerView, SignalingStatus, ViewEvent},
    ids::{PeerId, RoomId},
    names::PersonName,
};
use yewdux::prelude::*;

/// Where the person is.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Phase {
    /// Choosing a name and a room.
    #[default]
    Lobby,
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
}

/// The whole state of the page. Cheap to clone: yewdux clones it for every event.
#[derive(Clone, Debug, Default, PartialEq, Store)]
pub struct ChatStore {
    /// Where the person is.
    pub phase: Phase,
    /// The messages of the room, oldest first.
    pub messages: Rc<Vec<Arc<ChatMessage>>>,
    /// Everybody else in the room.
    pub peers: Option<Arc<[PeerView]>>,
    /// Who is typing.
    pub typing: Option<Arc<[PersonName]>>,
    /// How the page and the server stand.
    pub signaling: SignalingStatus,
    /// Something to tell the person.
    pub notice: Option<Notice>,
}

/// Carries one change of the engine's view into the store.
#[derive(Clone, Debug)]
pub struct Apply(pub ViewEvent);

impl Reducer<ChatStore> for Apply {
    fn apply(self, mut store: Rc<ChatStore>) -> Rc<ChatStore> {
        let state = Rc::make_mut(&mut store);
        match self.0 {
            ViewEvent::Joining(room) => state.phase = Phase::Joining(room),
            ViewEvent::Entered { room, me, name, history } => {
                state.phase = Phase::InRoom(Rc::new(RoomSeat { room, me, name }));
                state.messages = Rc::new(history);
            }
            ViewEvent::Renamed(me) => {
                if let Phase::InRoom(seat) = &mut state.phase {
                    Rc::make_mut(seat).me = me;
                }
            }
            ViewEvent::Left => {
                *state = ChatStore { notice: state.notice, ..ChatStore::default() };
            }
            ViewEvent::MessageAdded(message) => Rc::make_mut(&mut state.messages).push(message),
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
            ViewEvent::Typing(typing) => state.typing = Some(typing),
            ViewEvent::Signaling(status) => state.signaling = status,
            ViewEvent::Notice(notice) => state.notice = notice,
        }
        store
    }
}
