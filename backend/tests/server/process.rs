//! The program as an operator meets it: what it prints, what it logs, how it fails.

use serde_json::{Value, json};

use crate::harness::{
    Client,
    binary::{Binary, run},
    client::{join, leave, offer},
    http::get,
};

#[test]
fn a_wrong_setting_is_one_line_that_names_it_and_the_fix() {
    for (arguments, environment, words) in [
        (vec!["--addr", "8080"], vec![], ["--addr", "HOST:PORT"]),
        (vec!["--addr", ""], vec![], ["--addr", "HOST:PORT"]),
        (
            vec![],
            vec![("BANTER_ADDR", "x")],
            ["BANTER_ADDR", "HOST:PORT"],
        ),
        (
            vec!["--max-room-peers", "0"],
            vec![],
            ["--max-room-peers", "number"],
        ),
        (
            vec!["--max-room-peers", "-1"],
            vec![],
            ["--max-room-peers", "number"],
        ),
        (vec!["--rate-limit", "0"], vec![], ["--rate-limit", "off"]),
        (
            vec![],
            vec![("BANTER_RATE_LIMIT", "On")],
            ["BANTER_RATE_LIMIT", "off"],
        ),
        (
            vec!["--allowed-origins", "chat.example"],
            vec![],
            ["--allowed-origins", "https://"],
        ),
        (
            vec!["--allowed-origins", "*"],
            vec![],
            ["--allowed-origins", "https://"],
        ),
        (
            vec!["--allowed-origins", ","],
            vec![],
            ["--allowed-origins", "https://"],
        ),
        (
            vec!["--stun", "stun.example:3478"],
            vec![],
            ["--stun", "stun:stun"],
        ),
        (vec!["--stun", "stun:a:x"], vec![], ["--stun", "stun:stun"]),
        (
            vec!["--log-format", "xml"],
            vec![],
            ["--log-format", "json"],
        ),
        (
            vec!["--app-dir", "/does/not/exist"],
            vec![],
            ["--app-dir", "index.html"],
        ),
        (
            vec!["--config", "/does/not/exist"],
            vec![],
            ["--config", "TOML"],
        ),
        (
            vec!["--turn", "turn:a:1"],
            vec![],
            ["--turn", "--turn-secret"],
        ),
        (vec!["--addr"], vec![], ["--addr", "--help"]),
        (vec!["serve"], vec![], ["serve", "--help"]),
        (
            vec!["--addr", "127.0.0.1:0"],
            vec![("RUST_LOG", "a=b=c")],
            ["RUST_LOG", "debug"],
        ),
        (
            vec!["--addr", "192.0.2.1:80"],
            vec![],
            ["192.0.2.1:80", "--addr"],
        ),
    ] {
        let output = run(&arguments, &environment);
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(
            output.status.code(),
            Some(1),
            "{arguments:?} {environment:?}: {said}"
        );
        assert_eq!(said.lines().count(), 1, "{said}");
        assert!(said.starts_with("banter: "), "{said}");
        assert!(
            words.iter().all(|words| said.contains(words)),
            "{words:?} in {said}"
        );
        assert_eq!(output.stdout, b"");
    }
}

#[tokio::test]
async fn an_address_that_is_taken_is_one_line() {
    let first = Binary::start(&[]);
    let output = run(&["--addr", &first.address.to_string()], &[]);
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(
        said.contains(&first.address.to_string()) && said.contains("--addr"),
        "{said}"
    );
}

/// What no log line may hold.
const CANARY: &str = "canary";

/// Does everything that a person's data goes through, and ends the program.
async fn a_life(mut binary: Binary) -> Vec<String> {
    let room = format!("{CANARY}-room");
    let with_name = |number| {
        let mut message = join(&room, number);
        message["displayName"] = json!(format!("{CANARY} name"));
        message
    };
    let mut first = Client::connect_to(binary.address).await;
    first.send(with_name(0xca0a)).await;
    assert_eq!(first.receive().await["type"], "room_joined");
    let mut second = Client::connect_to(binary.address).await;
    second.send(with_name(0xca0b)).await;
    let joined = second.receive().await;
    assert_eq!(first.receive().await["type"], "peer_joined");
    let mut message = offer(0xca0a, 0xca0b);
    message["offer"] = json!(format!("{CANARY} fingerprint candidate:"));
    first.send(message.clone()).await;
    assert_eq!(second.receive().await, message);
    first.send_text(&format!("{CANARY} nonsense")).await;
    assert_eq!(first.refused().await, "bad_message");
    let mut thief = Client::connect_to(binary.address).await;
    thief.send(with_name(0xca0a)).await;
    assert_eq!(thief.refused().await, "peer_id_taken");
    first.send(leave(&room, 0xca0a)).await;
    assert_eq!(second.receive().await["type"], "peer_left");
    drop(thief);
    get(binary.address, &format!("/r/{CANARY}")).await;
    get(binary.address, &format!("/{CANARY}")).await;
    binary.terminate();
    first.closed().await;
    assert_eq!(binary.exit_code().await, Some(0));
    let token = joined["resume"].as_str().unwrap();
    let log = binary.log();
    assert!(log.iter().all(|line| !line.contains(token)), "{log:#?}");
    log
}

/// Promise 53, 1.
#[tokio::test]
async fn a_log_tells_the_life_of_each_socket_and_nothing_of_whose_it_was() {
    let log = a_life(Binary::start(&[])).await;
    let all = log.join("\n");
    for told in [
        "socket opened",
        "joined a room",
        "left its room",
        "socket lost",
        "socket closed",
    ] {
        assert!(all.contains(told), "{told} in {all}");
    }
    for secret in [
        CANARY,
        "ca0a",
        "ca0b",
        "127.0.0.1",
        "fingerprint",
        "v=0",
        "tungstenite",
    ] {
        assert!(!all.contains(secret), "{secret} in {all}");
    }
}

/// Promise 53.
#[tokio::test]
async fn a_log_in_json_is_one_object_a_line() {
    let log = a_life(Binary::start(&["--log-format", "json"])).await;
    assert!(log.len() > 5, "{log:#?}");
    for line in &log {
        let line: Value = serde_json::from_str(line).unwrap();
        assert!(
            line["timestamp"].is_string() && line["level"].is_string(),
            "{line}"
        );
        assert!(line["message"].is_string(), "{line}");
    }
    assert!(!log.join("\n").contains(CANARY));
}
