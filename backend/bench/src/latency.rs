//! How long a message is on its way at a load that both servers bear.

use std::{cell::RefCell, collections::VecDeque, rc::Rc, time::Duration};

use tokio::{
    task::JoinSet,
    time::{Instant, MissedTickBehavior, interval},
};

use crate::{
    contender::Server,
    load::{End, ROOMS, pairs},
    report::{in_turns, row},
    run,
};

const ROUNDS: usize = 5;
const TIME: Duration = Duration::from_secs(3);

/// Between two bursts: each socket sends one message in each.
const TICK: Duration = Duration::from_millis(1);

/// When each message of one direction that is on its way was sent.
type Sent = Rc<RefCell<VecDeque<Instant>>>;

pub(crate) fn measure() {
    let [middle, slow] = in_turns(ROUNDS, |server| run(under_load(server)));
    let load = format!("{}/s offered", 2 * ROOMS * 1_000);
    row(&format!("time on the way, {load}, p50"), "us", middle, "");
    row(
        &format!("time on the way, {load}, p99"),
        "us",
        slow,
        "<= 2.00x",
    );
}

async fn under_load(server: &Server) -> [f64; 2] {
    let times: Rc<RefCell<Vec<Duration>>> = Rc::default();
    let mut tasks = JoinSet::new();
    let mut directions: Vec<(Rc<End>, Sent)> = Vec::new();
    for [first, second] in pairs(server, ROOMS).await {
        for (from, to) in [(&first, &second), (&second, &first)] {
            let sent = Sent::default();
            directions.push((Rc::clone(from), Rc::clone(&sent)));
            tasks.spawn_local(read(Rc::clone(to), sent, Rc::clone(&times)));
        }
    }
    let mut ticks = interval(TICK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let start = Instant::now();
    while start.elapsed() < TIME {
        ticks.tick().await;
        for (from, sent) in &directions {
            sent.borrow_mut().push_back(Instant::now());
            from.socket.borrow_mut().send(&from.frame);
        }
    }
    tasks.abort_all();
    let mut times = times.borrow_mut();
    times.sort_unstable();
    let at = |share: f64| times[(times.len() as f64 * share) as usize].as_secs_f64() * 1e6;
    [at(0.50), at(0.99)]
}

async fn read(end: Rc<End>, sent: Sent, times: Rc<RefCell<Vec<Duration>>>) {
    loop {
        let messages = end.received().await;
        let sent = sent.borrow_mut().drain(..messages).collect::<Vec<_>>();
        times.borrow_mut().extend(sent.iter().map(Instant::elapsed));
    }
}
