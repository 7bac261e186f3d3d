//! One relay: whose it is, how long it lasts, and whom it may talk to.

use std::{
    collections::BTreeMap,
    net::{IpAddr, SocketAddr},
    time::Duration,
};

use banter_protocol::{
    time::Timestamp,
    token_bucket::{Rate, TokenBucket},
};
use stun_types::message::{IntegrityKey, TransactionId};

use super::{message::Framing, refusal::Refusal};

/// How long a relay lasts that is not refreshed (RFC 8656, section 2.2). Nobody gets more: whoever is gone is
/// forgotten soon, and whose credentials have run out.
pub(super) const LIFETIME: Duration = Duration::from_secs(600);
/// RFC 8656, section 9.
const PERMISSION: Duration = Duration::from_secs(300);
/// RFC 8656, section 12.
const CHANNEL: Duration = Duration::from_secs(600);
/// A browser asks for one permission for each address of the other side.
const MOST_PEERS: usize = 64;

/// A relay for one client.
#[derive(Debug)]
pub(super) struct Allocation {
    /// Whoever asked for it.
    pub(super) username: String,
    /// What answers about it are signed with.
    pub(super) key: IntegrityKey,
    /// The request that made it, which may come again over UDP.
    pub(super) transaction: TransactionId,
    /// Where peers send to.
    pub(super) relayed: SocketAddr,
    pub(super) expires: Timestamp,
    /// What it may still carry each way: a second's worth at once.
    pub(super) to_peer: TokenBucket,
    pub(super) to_client: TokenBucket,
    permissions: BTreeMap<IpAddr, Timestamp>,
    channels: BTreeMap<u16, Channel>,
    channel_numbers: BTreeMap<SocketAddr, u16>,
}

#[derive(Debug)]
struct Channel {
    peer: SocketAddr,
    expires: Timestamp,
}

impl Allocation {
    /// A new one, which may talk to nobody yet.
    pub(super) fn new(
        username: String,
        key: IntegrityKey,
        transaction: TransactionId,
        relayed: SocketAddr,
        bytes_per_second: u32,
        now: Timestamp,
    ) -> Self {
        let budget = Rate {
            per_second: bytes_per_second,
            burst: bytes_per_second,
        };
        Self {
            username,
            key,
            transaction,
            relayed,
            expires: now + LIFETIME,
            to_peer: TokenBucket::full(budget, now),
            to_client: TokenBucket::full(budget, now),
            permissions: BTreeMap::new(),
            channels: BTreeMap::new(),
            channel_numbers: BTreeMap::new(),
        }
    }

    /// Lets it talk to a peer, for a while.
    pub(super) fn permit(&mut self, now: Timestamp, peer: IpAddr) -> Result<(), Refusal> {
        if !self.permissions.contains_key(&peer) && self.permissions.len() >= MOST_PEERS {
            self.permissions.retain(|_, expires| *expires > now);
            if self.permissions.len() >= MOST_PEERS {
                return Err(Refusal::Capacity);
            }
        }
        self.permissions.insert(peer, now + PERMISSION);
        Ok(())
    }

    /// Whether it may talk to a peer.
    pub(super) fn is_permitted(&self, now: Timestamp, peer: IpAddr) -> bool {
        self.permissions
            .get(&peer)
            .is_some_and(|expires| *expires > now)
    }

    /// Gives a peer a number, which stands for it in both directions. Neither may be in use for another.
    pub(super) fn bind(
        &mut self,
        now: Timestamp,
        number: u16,
        peer: SocketAddr,
    ) -> Result<(), Refusal> {
        if self.channels.len() >= MOST_PEERS {
            self.forget_channels(now);
        }
        let (of_peer, of_number) = (self.number_of(now, peer), self.peer_of(now, number));
        let is_other = |used: bool, same: bool| used && !same;
        if is_other(of_peer.is_some(), of_peer == Some(number))
            || is_other(of_number.is_some(), of_number == Some(peer))
        {
            return Err(Refusal::BadRequest);
        }
        if of_peer.is_none() && self.channels.len() >= MOST_PEERS {
            return Err(Refusal::Capacity);
        }
        self.permit(now, peer.ip())?;
        let expires = now + CHANNEL;
        let before = self.channels.insert(number, Channel { peer, expires });
        if let Some(before) = before.filter(|before| before.peer != peer) {
            self.channel_numbers.remove(&before.peer);
        }
        let before = self.channel_numbers.insert(peer, number);
        if let Some(before) = before.filter(|before| *before != number) {
            self.channels.remove(&before);
        }
        Ok(())
    }

    /// Which peer a channel's number stands for.
    pub(super) fn peer_of(&self, now: Timestamp, number: u16) -> Option<SocketAddr> {
        let channel = self.channels.get(&number)?;
        (channel.expires > now).then_some(channel.peer)
    }

    /// How the client is handed what a peer has sent.
    pub(super) fn framing_for(&self, now: Timestamp, peer: SocketAddr) -> Framing {
        match self.number_of(now, peer) {
            Some(number) => Framing::Channel(number),
            None => Framing::Indication(peer),
        }
    }

    fn number_of(&self, now: Timestamp, peer: SocketAddr) -> Option<u16> {
        let number = *self.channel_numbers.get(&peer)?;
        (self.peer_of(now, number) == Some(peer)).then_some(number)
    }

    fn forget_channels(&mut self, now: Timestamp) {
        self.channels.retain(|_, channel| channel.expires > now);
        let channels = &self.channels;
        self.channel_numbers
            .retain(|_, number| channels.contains_key(number));
    }
}

#[cfg(test)]
mod tests;
