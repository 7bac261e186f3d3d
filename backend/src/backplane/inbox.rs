//! What comes for this server, and who else is there.

use std::{collections::HashMap, sync::Arc, time::Duration};

use actix::Recipient;
use async_nats::{ConnectOptions, Event, StatusCode, Subscriber};
use banter_protocol::{
    ids::{RoomId, ServerId},
    signaling::span::{
        Acquaintance, Neighbours, Opening, RelayHead, RoomMessage, RoomWord, ServerPresence, Sign,
        timing,
    },
};
use futures_core::Stream;
use tokio::{
    sync::{mpsc, oneshot},
    time::{MissedTickBehavior, interval, sleep},
};
use tracing::{debug, info, warn};

use super::{
    bus::Bus,
    orders::{FromBus, Order},
    subjects,
};
use crate::{
    clock::Clock,
    config::{Credentials, NatsSettings},
    metrics::Metrics,
};

/// Messages that may wait for the connection to NATS.
const QUEUED_MESSAGES: usize = 8_192;

/// A connection from which nothing came for three of these is dead.
const PING_EVERY: Duration = Duration::from_secs(2);

/// Between two attempts to connect, at most.
const RETRY_WITHIN: Duration = Duration::from_secs(2);

/// When to say that NATS is out of reach from the start.
const SAY_UNREACHED_AFTER: Duration = Duration::from_secs(1);

/// How many rooms tell each other everything at once, after NATS was out of reach.
const RECONNECTED_AT_ONCE: usize = 250;
const RECONNECTED_PAUSE: Duration = Duration::from_millis(25);

/// Begins to connect, and goes on trying for as long as the server runs. Needs a runtime.
pub(crate) fn start(
    me: ServerId,
    settings: NatsSettings,
    metrics: Arc<Metrics>,
    clock: Clock,
) -> Arc<Bus> {
    metrics.backplane.use_it();
    let (inbox, orders) = mpsc::unbounded_channel();
    let bus = Arc::new(Bus::new(me, inbox, metrics));
    actix_web::rt::spawn(Inbox::new(Arc::clone(&bus), clock, orders).run(settings));
    bus
}

/// The task that reads.
pub(super) struct Inbox {
    bus: Arc<Bus>,
    clock: Clock,
    orders: mpsc::UnboundedReceiver<Order>,
    rooms: HashMap<RoomId, Enrolled>,
    neighbours: Neighbours,
    is_leaving: bool,
}

struct Enrolled {
    generation: u64,
    room: Recipient<FromBus>,
    waiting: Option<Waiting>,
}

/// A room that waits for answers: what comes meanwhile is handed over with them.
struct Waiting {
    opening: Opening,
    held: Vec<FromBus>,
    done: oneshot::Sender<Vec<FromBus>>,
}

impl Enrolled {
    fn hand(&mut self, message: FromBus) {
        match &mut self.waiting {
            Some(waiting) => waiting.held.push(message),
            None => self.room.do_send(message),
        }
    }

    fn stop_waiting(&mut self) {
        if let Some(Waiting { held, done, .. }) = self.waiting.take() {
            // A room that is gone by now needs no answers.
            let _ = done.send(held);
        }
    }
}

impl Inbox {
    pub(super) fn new(bus: Arc<Bus>, clock: Clock, orders: mpsc::UnboundedReceiver<Order>) -> Self {
        Self {
            neighbours: Neighbours::new(bus.me()),
            bus,
            clock,
            orders,
            rooms: HashMap::new(),
            is_leaving: false,
        }
    }

