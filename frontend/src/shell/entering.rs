//! The way into a room: invite, passphrase, and what was kept of it.

use banter_protocol::{
    crypto::{Invite, InviteSecret, StretchedPassphrase, invite_text::Secrecy},
    engine::{Intent, JoinIntent, RoomIntent},
    names::PersonName,
};
use gloo::timers::callback::Timeout;

use super::{Shell, storage::Opening};
use crate::{
    event::{JoinRequest, PageEvent, Passphrase, push},
    notice::PageNotice,
    platform::{address, capability},
    route::Route,
    store::PageChange,
};

/// Stretching holds the page up for up to a second, so the screen says so first: long enough for one frame to be drawn.
const DRAWN_AFTER_MS: u32 = 50;

/// A room that was asked for.
#[derive(Debug)]
pub(super) struct Joined {
    pub(super) invite: Invite,
    name: PersonName,
}

impl Joined {
    /// Where the address leads while it is the room's.
    pub(super) fn route(&self) -> Route {
        Route::Room(self.invite.clone())
    }
}

/// A passphrase that is about to be stretched.
#[derive(Debug)]
pub(super) struct Unlocking {
    invite: Invite,
    passphrase: Passphrase,
    name: PersonName,
    _due: Timeout,
}

impl Shell {
    /// Enters a room, or begins to unlock it.
    pub fn handle_join(&mut self, request: JoinRequest) -> Vec<Intent> {
        // A second click, before the first one shows.
        let is_same = |joined: &Joined| {
            joined.invite == request.invite
                && joined.name == request.name
                && request.passphrase.is_none()
        };
        if self.drawing.is_entering() && self.joined.as_ref().is_some_and(is_same) {
            return Vec::new();
        }
        // Whoever went on before their key is known would be somebody else.
        if self.profile.opening() != Opening::Settled {
            self.waiting = Some(request);
            self.dispatch.apply(PageChange::Opening(true));
            self.show_notice(self.profile.notice());
            return Vec::new();
        }
        let JoinRequest {
            invite,
            passphrase,
            name,
            secrecy,
        } = request;
        if secrecy == Secrecy::Sent {
            self.exposed = Some(invite.room().clone());
        }
        if let Some(passphrase) = passphrase {
            self.begin_unlocking(invite, passphrase, name);
            return Vec::new();
        }
        let passphrase = self.kept_passphrase(&invite);
        if !is_opened(&invite, passphrase.as_ref()) {
            self.show_notice(Some(PageNotice::NoPassphrase));
            return Vec::new();
        }
        self.join(invite, passphrase, name)
    }

    /// Stretches the passphrase, and enters the room that it opens.
    pub fn handle_unlocking_due(&mut self) -> Vec<Intent> {
        let Some(unlocking) = self.unlocking.take() else {
            return Vec::new();
        };
        match unlock(unlocking.invite, &unlocking.passphrase) {
            Ok((invite, stretched)) => {
                let kept = self.tab.keep_passphrase(invite.room(), &stretched);
                self.report(kept);
                self.join(invite, Some(stretched), unlocking.name)
            }
            Err(notice) => {
                self.give_up_unlocking();
                self.show_notice(Some(notice));
                Vec::new()
            }
        }
    }

    pub(super) fn give_up_unlocking(&mut self) {
        self.unlocking = None;
        self.dispatch.apply(PageChange::Unlocking(false));
    }

    /// The room of the address, where the tab was in it before a reload, still has its passphrase, and knows the person's
    /// name.
    pub(super) fn room_to_return_to(&self) -> Option<JoinRequest> {
        let invite = address::route().into_invite().ok()?;
        let seat = self.read(self.tab.seat())?;
        let was_there = seat.room == *invite.room() && seat.resume.is_some();
        let is_opened = is_opened(&invite, self.kept_passphrase(&invite).as_ref());
        let able = capability::missing().is_none();
        (was_there && is_opened && able).then_some(JoinRequest {
            invite,
            passphrase: None,
            name: self.preferences.name()?,
            secrecy: Secrecy::Intact,
        })
    }

    /// Goes on in the room of a new invite, under the same name, with what was said so far and with what is known of people.
    pub(super) fn move_to(&mut self, invite: &Invite) {
        let Some(Joined { invite: old, name }) = &self.joined else {
            return;
        };
        self.report(self.tab.copy_history(old.room(), invite.room()));
        self.report(self.tab.forget_passphrase(old.room()));
        self.profile.carry_over(old.room(), invite.room());
        address::replace(invite);
        let request = JoinRequest {
            invite: invite.clone(),
            passphrase: None,
            name: name.clone(),
            secrecy: Secrecy::Intact,
        };
        self.moved = true;
        self.drawing.handle_going_on();
        push(&self.events, PageEvent::Join(request));
    }

