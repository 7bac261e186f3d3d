//! What went wrong, said where the person looks.

use banter_protocol::engine::Notice;
use yew::prelude::*;
use yewdux::prelude::*;

use super::{
    icon::{IconShape, icon},
    press::press,
    problem::{Dismissal, Problem, Severity},
};
use crate::{handle::ChatHandle, notice::PageNotice, store::ChatStore, words::ui};

#[derive(Properties, PartialEq)]
pub(crate) struct ErrorBannerProps {
    pub(crate) problem: Problem,
    /// For `aria-describedby` of a field.
    #[prop_or_default]
    pub(crate) id: Option<AttrValue>,
}

/// One problem, with what to do about it.
#[component]
pub(crate) fn ErrorBanner(props: &ErrorBannerProps) -> Html {
    let handle = use_context::<ChatHandle>();
    let words = props.problem.words();
    let dismiss = use_callback(handle.clone(), |_: MouseEvent, handle| {
        if let Some(handle) = handle {
            handle.dismiss_notice();
        }
    });
    let is_at_field = props.id.is_some();
    html! {
        <div
            id={props.id.clone()}
            class={classes!(
                "banner",
                is_at_field.then_some("is-at-field"),
                (props.problem.severity() == Severity::Warning).then_some("is-warning"),
            )}
            role="alert"
            data-testid="error-banner"
            data-code={props.problem.code()}
        >
            { icon(IconShape::Alert) }
            <div class="banner-words">
                <p class="banner-what">{ words.what.as_ref() }</p>
                if !words.advice.is_empty() {
                    <p class="banner-advice">{ words.advice }</p>
                }
                { actions(props.problem, handle.as_ref()) }
            </div>
            if props.problem.dismissal() == Dismissal::ByHand && !is_at_field {
                <button type="button" class="button is-quiet is-icon" aria-label={ui::BANNER_DISMISS_LABEL} onclick={dismiss}>
                    { icon(IconShape::Close) }
                </button>
            }
        </div>
    }
}

/// What the person can do about it at once.
fn actions(problem: Problem, handle: Option<&ChatHandle>) -> Html {
    if problem != Problem::Page(PageNotice::StorageWithheld) {
        return Html::default();
    }
    html! {
        <div class="banner-actions">
            <button
                type="button"
                class="button is-primary"
                data-testid="storage-again"
                onclick={press(handle, ChatHandle::retry_storage)}
            >
                { ui::STORAGE_AGAIN_BUTTON }
            </button>
            <button
                type="button"
                class="button"
                data-testid="go-on-anew"
                onclick={press(handle, ChatHandle::go_on_anew)}
            >
                { ui::GO_ON_ANEW_BUTTON }
            </button>
        </div>
    }
}

/// The notice of the page or of the engine that no field or box shows by itself.
#[component]
pub(crate) fn NoticeBanner() -> Html {
    let problem = use_selector(|store: &ChatStore| {
        store
            .page_notice
            .map(Problem::Page)
            .or(store.told().map(Problem::Engine))
    });
    match *problem {
        None
        | Some(Problem::Page(
            PageNotice::BadName(_)
            | PageNotice::BadRoom(_)
            | PageNotice::OtherServer
            | PageNotice::NoPassphrase
            | PageNotice::WrongPassphrase
            | PageNotice::TooLong,
        )) => Html::default(),
        Some(problem) => html! { <ErrorBanner key={problem.code()} {problem} /> },
    }
}

/// A line that stays where the browser keeps nothing, after its banner was put away.
#[component]
pub(crate) fn ForgetfulNote() -> Html {
    let is_shown = use_selector(|store: &ChatStore| {
        store.forgetful && store.told() != Some(Notice::NoStorage)
    });
    if !*is_shown {
        return Html::default();
    }
    html! {
        <p class="composer-note" data-testid="not-kept">{ ui::NOT_KEPT_NOTE }</p>
    }
}
