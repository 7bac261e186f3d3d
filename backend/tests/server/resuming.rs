//! Coming back to one's seat after the socket was lost.

use std::time::Duration;

use serde_json::json;

use crate::harness::{
    Client, PATIENCE, TestServer,
    client::{Closed, join, leave, offer, resume},
    id,
};

fn quick_to_forget() -> TestServer {
    TestServer::with(|settings| settings.timings.seat_kept = Duration::from_millis(300))
}

/// Promise 49, 76.
#[tokio::test]
async fn the_right_resume_takes_the_seat_over_and_nobody_notices() {
    let server = TestServer::start();
    let (mut witness, _) = Client::join(&server, "tea", 1).await;
    let (mut old, joined) = Client::join(&server, "tea", 2).await;
    let joined_at = witness.receive().await["peer"]["joinedAt"].clone();

    let mut new = Client::connect(&server).await;
    let mut message = resume("tea", 2, &joined["resume"]);
    message["displayName"] = json!("another name");
    new.send(message).await;
    let again = new.receive().await;
    assert_eq!(again["peers"][0]["id"], json!(id(1)));
    assert_ne!(again["resume"], joined["resume"], "new at each join");
    let reason = "taken over by another connection".to_owned();
    assert_eq!(old.closed().await, Closed { code: 4001, reason });

    witness.send(offer(1, 2)).await;
    assert_eq!(new.receive().await, offer(1, 2));
    new.send(offer(2, 1)).await;
    assert_eq!(
        witness.receive().await,
        offer(2, 1),
        "and no word of leaving or joining before"
    );

    let (_, newcomer) = Client::join(&server, "tea", 3).await;
    let peers = newcomer["peers"].as_array().unwrap();
    let seat = peers
        .iter()
        .find(|peer| peer["id"] == json!(id(2)))
        .unwrap();
    assert_eq!(seat["displayName"], "another name");
    assert_eq!(seat["joinedAt"], joined_at);
}

/// Promise 49.
#[tokio::test]
async fn a_wrong_resume_neither_evicts_nor_reveals() {
    let server = TestServer::start();
    let (mut witness, _) = Client::join(&server, "tea", 1).await;
    let (mut owner, joined) = Client::join(&server, "tea", 2).await;
    assert_eq!(witness.receive().await["type"], "peer_joined");
    let right = joined["resume"].as_str().unwrap();
    let (mut other_room, elsewhere) = Client::join(&server, "coffee", 2).await;
    let mut thief = Client::connect(&server).await;

    thief.send(join("tea", 2)).await;
    let plain = thief.receive().await;
    assert_eq!(plain["code"], "peer_id_taken");
    let almost = format!(
        "{}{}",
        &right[..63],
        if right.ends_with('0') { '1' } else { '0' }
    );
    for wrong in [
        "",
        "x",
        &almost,
        &right.to_uppercase(),
        &right[..63],
        &format!("{right}0"),
    ] {
        if wrong != right {
            thief.send(resume("tea", 2, &json!(wrong))).await;
            assert_eq!(thief.receive().await, plain, "{wrong}");
        }
    }
    thief.send(resume("tea", 2, &elsewhere["resume"])).await;
    assert_eq!(thief.receive().await, plain, "that of another room");
    thief.send(resume("tea", 1, &joined["resume"])).await;
    assert_eq!(thief.receive().await, plain, "that of another id");

    owner.assert_quiet().await;
    witness.assert_quiet().await;
    other_room.assert_quiet().await;
}

/// Promise 49.
#[tokio::test]
async fn a_resume_is_good_for_one_use() {
    let server = TestServer::start();
    let (_old, joined) = Client::join(&server, "tea", 2).await;
    let mut new = Client::connect(&server).await;
    new.send(resume("tea", 2, &joined["resume"])).await;
    assert_eq!(new.receive().await["type"], "room_joined");
    let mut again = Client::connect(&server).await;
    again.send(resume("tea", 2, &joined["resume"])).await;
    assert_eq!(again.refused().await, "peer_id_taken");
    new.assert_quiet().await;
}

