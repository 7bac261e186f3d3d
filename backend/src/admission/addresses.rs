//! How many sockets each address has and how fast it opens them. Pure: moments come in as arguments.

use std::{collections::BTreeMap, time::Duration};

use banter_protocol::{
    time::Timestamp,
    token_bucket::{Rate, TokenBucket},
};

use super::prefix::AddressPrefix;

/// What one address may do; `None` is no limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AddressLimits {
    /// Sockets at the same time.
    pub live: Option<u32>,
    /// New sockets.
    pub arrivals: Option<Rate>,
}

impl AddressLimits {
    /// No limits.
    pub const OFF: Self = Self {
        live: None,
        arrivals: None,
    };
}

impl Default for AddressLimits {
    /// A full room behind one address, and all of it come back at once within three seconds.
    fn default() -> Self {
        Self {
            live: Some(64),
            arrivals: Some(Rate {
                per_second: 10,
                burst: 40,
            }),
        }
    }
}

/// Who comes faster than the rate is made to wait for so long at most, before anybody is refused: sixty people behind one
/// address whose server restarts come back at once, and none of their browsers would say why it was sent away.
const LONGEST_WAIT_SECONDS: u32 = 3;

/// Addresses that are remembered though they have no socket now.
const MOST_REMEMBERED: usize = 65_536;

/// What is forgotten is looked for so often.
const SWEEP_EVERY: Duration = Duration::from_secs(1);

/// Every address that has a socket or had one lately.
#[derive(Debug)]
pub(super) struct AddressTable {
    limits: AddressLimits,
    entries: BTreeMap<AddressPrefix, Entry>,
    live: usize,
    swept_at: Timestamp,
    most_remembered: usize,
}

#[derive(Debug)]
struct Entry {
    live: u32,
    arrivals: Option<TokenBucket>,
}

/// Why an address gets no further socket now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AddressRefusal {
    /// It has as many as it may have.
    TooMany,
    /// It came too often; worth a try after so long.
    TooFast(Duration),
    /// So many addresses come and go that this one cannot be remembered.
    TableFull,
}

impl AddressTable {
    pub(super) fn new(limits: AddressLimits) -> Self {
        Self {
            limits,
            entries: BTreeMap::new(),
            live: 0,
            swept_at: Timestamp::default(),
            most_remembered: MOST_REMEMBERED,
        }
    }

    /// Counts one more socket, which must wait for so long. Who is refused is not counted, so that others behind the same
    /// address keep their share of its rate.
    pub(super) fn admit(
        &mut self,
        now: Timestamp,
        prefix: AddressPrefix,
    ) -> Result<Duration, AddressRefusal> {
        self.sweep(now);
        let is_full = self.entries.len() >= self.most_remembered.saturating_add(self.live);
        if is_full && !self.entries.contains_key(&prefix) {
            return Err(AddressRefusal::TableFull);
        }
        let limits = self.limits;
        let entry = self.entries.entry(prefix).or_insert_with(|| Entry {
            live: 0,
            arrivals: limits.arrivals.map(|rate| TokenBucket::full(rate, now)),
        });
        if limits.live.is_some_and(|most| entry.live >= most) {
            return Err(AddressRefusal::TooMany);
        }
        let mut wait = Duration::ZERO;
        if let (Some(bucket), Some(rate)) = (&mut entry.arrivals, limits.arrivals) {
            bucket.take(now, 1);
            let most_owed = rate.per_second.saturating_mul(LONGEST_WAIT_SECONDS);
            if bucket.owes_more_than(most_owed) {
                bucket.give_back(1);
                return Err(AddressRefusal::TooFast(bucket.time_until(1)));
            }
            wait = bucket.time_until(0);
        }
        entry.live += 1;
        self.live += 1;
        Ok(wait)
    }

    /// A socket that was admitted is gone.
    pub(super) fn release(&mut self, now: Timestamp, prefix: AddressPrefix) {
        let Some(entry) = self.entries.get_mut(&prefix) else {
            return;
        };
        entry.live = entry.live.saturating_sub(1);
        self.live = self.live.saturating_sub(1);
        if entry.is_forgotten(now) {
            self.entries.remove(&prefix);
        }
    }

