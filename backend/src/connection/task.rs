//! The task of one socket, which alone owns its session: reads, writes, keeps time, and ends.

use std::{pin::pin, sync::Arc};

use actix::Addr;
use actix_web::{HttpRequest, web::Payload};
use actix_ws::Session;
use banter_protocol::{
    ids::PeerId,
    signaling::{
        AbuseGuard, AbuseVerdict, ClientFrame, CloseCause, ErrorCode, ResumeToken, ServerMessage,
        SocketRequest, SocketState, envelope::JoinFrame, room::JoinRequest,
    },
    time::Timestamp,
};
use bytestring::ByteString;
use tokio::{
    sync::oneshot,
    time::{MissedTickBehavior, interval, sleep},
};
use tracing::{debug, info};

use super::{
    abort::WeakAbort,
    frames::Frame,
    handle::{ConnectionHandle, Outbox},
    inbound::Inbound,
    outbound::Outbound,
    rate::{RateVerdict, TokenBucket},
};
use crate::{
    clock::wall_clock,
    metrics::OpenSocket,
    random,
    room::{
        Registry,
        actor::Join,
        registry::Enter,
        seat::{RoomFailed, SeatGuard},
    },
    shared::Shared,
    wire,
};

/// One socket.
pub(crate) struct Connection {
    shared: Arc<Shared>,
    registry: Addr<Registry>,
    handle: ConnectionHandle,
    frames: super::handle::Frames,
    inbound: Inbound,
    outbound: Outbound,
    state: SocketState,
    seat: Option<SeatGuard>,
    has_joined: bool,
    abuse: AbuseGuard,
    bucket: TokenBucket,
    last_heard: Timestamp,
}

/// How a socket ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// The client is gone already.
    Gone,
    /// The server closes.
    Close(CloseCause),
}

impl From<RoomFailed> for Ending {
    fn from(_: RoomFailed) -> Self {
        Self::Close(CloseCause::Internal)
    }
}

impl Connection {
    /// Starts the task of a socket whose handshake is done.
    pub(crate) fn spawn(
        shared: Arc<Shared>,
        registry: Addr<Registry>,
        request: &HttpRequest,
        session: Session,
        payload: Payload,
    ) {
        let (handle, Outbox { frames, closing }) = ConnectionHandle::new(shared.next_connection());
        let now = shared.clock.now();
        let abort = WeakAbort::of(request);
        let connection = Self {
            registry,
            handle,
            frames,
            inbound: Inbound::new(payload),
            outbound: Outbound::new(session, abort, closing, Arc::clone(&shared)),
            state: SocketState::default(),
            seat: None,
            has_joined: false,
            abuse: AbuseGuard::default(),
            bucket: TokenBucket::new(shared.settings.rate_limit, now),
            last_heard: now,
            shared,
        };
        actix_web::rt::spawn(connection.run());
    }

    async fn run(mut self) {
        let key = self.handle.key().0;
        let counted = OpenSocket::count(&self.shared.metrics);
        info!(connection = key, "socket opened");
        let ending = self.talk().await;
        drop(self.seat);
        drop(self.inbound);
        match ending {
            Ending::Gone => {
                info!(connection = key, "socket lost");
                drop(counted);
                self.outbound.abort();
            }
            Ending::Close(cause) => {
                self.shared.metrics.close(cause);
                info!(connection = key, cause = cause.as_str(), "socket closed");
                self.outbound.close(cause).await;
            }
        }
    }

    async fn talk(&mut self) -> Ending {
        let shared = Arc::clone(&self.shared);
        let timings = shared.settings.timings;
        let mut join_deadline = pin!(sleep(timings.join_within));
        let mut heartbeat = interval(timings.ping_every);
        heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        // The first tick comes at once.
        heartbeat.tick().await;
        loop {
            let step = tokio::select! {
                () = shared.draining.cancelled() => self.say_draining().await,
                cause = self.outbound.closing.requested() => Err(cause.into()),
                () = &mut join_deadline, if !self.has_joined => Err(CloseCause::NeverJoined.into()),
                _ = heartbeat.tick() => self.beat().await,
                frame = self.frames.next() => self.outbound.text(frame).await,
                frame = self.inbound.next() => match frame {
                    Ok(frame) => self.handle_frame(frame).await,
                    Err(ending) => Err(ending),
                },
            };
            if let Err(ending) = step {
                return ending;
            }
        }
    }

    async fn say_draining(&mut self) -> Result<(), Ending> {
        let wait = random::jitter(self.shared.settings.timings.come_back);
        let message = wire::refusal(ErrorCode::ServerDraining, Some(wait), None);
        self.shared.metrics.error(ErrorCode::ServerDraining);
        self.outbound.last_text(message).await?;
        Err(CloseCause::Draining.into())
    }

