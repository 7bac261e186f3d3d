//! What is said in the room: by the person and by others, as it is shown and kept, and how fast each of them is listened to.

mod absence;
mod clocks;
mod conversation;
mod numbers;
mod pace;
mod retention;
mod typing;

use std::sync::Arc;

pub(in crate::engine) use self::typing::Typing;
use self::{
    absence::Absence,
    clocks::Clocks,
    conversation::Conversation,
    pace::{Paces, Pacing},
};
use super::{
    roster::{Member, Outbox, Roster},
    trust::Author,
};
use crate::{
    crypto::{
        IdentityKey, SessionKey,
        entry::{Entry, EntryContent, SignedEntry},
    },
    engine::{
        ChatMessage, ConnectionId, DeliveryStatus, DropCause, Effect, Gap, Hearing, Io, Persist,
        Presence, StoredMessage, context::Context,
    },
    ids::{MessageId, PeerId, RoomId},
    message_text::MessageText,
    names::PersonName,
    peer::{Channel, PeerMessage},
    time::Timestamp,
};

/// See the module.
#[derive(Debug)]
pub(in crate::engine) struct Talk {
    room: RoomId,
    conversation: Conversation,
    typing: Typing,
    clocks: Clocks,
    absence: Absence,
    paces: Paces,
}

/// What the person says, with the entry that was signed for it.
#[derive(Debug)]
pub(in crate::engine) struct Said {
    pub(in crate::engine) id: MessageId,
    pub(in crate::engine) text: MessageText,
    pub(in crate::engine) timestamp: Timestamp,
    pub(in crate::engine) entry: SignedEntry,
}

impl Talk {
    /// Takes up what the tab kept of the room before a reload.
    pub(in crate::engine) fn new(
        room: RoomId,
        me: PeerId,
        history: Vec<StoredMessage>,
        presence: Option<Presence>,
    ) -> Self {
        Self {
            clocks: Clocks::after(&history),
            conversation: Conversation::new(room.clone(), me, history),
            room,
            typing: Typing::default(),
            absence: Absence::after(presence),
            paces: Paces::default(),
        }
    }

    /// Who has not acknowledged which message, in the order in which they were said, with their key where it is known.
    pub(in crate::engine) fn outstanding(&self) -> Vec<(PeerId, Option<IdentityKey>, MessageId)> {
        self.conversation.outstanding()
    }

    /// Says something to everybody.
    pub(in crate::engine) fn say(
        &mut self,
        said: Said,
        (name, identity): (&PersonName, IdentityKey),
        is_private: bool,
        roster: &mut Roster,
        cx: &mut Context<'_>,
    ) {
        let Said {
            id,
            text,
            timestamp,
            entry,
        } = said;
        self.clocks.note_own(timestamp);
        let message = ChatMessage {
            id,
            from: self.conversation.me(),
            name: name.as_str().to_owned(),
            author: Some(identity),
            own: true,
            text,
            timestamp,
            status: DeliveryStatus::Sending,
        };
        let now = cx.now;
        let (mut connected, mut later) = (Vec::new(), Vec::new());
        let owner = |(&peer, member): (&PeerId, &Member)| Some((peer, member.identity()?));
        let owners = roster.iter().filter_map(owner).collect();
        for (&peer, member) in roster.iter() {
            if member.passes() && member.link.is_connected(now) {
                connected.push(peer);
            } else if member.is_meant(now, is_private) {
                later.push(peer);
            }
        }
        self.conversation
            .compose(message, entry, connected, later, owners);
        let meant = |member: &Member| member.is_meant(now, is_private);
        for (&peer, member) in roster.iter_mut().filter(|(_, member)| meant(member)) {
            if let Some(given_up) = member.outbox.push(id) {
                self.conversation.handle_given_up(peer, given_up, cx.io);
            }
            pump(&mut self.conversation, peer, member, cx.io);
        }
        self.conversation.announce(id, cx.io);
        self.handle_own_typing(false, roster, cx);
    }

    pub(in crate::engine) fn handle_own_typing(
        &mut self,
        holds_text: bool,
        roster: &Roster,
        cx: &mut Context<'_>,
    ) {
        if let Some(typing) = self.typing.handle_own(cx.now, holds_text) {
            roster.tell(&PeerMessage::TypingIndicator { typing }, cx.io);
        }
    }

    pub(in crate::engine) fn handle_typing(&mut self, now: Timestamp, peer: PeerId, typing: bool) {
        self.typing.handle_peer(now, peer, typing);
    }