    fn sweep(&mut self, now: Timestamp) {
        if now.since(self.swept_at) >= SWEEP_EVERY {
            self.swept_at = now;
            self.entries.retain(|_, entry| !entry.is_forgotten(now));
        }
    }
}

impl Entry {
    /// Nothing is to be remembered of it.
    fn is_forgotten(&self, now: Timestamp) -> bool {
        self.live == 0 && self.arrivals.is_none_or(|bucket| bucket.is_full(now))
    }
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};

    use super::*;

    fn at(millis: u64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    fn client(number: u32) -> AddressPrefix {
        IpAddr::V4(Ipv4Addr::from(number)).into()
    }

    fn admitted(
        table: &mut AddressTable,
        now: Timestamp,
        number: u32,
        tries: usize,
    ) -> Vec<Duration> {
        (0..tries)
            .filter_map(|_| table.admit(now, client(number)).ok())
            .collect()
    }

    /// Promise 43: 64 live, and of those 40 at once and the others 10 a second.
    #[test]
    fn an_address_has_its_sockets_at_its_rate_and_no_more() {
        let mut table = AddressTable::new(AddressLimits::default());
        let waits = admitted(&mut table, at(0), 1, 200);
        assert_eq!(waits.len(), 64);
        assert!(waits.iter().take(40).all(Duration::is_zero));
        for (place, wait) in (1..).zip(waits.iter().skip(40)) {
            assert_eq!(*wait, Duration::from_millis(100 * place));
        }
        assert_eq!(
            table.admit(at(0), client(1)),
            Err(AddressRefusal::TooMany),
            "the first that is met"
        );
        assert_eq!(
            admitted(&mut table, at(0), 2, 200).len(),
            64,
            "others are not touched"
        );
        table.release(at(60_000), client(1));
        assert_eq!(table.admit(at(60_000), client(1)), Ok(Duration::ZERO));
        assert_eq!(
            table.admit(at(60_000), client(1)),
            Err(AddressRefusal::TooMany)
        );
    }

    /// Promise 43.
    #[test]
    fn who_opens_and_closes_without_end_gets_the_rate() {
        let mut table = AddressTable::new(AddressLimits::default());
        let mut opened = 0;
        for millis in 0..10_000 {
            if table.admit(at(millis), client(1)).is_ok() {
                opened += 1;
                table.release(at(millis), client(1));
            }
        }
        // The burst, ten seconds of the rate, and who still waits.
        assert!((140..=170).contains(&opened), "{opened}");
        let mut refused = (0..2).filter_map(|_| table.admit(at(10_000), client(1)).err());
        let Some(AddressRefusal::TooFast(wait)) = refused.next() else {
            panic!("still welcome")
        };
        assert!(wait <= Duration::from_millis(3_200), "{wait:?}");
        assert!(table.admit(at(10_000) + wait, client(1)).is_ok());
    }

    /// Promise 43: the table itself is no way to hurt the server.
    #[test]
    fn addresses_are_forgotten_and_the_table_has_an_end() {
        let mut table = AddressTable::new(AddressLimits::default());
        table.most_remembered = 100;
        for number in 0..50 {
            table.admit(at(0), client(number)).unwrap();
        }
        let mut refused = 0;
        for number in 1_000..2_000 {
            match table.admit(at(1), client(number)) {
                Ok(_) => table.release(at(1), client(number)),
                Err(why) => {
                    assert_eq!(why, AddressRefusal::TableFull);
                    refused += 1;
                }
            }
        }
        assert_eq!(table.entries.len(), 150);
        assert_eq!(refused, 900);
        assert!(
            table.admit(at(1), client(7)).is_ok(),
            "who has a socket is known"
        );
        table.admit(at(2_000), client(3_000)).unwrap();
        assert_eq!(table.entries.len(), 51, "only who has a socket is left");
        for number in 0..50 {
            table.release(at(9_000), client(number));
        }
        table.release(at(9_000), client(7));
        table.release(at(9_000), client(3_000));
        assert_eq!((table.entries.len(), table.live), (0, 0));
    }

    #[test]
    fn without_limits_nobody_is_refused_or_remembered() {
        let mut table = AddressTable::new(AddressLimits::OFF);
        assert_eq!(admitted(&mut table, at(0), 1, 1_000).len(), 1_000);
        for _ in 0..1_000 {
            table.release(at(0), client(1));
        }
        assert!(table.entries.is_empty());
    }
}
