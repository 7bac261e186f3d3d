//! How the tab stands with the server: a seat in a room, kept over lost sockets, restarted servers and sleeping laptops.

use std::time::Duration;

use crate::{
    engine::{DropCause, Effect, Io, SignalingStatus, SocketEvent, SocketId, backoff, io::to_json},
    ids::{PeerId, RoomId},
    signaling::{ClientMessage, ErrorCode, IceServer, PeerInfo, ServerMessage},
    time::Timestamp,
};

/// A page cannot see the pings of the WebSocket protocol, so it asks by itself.
const PING_EVERY: Duration = Duration::from_secs(10);
/// So many unanswered pings mean a dead socket.
const MISSED_PINGS: u8 = 2;
/// For opening the socket, and for the answer to `join_room`.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);
/// How long a seat that will not be given back may be our own, held by a socket that the server has not missed yet.
const OWN_SEAT_HELD: Duration = Duration::from_secs(90);

/// Close code of a socket whose seat another one took.
const REPLACED: u16 = 4001;

/// What somebody joins with.
#[derive(Clone, Debug)]
pub(in crate::engine) struct Ticket {
    pub(in crate::engine) room: RoomId,
    pub(in crate::engine) peer_id: PeerId,
    pub(in crate::engine) display_name: String,
    pub(in crate::engine) resume: Option<String>,
}

/// What it tells the room.
#[derive(Debug)]
pub(in crate::engine) enum SignalingEvent {
    /// The seat is taken, for the first time or again.
    Joined {
        peers: Vec<PeerInfo>,
        ice_servers: Vec<IceServer>,
        resume: String,
    },
    /// The id belongs to somebody else: take another with [`Signaling::rename`].
    IdTaken,
    /// The server will not let this person in.
    Refused(ErrorCode),
    /// A try failed before the first success.
    Unreachable,
    /// From the server about somebody, or relayed from them.
    Message(ServerMessage),
    /// What was sent to this peer reached nobody.
    Unreached(PeerId),
}

#[derive(Debug)]
enum State {
    Connecting {
        socket: SocketId,
        deadline: Timestamp,
    },
    Joining {
        socket: SocketId,
        deadline: Timestamp,
    },
    Joined {
        socket: SocketId,
        next_ping: Timestamp,
        unanswered: u8,
    },
    Waiting {
        until: Timestamp,
    },
}

/// The seat in one room, from the wish to enter it to leaving it.
#[derive(Debug)]
pub(in crate::engine) struct Signaling {
    ticket: Ticket,
    state: State,
    ever_joined: bool,
    online: bool,
    failures: u32,
    last_try: Timestamp,
    /// What the server asked us to wait.
    retry_after: Option<Duration>,
    taken_since: Option<Timestamp>,
}

impl Signaling {
    /// Starts at once.
    pub(in crate::engine) fn start(
        now: Timestamp,
        ticket: Ticket,
        online: bool,
        io: &mut Io,
    ) -> Self {
        let socket = io.socket_id();
        io.push(Effect::OpenSocket(socket));
        Self {
            ticket,
            state: State::Connecting {
                socket,
                deadline: now + ANSWER_WITHIN,
            },
            ever_joined: false,
            online,
            failures: 0,
            last_try: now,
            retry_after: None,
            taken_since: None,
        }
    }

    pub(in crate::engine) fn ticket(&self) -> &Ticket {
        &self.ticket
    }

    /// From the next join on.
    pub(in crate::engine) fn set_display_name(&mut self, display_name: String) {
        self.ticket.display_name = display_name;
    }

    pub(in crate::engine) fn is_joined(&self) -> bool {
        matches!(self.state, State::Joined { .. })
    }

    pub(in crate::engine) fn status(&self) -> SignalingStatus {
        match self.state {
            State::Joined { .. } => SignalingStatus::Connected,
            State::Connecting { .. } | State::Joining { .. } | State::Waiting { .. } => {
                match (self.online, self.ever_joined) {
                    (false, _) => SignalingStatus::Offline,
                    (true, true) => SignalingStatus::Reconnecting,
                    (true, false) => SignalingStatus::Connecting,
                }
            }
        }
    }

    /// Sends a message; where there is no seat now it is lost, and whoever wrote it tries again later.
    pub(in crate::engine) fn send(&self, message: &ClientMessage, io: &mut Io) {
        if let State::Joined { socket, .. } = self.state {
            io.push(Effect::SendSocket(socket, to_json(message)));
        }
    }

