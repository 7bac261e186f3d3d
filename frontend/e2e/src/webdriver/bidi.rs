//! WebDriver BiDi, as far as Firefox needs it: what a page logs, what it requests, and scripts that run before
//! the page's own.

use std::{
    net::TcpStream,
    sync::{Arc, Mutex},
    thread,
};

use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::{self, Message, WebSocket};

/// Something that the browser told.
#[derive(Clone, Debug)]
pub(crate) struct Event {
    pub(crate) method: String,
    pub(crate) params: Value,
}

/// Collects events until the browser is gone.
#[derive(Debug)]
pub(crate) struct Bidi {
    events: Arc<Mutex<Vec<Event>>>,
}

impl Bidi {
    /// Connects to the address that the session's `webSocketUrl` gave, has `scripts` run before every page's
    /// own, and listens.
    pub(crate) fn start(address: &str, scripts: &[String]) -> Self {
        let authority = address
            .trim_start_matches("ws://")
            .split('/')
            .next()
            .unwrap_or_default();
        let stream = TcpStream::connect(authority).expect("the browser listens for BiDi");
        let (mut socket, _) =
            tungstenite::client(address, stream).expect("the browser speaks BiDi");
        let bidi = Self {
            events: Arc::default(),
        };
        let listen = ["log.entryAdded", "network.beforeRequestSent"];
        bidi.call(
            &mut socket,
            1,
            "session.subscribe",
            &json!({ "events": listen }),
        );
        for (number, script) in (2..).zip(scripts) {
            let parameters = json!({ "functionDeclaration": format!("() => {{ {script}\n}}") });
            bidi.call(&mut socket, number, "script.addPreloadScript", &parameters);
        }
        let events = Arc::clone(&bidi.events);
        thread::spawn(move || {
            while let Some(message) = read(&mut socket) {
                events.lock().unwrap().extend(event(&message));
            }
        });
        bidi
    }

    /// What the browser has told since this was last asked.
    pub(crate) fn take_events(&self) -> Vec<Event> {
        std::mem::take(&mut self.events.lock().unwrap())
    }

    fn call(&self, socket: &mut WebSocket<TcpStream>, id: u32, method: &str, params: &Value) {
        let command = json!({ "id": id, "method": method, "params": params });
        socket
            .send(Message::text(command.to_string()))
            .expect("the browser takes BiDi commands");
        loop {
            let message = read(socket).unwrap_or_else(|| panic!("no answer to {method}"));
            if message["id"] == id {
                assert_eq!(
                    message["type"], "success",
                    "{method} was refused: {message}"
                );
                return;
            }
            self.events.lock().unwrap().extend(event(&message));
        }
    }
}

fn read(socket: &mut WebSocket<TcpStream>) -> Option<Value> {
    loop {
        if let Message::Text(text) = socket.read().ok()? {
            return serde_json::from_str(&text).ok();
        }
    }
}

fn event(message: &Value) -> Option<Event> {
    let method = message["method"].as_str()?.to_owned();
    Some(Event {
        method,
        params: message["params"].clone(),
    })
}
