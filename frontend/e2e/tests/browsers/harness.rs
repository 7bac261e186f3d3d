//! What the other tests stand on: both browsers obey, complain where they should, and die when killed.

use banter_e2e::{Browser, Kind, StaticSite, eventually};
use serde_json::json;

const PAGE: &str = "<!doctype html><meta charset=utf-8><title>x</title>
    <input data-testid=box><button data-testid=go onclick='document.title = box().value'>go</button>
    <script>const box = () => document.querySelector('[data-testid=box]')</script>";

fn site() -> StaticSite {
    StaticSite::start(&[("/", "text/html", PAGE)])
}

#[test]
fn both_browsers_fill_type_click_and_open_windows_of_their_own() {
    let site = site();
    for kind in [Kind::Chromium, Kind::Firefox] {
        let browser = Browser::start(kind);
        let (one, other) = (browser.open_window(), browser.open_window());
        for (page, text) in [(&one, "Grüße 👋🏽"), (&other, "שלום")] {
            page.goto(&site.origin());
            page.fill("box", "to be replaced");
            page.fill("box", text);
            page.type_keys("box", "!");
            page.click("go");
        }
        for (page, text) in [(&one, "Grüße 👋🏽!"), (&other, "שלום!")] {
            assert_eq!(page.value("box"), text, "{kind}");
            assert_eq!(
                page.execute("return document.title", &json!([])),
                text,
                "{kind}"
            );
        }
        one.execute("sessionStorage.setItem('seat', 'mine')", &json!([]));
        let read = "return sessionStorage.getItem('seat')";
        assert_eq!(one.duplicate().execute(read, &json!([])), "mine", "{kind}");
        assert!(other.execute(read, &json!([])).is_null(), "{kind}");
        let addresses = browser.requests();
        assert!(
            addresses
                .iter()
                .any(|address| address.starts_with(&site.origin())),
            "{addresses:?}"
        );
    }
}

#[test]
fn both_browsers_tell_what_went_wrong_and_whom_they_asked() {
    let site = site();
    let stranger = site.origin().replace("127.0.0.1", "localhost");
    for kind in [Kind::Chromium, Kind::Firefox] {
        let browser = Browser::start(kind);
        let page = browser.open_window();
        page.goto(&site.origin());
        page.execute(
            "setTimeout(() => { throw new Error('a loose end') });
             console.error('a loud word');
             await fetch(arguments[0]).catch(() => {});",
            &json!([stranger]),
        );
        for part in [
            "a loose end",
            "a loud word",
            &format!("third party: {stranger}"),
        ] {
            let heard = || {
                browser
                    .complaints()
                    .iter()
                    .any(|text| text.contains(part))
                    .then_some(())
            };
            assert!(
                eventually(heard).is_ok(),
                "{kind}: {part}: {:?}",
                browser.complaints()
            );
            browser.excuse(part);
        }
        browser.excuse(&stranger);
        browser.excuse("net::ERR_FAILED");
    }
}

/// Promise 22: a secret that a page writes on the console is found, at whatever level and whatever is excused.
#[test]
fn a_secret_on_the_console_fails_the_test_in_both_browsers() {
    let site = site();
    for kind in [Kind::Chromium, Kind::Firefox] {
        let browser = Browser::start(kind);
        let page = browser.open_window();
        page.goto(&site.origin());
        for (number, script) in [
            "console.log(`here: ${arguments[0]}`)",
            "console.debug(JSON.stringify({ key: arguments[0] }))",
            "console.info('here', arguments[0])",
            "console.warn(`${new Error(arguments[0])}`)",
            "const key = arguments[0]; setTimeout(() => { throw new Error(key) })",
        ]
        .into_iter()
        .enumerate()
        {
            let secret = format!("canary-{number}-0123456789");
            let found = || {
                let heard = browser.complaints();
                let leak = |text: &String| text.contains("secret") && text.contains(&secret);
                heard.iter().any(leak).then_some(())
            };
            page.execute(script, &json!([secret]));
            browser.excuse(&secret);
            assert!(found().is_none(), "{kind}: nobody guards it yet");
            browser.guards(&secret);
            assert!(
                eventually(found).is_ok(),
                "{kind}: {script}: {:?}",
                browser.complaints()
            );
        }
        browser.forgives_leaks();
    }
}

