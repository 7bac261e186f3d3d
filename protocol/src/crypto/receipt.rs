//! Receipts: what a session has, and what was read in it. Signed, so that others can hand it on and a liar lies about itself alone.

use serde::{Deserialize, Serialize};

use super::{
    encoding,
    identity::{Session, SessionKey},
    labels::RECEIPT,
};
use crate::{decoding::Fields, limits};

/// How far somebody has come in one session's log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reached {
    /// Whose log.
    pub session: SessionKey,
    /// Up to this entry.
    pub number: u64,
}

/// What a receipt says. Each replaces all of the same session with a lesser counter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// Who says it.
    pub session: SessionKey,
    /// Counts up with each receipt of the session.
    pub counter: u64,
    /// What the session has; at most [`limits::RECEIPT_SESSIONS`].
    pub delivered: Vec<Reached>,
    /// What the person has read, as far as they tell; at most [`limits::RECEIPT_SESSIONS`].
    pub read: Vec<Reached>,
}

/// A receipt as it travels: its text and its session's signature over the text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedReceipt {
    /// Exact JSON, at most [`limits::RECEIPT_BYTES`].
    pub text: String,
    /// 64 bytes in base64url.
    pub signature: String,
}

#[derive(Serialize)]
struct ReceiptJson<'a> {
    session: SessionKey,
    counter: u64,
    delivered: &'a [Reached],
    read: &'a [Reached],
}

impl SignedReceipt {
    /// Writes and signs a receipt, whatever session it names.
    pub fn sign(receipt: &Receipt, session: &Session, room_tag: &[u8; 32]) -> Self {
        let json = ReceiptJson {
            session: receipt.session,
            counter: receipt.counter,
            delivered: &receipt.delivered,
            read: &receipt.read,
        };
        #[expect(clippy::expect_used, reason = "texts and numbers are always JSON")]
        let text = serde_json::to_string(&json).expect("a receipt is plain JSON");
        let signature = session.sign(&[RECEIPT.as_bytes(), room_tag, text.as_bytes()]);
        Self {
            text,
            signature: encoding::encode(&signature),
        }
    }

    /// Reads what this claims. Proves nothing; see [`SignedReceipt::is_genuine`].
    pub fn read(&self) -> Option<Receipt> {
        if self.text.len() > limits::RECEIPT_BYTES {
            return None;
        }
        let mut fields: Fields = serde_json::from_str(&self.text).ok()?;
        let receipt = Receipt {
            session: fields.parsed("session")?,
            counter: fields.number("counter")?,
            delivered: fields.decoded("delivered")?,
            read: fields.decoded("read")?,
        };
        let fits = |reached: &[Reached]| reached.len() <= limits::RECEIPT_SESSIONS;
        (fits(&receipt.delivered) && fits(&receipt.read)).then_some(receipt)
    }

    /// Whether this session has signed it, in this room.
    pub fn is_genuine(&self, session: &SessionKey, room_tag: &[u8; 32]) -> bool {
        let fields: [&[u8]; 3] = [RECEIPT.as_bytes(), room_tag, self.text.as_bytes()];
        encoding::decode_exactly(&self.signature)
            .is_some_and(|signature| session.has_signed(&fields, &signature))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_receipt_is_read_as_it_was_signed_and_is_its_sessions_own() {
        let (session, room) = (Session::from_seed(&[2; 32]), [9; 32]);
        let reached = |number| Reached {
            session: Session::from_seed(&[3; 32]).key(),
            number,
        };
        let receipt = Receipt {
            session: session.key(),
            counter: 7,
            delivered: vec![reached(5)],
            read: vec![reached(4)],
        };
        let signed = SignedReceipt::sign(&receipt, &session, &room);
        assert_eq!(signed.read(), Some(receipt.clone()));
        assert!(signed.is_genuine(&session.key(), &room));
        assert!(!signed.is_genuine(&session.key(), &[8; 32]));
        assert!(!signed.is_genuine(&reached(1).session, &room));
        let text = signed.text.replace(r#""counter":7"#, r#""counter":8"#);
        assert!(!SignedReceipt { text, ..signed }.is_genuine(&session.key(), &room));
        let delivered = vec![reached(1); limits::RECEIPT_SESSIONS + 1];
        let long = Receipt {
            delivered,
            ..receipt
        };
        assert_eq!(SignedReceipt::sign(&long, &session, &room).read(), None);
    }
}
