//! The TCP connection of a client, which can be ended from outside.
//!
//! actix-web waits for a blocked write without end, and a WebSocket's task cannot reach the stream. So the stream itself
//! looks whether it was aborted whenever actix-web reads or writes, and whoever aborts it wakes actix-web up; the read or
//! write then fails and everything is freed. Under TLS it is the stream below, since a client that reads nothing takes no
//! farewell either. A second descriptor, with which the socket could be shut down, would halve the number of sockets that
//! a machine can hold; `TCP_USER_TIMEOUT` alone ends neither who sends half a request nor who reads a little.

use std::{
    cell::{Cell, RefCell},
    io::{self, IoSlice},
    net::SocketAddr,
    pin::Pin,
    rc::Rc,
    task::{Context, Poll, Waker},
};

use actix_web::{
    HttpRequest,
    rt::net::{ActixStream, Ready, TcpStream},
};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// A client's connection. It stays on the thread that took it.
#[derive(Debug)]
pub(crate) struct ClientStream {
    tcp: TcpStream,
    abort: Abort,
}

/// Ends a client's connection, if it is still there.
#[derive(Clone, Debug, Default)]
pub(crate) struct Abort(Rc<State>);

#[derive(Debug, Default)]
struct State {
    is_aborted: Cell<bool>,
    /// Who reads and writes.
    owner: RefCell<Option<Waker>>,
}

impl ClientStream {
    pub(crate) fn new(tcp: TcpStream) -> Self {
        // With Nagle's algorithm a small frame waits for the answer to the one before. It only fails where the client is
        // gone already.
        let _ = tcp.set_nodelay(true);
        let abort = Abort::default();
        Self { tcp, abort }
    }

    pub(crate) fn peer_addr(&self) -> Option<SocketAddr> {
        self.tcp.peer_addr().ok()
    }

    pub(crate) fn abort(&self) -> Abort {
        self.abort.clone()
    }
}

impl Abort {
    /// Of the connection that a request came on.
    pub(super) fn of(request: &HttpRequest) -> Self {
        request.conn_data::<Self>().cloned().unwrap_or_default()
    }

    /// Closes the connection in both directions.
    pub(crate) fn abort(&self) {
        self.0.is_aborted.set(true);
        let owner = self.0.owner.take();
        if let Some(owner) = owner {
            owner.wake();
        }
    }

    /// Fails once it is aborted; until then whoever asks is woken when that happens.
    fn check(&self, context: &Context<'_>) -> io::Result<()> {
        if self.0.is_aborted.get() {
            return Err(io::ErrorKind::ConnectionAborted.into());
        }
        let mut owner = self.0.owner.borrow_mut();
        let waker = context.waker();
        if !owner.as_ref().is_some_and(|owner| owner.will_wake(waker)) {
            *owner = Some(waker.clone());
        }
        Ok(())
    }
}

impl AsyncRead for ClientStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.abort.check(context)?;
        Pin::new(&mut self.tcp).poll_read(context, buffer)
    }
}

impl AsyncWrite for ClientStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.abort.check(context)?;
        Pin::new(&mut self.tcp).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.abort.check(context)?;
        Pin::new(&mut self.tcp).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.tcp.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_shutdown(context)
    }
}

/// What actix's TLS asks of a stream.
impl ActixStream for ClientStream {
    fn poll_read_ready(&self, context: &mut Context<'_>) -> Poll<io::Result<Ready>> {
        ActixStream::poll_read_ready(&self.tcp, context)
    }

    fn poll_write_ready(&self, context: &mut Context<'_>) -> Poll<io::Result<Ready>> {
        ActixStream::poll_write_ready(&self.tcp, context)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpListener,
        task::LocalSet,
        time::{sleep, timeout},
    };

    use super::*;

    async fn pair() -> (ClientStream, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let client = TcpStream::connect(listener.local_addr().unwrap());
        let (client, accepted) = tokio::join!(client, listener.accept());
        (ClientStream::new(accepted.unwrap().0), client.unwrap())
    }

    async fn abort_soon(abort: Abort) {
        sleep(Duration::from_millis(20)).await;
        abort.abort();
    }

    /// Promise 41.
    #[tokio::test]
    async fn a_write_that_nobody_takes_ends_when_it_is_aborted() {
        let test = async {
            let (mut stream, _client) = pair().await;
            tokio::task::spawn_local(abort_soon(stream.abort()));
            let writing = async { while stream.write_all(&[0; 65_536]).await.is_ok() {} };
            timeout(Duration::from_secs(5), writing).await.unwrap();
        };
        LocalSet::new().run_until(test).await;
    }

    #[tokio::test]
    async fn so_does_a_read_and_nothing_is_read_later() {
        let test = async {
            let (mut stream, mut client) = pair().await;
            tokio::task::spawn_local(abort_soon(stream.abort()));
            let read = timeout(Duration::from_secs(5), stream.read_u8()).await;
            assert!(read.unwrap().is_err());
            client.write_all(b"late").await.unwrap();
            assert!(stream.read_u8().await.is_err());
        };
        LocalSet::new().run_until(test).await;
    }
}
