//! Comparing seven emoji with somebody over a call.

use banter_protocol::{crypto::emoji::Emoji, engine::EmojiView, ids::PeerId, names::PersonName};
use yew::prelude::*;

use crate::{
    components::ui::{
        focus,
        icon::{IconShape, icon},
        press::press,
    },
    handle::use_room,
};

#[derive(Properties, PartialEq)]
pub(crate) struct EmojiComparisonProps {
    pub(crate) peer: PeerId,
    pub(crate) name: PersonName,
    pub(crate) emoji: EmojiView,
}

/// Where the comparison stands, and what to press next.
#[component]
pub(crate) fn EmojiComparison(props: &EmojiComparisonProps) -> Html {
    let handle = use_room();
    let handle = handle.as_ref();
    let EmojiComparisonProps { peer, name, emoji } = props;
    let peer = *peer;
    let name = name.as_str();
    let begin = |words: &'static str, is_primary: bool| {
        let onclick = press(handle, move |handle| handle.compare_emoji(peer));
        html! {
            <button
                type="button"
                class={classes!("button", is_primary.then_some("is-primary"))}
                data-testid="compare-emoji"
                {onclick}
            >
                { words }
            </button>
        }
    };
    let judge = |same| press(handle, move |handle| handle.judge_emoji(peer, same));
    let content = match emoji {
        EmojiView::Idle => html! {
            <>
                <p class="dialog-text">
                    { "Quicker than digits. While you talk on a call, both of you open each other in the list of people and compare seven pictures." }
                </p>
                { begin("Compare emoji", false) }
            </>
        },
        EmojiView::Asked => html! {
            <>
                <p class="dialog-text"><bdi>{ name }</bdi>{ " wants to compare emoji with you." }</p>
                { begin("Compare emoji now", true) }
            </>
        },
        EmojiView::Waiting => html! {
            <p class="dialog-wait">
                <span class="spinner" aria-hidden="true" />
                <span>
                    { "Waiting for " }<bdi>{ name }</bdi>
                    { " to open you in their list and press “Compare emoji”." }
                </span>
            </p>
        },
        EmojiView::Compare(emoji) => html! {
            <>
                <p class="dialog-text">
                    { "Does " }<bdi>{ name }</bdi>{ " see the same, in the same order? Ask them on a call, not in this chat." }
                </p>
                { pictures(emoji) }
                <div class="dialog-actions">
                    <button type="button" class="button is-primary" data-testid="emoji-same" onclick={judge(true)}>
                        { "They match" }
                    </button>
                    <button type="button" class="button" data-testid="emoji-different" onclick={judge(false)}>
                        { "They differ" }
                    </button>
                </div>
            </>
        },
        EmojiView::Same => html! {
            <p class="dialog-result is-good">
                { icon(IconShape::Verified) }
                <span>{ "The emoji are the same: nobody stands between you." }</span>
            </p>
        },
        EmojiView::Different => html! {
            <>
                <p class="dialog-result is-bad">
                    { icon(IconShape::Alert) }
                    <span>
                        { "The emoji differ, or the comparison broke the rules. Somebody may stand between you: say nothing here that they must not read." }
                    </span>
                </p>
                { begin("Compare again", false) }
            </>
        },
    };
    let node = use_node_ref();
    {
        let node = node.clone();
        let is_first = use_mut_ref(|| true);
        use_effect_with(props.emoji, move |_| {
            // The button that was pressed is gone, and the focus with it.
            if !is_first.replace(false) {
                focus::rescue_to(&node);
            }
        });
    }
    html! {
        <section class="emoji" aria-labelledby="emoji-title">
            <h3 id="emoji-title" class="dialog-section">{ "Compare emoji" }</h3>
            <div ref={node} class="emoji-state" tabindex="-1" data-state={state_word(*emoji)} aria-live="polite">{ content }</div>
        </section>
    }
}

/// Pictures for the eye and names for the telephone.
fn pictures(emoji: &[Emoji; 7]) -> Html {
    html! {
        <ol class="emoji-row" data-testid="emoji-comparison">
            for Emoji { picture, name } in emoji {
                <li>
                    <span class="emoji-picture" aria-hidden="true">{ *picture }</span>
                    <span class="emoji-name">{ *name }</span>
                </li>
            }
        </ol>
    }
}

fn state_word(emoji: EmojiView) -> &'static str {
    match emoji {
        EmojiView::Idle => "idle",
        EmojiView::Asked => "asked",
        EmojiView::Waiting => "waiting",
        EmojiView::Compare(_) => "compare",
        EmojiView::Same => "same",
        EmojiView::Different => "different",
    }
}
