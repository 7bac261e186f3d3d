//! Invites as they come: changed by whoever passed them on.

use banter_e2e::{Browser, Kind, Person, Server};

/// Leaves for an empty page, so that the next address is loaded and not merely gone to.
fn opens_changed(person: &Person, address: &str) {
    person.page().goto("about:blank");
    person.opens(address);
}

#[test]
fn a_changed_invite_opens_its_room_and_the_address_is_clean_again() {
    let server = Server::start();
    for kind in [Kind::Chromium, Kind::Firefox] {
        let browser = Browser::start(kind);
        let ada = Person::new("Ada", &Browser::chromium(), &server);
        let invite = ada.makes_a_room();
        let (path, secret) = invite.split_once('#').unwrap();
        let bob = Person::new("Bob", &browser, &server);
        // What a browser itself changes in an address.
        let by_browsers = [
            format!("{path}?fbclid=IwAR0_x#{secret}"),
            format!("{}#{secret}", path.replace('_', "%5F")),
            format!("{path}#\u{200b}{secret}\u{200b}"),
        ];
        // What reaches the page as it is, in whatever browser.
        let by_others = [
            format!("{invite}."),
            format!("{invite})"),
            format!("{invite}?fbclid=IwAR0_x"),
            format!("{invite}&utm_source=mail"),
            format!("{path}/#{secret}"),
        ];
        let by_others = by_others.into_iter().filter(|_| kind == Kind::Chromium);
        for changed in by_browsers.into_iter().chain(by_others) {
            opens_changed(&bob, &changed);
            assert_eq!(bob.looks().error, None, "{changed}");
            assert_eq!(bob.invite(), invite, "{changed}");
            let typed = invite.trim_start_matches("/r/");
            assert_eq!(bob.page().value("room-input"), typed, "{changed}");
        }
        bob.page().fill("name-input", "Bob");
        bob.page().click("join-room");
        bob.is_in_private();
        bob.is_linked_to(1);

        let cyd = Person::new("Cyd", &browser, &server);
        for changed in ["/r/tea/", "/r/tea?fbclid=x", "/r/tea.", "/r/tea#top"] {
            opens_changed(&cyd, changed);
            assert_eq!(cyd.invite(), "/r/tea", "{changed}");
            assert_eq!(cyd.page().value("room-input"), "tea");
        }
    }
}

#[test]
fn an_invite_is_found_in_whatever_is_pasted() {
    let server = Server::start();
    for kind in [Kind::Chromium, Kind::Firefox] {
        let browser = Browser::start(kind);
        let ada = Person::new("Ada", &browser, &server);
        let invite = ada.makes_a_room();
        let link = format!("{}{invite}", server.origin());
        let bob = Person::new("Bob", &browser, &server);
        bob.opens("/");
        bob.page().fill("name-input", "Bob");
        for text in [
            format!("Join us ({link}). Bring tea!"),
            format!("<{link}>"),
            format!("[tea]({link})"),
            link.replace("http://", ""),
            format!("{link}&amp;utm_source=mail"),
        ] {
            bob.page().fill("room-input", &text);
            bob.page().click("join-room");
            bob.is_in_private();
            assert_eq!(bob.invite(), invite, "{text}");
            bob.leaves();
        }
        // A real paste keeps the line breaks of a text; the field then shows the invite alone.
        let (head, secret) = link.split_once('#').unwrap();
        let (start, end) = secret.split_at(20);
        let mail = format!("Come!\n{head}#\n{start}\n{end}\nSee you");
        bob.page().paste_into("room-input", &[], &mail);
        bob.sees_that("the invite alone", |_| {
            bob.page().value("room-input") == invite.trim_start_matches("/r/")
        });
        bob.page().click("join-room");
        bob.is_in_private();
        bob.is_linked_to(1);
    }
}

#[test]
fn another_server_s_invite_is_offered_there_and_never_joined_here() {
    let server = Server::start();
    let there = Server::start();
    let browser = Browser::chromium();
    let ada = Person::new("Ada", &browser, &there);
    let invite = ada.makes_a_room();
    let bob = Person::new("Bob", &browser, &server);
    bob.opens("/");
    bob.page().fill("name-input", "Bob");
    let link = format!("{}{invite}", there.origin());
    bob.page().fill("room-input", &format!("Join us: {link}."));
    assert!(bob.reads("open-elsewhere").contains("open it there"));
    bob.page().click("join-room");
    bob.sees_error("other_server");
    assert_eq!(bob.looks().room, None);
    bob.page().click("open-elsewhere");
    let arrived = banter_e2e::eventually(|| (bob.page().address() == link).then_some(()));
    assert!(arrived.is_ok(), "{}", bob.page().address());
}

/// Promise 2: where the fragment was made to appear in a request, that is said, before and inside.
#[test]
fn whoever_s_secret_the_server_has_seen_is_told() {
    let server = Server::start();
    let browser = Browser::chromium();
    let ada = Person::new("Ada", &browser, &server);
    let invite = ada.makes_a_room();
    let bob = Person::new("Bob", &browser, &server);
    opens_changed(&bob, &invite.replace('#', "%23"));
    let page = bob.sees_error("secret_seen");
    let words = page.error_text.unwrap_or_default();
    assert!(
        words.contains("server has seen") && words.contains("new invite"),
        "{words}"
    );
    assert_eq!(bob.invite(), invite, "a reload does not send it once more");
    bob.page().fill("name-input", "Bob");
    bob.page().click("join-room");
    bob.is_in_private();
    bob.sees_error("secret_seen");
    bob.is_linked_to(1);
}

#[test]
fn what_there_is_of_an_incomplete_invite_stays_in_the_field() {
    let server = Server::start();
    let ada = Person::new("Ada", &Browser::chromium(), &server);
    ada.opens("/r/p_0123456789abcdef0123456789abcdef#part-of-it");
    ada.sees_error("incomplete_invite");
    let field = ada.page().value("room-input");
    assert_eq!(field, "p_0123456789abcdef0123456789abcdef#part-of-it");
}
