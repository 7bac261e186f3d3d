//! What two tabs have in common with nobody else: keys for what they send each other through the server, and for the proof that a
//! connection really joins the two.

use std::fmt;

use chacha20poly1305::{
    ChaCha20Poly1305,
    aead::{Aead, KeyInit, Payload},
};
use hkdf::Hkdf;
use hmac::Mac;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::{
    announcement::Announcement,
    encoding::{self, Reader},
    epoch::EpochSecret,
    fingerprint::CertificateFingerprint,
    labels::{CONFIRM, PAIR, PAIR_KEYS, SIGNAL, join},
    random::hmac_sha256,
    replay::ReplayWindow,
    room_keys::{RoomKeys, expand},
    signal::Signal,
};
use crate::{ids::RoomId, limits};

/// Which of the two speaks: the one whose announcement comes first in the order of bytes, or the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Direction {
    FromFirst,
    FromSecond,
}

impl Direction {
    fn code(self) -> [u8; 1] {
        match self {
            Self::FromFirst => [0],
            Self::FromSecond => [1],
        }
    }

    fn reversed(self) -> Self {
        match self {
            Self::FromFirst => Self::FromSecond,
            Self::FromSecond => Self::FromFirst,
        }
    }
}

/// Names the keys of a pair: this side's epoch and the other's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PairEpochs {
    /// This side's.
    pub mine: u32,
    /// The other's.
    pub theirs: u32,
}

impl PairEpochs {
    /// Of a sealed signal, from the receiver's side; nothing is checked yet.
    pub fn of_sealed(text: &str) -> Option<Self> {
        let header = encoding::decode(text.get(..HEADER_CHARS)?)?;
        let mut reader = Reader(&header);
        let (theirs, mine) = (reader.u32()?, reader.u32()?);
        Some(Self { mine, theirs })
    }
}

/// The sender's epoch, the receiver's, and the sequence number.
const HEADER_BYTES: usize = 4 + 4 + 8;
/// As many characters as hold whole bytes of the two epochs.
const HEADER_CHARS: usize = 12;

/// The keys of two tabs for one epoch of each.
#[derive(Clone)]
pub struct Pair {
    room: RoomId,
    epochs: PairEpochs,
    own: Direction,
    transcript: [u8; 32],
    send: Zeroizing<[u8; 32]>,
    receive: Zeroizing<[u8; 32]>,
    confirm: Zeroizing<[u8; 32]>,
    export: Zeroizing<[u8; 32]>,
    sent: u64,
    received: ReplayWindow,
}

impl Pair {
    /// Agrees on keys. `None` where the other side's key is of small order, or one of its keys is this side's own.
    pub fn agree(
        room: &RoomKeys,
        mine: &Announcement,
        secret: &EpochSecret,
        theirs: &Announcement,
    ) -> Option<Self> {
        let reflected = mine.peer == theirs.peer
            || mine.session == theirs.session
            || mine.epoch_key == theirs.epoch_key;
        if reflected {
            return None;
        }
        let shared = secret.agree(&theirs.epoch_key)?;
        let (own, first, second) = if mine.as_bytes() < theirs.as_bytes() {
            (Direction::FromFirst, mine, theirs)
        } else {
            (Direction::FromSecond, theirs, mine)
        };
        let transcript: [u8; 32] = Sha256::digest(join(&[
            PAIR.as_bytes(),
            room.tag(),
            first.as_bytes(),
            second.as_bytes(),
        ]))
        .into();
        let keys = Hkdf::<Sha256>::new(Some(room.pair_secret()), &*shared);
        let okm: Zeroizing<[u8; 128]> = expand(&keys, &[PAIR_KEYS.as_bytes(), &transcript]);
        let key = |place: usize| {
            let mut key = Zeroizing::new([0; 32]);
            key.copy_from_slice(okm.split_at(32 * place).1.split_at(32).0);
            key
        };
        let (send, receive) = match own {
            Direction::FromFirst => (key(0), key(1)),
            Direction::FromSecond => (key(1), key(0)),
        };
        Some(Self {
            room: room.room().clone(),
            epochs: PairEpochs {
                mine: mine.epoch,
                theirs: theirs.epoch,
            },
            own,
            transcript,
            send,
            receive,
            confirm: key(2),
            export: key(3),
            sent: 0,
            received: ReplayWindow::default(),
        })
    }

    /// Goes on after this sequence number, where keys that were agreed on before may have come as far.
    pub(crate) fn go_on_after(&mut self, sequence: u64) {
        self.sent = sequence;
    }

