//! That there is a newer Banter: the person decides when it takes this one's place.

use yew::prelude::*;
use yewdux::prelude::*;

use super::{
    icon::{IconShape, icon},
    press::press,
};
use crate::{handle::ChatHandle, store::ChatStore, words::ui};

/// A calm line with a button, or nothing.
#[component]
pub(crate) fn UpdateNotice() -> Html {
    let handle = use_context::<ChatHandle>();
    let shown = use_selector(|store: &ChatStore| {
        let in_room = store.room().seat.is_some();
        store.update_ready.then_some(in_room)
    });
    let onclick = press(handle.as_ref(), ChatHandle::reload);
    html! {
        <div role="status">
            if let Some(in_room) = *shown {
                <div class="update" data-testid="update-ready">
                    { icon(IconShape::Renew) }
                    <div class="banner-words">
                        <p class="banner-what">{ ui::UPDATE_NOTICE }</p>
                        <p class="banner-advice">{ ui::update_consequence(in_room) }</p>
                    </div>
                    <button type="button" class="button" data-testid="reload" {onclick}>{ ui::UPDATE_BUTTON }</button>
                </div>
            }
        </div>
    }
}
