//! "What is protected?": the room's promises, and where they end.

use banter_protocol::engine::Privacy;
use yew::prelude::*;

use super::protection_words::{self, Fact};
use crate::components::ui::{dialog::Dialog, icon::icon};

/// What the room protects.
pub(crate) fn protection_dialog(privacy: Privacy, on_close: &Callback<()>) -> Html {
    let (_, kind) = protection_words::kind(privacy);
    html! {
        <Dialog title={format!("{kind} room: what is protected")} testid="protection-dialog" {on_close}>
            <ul class="facts">
                for Fact { shape, title, text } in protection_words::facts(privacy) {
                    <li class="fact">
                        { icon(*shape) }
                        <div>
                            <h3 class="fact-title">{ *title }</h3>
                            <p class="dialog-text">{ *text }</p>
                        </div>
                    </li>
                }
            </ul>
        </Dialog>
    }
}
