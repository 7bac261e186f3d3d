//! Promise 57: the seats of a room in a small model, in which every order of joins, lost sockets, answers on the way, leaves
//! and seats that run out is tried. Shuttle (`backend/src/room/interleavings.rs`) tries the threads of the server; this tries
//! what is between the server and its tabs.
//!
//! The server's rules are the real ones, `RoomState` and `SocketState`. The tab is written down again in a few lines, as
//! `engine/session.rs` has it, and time is whatever order things happen in.
//!
//! | file | what it says |
//! |---|---|
//! | `server` | the room, and a socket's end there |
//! | `tab` | one tab, and its end of the socket |
//! | `world` | two tabs, of which the second may have come with the id of the first, and the cables between |
//! | `properties` | what must hold in every order |

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests"
)]

mod properties;
mod server;
mod tab;
mod world;

use stateright::{Checker, HasDiscoveries, Model};

use server::Variant;
use world::{Guest, World};

fn explore(world: World) -> impl Checker<World> {
    world
        .checker()
        .threads(2)
        .finish_when(HasDiscoveries::AnyFailures)
        .spawn_bfs()
        .join()
}

#[track_caller]
fn is_sound(world: World, at_least: usize) {
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
fn is_broken(variant: Variant, guest: Guest, property: &'static str) {
    let world = World {
        tries: 2,
        cuts: 1,
        leaves: 1,
        guest,
        variant,
    };
    let checker = explore(world);
    let history = checker.assert_any_discovery(property);
    println!("{:#?}", history.into_actions());
}

/// Sockets that break anywhere, and people who come back and go.
#[test]
fn no_order_of_joins_losses_and_leaves_loses_a_seat_or_a_word_about_one() {
    let world = World {
        tries: 2,
        cuts: 1,
        leaves: 1,
        guest: Guest::Nobody,
        variant: Variant::AsWritten,
    };
    is_sound(world, 10_000);
}

/// A tab that was duplicated, with all that it keeps.
#[test]
fn a_duplicated_tab_ends_with_a_seat_of_its_own() {
    let world = World {
        tries: 2,
        cuts: 1,
        leaves: 1,
        guest: Guest::Copy,
        variant: Variant::AsWritten,
    };
    is_sound(world, 10_000);
}

/// Promise 49: somebody who knows an id, and not the value that its seat was given with.
#[test]
fn a_stranger_takes_nobody_s_seat_in_any_order() {
    let world = World {
        tries: 2,
        cuts: 1,
        leaves: 1,
        guest: Guest::Stranger,
        variant: Variant::AsWritten,
    };
    is_sound(world, 10_000);
}

/// The model sees what the proof is against.
#[test]
fn seats_without_proof_are_taken_by_strangers() {
    is_broken(Variant::AnyProof, Guest::Stranger, properties::OWNERS);
}

/// And why it is good for one use.
#[test]
fn a_proof_that_stays_good_lets_a_seat_be_taken_twice_with_it() {
    is_broken(Variant::SameProof, Guest::Copy, properties::ONE_USE);
}

/// And that a socket which was replaced has nothing to say any more.
#[test]
fn a_replaced_socket_that_frees_its_old_seat_unseats_its_successor() {
    is_broken(Variant::LateSocketFrees, Guest::Nobody, properties::SEATED);
}

/// And that everybody must hear of a seat that ran out.
#[test]
fn a_seat_that_runs_out_untold_stays_in_a_list() {
    is_broken(Variant::ExpiryUntold, Guest::Nobody, properties::LISTS);
}
