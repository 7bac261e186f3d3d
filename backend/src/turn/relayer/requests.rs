//! What clients ask for (RFC 8656, sections 7 to 12).

use std::{net::SocketAddr, time::Duration};

use stun_types::{
    AddressFamily,
    attribute::{
        AttributeStaticType, AttributeType, MessageIntegrity, MessageIntegritySha256, Nonce, Realm,
        Username,
    },
    message::{BINDING, Message, Method, TransactionId},
};
use turn_types::{
    attribute::{
        ChannelNumber, EvenPort, Lifetime, RequestedAddressFamily, RequestedTransport,
        XorPeerAddress, XorRelayedAddress,
    },
    message::{ALLOCATE, CHANNEL_BIND, CREATE_PERMISSION, REFRESH},
};

use super::{Client, Relayer, Step};
use crate::turn::{
    allocation::{Allocation, LIFETIME},
    authentication::{Moment, Standing, User},
    message::{Answer, unknown_types},
    peers::Place,
    refusal::Refusal,
};

/// IANA's number of UDP, the only transport of relays here.
const UDP: u8 = 17;

/// A relay that somebody may have as soon as there is a port for it.
#[derive(Debug)]
pub(crate) struct Opening {
    client: Client,
    user: User,
    transaction: TransactionId,
    /// The request as it came, since the answer is made from it.
    request: Vec<u8>,
    /// Which family of addresses the port must be of.
    pub(crate) family: AddressFamily,
    /// Which ports will do.
    pub(crate) parity: Parity,
}

/// Which ports a client takes. An even one is asked for by those who once sent RTP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Parity {
    /// Any.
    Any,
    /// Even ones.
    Even,
}

