//! One message.

use std::sync::Arc;

use banter_protocol::engine::{ChatMessage, DeliveryStatus};
use yew::prelude::*;

use super::{
    author_mark::{self, AuthorMark},
    grouping::Placement,
    local_clock::LocalClock,
};
use crate::{
    components::{
        people::{avatar::avatar, identity, namesakes},
        ui::icon::{IconShape, icon},
    },
    words::messages,
};

#[derive(Properties)]
pub(crate) struct MessageRowProps {
    pub(crate) message: Arc<ChatMessage>,
    pub(crate) placement: Placement,
    pub(crate) mark: AuthorMark,
    /// Of the author's key, where their name does not tell them apart.
    pub(crate) badge: Option<String>,
    pub(crate) clock: LocalClock,
}

/// A message that changed is another `Arc`, so the texts need no comparison.
impl PartialEq for MessageRowProps {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.message, &other.message)
            && self.placement == other.placement
            && self.mark == other.mark
            && self.badge == other.badge
    }
}

/// A message with author, time and status. They are there for every message, though follow-ups show them to
/// screen readers only.
#[component]
pub(crate) fn MessageRow(props: &MessageRowProps) -> Html {
    let message = &*props.message;
    let time = props.clock.local(message.timestamp);
    let is_follow_up = props.placement == Placement::FollowUp;
    let class = classes!(
        "message",
        message.own.then_some("is-own"),
        is_follow_up.then_some("is-follow-up"),
        (message.status == DeliveryStatus::Failed).then_some("is-failed"),
    );
    html! {
        <article
            {class}
            data-testid="message"
            data-message-id={message.id.to_string()}
            data-from={message.from.to_string()}
            data-own={if message.own { "true" } else { "false" }}
            data-status={message.status.as_str()}
        >
            if !message.own && !is_follow_up {
                { avatar(message.from, &message.name) }
            }
            <div class="message-head">
                <span
                    class={classes!("message-sender", identity::tone_class(message.from))}
                    data-testid="message-sender"
                    dir="auto"
                >
                    { message.name.as_str() }
                </span>
                { namesakes::beside_name(props.badge.as_ref()) }
                { author_mark::beside_name(props.mark) }
                <time class="message-time" data-testid="message-time" datetime={time.datetime()}>
                    { time.hours_and_minutes() }
                </time>
            </div>
            <p class="message-text" data-testid="message-text" dir="auto">{ message.text.as_str() }</p>
            { author_mark::below_text(props.mark) }
            if message.own {
                { delivery_mark(message.status) }
            }
        </article>
    }
}

fn delivery_mark(status: DeliveryStatus) -> Html {
    let shape = match status {
        DeliveryStatus::Sending => IconShape::Clock,
        DeliveryStatus::Sent => IconShape::Check,
        DeliveryStatus::Delivered => IconShape::Delivered,
        DeliveryStatus::Failed => IconShape::Alert,
    };
    let words = messages::delivery(status);
    html! {
        <span class="message-status" title={words}>
            { icon(shape) }
            <span class="message-status-words">{ words }</span>
        </span>
    }
}
