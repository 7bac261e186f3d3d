//! The reader's place in the log: kept whatever is laid out anew, be it the page's width, the size of its text, or what
//! is said meanwhile. The browser's own anchoring is switched off: it neither holds a place over a change of width nor does so everywhere.

use web_sys::{Element, HtmlCollection};

use super::anchor::{Held, Hold, Span, first_not};

/// A reader this near to the newest message (in CSS pixels) is following.
const FOLLOWING_PX: i32 = 48;

/// A reader this near to the oldest message in the page gets older ones.
const NEAR_OLDEST_PX: i32 = 600;

/// What a change of place means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// At the newest message.
    Newest,
    /// Further back.
    Back,
    /// So far back that older messages are wanted.
    NearOldest,
}

/// Keeps the place in one scroller. Positions count from the newest message: its scroller is a reversed column.
#[derive(Debug, Default)]
pub(crate) struct PlaceKeeper {
    held: Option<(Element, Hold)>,
    /// Where this keeper has left the scroller; an event that tells of it is not the reader's doing.
    left_at: Option<i32>,
    /// How the scroller was laid out when it was last looked at.
    layout: Layout,
}

impl PlaceKeeper {
    /// The scroller tells that it was scrolled. `None` where the reader did nothing.
    pub(crate) fn handle_scroll(&mut self, scroller: &Element) -> Option<Place> {
        if self.left_at == Some(scroller.scroll_top()) {
            return None;
        }
        // A browser that runs out of page while it lays it out anew scrolls by itself.
        if self.held.is_some() && self.layout != Layout::of(scroller) {
            return self.handle_layout(scroller);
        }
        self.hold(scroller);
        let place = place_of(scroller);
        if place == Place::Newest {
            self.let_go();
        }
        Some(place)
    }

    /// Something may have moved: what is held goes back to its place. `None` where nothing is held.
    pub(crate) fn handle_layout(&mut self, scroller: &Element) -> Option<Place> {
        let (row, hold) = self.held.as_ref()?;
        if row.is_connected() {
            let view = View::of(scroller);
            let span = view.span(row);
            let shift = (span.top - hold.place(view.height, span.height)).round();
            if shift != 0.0 {
                scroller.set_scroll_top(scroller.scroll_top() + whole_pixels(shift));
            }
            self.left_at = Some(scroller.scroll_top());
            self.layout = Layout::of(scroller);
        } else {
            self.hold(scroller);
        }
        Some(match place_of(scroller) {
            Place::Newest => Place::Newest,
            // Older messages come when the reader goes there.
            Place::Back | Place::NearOldest => Place::Back,
        })
    }

    /// From now on the newest message is followed.
    pub(crate) fn let_go(&mut self) {
        self.held = None;
        self.left_at = None;
    }

    fn hold(&mut self, scroller: &Element) {
        self.left_at = Some(scroller.scroll_top());
        self.layout = Layout::of(scroller);
        self.held = View::of(scroller).choose(scroller);
    }
}

/// Where the scroller stands.
fn place_of(scroller: &Element) -> Place {
    let from_newest = scroller.scroll_top().abs();
    let to_oldest = scroller.scroll_height() - scroller.client_height() - from_newest;
    if from_newest <= FOLLOWING_PX {
        Place::Newest
    } else if to_oldest < NEAR_OLDEST_PX {
        Place::NearOldest
    } else {
        Place::Back
    }
}

/// What changes when a scroller or its content is laid out anew.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Layout {
    width: i32,
    height: i32,
    content_height: i32,
}

impl Layout {
    fn of(scroller: &Element) -> Self {
        Self {
            width: scroller.client_width(),
            height: scroller.client_height(),
            content_height: scroller.scroll_height(),
        }
    }
}

/// What can be seen of the log.
struct View {
    top: f64,
    height: f64,
}

impl View {
    fn of(scroller: &Element) -> Self {
        Self {
            top: scroller.get_bounding_client_rect().top(),
            height: f64::from(scroller.client_height()),
        }
    }

    fn span(&self, row: &Element) -> Span {
        let rect = row.get_bounding_client_rect();
        Span {
            top: rect.top() - self.top,
            height: rect.height(),
        }
    }

    /// The message to hold, of those around the upper edge.
    fn choose(&self, scroller: &Element) -> Option<(Element, Hold)> {
        let parts = scroller.first_element_child()?.children();
        let ends_above = |part: &Element| {
            let span = self.span(part);
            span.top + span.height <= 0.0
        };
        let first = first_not(parts.length(), |at| {
            parts.item(at).is_some_and(|part| ends_above(&part))
        });
        // The first message that begins in the view may be in the chunk after the one that lies over its edge.
        let mut covering = None;
        let mut beginning = None;
        for at in first..parts.length() {
            let rows = parts.item(at)?.children();
            let border = first_not(rows.length(), |at| {
                rows.item(at).is_some_and(|row| self.span(&row).top < 0.0)
            });
            let above = border.checked_sub(1).and_then(|above| rows.item(above));
            covering = covering.or(above.filter(|row| is_message(row) && !ends_above(row)));
            beginning = first_message(&rows, border);
            if beginning.is_some() {
                break;
            }
        }
        let spans = [&covering, &beginning].map(|row| row.as_ref().map(|row| self.span(row)));
        let [covering_span, beginning_span] = spans;
        let (held, hold) = Hold::choose(self.height, covering_span, beginning_span)?;
        let row = match held {
            Held::Covering => covering,
            Held::Beginning => beginning,
        };
        Some((row?, hold))
    }
}

fn first_message(rows: &HtmlCollection, from: u32) -> Option<Element> {
    (from..rows.length())
        .filter_map(|at| rows.item(at))
        .find(is_message)
}

fn is_message(row: &Element) -> bool {
    row.tag_name() == "ARTICLE"
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a rounded length in a page; what is beyond 32 bits no page has"
)]
fn whole_pixels(length: f64) -> i32 {
    length as i32
}
