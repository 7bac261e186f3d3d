//! Firefox over WebDriver BiDi (https://w3c.github.io/webdriver-bidi/).

use std::{env, fs, path::Path, sync::Arc};

use serde_json::{Value, json};

use super::{
    Answer, Process, Record, Remote, RemoteError, keys,
    registry::{Context, Registry, Window},
    text,
    wire::Wire,
};

/// Nothing that asks somebody else, and nothing that asks the person. Firefox sets more itself once it is remote.
const PREFERENCES: [(&str, &str); 20] = [
    ("app.normandy.enabled", "false"),
    ("app.update.disabledForTesting", "true"),
    ("browser.safebrowsing.blockedURIs.enabled", "false"),
    ("browser.safebrowsing.malware.enabled", "false"),
    ("browser.safebrowsing.phishing.enabled", "false"),
    ("browser.shell.checkDefaultBrowser", "false"),
    ("browser.startup.homepage_override.mstone", "\"ignore\""),
    ("browser.startup.page", "0"),
    ("datareporting.policy.dataSubmissionEnabled", "false"),
    ("datareporting.healthreport.uploadEnabled", "false"),
    ("dom.disable_open_during_load", "false"),
    // Processes that wait for pages to come cost more than they save.
    ("dom.ipc.processPrelaunch.enabled", "false"),
    ("extensions.update.enabled", "false"),
    ("extensions.getAddons.cache.enabled", "false"),
    ("network.captive-portal-service.enabled", "false"),
    ("network.connectivity-service.enabled", "false"),
    (
        "services.settings.server",
        "\"data:,#remote-settings-dummy/v1\"",
    ),
    ("toolkit.startup.max_resumed_crashes", "-1"),
    ("toolkit.telemetry.server", "\"data:,\""),
    // What moves is drawn over and over, by the processor.
    ("ui.prefersReducedMotion", "1"),
];

/// A running Firefox.
#[derive(Debug)]
pub(crate) struct Firefox {
    process: Process,
    wire: Arc<Wire>,
    registry: Arc<Registry>,
}

impl Firefox {
    /// Starts `$FIREFOX`, or the one on the PATH.
    pub(crate) fn start() -> Self {
        let named = env::var("FIREFOX").ok();
        let programs = ["firefox-esr", "firefox"];
        let programs = named
            .as_deref()
            .map_or(programs.to_vec(), |named| vec![named]);
        let process = Process::start(
            &programs,
            write_preferences,
            arguments,
            "WebDriver BiDi listening on ",
        );
        let registry = Arc::<Registry>::default();
        let registered = Arc::clone(&registry);
        let address = format!("{}/session", process.address);
        let wire = Wire::connect(&address, move |_, event| heard(&registered, event));
        let browser = Self {
            process,
            wire,
            registry,
        };
        let wanted = json!({ "capabilities": { "alwaysMatch": { "acceptInsecureCerts": true } } });
        browser
            .command("session.new", &wanted)
            .expect("the browser begins a session");
        let events = json!({ "events": [
            "log.entryAdded", "network.beforeRequestSent", "browsingContext.contextCreated", "browsingContext.contextDestroyed",
        ] });
        browser
            .command("session.subscribe", &events)
            .expect("the browser tells what happens");
        browser
    }

    fn command(&self, method: &str, parameters: &Value) -> Answer<Value> {
        let mut message = self
            .wire
            .ask(json!({ "method": method, "params": parameters }))?;
        if message["type"] == "success" {
            return Ok(message["result"].take());
        }
        Err(RemoteError(format!(
            "{}: {}",
            message["error"], message["message"]
        )))
    }

    fn act(&self, window: &str, source: &Value) -> Answer<()> {
        self.command(
            "input.performActions",
            &json!({ "context": window, "actions": [source] }),
        )
        .map(drop)
    }
}

impl Remote for Firefox {
    fn process(&self) -> &Process {
        &self.process
    }

    fn is_answering(&self) -> bool {
        self.command("session.status", &json!({})).is_ok()
    }

    fn make_context(&self, scripts: &[String]) -> Answer<String> {
        let made = self.command("browser.createUserContext", &json!({}))?;
        let name = text(&made["userContext"]);
        for script in scripts {
            let function = format!("() => {{ {script}\n}}");
            let script = json!({ "functionDeclaration": function, "userContexts": [name] });
            self.command("script.addPreloadScript", &script)?;
        }
        self.registry
            .write(|registered| drop(registered.contexts.insert(name.clone(), Context::default())));
        Ok(name)
    }

    fn remove_context(&self, context: &str) {
        // A killed browser has none any more.
        let _ = self.command(
            "browser.removeUserContext",
            &json!({ "userContext": context }),
        );
        self.registry.forget(context);
    }

    fn open_window(&self, context: &str) -> Answer<String> {
        let made = self.command(
            "browsingContext.create",
            &json!({ "type": "window", "userContext": context }),
        )?;
        let name = text(&made["context"]);
        self.registry.wait("a new window", |registered| {
            registered.windows.get(&name).map(drop)
        })?;
        Ok(name)
    }

    fn windows(&self, context: &str) -> Vec<String> {
        self.registry.windows_of(context)
    }

    fn record(&self, context: &str) -> Record {
        for window in self.windows(context) {
            // What it said before this answer has been heard.
            let _ = self.call(&window, "() => ''", "");
        }
        self.registry.record_of(context)
    }

