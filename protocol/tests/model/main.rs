//! Promises 3 and 4: the handshake of two tabs in a small model, in which every order of events and every trick of whoever
//! carries the messages is tried.
//!
//! Cryptography is symbolic (Dolev and Yao, 1983): a seal opens with its key and with nothing else, a signature is by whoever
//! it names. What is left to go wrong is the protocol itself: what is signed, what is sealed, what is proved over what.
//!
//! | file | what it says |
//! |---|---|
//! | `terms` | names, keys, seals and proofs |
//! | `tab` | what an honest tab does |
//! | `world` | two tabs, and the attacker who carries everything between them |
//! | `properties` | what must hold, whatever the attacker does |

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests"
)]

mod properties;
mod tab;
mod terms;
mod world;

use stateright::{Checker, HasDiscoveries, Model};

use terms::Variant;
use world::World;

/// Everything that can happen in a world, looked at.
fn explore(world: World) -> impl Checker<World> {
    world
        .checker()
        .threads(2)
        .finish_when(HasDiscoveries::AnyFailures)
        .spawn_bfs()
        .join()
}

#[track_caller]
fn is_safe(world: World, at_least: usize) {
    let checker = explore(world);
    checker.assert_properties();
    let states = checker.unique_state_count();
    println!("{states} states, {} deep", checker.max_depth());
    assert!(
        states >= at_least,
        "{states} states are too few to mean much"
    );
}

#[track_caller]
fn is_broken(world: World, property: &'static str) {
    let checker = explore(world);
    let attack = checker.assert_any_discovery(property);
    println!("{:#?}", attack.into_actions());
}

/// A server that does not know the secret of the room.
#[test]
fn a_stranger_who_carries_everything_gets_nothing_accepted() {
    let world = World {
        knows_secret: false,
        attempts: 2,
        variant: Variant::AsWritten,
    };
    is_safe(world, 10_000);
}

/// A member who carries everything, too: a server in an open room, or one that somebody in a private room works with.
#[test]
fn a_member_who_carries_everything_is_nobody_but_themselves() {
    let world = World {
        knows_secret: true,
        attempts: 1,
        variant: Variant::AsWritten,
    };
    is_safe(world, 100_000);
}

/// The model sees the attack that the certificates in the proof are against.
#[test]
fn proofs_without_certificates_let_somebody_sit_between() {
    for knows_secret in [false, true] {
        let world = World {
            knows_secret,
            attempts: 1,
            variant: Variant::ProofsWithoutCertificates,
        };
        is_broken(world, properties::RIGHT_PERSON);
    }
}

/// The model sees the attack that the identities in the transcript are against: unknown key share (RFC 8844).
#[test]
fn transcripts_without_identities_let_somebody_pass_for_another() {
    let world = World {
        knows_secret: true,
        attempts: 1,
        variant: Variant::TranscriptsWithoutIdentities,
    };
    is_broken(world, properties::RIGHT_PERSON);
}
