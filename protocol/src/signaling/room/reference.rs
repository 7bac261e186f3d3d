//! Random histories of a room, against a model so plain that it can be checked by reading: a list of seats, and
//! for each socket what it must have heard.

use proptest::prelude::*;

use super::*;

const CAPACITY: usize = 3;

#[derive(Clone, Debug)]
enum Command {
    /// Socket, peer, and which of the tokens ever given it shows, counted from the newest.
    Join(u64, u128, Option<usize>),
    Leave(u64),
    Disconnect(u64),
    Relay(u64, u128, u128),
    Wait(u64),
}

fn command() -> impl Strategy<Value = Command> {
    let (socket, peer) = (0..6_u64, 0..5_u128);
    prop_oneof![
        4 => (socket.clone(), peer.clone(), prop::option::of(0..4_usize))
            .prop_map(|(socket, peer, token)| Command::Join(socket, peer, token)),
        1 => socket.clone().prop_map(Command::Leave),
        2 => socket.clone().prop_map(Command::Disconnect),
        2 => (socket, peer.clone(), peer)
            .prop_map(|(socket, from, to)| Command::Relay(socket, from, to)),
        1 => (0..60_u64).prop_map(Command::Wait),
    ]
}

#[derive(Clone, Debug)]
struct ModelSeat {
    peer: PeerId,
    token: String,
    socket: Option<u64>,
    lost_at: u64,
}

#[derive(Default)]
struct Model {
    /// In the order in which they came.
    seats: Vec<ModelSeat>,
    seconds: u64,
    tokens: Vec<String>,
}

impl Model {
    fn position(&self, peer: PeerId) -> Option<usize> {
        self.seats.iter().position(|seat| seat.peer == peer)
    }

    fn seat_of(&self, socket: u64) -> Option<usize> {
        self.seats
            .iter()
            .position(|seat| seat.socket == Some(socket))
    }

    fn sockets(&self) -> Vec<ConnectionKey> {
        let mut seats: Vec<_> = self.seats.iter().collect();
        seats.sort_by_key(|seat| seat.peer);
        seats
            .iter()
            .filter_map(|seat| seat.socket)
            .map(ConnectionKey)
            .collect()
    }

    fn join(&mut self, socket: u64, peer: PeerId, shown: Option<&String>, fresh: &str) -> Answer {
        if self.seat_of(socket).is_some() {
            return Answer::Refused(ErrorCode::AlreadyInRoom);
        }
        let others = self.sockets();
        let replaced = match self.position(peer) {
            Some(position) => {
                let seat = &mut self.seats[position];
                if Some(&seat.token) != shown {
                    return Answer::Refused(ErrorCode::PeerIdTaken);
                }
                seat.token = fresh.to_owned();
                Some(seat.socket.replace(socket).map(ConnectionKey))
            }
            None if self.seats.len() == CAPACITY => return Answer::Refused(ErrorCode::RoomFull),
            None => {
                let token = fresh.to_owned();
                self.seats.push(ModelSeat {
                    peer,
                    token,
                    socket: Some(socket),
                    lost_at: 0,
                });
                None
            }
        };
        match replaced {
            Some(replaced) => Answer::Resumed(replaced),
            None => Answer::New(others),
        }
    }
}

#[derive(Debug, PartialEq)]
enum Answer {
    Refused(ErrorCode),
    New(Vec<ConnectionKey>),
    Resumed(Option<ConnectionKey>),
}

fn now(model: &Model) -> Timestamp {
    Timestamp::from_millis(model.seconds * 1_000)
}

