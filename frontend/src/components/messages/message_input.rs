//! The message box.

use banter_protocol::{
    ids::RoomId,
    message_text::{MessageText, ParseTextError},
    visibility::shows_something,
};
use web_sys::{HtmlTextAreaElement, InputEvent, KeyboardEvent};
use yew::prelude::*;

use super::{draft::Draft, message_length::DraftLength};
use crate::{
    components::ui::{
        error_banner::ErrorBanner,
        focus::{self, MESSAGE_BOX_ID},
        icon::{IconShape, icon},
        problem::Problem,
    },
    handle::use_room,
    notice::PageNotice,
    words::messages,
};

/// What browsers give as the key code of a key that an input method is using (UI Events, section 7.3.1); Safari
/// says no more about the Enter that ends a composition.
const COMPOSING_KEY_CODE: u32 = 229;

#[derive(Properties, PartialEq)]
pub(crate) struct MessageInputProps {
    pub(crate) room: RoomId,
}

/// A box that grows with its text. Enter sends, Shift and Enter break the line; what cannot be sent stays.
#[component]
pub(crate) fn MessageInput(props: &MessageInputProps) -> Html {
    let handle = use_room();
    let text = use_state_eq(String::new);
    let area = use_node_ref();

    {
        let (text, area) = (text.setter(), area.clone());
        use_effect_with(props.room.clone(), move |room| {
            text.set(Draft::of(room).load().unwrap_or_default());
            focus::focus(&area);
        });
    }
    let oninput = {
        let text = text.setter();
        use_callback(
            (handle.clone(), props.room.clone()),
            move |event: InputEvent, (handle, room)| {
                let Some(area) = event.target_dyn_into::<HtmlTextAreaElement>() else {
                    return;
                };
                let value = area.value();
                let kept = Draft::of(room).save(&value);
                if let Some(handle) = handle {
                    handle.typing(!value.is_empty());
                    if kept.is_err() {
                        handle.page().tell_not_kept();
                    }
                }
                text.set(value);
            },
        )
    };
    let send = {
        let (text, area) = (text.setter(), area.clone());
        use_callback(
            (handle, props.room.clone()),
            move |(): (), (handle, room)| {
                // The box itself is asked: what was typed last may not be rendered yet.
                let (Some(handle), Some(area)) = (handle, area.cast::<HtmlTextAreaElement>())
                else {
                    return;
                };
                match area.value().parse::<MessageText>() {
                    Ok(message) => {
                        handle.send(message);
                        handle.typing(false);
                        // What stays behind would come back after a reload; where nothing is kept, nothing does.
                        let _ = Draft::of(room).save("");
                        area.set_value("");
                        text.set(String::new());
                    }
                    Err(ParseTextError::Empty | ParseTextError::TooLong) => {}
                }
                let _ = area.focus();
            },
        )
    };
    let onkeydown = use_callback(send.clone(), |event: KeyboardEvent, send| {
        let is_composing = event.is_composing() || event.key_code() == COMPOSING_KEY_CODE;
        if event.key() == "Enter" && !event.shift_key() && !is_composing {
            event.prevent_default();
            send.emit(());
        }
    });
    let onsubmit = use_callback(send, |event: SubmitEvent, send| {
        event.prevent_default();
        send.emit(());
    });
    // The box keeps the focus, and with it a phone's keyboard.
    let keep_focus = Callback::from(|event: MouseEvent| event.prevent_default());

    let length = DraftLength::of(&text);
    let is_too_long = matches!(length, DraftLength::TooLong(_));
    let is_ready = !is_too_long && shows_something(&text);
    html! {
        <form class="composer" {onsubmit} novalidate=true>
            if is_too_long {
                <ErrorBanner id="message-error" problem={Problem::Page(PageNotice::TooLong)} />
            }
            <div class="composer-row">
                <label class="composer-box">
                    <span class="visually-hidden">{ messages::BOX_LABEL }</span>
                    <textarea
                        ref={area}
                        id={MESSAGE_BOX_ID}
                        class="composer-text"
                        data-testid="message-input"
                        rows="1"
                        placeholder={messages::BOX_PLACEHOLDER}
                        dir="auto"
                        enterkeyhint="send"
                        autocomplete="off"
                        aria-invalid={is_too_long.then_some("true")}
                        aria-describedby={is_too_long.then_some("message-error")}
                        value={(*text).clone()}
                        {oninput}
                        {onkeydown}
                    />
                    // The same text underneath gives the box its height.
                    <span class="composer-mirror" dir="auto" aria-hidden="true">{ format!("{}\u{200b}", *text) }</span>
                </label>
                <button
                    type="submit"
                    class={classes!("button", "is-primary", "is-icon", "composer-send", is_ready.then_some("is-ready"))}
                    data-testid="send-message"
                    aria-label={messages::SEND_LABEL}
                    aria-disabled={(!is_ready).then_some("true")}
                    onmousedown={keep_focus}
                >
                    { icon(IconShape::Send) }
                </button>
            </div>
            { length_words(&length) }
        </form>
    }
}

fn length_words(length: &DraftLength) -> Html {
    match length {
        DraftLength::Fine => Html::default(),
        DraftLength::Near(words) => html! { <p class="composer-length">{ words }</p> },
        DraftLength::TooLong(words) => html! { <p class="composer-length is-over">{ words }</p> },
    }
}
