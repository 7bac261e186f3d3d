//! Keys and seals: what makes a room private from the server, and people recognisable.

mod fingerprint;

pub use fingerprint::CertificateFingerprint;
