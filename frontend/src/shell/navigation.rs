//! Where the person is: the address follows the room that is shown, and the room follows Back and Forward.

use banter_protocol::{
    engine::{Intent, RoomEvent, RoomIntent, SignalingStatus, ViewEvent},
    ids::RoomId,
};

use super::Shell;
use crate::{
    notice::PageNotice,
    platform::{address, capability},
    route::Route,
    store::{LobbyForm, PageChange, Phase},
};

impl Shell {
    /// Shows a change of the engine's view, and lets the address follow it.
    pub fn show(&mut self, event: ViewEvent) {
        let (room, happened) = match &event {
            ViewEvent::Room(room, happened) => (room.clone(), happened),
            ViewEvent::StorageFailed => {
                self.drawing.add(event);
                return;
            }
        };
        match happened {
            RoomEvent::Joining => {
                self.drawing.draw();
                self.show_address(&room);
                self.show_notice(capability::missing());
            }
            RoomEvent::Left => {
                self.drawing.draw();
                let store = self.dispatch.get();
                let is_entered = store.room_of(&room).is_some_and(|it| it.seat.is_some());
                // Who was not let in stays at the invite's address, to try again.
                if is_entered {
                    address::leave(&room);
                    self.report(self.tab.forget_passphrase(&room));
                }
                if store.shown() == Some(&room) {
                    self.show_lobby();
                }
            }
            RoomEvent::InviteRenewed { invite, .. } => self.move_to(invite),
            // It may have been restarted with another build.
            RoomEvent::Signaling(SignalingStatus::Connected) => self.ask_for_build(),
            RoomEvent::Entered { .. } => {
                let is_exposed = self.exposed.take() == Some(room);
                if std::mem::take(&mut self.moved) {
                    self.show_notice(Some(PageNotice::RoomMoved));
                } else if is_exposed {
                    self.show_notice(Some(PageNotice::SecretSeen));
                }
            }
            RoomEvent::Renamed(_)
            | RoomEvent::MessageAdded(_)
            | RoomEvent::MessagesDropped(_)
            | RoomEvent::Gaps(_)
            | RoomEvent::MessageChanged(_)
            | RoomEvent::Peers(_)
            | RoomEvent::PeersChanged(_)
            | RoomEvent::Typing(_)
            | RoomEvent::Unconfirmed(_)
            | RoomEvent::Verified(_)
            | RoomEvent::Lock(_)
            | RoomEvent::Person(_)
            | RoomEvent::Moves(_)
            | RoomEvent::RelayOffered(_)
            | RoomEvent::Signaling(_)
            | RoomEvent::Notice(_) => {}
        }
        self.drawing.add(event);
    }

    /// Follows Back and Forward: in the lobby to another room's name, in a room out of it.
    pub fn handle_address_changed(&mut self) -> Vec<Intent> {
        self.drawing.draw();
        match &self.dispatch.get().phase {
            Phase::Lobby => {
                self.show_lobby();
                Vec::new()
            }
            Phase::Opening => {
                self.waiting = None;
                self.dispatch.apply(PageChange::Opening(false));
                self.show_lobby();
                Vec::new()
            }
            Phase::Unlocking => {
                self.give_up_unlocking();
                self.show_lobby();
                Vec::new()
            }
            Phase::Room(room) => {
                let here = self.joined.as_ref();
                let is_here = here.is_some_and(|it| address::route() == it.route());
                let leave = Intent::Room(room.clone(), RoomIntent::Leave);
                (!is_here).then_some(leave).into_iter().collect()
            }
        }
    }

    /// Lets the address follow into the room that is being entered, and components know its invite.
    fn show_address(&self, room: &RoomId) {
        let joined = self.joined.as_ref();
        if let Some(joined) = joined.filter(|joined| joined.invite.room() == room) {
            address::enter(&joined.invite);
            let invite = joined.invite.clone();
            self.dispatch.apply(PageChange::Invite(invite));
        }
    }

    pub(super) fn show_lobby(&mut self) {
        let route = address::route();
        if let Route::Exposed(invite) = &route {
            self.exposed = Some(invite.room().clone());
        }
        // What others put into the address goes; above all a secret that a reload would send once more.
        address::tidy();
        let name = self.preferences.name();
        self.dispatch.apply(PageChange::Lobby(LobbyForm {
            name: name
                .map(|name| name.as_str().to_owned())
                .unwrap_or_default(),
            room: route.typed(),
        }));
        let notice = capability::missing().or_else(|| self.profile.notice());
        self.show_notice(notice.or(route.notice()));
    }
}
