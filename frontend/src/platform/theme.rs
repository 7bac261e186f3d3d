//! Light and dark: the style sheet follows the system unless `data-theme` on `<html>` says otherwise.

const ATTRIBUTE: &str = "data-theme";

/// How the person wants the page to look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ThemeChoice {
    /// As the system does.
    #[default]
    System,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

impl ThemeChoice {
    /// Every choice, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// The word for the attribute and for storage.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// From a word in storage; what is not known follows the system.
    pub fn from_stored(word: &str) -> Self {
        Self::ALL
            .into_iter()
            .find(|choice| choice.as_str() == word)
            .unwrap_or_default()
    }
}

/// Makes the page look as chosen.
pub fn apply(choice: ThemeChoice) {
    let document = web_sys::window().and_then(|window| window.document());
    let Some(root) = document.and_then(|document| document.document_element()) else {
        return;
    };
    // Neither call can fail: the attribute's name is valid.
    let _ = match choice {
        ThemeChoice::System => root.remove_attribute(ATTRIBUTE),
        ThemeChoice::Light | ThemeChoice::Dark => root.set_attribute(ATTRIBUTE, choice.as_str()),
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_survives_storage_and_an_unknown_word_follows_the_system() {
        for choice in ThemeChoice::ALL {
            assert_eq!(ThemeChoice::from_stored(choice.as_str()), choice);
        }
        assert_eq!(ThemeChoice::from_stored("sepia"), ThemeChoice::System);
    }
}
