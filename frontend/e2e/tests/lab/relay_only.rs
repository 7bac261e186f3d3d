//! Promise 20: whoever hides their address sends nothing but to the server, seen from their own router.

use banter_e2e::Kind::{self, Chromium, Firefox};

use crate::{
    network::Nat::Cone,
    visit::{Lab, Outcome, Side},
};

/// Both stand where a direct way would be found; gives how many packets the first sent to anybody but the server.
fn meet(first: Kind, hides: bool, way: &str) -> u64 {
    let side = |browser, hides| Side {
        browser,
        nat: Cone,
        hides,
    };
    let mut lab = Lab::with_relay();
    let seen = lab.meet([side(first, hides), side(Chromium, false)]);
    let expected = Outcome::Linked(way.into());
    assert_eq!(seen, [expected.clone(), expected], "{first}");
    lab.strangers_met()[0]
}

#[test]
#[ignore = "make lab"]
fn whoever_hides_their_address_sends_no_direct_packet() {
    for browser in [Chromium, Firefox] {
        assert_ne!(
            meet(browser, false, "direct"),
            0,
            "{browser}: what is counted can be seen"
        );
        assert_eq!(meet(browser, true, "relayed"), 0, "{browser}");
    }
}
