//! Promises 56 and 74 with the program itself: it is restarted under rooms of sixteen, whose tabs behave as the app's do, since
//! they are the app's own engine with a real socket and a real clock. Their links are the simulator's matter
//! (`protocol/tests/sim/restarts.rs`); here nothing answers for a browser's WebRTC.
//!
//! "No second holds more than a quarter of those who come back" is about a server's people. Of sixteen alone chance puts five into
//! one second now and then, so that ten rooms come back together.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test says what is wrong by panicking"
)]

#[allow(dead_code, unused_imports, reason = "another suite uses the rest")]
#[path = "../server/harness/mod.rs"]
mod harness;

mod tab;

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use tokio::sync::{mpsc, watch};

use harness::binary::Binary;
use tab::{Away, Back, Tab};

const ROOMS: usize = 10;
const PEOPLE: usize = 16;
const TABS: usize = ROOMS * PEOPLE;

/// The tabs of all rooms, and what they say of themselves.
struct Crowd {
    news: mpsc::UnboundedReceiver<tab::News>,
    tasks: tokio::task::JoinSet<()>,
    /// How long all of them took to come in when nothing hindered them: the machine's part of coming back.
    slowness: Duration,
}

impl Crowd {
    /// Everybody is in.
    async fn gather(address: &watch::Sender<SocketAddr>) -> Self {
        let (tell, news) = mpsc::unbounded_channel();
        let mut tasks = tokio::task::JoinSet::new();
        for number in 0..TABS {
            let room = format!("room-{}", number / PEOPLE);
            tasks.spawn(Tab::live(number, room, address.subscribe(), tell.clone()));
        }
        let mut crowd = Self {
            news,
            tasks,
            slowness: Duration::ZERO,
        };
        let came = crowd.all_back(Duration::from_secs(60)).await;
        crowd.slowness = came.into_iter().max().unwrap();
        crowd
    }

    /// Waits until everybody has come, who may still be in at first and on the way out; gives when each did, from now on.
    async fn all_back(&mut self, within: Duration) -> Vec<Duration> {
        let within = within + self.slowness;
        let start = Instant::now();
        let mut back = vec![None; TABS];
        let mut why = vec![String::new(); TABS];
        while back.contains(&None) {
            let left = within.saturating_sub(start.elapsed());
            let news = tokio::time::timeout(left, self.news.recv()).await;
            let news = news.unwrap_or_else(|_| {
                let missing = back.iter().zip(&why).filter(|(back, _)| back.is_none());
                let why: Vec<_> = missing.map(|(_, why)| why).collect();
                panic!("{} are not back after {within:?}: {why:#?}", why.len())
            });
            match news {
                Some(Ok(Back(tab))) => back[tab] = Some(start.elapsed()),
                Some(Err(Away(tab, last))) => {
                    back[tab] = None;
                    why[tab] = format!("away after {:?}: {last}", start.elapsed());
                }
                None => panic!("the tabs have ended"),
            }
        }
        assert!(self.tasks.try_join_next().is_none(), "a tab has ended");
        back.into_iter().flatten().collect()
    }

    /// Waits until all have seen that their server is gone.
    async fn all_away(&mut self) {
        let mut away = [false; TABS];
        while away.contains(&false) {
            match self.news.recv().await.expect("the tabs have ended") {
                Ok(Back(tab)) => away[tab] = false,
                Err(Away(tab, _)) => away[tab] = true,
            }
        }
    }
}

fn start(address: &str) -> Binary {
    Binary::start_at(address, &["--rate-limit", "off"])
}

/// Of all who came back, how many did so in the fullest second.
fn fullest_second(back: &[Duration]) -> usize {
    let mut seconds = std::collections::BTreeMap::<u64, usize>::new();
    for after in back {
        *seconds.entry(after.as_secs()).or_default() += 1;
    }
    println!("who came back in each second: {seconds:?}");
    seconds.into_values().max().unwrap()
}

fn assert_no_crowd(back: &[Duration]) {
    let most = fullest_second(back);
    assert!(most * 4 <= TABS, "{most} of {TABS} in one second");
}

/// Promise 56: a server that says goodbye, while another is there for those whom it sends away.
#[tokio::test]
async fn everybody_is_with_the_next_server_in_fifteen_seconds_and_no_second_holds_a_quarter() {
    let mut server = start("127.0.0.1:0");
    let (address, _) = watch::channel(server.address);
    let mut crowd = Crowd::gather(&address).await;
    let next = start("127.0.0.1:0");
    address.send_replace(next.address);
    server.terminate();
    let back = crowd.all_back(Duration::from_secs(15)).await;
    assert_no_crowd(&back);
    let ended = server.exit_code_within(Duration::from_secs(15)).await;
    assert_eq!(ended, Some(0));
}

/// Promise 74: a server that is gone without a word, for ten seconds.
#[tokio::test]
async fn everybody_is_back_within_thirty_five_seconds_of_a_crash_and_no_second_holds_a_quarter() {
    let server = start("127.0.0.1:0");
    let (address, _) = watch::channel(server.address);
    let mut crowd = Crowd::gather(&address).await;
    drop(server);
    crowd.all_away().await;
    tokio::time::sleep(Duration::from_secs(10)).await;
    let _next = start(&address.borrow().to_string());
    let back = crowd.all_back(Duration::from_secs(35)).await;
    assert_no_crowd(&back);
}
