//! One session: a browser under remote control. Commands as in W3C WebDriver, section 6 and on.

use std::{fmt, time::Duration};

use serde_json::{Value, json};

/// A command that a driver refused or did not answer.
#[derive(Debug)]
pub(crate) struct WebDriverError {
    /// The standard's error code, or `unreachable`.
    pub(crate) code: String,
    message: String,
}

impl fmt::Display for WebDriverError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.code, self.message)
    }
}

impl From<ureq::Error> for WebDriverError {
    fn from(error: ureq::Error) -> Self {
        Self {
            code: "unreachable".into(),
            message: error.to_string(),
        }
    }
}

/// The key under which drivers name elements (W3C WebDriver, section 12).
const ELEMENT_KEY: &str = "element-6066-11e4-a52e-4f735466cecf";

/// Longer than any page load or script of a test on a busy machine.
const ANSWER_WITHIN: Duration = Duration::from_secs(120);

#[derive(Debug)]
pub(crate) struct Session {
    agent: ureq::Agent,
    base: String,
    /// What the driver said about the new session.
    pub(crate) capabilities: Value,
}

impl Session {
    /// Starts a browser.
    pub(crate) fn new(driver: &str, capabilities: &Value) -> Result<Self, WebDriverError> {
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(ANSWER_WITHIN))
            .build()
            .new_agent();
        let wanted = json!({ "capabilities": { "alwaysMatch": capabilities } });
        let mut session = Self {
            agent,
            base: format!("{driver}/session"),
            capabilities: Value::Null,
        };
        let mut made = session.post("", &wanted)?;
        let id = made["sessionId"]
            .as_str()
            .expect("a session has an id")
            .to_owned();
        session.base = format!("{driver}/session/{id}");
        session.capabilities = made["capabilities"].take();
        Ok(session)
    }

    pub(crate) fn get(&self, path: &str) -> Result<Value, WebDriverError> {
        answer(self.agent.get(format!("{}{path}", self.base)).call()?)
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> Result<Value, WebDriverError> {
        answer(
            self.agent
                .post(format!("{}{path}", self.base))
                .send_json(body)?,
        )
    }

    pub(crate) fn delete(&self, path: &str) -> Result<Value, WebDriverError> {
        answer(self.agent.delete(format!("{}{path}", self.base)).call()?)
    }

    /// Runs the body of an async function in the page; the result is what it returns.
    pub(crate) fn execute(&self, script: &str, arguments: &Value) -> Result<Value, WebDriverError> {
        let script = format!("return (async function () {{ {script}\n}}).apply(null, arguments)");
        self.post(
            "/execute/sync",
            &json!({ "script": script, "args": arguments }),
        )
    }

    /// The first element that fits a CSS selector.
    pub(crate) fn find(&self, selector: &str) -> Result<String, WebDriverError> {
        let found = self.post(
            "/element",
            &json!({ "using": "css selector", "value": selector }),
        )?;
        Ok(found[ELEMENT_KEY]
            .as_str()
            .expect("an element has a reference")
            .to_owned())
    }

    /// A DevTools command to the current window; Chromium only.
    pub(crate) fn devtools(
        &self,
        method: &str,
        parameters: &Value,
    ) -> Result<Value, WebDriverError> {
        self.post(
            "/goog/cdp/execute",
            &json!({ "cmd": method, "params": parameters }),
        )
    }

    /// What a log has gained since it was last read; Chromium only.
    pub(crate) fn log(&self, kind: &str) -> Result<Vec<Value>, WebDriverError> {
        let entries = self.post("/se/log", &json!({ "type": kind }))?;
        Ok(entries.as_array().cloned().unwrap_or_default())
    }
}

fn answer(mut response: ureq::http::Response<ureq::Body>) -> Result<Value, WebDriverError> {
    let mut body: Value = response
        .body_mut()
        .with_config()
        .limit(u64::MAX)
        .read_json()?;
    let value = body["value"].take();
    if response.status().is_success() {
        return Ok(value);
    }
    let field = |name: &str| value[name].as_str().unwrap_or_default().to_owned();
    Err(WebDriverError {
        code: field("error"),
        message: field("message"),
    })
}
