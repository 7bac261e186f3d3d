//! What becomes of own messages whose receivers leave, fall silent or are met anew.

use super::{
    Io,
    outbox::Outbox,
    stay::{Stay, StayContext},
};
use crate::ids::PeerId;

/// Departed peers whose messages are kept.
const PARKED_PEERS: usize = 64;

impl Stay {
    /// Own messages wait for those alone whose connections take something.
    pub(super) fn settle(&mut self, cx: &mut StayContext<'_>) {
        if !self.conversation.is_sending() {
            return;
        }
        let mut taking: Vec<PeerId> = Vec::new();
        for (&peer, member) in &mut self.members {
            let takes = member.passes() && member.link.is_connected(cx.now);
            if takes && !member.outbox.is_stalled(cx.now) {
                taking.push(peer);
            }
        }
        // Before the room is entered nobody is there yet, and all may come.
        if self.is_entered() {
            let takes = |peer: PeerId| taking.binary_search(&peer).is_ok();
            self.conversation.settle(takes, cx.io);
        }
    }

    /// Keeps what somebody who leaves has not acknowledged, should they come back. Where too many have left, whoever matters least
    /// gets nothing more.
    pub(super) fn park(&mut self, peer: PeerId, mut outbox: Outbox, io: &mut Io) {
        outbox.handle_reconnected();
        self.parked.insert(peer, outbox);
        if self.parked.len() <= PARKED_PEERS {
            return;
        }
        let rank = |(&peer, outbox): (&PeerId, &Outbox)| {
            let owner = outbox.owner();
            (owner.map(|owner| self.people.regard(&owner)), peer)
        };
        let least = self.parked.iter().map(rank).min().map(|(_, peer)| peer);
        if let Some((peer, outbox)) = least.and_then(|peer| self.parked.remove_entry(&peer)) {
            for id in outbox.into_messages() {
                self.conversation.handle_parted(peer, id, io);
            }
        }
    }

    /// What was said with another session goes on with this one.
    pub(super) fn sign_again(&mut self, io: &mut Io) {
        let (session, vault) = (self.vault.session(), &mut self.vault);
        let sign = |content, time, io: &mut Io| vault.sign(content, time, io);
        self.conversation.sign_again(session, sign, io);
    }
}