    async fn beat(&mut self) -> Result<(), Ending> {
        let silence = self.shared.clock.now().since(self.last_heard);
        if silence >= self.shared.settings.timings.silent_after {
            return Err(CloseCause::Silent.into());
        }
        self.outbound.ping().await
    }

    async fn handle_frame(&mut self, frame: Frame) -> Result<(), Ending> {
        let now = self.shared.clock.now();
        self.last_heard = now;
        match self.bucket.take(now) {
            RateVerdict::Accept => {}
            RateVerdict::Refuse(wait) => {
                self.shared.metrics.error(ErrorCode::RateLimited);
                let message = wire::refusal(ErrorCode::RateLimited, Some(wait), None);
                return self.outbound.text(message).await;
            }
            RateVerdict::Close => return Err(CloseCause::RateLimited.into()),
        }
        match frame {
            Frame::Text(text) => self.handle_text(text).await,
            Frame::Ping(payload) => self.outbound.pong(&payload).await,
            Frame::Pong => Ok(()),
            Frame::Close => Err(CloseCause::Goodbye.into()),
        }
    }

    async fn handle_text(&mut self, text: ByteString) -> Result<(), Ending> {
        #[cfg(test)]
        crate::fault::panic_if_asked(&text, "connection");
        let frame = match ClientFrame::parse(&text) {
            Ok(frame) => frame,
            Err(why) => {
                let answer = wire::bad_frame(why);
                return self.refuse_with(ErrorCode::BadMessage, answer).await;
            }
        };
        match self.state.request(frame) {
            Err(code) => self.refuse(code).await,
            Ok(SocketRequest::Join(join)) => self.join(join).await,
            Ok(SocketRequest::Leave) => self.leave().await,
            Ok(SocketRequest::Relay { from, to }) => self.relay(from, to, text).await,
            Ok(SocketRequest::Pong) => {
                self.outbound
                    .text(wire::text(&ServerMessage::Pong {}))
                    .await
            }
        }
    }

    async fn join(&mut self, join: JoinFrame) -> Result<(), Ending> {
        let JoinFrame {
            room,
            peer_id,
            display_name,
            resume,
        } = join;
        let fresh = random::bits().map_err(|_| CloseCause::Internal)?;
        let (reply, answer) = oneshot::channel();
        let join = Join {
            connection: self.handle.clone(),
            request: JoinRequest {
                peer_id,
                display_name,
                resume,
                joined_at: wall_clock(),
            },
            fresh: ResumeToken::from_random(fresh),
            reply,
        };
        self.registry.do_send(Enter {
            room: room.clone(),
            join,
        });
        match answer.await.map_err(|_| RoomFailed)? {
            Ok(seat) => {
                let key = self.handle.key().0;
                info!(connection = key, "joined a room");
                debug!(connection = key, %room, %peer_id, "joined");
                self.seat = Some(seat);
                self.has_joined = true;
                self.state = SocketState::Inside { room, peer_id };
                Ok(())
            }
            Err(code) => self.refuse(code).await,
        }
    }

    async fn leave(&mut self) -> Result<(), Ending> {
        self.state = SocketState::Outside;
        if let Some(seat) = self.seat.take() {
            seat.leave().await?;
        }
        info!(connection = self.handle.key().0, "left its room");
        Ok(())
    }

    async fn relay(&mut self, from: PeerId, to: PeerId, text: ByteString) -> Result<(), Ending> {
        let Some(seat) = &self.seat else {
            return self.refuse(ErrorCode::NotInRoom).await;
        };
        match seat.relay(from, to, text).await? {
            Ok(()) => Ok(()),
            Err(ErrorCode::UnknownPeer) => {
                let answer = wire::refusal(ErrorCode::UnknownPeer, None, Some(to));
                self.refuse_with(ErrorCode::UnknownPeer, answer).await
            }
            Err(code) => self.refuse(code).await,
        }
    }

    async fn refuse(&mut self, code: ErrorCode) -> Result<(), Ending> {
        self.refuse_with(code, wire::refusal(code, None, None))
            .await
    }

    async fn refuse_with(&mut self, code: ErrorCode, answer: ByteString) -> Result<(), Ending> {
        self.shared.metrics.error(code);
        self.outbound.text(answer).await?;
        match self.abuse.refused(self.shared.clock.now(), code) {
            AbuseVerdict::Tolerate => Ok(()),
            AbuseVerdict::Close => Err(CloseCause::Abuse.into()),
        }
    }
}
