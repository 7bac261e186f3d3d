//! From the navigation to a lobby that can be used.

use banter_e2e::{Browser, Kind};
use serde_json::json;

use crate::{
    contender::{Contender, Figures, Stage},
    report,
};

const RUNS: usize = 9;

/// Notes when the button that joins is there; `performance.now()` counts from the navigation.
const NOTE_READY: &str = "
    new MutationObserver((_, observer) => {
        if (!document.querySelector('[data-testid=join-room]')) return;
        observer.disconnect();
        window.benchReady = performance.now();
    }).observe(document, { subtree: true, childList: true });";

pub(crate) fn measure(stage: &Stage) {
    let browser = Browser::start_with(Kind::Chromium, &[NOTE_READY]);
    let page = browser.open_window();
    page.devtools("Network.enable", &json!({}));
    let (mut cold, mut warm) = (Figures::default(), Figures::default());
    for _ in 0..RUNS {
        for contender in Contender::BOTH {
            page.goto("about:blank");
            page.devtools("Network.clearBrowserCache", &json!({}));
            for figures in [&mut cold, &mut warm] {
                page.goto("about:blank");
                page.goto(&stage.address(contender));
                page.wait_for_element("join-room");
                let ready = page.execute("return window.benchReady", &json!([]));
                figures.of(contender).push(ready.as_f64().expect("a time"));
            }
        }
    }
    report::heading(
        &format!("From navigation to the lobby, medians of {RUNS} loads each"),
        ["Banter", "plain JS", "ratio", ""],
    );
    for (what, mut figures) in [("nothing cached", cold), ("everything cached", warm)] {
        let (banter, plain) = (&mut figures.banter, &mut figures.plain);
        report::row(
            what,
            "ms",
            report::median(banter),
            report::median(plain),
            "",
        );
    }
}
