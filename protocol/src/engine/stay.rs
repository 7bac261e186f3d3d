//! One stay in a room: the session with the server, the members and their links, and what is said.

use std::{collections::BTreeMap, sync::Arc};

use super::{
    ChatMessage, ConnectionId, DeliveryStatus, Effect, Io, JoinIntent, OpId, PathPolicy, Persist,
    SocketEvent, SocketId, TabKeys, ViewEvent,
    absence::Absence,
    admission::Admission,
    audit::Audit,
    clocks::Clocks,
    conversation::Conversation,
    inspected::Inspected,
    link::PeerKeys,
    member::Member,
    moving::Moves,
    outbox::Outbox,
    pace::Paces,
    people::People,
    session::{Session, Ticket},
    typing::Typing,
    vault::Vault,
};
use crate::{
    crypto::{SessionKey, entry::EntryContent},
    ids::{MessageId, PeerId, RoomId},
    limits,
    names::PersonName,
    peer::{MessageText, PeerMessage},
    signaling::IceServer,
    time::Timestamp,
};

/// What the engine lends a stay while it handles an input.
pub(super) struct StayContext<'a> {
    pub(super) now: Timestamp,
    /// What people call the time.
    pub(super) wall: Timestamp,
    pub(super) hidden: bool,
    pub(super) policy: PathPolicy,
    pub(super) page: u64,
    pub(super) offers: &'a mut u64,
    pub(super) io: &'a mut Io,
}

/// See the module.
#[derive(Debug)]
pub(super) struct Stay {
    pub(super) session: Session,
    pub(super) name: PersonName,
    pub(super) members: BTreeMap<PeerId, Member>,
    pub(super) conversation: Conversation,
    pub(super) typing: Typing,
    pub(super) clocks: Clocks,
    pub(super) absence: Absence,
    /// What those who left have not acknowledged, should they come back.
    pub(super) parked: BTreeMap<PeerId, Outbox>,
    /// The keys of those who left, should they come back: the server says who leaves, and what it recorded must stay old.
    pub(super) parked_keys: BTreeMap<SessionKey, PeerKeys>,
    pub(super) ice_servers: Arc<[IceServer]>,
    /// The person was told that the server cannot be reached.
    pub(super) unreachable_told: bool,
    /// Whether the server offers a relay, as the page was told.
    pub(super) relay_told: Option<bool>,
    /// The person was told that nobody can be linked without one.
    pub(super) no_relay_told: bool,
    /// The person was told that the room is locked.
    pub(super) locked_told: bool,
    /// What to show on entering; `None` once the person is in the room.
    pub(super) history: Option<Vec<Arc<ChatMessage>>>,
    pub(super) vault: Vault,
    pub(super) admission: Admission,
    pub(super) people: People,
    pub(super) audit: Audit,
    pub(super) paces: Paces,
    /// When to tell others which entries are here.
    pub(super) heads_due: Option<Timestamp>,
    /// The server gave the seat to another socket. A server that lies parts nobody by it: as long as links work, this tab stays
    /// who it is, and asks for its seat again.
    pub(super) replaced: bool,
    /// Who asks the person to go on elsewhere.
    pub(super) moves: Moves,
    pub(super) inspected: Option<Inspected>,
}

/// Lends a link what it needs, out of disjoint parts of the stay.
macro_rules! link_context {
    ($stay:ident, $cx:ident) => {
        $crate::engine::link::LinkContext {
            now: $cx.now,
            me: $stay.session.ticket().peer_id,
            session: &$stay.session,
            vault: &$stay.vault,
            admission: &$stay.admission,
            hidden: $cx.hidden,
            policy: $cx.policy,
            ice_servers: &$stay.ice_servers,
            page: $cx.page,
            offers: $cx.offers,
            io: $cx.io,
        }
    };
}
pub(super) use link_context;

