//! The client in Python, as a process that is told what to say and tells what it hears, in lines of JSON.

use std::{
    env,
    io::{BufRead, BufReader, Write},
    process::{Child, ChildStdin, Command, Stdio},
    sync::mpsc::{Receiver, channel},
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::{
    patience::PATIENCE,
    server::{Server, repository},
};

/// A running client; killed when dropped.
#[derive(Debug)]
pub struct SecondClient {
    process: Child,
    commands: ChildStdin,
    events: Receiver<Value>,
}

impl SecondClient {
    /// Joins by an invite, given from the path on.
    pub fn start(server: &Server, invite: &str, name: &str) -> Self {
        let tools = repository().join("target/tools/second-client/bin/python");
        let python = env::var_os("BANTER_PYTHON").map_or(tools, Into::into);
        let mut process = Command::new(&python)
            .arg(repository().join("frontend/e2e/second-client/client.py"))
            .arg(format!("ws://127.0.0.1:{}/ws", server.port()))
            .arg(format!("{}{invite}", server.origin()))
            .arg(name)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| {
                panic!(
                    "cannot start {}: {error}; run .ci/second-client.sh first",
                    python.display()
                )
            });
        let commands = process.stdin.take().unwrap();
        let output = BufReader::new(process.stdout.take().unwrap());
        let (tell, events) = channel();
        thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                let Ok(event) = serde_json::from_str(&line) else {
                    continue;
                };
                if tell.send(event).is_err() {
                    return;
                }
            }
        });
        Self {
            process,
            commands,
            events,
        }
    }

    /// Waits for the next event of this kind; those before it are forgotten.
    pub fn hears(&mut self, kind: &str) -> Value {
        self.hears_within(PATIENCE, kind)
    }

    /// The same where it may take longer.
    pub fn hears_within(&mut self, patience: Duration, kind: &str) -> Value {
        let deadline = Instant::now() + patience;
        let mut others = Vec::new();
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.events.recv_timeout(left) {
                Ok(event) if event["event"] == kind => return event,
                Ok(event) => others.push(event),
                Err(_) => panic!("the second client heard no {kind:?}, only {others:?}"),
            }
        }
    }

    /// Says something to everybody.
    pub fn says(&mut self, text: &str) {
        self.command(&json!({ "say": text }));
    }

    /// Sends frames on `chat`, whatever they hold.
    pub fn sends_raw(&mut self, frames: &[String]) {
        self.command(&json!({ "raw": frames }));
    }

    /// Says `count` things of `size` letters each, whatever is answered, and then tells `flooded`.
    pub fn floods(&mut self, count: usize, size: usize) {
        self.command(&json!({ "flood": [count, size] }));
    }

    /// Whether an event of this kind has come; those before it are forgotten.
    pub fn has_heard(&mut self, kind: &str) -> bool {
        self.events.try_iter().any(|event| event["event"] == kind)
    }

    /// Leaves the room.
    pub fn leaves(&mut self) {
        self.command(&json!({ "leave": true }));
    }

    fn command(&mut self, command: &Value) {
        writeln!(self.commands, "{command}").unwrap();
    }
}

impl Drop for SecondClient {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
