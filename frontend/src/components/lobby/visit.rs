//! What brings a person to the lobby, and what the lobby waits for.

use yew::prelude::*;

/// Where the person comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Arrival {
    /// From outside.
    First,
    /// From a room that they were in.
    FromRoom,
}

/// What the lobby waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wait {
    /// The person.
    Person,
    /// A passphrase that is being stretched, which nothing interrupts.
    Unlocking,
    /// The browser's storage, which is to say who the person is.
    Storage,
    /// The server, which is to let the person in.
    Joining,
}

#[derive(Properties, PartialEq)]
pub(crate) struct RoomLobbyProps {
    pub(crate) arrival: Arrival,
    pub(crate) wait: Wait,
}
