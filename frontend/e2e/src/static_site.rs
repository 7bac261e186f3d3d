//! A few pages on a port of their own: references for the benchmarks, and what the harness tests itself with.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Write},
    net::{TcpListener, TcpStream},
    sync::Arc,
    thread,
};

/// Serves a fixed set of files until the process ends.
#[derive(Debug)]
pub struct StaticSite {
    port: u16,
}

impl StaticSite {
    /// Serves `(path, content type, content)` each.
    pub fn start(files: &[(&str, &str, &str)]) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let files: BTreeMap<String, (String, String)> = files
            .iter()
            .map(|&(path, kind, content)| (path.into(), (kind.into(), content.into())))
            .collect();
        let files = Arc::new(files);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let files = Arc::clone(&files);
                thread::spawn(move || answer(&stream, &files));
            }
        });
        Self { port }
    }

    /// `http://127.0.0.1:PORT`
    pub fn origin(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

/// Answers the requests of one connection, one after the other.
fn answer(mut stream: &TcpStream, files: &BTreeMap<String, (String, String)>) {
    let _ = stream.set_nodelay(true);
    let mut reader = BufReader::new(stream);
    loop {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if !reader.read_line(&mut head).is_ok_and(|read| read > 0) {
                return;
            }
        }
        let path = head.split_whitespace().nth(1).unwrap_or_default();
        let path = path.split(['?', '#']).next().unwrap_or_default();
        let (status, kind, content) = match files.get(path) {
            Some((kind, content)) => ("200 OK", kind.as_str(), content.as_str()),
            // A browser asks for an icon by itself; an empty answer keeps its console clean.
            None if path == "/favicon.ico" => ("204 No Content", "image/x-icon", ""),
            None => ("404 Not Found", "text/plain", "not here"),
        };
        let head = format!(
            "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\r\n",
            content.len()
        );
        if stream
            .write_all([head.as_bytes(), content.as_bytes()].concat().as_slice())
            .is_err()
        {
            return;
        }
    }
}
