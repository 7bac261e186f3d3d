//! What a page costs that is linked to many and where nothing happens.

use std::{thread, time::Duration};

use banter_e2e::{Browser, Kind, Page, Person};
use serde_json::json;

use crate::{
    contender::{Contender, Stage},
    report,
};

const OTHERS: usize = 15;
/// Links settle: the way of a new one is read with each of its first pings.
const SETTLING: Duration = Duration::from_secs(20);
/// Six of the pings that each link sends.
const WATCHED: Duration = Duration::from_secs(20);

/// Processor time.
#[derive(Clone, Copy)]
struct Spent {
    main_thread: f64,
    process: f64,
}

pub(crate) fn measure(stage: &Stage) {
    let [banter, plain] = Contender::BOTH.map(|contender| idle(stage, contender));
    report::heading(
        &format!("An idle page with {OTHERS} links, beside plain JS that says nothing"),
        ["Banter", "plain JS", "ratio", "aim"],
    );
    report::row(
        "its main thread, of a core",
        "%",
        banter.main_thread,
        plain.main_thread,
        "<= 0.5 %",
    );
    report::row(
        "its process, of a core",
        "%",
        banter.process,
        plain.process,
        "",
    );
}

/// In percent of a core.
fn idle(stage: &Stage, contender: Contender) -> Spent {
    let room = format!("crowd-{contender:?}");
    let watched = Browser::alone(Kind::Chromium);
    let crowd = Browser::chromium();
    let enter = |browser: &Browser, name: &str| stage.inside(contender, browser, name, &room);
    let person = enter(&watched, "Watched");
    let others: Vec<Person> = (0..OTHERS)
        .map(|number| enter(&crowd, &format!("Peer {number}")))
        .collect();
    for person in others.iter().chain([&person]) {
        person.is_linked_to(OTHERS);
    }
    thread::sleep(SETTLING);
    person
        .page()
        .devtools("Performance.enable", &json!({ "timeDomain": "timeTicks" }));
    let before = spent(person.page());
    thread::sleep(WATCHED);
    let after = spent(person.page());
    for other in &others {
        other.page().close();
    }
    let share = |before: f64, after: f64| 100.0 * (after - before) / WATCHED.as_secs_f64();
    Spent {
        main_thread: share(before.main_thread, after.main_thread),
        process: share(before.process, after.process),
    }
}

fn spent(page: &Page) -> Spent {
    let metrics = page.devtools("Performance.getMetrics", &json!({}));
    let seconds = |name: &str| {
        let metrics = metrics["metrics"].as_array().expect("a list");
        let metric = metrics.iter().find(|metric| metric["name"] == name);
        metric
            .and_then(|metric| metric["value"].as_f64())
            .expect("a time")
    };
    Spent {
        main_thread: seconds("ThreadTime"),
        process: seconds("ProcessTime"),
    }
}