    fn begin_unlocking(&mut self, invite: Invite, passphrase: Passphrase, name: PersonName) {
        let events = self.events.clone();
        let due = Timeout::new(DRAWN_AFTER_MS, move || {
            push(&events, PageEvent::UnlockingDue);
        });
        self.unlocking = Some(Unlocking {
            invite,
            passphrase,
            name,
            _due: due,
        });
        self.show_notice(None);
        self.dispatch.apply(PageChange::Unlocking(true));
    }

    /// Leaves the room where the person is, and enters another with everything that the engine needs for it.
    fn join(
        &mut self,
        invite: Invite,
        passphrase: Option<StretchedPassphrase>,
        name: PersonName,
    ) -> Vec<Intent> {
        let Some(identity) = self.profile.identity().cloned() else {
            self.show_notice(Some(PageNotice::NoRandomness));
            return Vec::new();
        };
        self.report(self.preferences.keep_name(&name));
        let room = invite.room();
        let history = self.read(self.tab.history(room).map(Some));
        let seat = self.read(self.tab.seat());
        let peer_id = seat.as_ref().map(|seat| seat.peer_id);
        let resume = seat
            .filter(|seat| seat.room == *room)
            .and_then(|seat| seat.resume);
        let intent = JoinIntent {
            passphrase,
            name: name.clone(),
            identity,
            people: self.profile.people_of(room),
            keys: self.read(self.tab.keys(room)),
            lock: self.read(self.tab.lock(room)),
            moves: self
                .read(self.tab.moves(room).map(Some))
                .unwrap_or_default(),
            presence: self.read(self.tab.presence(room)),
            peer_id,
            resume,
            history: history.unwrap_or_default(),
            invite: invite.clone(),
        };
        self.joined = Some(Joined { invite, name });
        // The page shows one room: the one before is left.
        let store = self.dispatch.get();
        let rooms = store.rooms.iter().map(|(room, _)| room.clone());
        let leave = rooms.map(|room| Intent::Room(room, RoomIntent::Leave));
        leave.chain([Intent::Join(Box::new(intent))]).collect()
    }

    /// The passphrase from before a reload, where the invite asks for one.
    fn kept_passphrase(&self, invite: &Invite) -> Option<StretchedPassphrase> {
        let asks = invite.secret().is_some_and(InviteSecret::asks_passphrase);
        asks.then(|| self.read(self.tab.passphrase(invite.room())))
            .flatten()
    }
}

/// Whether nothing more is needed to enter: an open room has no secret, and asks for nothing.
fn is_opened(invite: &Invite, passphrase: Option<&StretchedPassphrase>) -> bool {
    let secret = invite.secret();
    secret.is_none_or(|secret| secret.is_opened_by(passphrase))
}

/// Stretches a passphrase. A room that asks for none yet, since it is new, asks for this one from then on.
fn unlock(
    invite: Invite,
    passphrase: &Passphrase,
) -> Result<(Invite, StretchedPassphrase), PageNotice> {
    let secret = invite.secret().ok_or(PageNotice::IncompleteInvite)?;
    let stretched =
        StretchedPassphrase::stretch(&passphrase.0, secret.secret()).ok_or(PageNotice::NoMemory)?;
    if !secret.asks_passphrase() {
        return Ok((invite.guarded_by(&stretched), stretched));
    }
    if secret.is_opened_by(Some(&stretched)) {
        Ok((invite, stretched))
    } else {
        Err(PageNotice::WrongPassphrase)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unlocked(invite: &Invite, passphrase: &str) -> Result<Invite, PageNotice> {
        let unlocked = unlock(invite.clone(), &Passphrase(passphrase.to_owned()));
        unlocked.map(|(invite, _)| invite)
    }

    /// Promise 18: a wrong passphrase is known for what it is, and the right one opens.
    #[test]
    fn a_new_room_asks_for_its_passphrase_from_then_on() {
        let new = Invite::generate([1; 16], [7; 32]);
        assert!(is_opened(&new, None));
        let (guarded, stretched) = unlock(new.clone(), &Passphrase("tea".to_owned())).unwrap();
        assert_eq!(guarded.room(), new.room());
        assert!(!is_opened(&guarded, None) && is_opened(&guarded, Some(&stretched)));
        assert_eq!(unlocked(&guarded, "tea"), Ok(guarded.clone()));
        let wrong = unlocked(&guarded, "coffee");
        assert_eq!(wrong, Err(PageNotice::WrongPassphrase));
    }

    #[test]
    fn a_passphrase_is_not_for_logs() {
        assert!(!format!("{:?}", Passphrase("tea".to_owned())).contains("tea"));
    }
}
