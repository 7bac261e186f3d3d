//! One window of a browser: what a hand, an eye or a developer could do there.

use std::{fs, path::PathBuf};

use serde_json::{Value, json};

use crate::{
    browser::{Browser, Kind},
    patience::eventually,
    server::repository,
    webdriver::WebDriverError,
};

/// A window. It stays open until [`Page::close`] or until its browser goes.
#[derive(Debug)]
pub struct Page {
    browser: Browser,
    handle: String,
}

/// The Enter key (W3C WebDriver, section 17.4.2).
const ENTER: &str = "\u{e007}";

impl Page {
    pub(crate) fn new(browser: &Browser, handle: &str) -> Self {
        Self {
            browser: browser.clone(),
            handle: handle.to_owned(),
        }
    }

    /// The browser that shows it.
    pub fn browser(&self) -> &Browser {
        &self.browser
    }

    /// Goes to an address and waits until it is loaded.
    pub fn goto(&self, address: &str) {
        self.command("navigate", |page| page.try_goto(address));
    }

    /// Goes to an address that may not answer.
    pub(crate) fn try_goto(&self, address: &str) -> Result<(), WebDriverError> {
        self.browser
            .in_window(&self.handle, |session| {
                session.post("/url", &json!({ "url": address }))
            })
            .map(drop)
    }

    /// The address in the address bar.
    pub fn address(&self) -> String {
        let address = self.command("read the address", |page| {
            page.browser
                .in_window(&page.handle, |session| session.get("/url"))
        });
        address.as_str().unwrap_or_default().to_owned()
    }

    /// Reloads the page and waits until it is loaded.
    pub fn reload(&self) {
        self.command("reload", |page| {
            page.browser
                .in_window(&page.handle, |session| session.post("/refresh", &json!({})))
        });
    }

    /// Closes the window as a person does.
    pub fn close(&self) {
        self.command("close", |page| {
            page.browser
                .in_window(&page.handle, |session| session.delete("/window"))
        });
    }

    /// Duplicates the tab: the copy starts with a copy of the session storage (HTML, section 7.4.1).
    pub fn duplicate(&self) -> Self {
        let before = self.browser.windows();
        self.execute("window.open(location.href)", &json!([]));
        let copy = eventually(|| {
            self.browser
                .windows()
                .into_iter()
                .find(|handle| !before.contains(handle))
        });
        Self::new(
            &self.browser,
            &copy.expect("the page may open a copy of itself"),
        )
    }

    /// Runs the body of an async function in the page; the result is what it returns.
    pub fn execute(&self, script: &str, arguments: &Value) -> Value {
        self.command("run a script", |page| page.try_execute(script, arguments))
    }

    /// The same for a page that may be between two documents.
    pub(crate) fn try_execute(
        &self,
        script: &str,
        arguments: &Value,
    ) -> Result<Value, WebDriverError> {
        self.browser
            .in_window(&self.handle, |session| session.execute(script, arguments))
    }

    /// Clicks in the middle of the element with this `data-testid`, as soon as it can be clicked.
    pub fn click(&self, testid: &str) {
        self.on_element(testid, "click", &json!({}));
    }

    /// Types into the element with this `data-testid`, key by key.
    pub fn type_keys(&self, testid: &str, keys: &str) {
        self.on_element(testid, "value", &json!({ "text": keys }));
    }

    /// Presses Enter in the element with this `data-testid`.
    pub fn press_enter(&self, testid: &str) {
        self.type_keys(testid, ENTER);
    }

    /// Replaces what an input holds, at one stroke as a paste does: keys cannot type every character.
    pub fn fill(&self, testid: &str, text: &str) {
        self.wait_for_element(testid);
        let script = "
            const input = document.querySelector(`[data-testid=${arguments[0]}]`);
            input.focus();
            input.select();
            document.execCommand(arguments[1] ? 'insertText' : 'delete', false, arguments[1]);";
        self.execute(script, &json!([testid, text]));
    }

    /// What an input holds.
    pub fn value(&self, testid: &str) -> String {
        let script = "return document.querySelector(`[data-testid=${arguments[0]}]`)?.value ?? ''";
        self.execute(script, &json!([testid]))
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }

