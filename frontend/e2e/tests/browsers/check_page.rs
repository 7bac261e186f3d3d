//! The self-check that an operator opens: true where everything works, and naming the very setting where not.

use banter_e2e::{Browser, Front, FrontKind, Kind, Page, Server, eventually, free_port};
use serde_json::{Value, json};

/// One result: its state, the codes of its problems, and its words.
#[derive(Debug)]
struct Outcome {
    state: String,
    codes: String,
    words: String,
}

/// Opens the page and waits until it is done.
fn check(browser: &Browser, origin: &str) -> Page {
    let page = browser.open_window();
    page.goto(&format!("{origin}/check"));
    let done = || {
        let state = attribute(&page, "check-verdict", "state");
        (state != "running").then_some(())
    };
    if banter_e2e::within(std::time::Duration::from_secs(60), done).is_err() {
        page.fail("the check does not end");
    }
    page
}

fn attribute(page: &Page, testid: &str, name: &str) -> Value {
    let script = "return document.querySelector(`[data-testid=${arguments[0]}]`)?.dataset[arguments[1]] ?? ''";
    page.execute(script, &json!([testid, name]))
}

fn outcome(page: &Page, testid: &str) -> Outcome {
    let text = |value: Value| value.as_str().unwrap_or_default().to_owned();
    let script = "return document.querySelector(`[data-testid=${arguments[0]}]`).innerText";
    Outcome {
        state: text(attribute(page, testid, "state")),
        codes: text(attribute(page, testid, "codes")),
        words: text(page.execute(script, &json!([testid]))),
    }
}

/// A server that relays on loopback, where this machine's browsers can reach it.
fn relaying_server() -> Server {
    let port = free_port();
    let listen = format!("127.0.0.1:{port}");
    Server::start_with(&[
        "--turn-listen",
        &listen,
        "--turn-allow-peers",
        "127.0.0.0/8",
        "--trusted-proxies",
        "127.0.0.1",
    ])
}

#[test]
fn all_is_well_through_every_proxy_and_the_server_relays() {
    let server = relaying_server();
    let browser = Browser::chromium();
    // Caddy says farewell too, when it ends, to sockets that have said it and are not gone yet.
    browser.excuse("Close received after close");
    for kind in FrontKind::ALL {
        let front = Front::start(kind, server.port());
        let page = check(&browser, &front.origin());
        for testid in ["check-https", "check-proxy", "check-socket", "check-relay"] {
            let found = outcome(&page, testid);
            assert_eq!(found.state, "ok", "{kind}: {testid}: {found:?}");
        }
        let proxy = outcome(&page, "check-proxy");
        assert!(proxy.words.contains("asks for 127.0.0.1"), "{proxy:?}");
        page.screenshot(&format!("check-{kind}"));
    }
}

#[test]
fn without_a_proxy_or_a_relay_it_says_so_in_both_browsers() {
    let server = Server::start();
    for kind in [Kind::Chromium, Kind::Firefox] {
        let browser = Browser::start(kind);
        let page = check(&browser, &server.origin());
        for (testid, state, words) in [
            ("check-https", "ok", "On this machine alone"),
            ("check-proxy", "ok", "no proxy"),
            ("check-socket", "ok", "Opened in"),
            ("check-stun", "warn", "--turn-listen"),
            ("check-relay", "off", "No TURN server"),
        ] {
            let found = outcome(&page, testid);
            assert_eq!(found.state, state, "{kind}: {testid}: {found:?}");
            assert!(found.words.contains(words), "{kind}: {testid}: {found:?}");
        }
        assert_eq!(attribute(&page, "check-verdict", "state"), "warn", "{kind}");
        page.click("check-again");
        let again = || (attribute(&page, "check-verdict", "state") == "warn").then_some(());
        assert!(eventually(again).is_ok(), "{kind}");
        page.screenshot(&format!("check-bare-{kind}"));
    }
}

/// What an operator gets wrong in nginx, what is found, and the line that mends it.
const MISTAKES: [(&[&str], &str, &str); 4] = [
    (
        &["proxy_set_header Upgrade $http_upgrade;"],
        "no_upgrade",
        "proxy_set_header Upgrade $http_upgrade;",
    ),
    (
        &["proxy_set_header Connection $banter_connection;"],
        "no_connection",
        "proxy_set_header Connection \"upgrade\";",
    ),
    (
        &["proxy_set_header Host $http_host;"],
        "host",
        "proxy_set_header Host $http_host;",
    ),
    (
        &[
            "proxy_http_version 1.1;",
            "proxy_set_header Upgrade $http_upgrade;",
            "proxy_set_header Connection $banter_connection;",
        ],
        "http_1_0 no_upgrade",
        "proxy_http_version 1.1;",
    ),
];

