//! A person at a page: says, sees, waits, leaves.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use serde_json::json;

use crate::{
    browser::Browser,
    page::Page,
    patience::{PATIENCE, within},
    server::Server,
    snapshot::{self, Message, Probe, Snapshot},
};

/// Somebody who uses the app in a window of their own.
#[derive(Debug)]
pub struct Person {
    name: String,
    origin: String,
    page: Page,
    /// Whether they have entered a private room.
    is_private: AtomicBool,
}

impl Person {
    /// Somebody who has opened a window and gone nowhere yet.
    pub fn new(name: &str, browser: &Browser, server: &Server) -> Self {
        Self::at_origin(name, browser, &server.origin())
    }

    /// The same for an app that is reached through something in between.
    pub fn at_origin(name: &str, browser: &Browser, origin: &str) -> Self {
        Self {
            name: name.into(),
            origin: origin.into(),
            page: browser.open_window(),
            is_private: AtomicBool::default(),
        }
    }

    /// Somebody who goes on in a window that is there already.
    pub fn at_page(name: &str, page: Page, server: &Server) -> Self {
        Self {
            name: name.into(),
            origin: server.origin(),
            page,
            is_private: AtomicBool::default(),
        }
    }

    /// Somebody who has entered a room.
    pub fn in_room(name: &str, browser: &Browser, server: &Server, room: &str) -> Self {
        let person = Self::new(name, browser, server);
        person.enters(room);
        person
    }

    /// Their name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Their window.
    pub fn page(&self) -> &Page {
        &self.page
    }

    /// Opens `path` of the app and waits for the lobby.
    pub fn opens(&self, path: &str) {
        self.page.goto(&format!("{}{path}", self.origin));
        self.page.wait_for_element("name-input");
    }

    /// Opens a room's address, gives the name and asks to be let in, without waiting for it.
    pub fn asks_to_enter(&self, room: &str) {
        self.opens(&format!("/r/{room}"));
        self.page.fill("name-input", &self.name);
        self.page.click("join-room");
    }

    /// Enters a room by its address.
    pub fn enters(&self, room: &str) {
        self.asks_to_enter(room);
        self.is_in(room);
    }

    /// Makes a private room and enters it. Gives the part of its invite that follows the origin.
    pub fn makes_a_room(&self) -> String {
        self.opens("/");
        self.page.fill("name-input", &self.name);
        self.page.click("generate-room");
        self.page.click("join-room");
        self.is_in_private();
        self.invite()
    }

    /// Opens an invite and gives the name, without asking to be let in.
    pub fn opens_invite(&self, invite: &str) {
        self.opens(invite);
        self.page.fill("name-input", &self.name);
    }

    /// Enters by an invite to a private room.
    pub fn enters_by(&self, invite: &str) {
        self.opens_invite(invite);
        self.page.click("join-room");
        self.is_in_private();
    }

    /// What follows the origin in the page's address.
    pub fn invite(&self) -> String {
        let address = self.page.address();
        address.trim_start_matches(&*self.origin).to_owned()
    }

    /// Waits to be in a private room with the server's blessing. From now on nobody may read on the console what is nobody
    /// else's business.
    pub fn is_in_private(&self) {
        self.sees_that("is in a private room", |page| {
            page.private.as_deref() == Some("true")
                && page.signaling.as_deref() == Some("connected")
        });
        self.is_private.store(true, Ordering::Relaxed);
        let browser = self.page.browser();
        browser.guards(&self.name);
        if let Some((_, secret)) = self.invite().split_once('#') {
            browser.guards(secret);
        }
        // What a page keeps for its reload is full of keys.
        let kept = self.page.execute(
            "return Object.values(sessionStorage).flatMap((kept) => kept.match(/[\\w-]{43,}|\\[[\\d,]{63,}\\]/g) ?? [])",
            &json!([]),
        );
        for key in kept.as_array().into_iter().flatten() {
            browser.guards(key.as_str().unwrap_or_default().trim_matches(['[', ']']));
        }
    }

    /// Looks closely at the only peer in the list.
    pub fn inspects_the_other(&self) {
        self.page.execute(
            "document.querySelector('[data-testid=peer] button').click()",
            &json!([]),
        );
        self.page.wait_for_element("person-dialog");
    }

    /// Closes the dialog that is open.
    pub fn looks_away(&self) {
        self.page.execute(
            "document.querySelector('[role=dialog] button[aria-label=Close]').click()",
            &json!([]),
        );
    }

    /// The words of an element, with its white space made single.
    pub fn reads(&self, testid: &str) -> String {
        self.page.wait_for_element(testid);
        let script =
            "return document.querySelector(`[data-testid=${arguments[0]}]`)?.innerText ?? ''";
        let text = self.page.execute(script, &json!([testid]));
        let words = text.as_str().unwrap_or_default().split_whitespace();
        words.collect::<Vec<_>>().join(" ")
    }

