//! What the person decides about others: who is verified, who is let in, where the room goes on.

use std::sync::Arc;

use super::{
    Effect, Intent, Persist, Standing, ViewEvent,
    comparing::Ends,
    inspected::Inspected,
    people::Regard,
    stay::{Stay, StayContext, link_context},
};
use crate::{
    crypto::{IdentityKey, Invite},
    ids::{PeerId, RoomId},
    names::PersonName,
    peer::PeerMessage,
};

impl Stay {
    /// Everything that the person wants of somebody, or of the room.
    pub(super) fn handle_people_intent(&mut self, intent: Intent, cx: &mut StayContext<'_>) {
        cx.io.peers_changed = true;
        match intent {
            Intent::Inspect(peer) => self.inspect(Some(peer)),
            Intent::CloseInspection => self.inspect(None),
            Intent::CompareEmoji(peer) => {
                if let Some(member) = self.members.get_mut(&peer)
                    && let Some(connection) = member.link.connection()
                    && member.passes()
                    && let Some(message) = member.comparing.begin(&mut cx.io.secure)
                {
                    cx.io.send_peer(connection, &message);
                }
            }
            Intent::JudgeEmoji { peer, same } => {
                let Some(member) = self.members.get_mut(&peer) else {
                    return;
                };
                let (counts, message) = member.comparing.judge(same);
                if let (Some(message), Some(connection)) = (message, member.link.connection()) {
                    cx.io.send_peer(connection, &message);
                }
                if counts {
                    self.set_verified(peer, true, cx);
                }
            }
            Intent::SetVerified { peer, verified } => self.set_verified(peer, verified, cx),
            Intent::JudgeKey { peer, accept } => self.judge_key(peer, accept, cx),
            Intent::ListenAgain(peer) => self.listen_again(peer, cx),
            Intent::Lock(locked) => {
                self.lock(locked, None, cx);
                for member in self.members.values() {
                    member.tell(&PeerMessage::Lock { locked }, cx.io);
                }
            }
            Intent::AnswerMove { by, room, accept } => self.answer_move(&by, &room, accept, cx),
            Intent::RenewInvite { invite, chosen } => self.renew_invite(invite, &chosen, cx),
            Intent::Join(_)
            | Intent::Leave
            | Intent::Send { .. }
            | Intent::Typing(_)
            | Intent::UsePaths(_)
            | Intent::DismissNotice => {}
        }
    }

    /// Locks or unlocks the room for this tab: nobody is let in who was not here before.
    pub(super) fn lock(&mut self, locked: bool, by: Option<&PersonName>, cx: &mut StayContext<'_>) {
        let mut inside = vec![self.vault.identity()];
        inside.extend(self.members.values().filter_map(|member| {
            let identity = member.identity()?;
            member.passes().then_some(identity)
        }));
        let kept = self.admission.set(locked, by, inside);
        cx.io
            .push(Effect::Persist(Persist::Lock(self.room().clone(), kept)));
        cx.io.notify(ViewEvent::Lock(self.admission.view()));
        for member in self.members.values_mut() {
            if self.admission.admits_known(member.link.keys.latest()) {
                // Who was shut out until now needs not wait for its own next try.
                member.link.hurry(cx.now);
            } else {
                member.link.shut(&mut link_context!(self, cx));
            }
        }
    }

    /// Somebody has made a new invite for the room, and asks this person to come along.
    pub(super) fn handle_new_invite(
        &mut self,
        peer: PeerId,
        invite: Invite,
        cx: &mut StayContext<'_>,
    ) {
        let asks = self.members.get(&peer).and_then(|member| {
            let is_elsewhere = invite.room() != self.room() && self.vault.is_private();
            let by = member.identity().filter(|_| is_elsewhere)?;
            Some((by, member.name.clone()))
        });
        let me = self.vault.identity();
        let regard = |identity: &IdentityKey| {
            if *identity == me {
                Regard::Verified
            } else {
                self.people.regard(identity)
            }
        };
        let is_heard = asks.is_some_and(|(by, name)| self.moves.ask(by, name, invite, regard));
        if is_heard {
            self.keep_moves(cx);
        } else {
            cx.io.dropped += 1;
        }
    }

