//! What is sealed or signed. A fuzzer finds no keys, so each target also seals or signs its bytes itself: as somebody in the
//! room would who means harm.

use std::sync::LazyLock;

use banter_protocol::{
    crypto::{
        Announcement, Identity, IdentityKey, Invite, RoomKeys, SecureRandom, Session, SessionKey,
        entry::{EntryContent, SignedEntry},
        epoch::EpochSecret,
        pair::{Pair, PairEpochs},
        signal::Signal,
    },
    ids::PeerId,
    limits,
};
use base64ct::{Base64UrlUnpadded, Encoding};
use chacha20poly1305::{
    XChaCha20Poly1305,
    aead::{Aead, KeyInit},
};
use ed25519_dalek::{Signer, SigningKey};
use sha2::{Digest, Sha256};

use super::{has_fraction, text};

/// The room, secret and tab of the first cases of the vectors, so that those are seeds.
static ROOM: LazyLock<RoomKeys> = LazyLock::new(|| {
    let id = 0x0123_4567_89ab_cdef_0123_4567_89ab_cdef_u128.to_be_bytes();
    RoomKeys::derive(&Invite::generate(id, counting(0x10)), None)
});
static PAIR: LazyLock<Pair> = LazyLock::new(|| {
    let secret = EpochSecret::new(counting(0x60));
    let ada = announce(
        "67e55044-10b1-426f-9247-bb680e5fe0c8",
        0,
        1,
        secret.public(),
    );
    let theirs = EpochSecret::new(counting(0x61)).public();
    let bob = announce("0b7e3c52-6c4e-4f0e-9a53-2f6f0c1d9e77", 1, 7, theirs);
    Pair::agree(&ROOM, &ada, &secret, &bob).unwrap()
});
static SIGNER: LazyLock<(IdentityKey, SigningKey, SessionKey)> = LazyLock::new(|| {
    let author = Identity::from_seed(&counting(0x20)).key();
    let session = SigningKey::from_bytes(&counting(0x40));
    (author, session, Session::from_seed(&counting(0x40)).key())
});

fn counting(from: u8) -> [u8; 32] {
    let mut bytes = [from; 32];
    for (place, byte) in (0..).zip(&mut bytes) {
        *byte += place;
    }
    bytes
}

fn announce(peer: &str, shift: u8, epoch: u32, key: [u8; 32]) -> Announcement {
    let peer: PeerId = peer.parse().unwrap();
    let identity = Identity::from_seed(&counting(0x20 + shift));
    let session = Session::from_seed(&counting(0x40 + shift));
    let name = "Ada".parse().unwrap();
    Announcement::sign(&ROOM, (&identity, &session), peer, (epoch, key), name)
}

/// As it came, and sealed by somebody who knows the room's secret.
pub(super) fn announcement(data: &[u8]) {
    let _ = Announcement::open(&text(data), &ROOM);
    let mut padded = data.to_vec();
    padded.resize(320, 0);
    let nonce = [7; 24];
    let sealed = XChaCha20Poly1305::new(ROOM.announce_key().into())
        .encrypt(&nonce.into(), &*padded)
        .unwrap();
    let sealed = Base64UrlUnpadded::encode_string(&[&nonce[..], &sealed].concat());
    let Some(opened) = Announcement::open(&sealed, &ROOM) else {
        return;
    };
    let (written, padding) = padded.split_at(opened.as_bytes().len());
    assert_eq!(written, opened.as_bytes());
    assert!(padding.iter().all(|&byte| byte == 0));
    assert!(opened.name.as_str().len() <= limits::PERSON_NAME_BYTES);
    let again = opened.seal(&ROOM, &mut SecureRandom::new([1; 32]));
    assert_eq!(Announcement::open(&again, &ROOM), Some(opened));
}

/// As it came, and opened.
pub(super) fn signal(data: &[u8]) {
    let text = text(data);
    let _ = PairEpochs::of_sealed(&text);
    let mut pair = PAIR.clone();
    assert_eq!(pair.open(&text), None, "nobody has the other side's keys");
    if let Some(signal) = Signal::read(data) {
        let negotiation = signal.negotiation.as_deref().unwrap_or_default();
        assert!(negotiation.len() <= limits::NEGOTIATION_ID_BYTES);
        let written = signal.to_padded_bytes();
        let again = Signal::read(&written).unwrap();
        assert_eq!(again.kind, signal.kind);
        assert_eq!(again.negotiation, signal.negotiation);
        if !has_fraction(&signal.payload) {
            assert_eq!(again, signal);
        }
    }
}

/// Signed by somebody who is allowed to.
pub(super) fn entry(data: &[u8]) {
    let text = text(data).into_owned();
    let (author, signer, session) = &*SIGNER;
    let fields: [&[u8]; 3] = [b"banter/1 entry", ROOM.tag(), &Sha256::digest(&text)];
    let mut signed = Vec::new();
    for field in fields {
        signed.extend(u32::try_from(field.len()).unwrap().to_be_bytes());
        signed.extend(field);
    }
    let signature = Base64UrlUnpadded::encode_string(&signer.sign(&signed).to_bytes());
    let entry = SignedEntry { text, signature };
    let claimed = entry.claimed_session();
    let Some(read) = entry.verify(author, session, ROOM.tag()) else {
        return;
    };
    assert_eq!(claimed, Some(*session));
    assert_eq!((read.author, read.session), (*author, *session));
    assert_eq!(read.number == 1, read.previous.is_none());
    assert_eq!(entry.id_unread(ROOM.tag()), read.content.id());
    let EntryContent::ChatMessage { text, .. } = &read.content else {
        return;
    };
    assert!(text.as_str().len() <= limits::MESSAGE_TEXT_BYTES);
    // Written by the rules it may be another text, and still says the same.
    let again = SignedEntry::sign(&read, &Session::from_seed(&counting(0x40)), ROOM.tag());
    assert!(again.text.len() <= limits::ENTRY_BYTES);
    assert_eq!(again.verify(author, session, ROOM.tag()), Some(read));
}
