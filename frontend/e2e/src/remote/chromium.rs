//! Chromium over its DevTools protocol (https://chromedevtools.github.io/devtools-protocol/).

mod events;
mod keyboard;

use std::{env, sync::Arc};

use serde_json::{Value, json};

use super::{
    Answer, Process, Record, Remote, RemoteError,
    registry::{Context, LOADED_WITHIN, Registry},
    text,
    wire::Wire,
};
use crate::patience::within;

/// A running Chromium.
#[derive(Debug)]
pub(crate) struct Chromium {
    process: Process,
    wire: Arc<Wire>,
    registry: Arc<Registry>,
}

impl Chromium {
    /// Starts `$CHROMIUM`, or one on the PATH: the one without a window of its own where it is there, since it makes, draws and
    /// runs pages like the whole one for two thirds of the work.
    pub(crate) fn start() -> Self {
        let named = env::var("CHROMIUM").ok();
        let programs = [
            "chromium-headless-shell",
            "chromium",
            "chromium-browser",
            "google-chrome",
        ];
        let programs = named
            .as_deref()
            .map_or(programs.to_vec(), |named| vec![named]);
        let process = Process::start(&programs, |_| {}, arguments, "DevTools listening on ");
        let registry = Arc::<Registry>::default();
        let registered = Arc::clone(&registry);
        let wire = Wire::connect(&process.address, move |wire, event| {
            events::heard(wire, &registered, event);
        });
        let browser = Self {
            process,
            wire,
            registry,
        };
        // Windows that pages open are met before their first script runs.
        let all = json!({
            "autoAttach": true, "waitForDebuggerOnStart": true, "flatten": true,
            "filter": [
                { "type": "browser", "exclude": true }, { "type": "browser_ui", "exclude": true },
                { "type": "tab", "exclude": true }, {},
            ],
        });
        browser
            .command("Target.setAutoAttach", &all)
            .expect("the browser shows its windows");
        browser
    }

    /// A command to the browser as a whole.
    fn command(&self, method: &str, parameters: &Value) -> Answer<Value> {
        result(
            self.wire
                .ask(json!({ "method": method, "params": parameters }))?,
        )
    }

    /// A command to one window.
    fn to_window(&self, window: &str, method: &str, parameters: &Value) -> Answer<Value> {
        let session = self
            .registry
            .read()
            .windows
            .get(window)
            .map(|window| window.session.clone());
        let session = session.ok_or_else(|| RemoteError("no such window".into()))?;
        result(
            self.wire
                .ask(json!({ "method": method, "params": parameters, "sessionId": session }))?,
        )
    }

    /// How many documents a window has shown.
    fn documents(&self, window: &str) -> usize {
        let registered = self.registry.read();
        registered
            .windows
            .get(window)
            .map_or(0, |window| window.documents.len())
    }

    /// Waits until a window has shown a document that `is_it` knows by its name and its place among all of them, and until
    /// what it shows now, that one or one that it has gone on to by itself, is loaded to its end.
    fn wait_until_loaded(&self, window: &str, is_it: impl Fn(usize, &str) -> bool) -> Answer<()> {
        self.registry.wait("another document", |registered| {
            // A window that is gone is what the next command tells.
            let shown = registered
                .windows
                .get(window)
                .map(|window| &window.documents);
            let mut shown = shown.map(|documents| documents.iter().enumerate());
            shown
                .as_mut()
                .is_none_or(|shown| shown.any(|(place, name)| is_it(place, name)))
                .then_some(())
        })?;
        // It may go on to another one meanwhile.
        let loaded = within(LOADED_WITHIN, || match self.call(window, LOADED, "") {
            Err(_) if self.documents(window) > 0 => None,
            answer => Some(answer.map(drop)),
        });
        loaded.unwrap_or_else(|_| Err(RemoteError("the document is not loaded".into())))
    }
}

impl Remote for Chromium {
    fn process(&self) -> &Process {
        &self.process
    }

    fn is_answering(&self) -> bool {
        self.command("Browser.getVersion", &json!({})).is_ok()
    }

    fn make_context(&self, scripts: &[String]) -> Answer<String> {
        let made = self.command(
            "Target.createBrowserContext",
            &json!({ "disposeOnDetach": true }),
        )?;
        let name = text(&made["browserContextId"]);
        let context = Context {
            scripts: scripts.to_vec(),
            record: Record::default(),
        };
        self.registry
            .write(|registered| drop(registered.contexts.insert(name.clone(), context)));
        Ok(name)
    }

    fn remove_context(&self, context: &str) {
        // A killed browser has none any more.
        let _ = self.command(
            "Target.disposeBrowserContext",
            &json!({ "browserContextId": context }),
        );
        self.registry.forget(context);
    }

    fn open_window(&self, context: &str) -> Answer<String> {
        let wanted = json!({
            "url": "about:blank", "browserContextId": context, "newWindow": true, "width": 1280, "height": 800,
        });
        let window = text(&self.command("Target.createTarget", &wanted)?["targetId"]);
        self.registry.wait("a new window", |registered| {
            registered.windows.get(&window).map(drop)
        })?;
        // One that is sent elsewhere while its first document still waits to be looked at may crash.
        self.call(&window, "() => ''", "")?;
        Ok(window)
    }

