//! A member who says more than anybody can hear.

use std::time::Duration;

use banter_e2e::{Browser, Kind, Person, SecondClient, Server, Snapshot};
use serde_json::json;

/// More than what one person is heard at once and what may wait to be heard, several times over.
const FLOOD: usize = 12_000;

/// The flooder yields the processor to whom it floods.
const A_WHOLE_FLOOD: Duration = Duration::from_secs(120);

/// Letters of each.
const SIZE: usize = 1_000;

/// Notes how long the page was held up by one task.
const NOTE_LONG_TASKS: &str = "
    window.longest = 0;
    const note = (list) => { for (const { duration } of list.getEntries()) longest = Math.max(longest, duration); };
    if (PerformanceObserver.supportedEntryTypes.includes('longtask'))
        new PerformanceObserver(note).observe({ entryTypes: ['longtask'] });";

const LONGEST_TASK_MS: &str = "return window.longest;";

/// Promise 32: a flood of one is slowed and then muted, said in the list and over when they calm down; the page's own words come
/// through while it lasts, and it grows by no more than 64 MB. The longest task is told and not asserted, since the flooder and the
/// drawing share the processor with the page here.
#[test]
fn a_flood_is_muted_and_everybody_else_goes_on() {
    let server = Server::start();
    let browser = Browser::alone_with(Kind::Chromium, &[NOTE_LONG_TASKS]);
    let ada = Person::new("Ada", &browser, &server);
    let invite = ada.makes_a_room();
    let mut mallory = SecondClient::start(&server, &invite, "Mallory");
    mallory.hears("confirmed");
    ada.is_linked_to(1);
    let memory = || {
        ada.page()
            .devtools("HeapProfiler.collectGarbage", &json!({}));
        browser.renderer_memory_bytes().into_iter().max().unwrap()
    };
    let before = memory();
    // What loading took is not the flood's.
    ada.page().execute("window.longest = 0;", &json!([]));
    mallory.floods(FLOOD, SIZE);
    ada.sees_that("some of the flood", |page| page.texts().len() > 100);
    let is_muted = |page: &Snapshot| page.peers.iter().any(|peer| peer.hearing == "muted");
    let (mut meanwhile, mut is_over, mut was_muted) = (0, false, false);
    for word in 0..5 {
        ada.says(&format!("my own word {word}"));
        ada.sees(&format!("my own word {word}"));
        is_over = is_over || mallory.has_heard("flooded");
        meanwhile += usize::from(!is_over);
        was_muted |= is_muted(&ada.looks());
    }
    // A slow machine draws for seconds before the flooder is muted.
    assert!(
        meanwhile >= 2,
        "only {meanwhile} own words were drawn while the flood went on"
    );
    if !was_muted {
        ada.sees_within(A_WHOLE_FLOOD, "who is muted", is_muted);
    }
    if !is_over {
        mallory.hears_within(A_WHOLE_FLOOD, "flooded");
    }
    let longest = ada.page().execute(LONGEST_TASK_MS, &json!([]));
    let longest = longest.as_f64().unwrap();
    let growth = memory().saturating_sub(before);
    println!("longest task {longest:.0} ms, {} KiB more", growth / 1024);
    assert!(growth < 64_000_000, "{growth} bytes more");
    let probe = ada.probe();
    assert!(
        probe.errors.is_empty() && probe.violations.is_empty(),
        "{probe:?}"
    );

    // Calm again, they are heard again, and nothing has to be done for it.
    ada.sees_that("that everybody is heard", |page| {
        page.peers
            .iter()
            .all(|peer| peer.hearing == "heard" && peer.state == "connected")
    });
    mallory.says("sorry");
    ada.sees("sorry");
}
