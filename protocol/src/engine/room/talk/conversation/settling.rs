//! How own messages come to an end, whatever becomes of those whom they were for: none stays "sending" for ever.

use super::Conversation;
use crate::{
    crypto::{
        SessionKey,
        entry::{EntryContent, SignedEntry},
    },
    engine::{DeliveryStatus, Io},
    ids::{MessageId, PeerId},
    time::Timestamp,
};

impl Conversation {
    /// Waits no more for those whose connections take nothing: they are gone, are not listened to, or do not answer. They get what
    /// was said once they can, but do not decide any more about "sent".
    pub(in crate::engine) fn settle(&mut self, takes: impl Fn(PeerId) -> bool, io: &mut Io) {
        let mut settled = Vec::new();
        for id in self.sending.iter() {
            match self.own.get_mut(id) {
                Some(own) => {
                    own.unsent.retain(|&peer| takes(peer));
                    if own.unsent.is_empty() {
                        settled.push(*id);
                    }
                }
                None => settled.push(*id),
            }
        }
        for id in settled {
            self.sending.remove(&id);
            let own = self.own.get(&id);
            if own.is_some_and(|own| own.status() != own.stored.message.status) {
                self.update(id, io);
            }
        }
    }

    /// Whether anybody is waited for.
    pub(in crate::engine) fn is_sending(&self) -> bool {
        !self.sending.is_empty()
    }

    /// Somebody who is gone will never get an own message. Who remains decides; where nobody does and nobody was given it, it has
    /// failed.
    pub(in crate::engine) fn handle_parted(&mut self, peer: PeerId, id: MessageId, io: &mut Io) {
        let Some(own) = self.own.get_mut(&id) else {
            return;
        };
        own.unsent.retain(|&waiting| waiting != peer);
        own.stored.awaiting.retain(|&awaited| awaited != peer);
        own.stored.later.retain(|&awaited| awaited != peer);
        if own.is_done() && !own.handed && !own.acknowledged {
            own.stored.message.status = DeliveryStatus::Failed;
        }
        self.update(id, io);
    }

    /// What this session has not signed is signed again with it, under the id that it has, and goes to whoever waits for it: the
    /// session before is another tab's now, or lost, and those who come new cannot read it.
    pub(in crate::engine) fn sign_again(
        &mut self,
        session: SessionKey,
        mut sign: impl FnMut(EntryContent, Timestamp, &mut Io) -> SignedEntry,
        io: &mut Io,
    ) {
        let is_signed = |entry: &SignedEntry| entry.claimed_session() == Some(session);
        let mut unsigned: Vec<(u32, MessageId)> = Vec::new();
        for (id, own) in &self.own {
            if !own.stored.entry.as_ref().is_some_and(is_signed) {
                let place = unsigned.partition_point(|(number, _)| *number < own.stored.number);
                unsigned.insert(place, (own.stored.number, *id));
            }
        }
        for (_, id) in unsigned {
            if let Some(own) = self.own.get_mut(&id) {
                let message = &own.stored.message;
                let (text, time) = (message.text.clone(), message.timestamp);
                let content = EntryContent::ChatMessage { id, text };
                own.stored.entry = Some(sign(content, time, io));
            }
            self.update(id, io);
        }
    }
}
