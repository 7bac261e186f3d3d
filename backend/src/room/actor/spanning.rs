//! A room that spans servers: what it hears of the others, and what it tells them.

use std::sync::Arc;

use actix::{AsyncContext, Context, Handler, StreamHandler, WrapFuture, fut::ActorFutureExt};
use actix_web::web::Bytes;
use async_nats::Subscriber;
use banter_protocol::{
    ids::{PeerId, ServerId},
    signaling::{
        CloseCause,
        span::{
            Arrived, EarlyFrames, Happened, RelayHead, RoomMessage, RoomWord, SpanState, timing,
        },
    },
    time::Timestamp,
};
use bytestring::ByteString;
use tokio::time::timeout;

use super::Room;
use crate::{
    backplane::{BackplaneMetrics, Bus, FromBus},
    connection::{ConnectionHandle, PATIENCE},
    room::{
        backlog::{Backlogs, Next},
        table::Members,
    },
};

/// What a room needs for it.
#[derive(Debug)]
pub(super) struct Span {
    bus: Arc<Bus>,
    listening: Listening,
    early: EarlyFrames<ByteString>,
    backlogs: Backlogs,
}

/// Whether the room hears what all of its servers are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Listening {
    No,
    Soon,
    Yes,
}

impl Span {
    pub(super) fn new(bus: &Arc<Bus>) -> Self {
        Self {
            bus: Arc::clone(bus),
            listening: Listening::No,
            early: EarlyFrames::default(),
            backlogs: Backlogs::default(),
        }
    }
}

impl Room {
    fn bus(&self) -> Option<Arc<Bus>> {
        self.span.as_ref().map(|span| Arc::clone(&span.bus))
    }

    fn counts(&self) -> &BackplaneMetrics {
        &self.shared.metrics.backplane
    }

    /// Nobody is let in before it is known who is there.
    pub(super) fn open(&mut self, context: &mut Context<Self>) {
        let Some(bus) = self.bus() else { return };
        let name = self.entry.name.clone();
        bus.enrol(
            name.clone(),
            self.entry.generation,
            context.address().recipient(),
        );
        let opened = async move { bus.open(&name).await };
        let then =
            opened
                .into_actor(self)
                .map(|(answers, subscriber), room: &mut Self, context| {
                    match subscriber {
                        Some(subscriber) => room.listen_to(subscriber, context),
                        None => room.listen(context),
                    }
                    for answer in answers {
                        room.hear(answer, context);
                    }
                });
        context.wait(then);
    }

    fn listen_to(&mut self, subscriber: Subscriber, context: &mut Context<Self>) {
        if let Some(span) = &mut self.span {
            span.listening = Listening::Yes;
            context.add_stream(subscriber);
        }
    }

    /// Tries to listen, now that the backplane may be in reach.
    fn listen(&mut self, context: &mut Context<Self>) {
        let Some(span) = self
            .span
            .as_mut()
            .filter(|span| span.listening == Listening::No)
        else {
            return;
        };
        span.listening = Listening::Soon;
        let (bus, name) = (Arc::clone(&span.bus), self.entry.name.clone());
        let listening = async move { bus.listen(&name).await };
        let then = listening
            .into_actor(self)
            .map(
                |subscriber, room: &mut Self, context| match (subscriber, &mut room.span) {
                    (Some(subscriber), _) => {
                        room.listen_to(subscriber, context);
                        room.tell_everything(context);
                    }
                    (None, Some(span)) => span.listening = Listening::No,
                    (None, None) => {}
                },
            );
        context.spawn(then);
    }

    fn tell_everything(&mut self, context: &mut Context<Self>) {
        self.change_span(context, |span, _| {
            span.reconnected();
            Vec::new()
        });
    }

    /// Changes what is known of all servers, and tells the sockets what follows.
    fn change_span(
        &mut self,
        context: &mut Context<Self>,
        change: impl FnOnce(&mut SpanState, Timestamp) -> Vec<Happened>,
    ) {
        self.change(context, |room, members, _| {
            let now = room.shared.clock.now();
            if let Some(span) = members.state.spanning() {
                let happened = change(span, now);
                room.carry_out(members, happened);
            }
        });
    }

    /// Says what the others must hear.
    pub(super) fn say_outgoing(&self, members: &mut Members) {
        if let (Some(span), Some(state)) = (&self.span, members.state.spanning()) {
            while let Some(outgoing) = state.poll_outgoing() {
                span.bus.say(&self.entry.name, outgoing);
            }
        }
    }

    /// The room ends. After a panic the others learn of it, since nobody sits here any more; when the server ends
    /// they must not, since its seats are kept.
    pub(super) fn retire(&self) {
        let Some(bus) = self.bus() else { return };
        bus.retire(self.entry.name.clone(), self.entry.generation);
        if std::thread::panicking() {
            let mut members = self.table.write();
            if let Some(span) = members.state.spanning() {
                span.end();
            }
            self.say_outgoing(&mut members);
        }
    }

    fn hear(&mut self, message: FromBus, context: &mut Context<Self>) {
        match message {
            FromBus::Said(payload) if RelayHead::leads(&payload) => {
                self.hear_frame(&payload, context);
            }
            FromBus::Said(payload) => self.hear_word(&payload, context),
            FromBus::Gone(server) => self.change_span(context, |span, _| span.server_gone(server)),
            FromBus::Left(server) => {
                self.change_span(context, |span, now| span.server_left(now, server));
            }
            FromBus::Reconnected => match self.span.as_ref().map(|span| span.listening) {
                Some(Listening::Yes) => self.tell_everything(context),
                Some(Listening::No | Listening::Soon) | None => self.listen(context),
            },
        }
    }

