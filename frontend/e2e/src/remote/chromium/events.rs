//! What Chromium says by itself: which windows there are, what they show, complain about and ask for.

use serde_json::{Value, json};

use super::{
    super::{
        registry::{Registered, Registry, Window},
        wire::Wire,
    },
    text,
};

/// Writes down what the browser says by itself.
pub(super) fn heard(wire: &Wire, registry: &Registry, event: &Value) {
    let (parameters, session) = (&event["params"], &event["sessionId"]);
    match event["method"].as_str().unwrap_or_default() {
        "Target.attachedToTarget" => attached(wire, registry, parameters),
        "Target.detachedFromTarget" => {
            let session = text(&parameters["sessionId"]);
            registry.write(|registered| registered.windows.retain(|_, window| window.session != session));
        }
        // Nothing that is asked of it is answered any more.
        "Inspector.targetCrashed" => registry.write(|registered| {
            registered.note(session.as_str(), |record| {
                record.complaints.push("the page crashed".into());
            });
            registered.windows.retain(|_, window| session != window.session.as_str());
        }),
        "Page.javascriptDialogOpening" => wire.tell(json!({
            "method": "Page.handleJavaScriptDialog", "params": { "accept": true }, "sessionId": session,
        })),
        "Page.frameNavigated" if parameters["frame"]["parentId"].is_null() => {
            let document = text(&parameters["frame"]["loaderId"]);
            in_session(registry, session, |window| window.documents.push(document));
        }
        _ => registry.write(|registered| note(registered, session.as_str(), event)),
    }
}

fn attached(wire: &Wire, registry: &Registry, parameters: &Value) {
    let (session, target) = (text(&parameters["sessionId"]), &parameters["targetInfo"]);
    let tell = |method: &str, parameters: &Value| {
        wire.tell(json!({ "method": method, "params": parameters, "sessionId": session }));
    };
    let context = text(&target["browserContextId"]);
    let scripts = registry
        .read()
        .contexts
        .get(&context)
        .map(|context| context.scripts.clone());
    if let Some(scripts) = scripts {
        // Also workers talk and ask.
        for domain in ["Runtime", "Log", "Network"] {
            tell(&format!("{domain}.enable"), &json!({}));
        }
        registry
            .write(|registered| drop(registered.owners.insert(session.clone(), context.clone())));
        if target["type"] == "page" {
            tell("Page.enable", &json!({}));
            // A browser of one's own has the focus, whatever other windows the process shows.
            let focused = json!({ "enabled": true });
            tell("Emulation.setFocusEmulationEnabled", &focused);
            for script in scripts {
                let script = json!({ "source": script });
                tell("Page.addScriptToEvaluateOnNewDocument", &script);
            }
            let window = Window {
                context,
                session: session.clone(),
                ..Window::default()
            };
            let name = text(&target["targetId"]);
            registry.write(|registered| drop(registered.windows.insert(name, window)));
        }
    }
    tell("Runtime.runIfWaitingForDebugger", &json!({}));
}

fn in_session(registry: &Registry, session: &Value, change: impl FnOnce(&mut Window)) {
    registry.write(|registered| {
        if let Some(window) = registered
            .windows
            .values_mut()
            .find(|window| session == window.session.as_str())
        {
            change(window);
        }
    });
}

/// Complaints, and whom a page asked.
fn note(registered: &mut Registered, session: Option<&str>, event: &Value) {
    let parameters = &event["params"];
    let kind = &parameters["type"];
    let (said, is_error) = match event["method"].as_str().unwrap_or_default() {
        "Network.requestWillBeSent" => {
            let address = text(&parameters["request"]["url"]);
            return registered.note(session, |record| record.requests.push(address.clone()));
        }
        "Network.webSocketCreated" => {
            let address = text(&parameters["url"]);
            return registered.note(session, |record| record.requests.push(address.clone()));
        }
        "Runtime.consoleAPICalled" => (
            console_line(&parameters["args"]),
            kind == "error" || kind == "assert",
        ),
        "Runtime.exceptionThrown" => (exception(&parameters["exceptionDetails"]), true),
        "Log.entryAdded" => {
            let entry = &parameters["entry"];
            let is_error = entry["level"] == "error";
            let (address, words) = (text(&entry["url"]), text(&entry["text"]));
            // Where it stands is the browser's to say, and may be the page's own address: a complaint names it, but
            // nobody has said it.
            return registered.note(session, |record| {
                record.said.push(words.clone());
                if is_error {
                    record.complaints.push(format!("{address} - {words}"));
                }
            });
        }
        _ => return,
    };
    registered.note(session, |record| {
        record.said.push(said.clone());
        if is_error {
            record.complaints.push(said.clone());
        }
    });
}

/// The arguments of a call of the console, objects as far as the browser shows them.
fn console_line(arguments: &Value) -> String {
    let words = arguments.as_array().into_iter().flatten().map(|argument| {
        let plain = argument["value"]
            .as_str()
            .or(argument["description"].as_str());
        let plain = plain.map_or_else(|| argument["value"].to_string(), str::to_owned);
        match &argument["preview"] {
            Value::Null => plain,
            preview => format!("{plain} {preview}"),
        }
    });
    words.collect::<Vec<_>>().join(" ")
}

/// An exception as the console shows it.
pub(super) fn exception(details: &Value) -> String {
    let description = details["exception"]["description"].as_str();
    format!(
        "{} {}",
        text(&details["text"]),
        description.unwrap_or_default()
    )
}
