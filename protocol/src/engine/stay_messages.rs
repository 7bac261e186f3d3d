//! What a stay makes of what peers say over confirmed connections.

use std::time::Duration;

use super::{
    ChatMessage, DeliveryStatus, Standing,
    audit::{Author, Finding},
    regard,
    stay::{Stay, StayContext, link_context},
};
use crate::{
    crypto::{
        Announcement, Invite, InviteSecret, SessionKey,
        entry::{Entry, EntryContent, SignedEntry},
    },
    ids::PeerId,
    peer::{Head, PeerMessage},
};

/// How long after an entry others are told that it is here, so that one word serves for many.
pub(super) const TELL_HEADS_AFTER: Duration = Duration::from_secs(2);

impl Stay {
    pub(super) fn handle_peer_message(
        &mut self,
        peer: PeerId,
        message: PeerMessage,
        cx: &mut StayContext<'_>,
    ) {
        let Some(member) = self.members.get_mut(&peer) else {
            return;
        };
        let of_the_link = matches!(
            message,
            PeerMessage::Bye {} | PeerMessage::Announcement { .. }
        );
        if !of_the_link && !member.passes() {
            // Whoever is not known, or not wanted, is not listened to.
            cx.io.dropped += 1;
            return;
        }
        match message {
            PeerMessage::Bye {} => {
                self.typing.handle_peer(cx.now, peer, false);
                // The server says when the seat is free. A page loaded anew may have joined already, and its
                // `peer_joined` have overtaken this word of the one before.
                member.away = member.link.handle_bye(&mut link_context!(self, cx));
            }
            PeerMessage::Announcement { announcement } => {
                let opened = Announcement::open(&announcement, &self.vault.room);
                if opened.and_then(|it| self.learn(peer, it, cx)).is_none() {
                    cx.io.dropped += 1;
                }
            }
            PeerMessage::Entry { text, signature } => {
                self.handle_entry(peer, SignedEntry { text, signature }, cx);
            }
            PeerMessage::Delivered { id } => {
                if member.outbox.handle_delivered(id) {
                    if let Some(person) = member.identity() {
                        self.paces.handle_answer(&person);
                    }
                    self.conversation.handle_delivered(peer, id, cx.io);
                    member.pump(peer, &mut self.conversation, cx.io);
                }
            }
            PeerMessage::TypingIndicator { typing } => {
                self.typing.handle_peer(cx.now, peer, typing);
            }
            PeerMessage::Heads { heads } => {
                let spaced = |last| cx.now >= last + TELL_HEADS_AFTER;
                if member.last_evidence.is_none_or(spaced)
                    && let Some(entry) = self.audit.contradiction(&heads)
                {
                    member.last_evidence = Some(cx.now);
                    let entries = vec![entry];
                    member.tell(&PeerMessage::Evidence { entries }, cx.io);
                }
            }
            PeerMessage::Evidence { entries } => self.handle_evidence(entries, cx),
            PeerMessage::Lock { locked } => {
                let by = member.name.clone();
                self.lock(locked, Some(&by), cx);
            }
            PeerMessage::NewInvite { room_id, secret } => {
                let secret = secret.parse().ok();
                // Nobody here knows the passphrase of a room that asks for one.
                let secret = secret.filter(|secret: &InviteSecret| !secret.asks_passphrase());
                match secret.and_then(|secret| Invite::private(room_id, secret)) {
                    Some(invite) => self.handle_new_invite(peer, invite, cx),
                    None => cx.io.dropped += 1,
                }
            }
            PeerMessage::EmojiCommit { .. }
            | PeerMessage::EmojiShare { .. }
            | PeerMessage::EmojiReveal { .. }
            | PeerMessage::EmojiCancel {} => self.handle_emoji(peer, &message, cx),
            // The link answers these itself.
            PeerMessage::Ping { .. } | PeerMessage::Pong { .. } | PeerMessage::Confirm { .. } => {}
        }
    }

    /// An entry, from its author or from whoever else has it. Whatever came whole is answered, though nothing may be shown of it:
    /// who waits for an answer in vain says nothing more.
    fn handle_entry(&mut self, hander: PeerId, signed: SignedEntry, cx: &mut StayContext<'_>) {
        let verified = self.audit.verify(&signed, self.vault.room.tag());
        let author = verified
            .as_ref()
            .and_then(|entry| self.audit.author(&entry.session).cloned());
        let id = match verified.zip(author) {
            Some((entry, author)) => {
                let id = entry.content.id();
                self.take_in(entry, &author, signed, cx);
                id
            }
            None => {
                let id = signed.id_unread(self.vault.room.tag());
                cx.io.dropped += u64::from(id.is_none());
                id
            }
        };
        let connection = self
            .members
            .get(&hander)
            .and_then(|member| member.link.connection());
        if let (Some(connection), Some(id)) = (connection, id) {
            cx.io.send_peer(connection, &PeerMessage::Delivered { id });
        }
    }

