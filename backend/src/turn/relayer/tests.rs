//! The relay's rules, asked by a client that knows the secret.

use std::time::Duration;

use stun_types::{
    attribute::{AttributeWrite, ErrorCode, Nonce, Realm, Username, XorMappedAddress},
    message::{
        IntegrityAlgorithm, LongTermKeyCredentials, MessageIntegrityCredentials, MessageWrite,
        MessageWriteExt, MessageWriteVec, Method,
    },
};
use turn_types::{
    attribute::{ChannelNumber, Lifetime, RequestedTransport, XorRelayedAddress},
    message::{ALLOCATE, CHANNEL_BIND, CREATE_PERMISSION, DATA, REFRESH},
};

use super::*;
use crate::turn::{allocation::LIFETIME, authentication::REALM, credentials};

mod bounds;
mod refusals;
mod relaying;
mod strangers;

const PUBLIC: &str = "203.0.113.7";
/// When the tests begin, by the wall clock.
const EPOCH: Duration = Duration::from_secs(1_900_000_000);

/// A relay, and what time it is there.
struct World {
    relayer: Relayer,
    moment: Moment,
    next_port: u16,
}

/// Somebody who asks.
#[derive(Clone)]
struct Asking {
    client: Client,
    username: String,
    password: String,
    nonce: String,
}

/// What came back.
#[derive(Debug)]
struct Reply(Vec<u8>);

impl World {
    fn new() -> Self {
        Self::with(TurnLimits::default())
    }

    fn with(limits: TurnLimits) -> Self {
        let settings = RelayerSettings {
            secret: secret(),
            public: vec![PUBLIC.parse().unwrap()],
            relay_ports: 50_000..=50_999,
            opened_peers: Vec::new(),
            own: vec!["203.0.113.7:3478".parse().unwrap()],
            host: BTreeSet::new(),
            limits,
            nonce_key: [1; 32],
        };
        Self {
            relayer: Relayer::new(settings, Arc::default()),
            moment: Moment {
                now: Timestamp::from_millis(0),
                wall_clock: EPOCH,
            },
            next_port: 50_000,
        }
    }

    fn pass(&mut self, time: Duration) {
        self.moment.now = self.moment.now + time;
        self.moment.wall_clock += time;
    }

    /// Somebody at this address whose credentials hold for an hour.
    fn somebody(&self, address: &str) -> Asking {
        self.somebody_until(address, self.moment.wall_clock + Duration::from_secs(3_600))
    }

    fn somebody_until(&self, address: &str, expiry: Duration) -> Asking {
        let address: SocketAddr = address.parse().unwrap();
        let text = address.to_string();
        let random = text
            .bytes()
            .fold(0_u64, |sum, byte| sum.wrapping_mul(257) + u64::from(byte));
        let made = credentials::make(&secret(), expiry, random.to_be_bytes());
        Asking {
            client: Client::Datagrams {
                listener: 0,
                address,
            },
            username: made.username,
            password: made.password,
            nonce: self.relayer.authenticator.nonce_for(self.moment, address),
        }
    }

    /// Carries out a request, with a port for a relay if that is what it comes to.
    fn ask(
        &mut self,
        asking: &Asking,
        method: Method,
        attributes: &[&dyn AttributeWrite],
    ) -> Reply {
        self.ask_as(asking, &request(asking, method, attributes))
    }

    fn ask_as(&mut self, asking: &Asking, bytes: &[u8]) -> Reply {
        match self
            .relayer
            .handle_client(self.moment, asking.client, bytes)
        {
            Step::Answer(answer) | Step::Close(answer) => Reply(answer),
            Step::Open(opening) => {
                self.next_port += 1;
                let port = Some(self.next_port);
                let opened = self.relayer.opened(self.moment, *opening, port);
                Reply(opened.unwrap_or_else(|refused| refused))
            }
            other @ (Step::Nothing | Step::ToPeer { .. } | Step::ToClient { .. }) => {
                panic!("no reply: {other:?}")
            }
        }
    }

    fn allocate(&mut self, asking: &Asking) -> Reply {
        self.ask(asking, ALLOCATE, &[&RequestedTransport::new(17)])
    }

