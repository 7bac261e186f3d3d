//! Who is measured: Banter and its reference, at one server.

use banter_e2e::{Browser, Person, Server, StaticSite};
use serde_json::json;

/// The server, and the site that serves the reference's pages.
pub(crate) struct Stage {
    pub(crate) server: Server,
    pub(crate) site: StaticSite,
}

/// One of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Contender {
    /// In an open room: nothing that the server relays is sealed.
    Banter,
    /// In a private room.
    Private,
    /// Plain JavaScript: no keys, no proofs, no signatures.
    Plain,
}

impl Contender {
    /// Those who show how fast the app is, in the order in which they take turns.
    pub(crate) const BOTH: [Self; 2] = [Self::Banter, Self::Plain];
    /// Those who show what keys cost besides.
    pub(crate) const ALL: [Self; 3] = [Self::Banter, Self::Private, Self::Plain];

    /// What the room's input gets.
    fn room(self, room: &str) -> String {
        match self {
            Self::Banter | Self::Plain => room.to_owned(),
            Self::Private => format!("p_{:032x}#{}", room.len(), "A".repeat(43)),
        }
    }
}

/// Figures of the contenders.
#[derive(Default)]
pub(crate) struct Figures {
    pub(crate) banter: Vec<f64>,
    pub(crate) private: Vec<f64>,
    pub(crate) plain: Vec<f64>,
}

impl Figures {
    pub(crate) fn of(&mut self, contender: Contender) -> &mut Vec<f64> {
        match contender {
            Contender::Banter => &mut self.banter,
            Contender::Private => &mut self.private,
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
            Contender::Banter | Contender::Private => self.server.origin(),
            Contender::Plain => format!("{}/?server={}", self.site.origin(), self.server.origin()),
        }
    }

    /// Somebody in a new window, with the lobby filled in and nothing clicked.
    pub(crate) fn before_joining(
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
        person.page().fill("room-input", &contender.room(room));
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
        let person = self.before_joining(contender, browser, name, room);
        person.page().click("join-room");
        match contender {
            Contender::Banter | Contender::Plain => person.is_in(room),
            Contender::Private => person.is_in_private(),
        }
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