impl Stay {
    pub(super) fn enter(intent: JoinIntent, online: bool, cx: &mut StayContext<'_>) -> Self {
        // Others know this tab's id with its session key; one without the other is of no use where somebody is waiting for
        // both.
        let peer_id = intent
            .peer_id
            .filter(|_| {
                let (keys, person) = (intent.keys.as_ref(), intent.identity.key());
                keys.is_some_and(|keys| keys.is_usable_by(&person)) || intent.resume.is_none()
            })
            .unwrap_or_else(|| PeerId::from_random(cx.io.random.next_u128()));
        let vault = Vault::open(cx.now, &intent, peer_id, cx.io);
        let display_name = vault.display_name();
        let JoinIntent {
            invite,
            name,
            resume,
            history,
            people,
            lock,
            moves,
            presence,
            ..
        } = intent;
        let room = invite.room().clone();
        let people = People::new(room.clone(), invite.is_private(), people);
        let shown = history
            .iter()
            .map(|stored| Arc::new(stored.message.clone()))
            .collect();
        let clocks = Clocks::after(&history);
        let conversation = Conversation::new(room.clone(), peer_id, history);
        let mut parked: BTreeMap<PeerId, Outbox> = BTreeMap::new();
        for (peer, owner, id) in conversation.outstanding() {
            let outbox = parked.entry(peer).or_insert_with(|| Outbox::of(owner));
            outbox.push(id);
        }
        cx.io.notify(ViewEvent::Joining(room.clone()));
        let ticket = Ticket {
            room,
            peer_id,
            display_name,
            resume,
        };
        let mut stay = Self {
            session: Session::start(cx.now, ticket, online, cx.io),
            name,
            members: BTreeMap::new(),
            conversation,
            typing: Typing::default(),
            clocks,
            absence: Absence::after(presence),
            parked,
            parked_keys: BTreeMap::new(),
            ice_servers: Arc::from([]),
            unreachable_told: false,
            relay_told: None,
            no_relay_told: false,
            locked_told: false,
            history: Some(shown),
            vault,
            admission: Admission::new(lock),
            people,
            audit: Audit::default(),
            paces: Paces::default(),
            heads_due: None,
            replaced: false,
            moves: Moves::new(moves),
            inspected: None,
        };
        stay.sign_again(cx.io);
        stay
    }

    pub(super) fn room(&self) -> &RoomId {
        &self.session.ticket().room
    }

    pub(super) fn me(&self) -> PeerId {
        self.session.ticket().peer_id
    }

    pub(super) fn is_entered(&self) -> bool {
        self.history.is_none()
    }

    /// Says something to everybody.
    pub(super) fn say(
        &mut self,
        text: MessageText,
        timestamp: Timestamp,
        cx: &mut StayContext<'_>,
    ) {
        let id = MessageId::from_random(cx.io.random.next_u128());
        self.clocks.note_own(timestamp);
        let content = EntryContent::ChatMessage {
            id,
            text: text.clone(),
        };
        let entry = self.vault.sign(content, timestamp, cx.io);
        let message = ChatMessage {
            id,
            from: self.me(),
            name: self.name.as_str().to_owned(),
            author: Some(self.vault.identity()),
            own: true,
            text,
            timestamp,
            status: DeliveryStatus::Sending,
        };
        let (now, is_private) = (cx.now, self.vault.is_private());
        let (mut connected, mut later) = (Vec::new(), Vec::new());
        let owner = |(&peer, member): (&PeerId, &Member)| Some((peer, member.identity()?));
        let owners = self.members.iter().filter_map(owner).collect();
        for (&peer, member) in &self.members {
            if member.passes() && member.link.is_connected(now) {
                connected.push(peer);
            } else if member.is_meant(now, is_private) {
                later.push(peer);
            }
        }
        self.conversation
            .compose(message, entry, connected, later, owners);
        let meant = |member: &Member| member.is_meant(now, is_private);
        for (&peer, member) in self.members.iter_mut().filter(|(_, member)| meant(member)) {
            member.queue(peer, id, &mut self.conversation, cx.io);
            member.pump(peer, &mut self.conversation, cx.io);
        }
        self.conversation.announce(id, cx.io);
        self.handle_own_typing(false, cx);
    }

