//! `banter health`: asks the server that runs with the same settings how it is, for images without a shell.

use std::{
    io::{self, Read, Write},
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream},
    sync::Arc,
    time::Duration,
};

use rustls::{
    ClientConfig, ClientConnection, DigitallySignedStruct, SignatureScheme, StreamOwned,
    client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature},
    pki_types::{CertificateDer, ServerName, UnixTime},
};

use crate::config::Settings;

/// Why a server is not well.
#[derive(Debug, thiserror::Error)]
pub enum HealthError {
    /// Nothing that speaks HTTP answers in time.
    #[error("no answer from {address}: {source}; is the server running with these settings?")]
    NoAnswer {
        /// Who was asked.
        address: SocketAddr,
        /// What happened.
        source: io::Error,
    },
    /// It answers that it is not ready, or something else answers.
    #[error(
        "{address} answers {status:?} instead of 200; it is shutting down, or is another program"
    )]
    NotReady {
        /// Who was asked.
        address: SocketAddr,
        /// The first line of the answer.
        status: String,
    },
}

/// For each of connecting, writing and reading.
const PATIENCE: Duration = Duration::from_secs(3);

/// More of an answer is not read.
const LONGEST_ANSWER: u64 = 4_096;

/// Asks `/health` at the address that the settings listen on.
///
/// # Errors
///
/// See [`HealthError`].
pub fn ask(settings: &Settings) -> Result<(), HealthError> {
    let listening = settings.addresses.first().copied();
    let address = reachable(listening.unwrap_or(SocketAddr::from(([127, 0, 0, 1], 8080))));
    let answer = answer(address, settings.tls.is_some());
    let answer = answer.map_err(|source| HealthError::NoAnswer { address, source })?;
    let status = answer.lines().next().unwrap_or_default().to_owned();
    if status.starts_with("HTTP/1.1 200 ") {
        return Ok(());
    }
    Err(HealthError::NotReady { address, status })
}

/// Who listens on all addresses is asked at the loopback one.
fn reachable(listening: SocketAddr) -> SocketAddr {
    let loopback: IpAddr = if listening.is_ipv4() {
        Ipv4Addr::LOCALHOST.into()
    } else {
        Ipv6Addr::LOCALHOST.into()
    };
    let ip = Some(listening.ip()).filter(|ip| !ip.is_unspecified());
    SocketAddr::new(ip.unwrap_or(loopback), listening.port())
}

fn answer(address: SocketAddr, is_tls: bool) -> io::Result<String> {
    let stream = TcpStream::connect_timeout(&address, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    if !is_tls {
        return talk(stream, address);
    }
    let client = ClientConnection::new(client_config()?, ServerName::from(address.ip()));
    talk(
        StreamOwned::new(client.map_err(io::Error::other)?, stream),
        address,
    )
}

fn talk(mut stream: impl Read + Write, address: SocketAddr) -> io::Result<String> {
    write!(
        stream,
        "GET /health HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"
    )?;
    stream.flush()?;
    let mut answer = Vec::new();
    match stream.take(LONGEST_ANSWER).read_to_end(&mut answer) {
        Err(error) if answer.is_empty() => Err(error),
        _ => Ok(String::from_utf8_lossy(&answer).into_owned()),
    }
}

fn client_config() -> io::Result<Arc<ClientConfig>> {
    let provider = Arc::new(ring::default_provider());
    let config = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(io::Error::other)?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(AnyCertificate(provider)))
        .with_no_client_auth();
    Ok(Arc::new(config))
}

/// The certificate is made for a public name, and asked is this very machine, for nothing that is secret. So only
/// the handshake itself is checked.
#[derive(Debug)]
struct AnyCertificate(Arc<CryptoProvider>);

impl ServerCertVerifier for AnyCertificate {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signature, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