    pub(in crate::engine) fn typing(&self) -> &Typing {
        &self.typing
    }

    /// Shows what somebody said.
    pub(in crate::engine) fn show(&mut self, entry: Entry, author: &Author, cx: &mut Context<'_>) {
        let (id, text) = match entry.content {
            EntryContent::ChatMessage { id, text } => (id, text),
            EntryContent::Unknown { .. } => {
                self.conversation.note(entry.session, entry.number);
                return;
            }
        };
        self.typing.handle_peer(cx.now, author.peer, false);
        let timestamp = self.clocks.judge(author.peer, entry.time, cx.wall);
        let message = ChatMessage {
            id,
            from: author.peer,
            name: author.name.as_str().to_owned(),
            author: Some(author.identity),
            own: false,
            text,
            timestamp,
            status: DeliveryStatus::Delivered,
        };
        let source = (entry.session, entry.number);
        self.conversation.handle_message(message, source, cx.io);
    }

    /// Somebody has an own message: the next ones may follow.
    pub(in crate::engine) fn handle_delivered(
        &mut self,
        peer: PeerId,
        id: MessageId,
        member: &mut Member,
        io: &mut Io,
    ) {
        if member.outbox.handle_delivered(id) {
            if let Some(person) = member.identity() {
                self.paces.handle_answer(&person);
            }
            self.conversation.handle_delivered(peer, id, io);
            self.pump(peer, member, io);
        } else {
            io.drop_for(DropCause::Untimely);
        }
    }

    /// Puts on somebody's connection what waits for them and fits.
    pub(in crate::engine) fn pump(&mut self, peer: PeerId, member: &mut Member, io: &mut Io) {
        pump(&mut self.conversation, peer, member, io);
    }

    /// Somebody has proved who they are: what waits under their id for another person is not for them.
    pub(in crate::engine) fn claim_outbox(
        &mut self,
        peer: PeerId,
        identity: IdentityKey,
        member: &mut Member,
        io: &mut Io,
    ) {
        for id in member.outbox.claim(identity) {
            self.conversation.handle_given_up(peer, id, io);
        }
    }

    /// Somebody who is gone gets nothing more.
    pub(in crate::engine) fn give_up(&mut self, peer: PeerId, outbox: Outbox, io: &mut Io) {
        for id in outbox.into_messages() {
            self.conversation.handle_parted(peer, id, io);
        }
    }

    /// Own messages wait for those alone whose connections take something.
    pub(in crate::engine) fn settle(&mut self, roster: &mut Roster, cx: &mut Context<'_>) {
        if !self.conversation.is_sending() {
            return;
        }
        let mut taking: Vec<PeerId> = Vec::new();
        for (peer, outbox) in roster.outboxes(cx.now) {
            if !outbox.is_stalled(cx.now) {
                taking.push(peer);
            }
        }
        let takes = |peer: PeerId| taking.binary_search(&peer).is_ok();
        self.conversation.settle(takes, cx.io);
    }

    /// From now on this tab speaks under another id.
    pub(in crate::engine) fn rename(&mut self, me: PeerId) {
        self.conversation.rename(me);
    }

    /// What was said with another session goes on with this one.
    pub(in crate::engine) fn sign_again(
        &mut self,
        session: SessionKey,
        sign: impl FnMut(EntryContent, Timestamp, &mut Io) -> SignedEntry,
        io: &mut Io,
    ) {
        self.conversation.sign_again(session, sign, io);
    }

    /// Somebody is in the room.
    pub(in crate::engine) fn handle_listed(&mut self, peer: PeerId, wall: Timestamp) {
        self.clocks.meet(peer, wall);
    }

    /// Somebody said something, if only that they are there.
    pub(in crate::engine) fn handle_heard(&mut self, peer: PeerId, wall: Timestamp) {
        self.clocks.hear(peer, wall);
    }

    /// The server has given a seat, with so many others there. Gives whether something may be missing of what was said before.
    pub(in crate::engine) fn handle_seated(
        &mut self,
        others: usize,
        roster: &Roster,
        wall: Timestamp,
    ) -> bool {
        let before = roster.iter();
        let silent = before.filter_map(|(&peer, _)| self.clocks.unheard_since(peer, wall));
        // After a reload nobody was heard since what was shown last.
        let unheard = if roster.len() == 0 {
            Some(self.clocks.latest())
        } else {
            silent.min()
        };
        let last = self.conversation.last();
        self.absence.handle_seated(wall, others, unheard, last)
    }

