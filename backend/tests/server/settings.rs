//! Where settings come from: flags, then the environment, then a file, then defaults.

use std::{ffi::OsString, fs};

use banter_backend::config::{self, Command, LogFormat, RateLimit, Settings};

fn read(arguments: &[&str]) -> Result<Settings, String> {
    let arguments = ["banter"].iter().chain(arguments).map(OsString::from);
    match config::read(arguments) {
        Ok(Command::Run(settings)) => Ok(*settings),
        Ok(Command::Print(text) | Command::Checked(text)) => panic!("{text}"),
        Ok(Command::AskHealth(_)) => panic!("another command"),
        Err(error) => Err(error.to_string()),
    }
}

/// A settings file with this text.
fn file(text: &str) -> tempfile::NamedTempFile {
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), text).unwrap();
    file
}

fn read_file(text: &str, arguments: &[&str]) -> Result<Settings, String> {
    let file = file(text);
    let mut all = vec!["--config", file.path().to_str().unwrap()];
    all.extend(arguments);
    read(&all)
}

#[test]
fn nothing_set_gives_the_defaults_of_the_contract() {
    let settings = read(&[]).unwrap();
    assert_eq!(settings.addresses, ["127.0.0.1:8080".parse().unwrap()]);
    assert_eq!(settings.max_room_peers, 64);
    assert_eq!(
        settings.rate_limit,
        RateLimit::On {
            per_second: 200,
            burst: 4_000
        }
    );
    assert_eq!(settings.stun, [] as [&str; 0]);
    assert_eq!(settings.log_format, LogFormat::Text);
    assert_eq!(settings.app_dir, None);
}

#[test]
fn every_setting_can_stand_in_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let text = format!(
        "addr = \"[::1]:9\"\nmax_room_peers = 8\nrate_limit = 50\nstun = [\"stun:a\", \"stun:b:1\"]\n\
         allowed_origins = \"https://a.example, https://b.example:8443\"\nlog_format = \"json\"\n\
         app_dir = {:?}\n",
        folder.path()
    );
    let settings = read_file(&text, &[]).unwrap();
    assert_eq!(settings.addresses, ["[::1]:9".parse().unwrap()]);
    assert_eq!(settings.max_room_peers, 8);
    assert_eq!(
        settings.rate_limit,
        RateLimit::On {
            per_second: 50,
            burst: 50
        }
    );
    assert_eq!(settings.stun, ["stun:a", "stun:b:1"]);
    assert!(
        settings
            .allowed_origins
            .allow(Some("https://b.example:8443"), None)
    );
    assert_eq!(settings.log_format, LogFormat::Json);
    assert_eq!(settings.app_dir.as_deref(), Some(folder.path()));
    assert_eq!(
        read_file("rate_limit = \"off\"", &[]).unwrap().rate_limit,
        RateLimit::Off
    );
}

#[test]
fn a_flag_comes_before_the_file() {
    let settings = read_file(
        "max_room_peers = 8\nstun = \"stun:a\"",
        &["--max-room-peers", "9"],
    );
    let settings = settings.unwrap();
    assert_eq!(
        (settings.max_room_peers, settings.stun),
        (9, vec!["stun:a".to_owned()])
    );
}

/// In a process of its own, since the environment belongs to all tests of this one.
#[test]
fn the_environment_comes_between_flag_and_file() {
    let file = file("addr = \"from the file\"\nmax_room_peers = 8");
    let path = file.path().to_str().unwrap();
    let said = |arguments: &[&str], environment: &[(&str, &str)]| {
        let output = crate::harness::binary::run(arguments, environment);
        String::from_utf8(output.stderr).unwrap()
    };
    let by_variable = ("BANTER_CONFIG", path);
    assert!(
        said(&[], &[by_variable]).contains("addr in"),
        "the file by its variable"
    );
    let environment = [by_variable, ("BANTER_ADDR", "from the environment")];
    assert!(said(&[], &environment).starts_with("banter: BANTER_ADDR: "));
    assert!(said(&["--addr", "from a flag"], &environment).starts_with("banter: --addr: "));
    let environment = [by_variable, ("BANTER_ADDR", "")];
    assert!(
        said(&[], &environment).contains("addr in"),
        "an empty variable sets nothing"
    );
}

#[test]
fn a_wrong_file_is_told_in_one_line_with_the_key() {
    for (text, words) in [
        (
            "max_room_peers = \"many\"",
            ["max_room_peers in ", "number"],
        ),
        ("max_room_peers = 1.5", ["max_room_peers in ", "number"]),
        ("max_room_peers", ["--config", "TOML"]),
        (
            "max-room-peers = 8",
            ["max-room-peers in ", "max_room_peers"],
        ),
        ("stun = [1]", ["stun in ", "list of texts"]),
        ("stun = true", ["stun in ", "list of texts"]),
        ("config = \"x\"", ["config in ", "no such setting"]),
        ("database = \"local\"", ["database in ", "no such setting"]),
        ("[addr]\nx = 1", ["addr in ", "text"]),
    ] {
        let said = read_file(text, &[]).unwrap_err();
        assert_eq!(said.lines().count(), 1, "{said}");
        assert!(
            words.iter().all(|words| said.contains(words)),
            "{words:?} in {said}"
        );
    }
}
