//! The first load, file by file: what a browser asks for until the lobby is there.

use std::collections::BTreeSet;

use banter_e2e::{Browser, Person};

use crate::contender::{Contender, Stage};

const AIM_KB: f64 = 270.0;

pub(crate) fn measure(stage: &Stage) {
    println!("\nFirst load, in KB (1,000 bytes)");
    println!("  {:<44} {:>12} {:>12} {:>12}", "", "raw", "gzip", "brotli");
    let mut totals = [0.0; 3];
    for address in requested(stage, Contender::Banter) {
        let sizes = ["identity", "gzip", "br"].map(|encoding| kilobytes(&address, encoding));
        line(address.trim_start_matches(&stage.server.origin()), sizes);
        for (total, size) in totals.iter_mut().zip(sizes) {
            *total += size;
        }
    }
    line("total", totals);
    println!(
        "  aim: at most {AIM_KB} compressed; this is {:.0} % of it",
        totals[2] / AIM_KB * 100.0
    );
    let plain: f64 = requested(stage, Contender::Plain)
        .iter()
        .map(|address| kilobytes(address, "identity"))
        .sum();
    println!("  reference: the plain page is {plain:.1} raw");
}

/// Addresses in the order of their names: the page itself comes first.
fn requested(stage: &Stage, contender: Contender) -> BTreeSet<String> {
    let browser = Browser::chromium();
    let person = Person::new("Ada", &browser, &stage.server);
    person.page().goto(&stage.address(contender));
    person.page().wait_for_element("join-room");
    let is_file = |address: &String| address.starts_with("http://");
    browser.requests().into_iter().filter(is_file).collect()
}

fn kilobytes(address: &str, encoding: &str) -> f64 {
    let mut answer = ureq::get(address)
        .header("accept-encoding", encoding)
        .call()
        .unwrap();
    let bytes = answer
        .body_mut()
        .with_config()
        .limit(u64::MAX)
        .read_to_vec()
        .unwrap();
    f64::from(u32::try_from(bytes.len()).unwrap()) / 1_000.0
}

fn line(name: &str, [raw, gzip, brotli]: [f64; 3]) {
    println!("  {name:<44} {raw:>12.1} {gzip:>12.1} {brotli:>12.1}");
}
