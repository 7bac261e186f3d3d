//! The client of the server's sockets, where there is no server.

use std::{cell::Cell, rc::Rc};

use banter_frontend::{event::Event, webrtc::SignalingClient};
use banter_protocol::engine::{Input, SocketEvent, SocketId};
use futures_channel::mpsc;
use js_sys::{Function, Reflect};
use wasm_bindgen::{JsCast, JsValue, prelude::Closure};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::WebSocket;

use crate::patience::wait_for;

const SOCKET: SocketId = SocketId(0);

/// The sockets' own `send`, replaced until it is dropped.
struct Replaced {
    sockets: JsValue,
    original: JsValue,
    sent: Rc<Cell<u32>>,
    _counting: Closure<dyn FnMut()>,
}

impl Replaced {
    fn send() -> Self {
        let constructor = Reflect::get(&js_sys::global(), &"WebSocket".into()).unwrap();
        let sockets = Reflect::get(&constructor, &"prototype".into()).unwrap();
        let original = Reflect::get(&sockets, &"send".into()).unwrap();
        let sent = Rc::new(Cell::new(0));
        let count = Rc::clone(&sent);
        let counting = Closure::<dyn FnMut()>::new(move || count.set(count.get() + 1));
        Reflect::set(&sockets, &"send".into(), counting.as_ref()).unwrap();
        Self {
            sockets,
            original,
            sent,
            _counting: counting,
        }
    }
}

impl Drop for Replaced {
    fn drop(&mut self) {
        let _ = Reflect::set(&self.sockets, &"send".into(), &self.original);
    }
}

/// A server that drains closes the socket before the page has heard of it, and the page may have something to send just then.
#[wasm_bindgen_test]
async fn nothing_is_sent_on_a_socket_that_is_not_open() {
    let replaced = Replaced::send();
    let (events, mut heard) = mpsc::unbounded();
    let mut client = SignalingClient::new("ws://127.0.0.1:9/".to_owned(), events);
    client.open(SOCKET);
    client.send(SOCKET, "before it is open");
    wait_for("the close", || {
        let event = heard.try_recv().ok()?;
        matches!(
            event,
            Event::Input(Input::Socket(SOCKET, SocketEvent::Closed { .. }))
        )
        .then_some(())
    })
    .await;
    client.send(SOCKET, "after it was closed");
    assert_eq!(replaced.sent.get(), 0);

    // The count counts.
    let socket = WebSocket::new("ws://127.0.0.1:9/").unwrap();
    let send: Function = Reflect::get(&socket, &"send".into())
        .unwrap()
        .unchecked_into();
    send.call0(&socket).unwrap();
    assert_eq!(replaced.sent.get(), 1);
}
