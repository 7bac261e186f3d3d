//! What an operator may say about relaying, and how a mistake is told.

use std::{ffi::OsString, net::IpAddr, time::Duration};

use banter_backend::config::{self, Command, TurnLimits, TurnSecret, TurnSettings};
use ipnet::IpNet;

pub(crate) fn read(arguments: &[&str]) -> Result<TurnSettings, String> {
    let arguments = ["banter"].iter().chain(arguments).map(OsString::from);
    match config::read(arguments) {
        Ok(Command::Run(settings)) => Ok(settings.turn),
        Ok(other) => panic!("{other:?}"),
        Err(error) => Err(error.to_string()),
    }
}

#[test]
fn each_server_is_given_over_both_transports_unless_one_is_named() {
    let servers = "turn:a.example:3478, turns:b.example:5349,turn:[2001:db8::1]:1?transport=tcp";
    let settings = read(&[
        "--turn",
        servers,
        "--turn-secret",
        "north",
        "--turn-ttl",
        "60",
    ])
    .unwrap();
    assert_eq!(
        settings.urls,
        [
            "turn:a.example:3478?transport=udp",
            "turn:a.example:3478?transport=tcp",
            "turns:b.example:5349?transport=tcp",
            "turn:[2001:db8::1]:1?transport=tcp",
        ]
    );
    assert_eq!(settings.secret, TurnSecret::new("north"));
    assert_eq!(settings.ttl, Duration::from_secs(60));
    assert_eq!(read(&[]).unwrap().ttl, Duration::from_secs(3_600));
}

#[test]
fn a_mistake_is_told_in_one_line_that_names_the_fix_and_no_secret() {
    const SECRET: &str = "s3cret";
    for (arguments, words) in [
        (&["--turn", "turn:a:1"][..], ["--turn: ", "--turn-secret"]),
        (
            &["--turn", "turn:a:1", "--turn-secret", ""],
            ["--turn: ", "--turn-secret"],
        ),
        (&["--turn-secret", SECRET], ["--turn-secret: ", "--turn"]),
        (
            &["--turn", "a:1", "--turn-secret", SECRET],
            ["--turn: ", "turn:turn.example.org:3478"],
        ),
        (
            &["--turn", "turn:", "--turn-secret", SECRET],
            ["--turn: ", "turn:turn.example.org:3478"],
        ),
        (
            &["--turn", "turn:a:99999", "--turn-secret", SECRET],
            ["--turn: ", "turn:turn.example.org:3478"],
        ),
        (
            &["--turn", "turns:a:1?transport=udp", "--turn-secret", SECRET],
            ["--turn: ", "turns:"],
        ),
        (&["--turn-ttl", "3601"], ["--turn-ttl: ", "3600"]),
        (&["--turn-ttl", "-1"], ["--turn-ttl: ", "60"]),
    ] {
        let said = read(arguments).unwrap_err();
        assert_eq!(said.lines().count(), 1, "{said}");
        for words in words {
            assert!(said.contains(words), "{words} in {said}");
        }
        assert!(!said.contains(SECRET), "{said}");
    }
}

/// Promise 54: the secret is in no help and in no dump of the settings.
#[test]
fn the_secret_is_never_shown() {
    let settings = read(&["--turn", "turn:a:1", "--turn-secret", "s3cret"]).unwrap();
    assert!(!format!("{settings:?}").contains("s3cret"), "{settings:?}");
    let environment = [("BANTER_TURN_SECRET", "s3cret")];
    let help = crate::harness::binary::run(&["--help"], &environment);
    let help = String::from_utf8(help.stdout).unwrap();
    assert!(
        help.contains("--turn-secret") && !help.contains("s3cret"),
        "{help}"
    );
}

#[test]
fn a_relay_at_a_public_address_needs_nothing_else() {
    let settings = read(&["--turn-listen", "203.0.113.7:3478,[2606:4700::7]:3478"]).unwrap();
    let server = settings.server.unwrap();
    assert_eq!(
        server.public,
        ["203.0.113.7", "2606:4700::7"].map(|ip| ip.parse::<IpAddr>().unwrap())
    );
    assert_eq!(server.listen.len(), 2);
    assert_eq!(server.ports, 49_152..=65_535);
    assert_eq!(server.limits, TurnLimits::default());
    assert_eq!(settings.secret, None, "made at the start");
    let loopback = read(&["--turn-listen", "127.0.0.1:3478"])
        .unwrap()
        .server
        .unwrap();
    assert_eq!(
        loopback.public,
        ["127.0.0.1".parse::<IpAddr>().unwrap()],
        "for trying it"
    );
    assert!(read(&[]).unwrap().server.is_none());
}

