//! What the person was told last, so that only changes are told.

use std::{sync::Arc, time::Duration};

use litemap::LiteMap;

use super::{Room, roster::Member};
use crate::{
    crypto::IdentityKey,
    engine::{
        Arriving, Io, MoveView, PeerView, PersonView, RoomEvent, SignalingStatus, context::Context,
        paths::Outlook,
    },
    flat_set::FlatSet,
    ids::PeerId,
    names::{PersonName, skeleton},
    time::Timestamp,
};

/// So often latencies are told, of all links at once: every pong of sixty links would draw the list twenty times a second.
const LATENCIES_EVERY: Duration = Duration::from_secs(1);

#[derive(Debug, Default)]
pub(super) struct Projection {
    peers: Vec<Arc<PeerView>>,
    /// Where each of them stands.
    places: LiteMap<PeerId, usize>,
    /// Of whom only the latency is another, and when that is told.
    put_off: FlatSet<PeerId>,
    tell_at: Option<Timestamp>,
    arriving: Arriving,
    person: Option<Arc<PersonView>>,
    moves: Vec<MoveView>,
    typing: Vec<PersonName>,
    signaling: SignalingStatus,
}

impl Projection {
    /// Tells what is different now, where `woke` says whether it was time to look. Nobody is told anything of a room before they are
    /// in it, but for how the connection stands.
    pub(super) fn refresh(&mut self, woke: bool, room: &mut Room, cx: &mut Context<'_>) {
        let signaling = room.reach.status();
        if signaling != self.signaling {
            self.signaling = signaling;
            cx.io.notify(RoomEvent::Signaling(signaling));
        }
        let touched = std::mem::take(&mut cx.io.touched);
        if !room.is_entered() {
            return;
        }
        let (outlook, io) = (room.reach.outlook(cx.now), &mut *cx.io);
        if std::mem::take(&mut io.peers_changed) || (woke && self.is_out_of_date(outlook, room)) {
            self.rebuild(outlook, room, io);
        } else {
            self.touch(touched, outlook, room, io);
        }
        if woke {
            self.count_arriving(outlook, room, io);
            self.refresh_moves(room, io);
        }
        self.refresh_typing(room, io);
    }

    /// When to look again, though nothing happens.
    pub(super) fn poll_timeout(&self) -> Option<Timestamp> {
        self.tell_at
    }

    /// Everything anew.
    fn rebuild(&mut self, outlook: Outlook, room: &mut Room, io: &mut Io) {
        self.put_off.clear();
        self.tell_at = None;
        let mut peers = shown_peers(outlook, room);
        for peer in &mut peers {
            // Who is shown as before is the same to those who draw.
            let before = self.places.get(&peer.id).and_then(|&it| self.peers.get(it));
            if let Some(before) = before.filter(|before| *before == peer) {
                *peer = Arc::clone(before);
            }
        }
        if peers != self.peers {
            self.places.clear();
            for (place, peer) in peers.iter().enumerate() {
                self.places.insert(peer.id, place);
            }
            io.notify(RoomEvent::Peers(Arc::from(&*peers)));
            self.peers = peers;
        }
        self.count_arriving(outlook, room, io);
        let hearing = |identity| room.talk.hearing(Some(identity));
        let person = room.trust.inspected(&room.roster, hearing).map(Arc::new);
        if person != self.person {
            io.notify(RoomEvent::Person(person.clone()));
            self.person = person;
        }
        self.refresh_moves(room, io);
    }

    fn refresh_moves(&mut self, room: &Room, io: &mut Io) {
        let moves = room.decisions.moves(&room.trust);
        if moves != self.moves {
            io.notify(RoomEvent::Moves(Arc::from(&*moves)));
            self.moves = moves;
        }
    }

