//! Somebody else's client, in Python, written from `docs/PROTOCOL.md` alone, talks with the app.

use banter_e2e::{Browser, Kind, Person, SecondClient, Server};

#[test]
fn the_app_talks_with_a_client_in_another_language_whoever_came_first() {
    for kind in [Kind::Chromium, Kind::Firefox] {
        let server = Server::start();
        let ada = Person::new("Ada", &Browser::start(kind), &server);
        let invite = ada.makes_a_room();
        let mut monty = SecondClient::start(&server, &invite, "Monty");
        let confirmed = monty.hears("confirmed");
        assert_eq!(confirmed["name"], "Ada");
        ada.is_linked_to(1);
        ada.inspects_the_other();
        let number = ada.reads("safety-number").replace(' ', "");
        assert_eq!(confirmed["safetyNumber"], number.as_str(), "{kind}");
        ada.page().click("toggle-verified");
        ada.sees_that("Monty verified", |page| page.peers[0].verified == "true");
        monty.says("hello from Python");
        ada.sees("hello from Python");
        monty.hears("delivered");
        ada.page().reload();
        ada.is_in_private();
        ada.is_linked_to(1);
        monty.hears("confirmed");
        ada.says("hello from Rust");
        assert_eq!(monty.hears("message")["text"], "hello from Rust");
        ada.sees_status("hello from Rust", "delivered");
        let long = "long ".repeat(9_000);
        ada.says(long.trim_end());
        assert_eq!(monty.hears("message")["text"], long.trim_end());
        monty.leaves();
        ada.sees_that("nobody", |page| page.peers.is_empty());
    }
}

#[test]
fn the_app_and_the_client_meet_in_an_open_room() {
    let server = Server::start();
    let mut monty = SecondClient::start(&server, "/r/tea", "Monty");
    monty.hears("joined");
    let ada = Person::in_room("Ada", &Browser::chromium(), &server, "tea");
    assert_eq!(monty.hears("confirmed")["name"], "Ada");
    ada.is_linked_to(1);
    ada.says("tea?");
    assert_eq!(monty.hears("message")["text"], "tea?");
    monty.says("please");
    ada.sees("please");
}
