//! Ends a TCP connection whose client does not read.
//!
//! actix-web waits for a blocked write without end, and a WebSocket's task cannot reach the stream. So each
//! connection gets a second handle of its own socket, with which the task can shut it down; the write then
//! fails and everything is freed. Under TLS it is the socket below, since a client that reads nothing takes no
//! farewell either. Connections that are no WebSocket are ended by it too, after `http::deadline`.

use std::{any::Any, net::Shutdown, sync::Arc};

use actix_tls::accept::rustls_0_23::TlsStream;
use actix_web::{HttpRequest, dev::Extensions, rt::net::TcpStream};

/// The second handle of a connection's socket. actix-web holds it as long as the connection itself.
#[derive(Debug)]
pub(crate) struct Abort(std::net::TcpStream);

/// Refers to the socket of a connection, and does not keep it open.
#[derive(Clone, Debug, Default)]
pub(crate) struct WeakAbort(std::sync::Weak<Abort>);

/// Keeps a second handle of a new connection with it.
pub(crate) fn attach(connection: &dyn Any, extensions: &mut Extensions) {
    let plain = connection.downcast_ref::<TcpStream>();
    let inside = || {
        let stream = connection.downcast_ref::<TlsStream<TcpStream>>();
        stream.map(|stream| stream.get_ref().0)
    };
    if let Some(second) = plain.or_else(inside).and_then(duplicate) {
        extensions.insert(Arc::new(Abort(second)));
    }
}

#[cfg(unix)]
fn duplicate(stream: &TcpStream) -> Option<std::net::TcpStream> {
    use std::os::fd::AsFd;
    stream.as_fd().try_clone_to_owned().ok().map(Into::into)
}

#[cfg(not(unix))]
fn duplicate(_: &TcpStream) -> Option<std::net::TcpStream> {
    None
}

impl WeakAbort {
    pub(crate) fn to(abort: &Arc<Abort>) -> Self {
        Self(Arc::downgrade(abort))
    }

    /// Of the connection that a request came on.
    pub(super) fn of(request: &HttpRequest) -> Self {
        Self(
            request
                .conn_data::<Arc<Abort>>()
                .map(Arc::downgrade)
                .unwrap_or_default(),
        )
    }

    /// Shuts the connection down in both directions, if it is still there.
    pub(crate) fn abort(&self) {
        if let Some(abort) = self.0.upgrade() {
            // Only fails where the client was faster.
            let _ = abort.0.shutdown(Shutdown::Both);
        }
    }
}
