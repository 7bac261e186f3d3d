//! The typing line.

use banter_e2e::{Browser, Kind, Person, Server, Snapshot};

fn shows_typing(page: &Snapshot, name: &str) -> bool {
    page.typing.as_ref().is_some_and(|line| line.contains(name))
}

#[test]
fn somebody_who_types_is_shown_until_they_stop_or_send() {
    let server = Server::start();
    let browser = Browser::chromium();
    let ada = Person::in_room("Ada", &browser, &server, "tea");
    let bob = Person::in_room("Bob", &browser, &server, "tea");
    ada.is_linked_to(1);
    bob.is_linked_to(1);
    assert!(!shows_typing(&bob.looks(), "Ada"));

    ada.page().type_keys("message-input", "wait for");
    bob.sees_that("Ada typing", |page| shows_typing(page, "Ada"));
    assert!(
        !shows_typing(&ada.looks(), "Ada"),
        "nobody is told that they type themselves"
    );
    bob.sees_that("Ada having stopped", |page| !shows_typing(page, "Ada"));

    ada.page().type_keys("message-input", " it");
    bob.sees_that("Ada typing again", |page| shows_typing(page, "Ada"));
    ada.page().press_enter("message-input");
    bob.sees("wait for it");
    bob.sees_that("nobody typing", |page| !shows_typing(page, "Ada"));
}

#[test]
fn the_typing_line_goes_with_whoever_typed() {
    let server = Server::start();
    let ada = Person::in_room("Ada", &Browser::alone(Kind::Chromium), &server, "tea");
    let bob = Person::in_room("Bob", &Browser::chromium(), &server, "tea");
    ada.is_linked_to(1);
    ada.page().type_keys("message-input", "I was about to");
    bob.sees_that("Ada typing", |page| shows_typing(page, "Ada"));
    ada.page().browser().kill();
    bob.sees_that("nobody typing", |page| !shows_typing(page, "Ada"));
}
