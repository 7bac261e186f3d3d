//! Somebody else in the room, as this side knows them.

use super::Outbox;
use crate::{
    crypto::{Announcement, IdentityKey, SessionKey},
    engine::{Arriving, Hearing, Io, PeerView, Standing, link::Link, paths::Outlook},
    ids::PeerId,
    names::{PersonName, skeleton},
    peer::PeerMessage,
    signaling::PeerInfo,
    time::Timestamp,
};

#[derive(Debug)]
pub(in crate::engine) struct Member {
    pub(in crate::engine) name: PersonName,
    /// The name as the eye reads it.
    pub(in crate::engine) skeleton: String,
    pub(in crate::engine) joined_at: Timestamp,
    pub(in crate::engine) link: Link,
    pub(in crate::engine) outbox: Outbox,
    /// Whether the server lists them. Where it was restarted it may not know them yet.
    pub(in crate::engine) listed: bool,
    /// The server cannot reach them, though it keeps their seat: they are away until something comes of them.
    pub(in crate::engine) away: bool,
    /// Whose keys they have proved over a connection.
    proved: Option<(IdentityKey, SessionKey)>,
    pub(in crate::engine) standing: Standing,
}

impl Member {
    pub(in crate::engine) fn new(
        me: PeerId,
        info: &PeerInfo,
        name: PersonName,
        outbox: Outbox,
    ) -> Self {
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
        }
    }

    pub(in crate::engine) fn rename(&mut self, name: PersonName) {
        self.skeleton = skeleton(name.as_str());
        self.name = name;
    }

    /// Counts in somebody who is not in the list, where they have answered and proved nothing yet.
    pub(in crate::engine) fn count_arriving(&self, outlook: Outlook, arriving: &mut Arriving) {
        if self.proved.is_some() {
        } else if self.link.is_stuck(outlook) {
            arriving.stuck += 1;
            arriving.obstacle = self.link.obstacle(outlook);
        } else if self.link.is_arriving() {
            arriving.connecting += 1;
        }
    }

    /// Their key, once they have proved it.
    pub(in crate::engine) fn identity(&self) -> Option<IdentityKey> {
        self.proved.map(|(identity, _)| identity)
    }

    /// What they sign with, once they have proved it.
    pub(in crate::engine) fn session(&self) -> Option<SessionKey> {
        self.proved.map(|(_, session)| session)
    }

    /// A connection has proved whose it is, and who goes by this name.
    pub(in crate::engine) fn confirm(
        &mut self,
        announcement: &Announcement,
        name: PersonName,
        standing: Standing,
    ) {
        self.rename(name);
        self.proved = Some((announcement.identity, announcement.session));
        self.standing = standing;
        self.away = false;
        self.outbox.handle_reconnected();
    }

    /// Somebody else speaks under their peer id now.
    pub(in crate::engine) fn forget(&mut self) {
        self.proved = None;
        self.standing = Standing::Unconfirmed;
    }

    /// Whether what is said passes between the two.
    pub(in crate::engine) fn passes(&self) -> bool {
        match self.standing {
            Standing::Known | Standing::NewKey | Standing::Verified => true,
            Standing::Unconfirmed | Standing::Changed | Standing::Refused | Standing::Forked => {
                false
            }
        }
    }

    /// Says something to them, where they are listened to and there is a connection.
    pub(in crate::engine) fn tell(&self, message: &PeerMessage, io: &mut Io) {
        if let Some(connection) = self.link.connection().filter(|_| self.passes()) {
            io.send_peer(connection, message);
        }
    }

    /// Whether what is said now is for them, at once or as soon as they can have it.
    pub(in crate::engine) fn is_meant(&self, now: Timestamp, is_private: bool) -> bool {
        let wanted = !matches!(self.standing, Standing::Refused | Standing::Forked);
        // Who reloads or sleeps has a seat and comes back.
        let is_seated = self.listed && self.proved.is_some();
        wanted && (is_seated || self.is_shown(now, is_private) || self.link.is_arriving())
    }

    /// Whether the person should see them in the list. In a private room nobody is seen who has not proved to be there.
    pub(in crate::engine) fn is_shown(&self, now: Timestamp, is_private: bool) -> bool {
        let is_there = (self.listed && !self.away) || self.link.is_connected(now);
        is_there && (!is_private || self.proved.is_some())
    }

    /// As they are shown.
    pub(in crate::engine) fn view(
        &self,
        id: PeerId,
        outlook: Outlook,
        badge: Option<String>,
        asks_to_compare: bool,
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
            asks_to_compare,
            hearing,
        }
    }
}
