//! What components call of one room.

use banter_protocol::{
    crypto::IdentityKey,
    engine::{Input, Intent, RoomIntent},
    ids::{PeerId, RoomId},
    message_text::MessageText,
};
use yew::prelude::*;

use super::ChatHandle;
use crate::platform::clock;

/// The way to one room. What the person wants there is wanted in no other, whichever is shown by then.
#[derive(Clone, Debug, PartialEq)]
pub struct RoomHandle {
    pub(super) page: ChatHandle,
    pub(super) room: RoomId,
}

/// The way to the room that the component is in.
#[hook]
pub fn use_room() -> Option<RoomHandle> {
    use_context::<Option<RoomHandle>>().flatten()
}

impl RoomHandle {
    /// The way to what has to do with no room.
    pub fn page(&self) -> &ChatHandle {
        &self.page
    }

    /// Says something to everybody in the room.
    pub fn send(&self, text: MessageText) {
        self.intend(RoomIntent::Send {
            text,
            timestamp: clock::wall_clock(),
        });
    }

    /// Leaves the room, or gives up entering it.
    pub fn leave(&self) {
        self.intend(RoomIntent::Leave);
    }

    /// Hears somebody again who said more than the page could show.
    pub fn listen_again(&self, peer: PeerId) {
        self.intend(RoomIntent::ListenAgain(peer));
    }

    /// Tells that the message box changed to hold text (`true`) or nothing (`false`).
    pub fn typing(&self, holds_text: bool) {
        self.intend(RoomIntent::Typing(holds_text));
    }

    /// Looks closely at somebody, as [`crate::store::ShownRoom::inspected`].
    pub fn inspect(&self, peer: PeerId) {
        self.intend(RoomIntent::Inspect(peer));
    }

    /// Looks no more.
    pub fn close_inspection(&self) {
        self.intend(RoomIntent::CloseInspection);
    }

    /// Compares emoji with somebody, or agrees to it.
    pub fn compare_emoji(&self, peer: PeerId) {
        self.intend(RoomIntent::CompareEmoji(peer));
    }

    /// Tells whether both screens show the same emoji.
    pub fn judge_emoji(&self, peer: PeerId, same: bool) {
        self.intend(RoomIntent::JudgeEmoji { peer, same });
    }

    /// Takes somebody for verified, or no more.
    pub fn set_verified(&self, peer: PeerId, verified: bool) {
        self.intend(RoomIntent::SetVerified { peer, verified });
    }

    /// Takes somebody's new key, or keeps them out.
    pub fn judge_key(&self, peer: PeerId, accept: bool) {
        self.intend(RoomIntent::JudgeKey { peer, accept });
    }

    /// Lets nobody new in, or lets them in again.
    pub fn lock(&self, locked: bool) {
        self.intend(RoomIntent::Lock(locked));
    }

    /// Goes where somebody asks the person to come, or stays.
    pub fn answer_move(&self, by: IdentityKey, room: RoomId, accept: bool) {
        self.intend(RoomIntent::AnswerMove { by, room, accept });
    }

    /// Goes on in a new private room with those who are chosen. Does nothing where the browser gives no random bytes.
    pub fn renew_invite(&self, chosen: Vec<PeerId>) {
        if let Ok(invite) = self.page.generate_invite() {
            self.intend(RoomIntent::RenewInvite { invite, chosen });
        }
    }

    fn intend(&self, intent: RoomIntent) {
        let intent = Intent::Room(self.room.clone(), intent);
        self.page.push(Input::Intent(intent));
    }
}
