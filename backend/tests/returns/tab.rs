//! One tab: the app's engine, with a real socket and a real clock, and no WebRTC.

use std::{
    future::pending,
    net::SocketAddr,
    pin::Pin,
    time::{Duration, Instant},
};

use banter_protocol::{
    crypto::{Identity, Invite},
    engine::{
        Effect, Engine, Input, Intent, JoinIntent, RoomEvent, SignalingStatus, SocketEvent,
        SocketId, ViewEvent,
    },
    time::Timestamp,
};
use futures_util::{SinkExt, StreamExt};
use tokio::{
    net::TcpStream,
    sync::{mpsc, watch},
};
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{Message, client::IntoClientRequest},
};

/// A tab has a seat.
#[derive(Debug)]
pub(crate) struct Back(pub(crate) usize);
/// A tab has lost its socket, after what came last.
#[derive(Debug)]
pub(crate) struct Away(pub(crate) usize, pub(crate) String);
pub(crate) type News = Result<Back, Away>;

type Socket = WebSocketStream<TcpStream>;

/// `None` if the server cannot be reached.
type Opening = Pin<Box<dyn Future<Output = Option<Socket>> + Send>>;

pub(crate) struct Tab {
    number: usize,
    /// Where its server is to be found, as a name or a balancer would tell it.
    address: watch::Receiver<SocketAddr>,
    start: Instant,
    engine: Engine,
    opening: Option<(SocketId, Opening)>,
    socket: Option<(SocketId, Socket)>,
    status: SignalingStatus,
    /// What it was fed last, cut short.
    last: String,
    tell: mpsc::UnboundedSender<News>,
}

impl Tab {
    /// Joins this open room and stays, whatever happens to its server.
    pub(crate) async fn live(
        number: usize,
        room: String,
        address: watch::Receiver<SocketAddr>,
        tell: mpsc::UnboundedSender<News>,
    ) {
        let mut seed = [0; 32];
        getrandom::fill(&mut seed).unwrap();
        let mut tab = Self {
            number,
            address,
            start: Instant::now(),
            engine: Engine::new(seed),
            opening: None,
            socket: None,
            status: SignalingStatus::Idle,
            last: String::new(),
            tell,
        };
        let join = JoinIntent {
            presence: None,
            invite: Invite::open(room.parse().unwrap()).unwrap(),
            passphrase: None,
            identity: Identity::from_seed(&seed),
            people: Vec::new(),
            keys: None,
            lock: None,
            moves: Vec::new(),
            name: format!("Person {number}").parse().unwrap(),
            peer_id: None,
            resume: None,
            history: Vec::new(),
        };
        tab.feed(Input::Intent(Intent::Join(Box::new(join)))).await;
        loop {
            let input = tab.next_input().await;
            tab.feed(input).await;
        }
    }

    /// Whatever happens first.
    async fn next_input(&mut self) -> Input {
        let due = self.engine.poll_timeout();
        let due = due.map(|due| self.start + Duration::from_millis(due.as_millis()));
        let wake = async {
            match due {
                Some(due) => tokio::time::sleep_until(due.into()).await,
                None => pending().await,
            }
        };
        let opened = async {
            match &mut self.opening {
                Some((id, opening)) => (*id, opening.await),
                None => pending().await,
            }
        };
        let heard = async {
            match &mut self.socket {
                Some((id, socket)) => (*id, hear(socket).await),
                None => pending().await,
            }
        };
        tokio::select! {
            () = wake => Input::Wake,
            (id, socket) = opened => {
                self.opening = None;
                let event = match socket {
                    Some(socket) => {
                        self.socket = Some((id, socket));
                        SocketEvent::Opened
                    }
                    None => SocketEvent::Closed { code: 1006 },
                };
                Input::Socket(id, event)
            }
            (id, event) = heard => {
                if matches!(event, SocketEvent::Closed { .. }) {
                    self.socket = None;
                }
                Input::Socket(id, event)
            }
        }
    }

    async fn feed(&mut self, input: Input) {
        let now = u64::try_from(self.start.elapsed().as_millis()).unwrap();
        self.last = format!("{now} ms: {input:?}").chars().take(200).collect();
        self.engine.handle(Timestamp::from_millis(now), input);
        while let Some(effect) = self.engine.poll_effect() {
            match effect {
                Effect::OpenSocket(id) => {
                    self.opening = Some((id, Box::pin(open(*self.address.borrow()))));
                }
                Effect::SendSocket(id, text) => {
                    if let Some((_, socket)) = self.socket.as_mut().filter(|(open, _)| *open == id)
                    {
                        // A broken socket says so when it is read.
                        let _ = socket.send(Message::text(text)).await;
                    }
                }
                Effect::CloseSocket(id) => {
                    self.socket.take_if(|(open, _)| *open == id);
                    self.opening.take_if(|(open, _)| *open == id);
                }
                Effect::Notify(ViewEvent::Room(_, RoomEvent::Signaling(status))) => {
                    self.tell(status);
                }
                // What a browser would do, keep and show.
                _ => {}
            }
        }
    }

    fn tell(&mut self, status: SignalingStatus) {
        let was_in = self.status == SignalingStatus::Connected;
        let is_in = status == SignalingStatus::Connected;
        self.status = status;
        let news = match (was_in, is_in) {
            (false, true) => Ok(Back(self.number)),
            (true, false) => Err(Away(self.number, self.last.clone())),
            (true, true) | (false, false) => return,
        };
        // Nobody listens any more when the test is over.
        let _ = self.tell.send(news);
    }
}

async fn open(address: SocketAddr) -> Option<Socket> {
    let stream = TcpStream::connect(address).await.ok()?;
    stream.set_nodelay(true).ok()?;
    let mut request = format!("ws://{address}/ws").into_client_request().unwrap();
    let origin = format!("http://{address}").parse().unwrap();
    request.headers_mut().insert("origin", origin);
    Some(client_async(request, stream).await.ok()?.0)
}

async fn hear(socket: &mut Socket) -> SocketEvent {
    loop {
        let code = match socket.next().await {
            Some(Ok(Message::Text(text))) => return SocketEvent::Frame(text.to_string()),
            Some(Ok(Message::Close(frame))) => frame.map_or(1005, |frame| frame.code.into()),
            Some(Ok(_)) => continue,
            Some(Err(_)) | None => 1006,
        };
        return SocketEvent::Closed { code };
    }
}
