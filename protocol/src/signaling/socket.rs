//! What one socket may ask for: the rules that need no knowledge of the others in the room.

use super::{ClientFrame, ErrorCode, envelope::JoinFrame};
use crate::ids::{PeerId, RoomId};

/// Where a socket is. It is in at most one room at a time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum SocketState {
    /// In no room.
    #[default]
    Outside,
    /// In a room.
    Inside {
        /// The room.
        room: RoomId,
        /// As whom.
        peer_id: PeerId,
    },
}

/// What a socket rightly asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SocketRequest {
    /// A seat in a room.
    Join(JoinFrame),
    /// To give its seat up.
    Leave,
    /// To have its frame forwarded.
    Relay {
        /// Itself.
        from: PeerId,
        /// The receiver.
        to: PeerId,
    },
    /// A `pong`.
    Pong,
}

impl SocketState {
    /// Judges a frame.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::AlreadyInRoom`], [`ErrorCode::NotInRoom`] or [`ErrorCode::NotYourId`].
    pub fn request(&self, frame: ClientFrame) -> Result<SocketRequest, ErrorCode> {
        match (self, frame) {
            (_, ClientFrame::Ping) => Ok(SocketRequest::Pong),
            (Self::Outside, ClientFrame::Join(join)) => Ok(SocketRequest::Join(join)),
            (Self::Inside { .. }, ClientFrame::Join(_)) => Err(ErrorCode::AlreadyInRoom),
            (Self::Outside, ClientFrame::Leave { .. } | ClientFrame::Relay { .. }) => {
                Err(ErrorCode::NotInRoom)
            }
            (
                Self::Inside {
                    room: mine,
                    peer_id: me,
                },
                ClientFrame::Leave { room, peer_id },
            ) => {
                if room != *mine {
                    Err(ErrorCode::NotInRoom)
                } else if peer_id != *me {
                    Err(ErrorCode::NotYourId)
                } else {
                    Ok(SocketRequest::Leave)
                }
            }
            (Self::Inside { peer_id: me, .. }, ClientFrame::Relay { from, to }) => {
                if from == *me {
                    Ok(SocketRequest::Relay { from, to })
                } else {
                    Err(ErrorCode::NotYourId)
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn peer(number: u128) -> PeerId {
        PeerId::from_random(number)
    }

    fn room(name: &str) -> RoomId {
        name.parse().unwrap()
    }

    fn join() -> JoinFrame {
        JoinFrame {
            room: room("tea"),
            peer_id: peer(1),
            display_name: "Ada".into(),
            resume: None,
        }
    }

    fn inside() -> SocketState {
        SocketState::Inside {
            room: room("tea"),
            peer_id: peer(1),
        }
    }

    #[test]
    fn outside_a_room_only_joining_and_pinging_are_possible() {
        let outside = SocketState::default();
        assert_eq!(
            outside.request(ClientFrame::Join(join())),
            Ok(SocketRequest::Join(join()))
        );
        assert_eq!(outside.request(ClientFrame::Ping), Ok(SocketRequest::Pong));
        for frame in [
            ClientFrame::Leave {
                room: room("tea"),
                peer_id: peer(1),
            },
            ClientFrame::Relay {
                from: peer(1),
                to: peer(2),
            },
        ] {
            assert_eq!(outside.request(frame), Err(ErrorCode::NotInRoom));
        }
    }

    #[test]
    fn a_socket_joins_one_room_at_a_time() {
        assert_eq!(
            inside().request(ClientFrame::Join(join())),
            Err(ErrorCode::AlreadyInRoom)
        );
    }

    #[test]
    fn a_socket_leaves_only_its_own_room_as_itself() {
        let leave = |name, number| ClientFrame::Leave {
            room: room(name),
            peer_id: peer(number),
        };
        assert_eq!(inside().request(leave("tea", 1)), Ok(SocketRequest::Leave));
        assert_eq!(
            inside().request(leave("coffee", 1)),
            Err(ErrorCode::NotInRoom)
        );
        assert_eq!(inside().request(leave("tea", 2)), Err(ErrorCode::NotYourId));
    }

    /// Promise 47.
    #[test]
    fn a_socket_speaks_only_as_itself() {
        let relay = |from| ClientFrame::Relay {
            from: peer(from),
            to: peer(3),
        };
        assert_eq!(
            inside().request(relay(1)),
            Ok(SocketRequest::Relay {
                from: peer(1),
                to: peer(3)
            })
        );
        assert_eq!(inside().request(relay(2)), Err(ErrorCode::NotYourId));
    }
}
