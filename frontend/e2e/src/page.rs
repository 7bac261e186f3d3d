//! One window of a browser: what a hand, an eye or a developer could do there.

use std::{fs, path::PathBuf};

use serde_json::{Value, json};

use crate::{
    browser::{Browser, Kind},
    patience::eventually,
    remote::{Answer, Remote, RemoteError},
    server::repository,
};

/// A window. It stays open until [`Page::close`] or until its browser goes.
#[derive(Debug)]
pub struct Page {
    browser: Browser,
    window: String,
}

/// The Enter key (W3C WebDriver, section 17.4.2).
const ENTER: &str = "\u{e007}";

const ELEMENT: &str = concat!("const given = arguments[0];\n", include_str!("element.js"));

/// What is told of a page that fails a test: an empty text has many causes.
const STATE: &str = "
    const { location, readyState, visibilityState, body } = document;
    const text = body?.innerText ?? null;
    const html = text ? '' : document.documentElement?.outerHTML.slice(0, 1500) ?? null;
    const sheets = document.styleSheets.length;
    const size = [innerWidth, innerHeight, body?.offsetHeight ?? null];
    return { address: location.pathname, readyState, visibilityState, sheets, size, text, html };";

impl Page {
    pub(crate) fn new(browser: &Browser, window: &str) -> Self {
        Self {
            browser: browser.clone(),
            window: window.to_owned(),
        }
    }

    /// The browser that shows it.
    pub fn browser(&self) -> &Browser {
        &self.browser
    }

    /// Goes to an address and waits until it is loaded.
    pub fn goto(&self, address: &str) {
        done("navigate", self.remote().navigate(&self.window, address));
    }

    /// The address in the address bar.
    pub fn address(&self) -> String {
        let address = self.execute("return location.href", &json!([]));
        address.as_str().unwrap_or_default().to_owned()
    }

    /// Reloads the page and waits until it is loaded.
    pub fn reload(&self) {
        done("reload", self.remote().reload(&self.window));
    }

    /// Closes the window as a person does.
    pub fn close(&self) {
        done("close", self.remote().close(&self.window));
    }

    /// Duplicates the tab: the copy starts with a copy of the session storage (HTML, section 7.4.1).
    pub fn duplicate(&self) -> Self {
        let before = self.browser.windows();
        self.execute("window.open(location.href)", &json!([]));
        let copy = eventually(|| {
            self.browser
                .windows()
                .into_iter()
                .find(|window| !before.contains(window))
        });
        let copy = Self::new(
            &self.browser,
            &copy.expect("the page may open a copy of itself"),
        );
        // A new window begins with an empty page.
        let loaded = "return location.href !== 'about:blank' && document.readyState === 'complete'";
        let is_loaded = || copy.try_execute(loaded, &json!([])).ok();
        let there = eventually(|| is_loaded().filter(|loaded| *loaded == true));
        there.expect("a copy loads what the page shows");
        copy
    }

    /// Runs the body of an async function in the page; the result is what it returns.
    pub fn execute(&self, script: &str, arguments: &Value) -> Value {
        done("run a script", self.try_execute(script, arguments))
    }

    /// The same for a page that may be between two documents.
    pub(crate) fn try_execute(&self, script: &str, arguments: &Value) -> Answer<Value> {
        let function = format!(
            "async (given) => JSON.stringify(await (async function () {{ {script}\n}}).apply(null, JSON.parse(given)))"
        );
        let returned = self
            .remote()
            .call(&self.window, &function, &arguments.to_string())?;
        if returned.is_empty() {
            // What is undefined has no JSON.
            return Ok(Value::Null);
        }
        serde_json::from_str(&returned)
            .map_err(|error| RemoteError(format!("{error} in {returned:.200}")))
    }

    /// Clicks in the middle of the element with this `data-testid`, as soon as it can be clicked.
    pub fn click(&self, testid: &str) {
        self.on_element(testid, "click", |x, y| {
            self.remote().click(&self.window, x, y)
        });
    }

    /// Types into the element with this `data-testid`, key by key.
    pub fn type_keys(&self, testid: &str, keys: &str) {
        self.on_element(testid, "keys", |_, _| {
            self.remote().press(&self.window, keys)
        });
    }

