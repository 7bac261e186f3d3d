//! What components call. It only pushes inputs; nothing happens before the driver takes them.

use banter_protocol::{
    engine::{Input, Intent},
    peer::MessageText,
    time::Timestamp,
};
use futures_channel::mpsc::UnboundedSender;

/// The components' way to the engine, given to them by a `ContextProvider`.
#[derive(Clone, Debug)]
pub struct ChatHandle {
    inputs: UnboundedSender<Input>,
}

impl PartialEq for ChatHandle {
    fn eq(&self, other: &Self) -> bool {
        self.inputs.same_receiver(&other.inputs)
    }
}

impl ChatHandle {
    /// A handle that pushes into `inputs`.
    pub fn new(inputs: UnboundedSender<Input>) -> Self {
        Self { inputs }
    }

    /// Says something to everybody in the room.
    pub fn send(&self, text: MessageText, timestamp: Timestamp) {
        self.push(Intent::Send { text, timestamp });
    }

    /// Leaves the room, or gives up entering it.
    pub fn leave(&self) {
        self.push(Intent::Leave);
    }

    /// Tells that the message box changed to hold text (`true`) or nothing (`false`).
    pub fn typing(&self, holds_text: bool) {
        self.push(Intent::Typing(holds_text));
    }

    /// Puts the notice away.
    pub fn dismiss_notice(&self) {
        self.push(Intent::DismissNotice);
    }

    fn push(&self, intent: Intent) {
        // The receiver lives as long as the page; after it there is nobody to tell.
        let _ = self.inputs.unbounded_send(Input::Intent(intent));
    }
}
