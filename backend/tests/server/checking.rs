//! `banter --help`, `banter check-config` and `banter health`.

use std::{fs, process::Output};

use crate::harness::{
    binary::{Binary, run},
    tls::Certificate,
};

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn succeeds(arguments: &[&str], environment: &[(&str, &str)]) -> String {
    let output = run(arguments, environment);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert_eq!(stderr(&output), "");
    stdout(&output)
}

fn fails(arguments: &[&str], environment: &[(&str, &str)]) -> String {
    let output = run(arguments, environment);
    assert_eq!(output.status.code(), Some(1), "{}", stdout(&output));
    assert_eq!(stdout(&output), "");
    let said = stderr(&output);
    assert_eq!(said.lines().count(), 1, "{said}");
    said
}

#[test]
fn help_lists_every_setting_on_one_line_with_its_default() {
    let help = succeeds(&["--help"], &[]);
    for (name, default) in [
        ("addr", "127.0.0.1:8080"),
        ("allowed-origins", "its own"),
        ("max-room-peers", "64"),
        ("rate-limit", "200"),
        ("stun", "none"),
        ("backplane", "local"),
        ("config", "none"),
        ("log-format", "text"),
    ] {
        let line = help
            .lines()
            .find(|line| line.contains(&format!("--{name} ")))
            .unwrap_or_else(|| panic!("{name}: {help}"));
        assert!(line.contains(&format!("[default: {default}")), "{line}");
    }
    for heading in [
        "Serving:",
        "HTTPS without a proxy:",
        "Limits:",
        "Several servers:",
        "Operation:",
    ] {
        assert!(
            help.lines().any(|line| line == heading),
            "{heading}: {help}"
        );
    }
    for word in ["BANTER_MAX_ROOM_PEERS=8", "max_room_peers = 8", "Examples:"] {
        assert!(help.contains(word), "{word}: {help}");
    }
    let widest = help.lines().map(|line| line.chars().count()).max();
    assert!(widest <= Some(120), "{widest:?}: {help}");
    // Every flag begins a line, and none needs a second one.
    for line in help.lines().filter(|line| line.contains("  --")) {
        assert!(line.trim().split("  ").count() >= 2, "no words on {line:?}");
    }
    assert_eq!(succeeds(&["--version"], &[]), "banter 0.1.0\n");
}

#[test]
fn a_configuration_that_is_fine_is_told_in_short() {
    let said = succeeds(&["check-config"], &[]);
    for words in [
        "configuration is fine\n",
        "http://127.0.0.1:8080",
        "64 people",
        "everything is at its default",
    ] {
        assert!(said.contains(words), "{words} in {said}");
    }

    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), "max_room_peers = 8\nstun = \"stun:a\"").unwrap();
    let path = file.path().to_str().unwrap();
    for arguments in [
        ["--config", path, "check-config"],
        ["check-config", "--config", path],
    ] {
        let said = succeeds(&arguments, &[("BANTER_STUN", "stun:b:1")]);
        for words in [
            "configuration is fine\n",
            "8 people",
            "BANTER_STUN = stun:b:1",
            &format!("max_room_peers in {path} = 8"),
        ] {
            assert!(said.contains(words), "{words} in {said}");
        }
    }
}

#[test]
fn a_configuration_that_is_wrong_is_one_line() {
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), "max_room_peers = \"many\"").unwrap();
    let path = file.path().to_str().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let gone = folder.path().join("gone").to_str().unwrap().to_owned();
    for (arguments, environment, words) in [
        (
            vec!["--config", path, "check-config"],
            vec![],
            "banter: max_room_peers in ",
        ),
        (
            vec!["check-config", "--addr", "8080"],
            vec![],
            "banter: --addr: ",
        ),
        (
            vec!["check-config", "--app-dir", &gone],
            vec![],
            "banter: --app-dir: ",
        ),
        (
            vec!["check-config", "--tls-cert", &gone, "--tls-key", &gone],
            vec![],
            "banter: --tls-cert: ",
        ),
        (
            vec!["check-config"],
            vec![("BANTER_RATE_LIMIT", "x")],
            "banter: BANTER_RATE_LIMIT: ",
        ),
        (
            vec!["check-config"],
            vec![("RUST_LOG", "a=b=c")],
            "banter: RUST_LOG: ",
        ),
        (vec!["check-confg"], vec![], "banter: command line: "),
    ] {
        let said = fails(&arguments, &environment);
        assert!(said.starts_with(words), "{words} in {said}");
    }
}

#[test]
fn a_certificate_is_checked_and_its_end_told() {
    let certificate = Certificate::new();
    let flags = certificate.flags();
    let mut arguments = vec!["check-config"];
    arguments.extend(flags.iter().map(String::as_str));
    let said = succeeds(&arguments, &[]);
    for words in [
        "https://127.0.0.1:8080",
        "good until 4096-01-01",
        "with https://",
    ] {
        assert!(said.contains(words), "{words} in {said}");
    }
    let key = fs::read_to_string(certificate.key()).unwrap();
    let secret = key.lines().nth(1).unwrap();
    assert!(!said.contains(secret));
}

#[tokio::test]
async fn health_asks_the_running_server() {
    let certificate = Certificate::new();
    for tls in [&[][..], &certificate.flags()] {
        let tls: Vec<_> = tls.iter().map(String::as_str).collect();
        let binary = Binary::start(&tls);
        let port = binary.address.port();
        for address in [format!("127.0.0.1:{port}"), format!("0.0.0.0:{port}")] {
            let mut arguments = vec!["health", "--addr", &address];
            arguments.extend(&tls);
            assert_eq!(succeeds(&arguments, &[]), "ok\n");
        }
        binary.terminate();
        binary.logs("draining");
        let address = binary.address.to_string();
        let mut arguments = vec!["health", "--addr", &address];
        arguments.extend(&tls);
        let said = fails(&arguments, &[]);
        assert!(said.contains("503"), "{said}");
        drop(binary);
        let said = fails(&arguments, &[]);
        assert!(said.contains("is the server running"), "{said}");
    }
}
