//! Who is in the room, and what waits for those who were.

mod due;
mod member;
mod outbox;

use litemap::LiteMap;

use self::due::Due;
pub(in crate::engine) use self::{member::Member, outbox::Outbox};
use crate::{
    crypto::{IdentityKey, SessionKey},
    engine::{ConnectionId, Io, OpId},
    ids::{MessageId, PeerId},
    limits,
    names::PersonName,
    peer::PeerMessage,
    signaling::PeerInfo,
    time::Timestamp,
};

/// Departed peers whose messages are kept.
const PARKED_PEERS: usize = 64;

/// See the module.
#[derive(Debug, Default)]
pub(in crate::engine) struct Roster {
    members: LiteMap<PeerId, Member>,
    /// What those who left have not acknowledged, should they come back.
    parked: LiteMap<PeerId, Outbox>,
    due: Due,
}

impl Roster {
    /// Nobody is here; these messages wait for those who may come back.
    pub(in crate::engine) fn waiting_for(
        outstanding: Vec<(PeerId, Option<IdentityKey>, MessageId)>,
    ) -> Self {
        let mut roster = Self::default();
        for (peer, owner, id) in outstanding {
            let outbox = roster.parked.entry(peer);
            outbox.or_insert_with(|| Outbox::of(owner)).push(id);
        }
        roster
    }

    pub(in crate::engine) fn get(&self, peer: PeerId) -> Option<&Member> {
        self.members.get(&peer)
    }

    pub(in crate::engine) fn get_mut(&mut self, peer: PeerId) -> Option<&mut Member> {
        self.due.touch(peer);
        self.members.get_mut(&peer)
    }

    pub(in crate::engine) fn contains(&self, peer: PeerId) -> bool {
        self.members.contains_key(&peer)
    }

    pub(in crate::engine) fn len(&self) -> usize {
        self.members.len()
    }

    pub(in crate::engine) fn iter(&self) -> impl Iterator<Item = (&PeerId, &Member)> {
        self.members.iter()
    }

    pub(in crate::engine) fn iter_mut(&mut self) -> impl Iterator<Item = (&PeerId, &mut Member)> {
        self.due.touch_all();
        self.members.iter_mut()
    }

    /// What waits for those who take something now, to whose links nothing happens by it.
    pub(in crate::engine) fn outboxes(
        &mut self,
        now: Timestamp,
    ) -> impl Iterator<Item = (PeerId, &mut Outbox)> {
        let members = self.members.iter_mut();
        members.filter_map(move |(&peer, member)| {
            let takes = member.passes() && member.link.is_connected(now);
            takes.then_some((peer, &mut member.outbox))
        })
    }

    pub(in crate::engine) fn members(&self) -> impl Iterator<Item = &Member> {
        self.members.values()
    }

    pub(in crate::engine) fn members_mut(&mut self) -> impl Iterator<Item = &mut Member> {
        self.iter_mut().map(|(_, member)| member)
    }

    pub(in crate::engine) fn into_members(self) -> impl Iterator<Item = Member> {
        self.members.into_iter().map(|(_, member)| member)
    }

    /// Those to whom something applies.
    pub(in crate::engine) fn those(&self, applies: impl Fn(&Member) -> bool) -> Vec<PeerId> {
        let members = self.members.iter();
        members
            .filter(|(_, member)| applies(member))
            .map(|(&peer, _)| peer)
            .collect()
    }

    /// With whose links something may be due: those that something happened to since [`Roster::poll_timeout`], or all.
    pub(in crate::engine) fn to_look_at(&self, now: Timestamp, signaling: bool) -> Vec<PeerId> {
        match self.due.touched(now, signaling) {
            Some(touched) => touched.iter().copied().collect(),
            None => self.members.keys().copied().collect(),
        }
    }

