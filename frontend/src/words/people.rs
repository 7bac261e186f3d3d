//! What stands in the list of people, and where one of them is looked at closely.

pub(crate) const LIST_HEADING: &str = "People";

/// Below the person's own name.
pub(crate) const SELF_NOTE: &str = "You";

/// Of somebody who waits for the person to compare emoji with them.
pub(crate) const COMPARING_NOTE: &str = "Wants to compare emoji";

/// On the badge that tells namesakes apart.
pub(crate) const BADGE_TITLE: &str = "Somebody else here has a name that looks the same";

/// Of somebody who is muted, and the way to hear them at once.
pub(crate) const MUTED_TEXT: &str = "Muted for now: they send more than this page can show, and nothing of it is read. \
     It ends by itself once they calm down.";
pub(crate) const MUTED_BUTTON: &str = "Hear them now";

pub(crate) const VERIFY_BUTTON: &str = "Mark as verified";
pub(crate) const UNVERIFY_BUTTON: &str = "No longer verified";

/// The ways to judge another key than the one that is known.
pub(crate) const KEY_ACCEPT_BUTTON: &str = "It is them";
pub(crate) const KEY_REFUSE_BUTTON: &str = "Keep them out";

/// For whom the person kept out.
pub(crate) const LET_IN_BUTTON: &str = "Let them in";
