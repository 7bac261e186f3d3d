//! What the person was told last, so that only changes are told.

use std::sync::Arc;

use super::{
    Arriving, Io, MoveView, PathPolicy, PeerView, PersonView, SignalingStatus, ViewEvent,
    member::Member,
    reach::{Outlook, leads_nowhere},
    stay::Stay,
};
use crate::{
    crypto::{IdentityKey, SafetyNumber},
    ids::PeerId,
    names::{PersonName, skeleton},
    time::Timestamp,
};

#[derive(Debug, Default)]
pub(super) struct Projection {
    peers: Vec<PeerView>,
    arriving: Arriving,
    person: Option<Arc<PersonView>>,
    moves: Vec<MoveView>,
    typing: Vec<PersonName>,
    signaling: SignalingStatus,
}

impl Projection {
    /// Tells what is different now. Nobody is told anything of a room before they are in it, but for how the
    /// connection stands.
    pub(super) fn refresh(
        &mut self,
        now: Timestamp,
        policy: PathPolicy,
        stay: Option<&mut Stay>,
        io: &mut Io,
    ) {
        let signaling = stay
            .as_ref()
            .map_or(SignalingStatus::Idle, |stay| stay.session.status());
        if signaling != self.signaling {
            self.signaling = signaling;
            io.notify(ViewEvent::Signaling(signaling));
        }
        let Some(stay) = stay.filter(|stay| stay.is_entered()) else {
            self.peers.clear();
            self.typing.clear();
            self.arriving = Arriving::default();
            self.person = None;
            self.moves.clear();
            return;
        };
        if std::mem::take(&mut io.peers_changed) {
            let outlook = Outlook {
                now,
                signaling: stay.session.is_joined(),
                leads_nowhere: leads_nowhere(policy, &stay.ice_servers),
            };
            let peers = shown_peers(outlook, stay);
            if peers != self.peers {
                io.notify(ViewEvent::Peers(Arc::from(&*peers)));
                self.peers = peers;
            }
            let mut arriving = Arriving::default();
            let is_private = stay.vault.is_private();
            let members = stay.members.values();
            for member in members.filter(|it| !it.is_shown(now, is_private)) {
                member.count_arriving(outlook, &mut arriving);
            }
            if arriving != self.arriving {
                io.notify(ViewEvent::Unconfirmed(arriving));
                self.arriving = arriving;
            }
            let person = inspected(stay).map(Arc::new);
            if person != self.person {
                io.notify(ViewEvent::Person(person.clone()));
                self.person = person;
            }
            let moves = stay.moves.view(&stay.people, stay.vault.identity());
            if moves != self.moves {
                io.notify(ViewEvent::Moves(Arc::from(&*moves)));
                self.moves = moves;
            }
        }
        let typing = self
            .peers
            .iter()
            .filter(|peer| stay.typing.is_typing(peer.id))
            .map(|peer| peer.name.clone())
            .collect::<Vec<_>>();
        if typing != self.typing {
            io.notify(ViewEvent::Typing(Arc::from(&*typing)));
            self.typing = typing;
        }
    }
}

/// In the order in which they joined.
fn shown_peers(outlook: Outlook, stay: &Stay) -> Vec<PeerView> {
    let mut shown: Vec<(&PeerId, &Member)> = Vec::new();
    for (id, member) in &stay.members {
        if member.is_shown(outlook.now, stay.vault.is_private()) {
            // Put in its place: the standard sort would weigh more in the browser than all the rest of this file.
            let place = shown.partition_point(|(other, earlier)| {
                (earlier.joined_at, *other) < (member.joined_at, id)
            });
            shown.insert(place, (id, member));
        }
    }
    let own_name = skeleton(stay.name.as_str());
    let own = (&*own_name, Some(stay.vault.identity()));
    let names: Vec<_> = shown
        .iter()
        .map(|(_, member)| (&*member.skeleton, member.identity()))
        .chain([own])
        .collect();
    shown
        .iter()
        .map(|(id, member)| member.view(**id, outlook, badge(stay, member, &names)))
        .collect()
}

/// Tells apart those whose names look alike.
fn badge(stay: &Stay, member: &Member, names: &[(&str, Option<IdentityKey>)]) -> Option<String> {
    let identity = member.identity()?;
    let looks_alike = names
        .iter()
        .any(|&(name, other)| name == member.skeleton && other != Some(identity))
        || stay
            .people
            .is_contested_skeleton(&identity, &member.skeleton);
    looks_alike.then(|| identity.badge())
}

/// Whom the person looks at closely, where they are still there.
fn inspected(stay: &mut Stay) -> Option<PersonView> {
    let inspected = stay.inspected.as_mut()?;
    let member = stay.members.get(&inspected.peer)?;
    let identity = member.identity()?;
    let worked_out = inspected
        .safety_number
        .take()
        .filter(|(of, _)| *of == identity);
    let (_, safety_number) = inspected
        .safety_number
        .insert(worked_out.unwrap_or_else(|| {
            let number = SafetyNumber::of(&stay.vault.identity(), &identity);
            (identity, number)
        }));
    Some(PersonView {
        peer: inspected.peer,
        name: member.name.clone(),
        identity,
        safety_number: safety_number.clone(),
        standing: member.standing,
        emoji: member.comparing.view(),
    })
}