/// Promise 76.
#[tokio::test]
async fn a_lost_socket_leaves_its_seat_in_the_room() {
    let server = TestServer::start();
    let (mut witness, _) = Client::join(&server, "tea", 1).await;
    let (lost, joined) = Client::join(&server, "tea", 2).await;
    assert_eq!(witness.receive().await["type"], "peer_joined");
    drop(lost);
    let metrics = &server.metrics;
    crate::harness::eventually("the socket is gone", || metrics.open_sockets() == 1).await;

    witness.send(offer(1, 2)).await;
    assert_eq!(witness.refused().await, "unknown_peer");
    let (_third, roster) = Client::join(&server, "tea", 3).await;
    assert_eq!(
        roster["peers"][1]["id"],
        json!(id(2)),
        "still in the roster"
    );
    assert_eq!(witness.receive().await["type"], "peer_joined");

    let mut back = Client::connect(&server).await;
    back.send(resume("tea", 2, &joined["resume"])).await;
    assert_eq!(back.receive().await["type"], "room_joined");
    witness.assert_quiet().await;
}

#[tokio::test]
async fn a_kept_seat_counts_and_its_owner_never_finds_the_room_full() {
    let server = TestServer::with(|settings| settings.max_room_peers = 2);
    let (_first, _) = Client::join(&server, "tea", 1).await;
    let (mut lost, joined) = Client::join(&server, "tea", 2).await;
    lost.send_message(tokio_tungstenite::tungstenite::Message::Close(None))
        .await;
    assert_eq!(lost.closed().await.code, 1000);
    let mut third = Client::connect(&server).await;
    third.send(join("tea", 3)).await;
    assert_eq!(third.refused().await, "room_full");
    let mut back = Client::connect(&server).await;
    back.send(resume("tea", 2, &joined["resume"])).await;
    assert_eq!(back.receive().await["type"], "room_joined");
}

#[tokio::test]
async fn a_seat_that_runs_out_is_announced_and_its_id_is_free() {
    let server = quick_to_forget();
    let (mut witness, _) = Client::join(&server, "tea", 1).await;
    let (lost, joined) = Client::join(&server, "tea", 2).await;
    assert_eq!(witness.receive().await["type"], "peer_joined");
    drop(lost);
    assert_eq!(
        witness.receive().await,
        json!({ "type": "peer_left", "peerId": id(2) })
    );
    let mut back = Client::connect(&server).await;
    back.send(resume("tea", 2, &joined["resume"])).await;
    assert_eq!(
        back.receive().await["type"],
        "room_joined",
        "an unknown resume of a free id"
    );
    assert_eq!(witness.receive().await["type"], "peer_joined");
}

#[tokio::test]
async fn a_resume_that_the_server_never_gave_is_taken_for_a_free_id() {
    let server = TestServer::start();
    let mut client = Client::connect(&server).await;
    client
        .send(resume("tea", 1, &json!("from a server before this one")))
        .await;
    assert_eq!(client.receive().await["type"], "room_joined");
}

#[tokio::test]
async fn after_leaving_a_resume_is_worth_nothing() {
    let server = TestServer::start();
    let (mut first, joined) = Client::join(&server, "tea", 1).await;
    first.send(leave("tea", 1)).await;
    first.assert_quiet().await;
    let (_other, _) = Client::join(&server, "tea", 1).await;
    first.send(resume("tea", 1, &joined["resume"])).await;
    assert_eq!(first.refused().await, "peer_id_taken");
}

#[tokio::test]
async fn a_room_ends_when_its_last_seat_runs_out() {
    let server = quick_to_forget();
    let (client, _) = Client::join(&server, "tea", 1).await;
    assert_eq!(server.metrics.open_rooms(), 1);
    drop(client);
    let metrics = &server.metrics;
    crate::harness::eventually("no room is left", || metrics.open_rooms() == 0).await;
}

/// However quickly a page loses its socket and comes back, it comes back: nothing depends on which of the two
/// the room hears of first.
#[tokio::test]
async fn coming_back_again_and_again_never_fails() {
    let server = TestServer::start();
    let (mut witness, _) = Client::join(&server, "tea", 1).await;
    let (mut current, joined) = Client::join(&server, "tea", 2).await;
    assert_eq!(witness.receive().await["type"], "peer_joined");
    let mut token = joined["resume"].clone();
    for round in 0..100 {
        if round % 2 == 0 {
            drop(current);
        }
        current = Client::connect(&server).await;
        current.send(resume("tea", 2, &token)).await;
        let joined = tokio::time::timeout(PATIENCE, current.receive())
            .await
            .unwrap();
        assert_eq!(joined["type"], "room_joined", "round {round}");
        token = joined["resume"].clone();
    }
    witness.send(offer(1, 2)).await;
    assert_eq!(current.receive().await, offer(1, 2));
    witness.assert_quiet().await;
}
