//! Everything that a person reads, in one place: another language takes the place of this folder, and of nothing else.
//!
//! A file for each part of the app. What always reads the same is a constant, named for where it stands or what it does and not for what
//! it says; what depends on a value or a state is a pure function. Whoever is spoken of, or what stands between the words as
//! markup, has its place in a [`sentence::Sentence`], so that a language can order it as it likes. How times and numbers are
//! written is said here too. Nothing here knows a component; components hold no texts, which `.ci/texts.sh` proves.
//!
//! What is said before the app, or where it does not start, stands in `static/index.html` and `static/opening.js`, what a launcher
//! shows in `static/banter.webmanifest`, and the operators' self-check in `static/check.html` and `static/check/check.js`. The names of
//! the emoji that two people compare are the protocol's: `protocol/src/crypto/emoji.rs`.

pub(crate) mod comparing;
pub(crate) mod errors;
pub(crate) mod invites;
pub(crate) mod links;
pub(crate) mod lobby;
pub(crate) mod messages;
pub(crate) mod people;
pub(crate) mod protection;
pub(crate) mod room;
pub(crate) mod sentence;
pub(crate) mod standing;
pub(crate) mod time;
pub(crate) mod ui;