    /// Waits to be in the room with the server's blessing.
    pub fn is_in(&self, room: &str) {
        self.sees_that(&format!("is in {room}"), |page| {
            page.room.as_deref() == Some(room) && page.signaling.as_deref() == Some("connected")
        });
    }

    /// Says something: the text at one stroke, then Enter.
    pub fn says(&self, text: &str) {
        if self.is_private.load(Ordering::Relaxed) {
            self.page.browser().guards(text);
        }
        self.writes(text);
        self.page.press_enter("message-input");
    }

    /// Puts a text into the message box and leaves it there.
    pub fn writes(&self, text: &str) {
        self.page.fill("message-input", text);
    }

    /// Waits for exactly one message with this text.
    pub fn sees(&self, text: &str) -> Message {
        let what = format!("sees {text:?} once");
        self.finds(PATIENCE, &what, |page| page.message(text).cloned())
    }

    /// Waits until the message with this text has this status.
    pub fn sees_status(&self, text: &str, status: &str) -> Message {
        self.finds(PATIENCE, &format!("sees {text:?} {status}"), |page| {
            page.message(text)
                .filter(|message| message.status == status)
                .cloned()
        })
    }

    /// Waits until exactly so many peers are listed, all are connected, and every link is open.
    pub fn is_linked_to(&self, peers: usize) -> Snapshot {
        self.sees_that(&format!("is linked to {peers}"), |page| {
            page.peers.len() == peers && page.connected() == peers && page.links == peers
        })
    }

    /// Waits for an error with this code.
    pub fn sees_error(&self, code: &str) -> Snapshot {
        self.sees_that(&format!("sees the error {code}"), |page| {
            page.error.as_deref() == Some(code)
        })
    }

    /// Waits for a state of the connection to the server.
    pub fn sees_signaling(&self, state: &str) -> Snapshot {
        self.sees_that(&format!("sees the server {state}"), |page| {
            page.signaling.as_deref() == Some(state)
        })
    }

    /// Says many things one after the other, faster than anybody types.
    pub fn says_many(&self, texts: &[String]) {
        if self.is_private.load(Ordering::Relaxed) {
            texts
                .iter()
                .for_each(|text| self.page.browser().guards(text));
        }
        self.page
            .execute(include_str!("say_many.js"), &json!([texts]));
    }

    /// Waits until the page shows what `is_so` looks for.
    pub fn sees_that(&self, what: &str, is_so: impl Fn(&Snapshot) -> bool) -> Snapshot {
        self.sees_within(PATIENCE, what, is_so)
    }

    /// The same where a promise says how soon.
    pub fn sees_within(
        &self,
        patience: Duration,
        what: &str,
        is_so: impl Fn(&Snapshot) -> bool,
    ) -> Snapshot {
        self.finds(patience, what, |page| is_so(page).then(|| page.clone()))
    }

    /// What the page shows now.
    pub fn looks(&self) -> Snapshot {
        let shown = self.page.execute(snapshot::SCRIPT, &json!([]));
        serde_json::from_value(shown).expect("the page has the hooks of the contract")
    }

    /// What the probe has seen in this page since it was loaded.
    pub fn probe(&self) -> Probe {
        let seen = self.page.execute("return window.banterProbe", &json!([]));
        serde_json::from_value(seen).expect("the probe is in the page")
    }

    /// Leaves by the button.
    pub fn leaves(&self) {
        self.page.click("leave-room");
        self.page.wait_for_element("join-room");
    }

    /// Looks until `look` finds what it wants; fails after `patience`, saying what was not there.
    pub fn finds<T>(
        &self,
        patience: Duration,
        what: &str,
        mut look: impl FnMut(&Snapshot) -> Option<T>,
    ) -> T {
        let mut last = None;
        let found = within(patience, || {
            // Between two documents there is nothing to read.
            let shown = self.page.try_execute(snapshot::SCRIPT, &json!([])).ok()?;
            let shown = serde_json::from_value(shown).ok()?;
            let found = look(&shown);
            last = Some(shown);
            found
        });
        found.unwrap_or_else(|waited| {
            let last = last.map_or_else(|| "nothing".into(), |shown| brief(&shown));
            self.page.fail(&format!(
                "{}: not after {waited:.1?}: {what}\nlast seen: {last}",
                self.name
            ))
        })
    }
}

/// A snapshot in words short enough to read: long texts and old messages are left out.
fn brief(shown: &Snapshot) -> String {
    let mut shown = shown.clone();
    let old = shown.messages.len().saturating_sub(5);
    shown.messages.drain(..old);
    for message in &mut shown.messages {
        message.text.truncate(message.text.floor_char_boundary(80));
    }
    format!("{old} messages, then {shown:#?}")
}
