//! What peers say over confirmed connections.

use super::{
    Room,
    trust::{Author, Finding},
};
use crate::{
    crypto::{
        Invite, InviteSecret,
        entry::{Entry, SignedEntry},
    },
    engine::{DropCause, context::Context},
    ids::PeerId,
    peer::PeerMessage,
};

impl Room {
    pub(super) fn handle_peer_message(
        &mut self,
        peer: PeerId,
        message: PeerMessage,
        cx: &mut Context<'_>,
    ) {
        let Some(member) = self.roster.get_mut(peer) else {
            return;
        };
        let of_the_link = matches!(
            message,
            PeerMessage::Bye {} | PeerMessage::Announcement { .. }
        );
        if !of_the_link && !member.passes() {
            // Whoever is not known, or not wanted, is not listened to.
            cx.io.drop_for(DropCause::NotAdmitted);
            return;
        }
        match message {
            PeerMessage::Bye {} => {
                self.talk.handle_typing(cx.now, peer, false);
                // The server says when the seat is free. A page loaded anew may have joined already, and its
                // `peer_joined` have overtaken this word of the one before.
                member.away = member.link.handle_bye(cx);
            }
            PeerMessage::Announcement { announcement } => {
                let opened = self.signals.read_announcement(&announcement);
                if opened.and_then(|it| self.learn(peer, it, cx)).is_none() {
                    cx.io.drop_for(DropCause::Unproved);
                }
            }
            PeerMessage::Entry { text, signature } => {
                self.handle_entry(peer, SignedEntry { text, signature }, cx);
            }
            PeerMessage::Delivered { id } => self.talk.handle_delivered(peer, id, member, cx.io),
            PeerMessage::TypingIndicator { typing } => {
                self.talk.handle_typing(cx.now, peer, typing);
            }
            PeerMessage::Heads { heads } => self.trust.handle_heads(peer, &heads, member, cx),
            PeerMessage::Evidence { entries } => {
                let tag = self.signals.own.room.tag();
                match self.trust.judge_evidence(entries, tag) {
                    Some((session, proof)) => self.expose(session, proof, cx),
                    None => cx.io.drop_for(DropCause::Unproved),
                }
            }
            PeerMessage::Lock { locked } => {
                let by = member.name.clone();
                self.lock(locked, Some(&by), cx);
            }
            PeerMessage::NewInvite { room_id, secret } => {
                let secret = secret.parse().ok();
                // Nobody here knows the passphrase of a room that asks for one.
                let secret = secret.filter(|secret: &InviteSecret| !secret.asks_passphrase());
                let invite = secret.and_then(|secret| Invite::private(room_id, secret));
                let invite = invite.filter(|_| self.signals.is_private());
                match invite.zip(member.identity()) {
                    Some((invite, by)) => {
                        let name = member.name.clone();
                        self.decisions
                            .handle_new_invite(by, name, invite, &self.trust, cx);
                    }
                    None => cx.io.drop_for(DropCause::Unreadable),
                }
            }
            PeerMessage::EmojiCommit { .. }
            | PeerMessage::EmojiShare { .. }
            | PeerMessage::EmojiReveal { .. }
            | PeerMessage::EmojiCancel {} => {
                self.trust.handle_emoji(peer, &message, member, cx.io);
            }
            // The link answers these itself.
            PeerMessage::Ping { .. } | PeerMessage::Pong { .. } | PeerMessage::Confirm { .. } => {}
        }
    }

    /// An entry, from its author or from whoever else has it. Whatever came whole is answered, though nothing may be shown of it:
    /// who waits for an answer in vain says nothing more.
    fn handle_entry(&mut self, hander: PeerId, signed: SignedEntry, cx: &mut Context<'_>) {
        let tag = self.signals.own.room.tag();
        let id = match self.trust.read(&signed, tag) {
            Some((entry, author)) => {
                let id = entry.content.id();
                self.take_in(entry, &author, signed, cx);
                id
            }
            None => {
                let id = signed.id_unread(tag);
                if id.is_none() {
                    cx.io.drop_for(DropCause::Unreadable);
                }
                id
            }
        };
        let hander = self.roster.get(hander);
        let connection = hander.and_then(|member| member.link.connection());
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
        cx: &mut Context<'_>,
    ) {
        let member = self.roster.get(author.peer);
        let author_passes =
            member.is_none_or(|member| member.session() != Some(entry.session) || member.passes());
        if !author_passes || self.decisions.refuses(&author.identity) {
            cx.io.drop_for(DropCause::NotAdmitted);
            return;
        }
        match self.trust.record(&entry, signed, &self.roster, cx.now) {
            Finding::New => {
                self.signals.own.witness(entry.lamport);
                self.talk.show(entry, author, cx);
            }
            Finding::Known => cx.io.drop_for(DropCause::Untimely),
            Finding::Forked(proof) => self.expose(entry.session, proof, cx),
            Finding::Frozen => cx.io.drop_for(DropCause::Forked),
        }
    }
}
