//! The task of one socket: reads, answers, keeps time, and ends.

use std::{pin::pin, sync::Arc};

use actix_web::HttpRequest;
use banter_protocol::{
    signaling::{AbuseGuard, CloseCause, ErrorCode, ServerMessage, SocketState},
    time::Timestamp,
};
use tokio::time::{MissedTickBehavior, interval, sleep};
use tracing::info;

use super::{
    body::Body,
    ending::Ending,
    frames::Frame,
    handle::ConnectionHandle,
    inbound::Inbound,
    outbound::Outbound,
    queue::Queue,
    rate::{RateGuard, RateVerdict},
    renewal::Renewal,
    stream::Abort,
};
use crate::{
    admission::Admitted,
    clock,
    metrics::OpenSocket,
    random,
    room::{Registry, outcome::RoomFailed, seat::SeatGuard},
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
    registry: Arc<Registry>,
    handle: ConnectionHandle,
    inbound: Inbound,
    outbound: Outbound,
    state: SocketState,
    seat: Option<SeatGuard>,
    held: Option<Held>,
    has_joined: bool,
    admitted: Admitted,
    abuse: AbuseGuard,
    rate: RateGuard,
    renewal: Renewal,
}

impl From<RoomFailed> for Ending {
    fn from(_: RoomFailed) -> Self {
        Self::Close(CloseCause::Internal)
    }
}

impl Connection {
    /// Starts the task of a socket whose handshake is being answered, and gives the answer's body.
    pub(crate) fn spawn(
        shared: Arc<Shared>,
        registry: Arc<Registry>,
        admitted: Admitted,
        request: &HttpRequest,
        inbound: Inbound,
    ) -> Body {
        let reserve = shared.room_settings.capacity.max(LEAST_RESERVE);
        let queue = Arc::new(Queue::new(reserve, Arc::clone(&shared.admission.queued)));
        let body = Body::new(Arc::clone(&queue));
        let abort = Abort::of(request);
        let now = shared.clock.now();
        let connection = Self {
            registry,
            handle: ConnectionHandle::new(shared.next_connection(), Arc::clone(&queue)),
            inbound,
            outbound: Outbound::new(queue, abort, Arc::clone(&shared)),
            state: SocketState::default(),
            seat: None,
            held: None,
            has_joined: false,
            admitted,
            abuse: AbuseGuard::default(),
            rate: RateGuard::new(shared.settings.rate_limit, shared.settings.byte_rate, now),
            renewal: Renewal::new(shared.ice_servers.renew_after()),
            shared,
        };
        actix_web::rt::spawn(connection.run());
        body
    }

    async fn run(mut self) {
        let key = self.handle.key().0;
        let counted = OpenSocket::count(&self.shared.metrics);
        info!(connection = key, "socket opened");
        let ending = self.talk().await;
        // Before the last words, which may take a while: the room must know, and nobody wait.
        drop((self.seat, self.inbound, self.held));
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
        let mut draining = pin!(shared.draining.cancelled());
        let mut join_deadline = pin!(sleep(timings.join_within));
        let mut heartbeat = interval(timings.ping_every);
        heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        // The first tick comes at once.
        heartbeat.tick().await;
        loop {
            let step = tokio::select! {
                () = &mut draining => self.say_draining(),
                ending = self.outbound.told() => Err(ending),
                // Who asked in time and waits for a slow member has done its part.
                () = &mut join_deadline, if !self.has_joined && self.held.is_none() => {
                    Err(CloseCause::NeverJoined.into())
                }
                _ = heartbeat.tick() => self.beat().await,
                waited = Held::wait(self.held.as_ref()) => self.release(waited).await,
                more = self.inbound.more(), if self.held.is_none() => match more {
                    Ok(()) => {
                        self.outbound.heard();
                        self.handle_frames().await
                    }
                    Err(ending) => Err(ending),
                },
            };
            if let Err(ending) = step {
                return ending;
            }
        }
    }

    fn say_draining(&mut self) -> Result<(), Ending> {
        let wait = random::jitter(self.shared.settings.timings.come_back);
        let message = wire::refusal(ErrorCode::ServerDraining, Some(wait), None);
        self.shared.metrics.error(ErrorCode::ServerDraining);
        self.outbound.last_text(message);
        Err(CloseCause::Draining.into())
    }

    async fn beat(&mut self) -> Result<(), Ending> {
        let timings = self.shared.settings.timings;
        if self.outbound.stuck_for() >= timings.write_within {
            return Err(CloseCause::SlowReader.into());
        }
        if self.outbound.silence() >= timings.silent_after {
            return Err(CloseCause::Silent.into());
        }
        self.outbound.ping();
        if self.renewal.is_due(self.shared.clock.now()) {
            return self.renew_ice_servers().await;
        }
        Ok(())
    }

    async fn renew_ice_servers(&mut self) -> Result<(), Ending> {
        self.renewal.start(self.shared.clock.now());
        let ice_servers = self.shared.ice_servers.fresh(clock::since_epoch());
        let message = wire::text(&ServerMessage::IceServers { ice_servers });
        self.outbound.text(message).await
    }

    /// Takes every frame that is here, unless one must wait.
    async fn handle_frames(&mut self) -> Result<(), Ending> {
        let now = self.shared.clock.now();
        while self.held.is_none()
            && let Some(frame) = self.inbound.ready()?
        {
            self.handle_frame(now, frame).await?;
        }
        Ok(())
    }

    async fn handle_frame(&mut self, now: Timestamp, frame: Frame) -> Result<(), Ending> {
        let bytes = self.inbound.take_bytes_read();
        match self.rate.take(now, bytes) {
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
            Frame::Ping(payload) => self.outbound.pong(payload).await,
            Frame::Pong => Ok(()),
            Frame::Close => Err(CloseCause::Goodbye.into()),
        }
    }
}