    /// Gives the seat up.
    pub(in crate::engine) fn leave(self, io: &mut Io) {
        self.say_leave(io);
        self.close_socket(io);
    }

    /// Tells the server that the seat is free, also where its answer to `join_room` is still on the way: frames of
    /// one socket keep their order, and a seat nobody sits on would be listed until it runs out.
    pub(in crate::engine) fn say_leave(&self, io: &mut Io) {
        if let State::Joining { socket, .. } | State::Joined { socket, .. } = self.state {
            let leave = ClientMessage::LeaveRoom {
                room_id: self.ticket.room.clone(),
                peer_id: self.ticket.peer_id,
            };
            io.push(Effect::SendSocket(socket, to_json(&leave)));
        }
    }

    /// Goes on under another id, with a seat of its own.
    pub(in crate::engine) fn rename(&mut self, now: Timestamp, peer_id: PeerId, io: &mut Io) {
        self.ticket.peer_id = peer_id;
        self.ticket.resume = None;
        self.taken_since = None;
        match self.state {
            State::Joining { socket, .. } => self.join(now, socket, io),
            State::Joined { .. } | State::Connecting { .. } | State::Waiting { .. } => {
                self.connect(now, io);
            }
        }
    }

    pub(in crate::engine) fn handle_socket(
        &mut self,
        now: Timestamp,
        socket: SocketId,
        event: SocketEvent,
        io: &mut Io,
    ) -> Option<SignalingEvent> {
        if self.socket() != Some(socket) {
            if event.is_frame() {
                io.drop_for(DropCause::Untimely);
            }
            return None;
        }
        match event {
            SocketEvent::Opened => {
                if matches!(self.state, State::Connecting { .. }) {
                    self.join(now, socket, io);
                }
                None
            }
            SocketEvent::Frame(frame) => match serde_json::from_str(&frame) {
                Ok(message) => self.handle_message(now, message, io),
                Err(_) => {
                    io.drop_for(DropCause::Unreadable);
                    None
                }
            },
            SocketEvent::Closed { code: REPLACED } => {
                self.wait(now, io);
                Some(SignalingEvent::IdTaken)
            }
            SocketEvent::Closed { .. } => self.lose(now, io),
        }
    }

    pub(in crate::engine) fn handle_online(&mut self, now: Timestamp, online: bool, io: &mut Io) {
        self.online = online;
        if online {
            self.hurry(now, io);
        }
    }

    /// Somebody looks at the page, or the network is back: try at once, and find out whether the socket lives.
    pub(in crate::engine) fn hurry(&mut self, now: Timestamp, io: &mut Io) {
        match &mut self.state {
            State::Waiting { until } => {
                *until = (*until).min(self.last_try + backoff::SHORTEST).max(now);
                self.handle_timeout(now, io);
            }
            State::Joined { next_ping, .. } => *next_ping = now,
            State::Connecting { .. } | State::Joining { .. } => {}
        }
    }

    pub(in crate::engine) fn poll_timeout(&self) -> Timestamp {
        match self.state {
            State::Connecting { deadline, .. } | State::Joining { deadline, .. } => deadline,
            State::Joined { next_ping, .. } => next_ping,
            State::Waiting { until } => until,
        }
    }

    pub(in crate::engine) fn handle_timeout(
        &mut self,
        now: Timestamp,
        io: &mut Io,
    ) -> Option<SignalingEvent> {
        if now < self.poll_timeout() {
            return None;
        }
        match &mut self.state {
            State::Connecting { .. } | State::Joining { .. } => self.lose(now, io),
            State::Joined { unanswered, .. } if *unanswered >= MISSED_PINGS => self.lose(now, io),
            State::Joined {
                next_ping,
                unanswered,
                ..
            } => {
                *unanswered += 1;
                *next_ping = now + PING_EVERY;
                self.send(&ClientMessage::Ping {}, io);
                None
            }
            State::Waiting { .. } => {
                self.connect(now, io);
                None
            }
        }
    }

