//! How many people a second can come: connection, handshake, `join_room`, `room_joined`.

use std::{cell::Cell, rc::Rc};

use futures_util::future::join_all;
use tokio::time::Instant;

use crate::{
    contender::Server,
    report::{in_turns, row},
    run,
    socket::Socket,
};

const ROUNDS: usize = 5;
const PEOPLE: usize = 4_000;

/// Who comes at the same time.
const AT_ONCE: usize = 32;

/// In each room in the end.
const ROOM: usize = 4;

pub(crate) fn measure() {
    let [rate] = in_turns(ROUNDS, |server| run(come(server)));
    row("joins, rooms of four", "/s", rate, ">= 0.90x");
}

async fn come(server: &Server) -> [f64; 1] {
    let next = Rc::new(Cell::new(0));
    let start = Instant::now();
    let mut joining = Vec::new();
    for _ in 0..AT_ONCE {
        let next = Rc::clone(&next);
        joining.push(async move {
            let mut sockets = Vec::new();
            loop {
                let number = next.replace(next.get() + 1);
                if number >= PEOPLE {
                    return sockets;
                }
                let room = format!("room-{}", number / ROOM);
                sockets.push(Socket::join(server, &room, number).await);
            }
        });
    }
    let sockets = join_all(joining).await;
    let rate = PEOPLE as f64 / start.elapsed().as_secs_f64();
    drop(sockets);
    [rate]
}
