//! What somebody outside learns about rooms: nothing.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use crate::harness::{
    Client, TestServer,
    client::{leave, offer},
    http::{Answer, request},
};

const USED: &str = "p_AAAAAAAAAAAAAAAAAAAAAA";
const UNUSED: &str = "p_BBBBBBBBBBBBBBBBBBBBBB";

fn without_date(answer: Answer) -> (u16, BTreeMap<String, String>, Vec<u8>) {
    let mut headers = answer.headers;
    headers.remove("date");
    (answer.status, headers, answer.body)
}

/// Promise 46: whatever is asked in whatever way, a room that is used and one that is not answer the same; and nothing
/// lists rooms.
#[tokio::test]
async fn no_path_answers_differently_for_used_and_unused_rooms() {
    let server = TestServer::start();
    let (_member, _) = Client::join(&server, USED, 1).await;
    for method in ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"] {
        for path in [
            "/r/",
            "/r/x/../",
            "/ws/",
            "/ws?room=",
            "/rooms/",
            "/api/rooms/",
            "/health/",
            "/health?",
            "/metrics/",
            "/metrics?room=",
            "/",
            "/.well-known/",
        ] {
            let ask = async |room: &str| {
                let answer = request(server.address, method, &format!("{path}{room}"), &[]).await;
                without_date(answer)
            };
            let (used, unused) = (ask(USED).await, ask(UNUSED).await);
            if path.starts_with("/metrics") || path.starts_with("/health") {
                // Counts move between two requests.
                assert_eq!(used.0, unused.0, "{method} {path}");
            } else {
                assert_eq!(used, unused, "{method} {path}");
            }
            assert!(
                !String::from_utf8_lossy(&used.2).contains(USED),
                "{method} {path} lists rooms"
            );
        }
    }
}

/// Promise 46: who is in no room learns nothing over the socket either.
#[tokio::test]
async fn a_socket_in_no_room_learns_nothing_of_rooms() {
    let server = TestServer::start();
    let (mut member, _) = Client::join(&server, USED, 1).await;
    let mut answers = Vec::new();
    for room in [USED, UNUSED] {
        let mut outsider = Client::connect(&server).await;
        let mut heard = Vec::new();
        for message in [leave(room, 1), leave(room, 2), offer(1, 2), offer(2, 1)] {
            outsider.send(message).await;
            heard.push(outsider.receive().await);
        }
        answers.push(heard);
    }
    assert_eq!(answers[0], answers[1]);
    member.assert_quiet().await;
}

const SAMPLES: usize = 600;

/// The middle of so many, which a busy machine hardly moves.
fn median(mut spans: Vec<Duration>) -> Duration {
    spans.sort_unstable();
    spans[spans.len() / 2]
}

/// Promise 46: nor by the time that an answer takes. Asked in turn, so that a busy machine slows both.
#[tokio::test]
async fn used_and_unused_rooms_take_the_same_time() {
    let server = TestServer::start();
    for number in 1..=40 {
        // The members stay although their sockets are gone.
        Client::join(&server, USED, number).await;
    }
    let (mut used, mut unused) = (Vec::new(), Vec::new());
    while used.len() < SAMPLES {
        // A new socket before so many errors close it.
        let (mut outsider, _) = Client::join(&server, "elsewhere", 99).await;
        for _ in 0..8 {
            for (room, spans) in [(USED, &mut used), (UNUSED, &mut unused)] {
                let asked = Instant::now();
                outsider.send(leave(room, 1)).await;
                assert_eq!(outsider.receive().await["code"], "not_in_room");
                spans.push(asked.elapsed());
            }
        }
        outsider.send(leave("elsewhere", 99)).await;
        outsider.assert_quiet().await;
        assert!(server.metrics.open_rooms() <= 2, "asking makes rooms");
    }
    let (used, unused) = (median(used), median(unused));
    let difference = used.abs_diff(unused);
    assert!(
        difference < used.max(unused) / 4,
        "{used:?} for used, {unused:?} for unused"
    );
    let mut pages = (Vec::new(), Vec::new());
    for _ in 0..100 {
        for (room, spans) in [(USED, &mut pages.0), (UNUSED, &mut pages.1)] {
            let asked = Instant::now();
            request(server.address, "GET", &format!("/r/{room}"), &[]).await;
            spans.push(asked.elapsed());
        }
    }
    let (used, unused) = (median(pages.0), median(pages.1));
    assert!(
        used.abs_diff(unused) < used.max(unused) / 4,
        "{used:?} for used, {unused:?} for unused"
    );
}
