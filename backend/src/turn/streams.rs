//! Clients that come by TCP or TLS, where UDP does not get through.

use std::{cell::RefCell, io, net::SocketAddr, rc::Rc, time::Duration};

use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::mpsc,
    time::{Instant, interval, sleep, timeout},
};
use tokio_rustls::TlsAcceptor;

use super::{
    LONGEST_MESSAGE,
    framing::message_length,
    hub::{Hub, QUEUED_MESSAGES},
    quotas::{Quotas, TurnLimits},
    relayer::Client,
};

/// A connection without a relay is of no use for longer than this.
const USELESS_FOR: Duration = Duration::from_secs(30);
const LOOKED_AT_EVERY: Duration = Duration::from_secs(5);
/// Who connects says something, and has done with the handshake of TLS, this soon.
const BEGUN_WITHIN: Duration = Duration::from_secs(10);
const TLS_HANDSHAKE: u8 = 22;
/// Who takes nothing for so long is gone.
const WRITE_WITHIN: Duration = Duration::from_secs(20);
/// Messages written by one system call.
const WRITTEN_AT_ONCE: usize = 16;
/// Some clients, coturn's among them, take each record of TLS for one message.
const IN_A_RECORD: usize = 1;
/// Besides those that have a relay.
const CONNECTIONS_WITHOUT_RELAY: usize = 64;

/// Accepts connections, and serves each in a task of its own.
pub(super) struct Streams {
    hub: Rc<Hub>,
    /// Where there is a certificate.
    tls: Option<TlsAcceptor>,
    quotas: RefCell<Quotas>,
    accepted: RefCell<u64>,
}

impl Streams {
    /// There may be as many connections as relays, and some more.
    pub(super) fn new(hub: Rc<Hub>, tls: Option<TlsAcceptor>, limits: TurnLimits) -> Self {
        let quotas = Quotas::new(TurnLimits {
            in_all: limits.in_all.saturating_add(CONNECTIONS_WITHOUT_RELAY),
            per_address: limits.per_address.saturating_add(CONNECTIONS_WITHOUT_RELAY),
            per_user: usize::MAX,
            ..limits
        });
        Self {
            hub,
            tls,
            quotas: RefCell::new(quotas),
            accepted: RefCell::default(),
        }
    }

    /// Serves whoever connects, for as long as it is polled.
    pub(super) async fn serve(self: Rc<Self>, listener: &TcpListener) {
        loop {
            match listener.accept().await {
                Ok((stream, address)) => self.accept(stream, address),
                // Out of files, say: it would fail again at once.
                Err(_) => sleep(Duration::from_millis(100)).await,
            }
        }
    }

    fn accept(self: &Rc<Self>, stream: TcpStream, address: SocketAddr) {
        if self
            .quotas
            .borrow_mut()
            .take(ANYBODY, address.ip())
            .is_err()
        {
            return;
        }
        let number = {
            let mut accepted = self.accepted.borrow_mut();
            *accepted += 1;
            *accepted
        };
        let open = Open {
            streams: Rc::clone(self),
            client: Client::Stream { number, address },
            number,
        };
        actix_web::rt::spawn(async move {
            // With Nagle's algorithm a small message waits for the answer to the one before.
            if stream.set_nodelay(true).is_ok() {
                // How it ends concerns nobody else.
                let _ = open.serve(stream).await;
            }
        });
    }
}

/// Connections are counted by address alone.
const ANYBODY: &str = "";

/// A connection that is counted, until it is dropped.
struct Open {
    streams: Rc<Streams>,
    client: Client,
    number: u64,
}

impl Open {
    /// TLS comes to the same port as TCP: their first bytes differ (RFC 7983, section 7).
    async fn serve(&self, stream: TcpStream) -> io::Result<()> {
        let mut first = [0];
        timeout(BEGUN_WITHIN, stream.peek(&mut first)).await??;
        match &self.streams.tls {
            Some(tls) if first == [TLS_HANDSHAKE] => {
                let stream = timeout(BEGUN_WITHIN, tls.accept(stream)).await??;
                self.relay(stream, IN_A_RECORD).await
            }
            Some(_) | None => self.relay(stream, WRITTEN_AT_ONCE).await,
        }
    }

    async fn relay(
        &self,
        stream: impl AsyncRead + AsyncWrite,
        written_at_once: usize,
    ) -> io::Result<()> {
        let (reading, writing) = tokio::io::split(stream);
        let (queue, messages) = mpsc::channel(QUEUED_MESSAGES);
        self.streams.hub.add_stream(self.number, queue);
        tokio::select! {
            ended = self.read(reading) => ended,
            ended = write(writing, messages, written_at_once) => ended,
            ended = self.wait_until_useless() => ended,
        }
    }

    async fn read(&self, mut stream: impl AsyncRead + Unpin) -> io::Result<()> {
        let mut unread = Vec::with_capacity(2 * LONGEST_MESSAGE);
        while stream.read_buf(&mut unread).await? > 0 {
            let mut start = 0;
            while let Some(length) = message_length(unread.get(start..).unwrap_or_default())
                .map_err(|_| io::ErrorKind::InvalidData)?
            {
                let Some(message) = unread.get(start..start + length) else {
                    break;
                };
                self.streams.hub.handle_client(self.client, message);
                start += length;
            }
            unread.drain(..start);
        }
        Ok(())
    }

    async fn wait_until_useless(&self) -> io::Result<()> {
        let mut useful_at = Instant::now();
        let mut looks = interval(LOOKED_AT_EVERY);
        loop {
            looks.tick().await;
            if self.streams.hub.has_relay(self.client) {
                useful_at = Instant::now();
            } else if useful_at.elapsed() >= USELESS_FOR {
                return Ok(());
            }
        }
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.streams.hub.remove_stream(self.number, self.client);
        let address = self.client.address().ip();
        self.streams.quotas.borrow_mut().give_back(ANYBODY, address);
    }
}

/// What has come together goes out together.
async fn write(
    mut stream: impl AsyncWrite + Unpin,
    mut messages: mpsc::Receiver<Vec<u8>>,
    at_once: usize,
) -> io::Result<()> {
    let (mut batch, mut bytes) = (Vec::new(), Vec::new());
    while messages.recv_many(&mut batch, at_once).await > 0 {
        bytes.clear();
        bytes.extend(batch.drain(..).flatten());
        let written = async {
            stream.write_all(&bytes).await?;
            // TLS may hold the last of it back.
            stream.flush().await
        };
        timeout(WRITE_WITHIN, written).await??;
    }
    Ok(())
}
