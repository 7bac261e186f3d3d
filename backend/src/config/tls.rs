//! The server's own certificate, for who wants no proxy.

use std::{path::PathBuf, sync::Arc};

use clap::Args;

use super::{Given, SettingError, Sourced, headings};
use crate::tls::{Tls, TlsError, TlsFiles};

/// Where certificate and key are.
#[derive(Debug, Args)]
pub(super) struct TlsArgs {
    /// Certificate with its chain, in PEM; read again when it changes
    #[arg(long, env = "BANTER_TLS_CERT", value_name = "FILE", help_heading = headings::TLS)]
    tls_cert: Option<String>,

    /// The certificate's private key, in PEM, without a password
    #[arg(long, env = "BANTER_TLS_KEY", value_name = "FILE", help_heading = headings::TLS)]
    tls_key: Option<String>,
}

/// Loads both files; without either, the server speaks plain HTTP.
pub(super) fn parse(given: &Given) -> Result<Option<Arc<Tls>>, SettingError> {
    let (certificate, key) = match (given.get("tls_cert"), given.get("tls_key")) {
        (None, None) => return Ok(None),
        (Some(certificate), Some(key)) => (certificate, key),
        (Some(certificate), None) => {
            return Err(certificate.error("has no key", "name its key with --tls-key"));
        }
        (None, Some(key)) => {
            return Err(key.error("has no certificate", "name its certificate with --tls-cert"));
        }
    };
    let files = TlsFiles {
        certificate: PathBuf::from(&certificate.text),
        key: PathBuf::from(&key.text),
    };
    Tls::load(files)
        .map(|tls| Some(Arc::new(tls)))
        .map_err(|error| setting_error(&error, certificate, key))
}

fn setting_error(error: &TlsError, certificate: &Sourced, key: &Sourced) -> SettingError {
    match error {
        TlsError::ReadCertificate(why) => certificate.error(
            &format!("cannot be read ({why})"),
            "name a PEM file that this user may read",
        ),
        TlsError::NoCertificate => certificate.error(
            "holds no certificate",
            "name a PEM file with -----BEGIN CERTIFICATE-----, the server's own first",
        ),
        TlsError::ReadKey(why) => key.error(
            &format!("cannot be read ({why})"),
            "name a PEM file that this user may read",
        ),
        TlsError::NoKey => key.error(
            "holds no private key",
            "name a PEM file with -----BEGIN PRIVATE KEY-----, without a password",
        ),
        TlsError::UnusableKey => key.error(
            "holds a key of a kind that is not known",
            "use a key for ECDSA (P-256, P-384), Ed25519 or RSA",
        ),
        TlsError::Mismatch => key.error(
            "is not the key of the certificate",
            "name the key that the certificate in --tls-cert was made for",
        ),
        TlsError::UnusableCertificate => certificate.error(
            "holds a certificate that cannot be used",
            "name a PEM file with an X.509 certificate, the server's own first",
        ),
    }
}
