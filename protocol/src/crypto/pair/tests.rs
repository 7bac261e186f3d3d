use serde_json::{Value, json};

use super::*;
use crate::{
    crypto::{
        epoch::Epochs,
        identity::{Identity, Session},
        invite::Invite,
        random::SecureRandom,
        signal::SignalKind,
    },
    ids::PeerId,
    time::Timestamp,
};

/// A tab with keys made of one number.
pub(super) struct Tab {
    pub(super) announcement: Announcement,
    pub(super) secret: EpochSecret,
}

fn room(byte: u8) -> RoomKeys {
    RoomKeys::derive(&Invite::generate([byte; 16], [byte; 32]), None)
}

fn tab(room: &RoomKeys, number: u8, epoch: u32) -> Tab {
    let keys = (
        &Identity::from_seed(&[number; 32]),
        &Session::from_seed(&[number + 100; 32]),
    );
    let secret = EpochSecret::new([number + 200; 32]);
    let announcement = Announcement::sign(
        room,
        keys,
        PeerId::from_random(number.into()),
        (epoch, secret.public()),
        "Ada".parse().unwrap(),
    );
    Tab {
        announcement,
        secret,
    }
}

fn agree(room: &RoomKeys, mine: &Tab, theirs: &Tab) -> Option<Pair> {
    Pair::agree(room, &mine.announcement, &mine.secret, &theirs.announcement)
}

fn pair_of(room: &RoomKeys) -> (Pair, Pair) {
    let (ada, bob) = (tab(room, 1, 1), tab(room, 2, 7));
    (
        agree(room, &ada, &bob).unwrap(),
        agree(room, &bob, &ada).unwrap(),
    )
}

fn signal(payload: Value) -> Signal {
    Signal {
        kind: SignalKind::Offer,
        negotiation: Some("00000000000000aa.1".into()),
        payload,
    }
}

fn print(byte: u8) -> CertificateFingerprint {
    CertificateFingerprint::of_der(&[byte])
}

#[test]
fn each_side_opens_what_the_other_sealed_once() {
    let (mut ada, mut bob) = pair_of(&room(1));
    for number in 0..3 {
        let said = signal(json!({ "type": "offer", "sdp": number }));
        let sealed = ada.seal(&said);
        assert_eq!(
            PairEpochs::of_sealed(&sealed),
            Some(PairEpochs { mine: 7, theirs: 1 })
        );
        assert_eq!(bob.open(&sealed), Some(said.clone()));
        assert_eq!(bob.open(&sealed), None, "replayed");
        assert_eq!(ada.open(&sealed), None, "reflected");
    }
    let early = bob.seal(&signal(Value::Null));
    let late = bob.seal(&signal(Value::Null));
    assert!(ada.open(&late).is_some() && ada.open(&early).is_some());
}

/// Promises 3 and 7: a changed, shortened or foreign frame is dropped, and dropping it changes nothing.
#[test]
fn nothing_else_opens_and_trying_changes_nothing() {
    let (mut ada, mut bob) = pair_of(&room(1));
    let sealed = ada.seal(&signal(json!({ "sdp": "v=0" })));
    let bytes = encoding::decode(&sealed).unwrap();
    for at in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[at] ^= 1;
        assert_eq!(bob.open(&encoding::encode(&changed)), None, "byte {at}");
        assert_eq!(bob.open(&encoding::encode(&bytes[..at])), None);
    }
    let (mut elsewhere, _) = pair_of(&room(2));
    assert_eq!(bob.open(&elsewhere.seal(&signal(Value::Null))), None);
    let room = room(1);
    let (mut other_epoch, _) = (
        agree(&room, &tab(&room, 1, 2), &tab(&room, 2, 7)).unwrap(),
        (),
    );
    assert_eq!(bob.open(&other_epoch.seal(&signal(Value::Null))), None);
    assert!(bob.open(&sealed).is_some());
}

/// Promise 4, unknown key share: somebody who signs Ada's epoch key as their own gets other keys than Ada's.
#[test]
fn another_identity_over_the_same_epoch_key_gives_other_keys() {
    let room = room(1);
    let (ada, bob) = (tab(&room, 1, 1), tab(&room, 2, 7));
    let mallory = tab(&room, 3, 1);
    let stolen = Announcement::sign(
        &room,
        (
            &Identity::from_seed(&[3; 32]),
            &Session::from_seed(&[103; 32]),
        ),
        mallory.announcement.peer,
        (1, ada.secret.public()),
        "Ada".parse().unwrap(),
    );
    let mut fooled = Pair::agree(&room, &bob.announcement, &bob.secret, &stolen).unwrap();
    let mut honest = agree(&room, &ada, &bob).unwrap();
    assert_eq!(honest.open(&fooled.seal(&signal(Value::Null))), None);
    let proof = fooled.confirmation(None, &print(1), &print(2));
    assert!(!honest.is_confirmed_by(&proof, None, &print(2), &print(1)));
}

