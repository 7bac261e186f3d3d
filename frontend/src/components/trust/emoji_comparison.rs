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
    words::comparing,
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
                <p class="dialog-text">{ comparing::EMOJI_TEXT }</p>
                { begin(comparing::EMOJI_BUTTON, false) }
            </>
        },
        EmojiView::Asked => html! {
            <>
                <p class="dialog-text">{ comparing::emoji_asked(name).html() }</p>
                { begin(comparing::EMOJI_ANSWER_BUTTON, true) }
            </>
        },
        EmojiView::Waiting => html! {
            <p class="dialog-wait">
                <span class="spinner" aria-hidden="true" />
                <span>{ comparing::emoji_waiting(name).html() }</span>
            </p>
        },
        EmojiView::Compare(emoji) => html! {
            <>
                <p class="dialog-text">{ comparing::emoji_question(name).html() }</p>
                { pictures(emoji) }
                <div class="dialog-actions">
                    <button type="button" class="button is-primary" data-testid="emoji-same" onclick={judge(true)}>
                        { comparing::EMOJI_SAME_BUTTON }
                    </button>
                    <button type="button" class="button" data-testid="emoji-different" onclick={judge(false)}>
                        { comparing::EMOJI_DIFFERENT_BUTTON }
                    </button>
                </div>
            </>
        },
        EmojiView::Same => html! {
            <p class="dialog-result is-good">
                { icon(IconShape::Verified) }
                <span>{ comparing::EMOJI_SAME_RESULT }</span>
            </p>
        },
        EmojiView::Different => html! {
            <>
                <p class="dialog-result is-bad">
                    { icon(IconShape::Alert) }
                    <span>{ comparing::EMOJI_DIFFERENT_RESULT }</span>
                </p>
                { begin(comparing::EMOJI_AGAIN_BUTTON, false) }
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
            <h3 id="emoji-title" class="dialog-section">{ comparing::EMOJI_HEADING }</h3>
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
