//! How long it takes until 64 people who come at once all know each other.

use futures_util::future::join_all;
use tokio::time::Instant;

use crate::{
    contender::Server,
    report::{in_turns, row},
    run,
    socket::{Socket, join_frame, known_in},
};

const ROUNDS: usize = 9;
const PEOPLE: usize = 64;

pub(crate) fn measure() {
    let [time] = in_turns(ROUNDS, |server| run(gather(server)));
    row(
        "64 join one room at once, all know all",
        "ms",
        time,
        "<= 2.00x",
    );
}

async fn gather(server: &Server) -> [f64; 1] {
    let room = "everybody";
    let mut sockets = Vec::new();
    for _ in 0..PEOPLE {
        sockets.push(Socket::open(server, room).await);
    }
    let start = Instant::now();
    for (number, socket) in sockets.iter_mut().enumerate() {
        socket.send(&join_frame(room, number));
    }
    join_all(sockets.iter_mut().map(|socket| async {
        let mut known = 0;
        while known < PEOPLE - 1 {
            known += known_in(&socket.next_text().await);
        }
    }))
    .await;
    [start.elapsed().as_secs_f64() * 1e3]
}
