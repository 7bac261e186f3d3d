//! The line that says where something may be missing.

use banter_protocol::{
    engine::Gap,
    ids::{MessageId, PeerId},
    time::Timestamp,
};
use yew::prelude::*;

use super::{local_clock::LocalClock, local_time::Day};
use crate::words::{messages, time};

/// The lines that stand after a message, or before the first.
pub(crate) fn rows_after(
    message: Option<(PeerId, MessageId)>,
    gaps: Option<&[Gap]>,
    clock: LocalClock,
    today: Day,
) -> Vec<Html> {
    let gaps = gaps.unwrap_or_default();
    let here = gaps.iter().filter(|gap| gap.after == message);
    here.map(|gap| row(gap, clock, today)).collect()
}

fn row(gap: &Gap, clock: LocalClock, today: Day) -> Html {
    let from_day = clock.local(gap.from).day();
    let to_day = clock.local(gap.to).day();
    // Of another day than the line's own, the day is named.
    let from = moment(gap.from, clock, (from_day != to_day).then_some(today));
    html! {
        <p key={format!("gap/{}", gap.to.as_millis())} class="gap" data-testid="gap">
            { messages::gap(from, moment(gap.to, clock, None)).html() }
        </p>
    }
}

fn moment(moment: Timestamp, clock: LocalClock, today: Option<Day>) -> Html {
    let local = clock.local(moment);
    let shown = local.hours_and_minutes();
    let shown = match today {
        Some(today) => time::time_on_day(&local.day().label(today), &shown),
        None => shown,
    };
    html! { <time datetime={local.datetime()}>{ shown }</time> }
}
