//! What stands on several screens: the app's name, how a thing is closed, the switches, what is said of the page itself.

use banter_protocol::engine::PathPolicy;

use crate::platform::theme::ThemeChoice;

/// The app's name.
pub(crate) const BRAND: &str = "Banter";

/// On what closes a dialog, a drawer or a bubble.
pub(crate) const CLOSE_LABEL: &str = "Close";

pub(crate) const BANNER_DISMISS_LABEL: &str = "Dismiss";
pub(crate) const STORAGE_AGAIN_BUTTON: &str = "Try again";
pub(crate) const GO_ON_ANEW_BUTTON: &str = "Go on as somebody new";

/// Below the message box, where the browser keeps nothing.
pub(crate) const NOT_KEPT_NOTE: &str = "Not kept in this browser: a reload forgets new messages.";

pub(crate) const UPDATE_NOTICE: &str = "A new version of Banter is ready.";
pub(crate) const UPDATE_BUTTON: &str = "Reload";

/// What becomes of where the person is when they take the new version.
pub(crate) fn update_consequence(in_room: bool) -> &'static str {
    if in_room {
        "Reload when it suits you: you come back to this room with its messages."
    } else {
        "Reload when it suits you."
    }
}

pub(crate) const THEME_LEGEND: &str = "Theme";

pub(crate) fn theme(choice: ThemeChoice) -> &'static str {
    match choice {
        ThemeChoice::System => "As the system",
        ThemeChoice::Light => "Light",
        ThemeChoice::Dark => "Dark",
    }
}

pub(crate) const RELAY_SWITCH: &str = "Hide my IP address";

/// What the relay's switch does here, as far as it is known what the server offers.
pub(crate) fn relay_hint(policy: PathPolicy, relay_offered: Option<bool>) -> &'static str {
    match relay_offered {
        None => {
            "From the others: everything goes through a relay, where the server offers one. Slower."
        }
        Some(true) => "From the others: everything goes through this server’s relay. Slower.",
        Some(false) => match policy {
            PathPolicy::Any => "This server offers no relay: with this on, nobody can be linked.",
            PathPolicy::RelayOnly => "This server offers no relay, so nobody can be linked.",
        },
    }
}
