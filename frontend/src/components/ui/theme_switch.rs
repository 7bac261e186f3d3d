//! Light, dark, or as the system does.

use yew::prelude::*;
use yewdux::prelude::*;

use super::icon::{IconShape, icon};
use crate::{handle::ChatHandle, platform::theme::ThemeChoice, store::ChatStore, words::ui};

/// Three radio buttons that look like one switch.
#[component]
pub(crate) fn ThemeSwitch() -> Html {
    let handle = use_context::<ChatHandle>();
    let chosen = use_selector(|store: &ChatStore| store.theme);
    let choices = ThemeChoice::ALL.into_iter().map(|choice| {
        let handle = handle.clone();
        let onchange = Callback::from(move |_: Event| {
            if let Some(handle) = &handle {
                handle.choose_theme(choice);
            }
        });
        let shape = match choice {
            ThemeChoice::System => IconShape::Screen,
            ThemeChoice::Light => IconShape::Sun,
            ThemeChoice::Dark => IconShape::Moon,
        };
        let name = ui::theme(choice);
        html! {
            <label class="segment" title={name}>
                <input
                    class="visually-hidden"
                    type="radio"
                    name="theme"
                    value={choice.as_str()}
                    checked={*chosen == choice}
                    {onchange}
                />
                <span class="segment-face">
                    { icon(shape) }
                    <span class="visually-hidden">{ name }</span>
                </span>
            </label>
        }
    });
    html! {
        <fieldset class="segments">
            <legend class="visually-hidden">{ ui::THEME_LEGEND }</legend>
            { for choices }
        </fieldset>
    }
}