    /// The person goes on where somebody asked them to come, or stays.
    fn answer_move(
        &mut self,
        by: &IdentityKey,
        room: &RoomId,
        accept: bool,
        cx: &mut StayContext<'_>,
    ) {
        if let Some(asking) = self.moves.answer(by, room) {
            self.keep_moves(cx);
            if accept {
                let (invite, by) = (asking.invite, Some(asking.name));
                cx.io.notify(ViewEvent::InviteRenewed { invite, by });
            }
        }
    }

    /// Who is not listened to any more asks for nothing.
    pub(super) fn withdraw_move(&mut self, by: &IdentityKey, cx: &mut StayContext<'_>) {
        if self.moves.withdraw(by) {
            self.keep_moves(cx);
        }
    }

    fn keep_moves(&self, cx: &mut StayContext<'_>) {
        let kept = Persist::Moves(self.room().clone(), self.moves.kept());
        cx.io.push(Effect::Persist(kept));
        cx.io.peers_changed = true;
    }

    pub(super) fn tell_verified(&self, cx: &mut StayContext<'_>) {
        let verified = Arc::from(self.people.verified());
        cx.io.notify(ViewEvent::Verified(verified));
    }

    /// What the two ends of the connection to somebody have in common.
    pub(super) fn ends(&self, peer: PeerId) -> Option<Ends> {
        let member = self.members.get(&peer)?;
        Some(Ends {
            export: member.link.export()?.clone(),
            me: self.vault.identity(),
            them: member.identity()?,
            leads: member.link.leads(),
        })
    }

    fn inspect(&mut self, peer: Option<PeerId>) {
        self.inspected = peer.map(|peer| Inspected {
            peer,
            safety_number: None,
        });
    }

    fn set_verified(&mut self, peer: PeerId, verified: bool, cx: &mut StayContext<'_>) {
        let Some(member) = self.members.get_mut(&peer) else {
            return;
        };
        let Some(identity) = member.identity().filter(|_| member.passes()) else {
            return;
        };
        for person in self.people.set_verified(&identity, &member.name, verified) {
            cx.io.push(Effect::Persist(Persist::Person(person)));
        }
        for member in self.members.values_mut() {
            if member.identity() == Some(identity) && member.passes() {
                member.standing = if verified {
                    Standing::Verified
                } else {
                    Standing::Known
                };
            }
        }
        self.tell_verified(cx);
    }

    fn judge_key(&mut self, peer: PeerId, accept: bool, cx: &mut StayContext<'_>) {
        let Some(member) = self.members.get_mut(&peer) else {
            return;
        };
        let undecided = matches!(member.standing, Standing::Changed | Standing::Refused);
        let (Some(identity), true) = (member.identity(), undecided) else {
            return;
        };
        if !accept {
            self.admission.refuse(identity);
            member.standing = Standing::Refused;
            member.link.shut(&mut link_context!(self, cx));
            self.withdraw_move(&identity, cx);
            return;
        }
        if let Some(lock) = self.admission.forgive(&identity) {
            let (room, lock) = (self.session.ticket().room.clone(), Some(lock));
            cx.io.push(Effect::Persist(Persist::Lock(room, lock)));
        }
        if let Some(person) = self.people.pin(identity, &member.name) {
            cx.io.push(Effect::Persist(Persist::Person(person)));
        }
        member.standing = if self.people.is_verified(&identity) {
            Standing::Verified
        } else {
            Standing::Known
        };
        // What either side held back goes again over a new connection.
        member.link.restart(&mut link_context!(self, cx));
    }

    fn renew_invite(&mut self, invite: Invite, chosen: &[PeerId], cx: &mut StayContext<'_>) {
        let Some(secret) = invite.secret().filter(|_| self.vault.is_private()) else {
            return;
        };
        let message = PeerMessage::NewInvite {
            room_id: invite.room().clone(),
            secret: secret.reveal(),
        };
        for (peer, member) in &self.members {
            if chosen.contains(peer) {
                member.tell(&message, cx.io);
            }
        }
        let by = None;
        cx.io.notify(ViewEvent::InviteRenewed { invite, by });
    }
}
