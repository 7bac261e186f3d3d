//! A page that has received many messages.

use banter_e2e::{Browser, Kind, Person};
use serde_json::json;

use crate::{
    contender::{Contender, Stage},
    report,
};

const MESSAGES: usize = 2_000;
/// As many as the app takes by hand within a script's time.
const AT_ONCE: usize = 500;

/// Says many things, a hundred at a time so that the other side keeps up. The app is given them as by hand.
const SAY_MANY: &str = "
    const hook = (name) => document.querySelector(`[data-testid=${name}]`);
    const pause = (time) => new Promise((next) => setTimeout(next, time));
    const byHand = async (text) => {
        hook('message-input').focus();
        document.execCommand('insertText', false, text);
        await pause(0);
        hook('send-message').click();
        await pause(0);
    };
    const words = 'what people say to each other when they have the time, about eighty letters of it';
    for (let number = arguments[0]; number < arguments[1]; number += 1) {
        const text = `${number}: ${words}`;
        if (window.say) say(text);
        else await byHand(text);
        if (number % 100 === 99) await pause(20);
    }";

/// Keeps hold of the memory of a WebAssembly instance, which no other figure holds.
const NOTE_WASM_MEMORY: &str = "
    for (const name of ['instantiate', 'instantiateStreaming']) {
        const instantiate = WebAssembly[name];
        WebAssembly[name] = async (...given) => {
            const made = await instantiate.apply(WebAssembly, given);
            window.wasmMemory = (made.instance ?? made).exports.memory;
            return made;
        };
    }";

const MIB: f64 = 1024.0 * 1024.0;

struct Held {
    objects: f64,
    wasm: f64,
    process: f64,
}

pub(crate) fn measure(stage: &Stage) {
    let [banter, plain] = Contender::BOTH.map(|contender| after_many_messages(stage, contender));
    report::heading(
        &format!("A page that has received {MESSAGES} messages and shows the newest"),
        ["Banter", "plain JS", "ratio", ""],
    );
    for (what, banter, plain) in [
        ("JavaScript objects", banter.objects, plain.objects),
        ("memory of WebAssembly", banter.wasm, plain.wasm),
        ("the page's process (PSS)", banter.process, plain.process),
    ] {
        report::row(what, "MiB", banter, plain, "");
    }
}

/// Each receives from its own kind, since nobody is listened to who does not prove who they are.
fn after_many_messages(stage: &Stage, contender: Contender) -> Held {
    let speaking = Browser::alone(Kind::Chromium);
    let listening = Browser::alone_with(Kind::Chromium, &[NOTE_WASM_MEMORY]);
    let room = format!("memory-{contender:?}");
    let speaker = stage.inside(contender, &speaking, "Speaker", &room);
    let listener = stage.inside(contender, &listening, "Listener", &room);
    speaker.is_linked_to(1);
    listener.is_linked_to(1);
    for first in (0..MESSAGES).step_by(AT_ONCE) {
        let from_to = json!([first, first + AT_ONCE]);
        speaker.page().execute(SAY_MANY, &from_to);
    }
    let last = format!("{}: ", MESSAGES - 1);
    listener.sees_that("the last message", |page| {
        page.messages
            .last()
            .is_some_and(|message| message.text.starts_with(&last))
    });
    let held = Held {
        objects: objects(&listener),
        wasm: wasm(&listener),
        process: process_memory(&listening),
    };
    assert_eq!(
        listener.probe().errors,
        Vec::<String>::new(),
        "{contender:?}"
    );
    held
}

/// Objects of JavaScript, and what the browser holds for them.
fn objects(person: &Person) -> f64 {
    let page = person.page();
    page.devtools("HeapProfiler.collectGarbage", &json!({}));
    let usage = page.devtools("Runtime.getHeapUsage", &json!({}));
    let part = |name: &str| usage[name].as_f64().unwrap_or_default();
    (part("usedSize") + part("embedderHeapUsedSize")) / MIB
}

fn wasm(person: &Person) -> f64 {
    let size = "return window.wasmMemory?.buffer.byteLength ?? 0";
    let size = person.page().execute(size, &json!([]));
    size.as_f64().expect("a size") / MIB
}

/// The page is the largest of the browser's renderers: the other shows an empty page.
fn process_memory(browser: &Browser) -> f64 {
    let bytes = browser.renderer_memory_bytes().into_iter().max();
    f64::from(u32::try_from(bytes.expect("a renderer") / 1024).unwrap()) / 1024.0
}
