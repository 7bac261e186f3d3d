//! What is said of invites: how one is passed on, made anew, and followed to another room.

use banter_protocol::{
    engine::{Privacy, Standing},
    names::PersonName,
};
use yew::Html;

use super::sentence::Sentence;

pub(crate) const COPY_BUTTON: &str = "Copy invite";
/// On the same button, and for screen readers, once it is done.
pub(crate) const COPY_DONE: &str = "Copied";
pub(crate) const COPY_DONE_SPOKEN: &str = "The invite is on the clipboard.";
/// Above the link, where the browser refused.
pub(crate) const COPY_REFUSED: &str = "The browser didn’t allow copying. Take the link from here:";
pub(crate) const COPY_LINK_LABEL: &str = "Invite link";

/// The way to the invite as a QR code.
pub(crate) const QR_BUTTON_LABEL: &str = "Show the invite as a QR code";
pub(crate) const QR_BUTTON_TITLE: &str = "Invite as QR code";
pub(crate) const QR_DIALOG_TITLE: &str = "Invite";
pub(crate) const QR_CODE_LABEL: &str = "QR code of the invite";

/// What to do with the QR code.
pub(crate) fn qr_advice(privacy: Privacy) -> &'static str {
    match privacy {
        Privacy::Private => {
            "Whoever photographs this can join, so show it only to people whom you want here."
        }
        Privacy::Open => "Photograph this with the other device to join the room there.",
    }
}

/// The way to a new invite, and its dialog.
pub(crate) const RENEW_BUTTON: &str = "New invite";
pub(crate) const RENEW_DIALOG_TITLE: &str = "New invite";
pub(crate) const RENEW_TEXT: &str = "You go on in a new room with a new link. The people you choose are asked to come along, and come once they agree. \
     The old link does not lead there: whoever holds it stays outside. The new room asks for no passphrase and is not locked.";
pub(crate) const RENEW_ALONE_TEXT: &str =
    "Nobody here can come along, so you go alone and hand out the new link yourself.";
pub(crate) const RENEW_PEOPLE_LEGEND: &str = "Who comes along?";
pub(crate) const RENEW_SUBMIT_BUTTON: &str = "Make new invite";

/// Who asks the person to come along; a badge tells them from their namesakes.
pub(crate) fn move_asked(name: &PersonName, badge: Html) -> Sentence {
    Sentence::default()
        .name(name)
        .words(" ")
        .node(badge)
        .words(" asks you to go on with them in a new room.")
}

/// What is known of who asks.
pub(crate) fn move_doubts(standing: Standing) -> &'static str {
    match standing {
        Standing::Verified => "You have verified them.",
        Standing::Known => {
            "You have not verified them: make sure that it is them before you follow."
        }
        Standing::NewKey
        | Standing::Unconfirmed
        | Standing::Changed
        | Standing::Refused
        | Standing::Forked => {
            "You have not verified them, and their name belongs to somebody else here: they may only look like them."
        }
    }
}

pub(crate) const MOVE_TEXT: &str = "If you go, what was said here comes along on this device, and you leave this room. If you stay, nothing changes.";
pub(crate) const MOVE_ACCEPT_BUTTON: &str = "Go to the new room";
pub(crate) const MOVE_DECLINE_BUTTON: &str = "Stay here";
