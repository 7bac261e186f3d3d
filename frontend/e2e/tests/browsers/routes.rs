//! The way that a link takes, as each browser's own statistics tell it.

use banter_e2e::{Browser, Kind, PATIENCE, Person, Server};

#[test]
fn links_on_one_machine_are_shown_as_direct_in_both_browsers() {
    let server = Server::start();
    let ada = Person::in_room("Ada", &Browser::start(Kind::Chromium), &server, "tea");
    let bob = Person::in_room("Bob", &Browser::start(Kind::Firefox), &server, "tea");
    let cleo = Person::in_room("Cleo", &Browser::start(Kind::Firefox), &server, "tea");
    for person in [&ada, &bob, &cleo] {
        person.is_linked_to(2);
        person.sees_within(PATIENCE, "two direct links", |page| {
            page.peers.iter().all(|peer| peer.path == "direct")
        });
    }
}
