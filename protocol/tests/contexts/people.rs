//! The same people, with the same keys, in rooms that have as much in common as rooms can have: only what is signed, sealed
//! and derived for the room, the pair, the direction and the purpose can tell things apart.

use banter_protocol::{
    crypto::{
        Announcement, Identity, Invite, InviteSecret, RoomKeys, RoomSecret, Session,
        StretchedPassphrase, epoch::EpochSecret, pair::Pair,
    },
    ids::PeerId,
};

/// Rooms with one id or one secret in common.
pub(crate) fn rooms() -> Vec<(&'static str, RoomKeys)> {
    let private = |id: &str, secret| {
        let secret = InviteSecret::new(RoomSecret::new([secret; 32]));
        Invite::private(id.parse().unwrap(), secret).unwrap()
    };
    let tea = private("p_tea", 1);
    let passphrase = StretchedPassphrase::from_bytes([2; 32]);
    vec![
        ("tea", RoomKeys::derive(&tea, None)),
        (
            "tea behind a passphrase",
            RoomKeys::derive(&tea, Some(&passphrase)),
        ),
        (
            "tea with another secret",
            RoomKeys::derive(&private("p_tea", 2), None),
        ),
        ("pot", RoomKeys::derive(&private("p_pot", 1), None)),
        (
            "open tea",
            RoomKeys::derive(&Invite::open("tea".parse().unwrap()).unwrap(), None),
        ),
    ]
}

/// Somebody in an epoch. Identity and session are one key, which nothing but a label keeps from being mistaken.
#[derive(Clone, Copy)]
pub(crate) struct Person {
    number: u8,
    epoch: u32,
}

pub(crate) const ADA: Person = Person {
    number: 1,
    epoch: 1,
};
pub(crate) const ADA_LATER: Person = Person {
    number: 1,
    epoch: 2,
};
pub(crate) const BOB: Person = Person {
    number: 2,
    epoch: 1,
};
pub(crate) const EVE: Person = Person {
    number: 3,
    epoch: 1,
};

impl Person {
    pub(crate) fn seed(self) -> [u8; 32] {
        [self.number; 32]
    }

    pub(crate) fn identity(self) -> Identity {
        Identity::from_seed(&self.seed())
    }

    pub(crate) fn session(self) -> Session {
        Session::from_seed(&self.seed())
    }

    pub(crate) fn peer(self) -> PeerId {
        PeerId::from_random(self.number.into())
    }

    fn epoch_secret(self) -> EpochSecret {
        EpochSecret::new([self.number + 10 * u8::try_from(self.epoch).unwrap(); 32])
    }

    pub(crate) fn announcement(self, room: &RoomKeys) -> Announcement {
        let keys = (&self.identity(), &self.session());
        let epoch = (self.epoch, self.epoch_secret().public());
        Announcement::sign(room, keys, self.peer(), epoch, "Ada".parse().unwrap())
    }

    pub(crate) fn pair_with(self, other: Self, room: &RoomKeys) -> Pair {
        let (mine, theirs) = (self.announcement(room), other.announcement(room));
        Pair::agree(room, &mine, &self.epoch_secret(), &theirs).unwrap()
    }
}