    /// Reads for as long as the server runs.
    pub(super) async fn run(mut self, settings: NatsSettings) {
        let (events, mut event) = mpsc::unbounded_channel();
        let connected = options(&settings, events).connect(settings.servers).await;
        let subscribed = match &connected {
            Ok(client) => {
                let signs = client.subscribe(subjects::SIGNS).await;
                let direct = client.subscribe(subjects::all_direct(self.bus.me())).await;
                signs.ok().zip(direct.ok())
            }
            Err(error) => {
                warn!(%error, "the backplane cannot be used; rooms are local");
                None
            }
        };
        let (Ok(client), Some((mut signs, mut direct))) = (connected, subscribed) else {
            return self.serve_alone().await;
        };
        self.bus.set_client(client);
        let mut sign = interval(timing::SIGN_EVERY);
        let mut check = interval(Duration::from_secs(1));
        check.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut unreached = Some(Box::pin(sleep(SAY_UNREACHED_AFTER)));
        loop {
            tokio::select! {
                biased;
                // A room is known here before anything can come for it.
                Some(order) = self.orders.recv() => self.take_order(order),
                Some(event) = event.recv() => {
                    if event == Event::Connected {
                        unreached = None;
                    }
                    self.handle_event(&event);
                }
                () = async { if let Some(wait) = &mut unreached { wait.await } }, if unreached.is_some() => {
                    unreached = None;
                    warn!("the backplane is out of reach; rooms are local until it is there, trying on");
                }
                _ = sign.tick() => self.sign(),
                _ = check.tick() => self.check_neighbours(),
                Some(message) = next(&mut signs) => self.handle_sign(&message.payload),
                Some(message) = next(&mut direct) => self.handle_direct(message),
                else => return,
            }
        }
    }

    /// Nothing ever comes; nobody may wait for it.
    async fn serve_alone(mut self) {
        while let Some(order) = self.orders.recv().await {
            self.take_order(order);
            self.rooms.values_mut().for_each(Enrolled::stop_waiting);
        }
    }

    fn take_order(&mut self, order: Order) {
        match order {
            Order::Enrol {
                name,
                generation,
                room,
            } => {
                let enrolled = Enrolled {
                    generation,
                    room,
                    waiting: None,
                };
                self.rooms.insert(name, enrolled);
            }
            Order::Retire { name, generation } => {
                if self
                    .rooms
                    .get(&name)
                    .is_some_and(|room| room.generation == generation)
                {
                    self.rooms.remove(&name);
                }
            }
            Order::Open { name, done } => {
                if let Some(room) = self.rooms.get_mut(&name) {
                    room.waiting = Some(Waiting {
                        opening: Opening::new(self.bus.me()),
                        held: Vec::new(),
                        done,
                    });
                }
            }
            Order::StopWaiting { name } => {
                if let Some(room) = self.rooms.get_mut(&name) {
                    room.stop_waiting();
                }
            }
            Order::Saw(server) => self.meet(server),
            Order::Leave => self.is_leaving = true,
        }
    }

    fn handle_event(&mut self, event: &Event) {
        let metrics = &self.bus.metrics().backplane;
        match event {
            Event::Connected => {
                metrics.connected.set(1);
                info!("the backplane is in reach");
                self.sign();
                self.tell_slowly();
            }
            Event::Disconnected | Event::Closed => {
                metrics.connected.set(0);
                metrics.disconnects.increment();
                warn!("the backplane is out of reach; rooms are local until it is back, trying on");
            }
            Event::SlowConsumer(_) => {
                warn!("the backplane brings more than is read; the rest is asked for again");
            }
            Event::ServerError(error) => warn!(%error, "the backplane refuses"),
            Event::ClientError(error) => debug!(%error, "no way to the backplane yet"),
            Event::LameDuckMode | Event::Draining => debug!(%event, "backplane"),
        }
    }

    /// Every room says what it has, few at a time.
    fn tell_slowly(&self) {
        let rooms: Vec<_> = self.rooms.values().map(|it| it.room.clone()).collect();
        actix_web::rt::spawn(async move {
            for some in rooms.chunks(RECONNECTED_AT_ONCE) {
                for room in some {
                    room.do_send(FromBus::Reconnected);
                }
                sleep(RECONNECTED_PAUSE).await;
            }
        });
    }

    fn sign(&self) {
        if !self.is_leaving {
            // Without a backplane nobody is there to see it.
            let _ = self.bus.sign(ServerPresence::Here);
        }
    }