#[test]
fn the_probe_counts_connections_and_sees_violations() {
    let page = format!(
        "<!doctype html><meta http-equiv=Content-Security-Policy content=\"script-src 'nonce-x'\">{PAGE}"
    );
    let site = StaticSite::start(&[("/", "text/html", &page)]);
    for kind in [Kind::Chromium, Kind::Firefox] {
        let browser = Browser::start_with(kind, &["window.extra = 'ran before'"]);
        let page = browser.open_window();
        page.goto(&site.origin());
        let seen = page.execute(
            "const kept = new RTCPeerConnection({ iceServers: [{ urls: 'stun:127.0.0.1:3478' }] });
             const closed = new RTCPeerConnection();
             closed.close();
             closed.close();
             window.kept = kept;
             return [window.extra, banterProbe.made, banterProbe.open, banterProbe.iceServers,
                 banterProbe.violations.length > 0]",
            &json!([]),
        );
        assert_eq!(
            seen,
            json!(["ran before", 2, 1, ["stun:127.0.0.1:3478"], true]),
            "{kind}"
        );
        browser.excuse("Content");
        browser.excuse("content");
    }
}

#[test]
fn a_killed_browser_leaves_no_process() {
    for kind in [Kind::Chromium, Kind::Firefox] {
        let (browser, other) = (Browser::alone(kind), Browser::start(kind));
        assert!(browser.is_running());
        browser.kill();
        assert!(!browser.is_running(), "{kind}");
        assert!(other.is_running(), "{kind}: somebody else's goes on");
    }
}

/// Contexts share the processes of a browser and nothing else: what one keeps, says on its console or asks for is its own.
#[test]
fn browsers_that_share_processes_know_nothing_of_each_other() {
    let site = site();
    for kind in [Kind::Chromium, Kind::Firefox] {
        let browsers = [Browser::start(kind), Browser::start(kind)];
        let [one, other] = browsers.each_ref().map(|browser| {
            let page = browser.open_window();
            page.goto(&site.origin());
            page
        });
        let keep = "
            localStorage.setItem('word', 'mine');
            document.cookie = 'word=mine';
            window.heard = 0;
            new BroadcastChannel('room').onmessage = () => { window.heard += 1; };
            const open = indexedDB.open('kept');
            await new Promise((done) => { open.onsuccess = done; });
            console.error('a word of one');
            await fetch('/?asked-by-one');";
        one.execute(keep, &json!([]));
        let found = "
            new BroadcastChannel('room').postMessage('to all of us');
            const kept = (await indexedDB.databases()).map((one) => one.name);
            return [localStorage.getItem('word'), document.cookie, kept];";
        assert_eq!(
            other.execute(found, &json!([])),
            json!([null, "", []]),
            "{kind}"
        );
        // A window of the same browser finds all of it.
        let same = browsers[0].open_window();
        same.goto(&site.origin());
        assert_eq!(
            same.execute(found, &json!([])),
            json!(["mine", "word=mine", ["kept"]]),
            "{kind}"
        );
        let heard = || (one.execute("return window.heard", &json!([])) == json!(1)).then_some(());
        assert!(eventually(heard).is_ok(), "{kind}");
        let asked = |browser: &Browser| {
            browser
                .requests()
                .iter()
                .any(|one| one.contains("asked-by-one"))
        };
        let complained =
            |browser: &Browser| browser.complaints().concat().contains("a word of one");
        assert!(
            eventually(|| (asked(&browsers[0]) && complained(&browsers[0])).then_some(())).is_ok(),
            "{kind}"
        );
        assert!(!asked(&browsers[1]) && !complained(&browsers[1]), "{kind}");
        browsers[0].excuse("a word of one");
    }
}
