//! The lobby's field for a passphrase, which is hidden until the person asks to see it.

use yew::prelude::*;

use super::room_field::RoomField;
use crate::{components::ui::problem::Problem, words::lobby};

const ID: &str = "passphrase";

#[derive(Properties, PartialEq)]
pub(crate) struct PassphraseFieldProps {
    pub(crate) placeholder: &'static str,
    pub(crate) value: AttrValue,
    pub(crate) on_value: Callback<String>,
    pub(crate) problem: Option<Problem>,
    pub(crate) is_waiting: bool,
    pub(crate) node: NodeRef,
    /// The id of what explains it.
    pub(crate) described_by: &'static str,
}

/// A line of text that nobody reads over a shoulder.
#[component]
pub(crate) fn PassphraseField(props: &PassphraseFieldProps) -> Html {
    let is_shown = use_state_eq(|| false);
    let toggle = {
        let is_shown = is_shown.clone();
        Callback::from(move |_: MouseEvent| is_shown.set(!*is_shown))
    };
    let (word, label) = if *is_shown {
        (lobby::PASSPHRASE_HIDE_BUTTON, lobby::PASSPHRASE_HIDE_LABEL)
    } else {
        (lobby::PASSPHRASE_SHOW_BUTTON, lobby::PASSPHRASE_SHOW_LABEL)
    };
    html! {
        <RoomField
            id={ID}
            testid="passphrase-input"
            label={lobby::PASSPHRASE_LABEL}
            value={&props.value}
            on_value={props.on_value.clone()}
            autocomplete="off"
            placeholder={props.placeholder}
            problem={props.problem}
            is_waiting={props.is_waiting}
            is_hidden={!*is_shown}
            node={props.node.clone()}
            described_by={props.described_by}
        >
            <button
                type="button"
                class="button is-quiet field-action"
                aria-label={label}
                aria-controls={ID}
                disabled={props.is_waiting}
                onclick={toggle}
            >
                { word }
            </button>
        </RoomField>
    }
}
