//! What a server says to the others.

use std::{
    pin::pin,
    sync::{Arc, OnceLock},
    task::{Context, Poll, Waker},
    time::Duration,
};

use actix::Recipient;
use async_nats::{Client, Subscriber, connection::State};
use banter_protocol::{
    ids::{PeerId, RoomId, ServerId},
    signaling::span::{
        Address, Outgoing, RelayHead, RoomMessage, RoomWord, ServerPresence, Sign, timing,
    },
};
use bytestring::ByteString;
use tokio::{
    sync::{mpsc, oneshot},
    task::unconstrained,
    time::timeout,
};

use super::{
    orders::{FromBus, Order},
    subjects,
};
use crate::metrics::Metrics;

/// How long a relayed frame waits for a place in the client's queue.
const PLACE_WITHIN: Duration = Duration::from_secs(2);

/// How long the last word may take.
const LAST_WORD_WITHIN: Duration = Duration::from_secs(1);

/// Into the backplane.
#[derive(Debug)]
pub(crate) struct Bus {
    me: ServerId,
    client: OnceLock<Client>,
    inbox: mpsc::UnboundedSender<Order>,
    metrics: Arc<Metrics>,
}

/// A relayed frame cannot be sent: the backplane is out of reach or does not keep up.
#[derive(Debug)]
pub(crate) struct Unsent;

impl Bus {
    /// Hands what rooms ask to `inbox`. Nothing can be sent before [`Bus::set_client`].
    pub(super) fn new(
        me: ServerId,
        inbox: mpsc::UnboundedSender<Order>,
        metrics: Arc<Metrics>,
    ) -> Self {
        Self {
            me,
            client: OnceLock::new(),
            inbox,
            metrics,
        }
    }

    /// This server.
    pub(crate) fn me(&self) -> ServerId {
        self.me
    }

    pub(crate) fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    pub(super) fn set_client(&self, client: Client) {
        // The inbox does so once.
        let _ = self.client.set(client);
    }

    /// The client while it is connected: while it is not, what it is given would wait in its queue and arrive late.
    fn client(&self) -> Option<&Client> {
        let client = self.client.get()?;
        (client.connection_state() == State::Connected).then_some(client)
    }

    /// Says something of a room. Where that cannot be done at once it is not done: the others will ask.
    pub(crate) fn say(&self, room: &RoomId, Outgoing { to, word }: Outgoing) {
        let subject = match to {
            Address::Room => subjects::room(room),
            Address::Server(server) => subjects::direct(server, room),
        };
        let sent = self.publish_now(subject, self.message(room, word));
        if sent.is_ok() {
            self.metrics.backplane.said.increment();
        }
    }

    fn message(&self, room: &RoomId, word: RoomWord) -> Vec<u8> {
        let message = RoomMessage {
            room: room.clone(),
            server: self.me,
            word,
        };
        message.encode()
    }

    pub(super) fn sign(&self, presence: ServerPresence) -> Result<(), Unsent> {
        let server = self.me;
        self.publish_now(
            subjects::SIGNS.to_owned(),
            Sign { server, presence }.encode(),
        )
    }

    /// Queues it if there is a place now. Whoever says something of a room cannot wait, and must say it before
    /// anything that comes later.
    fn publish_now(&self, subject: String, payload: Vec<u8>) -> Result<(), Unsent> {
        let published = self.client().and_then(|client| {
            let publish = pin!(unconstrained(client.publish(subject, payload.into())));
            match publish.poll(&mut Context::from_waker(Waker::noop())) {
                Poll::Ready(published) => published.ok(),
                Poll::Pending => None,
            }
        });
        published.ok_or_else(|| {
            self.metrics.backplane.unsent.increment();
            Unsent
        })
    }

    /// Sends a frame to a member's server. Waits for a place, so that a sender is held back by a slow backplane.
    pub(crate) async fn relay(
        &self,
        server: ServerId,
        room: &RoomId,
        (from, to): (PeerId, PeerId),
        frame: &ByteString,
    ) -> Result<(), Unsent> {
        let head = RelayHead {
            room: room.clone(),
            server: self.me,
            from,
            to,
        };
        let (subject, payload) = (
            subjects::direct(server, room),
            head.encode(frame.as_bytes()),
        );
        let client = self.client().ok_or(Unsent);
        let published = match client {
            Ok(client) => timeout(PLACE_WITHIN, client.publish(subject, payload.into())).await,
            Err(unsent) => {
                self.metrics.backplane.unsent.increment();
                return Err(unsent);
            }
        };
        match published {
            Ok(Ok(())) => {
                self.metrics.backplane.relayed.increment();
                Ok(())
            }
            Ok(Err(_)) | Err(_) => {
                self.metrics.backplane.unsent.increment();
                Err(Unsent)
            }
        }
    }

    /// From now on the inbox hands over to this room what comes for it.
    pub(crate) fn enrol(&self, name: RoomId, generation: u64, room: Recipient<FromBus>) {
        self.order(Order::Enrol {
            name,
            generation,
            room,
        });
    }

    /// The room has ended.
    pub(crate) fn retire(&self, name: RoomId, generation: u64) {
        self.order(Order::Retire { name, generation });
    }

    /// A server has said something of a room, and so is there.
    pub(crate) fn saw(&self, server: ServerId) {
        self.order(Order::Saw(server));
    }

    fn order(&self, order: Order) {
        // The inbox is gone only when the server is.
        let _ = self.inbox.send(order);
    }

    /// Opens a room, which is enrolled: finds out who is in it. Gives what the others answered, and what will be
    /// said there from now on, where the backplane is in reach.
    pub(crate) async fn open(&self, name: &RoomId) -> (Vec<FromBus>, Option<Subscriber>) {
        let Some(client) = self.client() else {
            return (Vec::new(), None);
        };
        let (done, mut answers) = oneshot::channel();
        self.order(Order::Open {
            name: name.clone(),
            done,
        });
        let (subject, reply) = (subjects::room(name), subjects::direct(self.me, name));
        let ask = self.message(name, RoomWord::Ask);
        let asking = async {
            // First the question: whoever is subscribed is asked, and NATS says so where nobody is.
            let asked = client
                .publish_with_reply(subject.clone(), reply, ask.into())
                .await;
            let listening = client.subscribe(subject).await;
            asked.ok().and(listening.ok())
        };
        let within = timing::ANSWERS_WITHIN;
        let Ok(Some(subscriber)) = timeout(within, asking).await else {
            self.order(Order::StopWaiting { name: name.clone() });
            return (answers.await.unwrap_or_default(), None);
        };
        let answers = match timeout(within, &mut answers).await {
            Ok(answers) => answers,
            Err(_) => {
                self.order(Order::StopWaiting { name: name.clone() });
                answers.await
            }
        };
        (answers.unwrap_or_default(), Some(subscriber))
    }

    /// Listens to a room that was opened while the backplane was out of reach.
    pub(crate) async fn listen(&self, name: &RoomId) -> Option<Subscriber> {
        let listening = self.client()?.subscribe(subjects::room(name));
        timeout(PLACE_WITHIN, listening).await.ok()?.ok()
    }

    /// The server leaves in good order: the others keep its seats for a while.
    pub(crate) async fn leave(&self) {
        self.order(Order::Leave);
        let Some(client) = self.client() else { return };
        if self.sign(ServerPresence::Leaving).is_ok() {
            let _ = timeout(LAST_WORD_WITHIN, client.flush()).await;
        }
    }
}
