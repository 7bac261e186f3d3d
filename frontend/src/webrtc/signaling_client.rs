//! The WebSocket to the server (HTML standard, Web sockets).

use std::{cell::Cell, rc::Rc};

use banter_protocol::engine::{Input, SocketEvent, SocketId};
use gloo::{events::EventListener, timers::callback::Timeout};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CloseEvent, MessageEvent, WebSocket};

use crate::event::{EventSender, PageEvent, push};

/// The code of a close without a close frame (RFC 6455, section 7.4.1).
const ABNORMAL_CLOSURE: u16 = 1006;

/// So long a socket waits for the room that the person is about to ask for; the server waits a little longer.
const AHEAD_MS: u32 = 4_000;

/// Carries out the engine's effects on sockets. What names a socket that is closed does nothing.
#[derive(Debug)]
pub struct SignalingClient {
    url: String,
    /// One, or two for a moment.
    sockets: Vec<(SocketId, Socket)>,
    /// A socket that the engine has not asked for yet, until it is too old.
    ahead: Option<(Socket, Timeout)>,
    events: EventSender,
}

impl SignalingClient {
    /// A client of the server at `url`, which tells what happens through `events`.
    pub fn new(url: String, events: EventSender) -> Self {
        Self {
            url,
            sockets: Vec::new(),
            ahead: None,
            events,
        }
    }

    /// Opens the socket that the engine is about to ask for, so that it is there by then.
    pub fn open_ahead(&mut self) {
        if self.sockets.is_empty() && self.ahead.is_none() {
            let events = self.events.clone();
            let end = Timeout::new(AHEAD_MS, move || push(&events, PageEvent::JoiningForgotten));
            let socket = Socket::open(&self.url, None, &self.events).ok();
            self.ahead = socket.map(|socket| (socket, end));
        }
    }

    /// The room that was expected was not asked for.
    pub fn close_ahead(&mut self) {
        self.ahead = None;
    }

    /// Opens a socket, or hands over the one that was opened ahead; one that the browser refuses is closed at once.
    pub fn open(&mut self, id: SocketId) {
        let ahead = self.ahead.take().map(|(socket, _)| socket);
        let opened = match ahead.filter(|socket| socket.hand_over(id, &self.events)) {
            Some(socket) => Ok(socket),
            None => Socket::open(&self.url, Some(id), &self.events),
        };
        match opened {
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
        let socket = self.sockets.iter().find(|(held, _)| *held == id);
        if let Some((_, Socket { socket, .. })) = socket
            // A browser complains of the others on its console.
            && socket.ready_state() == WebSocket::OPEN
        {
            let _ = socket.send_with_str(text);
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
    /// Whose it is; until then nothing is told.
    id: Rc<Cell<Option<SocketId>>>,
    _listeners: [EventListener; 3],
}

impl Socket {
    fn open(url: &str, id: Option<SocketId>, events: &EventSender) -> Result<Self, JsValue> {
        let socket = WebSocket::new(url)?;
        let id = Rc::new(Cell::new(id));
        let tell = |what: fn(&web_sys::Event) -> Option<SocketEvent>| {
            let (events, id) = (events.clone(), Rc::clone(&id));
            move |event: &web_sys::Event| {
                if let (Some(event), Some(id)) = (what(event), id.get()) {
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
            id,
            _listeners: listeners,
        })
    }

    /// From now on it tells of itself as `id`, first that it is open if it is. Gives whether it is good for anything: the server
    /// says nothing before it is asked for a room, but that it drains, and then it closes.
    fn hand_over(&self, id: SocketId, events: &EventSender) -> bool {
        self.id.set(Some(id));
        match self.socket.ready_state() {
            WebSocket::CONNECTING => true,
            WebSocket::OPEN => {
                push(events, Input::Socket(id, SocketEvent::Opened));
                true
            }
            _ => false,
        }
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
