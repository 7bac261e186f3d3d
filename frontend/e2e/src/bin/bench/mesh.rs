//! Eight pages that all join at the same moment, until each is linked to the seven others.

use banter_e2e::{Browser, Person};
use serde_json::json;

use crate::{
    contender::{Contender, Figures, OBSERVED, Stage},
    report,
};

const PEERS: usize = 8;
const RUNS: usize = 5;

/// Clicks "Join" at an appointed time of the wall clock, and notes when all links are there.
const APPOINT: &str = "
    const [at, links] = arguments;
    window.meshDone = null;
    setTimeout(async () => {
        hook('join-room').click();
        await observed(() => hook('p2p-count')?.dataset.count === `${links}`);
        window.meshDone = performance.timeOrigin + performance.now();
    }, at - performance.timeOrigin - performance.now());";

/// Enough for eight pages to hear of the appointment.
const NOTICE_MS: f64 = 1_500.0;

pub(crate) fn measure(stage: &Stage) {
    let browsers = [Browser::chromium(), Browser::chromium()];
    let mut figures = Figures::default();
    for run in 0..RUNS {
        for contender in Contender::BOTH {
            figures
                .of(contender)
                .push(one_mesh(stage, contender, &browsers, run));
        }
    }
    report::heading(
        &format!("{PEERS} pages join at once: median of {RUNS} meshes each"),
        ["Banter", "plain JS", "ratio", ""],
    );
    let (banter, plain) = (&mut figures.banter, &mut figures.plain);
    report::row(
        "until all 28 links are open",
        "ms",
        report::median(banter),
        report::median(plain),
        "<= 1.50x",
    );
}

fn one_mesh(stage: &Stage, contender: Contender, browsers: &[Browser; 2], run: usize) -> f64 {
    let room = format!("mesh-{contender:?}-{run}");
    let people: Vec<Person> = (0..PEERS)
        .zip(browsers.iter().cycle())
        .map(|(number, browser)| {
            stage.before_joining(contender, browser, &format!("Peer {number}"), &room)
        })
        .collect();
    let now = "return performance.timeOrigin + performance.now()";
    let at = people[0]
        .page()
        .execute(now, &json!([]))
        .as_f64()
        .expect("a time")
        + NOTICE_MS;
    let appoint = format!("{OBSERVED}{APPOINT}");
    for person in &people {
        person.page().execute(&appoint, &json!([at, PEERS - 1]));
    }
    let mut last: f64 = 0.0;
    for person in &people {
        person.is_linked_to(PEERS - 1);
        let done = person.page().execute("return window.meshDone", &json!([]));
        last = last.max(done.as_f64().expect("a time"));
    }
    for person in &people {
        person.page().close();
    }
    last - at
}
