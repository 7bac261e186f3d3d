//! The person's switch to hide their IP address from the others.

use banter_protocol::engine::PathPolicy;
use web_sys::HtmlInputElement;
use yew::prelude::*;
use yewdux::prelude::*;

use crate::{handle::ChatHandle, store::ChatStore};

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
    html! {
        <div class="relay-switch">
            <label class="choice">
                <input
                    type="checkbox"
                    class="choice-box"
                    data-testid="relay-only"
                    aria-describedby={HINT}
                    checked={policy == PathPolicy::RelayOnly}
                    {onchange}
                />
                { "Hide my IP address from the others" }
            </label>
            <p id={HINT} class="field-hint" aria-live="polite">{ hint(policy, relay_offered) }</p>
        </div>
    }
}

/// What the switch does here, as far as it is known what the server offers.
fn hint(policy: PathPolicy, relay_offered: Option<bool>) -> &'static str {
    match (policy, relay_offered) {
        (PathPolicy::Any, None) => {
            "Everything then goes through a relay, where the server offers one. Slower."
        }
        (PathPolicy::RelayOnly, None) => {
            "Everything goes through a relay, where the server offers one. Slower."
        }
        (PathPolicy::Any, Some(true)) => {
            "Everything then goes through this server’s relay. Slower."
        }
        (PathPolicy::RelayOnly, Some(true)) => {
            "Everything goes through this server’s relay. Slower."
        }
        (PathPolicy::Any, Some(false)) => {
            "This server offers no relay: with this on, nobody can be linked."
        }
        (PathPolicy::RelayOnly, Some(false)) => {
            "This server offers no relay, so nobody can be linked."
        }
    }
}
