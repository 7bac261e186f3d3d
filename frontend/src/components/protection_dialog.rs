//! "What is protected?": the room's promises, and where they end.

use banter_protocol::engine::Privacy;
use yew::prelude::*;

use super::{
    dialog::Dialog,
    icon::Icon,
    protection_words::{self, Fact},
};

#[derive(Properties, PartialEq)]
pub(crate) struct ProtectionDialogProps {
    pub(crate) privacy: Privacy,
    pub(crate) on_close: Callback<()>,
}

/// What the room protects.
#[component]
pub(crate) fn ProtectionDialog(props: &ProtectionDialogProps) -> Html {
    let (_, kind) = protection_words::kind(props.privacy);
    html! {
        <Dialog title={format!("{kind} room: what is protected")} testid="protection-dialog" on_close={props.on_close.clone()}>
            <ul class="facts">
                for Fact { shape, title, text } in protection_words::facts(props.privacy) {
                    <li class="fact">
                        <Icon shape={*shape} />
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
