//! How many relays.

use std::{collections::BTreeMap, net::IpAddr};

use super::refusal::Refusal;
use crate::admission::AddressPrefix;

/// The limits of an operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TurnLimits {
    /// Relays of everybody.
    pub in_all: usize,
    /// Relays for one client address, IPv6 by /64: an office behind one address shares them.
    pub per_address: usize,
    /// Relays for one name, and so for one joining: each connection of a browser takes one for each transport
    /// and each of its own addresses.
    pub per_user: usize,
    /// Bytes a second through one relay, each way.
    pub bytes_per_second: u32,
}

impl Default for TurnLimits {
    /// Room for somebody in a room of 64 who needs relays to everybody.
    fn default() -> Self {
        Self {
            in_all: 4_000,
            per_address: 400,
            per_user: 200,
            bytes_per_second: 1_250_000,
        }
    }
}

/// How many relays there are, by whose they are. Holds nothing about who has none.
#[derive(Debug)]
pub(super) struct Quotas {
    limits: TurnLimits,
    in_all: usize,
    users: BTreeMap<String, usize>,
    addresses: BTreeMap<AddressPrefix, usize>,
}

impl Quotas {
    pub(super) fn new(limits: TurnLimits) -> Self {
        Self {
            limits,
            in_all: 0,
            users: BTreeMap::new(),
            addresses: BTreeMap::new(),
        }
    }

    /// Whether there may be one more.
    pub(super) fn check(&self, user: &str, address: IpAddr) -> Result<(), Refusal> {
        let address = AddressPrefix::from(address);
        let count = |counts: Option<&usize>| counts.copied().unwrap_or(0);
        if self.in_all >= self.limits.in_all {
            return Err(Refusal::Capacity);
        }
        if count(self.addresses.get(&address)) >= self.limits.per_address {
            return Err(Refusal::AddressQuota);
        }
        if count(self.users.get(user)) >= self.limits.per_user {
            return Err(Refusal::UserQuota);
        }
        Ok(())
    }

    /// Counts one more, unless that is too many.
    pub(super) fn take(&mut self, user: &str, address: IpAddr) -> Result<(), Refusal> {
        self.check(user, address)?;
        self.in_all += 1;
        *self
            .addresses
            .entry(AddressPrefix::from(address))
            .or_default() += 1;
        *self.users.entry(user.to_owned()).or_default() += 1;
        Ok(())
    }

    /// One of these is no more.
    pub(super) fn give_back(&mut self, user: &str, address: IpAddr) {
        self.in_all = self.in_all.saturating_sub(1);
        give_back(&mut self.addresses, &AddressPrefix::from(address));
        give_back(&mut self.users, user);
    }
}

fn give_back<K: Ord + std::borrow::Borrow<Q>, Q: Ord + ?Sized>(
    counts: &mut BTreeMap<K, usize>,
    key: &Q,
) {
    if let Some(count) = counts.get_mut(key) {
        *count = count.saturating_sub(1);
        if *count == 0 {
            counts.remove(key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: TurnLimits = TurnLimits {
        in_all: 4,
        per_address: 3,
        per_user: 2,
        bytes_per_second: 1_000,
    };

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn each_limit_stops_its_own_and_what_is_given_back_can_be_taken() {
        let mut quotas = Quotas::new(LIMITS);
        let (home, office) = (ip("192.0.2.1"), ip("192.0.2.2"));
        assert_eq!(quotas.take("a", home), Ok(()));
        assert_eq!(quotas.take("a", home), Ok(()));
        assert_eq!(quotas.take("a", office), Err(Refusal::UserQuota));
        assert_eq!(quotas.take("b", home), Ok(()));
        assert_eq!(quotas.take("c", home), Err(Refusal::AddressQuota));
        assert_eq!(quotas.take("c", office), Ok(()));
        assert_eq!(quotas.take("d", office), Err(Refusal::Capacity));
        quotas.give_back("a", home);
        assert_eq!(quotas.take("a", office), Ok(()));
    }

    #[test]
    fn nothing_is_kept_about_who_has_none() {
        let mut quotas = Quotas::new(LIMITS);
        for number in 0..100 {
            let (user, address) = (number.to_string(), IpAddr::from([192, 0, 2, number]));
            assert_eq!(quotas.take(&user, address), Ok(()));
            quotas.give_back(&user, address);
        }
        assert!(quotas.users.is_empty() && quotas.addresses.is_empty());
        quotas.give_back("nobody", ip("192.0.2.1"));
        assert_eq!(quotas.in_all, 0);
    }

    #[test]
    fn ipv6_addresses_of_one_network_share() {
        let mut quotas = Quotas::new(LIMITS);
        for (user, address) in [
            ("a", "2001:db8::1"),
            ("b", "2001:db8::2"),
            ("c", "2001:db8:0:0:f::"),
        ] {
            assert_eq!(quotas.take(user, ip(address)), Ok(()));
        }
        assert_eq!(
            quotas.take("d", ip("2001:db8::3")),
            Err(Refusal::AddressQuota)
        );
        assert_eq!(quotas.take("d", ip("2001:db8:0:1::3")), Ok(()));
    }
}
