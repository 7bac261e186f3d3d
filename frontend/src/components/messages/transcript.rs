//! What the clipboard gets of several messages: what is read on the screen, and nothing that is only there for screen readers.

use gloo::events::{EventListener, EventListenerOptions};
use wasm_bindgen::JsCast;
use web_sys::{
    ClipboardEvent, Element, Event, HtmlInputElement, HtmlTextAreaElement, Range, Selection,
};
use yew::prelude::*;

use crate::words::messages;

/// Something of the log, as far as it is selected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Excerpt {
    /// The heading of a day.
    Day(String),
    /// A message.
    Message {
        /// Who said it.
        author: String,
        /// When, as it is shown.
        time: String,
        /// The selected part.
        text: String,
    },
}

/// Author, time and text of each message. `None` for a single one: of that a part of a line may be wanted.
pub(crate) fn transcript(excerpts: &[Excerpt]) -> Option<String> {
    let messages = excerpts
        .iter()
        .filter(|excerpt| matches!(excerpt, Excerpt::Message { .. }));
    if messages.count() < 2 {
        return None;
    }
    let paragraphs = excerpts.iter().map(|excerpt| match excerpt {
        Excerpt::Day(day) => day.clone(),
        Excerpt::Message { author, time, text } => messages::copied(author, time, text),
    });
    Some(paragraphs.collect::<Vec<_>>().join("\n\n"))
}

/// As long as the log is in the page, copying from it gives a transcript.
#[hook]
pub(crate) fn use_transcripts(log: NodeRef) {
    use_effect_with((), move |()| {
        let document = web_sys::window().and_then(|window| window.document());
        let listener = document.map(|document| {
            let options = EventListenerOptions::enable_prevent_default();
            EventListener::new_with_options(&document, "copy", options, move |event| {
                if let Some(log) = log.cast::<Element>() {
                    let _ = copy(event, &log);
                }
            })
        });
        move || drop(listener)
    });
}

fn copy(event: &Event, log: &Element) -> Option<()> {
    let target = event.target()?;
    // A field has a selection of its own.
    if target.has_type::<HtmlInputElement>() || target.has_type::<HtmlTextAreaElement>() {
        return None;
    }
    let selection = web_sys::window()?.get_selection().ok()??;
    let text = transcript(&excerpts(&selection, log))?;
    let clipboard = event.dyn_ref::<ClipboardEvent>()?.clipboard_data()?;
    clipboard.set_data("text/plain", &text).ok()?;
    event.prevent_default();
    Some(())
}

fn excerpts(selection: &Selection, log: &Element) -> Vec<Excerpt> {
    let ranges: Vec<Range> = (0..selection.range_count())
        .filter_map(|at| selection.get_range_at(at).ok())
        .collect();
    let Ok(rows) = log.query_selector_all(".day, .message") else {
        return Vec::new();
    };
    let rows = (0..rows.length()).filter_map(|at| rows.item(at)?.dyn_into().ok());
    rows.filter_map(|row: Element| excerpt(&row, &ranges))
        .collect()
}

fn excerpt(row: &Element, ranges: &[Range]) -> Option<Excerpt> {
    let mut touching = ranges
        .iter()
        .filter(|range| range.intersects_node(row).unwrap_or(false))
        .peekable();
    touching.peek()?;
    let words = |part| {
        Some(
            row.query_selector(part)
                .ok()??
                .text_content()?
                .trim()
                .to_owned(),
        )
    };
    let Some(said) = row.query_selector(".message-text").ok()? else {
        return Some(Excerpt::Day(words("time")?));
    };
    let text: String = touching.filter_map(|range| part_of(&said, range)).collect();
    (!text.is_empty()).then_some(Excerpt::Message {
        author: words(".message-sender")?,
        time: words(".message-time")?,
        text,
    })
}

/// What of an element's text lies in a range.
fn part_of(element: &Element, range: &Range) -> Option<String> {
    let part = Range::new().ok()?;
    part.select_node_contents(element).ok()?;
    if range
        .compare_boundary_points(Range::START_TO_START, &part)
        .ok()?
        > 0
    {
        part.set_start(&range.start_container().ok()?, range.start_offset().ok()?)
            .ok()?;
    }
    if range
        .compare_boundary_points(Range::END_TO_END, &part)
        .ok()?
        < 0
    {
        part.set_end(&range.end_container().ok()?, range.end_offset().ok()?)
            .ok()?;
    }
    Some(part.to_string().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(author: &str, time: &str, text: &str) -> Excerpt {
        Excerpt::Message {
            author: author.to_owned(),
            time: time.to_owned(),
            text: text.to_owned(),
        }
    }

    #[test]
    fn of_several_messages_author_time_and_text_are_copied() {
        let several = [
            message("Ada", "23:58", "Good\nnight"),
            Excerpt::Day("Today".to_owned()),
            message("שרה 123", "00:02", "and good morning"),
            message("שרה 123", "00:03", "  indented"),
        ];
        let copied = "Ada, 23:58\nGood\nnight\n\nToday\n\nשרה 123, 00:02\nand good morning\n\nשרה 123, 00:03\n  indented";
        assert_eq!(transcript(&several).as_deref(), Some(copied));
    }

    #[test]
    fn what_is_selected_in_one_message_is_copied_as_it_stands() {
        let day = Excerpt::Day("Today".to_owned());
        assert_eq!(transcript(&[]), None);
        assert_eq!(transcript(&[day, message("Ada", "23:58", "Good")]), None);
    }
}
