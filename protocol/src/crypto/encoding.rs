//! Bytes as text, and text as bytes: base64url without padding (RFC 4648, section 5), read strictly, so that every value has
//! one spelling.

use base64ct::{Base64UrlUnpadded, Encoding};

/// Writes bytes.
pub(crate) fn encode(bytes: &[u8]) -> String {
    Base64UrlUnpadded::encode_string(bytes)
}

/// Reads bytes; `None` where the text is not exactly what [`encode`] writes.
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    Base64UrlUnpadded::decode_vec(text).ok()
}

/// Reads so many bytes and no others.
pub(crate) fn decode_exactly<const N: usize>(text: &str) -> Option<[u8; N]> {
    decode(text)?.try_into().ok()
}

/// Reads fields one after the other.
#[derive(Debug)]
pub(crate) struct Reader<'a>(pub(crate) &'a [u8]);

impl<'a> Reader<'a> {
    /// The next `length` bytes.
    pub(crate) fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    /// The next `N` bytes.
    pub(crate) fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    /// One byte.
    pub(crate) fn byte(&mut self) -> Option<u8> {
        self.array().map(|[byte]| byte)
    }

    /// Four bytes, the highest first.
    pub(crate) fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_be_bytes)
    }

    /// Nothing but zeros is left.
    pub(crate) fn only_padding_follows(&self) -> bool {
        self.0.iter().all(|&byte| byte == 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_has_one_spelling() {
        assert_eq!(encode(&[0xfb, 0xff]), "-_8");
        assert_eq!(decode("-_8").unwrap(), [0xfb, 0xff]);
        for other in ["-_8=", "+/8", "-_9", "-_8 ", "-", "-_8\n"] {
            assert_eq!(decode(other), None, "{other:?}");
        }
        assert_eq!(decode_exactly::<3>("-_8"), None);
    }

    #[test]
    fn a_reader_never_reads_past_the_end() {
        let mut reader = Reader(&[0, 0, 0, 7, 9]);
        assert_eq!(reader.u32(), Some(7));
        assert_eq!(reader.array::<2>(), None);
        assert_eq!(reader.byte(), Some(9));
        assert_eq!(reader.byte(), None);
        assert!(reader.only_padding_follows());
    }
}
