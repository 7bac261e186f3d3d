//! The messages of the room.
//!
//! The scroller is a reversed column: its zero is the newest message, so the browser itself stays there when
//! something is added or the box below grows, and what is added above moves nothing.

use std::{cell::RefCell, rc::Rc, sync::Arc};

use banter_protocol::engine::ChatMessage;
use gloo::timers::callback::Timeout;
use web_sys::Element;
use yew::prelude::*;
use yewdux::prelude::*;

use super::{
    author_mark::AuthorMarks,
    gap_row,
    local_clock::use_local_clock,
    message_chunk::MessageChunk,
    printing::use_printing,
    reading::{Loading, Reading, ReadingAction},
    reading_place::{Place, PlaceKeeper},
    today::use_today,
    transcript::use_transcripts,
};
use crate::{
    components::{
        people::namesakes::use_namesakes,
        room::empty_room::EmptyRoom,
        ui::{
            focus,
            icon::{IconShape, icon},
        },
    },
    platform::size_watch::SizeWatch,
    store::{ChatStore, RoomSeat},
    words::messages,
};

/// Older messages are in the accessibility tree by then, and what comes next is new.
const SETTLED_MS: u32 = 500;

#[derive(Properties, PartialEq)]
pub(crate) struct MessageListProps {
    pub(crate) seat: Rc<RoomSeat>,
}

/// The log, and the way back to its end.
#[component]
pub(crate) fn MessageList(props: &MessageListProps) -> Html {
    let log = use_selector_eq(
        |store: &ChatStore| Rc::clone(&store.room().messages),
        Rc::ptr_eq,
    );
    let log: Rc<Vec<Arc<ChatMessage>>> = (*log).clone();
    let dropped = *use_selector(|store: &ChatStore| store.room().dropped);
    let gaps = use_selector(|store: &ChatStore| store.room().gaps.clone());
    // Places are counted from the first message of all, so that those in the page keep theirs where older ones are dropped.
    let len = dropped + log.len();
    let marks = use_selector(AuthorMarks::of);
    let namesakes = use_namesakes(&props.seat, &log);
    let clock = use_local_clock();
    let reading = use_reducer(Reading::default);
    let scroller = use_node_ref();
    let keeper = use_mut_ref(PlaceKeeper::default);

    let onscroll = {
        let (reading, scroller, keeper) =
            (reading.dispatcher(), scroller.clone(), Rc::clone(&keeper));
        use_callback(len, move |_: Event, &len| {
            if let Some(scroller) = scroller.cast::<Element>() {
                let place = keeper.borrow_mut().handle_scroll(&scroller);
                follow(place, len, &reading);
            }
        })
    };
    let show_earlier = {
        let reading = reading.dispatcher();
        use_callback(len, move |_: MouseEvent, &len| {
            reading.dispatch(ReadingAction::ShowEarlier { len });
        })
    };
    let go_to_newest = {
        let (reading, scroller) = (reading.dispatcher(), scroller.clone());
        let keeper = Rc::clone(&keeper);
        use_callback((), move |(): (), ()| {
            keeper.borrow_mut().let_go();
            if let Some(scroller) = scroller.cast::<Element>() {
                scroller.set_scroll_top(0);
            }
            reading.dispatch(ReadingAction::ReachNewest);
        })
    };
    let on_newest_click = use_callback(go_to_newest.clone(), |_: MouseEvent, go_to_newest| {
        go_to_newest.emit(());
        focus::focus_message_box();
    });
    // The browser's own way down is an animation that chunks laid out on the way hold up.
    let onkeydown = use_callback(go_to_newest, |event: KeyboardEvent, go_to_newest| {
        if event.key() == "End" {
            event.prevent_default();
            go_to_newest.emit(());
        }
    });
    use_following(&log, len, reading.clone(), scroller.clone(), keeper);
    use_settling(*reading, reading.dispatcher());
    use_transcripts(scroller.clone());

    let shown = if use_printing() {
        Reading::all(len)
    } else {
        *reading
    };
    let start = shown.start(len).max(dropped);
    let unseen = reading.unseen(len);
    let today = use_today(clock);
    let is_loading = matches!(
        *reading,
        Reading::Back {
            loading: Loading::Earlier,
            ..
        }
    );
    let chunks = shown.chunks(len).filter(|range| range.end > dropped);
    let chunks = chunks.map(|range| {
        let key = range.start;
        let range = range.start.saturating_sub(dropped)..range.end - dropped;
        let (marks, namesakes, gaps) = (Rc::clone(&marks), Rc::clone(&namesakes), (*gaps).clone());
        html! { <MessageChunk {key} log={Rc::clone(&log)} {range} {clock} {today} {marks} {namesakes} {gaps} /> }
    });
    html! {
        <div class="log">
            <div class="log-scroller" ref={scroller} {onscroll} {onkeydown} tabindex="0" role="region" aria-label={messages::REGION_LABEL}>
                <div
                    class="log-column"
                    role="log"
                    aria-label={messages::LOG_LABEL}
                    aria-live={if is_loading { "off" } else { "polite" }}
                    aria-relevant="additions"
                >
                    if start > dropped {
                        // Out of the way of Tab, which would scroll there: Page Up brings earlier messages too.
                        <button key="earlier" type="button" tabindex="-1" class="button is-quiet log-earlier" onclick={show_earlier}>
                            { messages::EARLIER_BUTTON }
                        </button>
                    }
                    if log.is_empty() {
                        <EmptyRoom key="empty" room={props.seat.room.clone()} />
                    }
                    { for gap_row::rows_after(None, gaps.as_deref(), clock, today) }
                    { for chunks }
                </div>
            </div>
            if matches!(*reading, Reading::Back { .. }) {
                <button type="button" class="button log-newest" onclick={on_newest_click}>
                    { icon(IconShape::ArrowDown) }
                    { messages::newest_button(unseen) }
                </button>
            }
        </div>
    }
}

