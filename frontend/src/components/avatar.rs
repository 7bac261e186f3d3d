//! Somebody's initials on their colour.

use banter_protocol::ids::PeerId;
use yew::prelude::*;

use super::identity;

#[derive(Properties, PartialEq)]
pub(crate) struct AvatarProps {
    pub(crate) id: PeerId,
    pub(crate) name: AttrValue,
}

/// A picture of somebody for those who see; their name always stands beside it.
#[component]
pub(crate) fn Avatar(props: &AvatarProps) -> Html {
    html! {
        <span class={classes!("avatar", identity::tone_class(props.id))} aria-hidden="true">
            { identity::initials(&props.name) }
        </span>
    }
}
