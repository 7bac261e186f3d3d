//! The page with a given state, rendered without a browser.

use banter_frontend::{
    components::{LocalClock, Page, RoomDialog},
    handle::ChatHandle,
    store::ChatStore,
};
use banter_protocol::time::Timestamp;
use futures_channel::mpsc::unbounded;
use yew::{LocalServerRenderer, prelude::*};
use yewdux::prelude::*;

use crate::states::NOW_MS;

/// The page as HTML, on a clock one hour ahead of UTC, with a dialog that the person has opened.
pub(crate) fn render_with(state: ChatStore, dialog: RoomDialog) -> String {
    let context = yewdux::Context::new();
    Dispatch::<ChatStore>::new(&context).set(state);
    let renderer = LocalServerRenderer::<Screen>::with_props(ScreenProps { context, dialog });
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    tokio::task::LocalSet::new().block_on(&runtime, renderer.hydratable(false).render())
}

#[derive(Clone, PartialEq, Properties)]
struct ScreenProps {
    context: yewdux::Context,
    dialog: RoomDialog,
}

#[component]
fn Screen(props: &ScreenProps) -> Html {
    let clock = LocalClock::new(|| Timestamp::from_millis(NOW_MS), |_| 60);
    let handle = use_memo((), |()| {
        ChatHandle::new(unbounded().0, "https://banter.example")
    });
    html! {
        <ContextProvider<yewdux::Context> context={props.context.clone()}>
            <ContextProvider<ChatHandle> context={(*handle).clone()}>
                <ContextProvider<LocalClock> context={clock}>
                    <ContextProvider<RoomDialog> context={props.dialog}>
                        <Page />
                    </ContextProvider<RoomDialog>>
                </ContextProvider<LocalClock>>
            </ContextProvider<ChatHandle>>
        </ContextProvider<yewdux::Context>>
    }
}
