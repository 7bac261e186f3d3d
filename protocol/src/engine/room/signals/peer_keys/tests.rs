use super::*;
use crate::{
    crypto::{
        Identity, Invite, RoomKeys, Session,
        epoch::EpochSecret,
        signal::{Signal, SignalKind},
    },
    engine::{Io, JoinIntent},
    ids::PeerId,
    time::Timestamp,
};

fn room() -> Invite {
    Invite::generate([1; 16], [2; 32])
}

fn me() -> PeerId {
    PeerId::from_random(1)
}

fn at(seconds: u64) -> Timestamp {
    Timestamp::from_millis(seconds * 1000)
}

fn own_keys(io: &mut Io) -> OwnKeys {
    let identity = Identity::from_seed(&[1; 32]);
    let intent = JoinIntent::new(room(), "Ada".parse().unwrap(), identity);
    OwnKeys::open(at(0), &intent, me(), io)
}

/// Bob, and the private key of one of his epochs.
fn bob(epoch: u32) -> (Announcement, EpochSecret) {
    let mut seed = [7; 32];
    seed[..4].copy_from_slice(&epoch.to_be_bytes());
    let secret = EpochSecret::new(seed);
    let keys = (
        &Identity::from_seed(&[3; 32]),
        &Session::from_seed(&[4; 32]),
    );
    let (room, peer) = (RoomKeys::derive(&room(), None), PeerId::from_random(2));
    let key = (epoch, secret.public());
    let announcement = Announcement::sign(&room, keys, peer, key, "Bob".parse().unwrap());
    (announcement, secret)
}

/// What Bob seals under a number, in one of his epochs for the one that this tab announces.
fn sealed(own: &OwnKeys, epoch: u32, number: u64) -> String {
    let (announcement, secret) = bob(epoch);
    let ours = Announcement::open(own.sealed(own.epoch()), &own.room).unwrap();
    let mut pair = Pair::agree(&own.room, &announcement, &secret, &ours).unwrap();
    pair.go_on_after(number - 1);
    pair.seal(&Signal {
        kind: SignalKind::Offer,
        negotiation: None,
        payload: serde_json::Value::Null,
    })
}

fn opens(keys: &mut PeerKeys, own: &OwnKeys, sealed: &str) -> bool {
    let epochs = PairEpochs::of_sealed(sealed).unwrap();
    let pair = keys.pair(epochs, own);
    pair.is_some_and(|pair| pair.open(sealed).is_some())
}

#[test]
fn a_peer_who_announces_epochs_without_end_costs_no_more_than_two() {
    let io = &mut Io::new([9; 32]);
    let own = own_keys(io);
    let mut keys = PeerKeys::default();
    for epoch in 1..=500 {
        assert_eq!(keys.learn(bob(epoch).0), News::Newer);
        // Each is used, and so agreed on; the one before is so for a while.
        assert!(opens(&mut keys, &own, &sealed(&own, epoch, 1)), "{epoch}");
        if epoch > 1 {
            assert!(opens(&mut keys, &own, &sealed(&own, epoch - 1, 2)));
        }
        assert!(keys.pairs.len() <= EPOCHS, "{} pairs", keys.pairs.len());
    }
    // What was sealed in one that is over opens nothing any more.
    assert!(!opens(&mut keys, &own, &sealed(&own, 498, 1)));
}

#[test]
fn epochs_of_ones_own_that_follow_each_other_quickly_leave_no_keys_behind() {
    let io = &mut Io::new([9; 32]);
    let mut own = own_keys(io);
    let mut keys = PeerKeys::default();
    for epoch in 1..=100 {
        // As a page does that is put away and shown again.
        own.renew(at(1), io);
        keys.learn(bob(epoch).0);
        for theirs in epoch.saturating_sub(1).max(1)..=epoch {
            assert!(opens(&mut keys, &own, &sealed(&own, theirs, 1)));
        }
        assert!(keys.pairs.len() <= EPOCHS * EPOCHS, "{}", keys.pairs.len());
    }
}

/// Promise 8: what was recorded in an epoch is opened while its key is kept, and never again once this tab has wiped it.
#[test]
fn once_an_epoch_is_wiped_its_keys_are_gone_from_every_link() {
    let io = &mut Io::new([9; 32]);
    let mut own = own_keys(io);
    let recorded = sealed(&own, 1, 1);
    let fresh = |own: &OwnKeys| {
        let mut keys = PeerKeys::default();
        keys.learn(bob(1).0);
        keys.wipe(own);
        keys
    };
    let mut used = fresh(&own);
    assert!(opens(&mut used, &own, &recorded));
    let count = |keys: &mut PeerKeys, own: &OwnKeys| {
        keys.wipe(own);
        keys.pairs.len()
    };
    assert!(own.handle_timeout(at(15 * 60), io), "a new epoch");
    assert_eq!(count(&mut used, &own), 1, "kept for those on their way");
    assert!(opens(&mut fresh(&own), &own, &recorded));

    assert!(!own.handle_timeout(at(16 * 60), io), "only wiped");
    assert_eq!(count(&mut used, &own), 0);
    assert!(!used.has_pairs());
    for keys in [&mut used, &mut fresh(&own)] {
        assert!(!opens(keys, &own, &recorded));
    }
    assert!(opens(&mut used, &own, &sealed(&own, 1, 1)), "the new epoch");
}