impl Relayer {
    pub(super) fn handle_request<'a>(
        &mut self,
        moment: Moment,
        client: Client,
        request: &Message<'_>,
    ) -> Step<'a> {
        if request.has_method(BINDING) {
            return self.handle_binding(client, request);
        }
        let address = client.address();
        let user = match self.authenticator.identify(moment, address, request) {
            Ok(user) => user,
            Err(refusal) => {
                self.metrics.refused(refusal);
                let answer = self
                    .authenticator
                    .challenge(moment, address, request, refusal);
                return self.answer_stranger(request, answer);
            }
        };
        let key = user.key.clone();
        match self.carry_out(moment, client, user, request) {
            Ok(step) => step,
            Err(refusal) => {
                self.metrics.refused(refusal);
                let mut answer = self
                    .authenticator
                    .challenge(moment, address, request, refusal);
                if refusal == Refusal::UnknownAttribute {
                    let known = known_types(request.method());
                    answer = answer.with_unknown(&unknown_types(request, &known));
                }
                Step::Answer(answer.signed(&key))
            }
        }
    }

    /// The port that an opening asked for, or that there is none.
    pub(crate) fn opened(
        &mut self,
        moment: Moment,
        opening: Opening,
        port: Option<u16>,
    ) -> Result<Vec<u8>, Vec<u8>> {
        let Opening {
            client,
            user,
            transaction,
            request,
            family,
            parity: _,
        } = opening;
        let Ok(request) = Message::from_bytes(&request) else {
            return Err(Vec::new());
        };
        let key = user.key.clone();
        let refuse = |relayer: &Self, refusal: Refusal| {
            relayer.metrics.refused(refusal);
            Err(Answer::refusal(&request, refusal).signed(&key))
        };
        let public = self.public_address(family);
        let Some(relayed) = public.zip(port).map(|(ip, port)| SocketAddr::new(ip, port)) else {
            return refuse(self, Refusal::Capacity);
        };
        if let Err(refusal) = self.quotas.take(&user.name, client.address().ip()) {
            return refuse(self, refusal);
        }
        let rate = self.limits.bytes_per_second;
        let allocation =
            Allocation::new(user.name, user.key, transaction, relayed, rate, moment.now);
        let answer = allocated(&request, client, &allocation);
        self.by_relayed.insert(relayed, client);
        self.allocations.insert(client, allocation);
        self.metrics.allocations.add(1);
        self.metrics.allocated.increment();
        Ok(answer)
    }

    fn handle_binding<'a>(&self, client: Client, request: &Message<'_>) -> Step<'a> {
        let unknown = unknown_types(request, &known_types(BINDING));
        let answer = if unknown.is_empty() {
            Answer::success(request).with_mapped_address(request, client.address())
        } else {
            self.metrics.refused(Refusal::UnknownAttribute);
            Answer::refusal(request, Refusal::UnknownAttribute).with_unknown(&unknown)
        };
        self.answer_stranger(request, answer)
    }

    fn carry_out<'a>(
        &mut self,
        moment: Moment,
        client: Client,
        user: User,
        request: &Message<'_>,
    ) -> Result<Step<'a>, Refusal> {
        let method = request.method();
        if !unknown_types(request, &known_types(method)).is_empty() {
            return Err(Refusal::UnknownAttribute);
        }
        if method == ALLOCATE {
            return self.allocate(client, user, request);
        }
        let allocation = self
            .allocations
            .get(&client)
            .filter(|allocation| allocation.expires > moment.now)
            .ok_or(Refusal::Mismatch)?;
        if allocation.username != user.name {
            return Err(Refusal::OtherUser);
        }
        match method {
            REFRESH => self.refresh(moment, client, &user, request),
            CREATE_PERMISSION => self.create_permission(moment, client, &user, request),
            CHANNEL_BIND => self.bind_channel(moment, client, &user, request),
            _ => Err(Refusal::BadRequest),
        }
    }

    fn allocate<'a>(
        &self,
        client: Client,
        user: User,
        request: &Message<'_>,
    ) -> Result<Step<'a>, Refusal> {
        if let Some(allocation) = self.allocations.get(&client) {
            // The answer to the first one was lost, and UDP asks again.
            let is_the_same = allocation.transaction == request.transaction_id()
                && allocation.username == user.name;
            return if is_the_same {
                Ok(Step::Answer(allocated(request, client, allocation)))
            } else {
                Err(Refusal::Mismatch)
            };
        }
        if user.standing == Standing::Expired {
            return Err(Refusal::Expired);
        }
        let transport = request
            .attribute::<RequestedTransport>()
            .map_err(|_| Refusal::BadRequest)?;
        if transport.protocol() != UDP {
            return Err(Refusal::Transport);
        }
        let family = requested_family(request)?.unwrap_or(AddressFamily::IPV4);
        self.public_address(family).ok_or(Refusal::Family)?;
        let parity = match request.attribute::<EvenPort>() {
            // The next port cannot be kept for later.
            Ok(even) if even.requested() => return Err(Refusal::Capacity),
            Ok(_) => Parity::Even,
            Err(_) => Parity::Any,
        };
        self.quotas.check(&user.name, client.address().ip())?;
        Ok(Step::Open(Box::new(Opening {
            client,
            user,
            transaction: request.transaction_id(),
            request: request.as_bytes().to_vec(),
            family,
            parity,
        })))
    }

    /// A relay is not prolonged by credentials that have run out, but may be given up by them.
    fn refresh<'a>(
        &mut self,
        moment: Moment,
        client: Client,
        user: &User,
        request: &Message<'_>,
    ) -> Result<Step<'a>, Refusal> {
        let asked = request
            .attribute::<Lifetime>()
            .map(|lifetime| lifetime.seconds());
        if asked == Ok(0) {
            self.remove(client);
            let answer = with_lifetime(Answer::success(request), Duration::ZERO);
            return Ok(Step::Close(answer.signed(&user.key)));
        }
        if user.standing == Standing::Expired {
            return Err(Refusal::Expired);
        }
        let allocation = self.allocations.get_mut(&client).ok_or(Refusal::Mismatch)?;
        let family = requested_family(request)?;
        if family.is_some_and(|family| family != family_of(allocation.relayed)) {
            return Err(Refusal::PeerFamily);
        }
        allocation.expires = moment.now + LIFETIME;
        let answer = with_lifetime(Answer::success(request), LIFETIME);
        Ok(Step::Answer(answer.signed(&user.key)))
    }

    fn create_permission<'a>(
        &mut self,
        moment: Moment,
        client: Client,
        user: &User,
        request: &Message<'_>,
    ) -> Result<Step<'a>, Refusal> {
        let allocation = self.allocations.get_mut(&client).ok_or(Refusal::Mismatch)?;
        let peers = (0..).map_while(|nth| request.nth_attribute::<XorPeerAddress>(nth).ok());
        let peers: Vec<_> = peers
            .map(|peer| peer.addr(request.transaction_id()))
            .collect();
        // All or none.
        if peers.is_empty() {
            return Err(Refusal::BadRequest);
        }
        for peer in &peers {
            if family_of(*peer) != family_of(allocation.relayed) {
                return Err(Refusal::PeerFamily);
            }
            if !self.peers.may_permit(peer.ip()) {
                return Err(Refusal::ForbiddenPeer);
            }
        }
        for peer in peers {
            allocation.permit(moment.now, peer.ip())?;
        }
        Ok(Step::Answer(Answer::success(request).signed(&user.key)))
    }

    fn bind_channel<'a>(
        &mut self,
        moment: Moment,
        client: Client,
        user: &User,
        request: &Message<'_>,
    ) -> Result<Step<'a>, Refusal> {
        let allocation = self.allocations.get_mut(&client).ok_or(Refusal::Mismatch)?;
        let (Ok(number), Ok(peer)) = (
            request.attribute::<ChannelNumber>(),
            request.attribute::<XorPeerAddress>(),
        ) else {
            return Err(Refusal::BadRequest);
        };
        let (number, peer) = (number.channel(), peer.addr(request.transaction_id()));
        // RFC 5766 allowed these all; RFC 8656 the first quarter.
        if !(0x4000..=0x7fff).contains(&number) {
            return Err(Refusal::BadRequest);
        }
        if family_of(peer) != family_of(allocation.relayed) {
            return Err(Refusal::PeerFamily);
        }
        if self.peers.place(peer) == Place::Forbidden {
            return Err(Refusal::ForbiddenPeer);
        }
        allocation.bind(moment.now, number, peer)?;
        Ok(Step::Answer(Answer::success(request).signed(&user.key)))
    }

    fn public_address(&self, family: AddressFamily) -> Option<std::net::IpAddr> {
        let is_ipv4 = family == AddressFamily::IPV4;
        self.public
            .iter()
            .copied()
            .find(|ip| ip.is_ipv4() == is_ipv4)
    }
}

