//! The fingerprint of a DTLS certificate (RFC 8122, section 5): what tells one end of a connection from another.

use std::fmt;

use sha2::{Digest, Sha256};

/// SHA-256 of a certificate in DER, the only hash that the protocol takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CertificateFingerprint([u8; 32]);

impl CertificateFingerprint {
    /// Of a certificate as `RTCDtlsTransport.getRemoteCertificates` gives it (W3C WebRTC, section 5.5).
    pub fn of_der(certificate: &[u8]) -> Self {
        Self(Sha256::digest(certificate).into())
    }

    /// From 32 pairs of hexadecimal digits with colons between them, in either case, as
    /// `RTCCertificate.getFingerprints` and `a=fingerprint` write it.
    pub fn parse(text: &str) -> Option<Self> {
        let mut bytes = [0; 32];
        let mut pairs = text.split(':');
        for byte in &mut bytes {
            let pair = pairs.next()?;
            let digits = pair.len() == 2 && pair.bytes().all(|digit| digit.is_ascii_hexdigit());
            *byte = u8::from_str_radix(digits.then_some(pair)?, 16).ok()?;
        }
        pairs.next().is_none().then_some(Self(bytes))
    }

    /// The 32 bytes of the hash.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// As `a=fingerprint` writes it.
impl fmt::Display for CertificateFingerprint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, byte) in self.0.iter().enumerate() {
            let colon = if place == 0 { "" } else { ":" };
            write!(formatter, "{colon}{byte:02X}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_reads_as_it_is_written_in_either_case() {
        let fingerprint = CertificateFingerprint::of_der(b"a certificate");
        let text = fingerprint.to_string();
        assert_eq!(text.len(), 95);
        assert_eq!(CertificateFingerprint::parse(&text), Some(fingerprint));
        assert_eq!(
            CertificateFingerprint::parse(&text.to_lowercase()),
            Some(fingerprint)
        );
    }

    #[test]
    fn nothing_else_is_a_fingerprint() {
        let text = CertificateFingerprint::of_der(b"x").to_string();
        let short = text.get(3..).unwrap();
        for bad in [
            "",
            ":",
            short,
            &format!("{text}:"),
            &format!("{text}:00"),
            &text.replacen(':', "", 1),
            &format!("+1{}", text.get(2..).unwrap()),
        ] {
            assert_eq!(CertificateFingerprint::parse(bad), None, "{bad}");
        }
    }
}