    /// When to look at somebody's link again, though nothing happens.
    pub(in crate::engine) fn poll_timeout(
        &mut self,
        now: Timestamp,
        signaling: bool,
    ) -> Option<Timestamp> {
        let looked_at = self.to_look_at(now, signaling);
        let members = looked_at.iter().filter_map(|peer| self.members.get(peer));
        let soonest = members
            .filter_map(|member| member.link.poll_timeout(now, signaling))
            .min();
        self.due.settle(now, signaling, soonest)
    }

    /// Whose connection it is, in use or being made.
    pub(in crate::engine) fn owner_of(&self, connection: ConnectionId) -> Option<PeerId> {
        let mut members = self.members.iter();
        let owner = members.find(|(_, member)| member.link.owns(connection));
        owner.map(|(&peer, _)| peer)
    }

    /// Whose link waits for an asynchronous call.
    pub(in crate::engine) fn owner_of_op(&self, op: OpId) -> Option<PeerId> {
        let mut members = self.members.iter();
        let owner = members.find(|(_, member)| member.link.awaits(op));
        owner.map(|(&peer, _)| peer)
    }

    /// Somebody whom the server lists, known before or new; `None` where the room is full.
    pub(in crate::engine) fn list(
        &mut self,
        me: PeerId,
        info: &PeerInfo,
        name: &PersonName,
    ) -> Option<&mut Member> {
        if !self.contains(info.id) && self.len() >= limits::ROOM_MEMBERS {
            return None;
        }
        self.due.touch(info.id);
        let parked = &mut self.parked;
        let member = self.members.entry(info.id).or_insert_with(|| {
            let outbox = parked.remove(&info.id).unwrap_or_default();
            Member::new(me, info, name.clone(), outbox)
        });
        member.joined_at = info.joined_at;
        Some(member)
    }

    pub(in crate::engine) fn remove(&mut self, peer: PeerId) -> Option<Member> {
        self.members.remove(&peer)
    }

    /// Keeps what somebody who leaves has not acknowledged, should they come back. Where too many have left, whoever matters least
    /// gets nothing more: gives who that is, and what was for them.
    pub(in crate::engine) fn park<R: Ord>(
        &mut self,
        peer: PeerId,
        mut outbox: Outbox,
        regard: impl Fn(&IdentityKey) -> R,
    ) -> Option<(PeerId, Outbox)> {
        outbox.handle_reconnected();
        self.parked.insert(peer, outbox);
        if self.parked.len() <= PARKED_PEERS {
            return None;
        }
        let rank = |(&peer, outbox): (&PeerId, &Outbox)| {
            let owner = outbox.owner();
            (owner.map(|owner| regard(&owner)), peer)
        };
        let (_, least) = self.parked.iter().map(rank).min()?;
        let outbox = self.parked.remove(&least)?;
        Some((least, outbox))
    }

    /// Whether there is a link to anybody.
    pub(in crate::engine) fn has_links(&self, now: Timestamp) -> bool {
        self.members().any(|member| member.link.is_connected(now))
    }

    /// Whether anybody has proved who they are.
    pub(in crate::engine) fn is_anybody_known(&self) -> bool {
        self.members().any(|member| member.identity().is_some())
    }

    /// Whether a person is here, with whatever tab.
    pub(in crate::engine) fn is_here(&self, identity: &IdentityKey) -> bool {
        let mut members = self.members();
        members.any(|member| member.identity() == Some(*identity))
    }

    /// Whether the tab of a session is here.
    pub(in crate::engine) fn is_session_here(&self, session: &SessionKey) -> bool {
        let mut members = self.members();
        members.any(|member| member.session() == Some(*session))
    }

    /// Those who are listened to.
    pub(in crate::engine) fn inside(&self) -> impl Iterator<Item = IdentityKey> {
        let inside = self.members().filter(|member| member.passes());
        inside.filter_map(Member::identity)
    }

    /// Says something to everybody who is listened to.
    pub(in crate::engine) fn tell(&self, message: &PeerMessage, io: &mut Io) {
        for member in self.members() {
            member.tell(message, io);
        }
    }
}
