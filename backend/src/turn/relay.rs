//! The socket of one relay, and the task that reads it.

use std::{io, net::SocketAddr, rc::Rc};

use actix_web::rt::task::JoinHandle;
use tokio::net::UdpSocket;

use super::receive::receive;

/// Closed when dropped.
pub(super) struct Relay {
    socket: Rc<UdpSocket>,
    task: JoinHandle<()>,
}

impl Relay {
    /// Has everything that arrives at this socket handed on, with whom it is from.
    pub(super) fn start(socket: UdpSocket, hand_on: impl Fn(SocketAddr, &[u8]) + 'static) -> Self {
        let socket = Rc::new(socket);
        let reading = Rc::clone(&socket);
        let task = actix_web::rt::spawn(async move {
            receive(&reading, hand_on).await;
        });
        Self { socket, task }
    }

    /// To a peer, now or not at all.
    pub(super) fn send(&self, peer: SocketAddr, data: &[u8]) -> io::Result<()> {
        self.socket.try_send_to(data, peer).map(|_| ())
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.task.abort();
    }
}
