//! What is sealed between two peers on its way through the server.

use serde_json::Value;

use super::encoding::Reader;
use crate::limits;

/// What a sealed signal is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignalKind {
    /// An `RTCSessionDescriptionInit` of type `offer`, or `null` to ask for one.
    Offer,
    /// An `RTCSessionDescriptionInit` of type `answer`.
    Answer,
    /// An `RTCIceCandidateInit`, or `null` after the last one.
    Candidate,
    /// The sender will make no connection; the payload says why.
    Refusal,
}

impl SignalKind {
    fn code(self) -> u8 {
        match self {
            Self::Offer => 1,
            Self::Answer => 2,
            Self::Candidate => 3,
            Self::Refusal => 4,
        }
    }

    fn of_code(code: u8) -> Option<Self> {
        [Self::Offer, Self::Answer, Self::Candidate, Self::Refusal]
            .into_iter()
            .find(|kind| kind.code() == code)
    }
}

/// One offer, answer, candidate or refusal.
#[derive(Clone, Debug, PartialEq)]
pub struct Signal {
    /// What it is for.
    pub kind: SignalKind,
    /// The attempt that it belongs to.
    pub negotiation: Option<String>,
    /// The browser's own object.
    pub payload: Value,
}

/// The smallest padded signal; larger ones are padded to the next power of two.
const SMALLEST: usize = 512;

impl Signal {
    /// What is sealed: kind, negotiation after its length (one byte), payload as JSON after its length (four bytes), zeros.
    pub fn to_padded_bytes(&self) -> Vec<u8> {
        let negotiation = self.negotiation.as_deref().unwrap_or_default().as_bytes();
        let payload = self.payload.to_string();
        let mut bytes = vec![self.kind.code()];
        // Negotiation ids of 64 bytes at most and descriptions of some kilobytes; browsers write no longer ones.
        bytes.push(u8::try_from(negotiation.len()).unwrap_or(u8::MAX));
        bytes.extend_from_slice(negotiation);
        bytes.extend_from_slice(
            &u32::try_from(payload.len())
                .unwrap_or(u32::MAX)
                .to_be_bytes(),
        );
        bytes.extend_from_slice(payload.as_bytes());
        let padded = bytes.len().next_power_of_two().max(SMALLEST);
        bytes.resize(padded, 0);
        bytes
    }

    /// Reads what was sealed. Proves nothing of where it came from; [`Pair::open`](super::pair::Pair::open) does.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let mut reader = Reader(bytes);
        let kind = SignalKind::of_code(reader.byte()?)?;
        let length = usize::from(reader.byte()?);
        if length > limits::NEGOTIATION_ID_BYTES {
            return None;
        }
        let negotiation = std::str::from_utf8(reader.take(length)?).ok()?;
        let length = usize::try_from(reader.u32()?).ok()?;
        let payload = serde_json::from_slice(reader.take(length)?).ok()?;
        reader.only_padding_follows().then(|| Self {
            kind,
            negotiation: (!negotiation.is_empty()).then(|| negotiation.to_owned()),
            payload,
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_signal_reads_as_it_is_written_and_its_length_tells_little() {
        for (kind, negotiation, payload, padded) in [
            (SignalKind::Offer, Some("a.1"), Value::Null, 512),
            (SignalKind::Candidate, None, json!({"candidate": ""}), 512),
            (
                SignalKind::Answer,
                Some("a.1"),
                json!({"sdp": "x".repeat(900)}),
                1024,
            ),
            (SignalKind::Refusal, None, json!("locked"), 512),
        ] {
            let signal = Signal {
                kind,
                negotiation: negotiation.map(str::to_owned),
                payload,
            };
            let bytes = signal.to_padded_bytes();
            assert_eq!(bytes.len(), padded);
            assert_eq!(Signal::read(&bytes), Some(signal));
        }
    }

    #[test]
    fn what_is_no_signal_is_refused() {
        for bad in [
            &b""[..],
            b"\x01",
            b"\x00\x00\x00\x00\x00\x01\x30",
            b"\x05\x00\x00\x00\x00\x01\x30",
            b"\x01\x02a",
            b"\x01\x00\x00\x00\x00\x02\x30",
            b"\x01\x00\xff\xff\xff\xff\x30",
            b"\x01\x00\x00\x00\x00\x01{",
            b"\x01\x00\x00\x00\x00\x01\x30\x00\x01",
            b"\x01\x01\xff\x00\x00\x00\x01\x30",
        ] {
            assert_eq!(Signal::read(bad), None, "{bad:?}");
        }
    }
}