    /// Something happened to the links of these. What one pong costs does not depend on how many are in the room.
    fn touch(&mut self, touched: FlatSet<PeerId>, outlook: Outlook, room: &mut Room, io: &mut Io) {
        let is_due = self.tell_at.is_some_and(|at| at <= outlook.now);
        if is_due {
            self.tell_at = None;
        }
        let mut waiting = if is_due {
            std::mem::take(&mut self.put_off)
        } else {
            FlatSet::default()
        };
        waiting.extend(touched);
        let mut changed = Vec::new();
        for peer in waiting {
            let before = self
                .places
                .get(&peer)
                .and_then(|&it| self.peers.get_mut(it));
            let Some((before, member)) = before.zip(room.roster.get(peer)) else {
                let is_private = room.signals.is_private();
                let member = room.roster.get(peer);
                if member.is_some_and(|it| it.is_shown(outlook.now, is_private)) {
                    self.rebuild(outlook, room, io);
                    return;
                }
                continue;
            };
            let hearing = room.talk.hearing(member.identity());
            let asks = room.trust.asks_to_compare(peer);
            let view = member.view(peer, outlook, before.badge.clone(), asks, hearing);
            if view == **before {
                continue;
            }
            let as_before = PeerView {
                latency_ms: before.latency_ms,
                ..view.clone()
            };
            if !is_due && before.latency_ms.is_some() && as_before == **before {
                self.put_off.insert(peer);
                self.tell_at.get_or_insert(outlook.now + LATENCIES_EVERY);
            } else {
                *before = Arc::new(view);
                changed.push(Arc::clone(before));
            }
            let moves = room.decisions.moves(&room.trust);
            if moves != self.moves {
                io.notify(RoomEvent::Moves(Arc::from(&*moves)));
                self.moves = moves;
            }
        }
        if !changed.is_empty() {
            io.notify(RoomEvent::PeersChanged(changed.into()));
        }
    }

    /// Whether time has changed what is shown of anybody.
    fn is_out_of_date(&self, outlook: Outlook, room: &Room) -> bool {
        let is_private = room.signals.is_private();
        let is_shown = |member: &Member| member.is_shown(outlook.now, is_private);
        let shown = room.roster.members().filter(|member| is_shown(member));
        shown.count() != self.peers.len()
            || self.peers.iter().any(|view| {
                let member = room.roster.get(view.id).filter(|it| is_shown(it));
                member.is_none_or(|member| {
                    (view.state, view.obstacle, view.path)
                        != (
                            member.link.state(outlook),
                            member.link.obstacle(outlook),
                            member.link.path(outlook.now),
                        )
                })
            })
    }

    fn count_arriving(&mut self, outlook: Outlook, room: &Room, io: &mut Io) {
        let mut arriving = Arriving::default();
        let is_private = room.signals.is_private();
        let members = room.roster.members();
        for member in members.filter(|it| !it.is_shown(outlook.now, is_private)) {
            member.count_arriving(outlook, &mut arriving);
        }
        if arriving != self.arriving {
            io.notify(RoomEvent::Unconfirmed(arriving));
            self.arriving = arriving;
        }
    }

    fn refresh_typing(&mut self, room: &Room, io: &mut Io) {
        if !room.talk.typing().is_anybody() && self.typing.is_empty() {
            return;
        }
        let typing = self
            .peers
            .iter()
            .filter(|peer| room.talk.typing().is_typing(peer.id))
            .map(|peer| peer.name.clone())
            .collect::<Vec<_>>();
        if typing != self.typing {
            io.notify(RoomEvent::Typing(Arc::from(&*typing)));
            self.typing = typing;
        }
    }
}

/// In the order in which they joined.
fn shown_peers(outlook: Outlook, room: &Room) -> Vec<Arc<PeerView>> {
    let mut shown: Vec<(&PeerId, &Member)> = Vec::new();
    for (id, member) in room.roster.iter() {
        if member.is_shown(outlook.now, room.signals.is_private()) {
            // Put in its place: the standard sort would weigh more in the browser than all the rest of this file.
            let place = shown.partition_point(|(other, earlier)| {
                (earlier.joined_at, *other) < (member.joined_at, id)
            });
            shown.insert(place, (id, member));
        }
    }
    let own_name = skeleton(room.name.as_str());
    let own = (&*own_name, Some(room.trust.me()));
    let names: Vec<_> = shown
        .iter()
        .map(|(_, member)| (&*member.skeleton, member.identity()))
        .chain([own])
        .collect();
    shown
        .iter()
        .map(|(id, member)| {
            let hearing = room.talk.hearing(member.identity());
            let badge = badge(room, member, &names);
            let asks = room.trust.asks_to_compare(**id);
            Arc::new(member.view(**id, outlook, badge, asks, hearing))
        })
        .collect()
}

/// Tells apart those whose names look alike.
fn badge(room: &Room, member: &Member, names: &[(&str, Option<IdentityKey>)]) -> Option<String> {
    let identity = member.identity()?;
    let looks_alike = names
        .iter()
        .any(|&(name, other)| name == member.skeleton && other != Some(identity))
        || room
            .trust
            .people
            .is_contested_skeleton(&identity, &member.skeleton);
    looks_alike.then(|| identity.badge())
}
