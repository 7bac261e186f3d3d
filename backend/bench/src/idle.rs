//! What a socket costs in memory that says nothing.

use std::time::Duration;

use tokio::time::sleep;

use crate::{
    contender::Server,
    report::{in_turns, row},
    run,
    socket::Socket,
};

const ROUNDS: usize = 3;
const SOCKETS: usize = 10_000;
const AT_ONCE: usize = 50;

pub(crate) fn measure() {
    let [memory] = in_turns(ROUNDS, |server| run(fill(server)));
    row(
        "memory of an idle socket, 10,000 in rooms of four",
        "KiB",
        memory,
        "<= 1.00x",
    );
}

async fn fill(server: &Server) -> [f64; 1] {
    let before = server.memory();
    let mut sockets = Vec::new();
    for start in (0..SOCKETS).step_by(AT_ONCE) {
        sockets.extend(Socket::join_together(server, start, AT_ONCE).await);
    }
    // So that what is only needed for the handshake can go.
    sleep(Duration::from_secs(2)).await;
    [(server.memory() - before) / SOCKETS as f64 / 1024.0]
}
