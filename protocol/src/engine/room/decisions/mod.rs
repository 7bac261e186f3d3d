//! What the person and others have decided about the room: who is let in, and where it goes on.

mod admission;
mod moves;

use self::{admission::Admission, moves::Moves};
use super::trust::{Regard, Trust};
use crate::{
    crypto::{Announcement, IdentityKey, Invite},
    engine::{
        DropCause, Effect, Io, LockRecord, MoveInvite, MoveView, Notice, Persist, RoomEvent,
        context::Context,
    },
    ids::RoomId,
    names::PersonName,
};

/// See the module.
#[derive(Debug)]
pub(in crate::engine) struct Decisions {
    room: RoomId,
    admission: Admission,
    /// Who asks the person to go on elsewhere.
    moves: Moves,
    /// The person was told that the room is locked.
    locked_told: bool,
}

impl Decisions {
    /// Goes on with what was decided before a reload, and with what was not.
    pub(in crate::engine) fn new(
        room: RoomId,
        lock: Option<LockRecord>,
        moves: Vec<MoveInvite>,
    ) -> Self {
        Self {
            room,
            admission: Admission::new(lock),
            moves: Moves::new(moves),
            locked_told: false,
        }
    }

    /// Whether anything passes between this tab and somebody.
    pub(in crate::engine) fn admits(&self, identity: &IdentityKey) -> bool {
        self.admission.admits(identity)
    }

    /// The same for somebody whose key may not be known yet.
    pub(in crate::engine) fn admits_known(&self, known: Option<&Announcement>) -> bool {
        self.admission.admits_known(known)
    }

    pub(in crate::engine) fn refuses(&self, identity: &IdentityKey) -> bool {
        self.admission.refuses(identity)
    }

    /// Whether this person locked the room themselves, and tells whoever comes back.
    pub(in crate::engine) fn is_locked_by_me(&self) -> bool {
        self.admission.is_locked_by_me()
    }

    /// Locks or unlocks the room for this tab: nobody is let in who was not here before.
    pub(in crate::engine) fn lock(
        &mut self,
        locked: bool,
        by: Option<&PersonName>,
        inside: Vec<IdentityKey>,
        io: &mut Io,
    ) {
        let kept = self.admission.set(locked, by, inside);
        self.keep_lock(kept, io);
        self.tell_lock(io);
    }

    pub(in crate::engine) fn tell_lock(&self, io: &mut Io) {
        io.notify(RoomEvent::Lock(self.admission.view()));
    }

    /// Lets somebody in after all.
    pub(in crate::engine) fn forgive(&mut self, identity: &IdentityKey, io: &mut Io) {
        if let Some(lock) = self.admission.forgive(identity) {
            self.keep_lock(Some(lock), io);
        }
    }

    /// Has nothing to do with somebody any more.
    pub(in crate::engine) fn refuse(&mut self, identity: IdentityKey, io: &mut Io) {
        self.admission.refuse(identity);
        self.withdraw_move(&identity, io);
    }

    fn keep_lock(&self, lock: Option<LockRecord>, io: &mut Io) {
        io.push(Effect::Persist(Persist::Lock(self.room.clone(), lock)));
    }

    /// Nobody lets this person in.
    pub(in crate::engine) fn handle_shut_out(&mut self, io: &mut Io) {
        self.locked_told = true;
        io.notify(RoomEvent::Notice(Some(Notice::RoomLocked)));
    }

    /// Somebody lets this person in.
    pub(in crate::engine) fn handle_let_in(&mut self, io: &mut Io) {
        if std::mem::take(&mut self.locked_told) {
            io.notify(RoomEvent::Notice(None));
        }
    }

    /// Somebody has made a new invite for the room, and asks this person to come along.
    pub(in crate::engine) fn handle_new_invite(
        &mut self,
        by: IdentityKey,
        name: PersonName,
        invite: Invite,
        trust: &Trust,
        cx: &mut Context<'_>,
    ) {
        let regard = |identity: &IdentityKey| {
            if *identity == trust.me() {
                Regard::Verified
            } else {
                trust.people.regard(identity)
            }
        };
        if *invite.room() != self.room && self.moves.ask(by, name, invite, regard) {
            self.keep_moves(cx.io);
        } else {
            cx.io.drop_for(DropCause::Untimely);
        }
    }

    /// The person goes on where somebody asked them to come, or stays.
    pub(in crate::engine) fn answer_move(
        &mut self,
        by: &IdentityKey,
        room: &RoomId,
        accept: bool,
        io: &mut Io,
    ) {
        if let Some(asking) = self.moves.answer(by, room) {
            self.keep_moves(io);
            if accept {
                let (invite, by) = (asking.invite, Some(asking.name));
                io.notify(RoomEvent::InviteRenewed { invite, by });
            }
        }
    }

    /// Who is not listened to any more asks for nothing.
    pub(in crate::engine) fn withdraw_move(&mut self, by: &IdentityKey, io: &mut Io) {
        if self.moves.withdraw(by) {
            self.keep_moves(io);
        }
    }

    /// The room is left, and with it what was asked in it.
    pub(in crate::engine) fn forget_moves(&self, io: &mut Io) {
        if !self.moves.is_empty() {
            io.push(Effect::Persist(Persist::Moves(
                self.room.clone(),
                Vec::new(),
            )));
        }
    }

    fn keep_moves(&self, io: &mut Io) {
        let kept = Persist::Moves(self.room.clone(), self.moves.kept());
        io.push(Effect::Persist(kept));
        io.peers_changed = true;
    }

    /// As the person is asked.
    pub(in crate::engine) fn moves(&self, trust: &Trust) -> Vec<MoveView> {
        self.moves.view(&trust.people, trust.me())
    }
}
