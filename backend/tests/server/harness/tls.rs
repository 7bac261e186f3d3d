//! Certificates of a test's own, and clients that trust them.

use std::{
    fs,
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
    sync::Arc,
};

use rustls::{
    ClientConfig, RootCertStore,
    crypto::ring,
    pki_types::{CertificateDer, IpAddr, ServerName},
};
use tokio::{net::TcpStream, time::timeout};
use tokio_rustls::{TlsConnector, client::TlsStream};

use super::{Client, PATIENCE};

/// A certificate for 127.0.0.1 and its key, in files of their own.
pub(crate) struct Certificate {
    folder: tempfile::TempDir,
    issued: CertificateDer<'static>,
}

impl Certificate {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let issued = issue(&folder);
        Self { folder, issued }
    }

    /// Replaces both files by those of a new certificate, as a renewal does.
    pub(crate) fn renew(&mut self) {
        self.issued = issue(&self.folder);
    }

    pub(crate) fn cert(&self) -> PathBuf {
        self.folder.path().join("cert.pem")
    }

    pub(crate) fn key(&self) -> PathBuf {
        self.folder.path().join("key.pem")
    }

    /// The flags that have a server use it.
    pub(crate) fn flags(&self) -> [String; 4] {
        let text = |path: PathBuf| path.to_str().unwrap().to_owned();
        let (cert, key) = (text(self.cert()), text(self.key()));
        ["--tls-cert".into(), cert, "--tls-key".into(), key]
    }

    /// A TLS connection, or `None` where the server has another certificate than this. Nothing else may fail.
    pub(crate) async fn connect(&self, address: SocketAddr) -> Option<TlsStream<TcpStream>> {
        let stream = TcpStream::connect(address).await.unwrap();
        self.over(stream).await
    }

    /// The same over a connection that the test has made.
    pub(crate) async fn over(&self, stream: TcpStream) -> Option<TlsStream<TcpStream>> {
        let mut roots = RootCertStore::empty();
        roots.add(self.issued.clone()).unwrap();
        let provider = Arc::new(ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        let name = ServerName::IpAddress(IpAddr::from(Ipv4Addr::LOCALHOST));
        let connector = TlsConnector::from(Arc::new(config));
        let handshake = timeout(PATIENCE, connector.connect(name, stream));
        match handshake.await.expect("neither a handshake nor a word") {
            Ok(stream) => Some(stream),
            Err(error) => {
                let cause = error.get_ref().and_then(|cause| cause.downcast_ref());
                let is_another = matches!(cause, Some(rustls::Error::InvalidCertificate(_)));
                assert!(
                    is_another,
                    "the handshake fails for another reason: {error}"
                );
                None
            }
        }
    }

    /// A socket of the server's own page.
    pub(crate) async fn client(&self, address: SocketAddr) -> Client<TlsStream<TcpStream>> {
        let stream = self.connect(address).await.expect("its certificate");
        Client::of_page(stream, address, &format!("https://{address}")).await
    }
}

fn issue(folder: &tempfile::TempDir) -> CertificateDer<'static> {
    let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    let write = |name: &str, text: String| fs::write(folder.path().join(name), text).unwrap();
    write("cert.pem", made.cert.pem());
    write("key.pem", made.signing_key.serialize_pem());
    made.cert.der().clone()
}
