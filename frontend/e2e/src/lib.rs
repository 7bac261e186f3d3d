//! The harness of the browser tests: the real server, real browsers, and people who use them.
//!
//! A test starts a [`Server`], lets each [`Person`] in through a [`Browser`], and speaks in what people do and
//! see. Nothing here knows the app's insides: only its addresses and the `data-testid` hooks. Whenever a browser
//! is put away, the harness looks at what it complained about and whom it talked to; see [`Browser`].

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "whatever fails in here fails the test that called it, and should say where"
)]

mod browser;
mod front;
mod page;
mod patience;
mod person;
mod process_tree;
mod proxy;
mod remote;
mod second_client;
mod server;
mod signaling_peer;
mod silent_backend;
mod snapshot;
mod static_site;

pub use browser::{Browser, Kind};
pub use front::{Front, FrontKind};
pub use page::Page;
pub use patience::{PATIENCE, eventually, times, within};
pub use person::Person;
pub use proxy::{Direction, Proxy, Tamper};
pub use second_client::SecondClient;
pub use server::{Server, free_port};
pub use signaling_peer::SignalingPeer;
pub use silent_backend::SilentBackend;
pub use snapshot::{Message, Peer, Probe, Snapshot};
pub use static_site::StaticSite;
