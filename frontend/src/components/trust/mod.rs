//! Whom one can believe: what protects a room, whose key is known, how two compare.

pub(crate) mod emoji_comparison;
pub(crate) mod key_notices;
pub(crate) mod privacy_icon;
pub(crate) mod protection_dialog;
pub(crate) mod room_protection;
pub(crate) mod safety_number;
pub(crate) mod standing;
