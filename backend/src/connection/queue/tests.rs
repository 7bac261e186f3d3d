use std::{future::poll_fn, sync::Arc};

use super::*;

/// What a connection takes next.
async fn taken(queue: &Queue) -> Vec<Outgoing> {
    let mut batch = Vec::new();
    poll_fn(|context| queue.poll_batch(context, &mut batch)).await;
    batch
}

fn text(text: &str) -> Outgoing {
    Outgoing::Text(text.to_owned().into())
}

fn queue(reserve: usize) -> Queue {
    Queue::new(reserve, Arc::new(QueuedBytes::new(usize::MAX)))
}

fn full(reserve: usize) -> Queue {
    let queue = queue(reserve);
    for number in 0..QUEUED_FRAMES {
        assert_eq!(queue.offer(number.to_string().into()), Placed::Queued);
    }
    assert!(queue.is_congested());
    queue
}

/// Promise 45.
#[actix_web::test]
async fn a_full_queue_takes_no_more_and_loses_nothing_before() {
    let queue = full(1);
    assert_eq!(queue.offer("relayed".into()), Placed::Congested);
    assert_eq!(queue.put(text(&QUEUED_FRAMES.to_string())), Placed::Queued);
    assert_eq!(queue.put(text("one more")), Placed::Congested);
    queue.end(Ending::Close(CloseCause::SlowReader));
    queue.end(Ending::Close(CloseCause::Replaced));
    assert_eq!(queue.put(text("late")), Placed::Gone);
    assert_eq!(
        queue.told().await,
        Ending::Close(CloseCause::SlowReader),
        "the first cause"
    );
    queue.close(CloseCause::SlowReader);
    let mut all: Vec<_> = (0..=QUEUED_FRAMES)
        .map(|number| text(&number.to_string()))
        .collect();
    all.push(Outgoing::Close(CloseCause::SlowReader));
    assert_eq!(taken(&queue).await, all);
    assert_eq!(taken(&queue).await, [], "nothing after a close");
    queue.over().await;
}

#[actix_web::test]
async fn who_waits_for_a_place_is_woken_by_a_read_and_by_an_end() {
    let queue = Arc::new(full(0));
    let read = |queue: &Queue| {
        let poll = queue.poll_batch(&Context::from_waker(Waker::noop()), &mut Vec::new());
        assert!(poll.is_ready());
    };
    let end = |queue: &Queue| queue.end(Ending::Gone);
    for wakes in [&read as &dyn Fn(&Queue), &end] {
        let waiting = actix_web::rt::spawn({
            let queue = Arc::clone(&queue);
            async move { queue.drained().await }
        });
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished());
        wakes(&queue);
        waiting.await.unwrap();
        while queue.offer("full again".into()) == Placed::Queued {}
    }
}

#[actix_web::test]
async fn a_frame_wakes_the_connection_and_a_lost_connection_the_task() {
    let queue = Arc::new(queue(0));
    let connection = actix_web::rt::spawn({
        let queue = Arc::clone(&queue);
        async move { taken(&queue).await }
    });
    tokio::task::yield_now().await;
    assert_eq!(queue.offer("x".into()), Placed::Queued);
    assert_eq!(connection.await.unwrap(), [text("x")]);

    assert_eq!(queue.offer("never taken".into()), Placed::Queued);
    queue.lost();
    assert_eq!(queue.told().await, Ending::Gone);
    assert_eq!(taken(&queue).await, []);
    queue.over().await;
}

/// Promise 45: 128 messages and 256 KiB, whatever they are.
#[test]
fn large_frames_fill_a_queue_too_and_it_has_an_end() {
    let queue = queue(64);
    let large = ByteString::from("x".repeat(64 * 1024));
    for _ in 0..2 {
        assert_eq!(queue.offer(large.clone()), Placed::Queued);
    }
    assert_eq!(queue.offer(large), Placed::Congested);
    let arrival = text(&"x".repeat(1_200));
    let mut queued = 2;
    while queue.put(arrival.clone()) == Placed::Queued {
        queued += 1;
    }
    assert_eq!(queued, 2 + 110);
    let state = queue.state();
    assert!(state.frames.len() <= 128 && state.bytes <= QUEUED_BYTES + 1_200);
}

/// Promise 44: what waits for all together has an end, and who reads is served on.
#[test]
fn where_too_much_waits_for_all_only_an_empty_queue_takes_more() {
    let all = Arc::new(QueuedBytes::new(100_000));
    let [stuck, reading] = [0, 1].map(|_| Queue::new(64, Arc::clone(&all)));
    let large = ByteString::from("x".repeat(60_000));
    assert_eq!(stuck.offer(large.clone()), Placed::Queued);
    assert_eq!(reading.offer(large.clone()), Placed::Queued);
    assert!(all.is_over());
    for queue in [&stuck, &reading] {
        assert!(queue.is_congested());
        assert_eq!(queue.offer("x".into()), Placed::Congested);
    }
    let read = reading.poll_batch(&Context::from_waker(Waker::noop()), &mut Vec::new());
    assert!(read.is_ready() && !all.is_over() && !reading.is_congested());
    assert_eq!(reading.offer(large), Placed::Queued);
    stuck.lost();
    drop(reading);
    assert_eq!(all.get(), 0, "who is gone has nothing waiting");
}

#[test]
fn frames_that_came_together_leave_together_within_bounds() {
    let queue = queue(0);
    for _ in 0..4 {
        queue.offer("x".repeat(BATCH_BYTES / 2).into());
    }
    let mut batch = Vec::new();
    for expected in [2, 4] {
        let poll = queue.poll_batch(&Context::from_waker(Waker::noop()), &mut batch);
        assert!(poll.is_ready());
        assert_eq!(batch.len(), expected);
    }
}