/// After messages were added: a reader at the newest one stays there, an author goes there. Anybody else keeps what they
/// read in its place, then and whenever something is laid out anew.
#[hook]
fn use_following(
    log: &Rc<Vec<Arc<ChatMessage>>>,
    len: usize,
    reading: UseReducerHandle<Reading>,
    scroller: NodeRef,
    keeper: Rc<RefCell<PlaceKeeper>>,
) {
    let len_before = use_mut_ref(|| len);
    {
        let (reading, scroller) = (reading.dispatcher(), scroller.clone());
        let (keeper, len) = (Rc::clone(&keeper), Rc::clone(&len_before));
        use_effect_with((), move |()| {
            let watch = scroller.cast::<Element>().and_then(|scroller| {
                let column = scroller.first_element_child();
                let watched = scroller.clone();
                SizeWatch::new(column.iter().chain([&scroller]), move || {
                    let place = keeper.borrow_mut().handle_layout(&watched);
                    follow(place, *len.borrow(), &reading);
                })
            });
            move || drop(watch)
        });
    }
    let is_own = log.last().is_some_and(|message| message.own);
    use_effect_with(len, move |&len| {
        let Some(scroller) = scroller.cast::<Element>() else {
            return;
        };
        if len_before.replace(len) >= len {
            return;
        }
        if *reading == Reading::Newest || is_own {
            keeper.borrow_mut().let_go();
            scroller.set_scroll_top(0);
            reading.dispatch(ReadingAction::ReachNewest);
        } else {
            let _ = keeper.borrow_mut().handle_layout(&scroller);
        }
    });
}

/// What the reader's place in a log of `len` messages means for the page.
fn follow(place: Option<Place>, len: usize, reading: &UseReducerDispatcher<Reading>) {
    match place {
        None => {}
        Some(Place::Newest) => reading.dispatch(ReadingAction::ReachNewest),
        Some(Place::Back) => reading.dispatch(ReadingAction::GoBack { len }),
        Some(Place::NearOldest) => {
            reading.dispatch(ReadingAction::GoBack { len });
            reading.dispatch(ReadingAction::ShowEarlier { len });
        }
    }
}

/// Ends the silence that older messages are added in.
#[hook]
fn use_settling(reading: Reading, dispatcher: UseReducerDispatcher<Reading>) {
    use_effect_with(reading, move |reading| {
        let is_loading = matches!(
            reading,
            Reading::Back {
                loading: Loading::Earlier,
                ..
            }
        );
        let settled = is_loading.then(|| {
            Timeout::new(SETTLED_MS, move || {
                dispatcher.dispatch(ReadingAction::EarlierShown);
            })
        });
        move || drop(settled)
    });
}