fn allocated(request: &Message<'_>, client: Client, allocation: &Allocation) -> Vec<u8> {
    let relayed = XorRelayedAddress::new(allocation.relayed, request.transaction_id());
    let answer = Answer::success(request)
        .with(&relayed)
        .with_mapped_address(request, client.address());
    with_lifetime(answer, LIFETIME).signed(&allocation.key)
}

fn with_lifetime(answer: Answer, lifetime: Duration) -> Answer {
    let seconds = u32::try_from(lifetime.as_secs()).unwrap_or(u32::MAX);
    answer.with(&Lifetime::new(seconds))
}

fn requested_family(request: &Message<'_>) -> Result<Option<AddressFamily>, Refusal> {
    if !request.has_attribute(RequestedAddressFamily::TYPE) {
        return Ok(None);
    }
    match request.attribute::<RequestedAddressFamily>() {
        Ok(requested) => Ok(Some(requested.family())),
        Err(_) => Err(Refusal::Family),
    }
}

fn family_of(address: SocketAddr) -> AddressFamily {
    if address.is_ipv4() {
        AddressFamily::IPV4
    } else {
        AddressFamily::IPV6
    }
}

/// What a request may hold that must be understood.
fn known_types(method: Method) -> Vec<AttributeType> {
    let own: &[AttributeType] = match method {
        ALLOCATE => &[
            RequestedTransport::TYPE,
            EvenPort::TYPE,
            RequestedAddressFamily::TYPE,
            Lifetime::TYPE,
        ],
        REFRESH => &[RequestedAddressFamily::TYPE, Lifetime::TYPE],
        CREATE_PERMISSION => &[XorPeerAddress::TYPE],
        CHANNEL_BIND => &[XorPeerAddress::TYPE, ChannelNumber::TYPE],
        _ => &[],
    };
    let signing = [
        Username::TYPE,
        Realm::TYPE,
        Nonce::TYPE,
        MessageIntegrity::TYPE,
        MessageIntegritySha256::TYPE,
    ];
    [own, &signing].concat()
}
