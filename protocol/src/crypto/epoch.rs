//! Epochs: the key that reaches a tab is a new one at each join and every quarter of an hour, and the one before is wiped, so
//! that what was recorded stays closed.

use std::{fmt, time::Duration};

use x25519_dalek::{PublicKey, StaticSecret};
use zeroize::Zeroizing;

use super::random::SecureRandom;
use crate::time::Timestamp;

/// How long a key is announced.
pub const EPOCH_LASTS: Duration = Duration::from_secs(15 * 60);
/// How long the one before is good for those who have not heard of the next.
pub const OLD_EPOCH_KEPT: Duration = Duration::from_secs(60);

/// The private half of an epoch's key. Wiped when it is dropped.
#[derive(Clone)]
pub struct EpochSecret(pub(super) StaticSecret);

impl EpochSecret {
    /// From 32 random bytes.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(StaticSecret::from(bytes))
    }

    /// The public half.
    pub fn public(&self) -> [u8; 32] {
        PublicKey::from(&self.0).to_bytes()
    }

    /// X25519 (RFC 7748, section 6.1); `None` where the other key has a small order and the result would be no secret.
    pub(crate) fn agree(&self, theirs: &[u8; 32]) -> Option<Zeroizing<[u8; 32]>> {
        let shared = self.0.diffie_hellman(&PublicKey::from(*theirs));
        shared
            .was_contributory()
            .then(|| Zeroizing::new(shared.to_bytes()))
    }
}

impl fmt::Debug for EpochSecret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("EpochSecret")
    }
}

/// The epochs of this tab: the one that is announced, and for a minute the one before.
#[derive(Debug)]
pub struct Epochs {
    number: u32,
    current: EpochSecret,
    ends: Timestamp,
    previous: Option<(u32, EpochSecret, Timestamp)>,
}

impl Epochs {
    /// Begins with the epoch after `last`.
    pub fn begin(now: Timestamp, last: u32, random: &mut SecureRandom) -> Self {
        Self {
            number: last.saturating_add(1),
            current: EpochSecret::new(random.bytes()),
            ends: now + EPOCH_LASTS,
            previous: None,
        }
    }

    /// The number and public key to announce.
    pub fn announced(&self) -> (u32, [u8; 32]) {
        (self.number, self.current.public())
    }

    /// The private key of an epoch, while it is kept.
    pub fn secret(&self, number: u32) -> Option<&EpochSecret> {
        if number == self.number {
            return Some(&self.current);
        }
        self.previous
            .as_ref()
            .filter(|(previous, ..)| *previous == number)
            .map(|(_, secret, _)| secret)
    }

    /// When something is due.
    pub fn poll_timeout(&self) -> Timestamp {
        let wipe = self.previous.as_ref().map(|&(.., wipe_at)| wipe_at);
        wipe.map_or(self.ends, |wipe_at| wipe_at.min(self.ends))
    }

    /// Wipes and renews what is due. Gives whether there is a new epoch to announce.
    pub fn handle_timeout(&mut self, now: Timestamp, random: &mut SecureRandom) -> bool {
        self.previous = self.previous.take().filter(|&(.., wipe_at)| wipe_at > now);
        let renewed = now >= self.ends;
        if renewed {
            self.renew(now, random);
        }
        renewed
    }

    /// Begins the next epoch at once.
    pub fn renew(&mut self, now: Timestamp, random: &mut SecureRandom) {
        let next = Self::begin(now, self.number, random);
        let old = std::mem::replace(self, next);
        self.previous = Some((old.number, old.current, now + OLD_EPOCH_KEPT));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Timestamp {
        Timestamp::from_millis(seconds * 1000)
    }

    /// Promise 8: a key is gone a minute after its quarter of an hour.
    #[test]
    fn a_key_lasts_a_quarter_of_an_hour_and_is_wiped_a_minute_later() {
        let mut random = SecureRandom::new([1; 32]);
        let mut epochs = Epochs::begin(at(0), 4, &mut random);
        let (first, key) = epochs.announced();
        assert_eq!((first, epochs.poll_timeout()), (5, at(900)));
        assert!(!epochs.handle_timeout(at(899), &mut random));
        assert!(epochs.handle_timeout(at(900), &mut random));
        assert_eq!(epochs.announced().0, 6);
        assert_ne!(epochs.announced().1, key);
        assert_eq!(epochs.secret(5).map(EpochSecret::public), Some(key));
        assert_eq!(epochs.poll_timeout(), at(960));
        assert!(!epochs.handle_timeout(at(959), &mut random));
        assert!(epochs.secret(5).is_some());
        assert!(!epochs.handle_timeout(at(960), &mut random));
        assert!(epochs.secret(5).is_none() && epochs.secret(7).is_none());
        assert_eq!(epochs.poll_timeout(), at(1800));
    }

    /// Promise 6: the points of small order of Curve25519 (RFC 7748, section 7, and the list of Bernstein's page on
    /// Curve25519) give no key.
    #[test]
    fn points_of_small_order_give_no_key() {
        let secret = EpochSecret::new([9; 32]);
        let mut eight = [
            0xe0, 0xeb, 0x7a, 0x7c, 0x3b, 0x41, 0xb8, 0xae, 0x16, 0x56, 0xe3, 0xfa, 0xf1, 0x9f,
            0xc4, 0x6a, 0xda, 0x09, 0x8d, 0xeb, 0x9c, 0x32, 0xb1, 0xfd, 0x86, 0x62, 0x05, 0x16,
            0x5f, 0x49, 0xb8, 0x00,
        ];
        let other_eight = [
            0x5f, 0x9c, 0x95, 0xbc, 0xa3, 0x50, 0x8c, 0x24, 0xb1, 0xd0, 0xb1, 0x55, 0x9c, 0x83,
            0xef, 0x5b, 0x04, 0x44, 0x5c, 0xc4, 0x58, 0x1c, 0x8e, 0x86, 0xd8, 0x22, 0x4e, 0xdd,
            0xd0, 0x9f, 0x11, 0x57,
        ];
        let ending = |first: u8, last: u8| {
            let mut point = [0xff; 32];
            point[0] = first;
            point[31] = last;
            point
        };
        let mut one = [0; 32];
        one[0] = 1;
        let mut points = vec![[0; 32], one, eight, other_eight];
        points.extend([0xec, 0xed, 0xee].map(|first| ending(first, 0x7f)));
        points.extend([0xec, 0xed, 0xee].map(|first| ending(first, 0xff)));
        eight[31] |= 0x80;
        points.push(eight);
        for point in points {
            assert!(secret.agree(&point).is_none(), "{point:02x?}");
        }
        assert!(secret.agree(&EpochSecret::new([8; 32]).public()).is_some());
    }
}
