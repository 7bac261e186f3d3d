//! The server behind real proxies, with the configurations of `docs/hosting/`.

use std::{
    thread,
    time::{Duration, Instant},
};

use banter_e2e::{Browser, Front, FrontKind, Page, Person, Server, SilentBackend, eventually};
use serde_json::{Value, json};

/// As the head of each configuration says.
const PROXIED: [&str; 2] = ["--trusted-proxies", "127.0.0.1"];

#[test]
fn people_meet_through_every_proxy_and_the_server_learns_who_asks() {
    for kind in FrontKind::ALL {
        let server = Server::start_with(&PROXIED);
        let front = Front::start(kind, server.port());
        let browser = Browser::chromium();
        let [ada, bob] = ["Ada", "Bob"].map(|name| {
            let person = Person::at_origin(name, &browser, &front.origin());
            person.enters("tea");
            person
        });
        ada.is_linked_to(1);
        bob.is_linked_to(1);
        ada.says("through a proxy");
        bob.sees("through a proxy");
        let seen = fetch(ada.page(), "/check/request");
        assert_eq!(seen["body"]["forwardedFor"], "127.0.0.1", "{kind}: {seen}");
        assert_eq!(seen["body"]["trusted"], true, "{kind}: {seen}");
        assert_eq!(seen["body"]["scheme"], "https", "{kind}: {seen}");
        assert_eq!(seen["body"]["http"], "1.1", "{kind}: {seen}");
        assert_eq!(fetch(ada.page(), "/metrics")["status"], 403, "{kind}");
        browser.excuse("403");
    }
}

/// What the page's own server answers.
fn fetch(page: &Page, path: &str) -> Value {
    let script = "
        const answer = await fetch(arguments[0], { cache: 'no-store' }).catch(() => null);
        const text = await answer?.text();
        let body = null;
        try { body = JSON.parse(text); } catch { /* not JSON */ }
        return { status: answer?.status ?? 0, body };";
    page.execute(script, &json!([path]))
}

#[test]
fn a_server_on_its_way_down_is_503_through_every_proxy() {
    for kind in FrontKind::ALL {
        let mut server = Server::start();
        let front = Front::start(kind, server.port());
        let browser = Browser::chromium();
        for provoked in ["503", "WebSocket connection to", "favicon"] {
            browser.excuse(provoked);
        }
        let page = browser.open_window();
        page.goto(&format!("{}/health", front.origin()));
        assert_eq!(fetch(&page, "/health")["body"]["status"], "ok", "{kind}");
        thread::scope(|scope| {
            scope.spawn(|| server.terminate());
            let told = eventually(|| (fetch(&page, "/health")["status"] == 503).then_some(()));
            assert!(told.is_ok(), "{kind} never says 503");
            let script = "
                return await new Promise((done) => {
                    const socket = new WebSocket(location.origin.replace('http', 'ws') + '/ws');
                    socket.onopen = () => done('open');
                    socket.onclose = () => done('refused');
                });";
            assert_eq!(page.execute(script, &json!([])), "refused", "{kind}");
        });
    }
}

/// Longer than the minute after which proxies cut what is quiet, unless they are told otherwise.
const QUIET: Duration = Duration::from_secs(65);

#[test]
fn no_proxy_cuts_a_socket_that_is_quiet_for_more_than_a_minute() {
    let backend = SilentBackend::start();
    let browser = Browser::chromium();
    browser.excuse("favicon");
    let fronts = FrontKind::ALL.map(|kind| {
        let front = Front::start(kind, backend.port());
        let page = browser.open_window();
        page.goto(&front.origin());
        let script = "
            const socket = new WebSocket(location.origin.replace('http', 'ws') + '/ws');
            window.heard = [];
            socket.onmessage = ({ data }) => window.heard.push(data);
            socket.onclose = ({ code }) => window.heard.push(`closed ${code}`);
            return await new Promise((done) => {
                socket.onopen = () => done(true);
                socket.onerror = () => done(false);
            });";
        assert_eq!(page.execute(script, &json!([])), true, "{kind}");
        (kind, front, page)
    });
    let opened = Instant::now();
    let all_quiet = || {
        fronts.iter().all(|(kind, _, page)| {
            let heard = page.execute("return window.heard", &json!([]));
            assert_eq!(heard, json!([]), "{kind} after {:?}", opened.elapsed());
            true
        })
    };
    while opened.elapsed() < QUIET {
        assert!(all_quiet());
        thread::sleep(Duration::from_secs(5));
    }
    backend.speak();
    for (kind, _, page) in &fronts {
        let spoken = || {
            let heard = page.execute("return window.heard", &json!([]));
            (heard == json!(["still here"])).then_some(())
        };
        assert!(eventually(spoken).is_ok(), "{kind}");
    }
}
