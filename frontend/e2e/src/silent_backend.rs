//! A server that takes every WebSocket and then says nothing until it is told to: what a proxy does with a quiet
//! connection does not depend on how often ours speaks.

use std::{
    io::Write,
    net::{TcpListener, TcpStream},
    sync::{Arc, Condvar, Mutex},
    thread,
};

use tokio_tungstenite::tungstenite::{self, Message};

use crate::patience::eventually;

/// Runs until the process ends.
#[derive(Debug)]
pub struct SilentBackend {
    port: u16,
    may_speak: Arc<(Mutex<bool>, Condvar)>,
}

impl SilentBackend {
    /// Begins to listen.
    pub fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let may_speak = Arc::<(Mutex<bool>, Condvar)>::default();
        let gate = Arc::clone(&may_speak);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let gate = Arc::clone(&gate);
                thread::spawn(move || serve(stream, &gate));
            }
        });
        Self { port, may_speak }
    }

    /// The port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Has every socket say a word now, and from now on at once.
    pub fn speak(&self) {
        *self.may_speak.0.lock().unwrap() = true;
        self.may_speak.1.notify_all();
    }
}

fn serve(mut stream: TcpStream, (may_speak, changed): &(Mutex<bool>, Condvar)) {
    if !asks_for_socket(&stream) {
        let answer = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
        let _ = stream.write_all(answer.as_bytes());
        return;
    }
    let Ok(mut socket) = tungstenite::accept(stream) else {
        return;
    };
    let guard = may_speak.lock().unwrap();
    drop(changed.wait_while(guard, |may_speak| !*may_speak).unwrap());
    let _ = socket.send(Message::text("still here"));
    while socket.read().is_ok() {}
}

/// Anything else gets an empty page, also a proxy that asks for the server's health.
fn asks_for_socket(stream: &TcpStream) -> bool {
    let mut start = [0; 7];
    let seen = eventually(|| match stream.peek(&mut start) {
        Ok(0) | Err(_) => Some(0),
        Ok(seen) => (seen == start.len()).then_some(seen),
    });
    seen.is_ok() && start == *b"GET /ws"
}
