//! What went wrong, said where the person looks.

use yew::prelude::*;
use yewdux::prelude::*;

use super::{
    error_words::{Dismissal, Problem, Severity},
    icon::{IconShape, icon},
};
use crate::{handle::ChatHandle, notice::PageNotice, store::ChatStore};

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
    let dismiss = use_callback(handle, |_: MouseEvent, handle| {
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
                (words.severity == Severity::Warning).then_some("is-warning"),
            )}
            role="alert"
            data-testid="error-banner"
            data-code={props.problem.code()}
        >
            { icon(IconShape::Alert) }
            <div class="banner-words">
                <p class="banner-what">{ words.what }</p>
                if !words.advice.is_empty() {
                    <p class="banner-advice">{ words.advice }</p>
                }
            </div>
            if words.dismissal == Dismissal::ByHand && !is_at_field {
                <button type="button" class="button is-quiet is-icon" aria-label="Dismiss" onclick={dismiss}>
                    { icon(IconShape::Close) }
                </button>
            }
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
            .or(store.notice.map(Problem::Engine))
    });
    match *problem {
        None
        | Some(Problem::Page(
            PageNotice::BadName(_)
            | PageNotice::BadRoom(_)
            | PageNotice::NoPassphrase
            | PageNotice::WrongPassphrase
            | PageNotice::TooLong,
        )) => Html::default(),
        Some(problem) => html! { <ErrorBanner key={problem.code()} {problem} /> },
    }
}
