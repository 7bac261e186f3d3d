//! The content security policy, and whom a page talks to.

use banter_e2e::{Browser, Kind, Person, Server};
use serde_json::json;

/// Tries what an attacker would try, as a page's own script would; the result names what got through.
const ATTACKS: &str = "
    // What the driver itself evaluates is exempt from the policy, what a later task runs is not.
    await new Promise((next) => setTimeout(next));
    const through = [];
    const attempt = async (name, attack) => {
        try { await attack(); through.push(name); } catch { /* refused */ }
    };
    await attempt('eval', () => window.eval('1'));
    await attempt('Function', () => new window.Function('return 1')());
    await attempt('innerHTML', () => { document.createElement('div').innerHTML = '<b>x</b>'; });
    await attempt('worker', () => new Promise((started, refused) => {
        const worker = new Worker(URL.createObjectURL(new Blob(['postMessage(1)'])));
        worker.onmessage = started;
        worker.onerror = refused;
    }));
    const add = (tag, fields) => document.head.append(Object.assign(document.createElement(tag), fields));
    try { add('script', { textContent: 'window.ranInline = true' }); } catch { /* refused */ }
    try { add('style', { textContent: ':root { --injected: yes }' }); } catch { /* refused */ }
    if (window.ranInline) through.push('inline script');
    if (getComputedStyle(document.documentElement).getPropertyValue('--injected')) through.push('inline style');
    return through;";

/// Promise 58: wasm runs, since the app does, and nothing of this.
#[test]
fn injected_scripts_styles_and_markup_are_blocked_in_both_browsers() {
    for kind in [Kind::Chromium, Kind::Firefox] {
        let server = Server::start();
        let browser = Browser::start(kind);
        let ada = Person::in_room("Ada", &browser, &server, "tea");
        let probe = ada.probe();
        assert!(
            probe.violations.is_empty() && probe.errors.is_empty(),
            "{kind}: {probe:?}"
        );
        let through = ada.page().execute(ATTACKS, &json!([]));
        assert_eq!(through, json!([]), "{kind}: got through");
        assert!(
            !ada.probe().violations.is_empty(),
            "{kind}: nothing was reported"
        );
        // What was provoked above.
        for part in [
            "Content Security Policy",
            "Content-Security-Policy",
            "Trusted",
            "worker",
        ] {
            browser.excuse(part);
        }
    }
}

/// Promise 59.
#[test]
fn the_page_has_no_inline_script_or_style_and_no_nonce() {
    let server = Server::start();
    for path in ["/", "/r/tea"] {
        let mut answer = ureq::get(format!("{}{path}", server.origin()))
            .call()
            .unwrap();
        let page = answer.body_mut().read_to_string().unwrap().to_lowercase();
        assert!(page.contains("<script"), "the app: {page}");
        for script in page.split("<script").skip(1) {
            let (attributes, rest) = script.split_once('>').unwrap();
            assert!(
                attributes.contains("src="),
                "a script without address: {script}"
            );
            assert!(
                rest.trim_start().starts_with("</script>"),
                "an inline script: {script}"
            );
        }
        assert!(!page.contains("<style"), "an inline style: {page}");
        for tag in page
            .split('<')
            .skip(1)
            .map(|tag| tag.split('>').next().unwrap_or_default())
        {
            assert!(!tag.contains(" style="), "an inline style: {tag}");
            assert!(!tag.contains(" on"), "an inline handler: {tag}");
            assert!(!tag.contains("nonce"), "a nonce: {tag}");
            assert!(!tag.contains("javascript:"), "an inline script: {tag}");
        }
    }
}

/// Promise 61, and promise 58's "zero violations" over a whole visit.
#[test]
fn a_whole_visit_asks_nobody_but_the_own_server_and_violates_nothing() {
    for kind in [Kind::Chromium, Kind::Firefox] {
        let server = Server::start();
        // What nobody in particular asks for is noted for everybody who shares a browser.
        let browser = Browser::alone(kind);
        let ada = Person::in_room("Ada", &browser, &server, "tea");
        let bob = Person::in_room("Bob", &browser, &server, "tea");
        ada.is_linked_to(1);
        bob.is_linked_to(1);
        ada.says("look at https://example.com/ and mailto:ada@example.com");
        bob.sees("look at https://example.com/ and mailto:ada@example.com");
        ada.page().reload();
        ada.is_in("tea");
        ada.is_linked_to(1);
        for person in [&ada, &bob] {
            let probe = person.probe();
            assert!(
                probe.violations.is_empty() && probe.errors.is_empty(),
                "{kind}: {probe:?}"
            );
            assert!(probe.ice_servers.is_empty(), "{kind}: {probe:?}");
        }
        bob.leaves();

        let requests = browser.requests();
        let own = [server.origin(), server.origin().replace("http", "ws")];
        let asked: Vec<&String> = requests
            .iter()
            .filter(|one| one.starts_with("http") || one.starts_with("ws"))
            .collect();
        assert!(
            asked.iter().any(|one| one.ends_with(".wasm")),
            "{kind}: the log is whole: {asked:?}"
        );
        for address in asked {
            assert!(
                own.iter().any(|own| address.starts_with(own)),
                "{kind}: {address}"
            );
        }
    }
}
