//! What the person was told last, so that only changes are told.

use std::sync::Arc;

use super::{Io, PeerView, SignalingStatus, ViewEvent, member::Member, stay::Stay};
use crate::{ids::PeerId, names::PersonName, time::Timestamp};

#[derive(Debug, Default)]
pub(super) struct Projection {
    peers: Vec<PeerView>,
    typing: Vec<PersonName>,
    signaling: SignalingStatus,
}

impl Projection {
    /// Tells what is different now. Nobody is told anything of a room before they are in it, but for how the
    /// connection stands.
    pub(super) fn refresh(&mut self, now: Timestamp, stay: Option<&Stay>, io: &mut Io) {
        let signaling = stay.map_or(SignalingStatus::Idle, |stay| stay.session.status());
        if signaling != self.signaling {
            self.signaling = signaling;
            io.notify(ViewEvent::Signaling(signaling));
        }
        let Some(stay) = stay.filter(|stay| stay.is_entered()) else {
            self.peers.clear();
            self.typing.clear();
            return;
        };
        if std::mem::take(&mut io.peers_changed) {
            let peers = shown_peers(now, stay);
            if peers != self.peers {
                io.notify(ViewEvent::Peers(Arc::from(&*peers)));
                self.peers = peers;
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
fn shown_peers(now: Timestamp, stay: &Stay) -> Vec<PeerView> {
    let mut shown: Vec<(&PeerId, &Member)> = Vec::new();
    for (id, member) in &stay.members {
        if member.is_shown(now) {
            // Put in its place: the standard sort would weigh more in the browser than all the rest of this file.
            let place = shown.partition_point(|(other, earlier)| {
                (earlier.joined_at, *other) < (member.joined_at, id)
            });
            shown.insert(place, (id, member));
        }
    }
    shown
        .into_iter()
        .map(|(&id, member)| member.view(id, now))
        .collect()
}
