//! The tests of the browser's wires (`frontend/tests/browser`), which run inside a page, in both browsers.

use std::time::Duration;

use banter_e2e::{Browser, Kind, StaticSite, within};
use serde_json::json;

/// Some wait for a timer.
const PATIENCE: Duration = Duration::from_secs(240);

#[test]
fn every_test_in_the_page_passes_in_chromium() {
    run(Kind::Chromium);
}

#[test]
fn every_test_in_the_page_passes_in_firefox() {
    run(Kind::Firefox);
}

/// There are more.
const FEWEST: usize = 40;

fn run(kind: Kind) {
    let site = StaticSite::of_test_page("browser");
    let browser = Browser::start(kind);
    let page = browser.open_window();
    page.goto(&site.origin());
    let passed = within(PATIENCE, || {
        page.execute("return window.passed ?? null", &json!([]))
            .as_bool()
    });
    let said = page.execute(
        "return document.getElementById('output').textContent",
        &json!([]),
    );
    let said = said.as_str().unwrap_or_default();
    println!("{said}");
    assert_eq!(passed, Ok(true), "see above");
    let summary = said.split_once("test result: ok. ");
    let count = summary.and_then(|(_, rest)| rest.split(' ').next()?.parse().ok());
    assert!(count >= Some(FEWEST), "only {count:?} tests ran");
    // They provoke what they look at.
    browser.excuse("");
}