    /// The server said something to this tab in its seat.
    pub(in crate::engine) fn handle_server(&mut self, wall: Timestamp, others: usize) {
        self.absence.handle_server(wall, others);
    }

    /// The page or the machine slept until now.
    pub(in crate::engine) fn handle_woken(&mut self, wall: Timestamp) {
        self.absence.handle_woken(wall);
    }

    pub(in crate::engine) fn gaps(&self) -> &[Gap] {
        self.absence.gaps()
    }

    /// Keeps what was put off.
    pub(in crate::engine) fn save(&mut self, io: &mut Io) {
        self.conversation.save(io);
    }

    /// Keeps for a reload how this tab is in the room.
    pub(in crate::engine) fn keep_presence(&self, io: &mut Io) {
        let (room, presence) = (self.room.clone(), self.absence.presence());
        io.push(Effect::Persist(Persist::Presence(room, presence)));
    }

    /// A frame of somebody, or of a connection that has not proved whose it is. Gives it back where it is to be read now.
    pub(in crate::engine) fn admit(
        &mut self,
        person: Option<IdentityKey>,
        connection: ConnectionId,
        (channel, frame): (Channel, String),
        cx: &mut Context<'_>,
    ) -> Option<String> {
        let Some(person) = person else {
            return Some(frame);
        };
        if channel == Channel::Live {
            let is_read = self.paces.admits_live(cx.now, person);
            if !is_read {
                cx.io.drop_for(DropCause::Flood);
            }
            return is_read.then_some(frame);
        }
        let before = self.paces.hearing(Some(person));
        let frame = match self.paces.admit(cx.now, person, connection, frame) {
            Pacing::Read(frame) => Some(frame),
            Pacing::Held => None,
            Pacing::JustMuted | Pacing::Dropped => {
                cx.io.drop_for(DropCause::Flood);
                None
            }
        };
        for _ in 0..self.paces.take_unread() {
            cx.io.drop_for(DropCause::Flood);
        }
        cx.io.peers_changed |= self.paces.hearing(Some(person)) != before;
        frame
    }

    /// Whether something that waits may be read now, or somebody be heard again.
    pub(in crate::engine) fn is_pace_due(&self, now: Timestamp) -> bool {
        self.paces.poll_timeout().is_some_and(|due| due <= now)
    }

    /// Of how many people something waits.
    pub(in crate::engine) fn waiting(&self) -> usize {
        self.paces.waiting()
    }

    /// The next frame that has waited for long enough.
    pub(in crate::engine) fn next_held(
        &mut self,
        now: Timestamp,
        hidden: bool,
    ) -> Option<(ConnectionId, String)> {
        self.paces.next(now, hidden)
    }

    /// Who has calmed down.
    pub(in crate::engine) fn calmed_down(&mut self, now: Timestamp) -> Vec<IdentityKey> {
        self.paces.handle_timeout(now)
    }

    /// The person does not want to wait until somebody calms down. Gives whether they were muted.
    pub(in crate::engine) fn forgive(&mut self, now: Timestamp, person: &IdentityKey) -> bool {
        self.paces.forgive(now, person)
    }

    pub(in crate::engine) fn hearing(&self, person: Option<IdentityKey>) -> Hearing {
        self.paces.hearing(person)
    }

    pub(in crate::engine) fn poll_timeout(&self) -> Option<Timestamp> {
        let typing = self.typing.poll_timeout().into_iter();
        typing
            .chain(self.conversation.poll_timeout())
            .chain(self.paces.poll_timeout())
            .min()
    }

    pub(in crate::engine) fn handle_timeout(&mut self, cx: &mut Context<'_>) {
        self.typing.handle_timeout(cx.now);
        self.conversation.handle_timeout(cx.now, cx.io);
    }
}

/// Puts on somebody's connection what waits for them and fits.
fn pump(conversation: &mut Conversation, peer: PeerId, member: &mut Member, io: &mut Io) {
    let Some(connection) = member.link.connection().filter(|_| member.passes()) else {
        return;
    };
    while let Some(id) = member.outbox.next_message() {
        let Some(frames) = conversation.frames(id) else {
            member.outbox.skip();
            continue;
        };
        let bytes = frames.iter().map(String::len).sum();
        member.outbox.handle_sent(bytes);
        io.send_frames(connection, frames);
        conversation.handle_sent(peer, id, io);
    }
}

/// As they are shown.
pub(in crate::engine) fn shown(history: &[StoredMessage]) -> Vec<Arc<ChatMessage>> {
    let messages = history.iter().map(|stored| &stored.message);
    messages.map(|message| Arc::new(message.clone())).collect()
}