#[test]
fn a_relay_can_be_told_everything() {
    let settings = read(&[
        "--turn-listen",
        "0.0.0.0:3478",
        "--public-address",
        "203.0.113.7",
        "--turn-name",
        "turn.example.org",
        "--turn-ports",
        "50000-50999",
        "--turn-allow-peers",
        "10.1.0.0/16, 192.168.1.5",
        "--turn-relays",
        "10",
        "--turn-relays-per-address",
        "5",
        "--turn-bandwidth",
        "100000",
        "--turn-secret",
        "north",
    ]);
    let settings = settings.unwrap();
    let server = settings.server.unwrap();
    assert_eq!(server.name.as_deref(), Some("turn.example.org"));
    assert_eq!(server.ports, 50_000..=50_999);
    let allowed =
        ["10.1.0.0/16", "192.168.1.5/32"].map(|network| network.parse::<IpNet>().unwrap());
    assert_eq!(server.allowed_peers, allowed);
    let limits = TurnLimits {
        in_all: 10,
        per_address: 5,
        bytes_per_second: 100_000,
        ..TurnLimits::default()
    };
    assert_eq!(server.limits, limits);
}

#[test]
fn what_makes_no_relay_is_told_with_the_fix() {
    const HERE: [&str; 2] = ["--turn-listen", "127.0.0.1:3478"];
    let with_listen = |more: [&'static str; 2]| [HERE, more].concat();
    for (arguments, words) in [
        (
            vec!["--turn-listen", "0.0.0.0:3478"],
            ["--turn-listen: ", "--public-address"],
        ),
        (
            vec!["--turn-listen", "[::]:3478"],
            ["--turn-listen: ", "--public-address"],
        ),
        (
            vec!["--turn-listen", "10.0.0.5:3478"],
            ["--turn-listen: ", "--public-address"],
        ),
        (
            vec!["--turn-listen", "100.64.0.5:3478"],
            ["--turn-listen: ", "--public-address"],
        ),
        (
            vec!["--turn-listen", "[fd00::5]:3478"],
            ["--turn-listen: ", "--public-address"],
        ),
        (
            vec!["--turn-listen", "3478"],
            ["--turn-listen: ", "0.0.0.0:3478"],
        ),
        (
            vec!["--public-address", "203.0.113.7"],
            ["--public-address: ", "--turn-listen"],
        ),
        (
            vec!["--turn-ports", "50000-50999"],
            ["--turn-ports: ", "--turn-listen"],
        ),
        (
            with_listen(["--public-address", "0.0.0.0"]),
            ["--public-address: ", "203.0.113.7"],
        ),
        (
            with_listen(["--public-address", "1.1.1.1,1.0.0.1"]),
            ["--public-address: ", "one IP address of each family"],
        ),
        (
            with_listen(["--turn-ports", "5-10"]),
            ["--turn-ports: ", "49152-65535"],
        ),
        (
            with_listen(["--turn-ports", "60000-50000"]),
            ["--turn-ports: ", "49152-65535"],
        ),
        (
            with_listen(["--turn-allow-peers", "10/8"]),
            ["--turn-allow-peers: ", "10.1.0.0/16"],
        ),
        (
            with_listen(["--turn-name", "https://a"]),
            ["--turn-name: ", "turn.example.org"],
        ),
        (
            with_listen(["--turn-relays", "0"]),
            ["--turn-relays: ", "from 1"],
        ),
        (
            with_listen(["--turn-relays-per-address", "x"]),
            ["--turn-relays-per-address: ", "from 1"],
        ),
        (
            with_listen(["--turn-bandwidth", "9"]),
            ["--turn-bandwidth: ", "from 10000"],
        ),
    ] {
        let said = read(&arguments).unwrap_err();
        assert_eq!(said.lines().count(), 1, "{said}");
        for words in words {
            assert!(said.contains(words), "{words} in {said}");
        }
    }
}

#[test]
fn an_address_that_is_taken_stops_the_start_with_one_line() {
    let taken = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output =
        crate::harness::binary::run(&["--addr", "127.0.0.1:0", "--turn-listen", &address], &[]);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success());
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(
        said.starts_with(&format!("banter: cannot listen on {address}: ")),
        "{said}"
    );
    assert!(said.contains("--turn-listen"), "{said}");
}