#[test]
fn a_wrong_nginx_is_told_the_very_line_that_it_lacks() {
    let server = Server::start_with(&["--trusted-proxies", "127.0.0.1"]);
    let browser = Browser::chromium();
    browser.excuse("WebSocket connection to");
    browser.excuse("404");
    for (missing, codes, line) in MISTAKES {
        let front = Front::start_edited(FrontKind::Nginx, server.port(), |text| {
            missing.iter().fold(text, |text, line| {
                assert!(text.contains(line), "{line}");
                text.replace(line, "")
            })
        });
        let page = check(&browser, &front.origin());
        let found = outcome(&page, "check-socket");
        assert_eq!(
            (found.state.as_str(), found.codes.as_str()),
            ("fail", codes),
            "{found:?}"
        );
        assert!(found.words.contains(line), "{found:?}");
        assert_eq!(attribute(&page, "check-verdict", "state"), "fail");
        if codes == "host" {
            let proxy = outcome(&page, "check-proxy");
            assert_eq!(
                (proxy.state.as_str(), proxy.codes.as_str()),
                ("fail", "host")
            );
            page.screenshot("check-wrong-host");
        }
    }
}

#[test]
fn a_proxy_that_is_not_trusted_is_told_the_setting() {
    let server = Server::start();
    let front = Front::start(FrontKind::HaProxy, server.port());
    let browser = Browser::chromium();
    let page = check(&browser, &front.origin());
    let found = outcome(&page, "check-proxy");
    assert_eq!(
        (found.state.as_str(), found.codes.as_str()),
        ("warn", "not_trusted")
    );
    assert!(
        found.words.contains("--trusted-proxies 127.0.0.0/8"),
        "{found:?}"
    );
}

#[test]
fn pages_that_the_server_does_not_take_are_told_the_setting() {
    let server = Server::start_with(&["--allowed-origins", "https://chat.example.org"]);
    let front = Front::start(FrontKind::Caddy, server.port());
    let browser = Browser::chromium();
    browser.excuse("WebSocket connection to");
    let page = check(&browser, &front.origin());
    let found = outcome(&page, "check-socket");
    assert_eq!(found.codes, "origin", "{found:?}");
    let setting = format!("--allowed-origins {}", front.origin());
    assert!(found.words.contains(&setting), "{found:?}");
}

#[test]
fn a_path_that_the_proxy_keeps_is_told_as_such() {
    let server = Server::start();
    let front = Front::start_edited(FrontKind::Caddy, server.port(), |text| {
        text.replace(
            "respond @metrics 403",
            "respond @metrics 403\n\trespond /ws 404",
        )
    });
    let browser = Browser::chromium();
    browser.excuse("WebSocket connection to");
    browser.excuse("404");
    let page = check(&browser, &front.origin());
    let found = outcome(&page, "check-socket");
    assert_eq!(found.codes, "not_arrived", "{found:?}");
}

#[test]
fn a_stun_server_that_answers_and_one_that_does_not_are_told_apart() {
    let (_relay, address) = relaying_server_at();
    let answers = format!("stun:{address}");
    let silent = format!("stun:127.0.0.1:{}", free_port());
    let browser = Browser::chromium();
    for (stun, state, codes) in [
        (answers.clone(), "ok", ""),
        (silent.clone(), "fail", "stun_silent"),
        (format!("{silent},{answers}"), "warn", "stun_silent"),
    ] {
        let server = Server::start_with(&["--stun", &stun]);
        let page = check(&browser, &server.origin());
        let found = outcome(&page, "check-stun");
        assert_eq!(
            (found.state.as_str(), found.codes.as_str()),
            (state, codes),
            "{stun}: {found:?}"
        );
    }
}

#[test]
fn a_turn_server_with_another_secret_and_one_that_is_not_there_are_told_apart() {
    let relay = relaying_server_at();
    let browser = Browser::chromium();
    let nobody = format!("127.0.0.1:{}", free_port());
    for (address, code) in [(&relay.1, "turn_refused"), (&nobody, "turn_silent")] {
        let turn = format!("turn:{address}?transport=udp");
        let server = Server::start_with(&["--turn", &turn, "--turn-secret", "another one"]);
        let page = check(&browser, &server.origin());
        let found = outcome(&page, "check-relay");
        assert_eq!(
            (found.state.as_str(), found.codes.as_str()),
            ("fail", code),
            "{found:?}"
        );
    }
}

fn relaying_server_at() -> (Server, String) {
    let listen = format!("127.0.0.1:{}", free_port());
    (Server::start_with(&["--turn-listen", &listen]), listen)
}
