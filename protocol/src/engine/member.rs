//! Somebody else in the room, as this side knows them.

use super::{Io, PeerView, conversation::Conversation, link::Link, outbox::Outbox};
use crate::{
    ids::{MessageId, PeerId},
    names::PersonName,
    signaling::PeerInfo,
    time::Timestamp,
};

#[derive(Debug)]
pub(super) struct Member {
    pub(super) name: PersonName,
    pub(super) joined_at: Timestamp,
    pub(super) link: Link,
    pub(super) outbox: Outbox,
    /// Whether the server lists them. Where it was restarted it may not know them yet.
    pub(super) listed: bool,
    /// The server cannot reach them, though it keeps their seat: they are away until something comes of them.
    pub(super) away: bool,
}

impl Member {
    pub(super) fn new(me: PeerId, info: &PeerInfo, outbox: Outbox) -> Self {
        Self {
            name: PersonName::from_remote(&info.display_name),
            joined_at: info.joined_at,
            link: Link::new(me, info.id),
            outbox,
            listed: true,
            away: false,
        }
    }

    /// Whether the person should see them in the list.
    pub(super) fn is_shown(&self, now: Timestamp) -> bool {
        (self.listed && !self.away) || self.link.is_connected(now)
    }

    pub(super) fn view(&self, id: PeerId, now: Timestamp) -> PeerView {
        PeerView {
            id,
            name: self.name.clone(),
            state: self.link.state(now),
            latency_ms: self
                .link
                .latency()
                .map(|latency| u32::try_from(latency.as_millis()).unwrap_or(u32::MAX)),
            identity: None,
            standing: super::Standing::Unconfirmed,
            badge: None,
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
        let Some(connection) = self.link.connection() else {
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
