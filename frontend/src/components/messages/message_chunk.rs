//! A hundred messages that stand together, so that a new message renders only the last of them again.

use std::{ops::Range, rc::Rc, sync::Arc};

use banter_protocol::{
    engine::{ChatMessage, Gap},
    time::Timestamp,
};
use yew::prelude::*;

use super::{
    author_mark::AuthorMarks,
    gap_row,
    grouping::Placement,
    local_clock::LocalClock,
    local_time::{Day, LocalTime},
    message_row::MessageRow,
};
use crate::components::people::namesakes::Namesakes;

#[derive(Properties)]
pub(crate) struct MessageChunkProps {
    pub(crate) log: Rc<Vec<Arc<ChatMessage>>>,
    pub(crate) range: Range<usize>,
    pub(crate) clock: LocalClock,
    pub(crate) today: Day,
    pub(crate) marks: Rc<AuthorMarks>,
    pub(crate) namesakes: Rc<Namesakes>,
    pub(crate) gaps: Option<Arc<[Gap]>>,
}

impl MessageChunkProps {
    fn messages(&self) -> &[Arc<ChatMessage>] {
        self.log.get(self.range.clone()).unwrap_or_default()
    }

    fn previous(&self) -> Option<&Arc<ChatMessage>> {
        self.log.get(self.range.start.checked_sub(1)?)
    }

    /// The latest time above the chunk; where somebody's message came late that is not the last one's.
    fn latest_above(&self) -> Option<Timestamp> {
        let above = self.log.get(..self.range.start).unwrap_or_default();
        above.iter().map(|message| message.timestamp).max()
    }
}

impl PartialEq for MessageChunkProps {
    fn eq(&self, other: &Self) -> bool {
        // What stands above the chunk never changes its author or its time; where older messages are dropped, the same ones stand
        // elsewhere in the log.
        self.range.len() == other.range.len()
            && self.gaps == other.gaps
            && self.today == other.today
            && self.marks == other.marks
            && self.namesakes == other.namesakes
            && self
                .messages()
                .iter()
                .zip(other.messages())
                .all(|(one, two)| Arc::ptr_eq(one, two))
    }
}

/// Messages with the days between them.
#[component]
pub(crate) fn MessageChunk(props: &MessageChunkProps) -> Html {
    let clock = props.clock;
    let mut previous = props.previous();
    let mut latest = props.latest_above();
    let mut rows: Vec<Html> = Vec::with_capacity(props.range.len());
    for message in props.messages() {
        let above = previous.map(|message| &**message);
        let offset = |moment| clock.offset_minutes(moment);
        let placement = Placement::of(message, above, latest, offset);
        latest = latest.max(Some(message.timestamp));
        let key = format!("{}/{}", message.from, message.id);
        if placement == Placement::NewDay {
            rows.push(day_separator(
                clock.local(message.timestamp),
                props.today,
                &key,
            ));
        }
        let message_key = key.clone();
        rows.push(html! {
            <MessageRow
                key={message_key}
                message={Arc::clone(message)}
                {placement}
                mark={props.marks.mark(message)}
                badge={props.namesakes.badge(message)}
                {clock}
            />
        });
        let name = Some((message.from, message.id));
        rows.extend(gap_row::rows_after(
            name,
            props.gaps.as_deref(),
            clock,
            props.today,
        ));
        previous = Some(message);
    }
    html! { <div class="chunk">{ for rows }</div> }
}

/// `key` is that of the message below.
fn day_separator(time: LocalTime, today: Day, key: &str) -> Html {
    let day = time.day();
    html! {
        <h2 key={format!("day/{key}")} class="day">
            <time datetime={day.datetime()}>{ day.label(today) }</time>
        </h2>
    }
}
