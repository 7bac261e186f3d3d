//! Reading datagrams.

use std::{io::ErrorKind, net::SocketAddr};

use tokio::net::UdpSocket;

use super::LONGEST_MESSAGE;

/// Datagrams read before others have their turn.
const AT_ONCE: usize = 64;

/// Gives every datagram to `handle`, for as long as it is polled. Longer ones than [`LONGEST_MESSAGE`] are
/// dropped: what remains of them would be something else.
pub(super) async fn receive(socket: &UdpSocket, mut handle: impl FnMut(SocketAddr, &[u8])) {
    let mut buffer = [0; LONGEST_MESSAGE + 1];
    loop {
        if socket.readable().await.is_err() {
            // Only a runtime that is shutting down has no readiness.
            return;
        }
        for _ in 0..AT_ONCE {
            match socket.try_recv_from(&mut buffer) {
                Ok((length, from)) => {
                    if let Some(data) = buffer
                        .get(..length)
                        .filter(|data| data.len() <= LONGEST_MESSAGE)
                    {
                        handle(from, data);
                    }
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                // Some peer is not there (ICMP); that concerns no other.
                Err(_) => {}
            }
        }
        tokio::task::yield_now().await;
    }
}
