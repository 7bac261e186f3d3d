//! The task of one socket, which alone owns its session: reads, writes, keeps time, and ends.

use std::{pin::pin, sync::Arc};

use actix::Addr;
use actix_web::{HttpRequest, web::Payload};
use actix_ws::Session;
use banter_protocol::signaling::{AbuseGuard, CloseCause, ErrorCode, SocketState};
use tokio::time::{MissedTickBehavior, interval, sleep};
use tracing::info;

use super::{
    abort::WeakAbort,
    frames::Frame,
    handle::{ConnectionHandle, Frames, Outbox},
    inbound::Inbound,
    outbound::Outbound,
    rate::{RateVerdict, TokenBucket},
};
use crate::{
    metrics::OpenSocket,
    random,
    room::{
        Registry,
        seat::{RoomFailed, SeatGuard},
    },
    shared::Shared,
    wire,
};
use requests::Held;

mod requests;

/// The messages of its room that find a place in any case: each member's coming, at least.
const LEAST_RESERVE: usize = 64;

/// One socket.
pub(crate) struct Connection {
    shared: Arc<Shared>,
    registry: Addr<Registry>,
    handle: ConnectionHandle,
    frames: Frames,
    inbound: Inbound,
    outbound: Outbound,
    state: SocketState,
    seat: Option<SeatGuard>,
    held: Option<Held>,
    has_joined: bool,
    abuse: AbuseGuard,
    bucket: TokenBucket,
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
        let (handle, Outbox { frames, closing }) = ConnectionHandle::new(
            shared.next_connection(),
            shared.room_settings.capacity.max(LEAST_RESERVE),
        );
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
            held: None,
            has_joined: false,
            abuse: AbuseGuard::default(),
            bucket: TokenBucket::new(shared.settings.rate_limit, now),
            shared,
        };
        actix_web::rt::spawn(connection.run());
    }

    async fn run(mut self) {
        let key = self.handle.key().0;
        let counted = OpenSocket::count(&self.shared.metrics);
        info!(connection = key, "socket opened");
        let ending = self.talk().await;
        // Before the last words, which may take a while: the room must know, and nobody wait.
        drop((self.seat, self.inbound, self.frames, self.held));
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
                waited = Held::wait(self.held.as_ref()) => self.release(waited).await,
                frame = self.inbound.next(), if self.held.is_none() => match frame {
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
        if self.outbound.silence() >= self.shared.settings.timings.silent_after {
            return Err(CloseCause::Silent.into());
        }
        self.outbound.ping().await
    }

    async fn handle_frame(&mut self, frame: Frame) -> Result<(), Ending> {
        self.outbound.heard();
        match self.bucket.take(self.shared.clock.now()) {
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
}
