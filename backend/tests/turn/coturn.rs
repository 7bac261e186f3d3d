//! A real coturn: it takes this server's credentials, and the configuration that is shipped keeps it in bounds.

use std::net::{IpAddr, Ipv4Addr};

use crate::outside::{Client, Coturn, Credentials, Outcome, credentials};

const SHIPPED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/hosting/coturn.conf");
const SECRET: &str = "a secret of this test";
/// An address for documentation (RFC 5737): nobody answers.
const NOBODY: IpAddr = IpAddr::V4(Ipv4Addr::new(198, 51, 100, 1));

async fn ask(server: &Coturn, credentials: &Credentials, peer: IpAddr) -> Outcome {
    let listens: IpAddr = if peer.is_ipv6() {
        [0, 0, 0, 0, 0, 0, 0, 1].into()
    } else {
        [127, 0, 0, 1].into()
    };
    let client = Client {
        server: (listens, server.port).into(),
        credentials,
        flags: if peer.is_ipv6() { &["-x"] } else { &[] },
    };
    client.reach_for(peer).await
}

/// Promise 55: the very file that operators are given.
#[tokio::test]
async fn the_shipped_configuration_relays_to_no_private_address() {
    let server = Coturn::start(SHIPPED, SECRET);
    let credentials = credentials(SECRET, 60);
    for peer in [
        "127.0.0.1",
        "0.0.0.0",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.0.1",
        "100.64.0.1",
        "169.254.169.254",
        "::1",
        "::",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::7f00:1",
        "64:ff9b::7f00:1",
        "fe80::1",
        "fd00::1",
    ] {
        let peer = peer.parse().unwrap();
        assert_eq!(
            ask(&server, &credentials, peer).await,
            Outcome::Forbidden,
            "{peer}"
        );
    }
    assert_eq!(
        ask(&server, &credentials, NOBODY).await,
        Outcome::Silent,
        "the Internet is open"
    );
}

/// Promise 54: what a join gives, coturn takes; what has run out or is made with another secret, it does not.
#[tokio::test]
async fn coturn_takes_fresh_credentials_and_no_others() {
    let server = Coturn::start(SHIPPED, SECRET);
    let given = crate::credentials::given_at_join(SECRET).await;
    assert_eq!(ask(&server, &given, NOBODY).await, Outcome::Silent);
    for refused in [credentials(SECRET, -5), credentials("another secret", 60)] {
        assert_eq!(
            ask(&server, &refused, NOBODY).await,
            Outcome::NoAllocation,
            "{refused:?}"
        );
    }
}
