//! Who is measured: Banter and its reference, at one server.

use banter_e2e::{Browser, Person, Server, StaticSite};
use serde_json::json;

/// The server, and the site that serves the reference's pages.
pub(crate) struct Stage {
    pub(crate) server: Server,
    pub(crate) site: StaticSite,
}

/// One of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Contender {
    Banter,
    Plain,
}

impl Contender {
    /// Both, in the order in which they take turns.
    pub(crate) const BOTH: [Self; 2] = [Self::Banter, Self::Plain];
}

/// Figures of both contenders.
#[derive(Default)]
pub(crate) struct Figures {
    pub(crate) banter: Vec<f64>,
    pub(crate) plain: Vec<f64>,
}

impl Figures {
    pub(crate) fn of(&mut self, contender: Contender) -> &mut Vec<f64> {
        match contender {
            Contender::Banter => &mut self.banter,
            Contender::Plain => &mut self.plain,
        }
    }
}

impl Stage {
    pub(crate) fn set() -> Self {
        let site = StaticSite::start(&[
            (
                "/",
                "text/html",
                include_str!("../../../reference/plain.html"),
            ),
            (
                "/plain.js",
                "text/javascript",
                include_str!("../../../reference/plain.js"),
            ),
        ]);
        let server = Server::start_for_origins(&[&site.origin()]);
        Self { server, site }
    }

    /// The page of a contender, its lobby.
    pub(crate) fn address(&self, contender: Contender) -> String {
        match contender {
            Contender::Banter => self.server.origin(),
            Contender::Plain => format!("{}/?server={}", self.site.origin(), self.server.origin()),
        }
    }

    /// Somebody in a new window, with the lobby filled in and nothing clicked.
    pub(crate) fn at_the_door(
        &self,
        contender: Contender,
        browser: &Browser,
        name: &str,
        room: &str,
    ) -> Person {
        let person = Person::new(name, browser, &self.server);
        person.page().goto(&self.address(contender));
        person.page().wait_for_element("name-input");
        person.page().fill("name-input", name);
        person.page().fill("room-input", room);
        person
    }

    /// Somebody in the room.
    pub(crate) fn inside(
        &self,
        contender: Contender,
        browser: &Browser,
        name: &str,
        room: &str,
    ) -> Person {
        let person = self.at_the_door(contender, browser, name, room);
        person.page().click("join-room");
        person.is_in(room);
        person
    }

    pub(crate) fn browser_version(&self) -> String {
        let browser = Browser::chromium();
        let agent = browser
            .open_window()
            .execute("return navigator.userAgent", &json!([]));
        let agent = agent.as_str().unwrap_or_default();
        let version = agent
            .split_whitespace()
            .find(|word| word.contains("Chrome/"));
        version.unwrap_or("Chromium").to_owned()
    }
}

/// A function for scripts: resolves as soon as a change of the page makes `isSo` true.
pub(crate) const OBSERVED: &str = "
    const hook = (name) => document.querySelector(`[data-testid=${name}]`);
    const observed = (isSo) => new Promise((resolve) => {
        if (isSo()) return resolve();
        const observer = new MutationObserver(() => {
            if (!isSo()) return;
            observer.disconnect();
            resolve();
        });
        observer.observe(document, { subtree: true, childList: true, attributes: true });
    });";