    fn windows(&self, context: &str) -> Vec<String> {
        self.registry.windows_of(context)
    }

    fn record(&self, context: &str) -> Record {
        for window in self.windows(context) {
            // What it said before this answer has been heard.
            let _ = self.to_window(&window, "Runtime.evaluate", &json!({ "expression": "0" }));
        }
        self.registry.record_of(context)
    }

    fn navigate(&self, window: &str, address: &str) -> Answer<()> {
        let went = self.to_window(window, "Page.navigate", &json!({ "url": address }))?;
        if let Some(error) = went["errorText"].as_str() {
            return Err(RemoteError(error.to_owned()));
        }
        match went["loaderId"].as_str() {
            Some(wanted) => self.wait_until_loaded(window, |_, name| name == wanted),
            // Only the fragment is another.
            None => Ok(()),
        }
    }

    fn reload(&self, window: &str) -> Answer<()> {
        let before = self.documents(window);
        self.to_window(window, "Page.reload", &json!({}))?;
        self.wait_until_loaded(window, |place, _| place >= before)
    }

    fn close(&self, window: &str) -> Answer<()> {
        self.command("Target.closeTarget", &json!({ "targetId": window }))?;
        self.registry.wait("the end of a window", |registered| {
            (!registered.windows.contains_key(window)).then_some(())
        })
    }

    fn call(&self, window: &str, function: &str, argument: &str) -> Answer<String> {
        let expression = format!("({function})({})", json!(argument));
        let parameters = json!({
            "expression": expression, "awaitPromise": true, "returnByValue": true, "userGesture": true,
        });
        let answer = self.to_window(window, "Runtime.evaluate", &parameters)?;
        let failed = &answer["exceptionDetails"];
        if failed.is_null() {
            return Ok(text(&answer["result"]["value"]));
        }
        Err(RemoteError(format!(
            "the script failed: {}",
            events::exception(failed)
        )))
    }

    fn click(&self, window: &str, x: f64, y: f64) -> Answer<()> {
        for (kind, button, buttons) in [
            ("mouseMoved", "none", 0),
            ("mousePressed", "left", 1),
            ("mouseReleased", "left", 0),
        ] {
            let event = json!({
                "type": kind, "x": x, "y": y, "button": button, "buttons": buttons,
                "clickCount": u32::from(button == "left"),
            });
            self.to_window(window, "Input.dispatchMouseEvent", &event)?;
        }
        Ok(())
    }

    fn press(&self, window: &str, letters: &str) -> Answer<()> {
        keyboard::press(letters, &|event| {
            self.to_window(window, "Input.dispatchKeyEvent", &event)
                .map(drop)
        })
    }

    fn picture(&self, window: &str) -> Answer<String> {
        let taken = self.to_window(
            window,
            "Page.captureScreenshot",
            &json!({ "format": "png" }),
        )?;
        Ok(text(&taken["data"]))
    }

    fn print(&self, window: &str) -> Answer<String> {
        let printed = self.to_window(window, "Page.printToPDF", &json!({}))?;
        Ok(text(&printed["data"]))
    }

    fn resize(&self, window: &str, width: u32, height: u32) -> Answer<()> {
        let size =
            json!({ "width": width, "height": height, "deviceScaleFactor": 0, "mobile": false });
        self.to_window(window, "Emulation.setDeviceMetricsOverride", &size)
            .map(drop)
    }

    fn devtools(&self, window: &str, method: &str, parameters: &Value) -> Answer<Value> {
        if !method.starts_with("Browser.") {
            return self.to_window(window, method, parameters);
        }
        let context = self
            .registry
            .read()
            .windows
            .get(window)
            .map(|window| window.context.clone());
        let mut parameters = parameters.clone();
        parameters["browserContextId"] = json!(context);
        self.command(method, &parameters)
    }
}

/// Comes back once the document is whole.
const LOADED: &str = "async () => {
    if (document.readyState !== 'complete') await new Promise((done) => addEventListener('load', done));
    return '';
}";

fn arguments(profile: &str) -> Vec<String> {
    let user_data = format!("--user-data-dir={profile}");
    [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-default-apps",
        // Pages of the browser's own in each new window, which are never seen.
        "--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup,WebUIOmniboxFullPopup",
        "--disable-popup-blocking",
        "--disable-sync",
        // What moves is drawn over and over, by the processor.
        "--force-prefers-reduced-motion",
        "--password-store=basic",
        "--use-mock-keychain",
        // Those of the tests' own proxies.
        "--ignore-certificate-errors",
        "--window-size=1280,800",
        "--remote-debugging-port=0",
        &user_data,
        "about:blank",
    ]
    .map(str::to_owned)
    .to_vec()
}

fn result(mut message: Value) -> Answer<Value> {
    if message["error"].is_null() {
        return Ok(message["result"].take());
    }
    Err(RemoteError(message["error"]["message"].to_string()))
}
