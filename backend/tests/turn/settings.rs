//! What an operator may say about relaying, and how a mistake is told.

use std::{ffi::OsString, time::Duration};

use banter_backend::config::{self, Command, TurnSecret, TurnSettings};

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
        (&["--turn-ttl", "-1"], ["--turn-ttl: ", "30"]),
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