    pub(super) fn handle_own_typing(&mut self, holds_text: bool, cx: &mut StayContext<'_>) {
        if let Some(typing) = self.typing.handle_own(cx.now, holds_text) {
            for member in self.members.values() {
                member.tell(&PeerMessage::TypingIndicator { typing }, cx.io);
            }
        }
    }

    pub(super) fn handle_socket(
        &mut self,
        socket: SocketId,
        event: SocketEvent,
        cx: &mut StayContext<'_>,
    ) -> Verdict {
        let is_word = matches!(event, SocketEvent::Frame(_));
        let was_joined = self.session.is_joined();
        let verdict = match self.session.handle_socket(cx.now, socket, event, cx.io) {
            Some(event) => self.handle_session(event, cx),
            None => Verdict::Stays,
        };
        if is_word && was_joined && self.session.is_joined() {
            self.absence.handle_server(cx.wall, self.members.len());
        }
        verdict
    }

    pub(super) fn handle_op(
        &mut self,
        op: OpId,
        result: &Result<String, String>,
        cx: &mut StayContext<'_>,
    ) {
        for member in self.members.values_mut() {
            member
                .link
                .handle_op(op, result, &mut link_context!(self, cx));
        }
    }

    /// Silence until now proves nothing.
    pub(super) fn excuse(&mut self, cx: &StayContext<'_>) {
        for member in self.members.values_mut() {
            member.link.excuse(cx.now, cx.hidden);
        }
    }

    pub(super) fn poll_timeout(&self, now: Timestamp) -> Timestamp {
        let signaling = self.session.is_joined();
        let links = self
            .members
            .values()
            .filter_map(|m| m.link.poll_timeout(now, signaling));
        links
            .chain(self.typing.poll_timeout())
            .chain(self.heads_due)
            .chain(self.conversation.poll_timeout())
            .chain(self.paces.poll_timeout())
            .chain([self.vault.poll_timeout()])
            .fold(self.session.poll_timeout(), Timestamp::min)
    }

    pub(super) fn handle_timeout(&mut self, cx: &mut StayContext<'_>) -> Verdict {
        self.typing.handle_timeout(cx.now);
        if self.replaced && !self.has_links(cx.now) {
            self.take_new_id(cx);
        }
        self.listen(cx);
        self.conversation.handle_timeout(cx.now, cx.io);
        self.renew_epoch(cx);
        if self.heads_due.is_some_and(|due| due <= cx.now) {
            self.tell_heads(cx);
        }
        let verdict = match self.session.handle_timeout(cx.now, cx.io) {
            Some(event) => self.handle_session(event, cx),
            None => Verdict::Stays,
        };
        for member in self.members.values_mut() {
            member.link.handle_timeout(&mut link_context!(self, cx));
        }
        self.settle(cx);
        // Whom the server does not list stays as long as their link works, and no longer.
        if self.session.is_joined() {
            let now = cx.now;
            let gone = |member: &Member| !member.listed && member.link.needs_connection(now);
            self.remove_members(gone, cx.io);
        }
        verdict
    }

    /// Says good-bye to everybody. Gives the connections, to be closed a little later so that the words arrive.
    pub(super) fn leave(mut self, io: &mut Io) -> Vec<ConnectionId> {
        self.conversation.save(io);
        self.vault.put_down(io);
        let (room, peer_id) = (self.room().clone(), self.me());
        let mut connections = Vec::new();
        for member in self.members.into_values() {
            if let Some(connection) = member.link.close(io) {
                io.send_peer(connection, &PeerMessage::Bye {});
                connections.push(connection);
            }
        }
        self.session.leave(io);
        if !self.moves.is_empty() {
            io.push(Effect::Persist(Persist::Moves(room.clone(), Vec::new())));
        }
        io.push(Effect::Persist(Persist::Seat {
            room,
            peer_id,
            resume: None,
        }));
        connections
    }

