//! How many messages a second the server relays where everybody always has more to say.

use std::{cell::Cell, rc::Rc, time::Duration};

use tokio::{
    task::{JoinSet, spawn_local},
    time::{Instant, sleep},
};

use crate::{
    contender::Server,
    load::{End, ROOMS, pairs},
    report::{in_turns, row},
    run,
};

const ROUNDS: usize = 5;
const WARM_UP: Duration = Duration::from_millis(500);
const TIME: Duration = Duration::from_secs(3);

/// Who talks, and how.
#[derive(Clone, Copy)]
struct Load {
    rooms: usize,
    /// Frames of each socket on their way or owed at any time.
    deep: usize,
    /// Frames that go out together, as the candidates of a new connection do.
    burst: usize,
}

/// Frames come together, so that what each one costs shows.
const FEW: Load = Load {
    rooms: ROOMS,
    deep: 64,
    burst: 16,
};

/// Each frame is a read and a write of its own, and what a socket needs is in no cache any more.
const MANY: Load = Load {
    rooms: 1_000,
    deep: 1,
    burst: 1,
};

pub(crate) fn measure() {
    let [rate, processor] = in_turns(ROUNDS, |server| run(saturate(server, FEW)));
    row("relayed messages, deep queues", "/s", rate, ">= 0.85x");
    row("processor time of a million messages", "s", processor, "");
    let [rate, _] = in_turns(ROUNDS, |server| run(saturate(server, MANY)));
    row(
        "relayed messages, one at a time over 2,000 sockets",
        "/s",
        rate,
        ">= 0.85x",
    );
}

/// Messages a second, and processor seconds for a million.
async fn saturate(server: &Server, load: Load) -> [f64; 2] {
    let count = Rc::new(Cell::new(0_usize));
    let mut tasks = JoinSet::new();
    for [first, second] in pairs(server, load.rooms).await {
        let frames = [
            first.frame.repeat(load.deep),
            second.frame.repeat(load.deep),
        ];
        first.socket.borrow_mut().send(&frames[0]);
        second.socket.borrow_mut().send(&frames[1]);
        tasks.spawn_local(answer(
            Rc::clone(&first),
            Rc::clone(&second),
            Rc::clone(&count),
            load.burst,
        ));
        tasks.spawn_local(answer(second, first, Rc::clone(&count), load.burst));
    }
    let watch = spawn_local({
        let count = Rc::clone(&count);
        async move {
            sleep(WARM_UP).await;
            (count.get(), Instant::now())
        }
    });
    let (count_before, start) = watch.await.unwrap();
    let processor_before = server.processor_seconds();
    sleep(TIME).await;
    let messages = (count.get() - count_before) as f64;
    let processor = server.processor_seconds() - processor_before;
    let rate = messages / start.elapsed().as_secs_f64();
    [rate, processor / messages * 1e6]
}

/// For each message that arrives the partner sends another, some at a time.
async fn answer(reader: Rc<End>, partner: Rc<End>, count: Rc<Cell<usize>>, at_once: usize) {
    let burst = partner.frame.repeat(at_once);
    let mut owed = 0;
    loop {
        let messages = reader.received().await;
        count.set(count.get() + messages);
        owed += messages;
        while owed >= at_once {
            partner.socket.borrow_mut().send(&burst);
            owed -= at_once;
        }
    }
}
