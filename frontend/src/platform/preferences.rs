//! What the browser remembers of a person between visits. Losing it costs them a few keystrokes.

use banter_protocol::{engine::PathPolicy, names::PersonName};

use super::{
    storage::{StorageArea, StorageRefused},
    theme::ThemeChoice,
};

const NAME: &str = "banter/name";
const THEME: &str = "banter/theme";
const PATHS: &str = "banter/paths";
const RELAY_ONLY: &str = "relay-only";
const IDENTITY: &str = "banter/identity";
const KEPT: &str = "kept";

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
    ///
    /// # Errors
    ///
    /// Where the browser refuses.
    pub fn keep_name(&self, name: &PersonName) -> Result<(), StorageRefused> {
        self.area.set(NAME, name.as_str())
    }

    /// Whether the browser has kept an identity, in another storage than this one. Who has a name from before was
    /// somebody.
    pub fn had_identity(&self) -> bool {
        match self.read(IDENTITY) {
            Some(mark) => mark == KEPT,
            None => self.name().is_some(),
        }
    }

    /// Remembers whether the browser keeps an identity.
    ///
    /// # Errors
    ///
    /// Where the browser refuses.
    pub fn keep_identity_mark(&self, is_kept: bool) -> Result<(), StorageRefused> {
        let mark = if is_kept { KEPT } else { "not kept" };
        self.area.set(IDENTITY, mark)
    }

    /// How the page shall look.
    pub fn theme(&self) -> ThemeChoice {
        self.read(THEME)
            .map(|word| ThemeChoice::from_stored(&word))
            .unwrap_or_default()
    }

    /// Remembers how the page shall look.
    ///
    /// # Errors
    ///
    /// Where the browser refuses.
    pub fn keep_theme(&self, choice: ThemeChoice) -> Result<(), StorageRefused> {
        self.area.set(THEME, choice.as_str())
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
    ///
    /// # Errors
    ///
    /// Where the browser refuses.
    pub fn keep_paths(&self, policy: PathPolicy) -> Result<(), StorageRefused> {
        match policy {
            PathPolicy::Any => self.area.remove(PATHS),
            PathPolicy::RelayOnly => self.area.set(PATHS, RELAY_ONLY),
        }
    }

    fn read(&self, key: &str) -> Option<String> {
        self.area.get(key).ok().flatten()
    }
}