    /// The page goes away, perhaps for ever: the last words, and nothing else changes.
    pub(super) fn say_bye(&mut self, io: &mut Io) {
        self.conversation.save(io);
        self.keep_presence(io);
        self.session.say_leave(io);
        self.vault.put_down(io);
        for member in self.members.values() {
            if let Some(connection) = member.link.connection() {
                io.send_peer(connection, &PeerMessage::Bye {});
            }
        }
    }

    /// The page is back after [`Stay::say_bye`].
    ///
    /// `kept` are the tab's keys as it stored them: where another page of the tab went on with them meanwhile, this one must not.
    pub(super) fn return_from_bye(&mut self, kept: Option<&TabKeys>, cx: &mut StayContext<'_>) {
        if kept.is_some_and(|kept| !self.vault.is_where(kept)) {
            self.take_new_id(cx);
            return;
        }
        self.remove_members(|_| true, cx.io);
        let me = self.me();
        self.vault.renew(cx.now, cx.io);
        self.session.set_display_name(self.vault.display_name());
        self.session.rename(cx.now, me, cx.io);
    }

    /// A key that is announced for long is a key that opens much: renews and wipes, and tells everybody.
    fn renew_epoch(&mut self, cx: &mut StayContext<'_>) {
        if cx.now < self.vault.poll_timeout() {
            return;
        }
        let renewed = self.vault.handle_timeout(cx.now, cx.io);
        if renewed {
            self.session.set_display_name(self.vault.display_name());
        }
        let announcement = self.vault.sealed(self.vault.epoch()).to_owned();
        let message = PeerMessage::Announcement { announcement };
        self.parked_keys.retain(|_, keys| {
            keys.wipe(&self.vault);
            keys.has_pairs()
        });
        for member in self.members.values_mut() {
            member.link.keys.wipe(&self.vault);
            if let Some(connection) = member.link.connection().filter(|_| renewed) {
                cx.io.send_peer(connection, &message);
            }
        }
    }

    pub(super) fn has_links(&self, now: Timestamp) -> bool {
        let mut members = self.members.values();
        members.any(|member| member.link.is_connected(now))
    }

    pub(super) fn remove_member(&mut self, peer: PeerId, io: &mut Io) {
        let Some(mut member) = self.members.remove(&peer) else {
            return;
        };
        Self::park_keys(&mut self.parked_keys, &mut member.link.keys);
        if let Some(connection) = member.link.close(io) {
            io.push(Effect::CloseConnection(connection));
        }
        if !member.outbox.is_empty() {
            self.park(peer, member.outbox, io);
        }
        self.typing.handle_peer(Timestamp::default(), peer, false);
        io.peers_changed = true;
    }

    /// Nothing is kept of whom this side never sealed or opened anything for.
    pub(super) fn park_keys(parked: &mut BTreeMap<SessionKey, PeerKeys>, keys: &mut PeerKeys) {
        if let Some((session, keys)) = keys.put_away()
            && keys.has_pairs()
            && parked.len() < limits::ROOM_MEMBERS
        {
            parked.insert(session, keys);
        }
    }

    pub(super) fn remove_members(&mut self, gone: impl Fn(&Member) -> bool, io: &mut Io) {
        let peers: Vec<_> = self
            .members
            .iter()
            .filter(|(_, member)| gone(member))
            .map(|(&peer, _)| peer)
            .collect();
        for peer in peers {
            self.remove_member(peer, io);
        }
    }
}

/// Whether the stay goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Stays,
    /// The server refuses this person; the lobby says why.
    Refused(crate::signaling::ErrorCode),
}
