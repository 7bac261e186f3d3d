//! Browsers under remote control, without a driver in between: Chromium over its DevTools protocol, Firefox over
//! WebDriver BiDi, both through one WebSocket to the browser itself.
//!
//! One browser holds many contexts: profiles that cannot see each other, each with windows of its own. What happens in
//! a window is noted for its context alone.

mod chromium;
mod firefox;
mod keys;
mod process;
mod registry;
mod wire;

use std::fmt;

use serde_json::Value;

pub(crate) use chromium::Chromium;
pub(crate) use firefox::Firefox;
pub(crate) use process::Process;
pub(crate) use registry::Record;

/// A command that a browser refused or did not answer.
#[derive(Debug)]
pub(crate) struct RemoteError(pub(crate) String);

impl fmt::Display for RemoteError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

pub(crate) type Answer<T> = Result<T, RemoteError>;

/// What both browsers can do. Contexts and windows are named by what the browser calls them.
pub(crate) trait Remote: fmt::Debug + Send + Sync {
    /// The processes.
    fn process(&self) -> &Process;

    /// Whether the browser still takes commands.
    fn is_answering(&self) -> bool;

    /// Makes a fresh profile, in whose pages these scripts run before the page's own.
    fn make_context(&self, scripts: &[String]) -> Answer<String>;

    /// Closes all windows of a profile and forgets it.
    fn remove_context(&self, context: &str);

    /// Opens an empty window.
    fn open_window(&self, context: &str) -> Answer<String>;

    /// The windows of a profile, also those that pages opened.
    fn windows(&self, context: &str) -> Vec<String>;

    /// What was heard of a profile so far, after everything that its windows have said until now.
    fn record(&self, context: &str) -> Record;

    /// Goes to an address and waits until it is loaded.
    fn navigate(&self, window: &str, address: &str) -> Answer<()>;

    /// Loads the page again and waits until it is loaded.
    fn reload(&self, window: &str) -> Answer<()>;

    /// Closes a window; its page may say goodbye.
    fn close(&self, window: &str) -> Answer<()>;

    /// Calls a function, given as JavaScript, with one text and gives the text that it returns.
    fn call(&self, window: &str, function: &str, argument: &str) -> Answer<String>;

    /// Clicks at a place of the viewport.
    fn click(&self, window: &str, x: f64, y: f64) -> Answer<()>;

    /// Presses and releases keys where the focus is.
    fn press(&self, window: &str, keys: &str) -> Answer<()>;

    /// A picture of the window: PNG in base 64.
    fn picture(&self, window: &str) -> Answer<String>;

    /// The page on paper: PDF in base 64.
    fn print(&self, window: &str) -> Answer<String>;

    /// Gives the window's page another size, in CSS pixels.
    fn resize(&self, window: &str, width: u32, height: u32) -> Answer<()>;

    /// A command of Chromium's DevTools.
    fn devtools(&self, window: &str, method: &str, parameters: &Value) -> Answer<Value>;
}

/// A text in what a browser says; empty where there is none.
fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
