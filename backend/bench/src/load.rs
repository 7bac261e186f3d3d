//! Pairs of sockets that send candidates to each other: the load of the relay's figures.

use std::{cell::RefCell, future::poll_fn, rc::Rc};

use crate::{
    contender::Server,
    frames::text_frame,
    socket::{Socket, id},
};

/// Rooms of two, where few are enough. Small rooms are what there is most of, and where a server's cost for each message shows most.
pub(crate) const ROOMS: usize = 16;

/// A sealed candidate has about so many characters.
const PAYLOAD_CHARS: usize = 240;

/// One socket, and the frame that it sends to its partner.
pub(crate) struct End {
    pub(crate) socket: RefCell<Socket>,
    pub(crate) frame: Vec<u8>,
}

impl End {
    /// Waits for texts; gives how many there are. The socket is borrowed for no longer than a poll, since another task
    /// sends on it.
    pub(crate) async fn received(&self) -> usize {
        poll_fn(|context| self.socket.borrow().poll_readable(context)).await;
        self.socket.borrow_mut().receive_now()
    }
}

/// The two ends of each of so many rooms.
pub(crate) async fn pairs(server: &Server, rooms: usize) -> Vec<[Rc<End>; 2]> {
    let mut pairs = Vec::new();
    for room in 0..rooms {
        let name = format!("room-{room}");
        let numbers = [2 * room, 2 * room + 1];
        let (mut first, _) = Socket::join(server, &name, numbers[0]).await;
        let (second, known) = Socket::join(server, &name, numbers[1]).await;
        assert_eq!(known, 1);
        // That the other came.
        first.next_text().await;
        pairs.push([
            end(first, numbers[0], numbers[1]),
            end(second, numbers[1], numbers[0]),
        ]);
    }
    pairs
}

fn end(socket: Socket, from: usize, to: usize) -> Rc<End> {
    let (from, to) = (id(from), id(to));
    let payload = "x".repeat(PAYLOAD_CHARS);
    let text = format!(
        r#"{{"type":"ice_candidate","from":"{from}","to":"{to}","candidate":"{payload}"}}"#
    );
    Rc::new(End {
        socket: RefCell::new(socket),
        frame: text_frame(&text),
    })
}
