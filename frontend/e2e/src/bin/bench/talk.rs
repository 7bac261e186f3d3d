//! Joining a peer, and a message there and its mark back.

use banter_e2e::{Browser, Person};
use serde_json::json;

use crate::{
    contender::{Contender, Figures, OBSERVED, Stage},
    report,
};

const JOINS: usize = 21;
const BLOCKS: usize = 10;
const MESSAGES_IN_A_BLOCK: usize = 40;

/// From the click on "Join" to an open connection that the page shows.
const JOIN: &str = "
    const start = performance.now();
    hook('join-room').click();
    await observed(() => hook('p2p-count')?.dataset.count === '1');
    return performance.now() - start;";

/// From the click on "Send" to the mark that says "delivered", for each message.
const SEND: &str = "
    const times = [];
    const last = () => [...document.querySelectorAll('[data-testid=message]')].at(-1);
    for (let number = 0; number < arguments[0]; number += 1) {
        const text = `message ${number} of ${crypto.randomUUID()}`;
        hook('message-input').focus();
        document.execCommand('insertText', false, text);
        await new Promise((next) => setTimeout(next, 10));
        const start = performance.now();
        hook('send-message').click();
        await observed(() => last()?.dataset.status === 'delivered' && last().textContent.includes(text));
        times.push(performance.now() - start);
    }
    return times;";

fn script(body: &str) -> String {
    format!("{OBSERVED}{body}")
}

pub(crate) fn measure(stage: &Stage) {
    let (here, there) = (Browser::chromium(), Browser::chromium());
    let hosts = Contender::BOTH
        .map(|contender| stage.inside(contender, &there, "Host", &format!("talk-{contender:?}")));
    let mut joins = Figures::default();
    for _ in 0..JOINS {
        for (contender, host) in Contender::BOTH.into_iter().zip(&hosts) {
            let guest =
                stage.at_the_door(contender, &here, "Guest", &format!("talk-{contender:?}"));
            let time = guest.page().execute(&script(JOIN), &json!([]));
            joins.of(contender).push(time.as_f64().expect("a time"));
            guest.page().close();
            host.sees_that("being alone", |page| page.peers.is_empty());
        }
    }
    let guests: [Person; 2] = Contender::BOTH.map(|contender| {
        let guest = stage.inside(contender, &here, "Guest", &format!("talk-{contender:?}"));
        guest.is_linked_to(1);
        guest
    });
    let mut trips = Figures::default();
    for _ in 0..BLOCKS {
        for (contender, guest) in Contender::BOTH.into_iter().zip(&guests) {
            let times = guest
                .page()
                .execute(&script(SEND), &json!([MESSAGES_IN_A_BLOCK]));
            let times = times.as_array().expect("a list of times").iter();
            trips
                .of(contender)
                .extend(times.filter_map(|time| time.as_f64()));
        }
    }
    report::heading(
        &format!(
            "Between two browsers: medians of {JOINS} joins and {} messages each",
            BLOCKS * MESSAGES_IN_A_BLOCK
        ),
        ["Banter", "plain JS", "ratio", "aim"],
    );
    for (what, mut figures, aim) in [
        ("from \"Join\" to an open connection", joins, "<= 1.30x"),
        ("from \"Send\" to \"delivered\"", trips, "<= 1.15x"),
    ] {
        let (banter, plain) = (&mut figures.banter, &mut figures.plain);
        report::row(
            what,
            "ms",
            report::median(banter),
            report::median(plain),
            aim,
        );
    }
}
