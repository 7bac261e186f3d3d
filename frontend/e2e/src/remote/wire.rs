//! Commands with numbers and answers to them, events in between: what both protocols have in common.

use std::{
    collections::BTreeMap,
    net::TcpStream,
    sync::{
        Arc, Mutex, PoisonError, Weak,
        atomic::{AtomicU64, Ordering},
        mpsc::{Sender, channel},
    },
    thread,
    time::Duration,
};

use serde_json::Value;
use tokio_tungstenite::tungstenite::{
    self, Message, WebSocket,
    protocol::{Role, WebSocketConfig},
};

use super::{Answer, RemoteError};

/// Longer than any page load or script of a test on a busy machine.
const ANSWER_WITHIN: Duration = Duration::from_secs(120);

/// Who waits for which answer; `None` once the browser is gone.
type Waiting = Option<BTreeMap<u64, Sender<Value>>>;

#[derive(Debug)]
pub(crate) struct Wire {
    writer: Mutex<WebSocket<TcpStream>>,
    next: AtomicU64,
    waiting: Mutex<Waiting>,
}

impl Wire {
    /// Connects to a browser. Events are given to `on_event` one after the other, on a thread of their own, which must
    /// not wait for answers: it may only [`Wire::tell`].
    pub(crate) fn connect(
        address: &str,
        mut on_event: impl FnMut(&Wire, &Value) + Send + 'static,
    ) -> Arc<Self> {
        let authority = address.trim_start_matches("ws://").split('/').next();
        let stream =
            TcpStream::connect(authority.unwrap_or_default()).expect("the browser listens");
        stream.set_nodelay(true).unwrap();
        let writer = stream.try_clone().unwrap();
        let anything = WebSocketConfig::default()
            .max_message_size(None)
            .max_frame_size(None);
        let (mut reader, _) =
            tungstenite::client::client_with_config(address, stream, Some(anything))
                .expect("the browser speaks WebSocket");
        let wire = Arc::new(Self {
            writer: Mutex::new(WebSocket::from_raw_socket(
                writer,
                Role::Client,
                Some(anything),
            )),
            next: AtomicU64::new(1),
            waiting: Mutex::new(Some(BTreeMap::new())),
        });
        let heard_by = Arc::downgrade(&wire);
        thread::spawn(move || {
            while let Some(message) = read(&mut reader) {
                let Some(wire) = Weak::upgrade(&heard_by) else {
                    return;
                };
                match message["id"].as_u64() {
                    Some(id) => wire.answered(id, message),
                    None => on_event(&wire, &message),
                }
            }
            if let Some(wire) = Weak::upgrade(&heard_by) {
                *lock(&wire.waiting) = None;
            }
        });
        wire
    }

    /// Sends a command and waits for the whole message that answers it.
    pub(crate) fn ask(&self, command: Value) -> Answer<Value> {
        let (answered, answer) = channel();
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        match lock(&self.waiting).as_mut() {
            Some(waiting) => waiting.insert(id, answered),
            None => return Err(RemoteError("the browser is gone".into())),
        };
        let method = command["method"].clone();
        self.send(id, command)?;
        answer
            .recv_timeout(ANSWER_WITHIN)
            .map_err(|error| RemoteError(format!("{method} was not answered: {error}")))
    }

    /// Sends a command whose answer nobody needs.
    pub(crate) fn tell(&self, command: Value) {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        // Whoever asks something next learns that the browser is gone.
        let _ = self.send(id, command);
    }

    fn send(&self, id: u64, mut command: Value) -> Answer<()> {
        command["id"] = id.into();
        lock(&self.writer)
            .send(Message::text(command.to_string()))
            .map_err(|error| RemoteError(error.to_string()))
    }

    fn answered(&self, id: u64, message: Value) {
        let waiting = lock(&self.waiting)
            .as_mut()
            .and_then(|waiting| waiting.remove(&id));
        if let Some(answered) = waiting {
            // Whoever asked may have given up.
            let _ = answered.send(message);
        }
    }
}

fn read(socket: &mut WebSocket<TcpStream>) -> Option<Value> {
    loop {
        let Message::Text(text) = socket.read().ok()? else {
            continue;
        };
        match serde_json::from_str(&text) {
            Ok(message) => return Some(message),
            // A page may say what is no Unicode.
            Err(error) => eprintln!("not understood: {error} in {text:.200}"),
        }
    }
}

/// A test that failed elsewhere is no reason to fail here too.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
