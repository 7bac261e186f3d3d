//! Joining a peer, and a message there and its mark back.

use banter_e2e::{Browser, Kind, Person};
use serde_json::json;

use crate::{
    contender::{Contender, Figures, OBSERVED, Stage},
    report,
};

const JOINS: usize = 21;
const BLOCKS: usize = 10;
const MESSAGES_IN_A_BLOCK: usize = 40;

/// From the click on "Join" to an open connection that the page shows. A button is pressed for a while before it is clicked.
const JOIN: &str = "
    hook('join-room').dispatchEvent(new PointerEvent('pointerdown', { bubbles: true }));
    await new Promise((next) => setTimeout(next, 60));
    const start = performance.now();
    hook('join-room').click();
    await observed(() => hook('p2p-count')?.dataset.count === '1');
    return performance.now() - start;";

/// Notes when a message was handed to a channel and when its acknowledgement came back.
const NOTE_ROUND_TRIPS: &str = "
    window.roundTrips = [];
    const sent = new Map();
    const { createDataChannel } = RTCPeerConnection.prototype;
    RTCPeerConnection.prototype.createDataChannel = function (...given) {
        const channel = createDataChannel.apply(this, given);
        channel.addEventListener('message', ({ data }) => {
            const { type, id } = JSON.parse(data);
            if (type === 'delivered') roundTrips.push(performance.now() - sent.get(id));
        });
        return channel;
    };
    const { send } = RTCDataChannel.prototype;
    RTCDataChannel.prototype.send = function (data) {
        const { type, id, text } = JSON.parse(data);
        if (type === 'chat_message') sent.set(id, performance.now());
        if (type === 'entry') sent.set(JSON.parse(text).content.id, performance.now());
        send.call(this, data);
    };";

/// From the click on "Send" to the mark that says "delivered", for each message. Between typing and sending the
/// page comes to rest, as it does under a person's fingers.
const SEND: &str = "
    const times = [];
    roundTrips.length = 0;
    const last = () => [...document.querySelectorAll('[data-testid=message]')].at(-1);
    for (let number = 0; number < arguments[0]; number += 1) {
        const text = `message ${number} of ${crypto.randomUUID()}`;
        hook('message-input').focus();
        document.execCommand('insertText', false, text);
        await new Promise((next) => setTimeout(next, 60));
        const start = performance.now();
        hook('send-message').click();
        await observed(() => last()?.dataset.status === 'delivered' && last().textContent.includes(text));
        times.push(performance.now() - start);
    }
    return [times, roundTrips];";

fn script(body: &str) -> String {
    format!("{OBSERVED}{body}")
}

pub(crate) fn measure(stage: &Stage) {
    let there = Browser::chromium();
    let here = Browser::start_with(Kind::Chromium, &[NOTE_ROUND_TRIPS]);
    let hosts = Contender::ALL
        .map(|contender| stage.inside(contender, &there, "Host", &format!("talk-{contender:?}")));
    let mut joins = Figures::default();
    for _ in 0..JOINS {
        for (contender, host) in Contender::ALL.into_iter().zip(&hosts) {
            let guest =
                stage.before_joining(contender, &here, "Guest", &format!("talk-{contender:?}"));
            let time = guest.page().execute(&script(JOIN), &json!([]));
            joins.of(contender).push(time.as_f64().expect("a time"));
            guest.page().close();
            host.sees_that("being alone", |page| page.peers.is_empty());
        }
    }
    let guests: [Person; 3] = Contender::ALL.map(|contender| {
        let guest = stage.inside(contender, &here, "Guest", &format!("talk-{contender:?}"));
        guest.is_linked_to(1);
        guest
    });
    let (mut trips, mut marks) = (Figures::default(), Figures::default());
    for _ in 0..BLOCKS {
        for (contender, guest) in Contender::ALL.into_iter().zip(&guests) {
            let times = guest
                .page()
                .execute(&script(SEND), &json!([MESSAGES_IN_A_BLOCK]));
            let times: [Vec<f64>; 2] = serde_json::from_value(times).expect("two lists of times");
            let [to_mark, round_trip] = times;
            marks.of(contender).extend(to_mark);
            trips.of(contender).extend(round_trip);
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
        ("round trip of a message on its channel", trips, "<= 1.15x"),
        ("from \"Send\" to \"delivered\" on the screen", marks, ""),
    ] {
        let plain = report::median(&mut figures.plain);
        let open = report::median(&mut figures.banter);
        report::row(what, "ms", open, plain, aim);
        let private = report::median(&mut figures.private);
        report::row("  the same in a private room", "ms", private, plain, "");
    }
}
