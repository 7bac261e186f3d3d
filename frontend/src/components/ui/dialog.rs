//! The frame of every dialog. The browser's own modal dialog (HTML, section 4.11.4) keeps the focus and the rest of
//! the page out of reach; this adds what is the same for all: a head, and three ways to close it.

use web_sys::{Element, HtmlDialogElement};
use yew::prelude::*;

use super::{
    focus,
    icon::{IconShape, icon},
};
use crate::words::ui::CLOSE_LABEL;

#[derive(Properties, PartialEq)]
pub(crate) struct DialogProps {
    /// The heading.
    pub(crate) title: AttrValue,
    pub(crate) testid: &'static str,
    pub(crate) on_close: Callback<()>,
    pub(crate) children: Html,
}

/// A dialog for as long as it is rendered. The focus goes to its heading, so that it is read, and afterwards back to
/// where it was.
#[component]
pub(crate) fn Dialog(props: &DialogProps) -> Html {
    let node = use_node_ref();
    use_modal(node.clone());
    let on_close = &props.on_close;
    let close_by_click = on_close.reform(|_: MouseEvent| ());
    // Escape. Who renders the dialog takes it away; it must not go by itself.
    let oncancel = {
        let on_close = on_close.clone();
        Callback::from(move |event: Event| {
            event.prevent_default();
            on_close.emit(());
        })
    };
    // Some browsers let a second Escape through.
    let onclose = on_close.reform(|_: Event| ());
    let onclick = {
        let on_close = on_close.clone();
        Callback::from(move |event: MouseEvent| {
            // The dialog itself is the backdrop, the sheet lies on it.
            let pressed = event.target_dyn_into::<Element>();
            if pressed.is_some_and(|pressed| pressed.has_attribute(BACKDROP)) {
                on_close.emit(());
            }
        })
    };
    let title_id = format!("{}-title", props.testid);
    html! {
        <dialog
            ref={node}
            class="dialog"
            role="dialog"
            aria-modal="true"
            aria-labelledby={title_id.clone()}
            data-testid={props.testid}
            data-backdrop=""
            {oncancel}
            {onclose}
            {onclick}
        >
            <div class="dialog-sheet">
                <div class="dialog-head">
                    <h2 id={title_id.clone()} class="dialog-title" tabindex="-1" autofocus=true dir="auto">{ props.title.clone() }</h2>
                    <button type="button" class="button is-quiet is-icon" aria-label={CLOSE_LABEL} onclick={close_by_click}>
                        { icon(IconShape::Close) }
                    </button>
                </div>
                // It scrolls in a low window, and then the keyboard must get at it, even where nothing in it can be pressed.
                <div class="dialog-body" role="group" aria-labelledby={title_id} tabindex="0">
                    { props.children.clone() }
                </div>
            </div>
        </dialog>
    }
}

/// Marks the element whose press closes the dialog.
const BACKDROP: &str = "data-backdrop";

#[hook]
fn use_modal(node: NodeRef) {
    use_effect_with((), move |()| {
        let dialog = node.cast::<HtmlDialogElement>();
        if let Some(dialog) = &dialog {
            // Where it is refused the dialog still lies over the page, only less strictly.
            let _ = dialog.show_modal();
        }
        move || {
            if let Some(dialog) = dialog {
                dialog.close();
                focus::rescue();
            }
        }
    });
}