    /// Presses Enter in the element with this `data-testid`.
    pub fn press_enter(&self, testid: &str) {
        self.type_keys(testid, ENTER);
    }

    /// Lets go of files and a text over the element with this `data-testid`, or over the page where it is empty. Whether the
    /// page takes them from the browser.
    pub fn drop_on(&self, testid: &str, files: &[&str], text: &str) -> bool {
        self.transfer("drop", testid, files, text)
    }

    /// Pastes files and a text, with the line breaks that no key types, into the element with this `data-testid`. Whether the
    /// page takes them from the browser.
    pub fn paste_into(&self, testid: &str, files: &[&str], text: &str) -> bool {
        self.transfer("paste", testid, files, text)
    }

    fn transfer(&self, how: &str, testid: &str, files: &[&str], text: &str) -> bool {
        let given = json!([how, testid, files, text]);
        self.execute(include_str!("transfer.js"), &given) == true
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

    /// Gives the page this size, as if its window had another; a phone turned is a page with another one.
    pub fn resize(&self, width: u32, height: u32) {
        let resized = self.remote().resize(&self.window, width, height);
        done("resize the window", resized);
    }

    /// A DevTools command; Chromium only.
    pub fn devtools(&self, method: &str, parameters: &Value) -> Value {
        assert_eq!(
            self.browser.kind(),
            Kind::Chromium,
            "only Chromium has DevTools commands"
        );
        done(
            method,
            self.remote().devtools(&self.window, method, parameters),
        )
    }

    /// Saves a picture of the window under `target/screenshots/`.
    pub fn screenshot(&self, name: &str) {
        let picture = done("take a picture", self.remote().picture(&self.window));
        let path = screenshots().join(format!("{name}.png"));
        fs::create_dir_all(path.parent().expect("a folder")).unwrap();
        fs::write(path, decode_base64(&picture)).unwrap();
    }

    /// Prints the page: a PDF.
    pub fn print(&self) -> Vec<u8> {
        decode_base64(&done("print", self.remote().print(&self.window)))
    }

    /// Fails the test with what the page shows, and leaves a picture of it.
    pub fn fail(&self, symptom: &str) -> ! {
        let asked = self.try_execute(STATE, &json!([]));
        let state = asked.map_or_else(|error| error.to_string(), |state| format!("{state:#}"));
        let name = std::thread::current()
            .name()
            .unwrap_or("test")
            .replace("::", "-");
        if self.try_execute("return 1", &json!([])).is_ok() {
            self.screenshot(&format!("failures/{name}"));
        }
        let complaints = self.browser.complaints();
        let kind = self.browser.kind();
        panic!(
            "{symptom}\nthe page in {kind}: {state:.4000}\nthe browser complained: {complaints:#?}"
        );
    }

    /// Does something to an element as soon as it is ready for it.
    fn on_element(&self, testid: &str, hand: &str, act: impl Fn(f64, f64) -> Answer<()>) {
        let mut obstacle = "it was not looked for".to_owned();
        let acted = eventually(|| {
            // It may not be there yet, be drawn anew, or lie under something that is moving away.
            match self.try_execute(ELEMENT, &json!([[testid, hand]])) {
                Ok(found) => match (found["x"].as_f64(), found["y"].as_f64()) {
                    (Some(x), Some(y)) => {
                        done(hand, act(x, y));
                        return Some(());
                    }
                    _ => obstacle = found["obstacle"].to_string(),
                },
                Err(error) => obstacle = error.to_string(),
            }
            None
        });
        if acted.is_err() {
            self.fail(&format!("cannot {hand} `{testid}`: {obstacle}"));
        }
    }

    fn remote(&self) -> &dyn Remote {
        self.browser.remote()
    }
}

fn done<T>(what: &str, answer: Answer<T>) -> T {
    answer.unwrap_or_else(|error| panic!("cannot {what}: {error}"))
}

/// Where pictures go.
fn screenshots() -> PathBuf {
    repository().join("target/screenshots")
}

/// Base 64 as browsers write it (RFC 4648, section 4).
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
