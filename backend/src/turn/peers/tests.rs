use super::*;

fn peers(opened: &[&str], public: &str) -> Peers {
    Peers::new(
        opened.iter().map(|text| text.parse().unwrap()).collect(),
        vec![public.parse().unwrap(), "2606:4700::7".parse().unwrap()],
        50_000..=50_009,
        vec![
            "203.0.113.7:3478".parse().unwrap(),
            "203.0.113.9:443".parse().unwrap(),
            "127.0.0.1:8080".parse().unwrap(),
        ],
        BTreeSet::new(),
    )
}

/// A relay that listens at these, on a machine that has these addresses and is announced by one of each family.
fn of_host(listen: &[&str], host: &[&str], opened: &[&str]) -> Peers {
    Peers::new(
        opened.iter().map(|text| text.parse().unwrap()).collect(),
        vec![
            "203.0.113.7".parse().unwrap(),
            "2606:4700::7".parse().unwrap(),
        ],
        50_000..=50_009,
        listen.iter().map(|text| text.parse().unwrap()).collect(),
        host.iter().map(|text| text.parse().unwrap()).collect(),
    )
}

fn place(peers: &Peers, peer: &str) -> Place {
    peers.place(peer.parse().unwrap())
}

/// Promise 55, for the relay in the server.
#[test]
fn nothing_private_is_reached_by_any_spelling() {
    let peers = peers(&[], "203.0.113.7");
    for ip in [
        "0.0.0.0",
        "0.1.2.3",
        "10.0.0.1",
        "100.64.0.1",
        "100.127.255.255",
        "127.0.0.1",
        "127.255.255.254",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.8",
        "192.168.1.1",
        "198.19.0.1",
        "224.0.0.251",
        "239.255.255.250",
        "240.0.0.1",
        "255.255.255.255",
        "[::]",
        "[::1]",
        "[::7f00:1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:10.0.0.1]",
        "[::ffff:0:0]",
        "[::ffff:8.8.8.8]",
        "[64:ff9b::a00:1]",
        "[64:ff9b:1::a00:1]",
        "[2002:7f00:1::]",
        "[2001:0:1::]",
        "[fc00::1]",
        "[fdff::1]",
        "[fe80::1]",
        "[febf::1]",
        "[fec0::1]",
        "[ff02::1]",
        "[100::1]",
    ] {
        let peer: SocketAddr = format!("{ip}:3480").parse().unwrap();
        assert_eq!(peers.place(peer), Place::Forbidden, "{ip}");
        assert!(!peers.may_permit(peer.ip()), "{ip}");
    }
}

#[test]
fn the_public_internet_is_reached() {
    let peers = peers(&[], "203.0.113.7");
    for ip in [
        "1.1.1.1",
        "9.255.255.255",
        "11.0.0.0",
        "100.63.255.255",
        "100.128.0.0",
        "126.255.255.255",
        "128.0.0.1",
        "172.15.255.255",
        "172.32.0.0",
        "192.167.255.255",
        "223.255.255.255",
        "[2606:4700::1111]",
        "[2001:4860::8888]",
        "[2a00:1450::1]",
    ] {
        let peer: SocketAddr = format!("{ip}:3480").parse().unwrap();
        assert_eq!(peers.place(peer), Place::Outside, "{ip}");
        assert!(peers.may_permit(peer.ip()), "{ip}");
    }
    assert_eq!(place(&peers, "1.1.1.1:0"), Place::Forbidden, "no such port");
}

/// Two browsers that both need this server's relay meet at its public address.
#[test]
fn of_the_server_itself_only_relays_are_reached() {
    let peers = peers(&[], "203.0.113.7");
    for (peer, expected) in [
        ("203.0.113.7:50000", Place::Inside),
        ("203.0.113.7:50009", Place::Inside),
        ("[2606:4700::7]:50000", Place::Inside),
        ("203.0.113.7:50010", Place::Forbidden),
        ("203.0.113.7:3478", Place::Forbidden),
        ("203.0.113.7:22", Place::Forbidden),
        ("203.0.113.9:443", Place::Forbidden),
        ("203.0.113.9:50000", Place::Forbidden),
    ] {
        assert_eq!(place(&peers, peer), expected, "{peer}");
    }
    assert!(peers.may_permit("203.0.113.7".parse().unwrap()));
    assert!(!peers.may_permit("203.0.113.9".parse().unwrap()));
}

const HOST: [&str; 5] = [
    "127.0.0.1",
    "192.168.1.5",
    "203.0.113.8",
    "2606:4700::8",
    "fe80::8",
];

