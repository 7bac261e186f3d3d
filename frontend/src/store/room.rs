//! What the components read of one room.

use std::{rc::Rc, sync::Arc};

use banter_protocol::{
    crypto::{IdentityKey, Invite},
    engine::{
        Arriving, ChatMessage, Gap, LinkState, LockView, MoveView, Notice, PeerView, PersonView,
        Privacy, RoomEvent, SignalingStatus,
    },
    ids::{MessageId, PeerId, RoomId},
    names::PersonName,
};

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

/// A room that the person is in, or waits to be let into.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ShownRoom {
    /// The person's place; `None` until they are let in.
    pub seat: Option<Rc<RoomSeat>>,
    /// The invite, to give to others.
    pub invite: Option<Rc<Invite>>,
    /// The messages, oldest first.
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
}

impl ShownRoom {
    /// How many of the others have an open link.
    pub fn linked(&self) -> usize {
        let peers = self.peers.as_deref().unwrap_or_default();
        let is_linked = |peer: &&Arc<PeerView>| peer.state == LinkState::Connected;
        peers.iter().filter(is_linked).count()
    }

    /// Takes in a change of what is seen of it; that it is entered, left or told of a relay is the store's.
    pub(super) fn apply(&mut self, room: &RoomId, event: RoomEvent) {
        match event {
            RoomEvent::Entered {
                me,
                name,
                identity,
                privacy,
                history,
            } => {
                self.seat = Some(Rc::new(RoomSeat {
                    room: room.clone(),
                    me,
                    name,
                    identity,
                    privacy,
                }));
                self.messages = Rc::new(history);
                self.dropped = 0;
                self.gaps = None;
            }
            RoomEvent::Renamed(me) => {
                if let Some(seat) = &mut self.seat {
                    Rc::make_mut(seat).me = me;
                }
            }
            RoomEvent::MessageAdded(message) => Rc::make_mut(&mut self.messages).push(message),
            RoomEvent::MessagesDropped(gone) => self.drop_messages(&gone),
            RoomEvent::Gaps(gaps) => self.gaps = Some(gaps),
            RoomEvent::MessageChanged(message) => {
                let messages = Rc::make_mut(&mut self.messages);
                // What changes is nearly always among the newest.
                if let Some(shown) = messages
                    .iter_mut()
                    .rev()
                    .find(|shown| shown.id == message.id && shown.from == message.from)
                {
                    *shown = message;
                }
            }
            RoomEvent::Peers(peers) => self.peers = Some(peers),
            RoomEvent::PeersChanged(changed) => {
                let now = |peer: &Arc<PeerView>| {
                    let changed = changed.iter().find(|it| it.id == peer.id);
                    Arc::clone(changed.unwrap_or(peer))
                };
                let peers = self.peers.as_deref().unwrap_or_default();
                self.peers = Some(peers.iter().map(now).collect());
            }
            RoomEvent::Unconfirmed(arriving) => self.arriving = arriving,
            RoomEvent::Verified(people) => self.verified = Some(people),
            RoomEvent::Lock(lock) => self.lock = lock,
            RoomEvent::Person(person) => self.inspected = person,
            RoomEvent::Moves(moves) => self.moves = Some(moves),
            RoomEvent::Typing(typing) => self.typing = Some(typing),
            RoomEvent::Signaling(status) => self.signaling = status,
            RoomEvent::Notice(notice) => self.notice = notice,
            // The page joins the room of the new invite.
            RoomEvent::InviteRenewed { .. }
            | RoomEvent::Joining
            | RoomEvent::Left
            | RoomEvent::RelayOffered(_) => {}
        }
    }

    fn drop_messages(&mut self, gone: &[(PeerId, MessageId)]) {
        let messages = Rc::make_mut(&mut self.messages);
        for name in gone {
            // What makes way is nearly always among the oldest.
            let place = messages.iter().position(|it| (it.from, it.id) == *name);
            if let Some(place) = place {
                messages.remove(place);
                self.dropped += 1;
            }
        }
    }
}