    fn handle_message(
        &mut self,
        now: Timestamp,
        message: ServerMessage,
        io: &mut Io,
    ) -> Option<SignalingEvent> {
        match message {
            ServerMessage::RoomJoined {
                room_id,
                peers,
                ice_servers,
                resume,
            } => {
                let State::Joining { socket, .. } = self.state else {
                    io.drop_for(DropCause::Untimely);
                    return None;
                };
                if room_id != self.ticket.room {
                    io.drop_for(DropCause::Misdirected);
                    return None;
                }
                self.state = State::Joined {
                    socket,
                    next_ping: now + PING_EVERY,
                    unanswered: 0,
                };
                self.ever_joined = true;
                self.failures = 0;
                self.taken_since = None;
                self.ticket.resume = Some(resume.clone());
                Some(SignalingEvent::Joined {
                    peers,
                    ice_servers,
                    resume,
                })
            }
            ServerMessage::Pong {} => {
                if let State::Joined { unanswered, .. } = &mut self.state {
                    *unanswered = 0;
                }
                None
            }
            ServerMessage::Error {
                code,
                retry_after_ms,
                peer_id,
                ..
            } => {
                if code == ErrorCode::ServerDraining || !self.is_joined() {
                    self.retry_after = retry_after_ms.map(Duration::from_millis);
                }
                self.handle_error(now, code, peer_id, io)
            }
            ServerMessage::IceServers { .. }
            | ServerMessage::PeerJoined { .. }
            | ServerMessage::PeerLeft { .. }
            | ServerMessage::Offer { .. }
            | ServerMessage::Answer { .. }
            | ServerMessage::IceCandidate { .. } => {
                if !self.is_joined() {
                    io.drop_for(DropCause::Untimely);
                    return None;
                }
                Some(SignalingEvent::Message(message))
            }
        }
    }

    fn handle_error(
        &mut self,
        now: Timestamp,
        code: ErrorCode,
        peer_id: Option<PeerId>,
        io: &mut Io,
    ) -> Option<SignalingEvent> {
        let joining = matches!(self.state, State::Joining { .. });
        match code {
            ErrorCode::UnknownPeer => peer_id.map(SignalingEvent::Unreached),
            ErrorCode::PeerIdTaken if joining => {
                let since = *self.taken_since.get_or_insert(now);
                if !self.ever_joined || now.since(since) >= OWN_SEAT_HELD {
                    return Some(SignalingEvent::IdTaken);
                }
                // Our own seat, most likely: its `room_joined` was lost on the way. It runs out soon.
                self.lose(now, io)
            }
            ErrorCode::RoomFull | ErrorCode::BadMessage if joining && !self.ever_joined => {
                Some(SignalingEvent::Refused(code))
            }
            ErrorCode::NotInRoom if self.is_joined() => self.lose(now, io),
            ErrorCode::PeerIdTaken
            | ErrorCode::RoomFull
            | ErrorCode::BadMessage
            | ErrorCode::NotInRoom
            | ErrorCode::AlreadyInRoom
            | ErrorCode::NotYourId
            | ErrorCode::RateLimited
            | ErrorCode::ServerDraining
            | ErrorCode::ServerBusy => {
                if joining {
                    self.lose(now, io)
                } else {
                    None
                }
            }
        }
    }

    fn lose(&mut self, now: Timestamp, io: &mut Io) -> Option<SignalingEvent> {
        self.failures = self.failures.saturating_add(1);
        self.wait(now, io);
        (!self.ever_joined).then_some(SignalingEvent::Unreachable)
    }

    fn wait(&mut self, now: Timestamp, io: &mut Io) {
        self.close_socket(io);
        let delay = match self.retry_after.take() {
            Some(asked) => asked.clamp(backoff::SHORTEST, OWN_SEAT_HELD),
            None => backoff::delay(self.failures, &mut io.random),
        };
        self.state = State::Waiting { until: now + delay };
    }

    fn connect(&mut self, now: Timestamp, io: &mut Io) {
        self.close_socket(io);
        let socket = io.socket_id();
        io.push(Effect::OpenSocket(socket));
        self.last_try = now;
        self.state = State::Connecting {
            socket,
            deadline: now + ANSWER_WITHIN,
        };
    }

    fn join(&mut self, now: Timestamp, socket: SocketId, io: &mut Io) {
        let Ticket {
            room,
            peer_id,
            display_name,
            resume,
        } = self.ticket.clone();
        let join = ClientMessage::JoinRoom {
            room_id: room,
            peer_id,
            display_name,
            resume,
        };
        io.push(Effect::SendSocket(socket, to_json(&join)));
        self.state = State::Joining {
            socket,
            deadline: now + ANSWER_WITHIN,
        };
    }

    fn socket(&self) -> Option<SocketId> {
        match self.state {
            State::Connecting { socket, .. }
            | State::Joining { socket, .. }
            | State::Joined { socket, .. } => Some(socket),
            State::Waiting { .. } => None,
        }
    }

    fn close_socket(&self, io: &mut Io) {
        if let Some(socket) = self.socket() {
            io.push(Effect::CloseSocket(socket));
        }
    }
}
