//! What a stay makes of the news from its session and its links.

use super::{
    ChatMessage, DeliveryStatus, Effect, Notice, Persist, ViewEvent,
    link::{LinkContext, LinkEvent},
    member::Member,
    session::SessionEvent,
    stay::{Stay, StayContext, Verdict, link_context},
};
use crate::{
    ids::PeerId,
    names::PersonName,
    peer::PeerMessage,
    signaling::{IceServer, PeerInfo, ServerMessage},
};

impl Stay {
    pub(super) fn handle_session(
        &mut self,
        event: SessionEvent,
        cx: &mut StayContext<'_>,
    ) -> Verdict {
        cx.io.peers_changed = true;
        match event {
            SessionEvent::Joined {
                peers,
                ice_servers,
                resume,
            } => {
                self.handle_joined(&peers, ice_servers, resume, cx);
            }
            SessionEvent::IdTaken => self.take_new_id(cx),
            SessionEvent::Refused(code) => return Verdict::Refused(code),
            SessionEvent::Unreachable => {
                self.unreachable_told = true;
                cx.io
                    .notify(ViewEvent::Notice(Some(Notice::ServerUnreachable)));
            }
            SessionEvent::Message(message) => self.handle_message(message, cx),
            SessionEvent::Unreached(peer) => {
                if let Some(member) = self.members.get_mut(&peer)
                    && member.link.handle_unreached(&mut link_context!(self, cx))
                {
                    member.away = true;
                }
            }
        }
        Verdict::Stays
    }

    fn handle_joined(
        &mut self,
        peers: &[PeerInfo],
        ice_servers: Vec<IceServer>,
        resume: String,
        cx: &mut StayContext<'_>,
    ) {
        self.ice_servers = ice_servers.into();
        let (room, me) = (self.room().clone(), self.me());
        cx.io.push(Effect::Persist(Persist::Seat {
            room: room.clone(),
            peer_id: me,
            resume: Some(resume),
        }));
        if let Some(history) = self.history.take() {
            if std::mem::take(&mut self.unreachable_told) {
                let still_true = cx.io.storage_failed.then_some(Notice::NoStorage);
                cx.io.notify(ViewEvent::Notice(still_true));
            }
            cx.io.notify(ViewEvent::Entered {
                room,
                me,
                name: self.name.clone(),
                identity: crate::crypto::Identity::from_seed(&[1; 32]).key(),
                privacy: super::Privacy::Open,
                history,
            });
        }
        for member in self.members.values_mut() {
            member.listed = false;
        }
        for info in peers.iter().filter(|info| info.id != me) {
            self.list_member(info);
        }
        let now = cx.now;
        self.remove_members(|m| !m.listed && m.link.needs_connection(now), cx.io);
        for member in self.members.values_mut().filter(|member| member.listed) {
            member.link.handle_found(&mut link_context!(self, cx));
        }
    }

    fn list_member(&mut self, info: &PeerInfo) -> &mut Member {
        let (me, parked) = (self.me(), &mut self.parked);
        let member = self
            .members
            .entry(info.id)
            .or_insert_with(|| Member::new(me, info, parked.remove(&info.id).unwrap_or_default()));
        member.name = PersonName::from_remote(&info.display_name);
        member.joined_at = info.joined_at;
        member.listed = true;
        member.away = false;
        member
    }

    /// Somebody else holds the tab's id: go on as a new peer, whom the others meet anew.
    fn take_new_id(&mut self, cx: &mut StayContext<'_>) {
        self.remove_members(|_| true, cx.io);
        self.parked.clear();
        let me = PeerId::from_random(cx.io.random.next_u128());
        self.conversation.rename(me);
        self.session.rename(cx.now, me, cx.io);
        if self.is_entered() {
            cx.io.notify(ViewEvent::Renamed(me));
        }
    }