    /// A relay that may talk to these peers; gives its address.
    fn relay_to(&mut self, asking: &Asking, peers: &[&str]) -> SocketAddr {
        let allocated = self.allocate(asking);
        assert_eq!(allocated.code(), None);
        for peer in peers {
            assert_eq!(self.permit(asking, peer).code(), None, "{peer}");
        }
        allocated.relayed()
    }

    fn permit(&mut self, asking: &Asking, peer: &str) -> Reply {
        let peer = XorPeerAddress::new(peer.parse().unwrap(), 7.into());
        self.ask(asking, CREATE_PERMISSION, &[&peer])
    }

    fn bind(&mut self, asking: &Asking, number: u16, peer: &str) -> Reply {
        let peer = XorPeerAddress::new(peer.parse().unwrap(), 7.into());
        self.ask(asking, CHANNEL_BIND, &[&ChannelNumber::new(number), &peer])
    }

    fn refresh(&mut self, asking: &Asking, seconds: u32) -> Reply {
        self.ask(asking, REFRESH, &[&Lifetime::new(seconds)])
    }

    /// Sends to a peer without a channel; gives where it goes to.
    fn send(&mut self, asking: &Asking, peer: &str, data: &[u8]) -> Option<SocketAddr> {
        let mut message = Message::builder_indication(SEND, MessageWriteVec::new());
        let peer = XorPeerAddress::new(peer.parse().unwrap(), message.transaction_id());
        message.add_attribute(&peer).unwrap();
        message.add_attribute(&Data::new(data)).unwrap();
        let bytes = message.finish();
        match self
            .relayer
            .handle_client(self.moment, asking.client, &bytes)
        {
            Step::ToPeer { peer, data: sent } => {
                assert_eq!(sent, data);
                Some(peer)
            }
            Step::Nothing => None,
            other @ (Step::Answer(_) | Step::Open(_) | Step::ToClient { .. } | Step::Close(_)) => {
                panic!("{other:?}")
            }
        }
    }

    fn receive(&mut self, asking: &Asking, peer: &str) -> Option<Framing> {
        let peer = peer.parse().unwrap();
        self.relayer
            .handle_peer(self.moment.now, asking.client, peer, 10)
    }
}

impl Reply {
    fn message(&self) -> Message<'_> {
        Message::from_bytes(&self.0).unwrap()
    }

    /// None for success.
    fn code(&self) -> Option<u16> {
        self.message()
            .attribute::<ErrorCode>()
            .ok()
            .map(|error| error.code())
    }

    fn relayed(&self) -> SocketAddr {
        let message = self.message();
        let relayed = message.attribute::<XorRelayedAddress>().unwrap();
        relayed.addr(message.transaction_id())
    }
}

fn secret() -> TurnSecret {
    TurnSecret::new("north").unwrap()
}

/// A signed request. Its transaction is always the same, as that of one that is sent again.
fn request(asking: &Asking, method: Method, attributes: &[&dyn AttributeWrite]) -> Vec<u8> {
    let mut message = unsigned(method, attributes);
    message
        .add_attribute(&Username::new(&asking.username).unwrap())
        .unwrap();
    message.add_attribute(&Realm::new(REALM).unwrap()).unwrap();
    message
        .add_attribute(&Nonce::new(&asking.nonce).unwrap())
        .unwrap();
    let credentials = LongTermKeyCredentials::new(
        asking.username.clone(),
        asking.password.clone(),
        REALM.to_owned(),
    );
    let credentials = MessageIntegrityCredentials::from(credentials);
    message
        .add_message_integrity(&credentials, IntegrityAlgorithm::Sha1)
        .unwrap();
    message.finish()
}

fn unsigned(method: Method, attributes: &[&dyn AttributeWrite]) -> MessageWriteVec {
    use stun_types::message::MessageType;
    let kind = MessageType::from_class_method(MessageClass::Request, method);
    let mut message = Message::builder(kind, 7.into(), MessageWriteVec::new());
    for attribute in attributes {
        message.add_attribute(*attribute).unwrap();
    }
    message
}
