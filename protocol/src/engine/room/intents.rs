//! What the person wants in the room.

use super::{Room, Verdict, roster::Member, talk::Said};
use crate::{
    crypto::{
        Invite, SessionKey,
        entry::{EntryContent, SignedEntry},
    },
    engine::{RoomEvent, RoomIntent, Standing, context::Context},
    ids::{MessageId, PeerId},
    message_text::MessageText,
    names::PersonName,
    peer::PeerMessage,
    time::Timestamp,
};

impl Room {
    pub(super) fn handle_intent(&mut self, intent: RoomIntent, cx: &mut Context<'_>) -> Verdict {
        let is_talk = matches!(intent, RoomIntent::Send { .. } | RoomIntent::Typing(_));
        cx.io.peers_changed |= !is_talk;
        match intent {
            RoomIntent::Leave => {
                cx.io.notify(RoomEvent::Notice(None));
                return Verdict::Leaves;
            }
            RoomIntent::Send { text, timestamp } => {
                if self.is_entered() {
                    self.say(text, timestamp, cx);
                }
            }
            RoomIntent::Typing(holds_text) => {
                self.talk.handle_own_typing(holds_text, &self.roster, cx);
            }
            RoomIntent::Inspect(peer) => self.trust.inspect(Some(peer)),
            RoomIntent::CloseInspection => self.trust.inspect(None),
            RoomIntent::CompareEmoji(peer) => self.trust.compare(peer, &self.roster, cx.io),
            RoomIntent::JudgeEmoji { peer, same } => {
                if self.trust.judge_emoji(peer, same, &self.roster, cx.io) {
                    self.trust.set_verified(peer, true, &mut self.roster, cx.io);
                }
            }
            RoomIntent::SetVerified { peer, verified } => {
                self.trust
                    .set_verified(peer, verified, &mut self.roster, cx.io);
            }
            RoomIntent::JudgeKey { peer, accept } => self.judge_key(peer, accept, cx),
            RoomIntent::ListenAgain(peer) => self.listen_again(peer, cx),
            RoomIntent::Lock(locked) => {
                self.lock(locked, None, cx);
                self.roster.tell(&PeerMessage::Lock { locked }, cx.io);
            }
            RoomIntent::AnswerMove { by, room, accept } => {
                self.decisions.answer_move(&by, &room, accept, cx.io);
            }
            RoomIntent::RenewInvite { invite, chosen } => self.renew_invite(invite, &chosen, cx),
        }
        Verdict::Stays
    }

    /// Says something to everybody.
    fn say(&mut self, text: MessageText, timestamp: Timestamp, cx: &mut Context<'_>) {
        let id = MessageId::from_random(cx.io.random.next_u128());
        let content = EntryContent::ChatMessage {
            id,
            text: text.clone(),
        };
        let entry = self.signals.own.sign(content, timestamp, cx.io);
        let said = Said {
            id,
            text,
            timestamp,
            entry,
        };
        let author = (&self.name, self.trust.me());
        let is_private = self.signals.is_private();
        self.talk
            .say(said, author, is_private, &mut self.roster, cx);
    }

    /// Locks or unlocks the room for this tab, as the person or somebody else wants it.
    pub(super) fn lock(&mut self, locked: bool, by: Option<&PersonName>, cx: &mut Context<'_>) {
        let mut inside = vec![self.trust.me()];
        inside.extend(self.roster.inside());
        self.decisions.lock(locked, by, inside, cx.io);
        for (&peer, member) in self.roster.iter_mut() {
            if self.decisions.admits_known(self.signals.latest(peer)) {
                // Who was shut out until now needs not wait for its own next try.
                member.link.hurry(cx.now);
            } else {
                member.link.shut(cx);
            }
        }
    }

    /// What to make of somebody whose name belonged to another key.
    fn judge_key(&mut self, peer: PeerId, accept: bool, cx: &mut Context<'_>) {
        let Some(member) = self.roster.get_mut(peer) else {
            return;
        };
        let undecided = matches!(member.standing, Standing::Changed | Standing::Refused);
        let (Some(identity), true) = (member.identity(), undecided) else {
            return;
        };
        if !accept {
            self.decisions.refuse(identity, cx.io);
            member.standing = Standing::Refused;
            member.link.shut(cx);
            return;
        }
        self.decisions.forgive(&identity, cx.io);
        self.trust.pin(identity, &member.name, cx.io);
        member.standing = self.trust.standing(&identity);
        // What either side held back goes again over a new connection.
        member.link.restart(cx);
    }

    /// The person does not want to wait until somebody calms down.
    fn listen_again(&mut self, peer: PeerId, cx: &mut Context<'_>) {
        let member = self.roster.get(peer);
        if let Some(person) = member.and_then(Member::identity)
            && self.talk.forgive(cx.now, &person)
        {
            self.hear_again(person, cx);
        }
    }

    /// Believes nothing more of a session that signed two different things; its person asks for nothing any more.
    pub(super) fn expose(
        &mut self,
        session: SessionKey,
        proof: [SignedEntry; 2],
        cx: &mut Context<'_>,
    ) {
        let liar = self.trust.expose(session, proof, &mut self.roster, cx.io);
        if let Some(liar) = liar {
            self.decisions.withdraw_move(&liar, cx.io);
        }
    }

    /// Goes on with those who are chosen in the room of another invite.
    fn renew_invite(&mut self, invite: Invite, chosen: &[PeerId], cx: &mut Context<'_>) {
        let Some(secret) = invite.secret().filter(|_| self.signals.is_private()) else {
            return;
        };
        let message = PeerMessage::NewInvite {
            room_id: invite.room().clone(),
            secret: secret.reveal(),
        };
        for (peer, member) in self.roster.iter() {
            if chosen.contains(peer) {
                member.tell(&message, cx.io);
            }
        }
        let by = None;
        cx.io.notify(RoomEvent::InviteRenewed { invite, by });
    }
}
