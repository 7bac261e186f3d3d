//! Something between the browser and the server that changes what they say: the network at its worst, or a
//! server that cannot be trusted.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use futures_util::{SinkExt, StreamExt};
use serde_json::Value;
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    runtime::Runtime,
    sync::mpsc,
};
use tokio_tungstenite::{
    WebSocketStream, accept_hdr_async, client_async,
    tungstenite::{
        Message,
        client::IntoClientRequest,
        handshake::server::{Request, Response},
        http::HeaderMap,
    },
};

use crate::server::Server;

/// Which way a frame goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// From a browser.
    ToServer,
    /// To a browser.
    ToBrowser,
}

/// Decides what becomes of the signaling frames of one connection.
pub trait Tamper: Send + 'static {
    /// What is sent instead of `frame`, each after a delay. Frames without delay keep their order.
    fn tamper(&mut self, direction: Direction, frame: Value) -> Vec<(Duration, Value)>;
}

type TamperFactory = Arc<dyn Fn() -> Box<dyn Tamper> + Send + Sync>;

/// A running proxy before a server. Pages pass as they are, frames of `/ws` go through a [`Tamper`].
#[derive(Debug)]
pub struct Proxy {
    port: u16,
    runtime: Option<Runtime>,
}

impl Proxy {
    /// Puts itself before `server`; `tamper` makes a fresh one for each WebSocket.
    pub fn start<T: Tamper>(
        server: &Server,
        tamper: impl Fn() -> T + Send + Sync + 'static,
    ) -> Self {
        let runtime = Runtime::new().unwrap();
        let listener = runtime
            .block_on(TcpListener::bind(("127.0.0.1", 0)))
            .unwrap();
        let port = listener.local_addr().unwrap().port();
        let upstream = SocketAddr::from(([127, 0, 0, 1], server.port()));
        let tamper: TamperFactory = Arc::new(move || Box::new(tamper()));
        runtime.spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(pass(stream, upstream, Arc::clone(&tamper)));
            }
        });
        Self {
            port,
            runtime: Some(runtime),
        }
    }

    /// `http://127.0.0.1:PORT`
    pub fn origin(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// Browsers open a connection of its own for each WebSocket, so its first bytes tell what it is.
async fn pass(mut browser: TcpStream, upstream: SocketAddr, tamper: TamperFactory) {
    const WEBSOCKET: &[u8] = b"GET /ws ";
    let mut start = [0; WEBSOCKET.len()];
    while browser
        .peek(&mut start)
        .await
        .is_ok_and(|read| read > 0 && read < WEBSOCKET.len())
    {
        tokio::task::yield_now().await;
    }
    let Ok(mut server) = TcpStream::connect(upstream).await else {
        return;
    };
    let _ = (browser.set_nodelay(true), server.set_nodelay(true));
    if start != WEBSOCKET {
        let _ = copy_bidirectional(&mut browser, &mut server).await;
        return;
    }
    let mut headers = HeaderMap::new();
    #[expect(clippy::result_large_err, reason = "the library's own signature")]
    let keep_headers = |request: &Request, response: Response| {
        headers = request.headers().clone();
        Ok(response)
    };
    let Ok(browser) = accept_hdr_async(browser, keep_headers).await else {
        return;
    };
    let mut request = format!("ws://{upstream}/ws").into_client_request().unwrap();
    for name in ["host", "origin"] {
        if let Some(value) = headers.get(name) {
            request.headers_mut().insert(name, value.clone());
        }
    }
    let Ok((server, _)) = client_async(request, server).await else {
        return;
    };
    relay(browser, server, tamper()).await;
}

/// Ends, and with it both sockets, as soon as either side ends.
async fn relay(
    browser: WebSocketStream<TcpStream>,
    server: WebSocketStream<TcpStream>,
    tamper: Box<dyn Tamper>,
) {
    let tamper = Mutex::new(tamper);
    let (browser_sink, browser_frames) = browser.split();
    let (server_sink, server_frames) = server.split();
    tokio::select! {
        () = relay_one_way(browser_frames, server_sink, Direction::ToServer, &tamper) => {}
        () = relay_one_way(server_frames, browser_sink, Direction::ToBrowser, &tamper) => {}
    }
}

async fn relay_one_way(
    mut frames: impl StreamExt<Item = Result<Message, impl Sized>> + Unpin,
    mut sink: impl SinkExt<Message> + Unpin,
    direction: Direction,
    tamper: &Mutex<Box<dyn Tamper>>,
) {
    let (delayed, mut due) = mpsc::unbounded_channel();
    loop {
        let message = tokio::select! {
            frame = frames.next() => match frame {
                Some(Ok(message)) => message,
                _ => return,
            },
            Some(message) = due.recv() => {
                if sink.send(message).await.is_err() {
                    return;
                }
                continue;
            }
        };
        let frame = message
            .to_text()
            .ok()
            .and_then(|text| serde_json::from_str(text).ok());
        let Some(frame) = frame.filter(|_| message.is_text()) else {
            // Closing frames and the like, which are nobody's to change.
            let _ = sink.send(message).await;
            continue;
        };
        let instead = tamper.lock().unwrap().tamper(direction, frame);
        for (delay, instead) in instead {
            let instead = Message::text(instead.to_string());
            if delay.is_zero() {
                if sink.send(instead).await.is_err() {
                    return;
                }
                continue;
            }
            let delayed = delayed.clone();
            tokio::spawn(async move {
                tokio::time::sleep(delay).await;
                let _ = delayed.send(instead);
            });
        }
    }
}