    /// Which keys these are.
    pub fn epochs(&self) -> PairEpochs {
        self.epochs
    }

    /// The hash over both announcements that is inside everything the two seal and prove.
    pub fn transcript(&self) -> &[u8; 32] {
        &self.transcript
    }

    /// For what the two agree on later, over a confirmed connection.
    pub fn export(&self) -> &Zeroizing<[u8; 32]> {
        &self.export
    }

    /// Seals a signal with ChaCha20-Poly1305 (RFC 8439). The nonce is the sequence number; a key never meets one twice.
    pub fn seal(&mut self, signal: &Signal) -> String {
        self.sent += 1;
        let sequence = self.sent.to_be_bytes();
        let associated = self.associated(self.own, sequence);
        let bytes = Zeroizing::new(signal.to_padded_bytes());
        #[expect(
            clippy::expect_used,
            reason = "only messages of many gigabytes cannot be sealed"
        )]
        let sealed = ChaCha20Poly1305::new((&*self.send).into())
            .encrypt(
                &nonce(sequence).into(),
                Payload {
                    msg: &bytes,
                    aad: &associated,
                },
            )
            .expect("a signal can be sealed");
        let epochs = [self.epochs.mine, self.epochs.theirs].map(u32::to_be_bytes);
        encoding::encode(&[epochs.as_flattened(), &sequence, &sealed].concat())
    }

    /// Opens a signal. What is forged, changed, for others, or was there before changes nothing and gives `None`.
    pub fn open(&mut self, text: &str) -> Option<Signal> {
        if text.len() > limits::SIGNALING_FRAME_BYTES {
            return None;
        }
        let bytes = encoding::decode(text)?;
        let (header, sealed) = bytes.split_first_chunk::<HEADER_BYTES>()?;
        let mut reader = Reader(header);
        let (theirs, mine) = (reader.u32()?, reader.u32()?);
        let sequence: [u8; 8] = reader.array()?;
        let number = u64::from_be_bytes(sequence);
        if (PairEpochs { mine, theirs }) != self.epochs || !self.received.is_new(number) {
            return None;
        }
        let payload = Payload {
            msg: sealed,
            aad: &self.associated(self.own.reversed(), sequence),
        };
        let opened = ChaCha20Poly1305::new((&*self.receive).into())
            .decrypt(&nonce(sequence).into(), payload)
            .ok()?;
        self.received.remember(number);
        Signal::read(&opened)
    }

    /// This side's proof that a connection is its own: over the certificates that DTLS really used at both ends.
    pub fn confirmation(
        &self,
        negotiation: Option<&str>,
        own: &CertificateFingerprint,
        peer: &CertificateFingerprint,
    ) -> String {
        let mac = self.confirming(self.own, negotiation, own, peer);
        encoding::encode(&mac.finalize().into_bytes())
    }

    /// Whether the other side has proved that the connection is its own. Takes the same time for every wrong proof.
    pub fn is_confirmed_by(
        &self,
        proof: &str,
        negotiation: Option<&str>,
        own: &CertificateFingerprint,
        peer: &CertificateFingerprint,
    ) -> bool {
        let Some(proof) = encoding::decode_exactly::<32>(proof) else {
            return false;
        };
        let mac = self.confirming(self.own.reversed(), negotiation, peer, own);
        mac.verify_slice(&proof).is_ok()
    }

    fn confirming(
        &self,
        direction: Direction,
        negotiation: Option<&str>,
        sender: &CertificateFingerprint,
        receiver: &CertificateFingerprint,
    ) -> hmac::Hmac<Sha256> {
        let mut mac = hmac_sha256(&*self.confirm);
        mac.update(&join(&[
            CONFIRM.as_bytes(),
            &direction.code(),
            &self.transcript,
            negotiation.unwrap_or_default().as_bytes(),
            sender.as_bytes(),
            receiver.as_bytes(),
        ]));
        mac
    }

    fn associated(&self, direction: Direction, sequence: [u8; 8]) -> Vec<u8> {
        join(&[
            SIGNAL.as_bytes(),
            self.room.as_str().as_bytes(),
            &self.transcript,
            &direction.code(),
            &sequence,
        ])
    }
}

fn nonce(sequence: [u8; 8]) -> [u8; 12] {
    let mut nonce = [0; 12];
    nonce.split_at_mut(4).1.copy_from_slice(&sequence);
    nonce
}

/// Keys are not for logs.
impl fmt::Debug for Pair {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Pair({:?}, {:?})", self.own, self.epochs)
    }
}

#[cfg(test)]
mod tests;
