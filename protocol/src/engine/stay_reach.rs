//! Which ways links may take, and whether any is left.

use super::{
    Notice, ViewEvent,
    reach::{leads_nowhere, offers_relay},
    stay::{Stay, StayContext, link_context},
};

impl Stay {
    /// The person decided anew which ways links may take: every link is made anew.
    pub(super) fn handle_policy(&mut self, cx: &mut StayContext<'_>) {
        for member in self.members.values_mut() {
            member.link.renew(&mut link_context!(self, cx));
        }
        cx.io.peers_changed = true;
        if self.is_entered() {
            self.tell_reach(cx);
        }
    }

    /// Tells whether there is a relay, and that nobody can be linked where one is needed and missing.
    pub(super) fn tell_reach(&mut self, cx: &mut StayContext<'_>) {
        let offered = Some(offers_relay(&self.ice_servers));
        if self.relay_told != offered {
            self.relay_told = offered;
            cx.io.notify(ViewEvent::RelayOffered(offered == Some(true)));
            cx.io.peers_changed = true;
        }
        let leads_nowhere = leads_nowhere(cx.policy, &self.ice_servers);
        if std::mem::replace(&mut self.no_relay_told, leads_nowhere) == leads_nowhere {
            return;
        }
        let still_true = cx.io.storage_failed.then_some(Notice::NoStorage);
        let notice = leads_nowhere.then_some(Notice::NoRelay).or(still_true);
        cx.io.notify(ViewEvent::Notice(notice));
    }
}
