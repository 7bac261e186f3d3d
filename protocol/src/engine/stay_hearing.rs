//! How fast a stay listens to each of its people; see [`super::pace`].

use super::{
    ConnectionId, RtcEvent,
    member::Member,
    pace::Admission,
    stay::{Stay, StayContext, link_context},
};
use crate::{crypto::IdentityKey, ids::PeerId, peer::Channel};

impl Stay {
    pub(super) fn handle_rtc(
        &mut self,
        connection: ConnectionId,
        event: RtcEvent,
        cx: &mut StayContext<'_>,
    ) {
        let Some((&peer, member)) = self
            .members
            .iter()
            .find(|(_, member)| member.link.owns(connection))
        else {
            return;
        };
        let event = match event {
            RtcEvent::Frame(channel, frame) => {
                self.clocks.hear(peer, cx.wall);
                let is_proved = member.link.connection() == Some(connection);
                let person = member.identity().filter(|_| is_proved);
                let Some(frame) = self.admit(person, connection, (channel, frame), cx) else {
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

    /// What the link makes of an event, and what follows from that.
    pub(super) fn hand_over(
        &mut self,
        peer: PeerId,
        connection: ConnectionId,
        event: RtcEvent,
        cx: &mut StayContext<'_>,
    ) {
        let Some(member) = self.members.get_mut(&peer) else {
            return;
        };
        let event = member
            .link
            .handle_rtc(connection, event, &mut link_context!(self, cx));
        if let Some(event) = event {
            self.handle_link(peer, event, cx);
        }
    }

    /// A frame of somebody, or of a connection that has not proved whose it is. Gives it back where it is to be read now.
    pub(super) fn admit(
        &mut self,
        person: Option<IdentityKey>,
        connection: ConnectionId,
        (channel, frame): (Channel, String),
        cx: &mut StayContext<'_>,
    ) -> Option<String> {
        let Some(person) = person else {
            return Some(frame);
        };
        if channel == Channel::Live {
            let is_read = self.paces.admits_live(cx.now, person);
            cx.io.dropped += u64::from(!is_read);
            return is_read.then_some(frame);
        }
        let before = self.paces.hearing(Some(person));
        let frame = match self.paces.admit(cx.now, person, connection, frame) {
            Admission::Read(frame) => Some(frame),
            Admission::Held => None,
            Admission::JustMuted | Admission::Dropped => {
                cx.io.dropped += 1;
                None
            }
        };
        cx.io.peers_changed |= self.paces.hearing(Some(person)) != before;
        frame
    }

    /// Reads what has waited for long enough, and hears again who has calmed down.
    pub(super) fn listen(&mut self, cx: &mut StayContext<'_>) {
        let is_due = self.paces.poll_timeout().is_some_and(|due| due <= cx.now);
        if !is_due {
            return;
        }
        let waiting = self.paces.waiting();
        while let Some((connection, frame)) = self.paces.next(cx.now, cx.hidden) {
            let members = &self.members;
            let peer = members.iter().find(|(_, it)| it.link.owns(connection));
            if let Some(&peer) = peer.map(|(peer, _)| peer) {
                let event = RtcEvent::Frame(Channel::Chat, frame);
                self.hand_over(peer, connection, event, cx);
            }
        }
        cx.io.peers_changed |= self.paces.waiting() != waiting;
        for person in self.paces.handle_timeout(cx.now) {
            cx.io.peers_changed = true;
            self.hear_again(person, cx);
        }
    }

    /// The person does not want to wait until somebody calms down.
    pub(super) fn listen_again(&mut self, peer: PeerId, cx: &mut StayContext<'_>) {
        let member = self.members.get(&peer);
        if let Some(person) = member.and_then(Member::identity)
            && self.paces.forgive(cx.now, &person)
        {
            self.hear_again(person, cx);
        }
    }

    /// What was not read was not acknowledged: over a new connection an honest page says it again.
    fn hear_again(&mut self, person: IdentityKey, cx: &mut StayContext<'_>) {
        for member in self.members.values_mut() {
            if member.identity() == Some(person) {
                member.link.restart(&mut link_context!(self, cx));
            }
        }
    }
}
