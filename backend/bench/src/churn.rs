//! What people who come and go leave behind in memory.

use crate::{
    contender::Server,
    report::{in_turns, row},
    run,
    socket::Socket,
};

const ROUNDS: usize = 3;
const AT_ONCE: usize = 200;
/// Waves after which the memory is as large as it needs to be for one of them.
const WARM_UP: usize = 10;
const WAVES: usize = 100;

pub(crate) fn measure() {
    let [memory] = in_turns(ROUNDS, |server| run(come_and_go(server)));
    row(
        "memory that grows while 20,000 come and go",
        "MiB",
        memory,
        "",
    );
}

async fn come_and_go(server: &Server) -> [f64; 1] {
    let mut before = 0.0;
    for wave in 0..WARM_UP + WAVES {
        if wave == WARM_UP {
            before = server.memory();
        }
        drop(Socket::join_together(server, wave * AT_ONCE, AT_ONCE).await);
    }
    [(server.memory() - before) / 1024.0 / 1024.0]
}
