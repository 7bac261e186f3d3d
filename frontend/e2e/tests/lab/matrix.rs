//! Promise 91: who stands behind what, whether they are linked, and whether the way that the page shows is the way that
//! the packets take.

use banter_e2e::Kind::{self, Chromium, Firefox};

use crate::{
    network::Nat::{self, Cone, None, Symmetric, UdpBlocked},
    visit::{Lab, Outcome, Side},
};

/// Pairs, and the way that must be found with a relay. A symmetric NAT and one that filters by port cannot be passed
/// without one (RFC 5128, section 3.3), nor can a firewall against UDP.
const PAIRS: [(Nat, Nat, &str); 10] = [
    (None, None, "direct"),
    (None, Cone, "direct"),
    (None, Symmetric, "direct"),
    (None, UdpBlocked, "relayed"),
    (Cone, Cone, "direct"),
    (Cone, Symmetric, "relayed"),
    (Cone, UdpBlocked, "relayed"),
    (Symmetric, Symmetric, "relayed"),
    (Symmetric, UdpBlocked, "relayed"),
    (UdpBlocked, UdpBlocked, "relayed"),
];

fn sides(first: (Kind, Nat), second: (Kind, Nat)) -> [Side; 2] {
    [first, second].map(|(browser, nat)| Side {
        browser,
        nat,
        hides: false,
    })
}

fn every_pair_is_linked(first: Kind, second: Kind) {
    for (one, other, way) in PAIRS {
        let mut lab = Lab::with_relay();
        let seen = lab.meet(sides((first, one), (second, other)));
        let expected = Outcome::Linked(way.into());
        assert_eq!(
            seen,
            [expected.clone(), expected],
            "{first} behind {one:?}, {second} behind {other:?}"
        );
    }
}

#[test]
#[ignore = "make lab"]
fn every_pair_of_chromium_is_linked() {
    every_pair_is_linked(Chromium, Chromium);
}

#[test]
#[ignore = "make lab"]
fn every_pair_of_chromium_and_firefox_is_linked() {
    every_pair_is_linked(Chromium, Firefox);
}

#[test]
#[ignore = "make lab"]
fn every_pair_of_firefox_is_linked() {
    every_pair_is_linked(Firefox, Firefox);
}

/// Promise 91: without a relay these cannot be linked, and both are told so with a reason.
#[test]
#[ignore = "make lab"]
fn whoever_cannot_be_linked_is_told_why() {
    for (one, other) in [(Symmetric, Symmetric), (UdpBlocked, Cone)] {
        for (first, second) in [(Chromium, Chromium), (Chromium, Firefox)] {
            let mut lab = Lab::without_relay();
            for seen in lab.meet(sides((first, one), (second, other))) {
                let Outcome::Told(words) = &seen else {
                    panic!("{first} behind {one:?}, {second} behind {other:?}: {seen:?}")
                };
                assert!(
                    words.contains("no relay") || words.contains("no address"),
                    "{words}"
                );
            }
        }
    }
}
