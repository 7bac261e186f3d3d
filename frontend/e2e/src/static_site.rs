//! A few pages on a port of their own: references for the benchmarks, and what the harness tests itself with.

use std::{
    collections::BTreeMap,
    fs,
    io::{BufRead, BufReader, Write},
    net::{TcpListener, TcpStream},
    sync::Arc,
    thread,
};

use crate::server::target;

/// Content type and content by path.
type Files = BTreeMap<String, (String, Vec<u8>)>;

/// Serves a fixed set of files until the process ends.
#[derive(Debug)]
pub struct StaticSite {
    port: u16,
}

impl StaticSite {
    /// Serves `(path, content type, content)` each.
    pub fn start(files: &[(&str, &str, &str)]) -> Self {
        let files = files
            .iter()
            .map(|&(path, kind, content)| (path.into(), (kind.into(), content.into())));
        Self::serve(files.collect())
    }

    /// Serves the files of a folder that `banter-bundler test-pages` made, `index.html` as `/`.
    pub fn of_test_page(name: &str) -> Self {
        let folder = target().join("wasm-tests").join(name);
        let entries = fs::read_dir(&folder).unwrap_or_else(|error| {
            panic!(
                "cannot read {}: {error}; `make test` makes it",
                folder.display()
            )
        });
        let files = entries.map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            let kind = match path.extension().and_then(|extension| extension.to_str()) {
                Some("html") => "text/html",
                Some("js") => "text/javascript",
                Some("wasm") => "application/wasm",
                _ => "application/octet-stream",
            };
            let address = if name == "index.html" {
                "/".into()
            } else {
                format!("/{name}")
            };
            (address, (kind.into(), fs::read(&path).unwrap()))
        });
        Self::serve(files.collect())
    }

    fn serve(files: Files) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
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
fn answer(mut stream: &TcpStream, files: &Files) {
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
            Some((kind, content)) => ("200 OK", kind.as_str(), content.as_slice()),
            // A browser asks for an icon by itself; an empty answer keeps its console clean.
            None if path == "/favicon.ico" => ("204 No Content", "image/x-icon", b"".as_slice()),
            None => ("404 Not Found", "text/plain", b"not here".as_slice()),
        };
        let head = format!(
            "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\r\n",
            content.len()
        );
        if stream
            .write_all([head.as_bytes(), content].concat().as_slice())
            .is_err()
        {
            return;
        }
    }
}