    fn navigate(&self, window: &str, address: &str) -> Answer<()> {
        let wanted = json!({ "context": window, "url": address, "wait": "complete" });
        self.command("browsingContext.navigate", &wanted).map(drop)
    }

    fn reload(&self, window: &str) -> Answer<()> {
        let wanted = json!({ "context": window, "wait": "complete" });
        self.command("browsingContext.reload", &wanted).map(drop)
    }

    fn close(&self, window: &str) -> Answer<()> {
        self.command("browsingContext.close", &json!({ "context": window }))
            .map(drop)
    }

    fn call(&self, window: &str, function: &str, argument: &str) -> Answer<String> {
        let wanted = json!({
            "functionDeclaration": function, "arguments": [{ "type": "string", "value": argument }],
            "target": { "context": window }, "awaitPromise": true, "userActivation": true,
        });
        let answer = self.command("script.callFunction", &wanted)?;
        if answer["type"] == "success" {
            return Ok(text(&answer["result"]["value"]));
        }
        Err(RemoteError(format!(
            "the script failed: {}",
            answer["exceptionDetails"]["text"]
        )))
    }

    fn click(&self, window: &str, x: f64, y: f64) -> Answer<()> {
        self.act(
            window,
            &json!({ "type": "pointer", "id": "mouse", "actions": [
            { "type": "pointerMove", "x": x.floor(), "y": y.floor() },
            { "type": "pointerDown", "button": 0 },
            { "type": "pointerUp", "button": 0 },
        ] }),
        )
    }

    fn press(&self, window: &str, letters: &str) -> Answer<()> {
        let (mut actions, mut held) = (Vec::new(), Vec::new());
        for letter in letters.chars().chain([keys::RELEASE]) {
            let letter = if letter == '\n' { '\u{e007}' } else { letter };
            let is_modifier = keys::key(letter).is_some_and(|key| key.modifier != 0);
            if letter == keys::RELEASE {
                let released = held
                    .drain(..)
                    .map(|letter: char| json!({ "type": "keyUp", "value": letter }));
                actions.extend(released);
                continue;
            }
            actions.push(json!({ "type": "keyDown", "value": letter }));
            if is_modifier {
                held.push(letter);
            } else {
                actions.push(json!({ "type": "keyUp", "value": letter }));
            }
        }
        self.act(
            window,
            &json!({ "type": "key", "id": "keyboard", "actions": actions }),
        )
    }

    fn picture(&self, window: &str) -> Answer<String> {
        let taken = self.command(
            "browsingContext.captureScreenshot",
            &json!({ "context": window }),
        )?;
        Ok(text(&taken["data"]))
    }

    fn print(&self, window: &str) -> Answer<String> {
        let printed = self.command("browsingContext.print", &json!({ "context": window }))?;
        Ok(text(&printed["data"]))
    }

    fn resize(&self, window: &str, width: u32, height: u32) -> Answer<()> {
        let size = json!({ "context": window, "viewport": { "width": width, "height": height } });
        self.command("browsingContext.setViewport", &size).map(drop)
    }

    fn devtools(&self, _: &str, method: &str, _: &Value) -> Answer<Value> {
        Err(RemoteError(format!(
            "only Chromium has DevTools commands, {method} for one"
        )))
    }
}

fn write_preferences(profile: &Path) {
    let lines = PREFERENCES.map(|(name, value)| format!("user_pref(\"{name}\", {value});\n"));
    fs::write(profile.join("user.js"), lines.concat()).unwrap();
}

fn arguments(profile: &str) -> Vec<String> {
    [
        "-headless",
        "-no-remote",
        "-profile",
        profile,
        "--remote-debugging-port",
        "0",
        "about:blank",
    ]
    .map(str::to_owned)
    .to_vec()
}

/// Writes down what the browser says by itself.
fn heard(registry: &Registry, event: &Value) {
    let parameters = &event["params"];
    match event["method"].as_str().unwrap_or_default() {
        "browsingContext.contextCreated" => {
            let (name, context) = (
                text(&parameters["context"]),
                text(&parameters["userContext"]),
            );
            registry.write(|registered| {
                registered.owners.insert(name.clone(), context.clone());
                if parameters["parent"].is_null() {
                    registered.windows.insert(
                        name,
                        Window {
                            context,
                            ..Window::default()
                        },
                    );
                }
            });
        }
        "browsingContext.contextDestroyed" => {
            let name = text(&parameters["context"]);
            registry.write(|registered| drop(registered.windows.remove(&name)));
        }
        "network.beforeRequestSent" => {
            let address = text(&parameters["request"]["url"]);
            let window = parameters["context"].as_str();
            registry.write(|registered| {
                registered.note(window, |record| record.requests.push(address.clone()));
            });
        }
        "log.entryAdded" => {
            // Where it stands is the browser's to say, and may be the page's own address.
            let said = [&parameters["text"], &parameters["args"]]
                .map(Value::to_string)
                .join(" ");
            let complaint =
                (parameters["level"] == "error").then(|| parameters["text"].to_string());
            let window = parameters["source"]["context"].as_str();
            registry.write(|registered| {
                registered.note(window, |record| {
                    record.said.push(said.clone());
                    record.complaints.extend(complaint.clone());
                });
            });
        }
        _ => {}
    }
}
