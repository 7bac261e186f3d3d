//! The person's switch to hide their IP address from the others.

use banter_protocol::engine::PathPolicy;
use web_sys::HtmlInputElement;
use yew::prelude::*;
use yewdux::prelude::*;

use crate::{handle::ChatHandle, store::ChatStore, words::ui};

const HINT: &str = "relay-only-hint";

/// A box to tick, with what it costs.
#[component]
pub(crate) fn RelaySwitch() -> Html {
    let handle = use_context::<ChatHandle>();
    let shown = use_selector(|store: &ChatStore| (store.policy, store.relay_offered));
    let (policy, relay_offered) = *shown;
    let onchange = Callback::from(move |event: Event| {
        let input = event.target_dyn_into::<HtmlInputElement>();
        if let (Some(handle), Some(input)) = (&handle, input) {
            handle.choose_paths(if input.checked() {
                PathPolicy::RelayOnly
            } else {
                PathPolicy::Any
            });
        }
    });
    let hint = ui::relay_hint(policy, relay_offered);
    html! {
        <div class="relay-switch">
            <label class="choice" title={hint}>
                <input
                    type="checkbox"
                    class="choice-box"
                    data-testid="relay-only"
                    aria-describedby={HINT}
                    checked={policy == PathPolicy::RelayOnly}
                    {onchange}
                />
                { ui::RELAY_SWITCH }
            </label>
            <p id={HINT} class="field-hint" aria-live="polite">{ hint }</p>
        </div>
    }
}
