//! Which window belongs to which context, and what was heard of each.

use std::{
    collections::BTreeMap,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use super::{Answer, RemoteError};

/// Longer than any page load of a test on a busy machine.
pub(super) const LOADED_WITHIN: Duration = Duration::from_secs(120);

/// What a context complained about and whom it talked to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Record {
    /// Everything on the console, also what is no error.
    pub(crate) said: Vec<String>,
    pub(crate) complaints: Vec<String>,
    pub(crate) requests: Vec<String>,
}

#[derive(Debug, Default)]
pub(super) struct Context {
    /// What runs before every page's own scripts.
    pub(super) scripts: Vec<String>,
    pub(super) record: Record,
}

#[derive(Debug, Default)]
pub(super) struct Window {
    pub(super) context: String,
    /// Chromium: the name of the conversation with it.
    pub(super) session: String,
    /// Chromium: the documents that it has shown, in their order.
    pub(super) documents: Vec<String>,
}

/// Everything known of one browser.
#[derive(Debug, Default)]
pub(super) struct Registered {
    pub(super) contexts: BTreeMap<String, Context>,
    pub(super) windows: BTreeMap<String, Window>,
    /// The context of everything that ever spoke, by the name that it has in events: some words come late.
    pub(super) owners: BTreeMap<String, String>,
}

/// The same for whoever waits until something in it has changed.
#[derive(Debug, Default)]
pub(super) struct Registry {
    registered: Mutex<Registered>,
    written: Condvar,
}

impl Registry {
    pub(super) fn read(&self) -> MutexGuard<'_, Registered> {
        self.registered
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn write(&self, write: impl FnOnce(&mut Registered)) {
        write(&mut self.read());
        self.written.notify_all();
    }

    /// Waits until `look` finds something.
    pub(super) fn wait<T>(
        &self,
        what: &str,
        mut look: impl FnMut(&Registered) -> Option<T>,
    ) -> Answer<T> {
        let mut found = None;
        let mut nothing_yet = |registered: &mut Registered| {
            found = look(registered);
            found.is_none()
        };
        let waited = self
            .written
            .wait_timeout_while(self.read(), LOADED_WITHIN, &mut nothing_yet);
        drop(waited);
        found.ok_or_else(|| RemoteError(format!("{what} did not come")))
    }

    /// What was heard of a context so far.
    pub(super) fn record_of(&self, context: &str) -> Record {
        let registered = self.read();
        let context = registered.contexts.get(context);
        context
            .map(|context| context.record.clone())
            .unwrap_or_default()
    }

    /// The context is gone, with its windows.
    pub(super) fn forget(&self, context: &str) {
        self.write(|registered| {
            registered.contexts.remove(context);
            registered
                .windows
                .retain(|_, window| window.context != context);
        });
    }

    pub(super) fn windows_of(&self, context: &str) -> Vec<String> {
        let registered = self.read();
        let own = registered
            .windows
            .iter()
            .filter(|(_, window)| window.context == context);
        own.map(|(name, _)| name.clone()).collect()
    }
}

impl Registered {
    /// Notes something for the context of whoever said it; for all contexts where nobody knows whose that is.
    pub(super) fn note(&mut self, speaker: Option<&str>, note: impl Fn(&mut Record)) {
        let owner = speaker.and_then(|speaker| self.owners.get(speaker));
        for (name, context) in &mut self.contexts {
            if owner.is_none_or(|owner| owner == name) {
                note(&mut context.record);
            }
        }
    }
}
