//! The app: what a person sees, and the store and handle that it needs.

use yew::prelude::*;
use yewdux::Dispatch;

use crate::{components::Page, driver, handle::ChatHandle};

/// The element of the page that holds the app.
const ROOT: &str = "app";

/// What the app is given.
#[derive(Clone, PartialEq, Properties)]
pub struct AppProps {
    /// Holds the store.
    pub context: yewdux::Context,
    /// The way to the driver.
    pub handle: ChatHandle,
}

/// The app.
#[component]
pub fn App(AppProps { context, handle }: &AppProps) -> Html {
    html! {
        <ContextProvider<yewdux::Context> context={context.clone()}>
            <ContextProvider<ChatHandle> context={handle.clone()}>
                <Page />
            </ContextProvider<ChatHandle>>
        </ContextProvider<yewdux::Context>>
    }
}

/// Starts the driver, then shows the app in the element with the id `app`, or in the body. Until the driver knows
/// whether the tab is a copy the page shows that it is opening, and not a form that is about to go away.
pub async fn mount() {
    let context = yewdux::Context::new();
    let handle = driver::start(Dispatch::new(&context)).await;
    let props = AppProps { context, handle };
    let document = web_sys::window().and_then(|window| window.document());
    match document.and_then(|document| document.get_element_by_id(ROOT)) {
        Some(root) => yew::Renderer::<App>::with_root_and_props(root, props).render(),
        None => yew::Renderer::<App>::with_props(props).render(),
    };
}
