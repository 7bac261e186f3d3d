//! The server's own certificate: loaded at the start, and again whenever its files change.
//!
//! A new certificate is used from the next handshake on; open connections keep theirs. Files that are wrong, or
//! half written, change nothing: the certificate in use stays until there is a better one.
//!
//! TURN over TLS uses the same: see [`Tls::server_config`].

use std::{
    fmt, fs, io,
    path::PathBuf,
    sync::{Arc, PoisonError, RwLock, RwLockReadGuard},
};

use rustls::{
    Error, ServerConfig,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    server::{ClientHello, ResolvesServerCert},
    sign::CertifiedKey,
};

pub use validity::UtcTime;
#[cfg(unix)]
pub(crate) use watch::reload_at_hangup;
pub(crate) use watch::reload_when_changed;

mod validity;
mod watch;

/// Where certificate and key are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsFiles {
    /// PEM: the server's own certificate first, then those that lead to the root.
    pub certificate: PathBuf,
    /// PEM: PKCS #8, PKCS #1 or SEC 1, without a password.
    pub key: PathBuf,
}

/// A certificate that can be exchanged while it is in use.
pub struct Tls {
    files: TlsFiles,
    current: RwLock<Loaded>,
}

struct Loaded {
    texts: Texts,
    certified: Arc<CertifiedKey>,
    valid_until: Option<UtcTime>,
}

/// What the files hold.
#[derive(PartialEq, Eq)]
struct Texts {
    certificate: Vec<u8>,
    key: Vec<u8>,
}

/// Why files cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// The operating system does not give it.
    #[error("the certificate cannot be read: {0}")]
    ReadCertificate(#[source] io::Error),
    /// The operating system does not give it.
    #[error("the key cannot be read: {0}")]
    ReadKey(#[source] io::Error),
    /// No PEM section of that kind.
    #[error("there is no certificate in the file")]
    NoCertificate,
    /// No PEM section of that kind; a key with a password is none.
    #[error("there is no private key in the file")]
    NoKey,
    /// Not of a kind that is known here.
    #[error("the key is of a kind that is not known")]
    UnusableKey,
    /// Not X.509.
    #[error("the certificate cannot be used")]
    UnusableCertificate,
    /// They were not made for each other.
    #[error("key and certificate do not belong together")]
    Mismatch,
}

/// What looking at the files again has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reload {
    /// They hold what is in use.
    Unchanged,
    /// The next handshake uses what they hold now.
    Replaced,
}

impl Tls {
    /// Reads both files.
    ///
    /// # Errors
    ///
    /// See [`TlsError`].
    pub fn load(files: TlsFiles) -> Result<Self, TlsError> {
        let current = RwLock::new(Loaded::from(files.read()?)?);
        Ok(Self { files, current })
    }

    /// Looks at the files again. Blocks on the disk.
    ///
    /// # Errors
    ///
    /// What is in use stays in use; see [`TlsError`].
    pub fn reload(&self) -> Result<Reload, TlsError> {
        let texts = self.files.read()?;
        if texts == self.current().texts {
            return Ok(Reload::Unchanged);
        }
        let loaded = Loaded::from(texts)?;
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = loaded;
        Ok(Reload::Replaced)
    }

    /// For a listener of TLS 1.2 and 1.3 that offers no protocol by ALPN (the HTTP listener adds its own). It
    /// follows every reload.
    ///
    /// # Errors
    ///
    /// The cryptography does not know these versions; it does.
    pub fn server_config(self: &Arc<Self>) -> Result<ServerConfig, Error> {
        let provider = Arc::new(ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_cert_resolver(Arc::clone(self) as Arc<dyn ResolvesServerCert>);
        Ok(config)
    }

    /// When the certificate in use runs out, where it says so in a way that is understood.
    pub fn valid_until(&self) -> Option<UtcTime> {
        self.current().valid_until
    }

    fn current(&self) -> RwLockReadGuard<'_, Loaded> {
        self.current.read().unwrap_or_else(PoisonError::into_inner)
    }
}

impl TlsFiles {
    fn read(&self) -> Result<Texts, TlsError> {
        Ok(Texts {
            certificate: fs::read(&self.certificate).map_err(TlsError::ReadCertificate)?,
            key: fs::read(&self.key).map_err(TlsError::ReadKey)?,
        })
    }
}

impl Loaded {
    fn from(texts: Texts) -> Result<Self, TlsError> {
        let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&texts.certificate).collect();
        let chain = chain.map_err(|_| TlsError::NoCertificate)?;
        let own = chain.first().ok_or(TlsError::NoCertificate)?;
        let valid_until = validity::not_after(own);
        let key = PrivateKeyDer::from_pem_slice(&texts.key).map_err(|_| TlsError::NoKey)?;
        let key = ring::sign::any_supported_type(&key).map_err(|_| TlsError::UnusableKey)?;
        let certified = Arc::new(CertifiedKey::new(chain, key));
        match certified.keys_match() {
            Ok(()) => Ok(Self {
                texts,
                certified,
                valid_until,
            }),
            Err(Error::InconsistentKeys(_)) => Err(TlsError::Mismatch),
            Err(_) => Err(TlsError::UnusableCertificate),
        }
    }
}

impl ResolvesServerCert for Tls {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.current().certified))
    }
}

/// Without the key.
impl fmt::Debug for Tls {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Tls").field(&self.files).finish()
    }
}

/// For `banter check-config`.
impl fmt::Display for Tls {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.files.certificate.display())?;
        match self.valid_until() {
            Some(time) if time.is_past() => write!(formatter, ", which ran out on {time}"),
            Some(time) => write!(formatter, ", good until {time}"),
            None => Ok(()),
        }
    }
}