    /// Whether there is an element with this `data-testid`.
    pub fn has(&self, testid: &str) -> bool {
        let script = "return !!document.querySelector(`[data-testid=${arguments[0]}]`)";
        self.try_execute(script, &json!([testid]))
            .is_ok_and(|found| found == true)
    }

    /// Waits until there is an element with this `data-testid`.
    pub fn wait_for_element(&self, testid: &str) {
        if eventually(|| self.has(testid).then_some(())).is_err() {
            self.fail(&format!("there is no `{testid}`"));
        }
    }

    /// A DevTools command; Chromium only.
    pub fn devtools(&self, method: &str, parameters: &Value) -> Value {
        assert_eq!(
            self.browser.kind(),
            Kind::Chromium,
            "only Chromium has DevTools commands"
        );
        self.command(method, |page| {
            page.browser
                .in_window(&page.handle, |session| session.devtools(method, parameters))
        })
    }

    /// Saves a picture of the window under `target/screenshots/`.
    pub fn screenshot(&self, name: &str) {
        let picture = self.command("take a picture", |page| {
            page.browser
                .in_window(&page.handle, |session| session.get("/screenshot"))
        });
        let path = screenshots().join(format!("{name}.png"));
        fs::create_dir_all(path.parent().expect("a folder")).unwrap();
        fs::write(path, decode_base64(picture.as_str().unwrap_or_default())).unwrap();
    }

    /// Fails the test with what the page shows, and leaves a picture of it.
    pub fn fail(&self, symptom: &str) -> ! {
        let shown = self.try_execute("return document.body?.innerText ?? ''", &json!([]));
        let shown = shown.map_or_else(|error| error.to_string(), |text| text.to_string());
        let name = std::thread::current()
            .name()
            .unwrap_or("test")
            .replace("::", "-");
        if self.try_execute("return 1", &json!([])).is_ok() {
            self.screenshot(&format!("failures/{name}"));
        }
        let complaints = self.browser.complaints();
        panic!("{symptom}\nthe page shows: {shown:.3000}\nthe browser complained: {complaints:#?}");
    }

    fn on_element(&self, testid: &str, action: &str, body: &Value) {
        let selector = format!("[data-testid={testid}]");
        let done = eventually(|| {
            let done = self.browser.in_window(&self.handle, |session| {
                let element = session.find(&selector)?;
                session.post(&format!("/element/{element}/{action}"), body)
            });
            match done {
                Ok(_) => Some(()),
                // The element is not there yet, was drawn anew, or lies under something that is moving away.
                Err(error) if is_passing(&error) => None,
                Err(error) => self.fail(&format!("cannot {action} `{testid}`: {error}")),
            }
        });
        if done.is_err() {
            self.fail(&format!("cannot {action} `{testid}`"));
        }
    }

    fn command<T>(&self, what: &str, run: impl Fn(&Self) -> Result<T, WebDriverError>) -> T {
        run(self).unwrap_or_else(|error| panic!("cannot {what}: {error}"))
    }
}

fn is_passing(error: &WebDriverError) -> bool {
    matches!(
        error.code.as_str(),
        "no such element"
            | "stale element reference"
            | "element click intercepted"
            | "element not interactable"
    )
}

/// Where pictures go.
fn screenshots() -> PathBuf {
    repository().join("target/screenshots")
}

/// Base 64 as WebDriver writes it (RFC 4648, section 4).
fn decode_base64(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut held) = (0_u32, 0);
    for digit in text.bytes() {
        let value = match digit {
            b'A'..=b'Z' => digit - b'A',
            b'a'..=b'z' => digit - b'a' + 26,
            b'0'..=b'9' => digit - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => continue,
        };
        bits = (bits << 6) | u32::from(value);
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held).to_le_bytes()[0]);
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base_64_gives_the_bytes_of_rfc_4648_section_10() {
        for (text, bytes) in [
            ("", ""),
            ("Zg==", "f"),
            ("Zm8=", "fo"),
            ("Zm9vYmFy", "foobar"),
        ] {
            assert_eq!(decode_base64(text), bytes.as_bytes());
        }
    }
}