fn join(room: &mut RoomState, model: &mut Model, socket: u64, peer: u128, shown: Option<usize>) {
    let peer_id = PeerId::from_random(peer);
    let mut bits = [0; 32];
    bits[..8].copy_from_slice(&(model.tokens.len() as u64).to_be_bytes());
    let fresh = ResumeToken::from_random(bits);
    let shown = shown.and_then(|back| model.tokens.iter().rev().nth(back).cloned());
    let request = JoinRequest {
        peer_id,
        display_name: "x".to_owned(),
        resume: shown.clone(),
        joined_at: now(model),
    };
    let expected = model.join(socket, peer_id, shown.as_ref(), fresh.as_str());
    model.tokens.push(fresh.as_str().to_owned());
    let answer = match room.join(ConnectionKey(socket), request, fresh) {
        Err(code) => Answer::Refused(code),
        Ok(joined) => {
            let peers: Vec<_> = joined.peers.iter().map(|peer| peer.id).collect();
            let roster: Vec<_> = model.seats.iter().map(|seat| seat.peer).collect();
            let others: Vec<_> = roster
                .into_iter()
                .filter(|&other| other != peer_id)
                .collect();
            assert_eq!(
                peers, others,
                "the roster is everybody else, in the order of coming"
            );
            match joined.arrival {
                Arrival::New { peer, tell } => {
                    assert_eq!(peer.id, peer_id);
                    Answer::New(tell)
                }
                Arrival::Resumed { replaced } => Answer::Resumed(replaced),
            }
        }
    };
    assert_eq!(answer, expected);
}

fn run(room: &mut RoomState, model: &mut Model, command: &Command) {
    match *command {
        Command::Join(socket, peer, shown) => join(room, model, socket, peer, shown),
        Command::Leave(socket) => {
            let left = model
                .seat_of(socket)
                .map(|position| model.seats.remove(position).peer);
            let departure = room.leave(ConnectionKey(socket));
            let expected = left.map(|peer_id| Departure {
                peer_id,
                tell: model.sockets(),
            });
            assert_eq!(departure, expected);
        }
        Command::Disconnect(socket) => {
            room.disconnected(now(model), ConnectionKey(socket));
            if let Some(position) = model.seat_of(socket) {
                model.seats[position].socket = None;
                model.seats[position].lost_at = model.seconds;
            }
        }
        Command::Relay(socket, from, to) => {
            let (from, to) = (PeerId::from_random(from), PeerId::from_random(to));
            let expected = match model.seat_of(socket) {
                None => Err(ErrorCode::NotInRoom),
                Some(own) if model.seats[own].peer != from => Err(ErrorCode::NotYourId),
                Some(_) => model
                    .position(to)
                    .and_then(|position| model.seats[position].socket)
                    .map(ConnectionKey)
                    .ok_or(ErrorCode::UnknownPeer),
            };
            assert_eq!(room.relay(ConnectionKey(socket), from, to), expected);
        }
        Command::Wait(seconds) => {
            model.seconds += seconds;
            let over =
                |seat: &ModelSeat| seat.socket.is_none() && seat.lost_at + 45 <= model.seconds;
            let mut gone: Vec<_> = model
                .seats
                .iter()
                .filter(|seat| over(seat))
                .map(|seat| seat.peer)
                .collect();
            gone.sort();
            model.seats.retain(|seat| !gone.contains(&seat.peer));
            let tell = model.sockets();
            let expected: Vec<_> = gone
                .into_iter()
                .map(|peer_id| Departure {
                    peer_id,
                    tell: tell.clone(),
                })
                .collect();
            assert_eq!(room.expire(now(model)), expected);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    /// Promise 48, 49.
    #[test]
    fn every_history_of_a_room_is_as_the_model_tells_it(
        commands in prop::collection::vec(command(), 1..60),
    ) {
        let settings = RoomSettings::with_capacity(CAPACITY);
        let mut room = RoomState::new("tea".parse().unwrap(), settings);
        let mut model = Model::default();
        for command in &commands {
            run(&mut room, &mut model, command);
            prop_assert!(room.len() <= CAPACITY);
            prop_assert_eq!(room.is_empty(), model.seats.is_empty());
            let soonest = model.seats.iter().filter(|seat| seat.socket.is_none());
            let soonest = soonest.map(|seat| (seat.lost_at + 45) * 1_000).min();
            prop_assert_eq!(room.next_expiry(), soonest.map(Timestamp::from_millis));
        }
    }
}
