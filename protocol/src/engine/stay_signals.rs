//! What a stay makes of what others say through the server: whose it is, whether they are let in, and what is sealed in it.

use serde_json::Value;

use super::{
    Notice, ViewEvent,
    link::{self, LinkContext, News, Thread},
    member::Member,
    stay::{Stay, StayContext, link_context},
};
use crate::{
    crypto::{Announcement, pair::PairEpochs, signal::SignalKind},
    ids::PeerId,
};

/// An offer, answer or candidate as it came.
pub(super) struct Relayed {
    pub(super) from: PeerId,
    pub(super) kind: SignalKind,
    pub(super) negotiation: Option<String>,
    pub(super) announcement: Option<String>,
    pub(super) payload: Value,
}

impl Stay {
    pub(super) fn handle_relayed(&mut self, mut relayed: Relayed, cx: &mut StayContext<'_>) {
        let from = relayed.from;
        if !self.members.contains_key(&from) {
            cx.io.dropped += 1;
            return;
        }
        let mut theirs = None;
        if let Some(sealed) = &relayed.announcement {
            let Some(announcement) = Announcement::open(sealed, &self.vault.room) else {
                cx.io.dropped += 1;
                return;
            };
            theirs = Some(announcement.epoch);
            if self.learn(from, announcement, cx).is_none() {
                cx.io.dropped += 1;
                return;
            }
        }
        let thread = if self.vault.is_private() {
            match self.unseal(&mut relayed, cx) {
                Some(thread) => thread,
                None => return,
            }
        } else {
            Thread {
                negotiation: relayed.negotiation.take(),
                mine: self.vault.epoch(),
                theirs,
            }
        };
        self.handle_signal(thread, relayed, cx);
    }

    /// Takes in an announcement. `None` where it is not this peer's, or not to be believed.
    pub(super) fn learn(
        &mut self,
        peer: PeerId,
        announcement: Announcement,
        cx: &mut StayContext<'_>,
    ) -> Option<News> {
        let member = self.members.get_mut(&peer)?;
        let known_otherwise = self
            .audit
            .contradicts(&announcement.session, &announcement.identity);
        if announcement.peer != peer || known_otherwise {
            return None;
        }
        let latest = member.link.keys.latest();
        if latest.is_some_and(|latest| latest.session != announcement.session) {
            // Whoever is linked stays who they are; a peer id without a link may be taken by another tab.
            if !member.link.needs_connection(cx.now) {
                return None;
            }
            member.forget();
            member.link.hand_over(&mut link_context!(self, cx));
            Self::park_keys(&mut self.parked_keys, &mut member.link.keys);
        }
        let mut is_back = false;
        if member.link.keys.latest().is_none()
            && let Some(keys) = self.parked_keys.remove(&announcement.session)
        {
            member.link.keys = keys;
            is_back = true;
        }
        let mut news = member.link.keys.learn(announcement);
        if is_back && news == News::Same {
            news = News::Newer;
        }
        match news {
            News::Refused => return None,
            News::Newer => member.link.handle_announced(&mut link_context!(self, cx)),
            News::Same => {}
        }
        Some(news)
    }

    /// Opens what is sealed in a message of a private room, and puts it in its place. Nothing else is taken in there.
    fn unseal(&mut self, relayed: &mut Relayed, cx: &mut StayContext<'_>) -> Option<Thread> {
        let member = self.members.get_mut(&relayed.from)?;
        let opened = relayed.payload.as_str().and_then(|sealed| {
            let epochs = PairEpochs::of_sealed(sealed)?;
            let Some(pair) = member.link.keys.pair(epochs, &self.vault) else {
                // Sealed for an epoch that is over, or from one that this side has not heard of; or a recording, for which a link
                // that works is not made anew.
                if member.link.needs_connection(cx.now) {
                    member.link.tell_epoch(&mut link_context!(self, cx));
                }
                return None;
            };
            Some((epochs, pair.open(sealed)?))
        });
        let expected = |kind| match relayed.kind {
            SignalKind::Answer => matches!(kind, SignalKind::Answer | SignalKind::Refusal),
            SignalKind::Offer | SignalKind::Candidate | SignalKind::Refusal => kind == relayed.kind,
        };
        let Some((epochs, signal)) = opened.filter(|(_, signal)| expected(signal.kind)) else {
            // `null` beside an announcement is news of an epoch, and no mistake.
            cx.io.dropped += u64::from(!relayed.payload.is_null());
            return None;
        };
        member.link.keys.prove();
        relayed.kind = signal.kind;
        relayed.payload = signal.payload;
        Some(Thread {
            negotiation: signal.negotiation,
            mine: epochs.mine,
            theirs: Some(epochs.theirs),
        })
    }

    fn handle_signal(&mut self, thread: Thread, relayed: Relayed, cx: &mut StayContext<'_>) {
        let Relayed {
            from,
            kind,
            payload,
            ..
        } = relayed;
        let stranger = !self.admits(from);
        let refusal = kind == SignalKind::Refusal
            || (kind == SignalKind::Answer && link::is_refusal(&payload));
        let mut shut_out = false;
        self.with_sender(from, cx, |member, cx| {
            if refusal {
                shut_out = member.link.handle_refusal(cx);
                return;
            }
            match kind {
                SignalKind::Offer if stranger => member.link.refuse(cx),
                SignalKind::Answer | SignalKind::Candidate if stranger => cx.io.dropped += 1,
                SignalKind::Offer => member.link.handle_offer(thread, payload, cx),
                SignalKind::Answer => {
                    let negotiation = thread.negotiation.as_deref();
                    member
                        .link
                        .handle_answer(negotiation, thread.theirs, payload, cx);
                }
                SignalKind::Candidate => {
                    member
                        .link
                        .handle_candidate(thread.negotiation, payload, cx);
                }
                SignalKind::Refusal => {}
            }
        });
        let alone = self
            .members
            .values()
            .all(|member| member.identity().is_none());
        if shut_out && alone {
            self.locked_told = true;
            cx.io.notify(ViewEvent::Notice(Some(Notice::RoomLocked)));
        }
    }

    /// Whether a peer may be connected to. Whose keys are not known is a stranger, whom a locked room does not admit.
    fn admits(&self, peer: PeerId) -> bool {
        let member = self.members.get(&peer);
        let known = member.and_then(|member| member.link.keys.latest());
        self.admission.admits_known(known)
    }

    fn with_sender(
        &mut self,
        from: PeerId,
        cx: &mut StayContext<'_>,
        handle: impl FnOnce(&mut Member, &mut LinkContext<'_>),
    ) {
        if let Some(member) = self.members.get_mut(&from) {
            member.away = false;
            handle(member, &mut link_context!(self, cx));
        }
    }
}
