//! Somebody else in the room, as this side knows them.

use super::{
    Arriving, EmojiView, Hearing, Io, PeerView, Standing, comparing::Comparing,
    conversation::Conversation, link::Link, outbox::Outbox, reach::Outlook,
};
use crate::{
    crypto::{Announcement, IdentityKey, SessionKey},
    ids::{MessageId, PeerId},
    names::{PersonName, skeleton},
    peer::PeerMessage,
    signaling::PeerInfo,
    time::Timestamp,
};

#[derive(Debug)]
pub(super) struct Member {
    pub(super) name: PersonName,
    /// The name as the eye reads it.
    pub(super) skeleton: String,
    pub(super) joined_at: Timestamp,
    pub(super) link: Link,
    pub(super) outbox: Outbox,
    /// Whether the server lists them. Where it was restarted it may not know them yet.
    pub(super) listed: bool,
    /// The server cannot reach them, though it keeps their seat: they are away until something comes of them.
    pub(super) away: bool,
    /// Whose keys they have proved over a connection.
    proved: Option<(IdentityKey, SessionKey)>,
    pub(super) standing: Standing,
    pub(super) comparing: Comparing,
    /// When this side last answered what they hold with evidence; an entry may be long.
    pub(super) last_evidence: Option<Timestamp>,
}

impl Member {
    pub(super) fn new(me: PeerId, info: &PeerInfo, name: PersonName, outbox: Outbox) -> Self {
        Self {
            skeleton: skeleton(name.as_str()),
            name,
            joined_at: info.joined_at,
            link: Link::new(me, info.id),
            outbox,
            listed: true,
            away: false,
            proved: None,
            standing: Standing::Unconfirmed,
            comparing: Comparing::default(),
            last_evidence: None,
        }
    }

    pub(super) fn rename(&mut self, name: PersonName) {
        self.skeleton = skeleton(name.as_str());
        self.name = name;
    }

    /// Counts in somebody who is not in the list, where they have answered and proved nothing yet.
    pub(super) fn count_arriving(&self, outlook: Outlook, arriving: &mut Arriving) {
        if self.proved.is_some() {
        } else if self.link.is_stuck(outlook) {
            arriving.stuck += 1;
            arriving.obstacle = self.link.obstacle(outlook);
        } else if self.link.is_arriving() {
            arriving.connecting += 1;
        }
    }

    /// Their key, once they have proved it.
    pub(super) fn identity(&self) -> Option<IdentityKey> {
        self.proved.map(|(identity, _)| identity)
    }

    /// What they sign with, once they have proved it.
    pub(super) fn session(&self) -> Option<SessionKey> {
        self.proved.map(|(_, session)| session)
    }

    /// A connection has proved whose it is, and who goes by this name.
    pub(super) fn confirm(
        &mut self,
        announcement: &Announcement,
        name: PersonName,
        standing: Standing,
    ) {
        self.rename(name);
        let proved = (announcement.identity, announcement.session);
        if self
            .proved
            .replace(proved)
            .is_some_and(|before| before.0 != proved.0)
        {
            self.comparing = Comparing::default();
        }
        self.standing = standing;
        self.comparing.reset();
        self.away = false;
        self.outbox.handle_reconnected();
    }

    /// Somebody else speaks under their peer id now.
    pub(super) fn forget(&mut self) {
        self.proved = None;
        self.standing = Standing::Unconfirmed;
        self.comparing = Comparing::default();
    }

    /// Whether what is said passes between the two.
    pub(super) fn passes(&self) -> bool {
        match self.standing {
            Standing::Known | Standing::NewKey | Standing::Verified => true,
            Standing::Unconfirmed | Standing::Changed | Standing::Refused | Standing::Forked => {
                false
            }
        }
    }

    /// Says something to them, where they are listened to and there is a connection.
    pub(super) fn tell(&self, message: &PeerMessage, io: &mut Io) {
        if let Some(connection) = self.link.connection().filter(|_| self.passes()) {
            io.send_peer(connection, message);
        }
    }

    /// Whether what is said now is for them, at once or as soon as they can have it.
    pub(super) fn is_meant(&self, now: Timestamp, is_private: bool) -> bool {
        let wanted = !matches!(self.standing, Standing::Refused | Standing::Forked);
        // Who reloads or sleeps has a seat and comes back.
        let is_seated = self.listed && self.proved.is_some();
        wanted && (is_seated || self.is_shown(now, is_private) || self.link.is_arriving())
    }

    /// Whether the person should see them in the list. In a private room nobody is seen who has not proved to be there.
    pub(super) fn is_shown(&self, now: Timestamp, is_private: bool) -> bool {
        let is_there = (self.listed && !self.away) || self.link.is_connected(now);
        is_there && (!is_private || self.proved.is_some())
    }

    /// As they are shown.
    pub(super) fn view(
        &self,
        id: PeerId,
        outlook: Outlook,
        badge: Option<String>,
        hearing: Hearing,
    ) -> PeerView {
        PeerView {
            id,
            name: self.name.clone(),
            state: self.link.state(outlook),
            latency_ms: self
                .link
                .latency()
                .map(|latency| u32::try_from(latency.as_millis()).unwrap_or(u32::MAX)),
            path: self.link.path(outlook.now),
            obstacle: self.link.obstacle(outlook),
            identity: self.identity(),
            standing: self.standing,
            badge,
            asks_to_compare: self.comparing.view() == EmojiView::Asked,
            hearing,
        }
    }

    /// Queues an own message, and gives up the oldest where too many wait.
    pub(super) fn queue(
        &mut self,
        peer: PeerId,
        id: MessageId,
        conversation: &mut Conversation,
        io: &mut Io,
    ) {
        if let Some(given_up) = self.outbox.push(id) {
            conversation.handle_given_up(peer, given_up, io);
        }
    }

    /// Puts on the connection what fits.
    pub(super) fn pump(&mut self, peer: PeerId, conversation: &mut Conversation, io: &mut Io) {
        let Some(connection) = self.link.connection().filter(|_| self.passes()) else {
            return;
        };
        while let Some(id) = self.outbox.next_message() {
            let Some(frames) = conversation.frames(id) else {
                self.outbox.skip();
                continue;
            };
            self.outbox
                .handle_sent(frames.iter().map(String::len).sum());
            io.send_frames(connection, frames);
            conversation.handle_sent(peer, id, io);
        }
    }
}