    fn hear_word(&mut self, payload: &[u8], context: &mut Context<Self>) {
        let message = RoomMessage::decode(payload).ok();
        let Some(RoomMessage { server, word, .. }) =
            message.filter(|it| it.room == self.entry.name)
        else {
            self.counts().refused.increment();
            return;
        };
        self.counts().heard.increment();
        if let (RoomWord::Page(_), Some(bus)) = (&word, self.bus()) {
            bus.saw(server);
        }
        self.change_span(context, |span, now| span.handle(now, server, word));
        self.release_early(context);
    }

    fn hear_frame(&mut self, payload: &Bytes, context: &mut Context<Self>) {
        let read = RelayHead::decode(payload)
            .ok()
            .filter(|(head, _)| head.room == self.entry.name);
        let frame = read.and_then(|(head, start)| {
            let frame = ByteString::try_from(payload.slice(start..)).ok()?;
            Some((head, frame))
        });
        let Some((
            RelayHead {
                server, from, to, ..
            },
            frame,
        )) = frame
        else {
            self.counts().refused.increment();
            return;
        };
        self.counts().frames_heard.increment();
        let is_behind = self
            .span
            .as_ref()
            .is_some_and(|span| span.early.waits(server, from));
        match self.receiver(server, from, to) {
            Some(Ok(receiver)) if !is_behind => self.deliver(&receiver, frame, context),
            Some(_) => self.keep_early(server, (from, to), frame, context),
            None => self.counts().frames_lost.increment(),
        }
    }

    fn deliver(
        &mut self,
        receiver: &ConnectionHandle,
        frame: ByteString,
        context: &mut Context<Self>,
    ) {
        if let Some(span) = &mut self.span
            && span.backlogs.put(receiver, frame) == Next::Wait
        {
            self.wait_for(receiver.clone(), context);
        }
    }

    fn wait_for(&mut self, receiver: ConnectionHandle, context: &mut Context<Self>) {
        let drained = {
            let receiver = receiver.clone();
            async move { timeout(PATIENCE, receiver.drained()).await }
        };
        let then = drained
            .into_actor(self)
            .map(move |drained, room: &mut Self, context| {
                if drained.is_err() {
                    receiver.close(CloseCause::SlowReader);
                }
                if let Some(span) = &mut room.span
                    && span.backlogs.drain(&receiver) == Next::Wait
                {
                    room.wait_for(receiver, context);
                }
            });
        context.spawn(then);
    }

    /// Who gets a frame; an error where its sender must come first, nothing where nobody does.
    fn receiver(
        &self,
        server: ServerId,
        from: PeerId,
        to: PeerId,
    ) -> Option<Result<ConnectionHandle, Early>> {
        let mut members = self.table.write();
        match members.state.spanning()?.arrived(server, from, to) {
            Arrived::Deliver(connection) => members.connections.get(&connection).cloned().map(Ok),
            Arrived::Early => Some(Err(Early)),
            Arrived::NobodyHere => None,
        }
    }

    fn keep_early(
        &mut self,
        server: ServerId,
        peers: (PeerId, PeerId),
        frame: ByteString,
        context: &mut Context<Self>,
    ) {
        let now = self.shared.clock.now();
        let Some(span) = &mut self.span else { return };
        if !span.early.keep(now, server, peers, frame) {
            self.counts().frames_lost.increment();
            return;
        }
        self.change_span(context, |span, now| {
            span.came_early(now, server);
            Vec::new()
        });
        let wait = timing::EARLY_FRAME_KEPT + std::time::Duration::from_millis(1);
        context.run_later(wait, |room, _| {
            let now = room.shared.clock.now();
            let lost = room.span.as_mut().map_or(0, |span| span.early.expire(now));
            for _ in 0..lost {
                room.counts().frames_lost.increment();
            }
        });
    }

    /// Delivers what came before its sender, who may have come now.
    fn release_early(&mut self, context: &mut Context<Self>) {
        let Some(span) = &mut self.span else { return };
        if span.early.next_expiry().is_none() {
            return;
        }
        let mut members = self.table.write();
        let ready = match members.state.spanning() {
            Some(state) => span.early.ready(|server, peer| state.knows(server, peer)),
            None => Vec::new(),
        };
        drop(members);
        for early in ready {
            match self.receiver(early.server, early.from, early.to) {
                Some(Ok(receiver)) => self.deliver(&receiver, early.frame, context),
                Some(Err(Early)) | None => self.counts().frames_lost.increment(),
            }
        }
    }
}

/// The sender of a frame is not known yet.
struct Early;

impl Handler<FromBus> for Room {
    type Result = ();

    fn handle(&mut self, message: FromBus, context: &mut Self::Context) {
        self.hear(message, context);
    }
}

impl StreamHandler<async_nats::Message> for Room {
    fn handle(&mut self, message: async_nats::Message, context: &mut Self::Context) {
        self.hear(FromBus::Said(message.payload), context);
    }

    /// The room goes on by itself.
    fn finished(&mut self, context: &mut Self::Context) {
        if let Some(span) = &mut self.span {
            span.listening = Listening::No;
        }
        self.listen(context);
    }
}
