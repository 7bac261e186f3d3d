//! Rooms that span servers.
//!
//! Each server alone decides about its own seats, and tells the others of them: a *page* for each room, with a
//! version that only grows. Every change is said once; who has missed one finds out by the next change, or by a
//! digest that is said now and then, and asks for the page. The roster of a room is the union of the pages. A
//! server that leaves, dies or is cut off takes its page with it.
//!
//! Two servers may give one id a seat before they hear of each other; then both find by the same rule whose
//! stays ([`Eviction`]). A seat moves to another server by its `resume` value, of which the servers share a hash
//! ([`ResumeProof`]).
//!
//! | module | what it decides |
//! |---|---|
//! | `state` | [`SpanState`]: one room, as one server sees it |
//! | `pages`, `verdict` | what others have said of it, and whose seat stays |
//! | [`Neighbours`], [`Opening`], [`EarlyFrames`] | who is there, whom to wait for, what came too early |
//! | `message`, `relay` | the words on the bus |

mod early;
pub mod message;
mod neighbours;
mod opening;
mod pages;
mod proof;
mod relay;
mod state;
pub mod timing;
mod verdict;

pub use early::{Early, EarlyFrames};
pub use message::{
    BadBusMessage, KnownPage, LeftSeat, PageWord, RoomMessage, RoomWord, SeatChange, SeatWord,
    ServerPresence, Sign,
};
pub use neighbours::{Acquaintance, Neighbours};
pub use opening::Opening;
pub use proof::{NotAProof, ResumeProof};
pub use relay::RelayHead;
pub use state::{Address, Arrived, Destination, Happened, Outgoing, SpanState};
pub use verdict::Eviction;