    /// Takes in what a session has signed that was met here.
    fn take_in(
        &mut self,
        entry: Entry,
        author: &Author,
        signed: SignedEntry,
        cx: &mut StayContext<'_>,
    ) {
        let author_passes = self
            .members
            .get(&author.peer)
            .is_none_or(|member| member.session() != Some(entry.session) || member.passes());
        if !author_passes || self.admission.refuses(&author.identity) {
            cx.io.dropped += 1;
            return;
        }
        let regard = regard::of_sessions(&self.members, &self.people);
        match self.audit.record(&entry, signed, regard) {
            Finding::New => {
                self.heads_due.get_or_insert(cx.now + TELL_HEADS_AFTER);
                self.show_entry(entry, author, cx);
            }
            Finding::Known => {}
            Finding::Forked(proof) => self.expose(entry.session, proof, cx),
            Finding::Frozen => cx.io.dropped += 1,
        }
    }

    fn show_entry(&mut self, entry: Entry, author: &Author, cx: &mut StayContext<'_>) {
        self.vault.witness(entry.lamport);
        let (id, text) = match entry.content {
            EntryContent::ChatMessage { id, text } => (id, text),
            EntryContent::Unknown { .. } => {
                self.conversation.note(entry.session, entry.number);
                return;
            }
        };
        self.typing.handle_peer(cx.now, author.peer, false);
        let timestamp = self.clocks.judge(author.peer, entry.time, cx.wall);
        let message = ChatMessage {
            id,
            from: author.peer,
            name: author.name.as_str().to_owned(),
            author: Some(author.identity),
            own: false,
            text,
            timestamp,
            status: DeliveryStatus::Delivered,
        };
        let source = (entry.session, entry.number);
        self.conversation.handle_message(message, source, cx.io);
    }

    /// Somebody shows that a session signed two different things.
    fn handle_evidence(&mut self, entries: Vec<SignedEntry>, cx: &mut StayContext<'_>) {
        let tag = *self.vault.room.tag();
        let verified: Vec<(Entry, SignedEntry)> = entries
            .into_iter()
            .filter_map(|signed| Some((self.audit.verify(&signed, &tag)?, signed)))
            .collect();
        let proved = match &*verified {
            [(entry, signed)] => match self.audit.check(entry, signed) {
                Finding::Forked(proof) => Some((entry.session, proof)),
                Finding::New | Finding::Known | Finding::Frozen => None,
            },
            [(one, first), (other, second)] => self
                .audit
                .proves_fork((one, first), (other, second))
                .then(|| (one.session, [first.clone(), second.clone()])),
            _ => None,
        };
        match proved {
            Some((session, proof)) => self.expose(session, proof, cx),
            None => cx.io.dropped += 1,
        }
    }

    /// Believes nothing more of a session that signed two different things, and shows everybody the proof.
    fn expose(&mut self, session: SessionKey, proof: [SignedEntry; 2], cx: &mut StayContext<'_>) {
        let regard = regard::of_people(&self.members, &self.people);
        if !self.audit.freeze(&session, regard) {
            return;
        }
        if let Some(liar) = self.audit.author(&session).map(|author| author.identity) {
            self.withdraw_move(&liar, cx);
        }
        let evidence = PeerMessage::Evidence {
            entries: proof.into(),
        };
        for member in self.members.values_mut() {
            let is_theirs = member
                .identity()
                .is_some_and(|it| self.audit.is_forked(&it));
            if is_theirs {
                member.standing = Standing::Forked;
            } else {
                member.tell(&evidence, cx.io);
            }
        }
        cx.io.peers_changed = true;
    }

    /// Tells everybody which entries of others are here.
    pub(super) fn tell_heads(&mut self, cx: &mut StayContext<'_>) {
        self.heads_due = None;
        let news = self.audit.take_news();
        for (peer, member) in &self.members {
            let of_others = news.iter().filter(|(author, _)| author != peer);
            let heads: Vec<Head> = of_others.map(|(_, head)| head.clone()).collect();
            if !heads.is_empty() {
                member.tell(&PeerMessage::Heads { heads }, cx.io);
            }
        }
    }

    fn handle_emoji(&mut self, peer: PeerId, message: &PeerMessage, cx: &mut StayContext<'_>) {
        let Some(ends) = self.ends(peer) else { return };
        if let Some(member) = self.members.get_mut(&peer)
            && let Some(connection) = member.link.connection()
        {
            if let Some(answer) = member.comparing.handle(message, &ends) {
                cx.io.send_peer(connection, &answer);
            }
            cx.io.peers_changed = true;
        }
    }
}