/// Promise 3: a tab never talks with itself.
#[test]
fn own_keys_are_refused() {
    let room = room(1);
    let ada = tab(&room, 1, 1);
    assert!(agree(&room, &ada, &ada).is_none());
    let keys = (
        &Identity::from_seed(&[9; 32]),
        &Session::from_seed(&[109; 32]),
    );
    let as_other = |session: &Session, key| {
        let peer = PeerId::from_random(77);
        Announcement::sign(
            &room,
            (keys.0, session),
            peer,
            (1, key),
            "Eve".parse().unwrap(),
        )
    };
    let own_session = as_other(&Session::from_seed(&[101; 32]), [9; 32]);
    let own_key = as_other(keys.1, ada.secret.public());
    for reflected in [own_session, own_key] {
        assert!(Pair::agree(&room, &ada.announcement, &ada.secret, &reflected).is_none());
    }
}

/// Promise 5: the proof holds for these two certificates, this attempt and this direction only.
#[test]
fn a_connection_is_confirmed_over_the_certificates_that_were_used() {
    let (ada, bob) = pair_of(&room(1));
    let proof = ada.confirmation(Some("a.1"), &print(1), &print(2));
    let judge = |negotiation, own: u8, peer: u8| {
        bob.is_confirmed_by(&proof, negotiation, &print(own), &print(peer))
    };
    assert!(judge(Some("a.1"), 2, 1));
    assert!(!judge(Some("a.2"), 2, 1));
    assert!(!judge(None, 2, 1));
    assert!(!judge(Some("a.1"), 2, 3));
    assert!(!judge(Some("a.1"), 3, 1));
    assert!(!judge(Some("a.1"), 1, 2));
    assert!(
        !ada.is_confirmed_by(&proof, Some("a.1"), &print(1), &print(2)),
        "reflected"
    );
    for bad in ["", "AAAA", &format!("{proof}A")] {
        assert!(!bob.is_confirmed_by(bad, Some("a.1"), &print(2), &print(1)));
    }
}

/// What a tab announces of its current epoch.
fn announced(room: &RoomKeys, number: u8, epochs: &Epochs) -> Announcement {
    Announcement::sign(
        room,
        (
            &Identity::from_seed(&[number; 32]),
            &Session::from_seed(&[number + 100; 32]),
        ),
        PeerId::from_random(number.into()),
        epochs.announced(),
        "Bob".parse().unwrap(),
    )
}

/// Promise 8: whoever learns everything that lasts still opens nothing of an epoch whose key is wiped. As long as it is not, the
/// same attempt opens it.
#[test]
fn recorded_frames_stay_closed_without_the_epochs_key() {
    let at = |seconds: u64| Timestamp::from_millis(seconds * 1000);
    let (room, mut random) = (room(1), SecureRandom::new([5; 32]));
    let mut epochs = Epochs::begin(at(0), 6, &mut random);
    let (ada, bob) = (tab(&room, 1, 1), announced(&room, 2, &epochs));
    let mut sender = Pair::agree(&room, &ada.announcement, &ada.secret, &bob).unwrap();
    let recorded = sender.seal(&signal(json!({ "sdp": "v=0" })));
    // The room's secret, both identities and both sessions are known, and what Bob's tab still has of private keys.
    let is_opened_by = |secret: &EpochSecret| {
        let pair = Pair::agree(&room, &bob, secret, &ada.announcement);
        pair.unwrap().open(&recorded).is_some()
    };
    let is_opened = |epochs: &Epochs| {
        let mut kept = (0..20).filter_map(|number| epochs.secret(number));
        kept.any(is_opened_by)
    };
    assert!(is_opened(&epochs));
    assert!(epochs.handle_timeout(at(900), &mut random));
    assert!(is_opened(&epochs), "for a minute");
    epochs.handle_timeout(at(960), &mut random);
    assert!(!is_opened(&epochs));
    // Nor does any key that comes later.
    for quarter in 2..50 {
        epochs.handle_timeout(at(900 * quarter), &mut random);
        assert!(!is_opened(&epochs));
    }
    // Epochs that follow each other at once leave the one before for a minute, and nothing older.
    let mut epochs = Epochs::begin(at(0), 6, &mut SecureRandom::new([5; 32]));
    epochs.renew(at(1), &mut random);
    assert!(is_opened(&epochs));
    epochs.renew(at(1), &mut random);
    assert!(!is_opened(&epochs));
}

/// Promise 8: a private key is overwritten in memory as it is dropped, and so are the keys that come from it.
#[test]
fn keys_are_wiped_as_they_are_dropped() {
    fn is_wiped<T: zeroize::ZeroizeOnDrop>(_: &T) {}
    let (pair, _) = pair_of(&room(1));
    let Pair {
        room: _,
        epochs: _,
        own: _,
        transcript: _,
        send,
        receive,
        confirm,
        export,
        sent: _,
        received: _,
    } = &pair;
    for key in [send, receive, confirm, export] {
        is_wiped(key);
    }
    let EpochSecret(secret) = &EpochSecret::new([9; 32]);
    is_wiped(secret);
}
