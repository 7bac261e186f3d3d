//! What a client asks for, and how it is answered.

use banter_protocol::{
    ids::{PeerId, ServerId},
    signaling::{
        AbuseVerdict, ClientFrame, CloseCause, ErrorCode, ResumeToken, ServerMessage,
        SocketRequest, SocketState, envelope::JoinFrame, room::JoinRequest,
    },
};
use bytestring::ByteString;
use tokio::{
    sync::oneshot,
    time::{Instant, timeout_at},
};
use tracing::{debug, info};

use super::{Connection, Ending};
use crate::{
    admission::Admission,
    clock::wall_clock,
    connection::{handle::ConnectionHandle, queue::PATIENCE},
    metrics::relays::RelaySample,
    random,
    room::{
        join::Join,
        outcome::{Progress, RoomFailed},
        table::Relayed,
    },
    wire,
};

/// A request that waits for a place in the queue of somebody who must hear of it. Until then nothing more is
/// read from the client, but everything else goes on: two sockets that wait for each other must both drain.
pub(super) struct Held {
    request: SocketRequest,
    text: ByteString,
    receiver: ConnectionHandle,
    until: Instant,
}

/// How a wait ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Waited {
    /// There may be a place now.
    Drained,
    /// There was none in time.
    TooLong,
}

impl Held {
    /// Waits for a place, for ever where nothing is held.
    pub(super) async fn wait(held: Option<&Self>) -> Waited {
        let Some(held) = held else {
            return std::future::pending().await;
        };
        match timeout_at(held.until, held.receiver.drained()).await {
            Ok(()) => Waited::Drained,
            Err(_elapsed) => Waited::TooLong,
        }
    }
}

impl Connection {
    pub(super) async fn handle_text(&mut self, text: ByteString) -> Result<(), Ending> {
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
            Ok(request) => {
                self.carry_out(request, text, Instant::now() + PATIENCE)
                    .await
            }
            Err(code) => self.refuse(code).await,
        }
    }

    /// Tries again what was held. Who let it wait for too long is closed.
    pub(super) async fn release(&mut self, waited: Waited) -> Result<(), Ending> {
        let Some(Held {
            request,
            text,
            receiver,
            until,
        }) = self.held.take()
        else {
            return Ok(());
        };
        match waited {
            Waited::Drained => self.carry_out(request, text, until).await?,
            Waited::TooLong => {
                receiver.close(CloseCause::SlowReader);
                let until = Instant::now() + PATIENCE;
                self.carry_out(request, text, until).await?;
            }
        }
        // Whatever came behind it.
        self.handle_frames().await
    }

    async fn carry_out(
        &mut self,
        request: SocketRequest,
        text: ByteString,
        until: Instant,
    ) -> Result<(), Ending> {
        let progress = match &request {
            SocketRequest::Join(join) => self.join(join.clone()).await?,
            SocketRequest::Leave => self.leave().await?,
            SocketRequest::Relay { from, to } => self.relay(*from, *to, &text).await?,
            SocketRequest::Pong => {
                self.outbound
                    .text(wire::text(&ServerMessage::Pong {}))
                    .await?;
                Progress::Done(())
            }
        };
        if let Progress::Congested(receiver) = progress {
            self.shared.metrics.congested.increment();
            self.held = Some(Held {
                request,
                text,
                receiver,
                until,
            });
        }
        Ok(())
    }

    async fn join(&mut self, join: JoinFrame) -> Result<Progress<()>, Ending> {
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
            admittance: self.admitted.admittance(),
            reply,
        };
        self.registry.enter(&room, join);
        match answer.await.map_err(|_| RoomFailed)? {
            Ok(Progress::Done(seat)) => {
                let key = self.handle.key().0;
                info!(connection = key, "joined a room");
                debug!(connection = key, %room, %peer_id, "joined");
                self.seat = Some(seat);
                self.has_joined = true;
                self.renewal.start(self.shared.clock.now());
                self.state = SocketState::Inside { room, peer_id };
            }
            Ok(Progress::Congested(receiver)) => return Ok(Progress::Congested(receiver)),
            Err(ErrorCode::ServerBusy) => return Err(self.refuse_as_busy().await),
            Err(code) => self.refuse(code).await?,
        }
        Ok(Progress::Done(()))
    }

    /// Says when there may be a seat, and closes: a socket that waits takes a place from who could use it.
    async fn refuse_as_busy(&mut self) -> Ending {
        self.shared.metrics.error(ErrorCode::ServerBusy);
        let wait = Admission::come_back();
        let answer = wire::refusal(ErrorCode::ServerBusy, Some(wait), None);
        let told = self.outbound.text(answer).await;
        told.err().unwrap_or(Ending::Close(CloseCause::Busy))
    }

    async fn leave(&mut self) -> Result<Progress<()>, Ending> {
        if let Some(seat) = &self.seat
            && let Progress::Congested(receiver) = seat.leave().await?
        {
            return Ok(Progress::Congested(receiver));
        }
        self.seat = None;
        self.renewal.stop();
        self.state = SocketState::Outside;
        info!(connection = self.handle.key().0, "left its room");
        Ok(Progress::Done(()))
    }

    async fn relay(
        &mut self,
        from: PeerId,
        to: PeerId,
        text: &ByteString,
    ) -> Result<Progress<()>, Ending> {
        let answer = match &self.seat {
            Some(seat) => seat.relay(from, to, text.clone())?,
            None => Err(ErrorCode::NotInRoom),
        };
        let answer = match answer {
            Ok(Relayed::Here(progress)) => Ok(progress),
            Ok(Relayed::Elsewhere(server)) => self.relay_far(server, (from, to), text).await,
            Err(code) => Err(code),
        };
        match answer {
            Ok(Progress::Done(())) => {
                let sample = || RelaySample {
                    took: self.outbound.silence(),
                    waiting: self.outbound.waiting(),
                };
                self.shared.metrics.relays.count(text.len(), sample);
            }
            Ok(congested @ Progress::Congested(_)) => return Ok(congested),
            Err(ErrorCode::UnknownPeer) => {
                let answer = wire::refusal(ErrorCode::UnknownPeer, None, Some(to));
                self.refuse_with(ErrorCode::UnknownPeer, answer).await?;
            }
            Err(code) => self.refuse(code).await?,
        }
        Ok(Progress::Done(()))
    }

    /// For a peer on another server, who cannot be reached while that server cannot.
    async fn relay_far(
        &self,
        server: ServerId,
        peers: (PeerId, PeerId),
        text: &ByteString,
    ) -> Result<Progress<()>, ErrorCode> {
        let (Some(backplane), SocketState::Inside { room, .. }) =
            (&self.shared.backplane, &self.state)
        else {
            return Err(ErrorCode::UnknownPeer);
        };
        let relayed = backplane.relay(server, room, peers, text).await;
        relayed.map_or(Err(ErrorCode::UnknownPeer), |()| Ok(Progress::Done(())))
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
