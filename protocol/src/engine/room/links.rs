//! What links want done, and what they are told: of others' words through the server, and of connections.

use super::{
    Room,
    roster::Member,
    signals::{Relayed, Unopened},
};
use crate::{
    crypto::IdentityKey,
    engine::{
        ConnectionId, DropCause, OpId, RtcEvent,
        context::Context,
        link::{LinkOutput, Saying, Terms, Thread},
    },
    ids::PeerId,
    peer::{Channel, PeerMessage},
};

impl Room {
    /// On what terms the link to somebody may try now.
    pub(super) fn terms(&mut self, peer: PeerId) -> Terms {
        let is_private = self.signals.is_private();
        let known = self.signals.latest(peer);
        let admitted = self.decisions.admits_known(known);
        Terms {
            settings: self.reach.settings(),
            newest: self.signals.newest_thread(peer),
            is_sealed: is_private,
            is_barred: known.is_some() && !admitted,
            may_offer: admitted && (known.is_some() || !is_private),
            may_be_recording: is_private && !self.signals.is_proven(peer),
            negotiation: self.signals.next_negotiation(),
        }
    }

    /// Tries with everybody with whom it is time to.
    pub(super) fn connect_due(&mut self, cx: &mut Context<'_>) {
        let signaling = self.reach.is_joined();
        let mut due = Vec::new();
        for peer in self.roster.to_look_at(cx.now, signaling) {
            if let Some(member) = self.roster.get_mut(peer)
                && member.link.handle_timeout(signaling, cx)
            {
                due.push(peer);
            }
        }
        for peer in due {
            let terms = self.terms(peer);
            if let Some(member) = self.roster.get_mut(peer) {
                member.link.connect(terms, cx);
                self.carry_out(peer, cx);
            }
        }
    }

    /// Does what the link to somebody wants done.
    pub(super) fn carry_out(&mut self, peer: PeerId, cx: &mut Context<'_>) {
        while let Some(member) = self.roster.get_mut(peer)
            && let Some(output) = member.link.poll_output()
        {
            match output {
                LinkOutput::Say(thread, saying) => {
                    if let Some(saying) = self.reach.permitted(saying)
                        && let Some(message) = self.signals.seal(peer, thread, saying)
                    {
                        self.reach.send(&message, cx.io);
                    }
                }
                LinkOutput::Prove(binding) => {
                    if let Some(proof) = self.signals.proof(peer, &binding) {
                        let proof = PeerMessage::Confirm { proof };
                        cx.io.send_peer(binding.connection, &proof);
                    }
                }
                LinkOutput::Judge(binding, proof) => {
                    let proved = self.signals.judge(peer, &binding, &proof);
                    let (connection, hidden) = (binding.connection, self.hidden);
                    member.link.handle_judged(connection, proved, hidden, cx);
                }
                LinkOutput::Opened => self.handle_opened(peer, cx),
                LinkOutput::Closed => member.away = true,
                LinkOutput::Message(message) => self.handle_peer_message(peer, message, cx),
            }
        }
    }

    pub(super) fn handle_relayed(&mut self, relayed: Relayed, cx: &mut Context<'_>) {
        let from = relayed.from;
        if !self.roster.contains(from) {
            cx.io.drop_for(DropCause::Misdirected);
            return;
        }
        let mut theirs = None;
        if let Some(sealed) = &relayed.announcement {
            let announcement = self.signals.read_announcement(sealed);
            theirs = announcement.as_ref().map(|it| it.epoch);
            if announcement
                .and_then(|it| self.learn(from, it, cx))
                .is_none()
            {
                cx.io.drop_for(DropCause::Unproved);
                return;
            }
        }
        match self.signals.unseal(relayed, theirs) {
            Ok((thread, saying)) => self.handle_saying(from, thread, saying, cx),
            Err(Unopened::OnlyNews) => {}
            Err(Unopened::Garbage) => cx.io.drop_for(DropCause::Unopened),
            Err(Unopened::UnknownEpoch) => {
                cx.io.drop_for(DropCause::UnknownEpoch);
                let newest = self.signals.newest_thread(from);
                if let Some(member) = self.roster.get_mut(from) {
                    member.link.tell_epoch(newest, cx.now);
                    self.carry_out(from, cx);
                }
            }
        }
    }

