//! The names under which servers find each other on NATS. The number is the version of the words; a server of
//! another version hears nothing of this one.

use banter_protocol::ids::{RoomId, ServerId};

/// Signs of life.
pub(super) const SIGNS: &str = "banter.1.signs";

/// What all servers hear that are in a room. A room id has no character that means something to NATS.
pub(super) fn room(room: &RoomId) -> String {
    format!("banter.1.room.{room}")
}

/// What one server hears of a room.
pub(super) fn direct(server: ServerId, room: &RoomId) -> String {
    format!("banter.1.to.{server}.{room}")
}

/// What one server hears of all rooms.
pub(super) fn all_direct(server: ServerId) -> String {
    format!("banter.1.to.{server}.*")
}

/// The room of a subject made by [`direct`].
pub(super) fn room_of(subject: &str) -> Option<RoomId> {
    subject.rsplit('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_room_of_any_name_is_one_token() {
        let server = ServerId::from_bytes([1; 16]);
        for name in ["a", "Tea-Time_2", &"-".repeat(64), "p_0"] {
            let id: RoomId = name.parse().unwrap();
            assert_eq!(room(&id).split('.').count(), 4);
            assert_eq!(room_of(&direct(server, &id)), Some(id));
        }
        assert_eq!(room_of("banter.1.to.x.*"), None);
        assert_eq!(room_of(""), None);
    }
}
