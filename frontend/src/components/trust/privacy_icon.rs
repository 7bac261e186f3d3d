//! The icon of a kind of room.

use banter_protocol::engine::Privacy;

use crate::components::ui::icon::IconShape;

/// Stands beside the word for it.
pub(crate) fn privacy_icon(privacy: Privacy) -> IconShape {
    match privacy {
        Privacy::Private => IconShape::Shield,
        Privacy::Open => IconShape::Globe,
    }
}
