//! Moving the keyboard's focus.

use web_sys::HtmlElement;
use yew::NodeRef;

/// The id of the message box, for the skip link and for whoever sends the focus there.
pub(crate) const MESSAGE_BOX_ID: &str = "message-box";

/// Gives the focus to `node`, where it is in the page.
pub(crate) fn focus(node: &NodeRef) {
    focus_element(node.cast());
}

/// Gives the focus to the message box.
pub(crate) fn focus_message_box() {
    let document = web_sys::window().and_then(|window| window.document());
    let element = document.and_then(|document| document.get_element_by_id(MESSAGE_BOX_ID));
    focus_element(element.and_then(|element| wasm_bindgen::JsCast::dyn_into(element).ok()));
}

/// Gives the focus to the message box where nothing holds it: what it should have gone back to is no longer there.
pub(crate) fn rescue() {
    if is_lost() {
        focus_message_box();
    }
}

/// Gives the focus to `node` where nothing holds it.
pub(crate) fn rescue_to(node: &NodeRef) {
    if is_lost() {
        focus(node);
    }
}

fn is_lost() -> bool {
    let document = web_sys::window().and_then(|window| window.document());
    let holder = document.and_then(|document| document.active_element());
    holder.is_none_or(|holder| matches!(holder.tag_name().as_str(), "BODY" | "DIALOG"))
}

fn focus_element(element: Option<HtmlElement>) {
    // An element that cannot take the focus leaves it where it is.
    let _ = element.map(|element| element.focus());
}