    fn handle_saying(
        &mut self,
        from: PeerId,
        thread: Thread,
        saying: Saying,
        cx: &mut Context<'_>,
    ) {
        // Whose keys are not known is a stranger, whom a locked room does not admit.
        let is_admitted = self.decisions.admits_known(self.signals.latest(from));
        let terms = self.terms(from);
        let Some(member) = self.roster.get_mut(from) else {
            return;
        };
        member.away = false;
        let link = &mut member.link;
        match saying {
            Saying::Refusal => {
                if link.handle_refusal(cx) && !self.roster.is_anybody_known() {
                    self.decisions.handle_shut_out(cx.io);
                }
            }
            Saying::Offer(_) if !is_admitted => link.refuse(terms.newest, cx.now),
            Saying::Answer(_) | Saying::Candidate(_) if !is_admitted => {
                cx.io.drop_for(DropCause::NotAdmitted);
            }
            Saying::Offer(offer) => link.handle_offer(thread, offer, terms, cx),
            Saying::Answer(answer) => link.handle_answer(&thread, answer, cx),
            Saying::Candidate(candidate) => {
                link.handle_candidate(thread.negotiation, candidate, cx);
            }
        }
        self.carry_out(from, cx);
    }

    /// The result of an asynchronous call, for whichever link made it.
    pub(super) fn handle_op(
        &mut self,
        op: OpId,
        result: &Result<String, String>,
        cx: &mut Context<'_>,
    ) {
        let Some(peer) = self.roster.owner_of_op(op) else {
            return;
        };
        if let Some(member) = self.roster.get_mut(peer) {
            member.link.handle_op(op, result, cx);
            self.carry_out(peer, cx);
        }
    }

    pub(super) fn handle_rtc(
        &mut self,
        connection: ConnectionId,
        event: RtcEvent,
        cx: &mut Context<'_>,
    ) {
        let Some(peer) = self.roster.owner_of(connection) else {
            if event.is_frame() {
                cx.io.drop_for(DropCause::Untimely);
            }
            return;
        };
        let event = match event {
            RtcEvent::Frame(channel, frame) => {
                self.talk.handle_heard(peer, cx.wall);
                let member = self.roster.get(peer);
                let member = member.filter(|it| it.link.is_proved(connection));
                let person = member.and_then(Member::identity);
                let Some(frame) = self.talk.admit(person, connection, (channel, frame), cx) else {
                    return;
                };
                RtcEvent::Frame(channel, frame)
            }
            RtcEvent::Candidate(_)
            | RtcEvent::CandidateError { .. }
            | RtcEvent::PairSelected(_)
            | RtcEvent::Failed
            | RtcEvent::Certificates { .. }
            | RtcEvent::ChannelOpened(_)
            | RtcEvent::ChannelClosed(_)
            | RtcEvent::BinaryFrame(_) => event,
        };
        self.hand_over(peer, connection, event, cx);
    }

    fn hand_over(
        &mut self,
        peer: PeerId,
        connection: ConnectionId,
        event: RtcEvent,
        cx: &mut Context<'_>,
    ) {
        if let Some(member) = self.roster.get_mut(peer) {
            member.link.handle_rtc(connection, event, cx);
            self.carry_out(peer, cx);
        }
    }

    /// Reads what has waited for long enough, and hears again who has calmed down.
    pub(super) fn listen(&mut self, cx: &mut Context<'_>) {
        if !self.talk.is_pace_due(cx.now) {
            return;
        }
        let waiting = self.talk.waiting();
        while let Some((connection, frame)) = self.talk.next_held(cx.now, self.hidden) {
            if let Some(peer) = self.roster.owner_of(connection) {
                let event = RtcEvent::Frame(Channel::Chat, frame);
                self.hand_over(peer, connection, event, cx);
            }
        }
        cx.io.peers_changed |= self.talk.waiting() != waiting;
        for person in self.talk.calmed_down(cx.now) {
            cx.io.peers_changed = true;
            self.hear_again(person, cx);
        }
    }

    /// What was not read was not acknowledged: over a new connection an honest page says it again.
    pub(super) fn hear_again(&mut self, person: IdentityKey, cx: &mut Context<'_>) {
        for member in self.roster.members_mut() {
            if member.identity() == Some(person) {
                member.link.restart(cx);
            }
        }
    }
}
