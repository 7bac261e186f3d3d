//! Who comes and goes: by the word of the server, and by what links prove.

use super::{
    Room, Verdict,
    reach::SignalingEvent,
    signals::{News, Relayed},
    trust::Author,
};
use crate::{
    crypto::Announcement,
    engine::{DropCause, Effect, Io, Notice, Privacy, RoomEvent, context::Context},
    ids::PeerId,
    limits,
    peer::PeerMessage,
    signaling::{IceServer, PeerInfo, ServerMessage},
    time::Timestamp,
};

impl Room {
    pub(super) fn handle_signaling(
        &mut self,
        event: SignalingEvent,
        cx: &mut Context<'_>,
    ) -> Verdict {
        cx.io.peers_changed = true;
        match event {
            SignalingEvent::Joined {
                peers,
                ice_servers,
                resume,
            } => self.handle_joined(&peers, ice_servers, resume, cx),
            SignalingEvent::IdTaken if self.roster.has_links(cx.now) => self.reach.replaced = true,
            SignalingEvent::IdTaken => self.take_new_id(cx),
            SignalingEvent::Refused(code) => {
                let refused = Notice::Server(code);
                cx.io.notify(RoomEvent::Notice(Some(refused)));
                return Verdict::Leaves;
            }
            SignalingEvent::Unreachable => self.reach.handle_unreachable(cx.io),
            SignalingEvent::Message(message) => self.handle_message(message, cx),
            SignalingEvent::Unreached(peer) => {
                if let Some(member) = self.roster.get_mut(peer)
                    && member.link.handle_unreached(cx)
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
        cx: &mut Context<'_>,
    ) {
        let me = self.reach.me();
        self.reach.handle_joined(ice_servers, resume, cx.io);
        let others = peers.iter().filter(|info| info.id != me).count();
        let has_gap = self.talk.handle_seated(others, &self.roster, cx.wall);
        let is_new = self.enter_now(cx.io);
        if (is_new && !self.talk.gaps().is_empty()) || has_gap {
            self.talk.keep_presence(cx.io);
            cx.io.notify(RoomEvent::Gaps(self.talk.gaps().into()));
        }
        self.reach.tell(cx.io);
        for member in self.roster.members_mut() {
            member.listed = false;
        }
        for info in peers.iter().filter(|info| info.id != me) {
            self.list_member(info, cx);
        }
        self.remove_unlisted(cx);
        let found = self.roster.those(|member| member.listed);
        for peer in found.into_iter().take(limits::FOUND_PEERS) {
            let terms = self.terms(peer);
            if let Some(member) = self.roster.get_mut(peer) {
                member.link.handle_found(terms, cx);
                self.carry_out(peer, cx);
            }
        }
    }

    /// The first seat: the person is in the room. Gives whether this is it.
    fn enter_now(&mut self, io: &mut Io) -> bool {
        let Some(history) = self.history.take() else {
            return false;
        };
        io.notify(RoomEvent::Entered {
            me: self.reach.me(),
            name: self.name.clone(),
            identity: self.trust.me(),
            privacy: if self.signals.is_private() {
                Privacy::Private
            } else {
                Privacy::Open
            },
            history,
        });
        self.decisions.tell_lock(io);
        self.trust.tell_verified(io);
        true
    }

    /// Takes in whom the server lists. Gives whether that is news.
    fn list_member(&mut self, info: &PeerInfo, cx: &mut Context<'_>) -> bool {
        let is_listed = self.try_to_list(info, cx);
        if is_listed.is_none() {
            cx.io.drop_for(DropCause::Unproved);
        }
        is_listed.unwrap_or_default()
    }

    fn try_to_list(&mut self, info: &PeerInfo, cx: &mut Context<'_>) -> Option<bool> {
        let (name, announcement) = self.signals.read_name(info)?;
        let name = name.normalised(cx.io.normal_form);
        let member = self.roster.list(self.reach.me(), info, &name)?;
        if announcement.is_none() && member.identity().is_none() {
            // What the server says of a name counts until somebody has proved theirs.
            member.rename(name);
        }
        self.talk.handle_listed(info.id, cx.wall);
        let news = match announcement {
            Some(announcement) => self.learn(info.id, announcement, cx)? == News::Newer,
            None => true,
        };
        let member = self.roster.get_mut(info.id)?;
        member.listed = true;
        member.away = false;
        Some(news)
    }

    /// Takes in an announcement. `None` where it is not this peer's, or not to be believed.
    pub(super) fn learn(
        &mut self,
        peer: PeerId,
        announcement: Announcement,
        cx: &mut Context<'_>,
    ) -> Option<News> {
        let member = self.roster.get_mut(peer)?;
        if announcement.peer != peer || self.trust.contradicts(&announcement) {
            return None;
        }
        let latest = self.signals.latest(peer);
        if latest.is_some_and(|latest| latest.session != announcement.session) {
            // Whoever is linked stays who they are; a peer id without a link may be taken by another tab.
            if !member.link.needs_connection(cx.now) {
                return None;
            }
            member.forget();
            member.link.hand_over(cx);
            self.trust.handle_replaced(peer);
            self.signals.park(peer);
        }
        let news = self.signals.learn(announcement);
        match news {
            News::Refused => return None,
            News::Newer => {
                let terms = self.terms(peer);
                if let Some(member) = self.roster.get_mut(peer) {
                    member.link.handle_announced(terms, cx);
                }
            }
            News::Same => {}
        }
        Some(news)
    }

    /// Somebody else holds the tab's id: go on as a new peer, whom the others meet anew.
    pub(super) fn take_new_id(&mut self, cx: &mut Context<'_>) {
        self.reach.replaced = false;
        self.remove_everybody(cx.io);
        let me = PeerId::from_random(cx.io.random.next_u128());
        self.talk.save(cx.io);
        self.talk.rename(me);
        self.signals.rename(cx.now, me, cx.io);
        self.sign_again(cx.io);
        let display_name = self.signals.own.display_name();
        self.reach.rename(me, display_name, cx);
        // With the new keys, so that a reload before the join has succeeded finds what belongs together.
        self.reach.keep_seat(None, cx.io);
        if self.is_entered() {
            cx.io.notify(RoomEvent::Renamed(me));
        }
    }

    fn handle_message(&mut self, message: ServerMessage, cx: &mut Context<'_>) {
        let me = self.reach.me();
        match message {
            ServerMessage::IceServers { ice_servers } => {
                self.reach.handle_ice_servers(ice_servers, cx.io);
            }
            ServerMessage::PeerJoined { peer } if peer.id != me => {
                if self.list_member(&peer, cx)
                    && let Some(member) = self.roster.get_mut(peer.id)
                {
                    member.link.handle_newcomer(cx);
                }
            }
            ServerMessage::PeerLeft { peer_id } => self.handle_peer_left(peer_id, cx),
            ServerMessage::PeerJoined { .. }
            | ServerMessage::Offer { .. }
            | ServerMessage::Answer { .. }
            | ServerMessage::IceCandidate { .. }
            | ServerMessage::RoomJoined { .. }
            | ServerMessage::Error { .. }
            | ServerMessage::Pong {} => match Relayed::of(message, me) {
                Some(relayed) => self.handle_relayed(relayed, cx),
                // Not meant for this peer, or handled before.
                None => cx.io.drop_for(DropCause::Misdirected),
            },
        }
    }

    /// Whose seat is free is gone, unless their link works: the server cannot part two who talk.
    fn handle_peer_left(&mut self, peer: PeerId, cx: &mut Context<'_>) {
        match self.roster.get_mut(peer) {
            Some(member) if !member.link.needs_connection(cx.now) => member.listed = false,
            Some(_) | None => self.remove_member(peer, cx.io),
        }
    }

    pub(super) fn remove_member(&mut self, peer: PeerId, io: &mut Io) {
        let Some(member) = self.roster.remove(peer) else {
            return;
        };
        self.signals.park(peer);
        self.trust.forget(peer);
        if let Some(connection) = member.link.close(io) {
            io.push(Effect::CloseConnection(connection));
        }
        if !member.outbox.is_empty() {
            let regard = |identity: &_| self.trust.people.regard(identity);
            if let Some((gone, outbox)) = self.roster.park(peer, member.outbox, regard) {
                self.talk.give_up(gone, outbox, io);
            }
        }
        self.talk.handle_typing(Timestamp::default(), peer, false);
        io.peers_changed = true;
    }

    /// A connection has proved whose it is.
    pub(super) fn handle_opened(&mut self, peer: PeerId, cx: &mut Context<'_>) {
        let Some(announcement) = self.roster.get(peer).and_then(|it| it.link.proved()) else {
            return;
        };
        let announcement = announcement.clone();
        let identity = announcement.identity;
        let name = announcement.name.normalised(cx.io.normal_form);
        let standing = self
            .trust
            .judge(peer, (&identity, &name), &self.roster, cx.now);
        let Some(member) = self.roster.get_mut(peer) else {
            return;
        };
        member.confirm(&announcement, name.clone(), standing);
        self.trust.handle_proved(peer, identity);
        self.talk.claim_outbox(peer, identity, member, cx.io);
        if !self.decisions.admits(&identity) {
            member.link.shut(cx);
            return;
        }
        self.decisions.handle_let_in(cx.io);
        if !member.passes() {
            return;
        }
        let author = Author {
            peer,
            identity,
            name,
        };
        self.trust
            .introduce(announcement.session, author, &self.roster, cx.io);
        let Some(member) = self.roster.get_mut(peer) else {
            return;
        };
        if self.decisions.is_locked_by_me() {
            member.tell(&PeerMessage::Lock { locked: true }, cx.io);
        }
        if self.talk.typing().is_own(cx.now) {
            member.tell(&PeerMessage::TypingIndicator { typing: true }, cx.io);
        }
        self.talk.pump(peer, member, cx.io);
    }
}