    fn handle_sign(&mut self, payload: &[u8]) {
        match Sign::decode(payload) {
            Ok(Sign { server, presence }) => match presence {
                ServerPresence::Here => self.meet(server),
                ServerPresence::Leaving if server != self.bus.me() => {
                    info!(%server, "a server leaves the backplane");
                    self.neighbours.handle_leaving(server);
                    self.tell_all(&FromBus::Left(server));
                }
                ServerPresence::Leaving => {}
            },
            Err(why) => self.refuse(why),
        }
    }

    fn meet(&mut self, server: ServerId) {
        match self.neighbours.handle_sign(self.clock.now(), server) {
            Acquaintance::New => {
                info!(%server, "a server joins the backplane");
                self.count_neighbours();
                // So that it need not wait for the next one.
                self.sign();
            }
            Acquaintance::Old => {}
        }
    }

    fn check_neighbours(&mut self) {
        for server in self.neighbours.expire(self.clock.now()) {
            warn!(%server, "a server gives no sign any more; its people are gone");
            self.tell_all(&FromBus::Gone(server));
        }
        self.count_neighbours();
    }

    fn count_neighbours(&self) {
        let servers = i64::try_from(self.neighbours.len()).unwrap_or(i64::MAX);
        self.bus.metrics().backplane.servers.set(servers);
    }

    fn tell_all(&mut self, message: &FromBus) {
        self.count_neighbours();
        for room in self.rooms.values_mut() {
            room.hand(message.clone());
        }
    }

    fn handle_direct(&mut self, message: async_nats::Message) {
        let Some(name) = subjects::room_of(&message.subject) else {
            return self.refuse("no room");
        };
        let Some(room) = self.rooms.get_mut(&name) else {
            // It has just ended.
            if RelayHead::leads(&message.payload) {
                self.bus.metrics().backplane.frames_lost.increment();
            }
            return;
        };
        if message.status == Some(StatusCode::NO_RESPONDERS) {
            return room.stop_waiting();
        }
        let is_last = room
            .waiting
            .as_mut()
            .is_some_and(|waiting| waiting.is_last(&message.payload));
        room.hand(FromBus::Said(message.payload));
        if is_last {
            room.stop_waiting();
        }
    }

    fn refuse(&self, why: impl std::fmt::Display) {
        self.bus.metrics().backplane.refused.increment();
        debug!(%why, "a message of the backplane was refused");
    }
}

impl Waiting {
    /// Whether this is the answer after which nothing needs to be waited for.
    fn is_last(&mut self, payload: &[u8]) -> bool {
        if RelayHead::leads(payload) {
            return false;
        }
        // What is wrong with it, the room finds and counts.
        let Ok(RoomMessage { server, word, .. }) = RoomMessage::decode(payload) else {
            return false;
        };
        match word {
            RoomWord::Page(page) if page.known.is_none() && page.part + 1 == page.parts => {
                self.opening.handle_answer(server, &page.others)
            }
            RoomWord::Page(_)
            | RoomWord::Ask
            | RoomWord::Change { .. }
            | RoomWord::Digest { .. }
            | RoomWord::Want => false,
        }
    }
}

fn options(settings: &NatsSettings, events: mpsc::UnboundedSender<Event>) -> ConnectOptions {
    let options = ConnectOptions::new()
        .name("banter")
        .no_echo()
        .retry_on_initial_connect()
        .client_capacity(QUEUED_MESSAGES)
        .ping_interval(PING_EVERY)
        .connection_timeout(RETRY_WITHIN)
        .reconnect_delay_callback(|attempts| {
            let attempts = u32::try_from(attempts).unwrap_or(u32::MAX);
            let pause = Duration::from_millis(50).saturating_mul(attempts);
            pause.min(RETRY_WITHIN)
        })
        .event_callback(move |event| {
            // Nobody listens only when the server ends.
            let _ = events.send(event);
            async {}
        });
    match &settings.credentials {
        Credentials::None => options,
        Credentials::Token(token) => options.token(token.clone()),
        Credentials::User { name, password } => {
            options.user_and_password(name.clone(), password.clone())
        }
    }
}

async fn next(subscriber: &mut Subscriber) -> Option<async_nats::Message> {
    let mut subscriber = std::pin::pin!(subscriber);
    std::future::poll_fn(|context| subscriber.as_mut().poll_next(context)).await
}