/// Promise 55: whatever the relay listens at.
#[test]
fn no_service_is_reached_at_another_address_of_the_host() {
    for listen in [
        &["0.0.0.0:3478", "[::]:3478"][..],
        &["203.0.113.7:3478"],
        &["192.168.1.5:3478", "[2606:4700::7]:3478"],
        &["127.0.0.1:3478"],
    ] {
        let peers = of_host(listen, &HOST, &[]);
        for ip in [
            "203.0.113.8",
            "[2606:4700::8]",
            "192.168.1.5",
            "[fe80::8]",
            // The same in other clothes.
            "[::ffff:203.0.113.8]",
            "[::203.0.113.8]",
            "[64:ff9b::203.0.113.8]",
            "[2002:cb00:7108::1]",
        ] {
            for port in [22, 53, 3_478, 50_000] {
                let peer = format!("{ip}:{port}");
                assert_eq!(place(&peers, &peer), Place::Forbidden, "{peer} {listen:?}");
            }
            let peer: SocketAddr = format!("{ip}:1").parse().unwrap();
            assert!(!peers.may_permit(peer.ip()), "{ip} {listen:?}");
        }
        for neighbour in ["203.0.113.6:22", "[2606:4700::6]:22"] {
            assert_eq!(place(&peers, neighbour), Place::Outside, "{neighbour}");
        }
    }
}

#[test]
fn an_address_that_comes_later_is_the_host_s_own_and_one_that_goes_is_not() {
    let mut peers = of_host(&["0.0.0.0:3478"], &[], &[]);
    assert_eq!(place(&peers, "203.0.113.8:22"), Place::Outside);
    peers.host_has(["203.0.113.8".parse().unwrap()].into());
    assert_eq!(place(&peers, "203.0.113.8:22"), Place::Forbidden);
    peers.host_has(BTreeSet::new());
    assert_eq!(place(&peers, "203.0.113.8:22"), Place::Outside);
    // What the operator says does not depend on the interfaces: a NAT may be between.
    assert_eq!(place(&peers, "203.0.113.7:22"), Place::Forbidden);
    assert_eq!(place(&peers, "203.0.113.7:50000"), Place::Inside);
}

/// Whoever opens the network of an office thinks of its other machines.
#[test]
fn an_opened_network_opens_the_host_only_where_it_names_the_host_alone() {
    let opened = [
        "192.168.0.0/16",
        "203.0.113.0/24",
        "2606:4700::/32",
        "::ffff:0:0/96",
        "64:ff9b::/96",
        "0.0.0.0/0",
    ];
    let peers = of_host(&["0.0.0.0:3478", "[::]:3478"], &HOST, &opened);
    for (peer, expected) in [
        ("192.168.1.6:22", Place::Outside),
        ("192.168.1.5:22", Place::Forbidden),
        ("203.0.113.8:22", Place::Forbidden),
        ("[2606:4700::8]:22", Place::Forbidden),
        ("[::ffff:192.168.1.6]:22", Place::Outside),
        ("[::ffff:192.168.1.5]:22", Place::Forbidden),
        ("[64:ff9b::203.0.113.8]:22", Place::Forbidden),
        ("127.0.0.1:22", Place::Forbidden),
    ] {
        assert_eq!(place(&peers, peer), expected, "{peer}");
    }
    let alone = of_host(&["0.0.0.0:3478"], &HOST, &["192.168.1.5/32", "127.0.0.0/8"]);
    for (peer, expected) in [
        ("192.168.1.5:22", Place::Outside),
        ("127.0.0.1:22", Place::Outside),
        // But never the relay's own sockets, which listen at every address.
        ("192.168.1.5:3478", Place::Forbidden),
        ("127.0.0.1:3478", Place::Forbidden),
    ] {
        assert_eq!(place(&alone, peer), expected, "{peer}");
    }
}

#[test]
fn an_operator_can_open_parts_but_not_the_server() {
    let peers = peers(&["127.0.0.0/8", "10.1.0.0/16"], "127.0.0.1");
    for (peer, expected) in [
        ("10.1.2.3:5", Place::Outside),
        ("10.2.0.1:5", Place::Forbidden),
        ("127.0.0.1:3480", Place::Outside),
        ("127.0.0.1:50000", Place::Inside),
        ("127.0.0.1:8080", Place::Forbidden),
    ] {
        assert_eq!(place(&peers, peer), expected, "{peer}");
    }
}

#[test]
fn relays_of_a_private_server_reach_each_other_but_those_on_loopback_only_if_opened() {
    let private = peers(&[], "192.168.1.5");
    assert_eq!(place(&private, "192.168.1.5:50000"), Place::Inside);
    assert_eq!(place(&private, "192.168.1.6:50000"), Place::Forbidden);
    let loopback = peers(&[], "127.0.0.1");
    assert_eq!(place(&loopback, "127.0.0.1:50000"), Place::Forbidden);
    assert!(!loopback.may_permit("127.0.0.1".parse().unwrap()));
}

#[test]
fn every_closed_range_can_be_read() {
    let read = CLOSED.iter().filter_map(|text| text.parse::<IpNet>().ok());
    assert_eq!(read.count(), CLOSED.len());
}
