//! No connection is kept for a request that does not come, or for an answer that nobody takes.
//!
//! actix-web gives the first request of a connection a few seconds, but half of a second one may stay for ever, and so
//! may a client that asks for a large file and does not read it. So each connection has a moment at which it is cut off;
//! requests and answers put it off, and a WebSocket, which keeps its own time, does away with it.

use std::{
    sync::{
        Arc, OnceLock, Weak,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

use actix_web::{
    Error,
    body::{BodySize, MessageBody},
    dev::{Extensions, ServiceRequest, ServiceResponse},
    http::StatusCode,
    middleware::Next,
    rt,
};
use tokio::time::{Instant, sleep_until};

use crate::connection::Abort;

/// A client has so long to send the head of its first request; then it is told so (408) and closed.
pub(crate) const FIRST_REQUEST: Duration = Duration::from_secs(5);

/// A connection without a request is closed after so long.
pub(crate) const KEEP_ALIVE: Duration = Duration::from_secs(5);

/// For closing in good order, before a connection is cut off.
const GRACE: Duration = Duration::from_millis(500);

/// Finding an answer takes no longer.
const HANDLING: Duration = Duration::from_secs(30);

/// Whoever takes an answer more slowly does not take it at all. Phones at the edge of the world are faster.
const SLOWEST_BYTES_PER_SECOND: u64 = 2_048;

/// When a connection is cut off, in milliseconds after the first connection of all.
#[derive(Debug)]
struct Deadline(AtomicU64);

/// Of a connection that is a WebSocket.
const NEVER: u64 = u64::MAX;

impl Deadline {
    fn put_off(&self, span: Duration) {
        let until = epoch().elapsed() + span;
        self.0
            .store(u64::try_from(until.as_millis()).unwrap_or(NEVER), Relaxed);
    }

    fn get(&self) -> Option<Instant> {
        match self.0.load(Relaxed) {
            NEVER => None,
            millis => Some(epoch() + Duration::from_millis(millis)),
        }
    }
}

fn epoch() -> Instant {
    static EPOCH: OnceLock<Instant> = OnceLock::new();
    *EPOCH.get_or_init(Instant::now)
}

/// Starts the clock of a new connection.
pub(crate) fn start(abort: Abort, extensions: &mut Extensions) {
    let deadline = Arc::new(Deadline(AtomicU64::new(0)));
    deadline.put_off(FIRST_REQUEST + GRACE);
    rt::spawn(watch(Arc::downgrade(&deadline), abort));
    extensions.insert(deadline);
}

async fn watch(deadline: Weak<Deadline>, abort: Abort) {
    // The connection holds it for as long as it is there.
    while let Some(until) = deadline.upgrade().and_then(|deadline| deadline.get()) {
        if until <= Instant::now() {
            return abort.abort();
        }
        sleep_until(until).await;
    }
}

/// Puts the deadline off, for [`actix_web::middleware::from_fn`].
pub(crate) async fn put_off(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let deadline = request.request().conn_data::<Arc<Deadline>>().cloned();
    if let Some(deadline) = &deadline {
        deadline.put_off(HANDLING);
    }
    let answer = next.call(request).await?;
    if let Some(deadline) = deadline {
        if answer.status() == StatusCode::SWITCHING_PROTOCOLS {
            deadline.0.store(NEVER, Relaxed);
        } else {
            let bytes = match answer.response().body().size() {
                BodySize::Sized(bytes) => bytes,
                BodySize::None | BodySize::Stream => 0,
            };
            let reading = Duration::from_secs(bytes / SLOWEST_BYTES_PER_SECOND);
            deadline.put_off(KEEP_ALIVE + GRACE + reading);
        }
    }
    Ok(answer)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connection::ClientStream;
    use tokio::{io::AsyncReadExt, net::TcpListener, net::TcpStream, task::LocalSet};

    /// A connection that is read, as actix-web does, and what its client sees of it.
    async fn connection() -> (Extensions, Arc<Deadline>, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let client = TcpStream::connect(listener.local_addr().unwrap());
        let (client, accepted) = tokio::join!(client, listener.accept());
        let mut server = ClientStream::new(accepted.unwrap().0);
        let mut extensions = Extensions::new();
        start(server.abort(), &mut extensions);
        rt::spawn(async move { while server.read_u8().await.is_ok() {} });
        let deadline = extensions.get::<Arc<Deadline>>().unwrap().clone();
        (extensions, deadline, client.unwrap())
    }

    async fn is_cut_off_within(client: &mut TcpStream, span: Duration) -> bool {
        tokio::time::timeout(span, client.read_u8()).await.is_ok()
    }

    /// Promise 39, 41: also where the client asks and then takes nothing.
    #[tokio::test(start_paused = true)]
    async fn an_answer_has_time_for_its_size_and_no_more() {
        let test = async {
            let (_held, deadline, mut client) = connection().await;
            assert!(!is_cut_off_within(&mut client, FIRST_REQUEST).await);
            deadline.put_off(KEEP_ALIVE + Duration::from_secs(100));
            assert!(!is_cut_off_within(&mut client, Duration::from_secs(100)).await);
            assert!(is_cut_off_within(&mut client, Duration::from_secs(6)).await);
        };
        LocalSet::new().run_until(test).await;
    }

    #[tokio::test(start_paused = true)]
    async fn a_websocket_is_left_alone() {
        let test = async {
            let (_held, deadline, mut client) = connection().await;
            deadline.0.store(NEVER, Relaxed);
            assert!(!is_cut_off_within(&mut client, Duration::from_secs(10_000)).await);
        };
        LocalSet::new().run_until(test).await;
    }
}
