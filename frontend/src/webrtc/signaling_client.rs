//! The WebSocket to the server (HTML standard, Web sockets).

use banter_protocol::engine::{Input, SocketEvent, SocketId};
use gloo::events::EventListener;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CloseEvent, MessageEvent, WebSocket};

use crate::event::{EventSender, push};

/// The code of a close without a close frame (RFC 6455, section 7.4.1).
const ABNORMAL_CLOSURE: u16 = 1006;

/// Carries out the engine's effects on sockets. What names a socket that is closed does nothing.
#[derive(Debug)]
pub struct SignalingClient {
    url: String,
    /// One, or two for a moment.
    sockets: Vec<(SocketId, Socket)>,
    events: EventSender,
}

impl SignalingClient {
    /// A client of the server at `url`, which tells what happens through `events`.
    pub fn new(url: String, events: EventSender) -> Self {
        Self {
            url,
            sockets: Vec::new(),
            events,
        }
    }

    /// Opens a socket; one that the browser refuses is closed at once.
    pub fn open(&mut self, id: SocketId) {
        match Socket::open(&self.url, id, &self.events) {
            Ok(socket) => {
                self.sockets.push((id, socket));
            }
            Err(_) => {
                let closed = SocketEvent::Closed {
                    code: ABNORMAL_CLOSURE,
                };
                push(&self.events, Input::Socket(id, closed));
            }
        }
    }

    /// Sends a text frame; on a socket that is not open it is lost, and the engine will hear of the close.
    pub fn send(&self, id: SocketId, text: &str) {
        if let Some((_, socket)) = self.sockets.iter().find(|(held, _)| *held == id) {
            let _ = socket.socket.send_with_str(text);
        }
    }

    /// Closes a socket once what was sent is out, and forgets it.
    pub fn close(&mut self, id: SocketId) {
        self.sockets.retain(|(held, _)| *held != id);
    }
}

/// A socket that tells what happens to it until it is dropped, which closes it.
#[derive(Debug)]
struct Socket {
    socket: WebSocket,
    _listeners: [EventListener; 3],
}

impl Socket {
    fn open(url: &str, id: SocketId, events: &EventSender) -> Result<Self, JsValue> {
        let socket = WebSocket::new(url)?;
        let tell = |what: fn(&web_sys::Event) -> Option<SocketEvent>| {
            let events = events.clone();
            move |event: &web_sys::Event| {
                if let Some(event) = what(event) {
                    push(&events, Input::Socket(id, event));
                }
            }
        };
        let listeners = [
            EventListener::new(&socket, "open", tell(|_| Some(SocketEvent::Opened))),
            EventListener::new(&socket, "message", tell(frame)),
            EventListener::new(&socket, "close", tell(|event| Some(closed(event)))),
        ];
        Ok(Self {
            socket,
            _listeners: listeners,
        })
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        // Fails only for a bad code or reason, and there is neither.
        let _ = self.socket.close();
    }
}

/// `None` for a binary frame, which the server never sends.
fn frame(event: &web_sys::Event) -> Option<SocketEvent> {
    event
        .dyn_ref::<MessageEvent>()?
        .data()
        .as_string()
        .map(SocketEvent::Frame)
}

fn closed(event: &web_sys::Event) -> SocketEvent {
    let code = event
        .dyn_ref::<CloseEvent>()
        .map_or(ABNORMAL_CLOSURE, CloseEvent::code);
    SocketEvent::Closed { code }
}
