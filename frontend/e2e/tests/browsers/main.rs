//! Real browsers against the real server. Each file is a theme, each test names what must hold; the numbers are
//! those of the promises in `docs/RELIABILITY.md` and `docs/SECURITY.md`.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "whatever fails in here fails a test"
)]

mod axe;
mod burst;
mod chance;
mod check_page;
mod csp;
mod errors;
mod files;
mod firefox;
mod flood;
mod harness;
mod held_back;
mod hiding;
mod hostile_member;
mod hostile_peer;
mod in_the_page;
mod invites;
mod leaving;
mod lines;
mod long_log;
mod look;
mod mesh;
mod narrow;
mod negotiation;
mod on_intent;
mod opening;
mod paper;
mod people;
mod place;
mod private_rooms;
mod proxies;
mod reload;
mod routes;
mod second_client;
mod server_down;
mod soak;
mod storage;
mod strangers;
mod tampering;
mod text;
mod two_browsers;
mod typing;
mod unseen;
mod update;
