//! The comparisons by emoji that are under way, with each tab that has proved whose it is.

use litemap::LiteMap;

use super::comparing::{Comparing, Ends};
use crate::{
    crypto::{IdentityKey, SecureRandom},
    engine::{EmojiView, room::roster::Member},
    ids::PeerId,
    peer::PeerMessage,
};

/// See the module.
#[derive(Debug, Default)]
pub(in crate::engine) struct Comparisons(LiteMap<PeerId, (IdentityKey, Comparing)>);

impl Comparisons {
    pub(super) fn view(&self, peer: PeerId) -> EmojiView {
        let comparing = self.0.get(&peer);
        comparing.map_or(EmojiView::Idle, |(_, comparing)| comparing.view())
    }

    /// A new connection has proved whose it is: what was begun on the old one is over.
    pub(super) fn handle_proved(&mut self, peer: PeerId, identity: IdentityKey) {
        match self.0.get_mut(&peer) {
            Some((before, comparing)) if *before == identity => comparing.reset(),
            Some(_) | None => self.forget(peer),
        }
    }

    pub(super) fn forget(&mut self, peer: PeerId) {
        self.0.remove(&peer);
    }

    /// The person wants to compare, or agrees to. Gives what to say.
    pub(super) fn begin(
        &mut self,
        peer: PeerId,
        member: &Member,
        random: &mut SecureRandom,
    ) -> Option<PeerMessage> {
        self.with(peer, member.identity()?).begin(random)
    }

    /// The person has compared. Gives whether it counts, and what to say.
    pub(super) fn judge(&mut self, peer: PeerId, same: bool) -> (bool, Option<PeerMessage>) {
        match self.0.get_mut(&peer) {
            Some((_, comparing)) => comparing.judge(same),
            None => (false, None),
        }
    }

    /// The other side said something about it. Gives what to say.
    pub(super) fn handle(
        &mut self,
        peer: PeerId,
        message: &PeerMessage,
        ends: &Ends,
    ) -> Option<PeerMessage> {
        self.with(peer, ends.them).handle(message, ends)
    }

    fn with(&mut self, peer: PeerId, identity: IdentityKey) -> &mut Comparing {
        let begun = self.0.entry(peer);
        let (_, comparing) = begun.or_insert_with(|| (identity, Comparing::default()));
        comparing
    }
}
