//! Copying the invite, with a word on how it went.

use gloo::timers::callback::Timeout;
use web_sys::HtmlInputElement;
use yew::prelude::*;
use yewdux::prelude::*;

use crate::{
    components::ui::icon::{IconShape, icon},
    handle::{ChatHandle, CopyOutcome},
    store::ChatStore,
    words::{invites, ui::CLOSE_LABEL},
};

/// How long "Copied" stays.
const CONFIRMATION_MS: u32 = 2_500;

#[derive(Properties, PartialEq)]
pub(crate) struct CopyInviteProps {
    /// `copy-invite` for the one that tests press.
    #[prop_or_default]
    pub(crate) testid: Option<&'static str>,
    #[prop_or_default]
    pub(crate) class: Classes,
}

/// A button that puts the invite on the clipboard. Where the browser refuses, the link stands below it to be
/// copied by hand.
#[component]
pub(crate) fn CopyInvite(props: &CopyInviteProps) -> Html {
    let handle = use_context::<ChatHandle>();
    let invite = use_selector(|store: &ChatStore| store.room().invite.clone());
    let outcome = use_state_eq(|| None::<CopyOutcome>);
    let onclick = {
        let done = outcome.setter();
        use_callback(
            (handle.clone(), (*invite).clone()),
            move |_: MouseEvent, (handle, invite)| {
                let done = done.clone();
                if let Some((handle, invite)) = handle.as_ref().zip(invite.as_ref()) {
                    let done = Callback::from(move |outcome| done.set(Some(outcome)));
                    handle.copy_invite(invite, done);
                }
            },
        )
    };
    {
        let reset = outcome.setter();
        use_effect_with(*outcome, move |outcome| {
            let confirmation = (*outcome == Some(CopyOutcome::Copied))
                .then(|| Timeout::new(CONFIRMATION_MS, move || reset.set(None)));
            move || drop(confirmation)
        });
    }
    let close = {
        let outcome = outcome.setter();
        Callback::from(move |_: MouseEvent| outcome.set(None))
    };
    let select_all = Callback::from(|event: FocusEvent| {
        if let Some(input) = event.target_dyn_into::<HtmlInputElement>() {
            input.select();
        }
    });
    let (shape, label, spoken) = match *outcome {
        None | Some(CopyOutcome::Refused) => (IconShape::Link, invites::COPY_BUTTON, ""),
        Some(CopyOutcome::Copied) => (
            IconShape::Check,
            invites::COPY_DONE,
            invites::COPY_DONE_SPOKEN,
        ),
    };
    let link = handle
        .zip((*invite).as_ref())
        .map(|(handle, invite)| handle.invite_link(invite))
        .unwrap_or_default();
    html! {
        <div class="copy-invite">
            <button
                type="button"
                class={classes!("button", props.class.clone())}
                data-testid={props.testid}
                {onclick}
            >
                { icon(shape) }
                <span class="button-label">{ label }</span>
            </button>
            <span class="visually-hidden" role="status">{ spoken }</span>
            if *outcome == Some(CopyOutcome::Refused) {
                <div class="popover" role="status">
                    <div class="popover-head">
                        <p>{ invites::COPY_REFUSED }</p>
                        <button type="button" class="button is-quiet is-icon" aria-label={CLOSE_LABEL} onclick={close}>
                            { icon(IconShape::Close) }
                        </button>
                    </div>
                    <input
                        class="input"
                        aria-label={invites::COPY_LINK_LABEL}
                        readonly=true
                        value={link}
                        onfocus={select_all}
                    />
                </div>
            }
        </div>
    }
}
