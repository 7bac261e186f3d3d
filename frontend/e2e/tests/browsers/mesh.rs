//! Everybody is linked to everybody.

use banter_e2e::{Browser, Person, Server};

#[test]
fn three_people_form_a_whole_mesh_and_everybody_hears_everybody() {
    whole_mesh(&["Ada", "Bob", "Cyd"], 3);
}

#[test]
fn eight_people_form_a_whole_mesh_of_28_links_and_everybody_hears_everybody() {
    whole_mesh(&["Ada", "Bob", "Cyd", "Dan", "Eve", "Fay", "Gus", "Hal"], 3);
}

/// Lets everybody in, spread over a few browsers.
fn whole_mesh(names: &[&str], browsers: usize) {
    let server = Server::start();
    let browsers: Vec<Browser> = (0..browsers).map(|_| Browser::chromium()).collect();
    let people: Vec<Person> = names
        .iter()
        .zip(browsers.iter().cycle())
        .map(|(name, browser)| Person::in_room(name, browser, &server, "mesh"))
        .collect();
    let ends: usize = people
        .iter()
        .map(|one| one.is_linked_to(names.len() - 1).links)
        .sum();
    assert_eq!(
        ends,
        names.len() * (names.len() - 1),
        "every link has two ends"
    );

    for person in &people {
        person.says(&format!("{} is here", person.name()));
    }
    for listener in &people {
        let page = listener.sees_that("everybody once", |page| page.messages.len() == names.len());
        for name in names {
            assert!(
                page.message(&format!("{name} is here")).is_some(),
                "{page:?}"
            );
        }
    }
    for person in &people {
        person.sees_status(&format!("{} is here", person.name()), "delivered");
    }
}
