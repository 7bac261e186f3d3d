//! Failures on demand, so that tests can show that they stay where they are.

/// Panics where a frame asks this part of the server to.
pub(crate) fn panic_if_asked(frame: &str, part: &str) {
    assert!(!frame.contains(&format!("panic in the {part}")), "as asked");
}

mod tests {
    use std::time::Duration;

    use futures_util::{SinkExt, StreamExt};
    use serde_json::{Value, json};
    use tokio::net::TcpStream;
    use tokio_tungstenite::{
        WebSocketStream, client_async,
        tungstenite::{Message, client::IntoClientRequest},
    };

    use crate::{Server, config::Settings};

    type Socket = WebSocketStream<TcpStream>;

    /// A server on a free port, run by the test's own thread.
    fn server() -> std::net::SocketAddr {
        let addresses = vec![([127, 0, 0, 1], 0).into()];
        let server = Server::bind(Settings {
            addresses,
            ..Settings::default()
        })
        .unwrap();
        let address = server.addresses()[0];
        actix_web::rt::spawn(server.serve());
        address
    }

    async fn connect(address: std::net::SocketAddr) -> Socket {
        let stream = TcpStream::connect(address).await.unwrap();
        let mut request = format!("ws://{address}/ws").into_client_request().unwrap();
        let origin = format!("http://{address}").parse().unwrap();
        request.headers_mut().insert("origin", origin);
        client_async(request, stream).await.unwrap().0
    }

    async fn join(address: std::net::SocketAddr, room: &str, peer: u32) -> Socket {
        let mut socket = connect(address).await;
        send(
            &mut socket,
            &json!({
                "type": "join_room",
                "roomId": room,
                "peerId": id(peer),
                "displayName": "x",
            }),
        )
        .await;
        assert_eq!(receive(&mut socket).await["type"], "room_joined");
        socket
    }

    fn id(peer: u32) -> String {
        format!("00000000-0000-4000-8000-{peer:012}")
    }

    fn offer(from: u32, to: u32, words: &str) -> Value {
        json!({ "type": "offer", "from": id(from), "to": id(to), "offer": words })
    }

    async fn send(socket: &mut Socket, message: &Value) {
        socket
            .send(Message::text(message.to_string()))
            .await
            .unwrap();
    }

    async fn next(socket: &mut Socket) -> Option<Message> {
        let next = tokio::time::timeout(Duration::from_secs(20), socket.next()).await;
        next.expect("nothing arrives")?.ok()
    }

    async fn receive(socket: &mut Socket) -> Value {
        match next(socket).await {
            Some(Message::Text(text)) => serde_json::from_str(&text).unwrap(),
            other => panic!("not a text: {other:?}"),
        }
    }

    async fn assert_works(first: &mut Socket, second: &mut Socket, ids: (u32, u32)) {
        let message = offer(ids.0, ids.1, "x");
        send(first, &message).await;
        assert_eq!(receive(second).await, message);
    }

    /// Promise 51.
    #[actix_web::test]
    async fn a_panic_in_one_connection_leaves_all_others_working() {
        let address = server();
        let mut first = join(address, "tea", 1).await;
        let mut second = join(address, "tea", 2).await;
        assert_eq!(receive(&mut first).await["type"], "peer_joined");
        for peer in 3..8 {
            let mut broken = join(address, "coffee", peer).await;
            send(
                &mut broken,
                &json!({ "type": "ping", "x": "panic in the connection" }),
            )
            .await;
            let end = next(&mut broken).await;
            assert!(
                !matches!(end, Some(Message::Text(_))),
                "it did not panic: {end:?}"
            );
            assert_works(&mut first, &mut second, (1, 2)).await;
        }
    }

    /// Promise 51.
    #[actix_web::test]
    async fn a_panic_in_one_room_leaves_the_others_working_and_its_name_usable() {
        let address = server();
        let mut first = join(address, "tea", 1).await;
        let mut second = join(address, "tea", 2).await;
        assert_eq!(receive(&mut first).await["type"], "peer_joined");
        for _ in 0..5 {
            let mut third = join(address, "coffee", 3).await;
            let mut fourth = connect(address).await;
            let breaking = json!({
                "type": "join_room",
                "roomId": "coffee",
                "peerId": id(4),
                "displayName": "panic in the room",
            });
            send(&mut fourth, &breaking).await;
            for socket in [&mut third, &mut fourth] {
                let Some(Message::Close(Some(close))) = next(socket).await else {
                    panic!("not told")
                };
                assert_eq!(u16::from(close.code), 1011, "worth coming back");
            }
            assert_works(&mut first, &mut second, (1, 2)).await;
        }
    }
}
