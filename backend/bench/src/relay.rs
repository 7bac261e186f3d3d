//! How many messages a second the server relays where everybody always has more to say.

use std::{cell::Cell, rc::Rc, time::Duration};

use tokio::{
    task::{JoinSet, spawn_local},
    time::{Instant, sleep},
};

use crate::{
    contender::Server,
    load::{End, pairs},
    report::{in_turns, row},
    run,
};

const ROUNDS: usize = 5;
const WARM_UP: Duration = Duration::from_millis(500);
const TIME: Duration = Duration::from_secs(3);

/// Frames of each socket on their way or owed at any time.
const DEEP: usize = 64;

/// Frames that go out together, as the candidates of a new connection do.
const BURST: usize = 16;

pub(crate) fn measure() {
    let [rate, processor] = in_turns(ROUNDS, |server| run(saturate(server)));
    row("relayed messages, deep queues", "/s", rate, ">= 0.80x");
    row("processor time of a million messages", "s", processor, "");
}

/// Messages a second, and processor seconds for a million.
async fn saturate(server: &Server) -> [f64; 2] {
    let count = Rc::new(Cell::new(0_usize));
    let mut tasks = JoinSet::new();
    for [first, second] in pairs(server).await {
        let frames = [first.frame.repeat(DEEP), second.frame.repeat(DEEP)];
        first.socket.borrow_mut().send(&frames[0]);
        second.socket.borrow_mut().send(&frames[1]);
        tasks.spawn_local(answer(
            Rc::clone(&first),
            Rc::clone(&second),
            Rc::clone(&count),
        ));
        tasks.spawn_local(answer(second, first, Rc::clone(&count)));
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
async fn answer(reader: Rc<End>, partner: Rc<End>, count: Rc<Cell<usize>>) {
    let burst = partner.frame.repeat(BURST);
    let mut owed = 0;
    loop {
        let messages = reader.received().await;
        count.set(count.get() + messages);
        owed += messages;
        while owed >= BURST {
            partner.socket.borrow_mut().send(&burst);
            owed -= BURST;
        }
    }
}
