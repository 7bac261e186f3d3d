//! What the browser remembers of a person between visits. Losing it costs them a few keystrokes, so a refusal
//! is nothing to speak of.

use banter_protocol::{engine::PathPolicy, names::PersonName};

use super::{storage::StorageArea, theme::ThemeChoice};

const NAME: &str = "banter/name";
const THEME: &str = "banter/theme";
const PATHS: &str = "banter/paths";
const RELAY_ONLY: &str = "relay-only";

/// The person's name and taste.
#[derive(Debug)]
pub struct Preferences {
    area: StorageArea,
}

impl Preferences {
    /// Kept in `area`, the browser's `localStorage`.
    pub fn new(area: StorageArea) -> Self {
        Self { area }
    }

    /// The name of the last visit; `None` where there was none or it is no name any more.
    pub fn name(&self) -> Option<PersonName> {
        self.read(NAME)?.parse().ok()
    }

    /// Remembers the name.
    pub fn keep_name(&self, name: &PersonName) {
        let _ = self.area.set(NAME, name.as_str());
    }

    /// How the page shall look.
    pub fn theme(&self) -> ThemeChoice {
        self.read(THEME)
            .map(|word| ThemeChoice::from_stored(&word))
            .unwrap_or_default()
    }

    /// Remembers how the page shall look.
    pub fn keep_theme(&self, choice: ThemeChoice) {
        let _ = self.area.set(THEME, choice.as_str());
    }

    /// Which ways connections may take.
    pub fn paths(&self) -> PathPolicy {
        if self.read(PATHS).as_deref() == Some(RELAY_ONLY) {
            PathPolicy::RelayOnly
        } else {
            PathPolicy::Any
        }
    }

    /// Remembers which ways connections may take.
    pub fn keep_paths(&self, policy: PathPolicy) {
        let _ = match policy {
            PathPolicy::Any => self.area.remove(PATHS),
            PathPolicy::RelayOnly => self.area.set(PATHS, RELAY_ONLY),
        };
    }

    fn read(&self, key: &str) -> Option<String> {
        self.area.get(key).ok().flatten()
    }
}
