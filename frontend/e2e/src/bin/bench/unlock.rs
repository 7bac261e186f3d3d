//! From the click to a room behind a passphrase, beside what stretching it costs natively.

use std::{path::PathBuf, process::Command};

use banter_e2e::{Browser, Kind, Person};
use serde_json::json;

use crate::{
    contender::{OBSERVED, Stage},
    report,
};

const RUNS: usize = 7;

/// What docs/SECURITY.md promises (18).
const AIM: &str = "<= 1500 ms";

/// The same function in C, as the second client calls it: OpenSSL's Argon2id with 64 MiB and three passes.
const NATIVE: &str = "
import time
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
start = time.perf_counter()
Argon2id(salt=bytes(32), length=32, iterations=3, lanes=1, memory_cost=64 * 1024).derive(b'correct horse')
print((time.perf_counter() - start) * 1000)";

pub(crate) fn measure(stage: &Stage) {
    report::heading(
        &format!("From the click to a new private room behind a passphrase, medians of {RUNS}"),
        ["Banter", "native C", "ratio", "promised"],
    );
    for kind in [Kind::Chromium, Kind::Firefox] {
        let browser = Browser::start(kind);
        let (mut guarded, mut native) = (Vec::new(), Vec::new());
        for _ in 0..RUNS {
            guarded.push(enter(stage, &browser));
            native.push(stretch_natively());
        }
        let what = format!("{kind}, Argon2id with 64 MiB and 3 passes");
        let (guarded, native) = (report::median(&mut guarded), report::median(&mut native));
        report::row(&what, "ms", guarded, native, AIM);
    }
}

/// Milliseconds from the click to the room.
fn enter(stage: &Stage, browser: &Browser) -> f64 {
    let person = Person::new("Ada", browser, &stage.server);
    let page = person.page();
    person.opens("/");
    page.fill("name-input", "Ada");
    page.click("generate-room");
    page.click("add-passphrase");
    page.fill("passphrase-input", "correct horse");
    let script = format!(
        "{OBSERVED}
         const start = performance.now();
         hook('join-room').click();
         await observed(() => hook('chat-room'));
         return performance.now() - start;"
    );
    let took = page.execute(&script, &json!([])).as_f64().expect("a time");
    page.close();
    took
}

fn stretch_natively() -> f64 {
    let python = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../target/tools/second-client/bin/python");
    let ran = Command::new(python).args(["-c", NATIVE]).output();
    let printed = ran
        .expect("the second client's Python, see .ci/second-client.sh")
        .stdout;
    let printed = String::from_utf8_lossy(&printed).trim().parse();
    printed.expect("milliseconds")
}
