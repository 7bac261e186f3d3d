//! "What is protected?": the room's promises, and where they end.

use banter_protocol::engine::Privacy;
use yew::prelude::*;

use crate::{
    components::ui::{
        dialog::Dialog,
        icon::{IconShape, icon},
    },
    words::protection::{self, Fact, Subject},
};

/// What the room protects.
pub(crate) fn protection_dialog(privacy: Privacy, on_close: &Callback<()>) -> Html {
    html! {
        <Dialog title={protection::dialog_title(privacy)} testid="protection-dialog" {on_close}>
            <ul class="facts">
                for Fact { subject, title, text } in protection::facts(privacy) {
                    <li class="fact">
                        { icon(subject_icon(*subject)) }
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

fn subject_icon(subject: Subject) -> IconShape {
    match subject {
        Subject::Content => IconShape::Lock,
        Subject::Traces | Subject::Server => IconShape::Eye,
        Subject::Others => IconShape::People,
        Subject::Entry => IconShape::Globe,
        Subject::Code => IconShape::Alert,
        Subject::People => IconShape::Verified,
    }
}
