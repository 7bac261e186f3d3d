//! A labelled field of the lobby, with what is wrong with it.

use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::{
    components::ui::{error_banner::ErrorBanner, problem::Problem},
    platform::transfer::Transfer,
};

#[derive(Properties, PartialEq)]
pub(crate) struct RoomFieldProps {
    pub(crate) id: &'static str,
    pub(crate) testid: &'static str,
    pub(crate) label: AttrValue,
    pub(crate) value: AttrValue,
    pub(crate) on_value: Callback<String>,
    pub(crate) autocomplete: &'static str,
    pub(crate) placeholder: &'static str,
    #[prop_or_default]
    pub(crate) problem: Option<Problem>,
    /// The form waits for an answer.
    pub(crate) is_waiting: bool,
    /// The text is covered with dots.
    #[prop_or_default]
    pub(crate) is_hidden: bool,
    pub(crate) node: NodeRef,
    /// The id of what explains it.
    #[prop_or_default]
    pub(crate) described_by: Option<&'static str>,
    /// What takes the place of the whole field where this text is pasted: a box of one line drops the line breaks of a text, and
    /// with them where a word ends.
    #[prop_or_default]
    pub(crate) on_paste: Option<Callback<String, Option<String>>>,
    /// What stands beside the label.
    #[prop_or_default]
    pub(crate) children: Html,
}

/// One line of text.
#[component]
pub(crate) fn RoomField(props: &RoomFieldProps) -> Html {
    let oninput = use_callback(props.on_value.clone(), |event: InputEvent, on_value| {
        if let Some(input) = event.target_dyn_into::<HtmlInputElement>() {
            on_value.emit(input.value());
        }
    });
    let onpaste = use_callback(
        (props.on_paste.clone(), props.on_value.clone()),
        |event: Event, (on_paste, on_value)| {
            let text = Transfer::of(&event).and_then(|transfer| transfer.text());
            let value = on_paste
                .as_ref()
                .zip(text)
                .and_then(|(on_paste, text)| on_paste.emit(text));
            if let Some(value) = value {
                event.prevent_default();
                on_value.emit(value);
            }
        },
    );
    let problem_id = format!("{}-problem", props.id);
    let described_by = match (props.problem, props.described_by) {
        (None, hint) => hint.map(str::to_owned),
        (Some(_), None) => Some(problem_id.clone()),
        (Some(_), Some(hint)) => Some(format!("{problem_id} {hint}")),
    };
    html! {
        <div class="field">
            <div class="field-head">
                <label class="field-label" for={props.id}>{ &props.label }</label>
                { props.children.clone() }
            </div>
                <input
                    ref={props.node.clone()}
                    id={props.id}
                    class="input"
                    type={if props.is_hidden { "password" } else { "text" }}
                    data-testid={props.testid}
                    autocomplete={props.autocomplete}
                    autocapitalize="none"
                    spellcheck="false"
                    dir="auto"
                    placeholder={props.placeholder}
                    readonly={props.is_waiting}
                    aria-invalid={props.problem.map(|_| "true")}
                    aria-describedby={described_by}
                    value={&props.value}
                    {oninput}
                    {onpaste}
                />
            if let Some(problem) = props.problem {
                <ErrorBanner id={problem_id} {problem} />
            }
        </div>
    }
}
