//! Many messages at once.

use banter_e2e::{Browser, Person, Server, Snapshot};

fn numbered(who: &str, count: usize) -> Vec<String> {
    (0..count).map(|number| format!("{who} {number}")).collect()
}

fn said_by<'a>(page: &'a Snapshot, who: &str) -> Vec<&'a str> {
    page.texts()
        .into_iter()
        .filter(|text| text.starts_with(who))
        .collect()
}

#[test]
fn five_hundred_messages_arrive_once_and_in_order() {
    let server = Server::start();
    let ada = Person::in_room("Ada", &Browser::chromium(), &server, "tea");
    let bob = Person::in_room("Bob", &Browser::chromium(), &server, "tea");
    ada.is_linked_to(1);
    bob.is_linked_to(1);
    let expected = numbered("Ada", 500);
    ada.says_many(&expected);
    for person in [&ada, &bob] {
        let page = person.sees_that("the last message", |page| page.message("Ada 499").is_some());
        assert_eq!(page.texts(), expected, "on {}'s side", person.name());
    }
    ada.sees_that("all delivered", |page| {
        page.messages.len() == 500 && page.messages.iter().all(|one| one.status == "delivered")
    });
}

#[test]
fn two_bursts_that_cross_arrive_once_and_each_in_its_order() {
    let server = Server::start();
    let ada = Person::in_room("Ada", &Browser::chromium(), &server, "tea");
    let bob = Person::in_room("Bob", &Browser::chromium(), &server, "tea");
    ada.is_linked_to(1);
    bob.is_linked_to(1);
    std::thread::scope(|scope| {
        for person in [&ada, &bob] {
            scope.spawn(|| person.says_many(&numbered(person.name(), 200)));
        }
    });
    for person in [&ada, &bob] {
        let page = person.sees_that("400 messages", |page| page.messages.len() == 400);
        for who in ["Ada", "Bob"] {
            assert_eq!(
                said_by(&page, who),
                numbered(who, 200),
                "on {}'s side",
                person.name()
            );
        }
        person.sees_that("all delivered", |page| {
            page.messages.iter().all(|one| one.status == "delivered")
        });
    }
}
