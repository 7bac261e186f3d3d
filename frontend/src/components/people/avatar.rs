//! Somebody's initials on their colour.

use banter_protocol::ids::PeerId;
use yew::prelude::*;

use super::identity;

/// A picture of somebody for those who see; their name always stands beside it.
pub(crate) fn avatar(id: PeerId, name: &str) -> Html {
    html! {
        <span class={classes!("avatar", identity::tone_class(id))} aria-hidden="true">
            { identity::initials(name) }
        </span>
    }
}
