//! What a stay makes of the news from its session and its links.

use super::{
    Effect, Io, Notice, Persist, Privacy, Standing, ViewEvent,
    audit::Author,
    link::{LinkEvent, News},
    member::Member,
    regard,
    session::SessionEvent,
    stay::{Stay, StayContext, Verdict, link_context},
    stay_signals::Relayed,
};
use crate::{
    crypto::{Announcement, IdentityKey, signal::SignalKind},
    ids::PeerId,
    limits,
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
            SessionEvent::IdTaken if self.has_links(cx.now) => self.replaced = true,
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
        self.replaced = false;
        let (room, me) = (self.room().clone(), self.me());
        let others = peers.iter().filter(|info| info.id != me).count();
        let has_gap = self.note_seat(others, cx);
        cx.io.push(Effect::Persist(Persist::Seat {
            room: room.clone(),
            peer_id: me,
            resume: Some(resume),
        }));
        let is_new = self.history.is_some();
        if let Some(history) = self.history.take() {
            if std::mem::take(&mut self.unreachable_told) {
                let still_true = cx.io.storage_failed.then_some(Notice::NoStorage);
                cx.io.notify(ViewEvent::Notice(still_true));
            }
            cx.io.notify(ViewEvent::Entered {
                room,
                me,
                name: self.name.clone(),
                identity: self.vault.identity(),
                privacy: if self.vault.is_private() {
                    Privacy::Private
                } else {
                    Privacy::Open
                },
                history,
            });
            cx.io.notify(ViewEvent::Lock(self.admission.view()));
            self.tell_verified(cx);
        }
        if (is_new && !self.absence.gaps().is_empty()) || has_gap {
            self.keep_presence(cx.io);
            cx.io.notify(ViewEvent::Gaps(self.absence.gaps().into()));
        }
        self.tell_reach(cx);
        for member in self.members.values_mut() {
            member.listed = false;
        }
        for info in peers.iter().filter(|info| info.id != me) {
            self.list_member(info, cx);
        }
        let now = cx.now;
        self.remove_members(|m| !m.listed && m.link.needs_connection(now), cx.io);
        let found = self.members.values_mut().filter(|member| member.listed);
        for member in found.take(limits::FOUND_PEERS) {
            member.link.handle_found(&mut link_context!(self, cx));
        }
    }

    /// The server has given a seat, with so many others there. Gives whether something may be missing of what was said before.
    fn note_seat(&mut self, others: usize, cx: &StayContext<'_>) -> bool {
        let before = self.members.keys();
        let silent = before.filter_map(|&peer| self.clocks.unheard_since(peer, cx.wall));
        // After a reload nobody was heard since what was shown last.
        let unheard = if self.members.is_empty() {
            Some(self.clocks.latest())
        } else {
            silent.min()
        };
        let last = self.conversation.last();
        self.absence.handle_seated(cx.wall, others, unheard, last)
    }

    /// For a reload.
    pub(super) fn keep_presence(&self, io: &mut Io) {
        let (room, presence) = (self.room().clone(), self.absence.presence());
        io.push(Effect::Persist(Persist::Presence(room, presence)));
    }

    /// Takes in whom the server lists. Gives whether that is news. In a private room only whoever knows its secret can be a
    /// member, and a recording of an announcement is one that nobody sees.
    fn list_member(&mut self, info: &PeerInfo, cx: &mut StayContext<'_>) -> bool {
        let sealed = if self.vault.is_private() {
            let opened = Announcement::open(&info.display_name, &self.vault.room);
            let Some(announcement) = opened.filter(|it| it.peer == info.id) else {
                cx.io.dropped += 1;
                return false;
            };
            Some(announcement)
        } else {
            None
        };
        let (me, parked) = (self.me(), &mut self.parked);
        if !self.members.contains_key(&info.id) && self.members.len() >= limits::ROOM_MEMBERS {
            cx.io.dropped += 1;
            return false;
        }
        let name = match &sealed {
            Some(announcement) => announcement.name.clone(),
            None => PersonName::from_remote(&info.display_name),
        };
        let name = name.normalised(cx.io.normal_form);
        let member = self.members.entry(info.id).or_insert_with(|| {
            let outbox = parked.remove(&info.id).unwrap_or_default();
            Member::new(me, info, name.clone(), outbox)
        });
        member.joined_at = info.joined_at;
        self.clocks.meet(info.id, cx.wall);
        match sealed {
            Some(announcement) => {
                let news = self.learn(info.id, announcement, cx);
                let Some(member) = self.members.get_mut(&info.id) else {
                    return false;
                };
                if news.is_none() {
                    cx.io.dropped += 1;
                    return false;
                }
                member.listed = true;
                member.away = false;
                news == Some(News::Newer)
            }
            None => {
                // What the server says of a name counts until somebody has proved theirs.
                if member.identity().is_none() {
                    member.rename(name);
                }
                member.listed = true;
                member.away = false;
                true
            }
        }
    }

    /// Somebody else holds the tab's id: go on as a new peer, whom the others meet anew.
    pub(super) fn take_new_id(&mut self, cx: &mut StayContext<'_>) {
        self.replaced = false;
        self.remove_members(|_| true, cx.io);
        self.parked_keys.clear();
        let me = PeerId::from_random(cx.io.random.next_u128());
        self.conversation.save(cx.io);
        self.conversation.rename(me);
        self.vault.rename(cx.now, me, cx.io);
        self.sign_again(cx.io);
        // With the new keys, so that a reload before the join has succeeded finds what belongs together.
        cx.io.push(Effect::Persist(Persist::Seat {
            room: self.room().clone(),
            peer_id: me,
            resume: None,
        }));
        self.session.set_display_name(self.vault.display_name());
        self.session.rename(cx.now, me, cx.io);
        if self.is_entered() {
            cx.io.notify(ViewEvent::Renamed(me));
        }
    }

    fn handle_message(&mut self, message: ServerMessage, cx: &mut StayContext<'_>) {
        let me = self.me();
        let relayed = match message {
            // What is open stays as it is; the next connection of any link is made with these.
            ServerMessage::IceServers { ice_servers } => {
                self.ice_servers = ice_servers.into();
                self.tell_reach(cx);
                return;
            }
            ServerMessage::PeerJoined { peer } if peer.id != me => {
                if self.list_member(&peer, cx)
                    && let Some(member) = self.members.get_mut(&peer.id)
                {
                    member.link.handle_newcomer(&mut link_context!(self, cx));
                }
                return;
            }
            ServerMessage::PeerLeft { peer_id } => {
                self.handle_peer_left(peer_id, cx);
                return;
            }
            ServerMessage::Offer {
                from,
                to,
                negotiation,
                announcement,
                offer,
            } if to == me => Relayed {
                from,
                kind: SignalKind::Offer,
                negotiation,
                announcement,
                payload: offer,
            },
            ServerMessage::Answer {
                from,
                to,
                negotiation,
                announcement,
                answer,
            } if to == me => Relayed {
                from,
                kind: SignalKind::Answer,
                negotiation,
                announcement,
                payload: answer,
            },
            ServerMessage::IceCandidate {
                from,
                to,
                negotiation,
                candidate,
            } if to == me => Relayed {
                from,
                kind: SignalKind::Candidate,
                negotiation,
                announcement: None,
                payload: candidate,
            },
            // Not meant for this peer, or handled by the session.
            ServerMessage::PeerJoined { .. }
            | ServerMessage::Offer { .. }
            | ServerMessage::Answer { .. }
            | ServerMessage::IceCandidate { .. }
            | ServerMessage::RoomJoined { .. }
            | ServerMessage::Error { .. }
            | ServerMessage::Pong {} => {
                cx.io.dropped += 1;
                return;
            }
        };
        self.handle_relayed(relayed, cx);
    }

    /// Whose seat is free is gone, unless their link works: the server cannot part two who talk.
    fn handle_peer_left(&mut self, peer: PeerId, cx: &mut StayContext<'_>) {
        match self.members.get_mut(&peer) {
            Some(member) if !member.link.needs_connection(cx.now) => member.listed = false,
            Some(_) | None => self.remove_member(peer, cx.io),
        }
    }

    pub(super) fn handle_link(&mut self, peer: PeerId, event: LinkEvent, cx: &mut StayContext<'_>) {
        match event {
            LinkEvent::Closed => {
                if let Some(member) = self.members.get_mut(&peer) {
                    member.away = true;
                }
            }
            LinkEvent::Opened => self.handle_opened(peer, cx),
            LinkEvent::Message(message) => self.handle_peer_message(peer, message, cx),
        }
    }

    /// A connection has proved whose it is.
    fn handle_opened(&mut self, peer: PeerId, cx: &mut StayContext<'_>) {
        let Some(announcement) = self.members.get(&peer).and_then(|it| it.link.proved()) else {
            return;
        };
        let announcement = announcement.clone();
        let Announcement {
            identity,
            session,
            ref name,
            ..
        } = announcement;
        let name = &name.normalised(cx.io.normal_form);
        let is_present = |key: &IdentityKey| {
            let mut others = self.members.iter().filter(|(other, _)| **other != peer);
            *key == self.vault.identity()
                || others.any(|(_, it)| it.identity() == Some(*key) && it.link.is_connected(cx.now))
        };
        let standing = if self.audit.is_forked(&identity) {
            Standing::Forked
        } else {
            self.people.judge(&identity, name, is_present)
        };
        let Some(member) = self.members.get_mut(&peer) else {
            return;
        };
        member.confirm(&announcement, name.clone(), standing);
        for id in member.outbox.claim(identity) {
            self.conversation.handle_given_up(peer, id, cx.io);
        }
        if !self.admission.admits(&identity) {
            member.link.shut(&mut link_context!(self, cx));
            return;
        }
        if std::mem::take(&mut self.locked_told) {
            let still_true = cx.io.storage_failed.then_some(Notice::NoStorage);
            cx.io.notify(ViewEvent::Notice(still_true));
        }
        if !member.passes() {
            return;
        }
        let author = Author {
            peer,
            identity,
            name: name.clone(),
        };
        let regard = regard::of_sessions(&self.members, &self.people);
        self.audit.introduce(session, author, regard);
        // A name that somebody else holds becomes another's only by the person's decision.
        if !self.people.is_contested(&identity, name)
            && let Some(person) = self.people.pin(identity, name)
        {
            cx.io.push(Effect::Persist(Persist::Person(person)));
        }
        let Some(member) = self.members.get_mut(&peer) else {
            return;
        };
        if self.admission.is_locked_by_me() {
            member.tell(&PeerMessage::Lock { locked: true }, cx.io);
        }
        member.pump(peer, &mut self.conversation, cx.io);
    }
}