    fn handle_message(&mut self, message: ServerMessage, cx: &mut StayContext<'_>) {
        match message {
            ServerMessage::PeerJoined { peer } if peer.id != self.me() => {
                self.list_member(&peer);
                self.with_sender(peer.id, cx, |member, cx| member.link.handle_newcomer(cx));
            }
            ServerMessage::PeerLeft { peer_id } => self.remove_member(peer_id, cx.io),
            ServerMessage::Offer {
                from,
                to,
                negotiation,
                offer,
            } if to == self.me() => {
                self.with_sender(from, cx, |member, cx| {
                    member.link.handle_offer(negotiation, offer, cx);
                });
            }
            ServerMessage::Answer {
                from,
                to,
                negotiation,
                answer,
            } if to == self.me() => {
                self.with_sender(from, cx, |member, cx| {
                    member
                        .link
                        .handle_answer(negotiation.as_deref(), answer, cx);
                });
            }
            ServerMessage::IceCandidate {
                from,
                to,
                negotiation,
                candidate,
            } if to == self.me() => {
                self.with_sender(from, cx, |member, cx| {
                    member.link.handle_candidate(negotiation, candidate, cx);
                });
            }
            // Not meant for this peer, or handled by the session.
            ServerMessage::PeerJoined { .. }
            | ServerMessage::Offer { .. }
            | ServerMessage::Answer { .. }
            | ServerMessage::IceCandidate { .. }
            | ServerMessage::RoomJoined { .. }
            | ServerMessage::Error { .. }
            | ServerMessage::Pong {} => cx.io.dropped += 1,
        }
    }

    fn with_sender(
        &mut self,
        from: PeerId,
        cx: &mut StayContext<'_>,
        handle: impl FnOnce(&mut Member, &mut LinkContext<'_>),
    ) {
        if let Some(member) = self.members.get_mut(&from) {
            member.away = false;
            handle(member, &mut link_context!(self, cx));
        } else {
            cx.io.dropped += 1;
        }
    }

    pub(super) fn handle_link(&mut self, peer: PeerId, event: LinkEvent, cx: &mut StayContext<'_>) {
        match event {
            LinkEvent::Closed => {
                if let Some(member) = self.members.get_mut(&peer) {
                    member.away = true;
                }
            }
            LinkEvent::Opened => {
                let Some(member) = self.members.get_mut(&peer) else {
                    return;
                };
                member.away = false;
                member.outbox.handle_reconnected();
                member.pump(peer, &mut self.conversation, cx.io);
            }
            LinkEvent::Message(message) => self.handle_peer_message(peer, message, cx),
        }
    }

    fn handle_peer_message(
        &mut self,
        peer: PeerId,
        message: PeerMessage,
        cx: &mut StayContext<'_>,
    ) {
        let Some(member) = self.members.get_mut(&peer) else {
            return;
        };
        match message {
            PeerMessage::ChatMessage {
                id,
                from,
                text,
                timestamp,
            } => {
                let Some(connection) = member.link.connection().filter(|_| from == peer) else {
                    cx.io.dropped += 1;
                    return;
                };
                cx.io.send_peer(connection, &PeerMessage::Delivered { id });
                self.typing.handle_peer(cx.now, peer, false);
                let name = member.name.as_str().to_owned();
                let status = DeliveryStatus::Delivered;
                let message = ChatMessage {
                    id,
                    from,
                    name,
                    author: None,
                    own: false,
                    text,
                    timestamp,
                    status,
                };
                self.conversation.handle_message(message, cx.io);
            }
            PeerMessage::Delivered { id } => {
                if member.outbox.handle_delivered(id) {
                    self.conversation.handle_delivered(peer, id, cx.io);
                    member.pump(peer, &mut self.conversation, cx.io);
                }
            }
            PeerMessage::TypingIndicator { typing } => {
                self.typing.handle_peer(cx.now, peer, typing);
            }
            PeerMessage::Bye {} => {
                self.typing.handle_peer(cx.now, peer, false);
                // The server says when the seat is free. A page loaded anew may have joined already, and its
                // `peer_joined` have overtaken this word of the one before.
                member.away = member.link.handle_bye(&mut link_context!(self, cx));
            }
            // The link answers these itself.
            PeerMessage::Ping { .. } | PeerMessage::Pong { .. } => {}
        }
    }
}
