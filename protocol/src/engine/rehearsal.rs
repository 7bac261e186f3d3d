//! A meeting of two that nobody sees.
//!
//! Browsers compile a function of wasm when it is first called, which takes longer than most of them run: a page that joins its
//! first room spends a third of the time on that. While a page waits for the person, it lets two engines meet here, step by step.

use std::collections::VecDeque;

use serde_json::{Value, json};

use super::{
    ConnectionId, Effect, Engine, Input, Intent, JoinIntent, RoomIntent, RtcEvent, SocketEvent,
    SocketId, effect::DescriptionKind,
};
use crate::{
    crypto::{CertificateFingerprint, Identity, Invite},
    ids::RoomId,
    peer::Channel,
    time::Timestamp,
};

/// What the two say to each other once they are linked.
const LINE: &str = "Is this thing on?";

/// See the module. Nothing of it leaves: neither a socket nor a connection is made, and its keys are nobody's.
#[derive(Debug)]
pub struct Rehearsal {
    players: [Player; 2],
    room: RoomId,
    script: VecDeque<(usize, Input)>,
    has_spoken: bool,
}

#[derive(Debug)]
struct Player {
    engine: Engine,
    socket: Option<SocketId>,
    connection: Option<ConnectionId>,
    /// What the server would tell of it.
    seat: Option<Value>,
    certificate: CertificateFingerprint,
}

impl Rehearsal {
    /// Both are about to join.
    pub fn new(seed: [u8; 32]) -> Self {
        let invite = Invite::generate([1; 16], seed);
        let names = ["Romeo", "Juliet"].map(|name| name.parse().ok());
        let mut script = VecDeque::new();
        for (player, name) in names.into_iter().enumerate() {
            let Some(name) = name else { continue };
            let identity = Identity::from_seed(&part(seed, 2 + player));
            let intent = JoinIntent::new(invite.clone(), name, identity);
            script.push_back((player, Input::Intent(Intent::Join(Box::new(intent)))));
        }
        let player = |number: usize| Player {
            engine: Engine::new(part(seed, number)),
            socket: None,
            connection: None,
            seat: None,
            certificate: CertificateFingerprint::of_der(&[u8::from(number == 0)]),
        };
        Self {
            players: [player(0), player(1)],
            room: invite.room().clone(),
            script,
            has_spoken: false,
        }
    }

    /// Goes on a little. Gives whether there is more.
    pub fn step(&mut self) -> bool {
        if self.script.is_empty() && !self.has_spoken {
            self.has_spoken = true;
            let say = LINE.parse().ok().map(|text| RoomIntent::Send {
                text,
                timestamp: NOW,
            });
            let say = say.map(|say| Input::Intent(Intent::Room(self.room.clone(), say)));
            self.script.extend(say.map(|say| (0, say)));
        }
        let Some((player, input)) = self.script.pop_front() else {
            return false;
        };
        if let Some(it) = self.players.get_mut(player) {
            it.engine.handle(NOW, input);
        }
        while let Some(effect) = self.poll_effect(player) {
            self.carry_out(player, effect);
        }
        true
    }

    fn poll_effect(&mut self, player: usize) -> Option<Effect> {
        self.players.get_mut(player)?.engine.poll_effect()
    }

    fn carry_out(&mut self, player: usize, effect: Effect) {
        let [first, second] = &mut self.players;
        let (own, other) = if player == 0 {
            (first, second)
        } else {
            (second, first)
        };
        let mut tell = |player: usize, input: Input| self.script.push_back((player, input));
        let there = 1 - player;
        match effect {
            Effect::OpenSocket(socket) => {
                own.socket = Some(socket);
                tell(player, Input::Socket(socket, SocketEvent::Opened));
            }
            Effect::SendSocket(socket, frame) => {
                let Ok(Value::Object(mut frame)) = serde_json::from_str(&frame) else {
                    return;
                };
                let say = |frame: &Value| SocketEvent::Frame(frame.to_string());
                let field = |name: &str| frame.get(name).cloned().unwrap_or_default();
                if field("type") == "join_room" {
                    let id = field("peerId");
                    let seat =
                        json!({ "id": id, "displayName": field("displayName"), "joinedAt": 1 });
                    let there_already: Vec<&Value> = other.seat.iter().collect();
                    let joined = json!({
                        "type": "room_joined", "roomId": field("roomId"), "resume": "r", "iceServers": [],
                        "peers": there_already,
                    });
                    tell(player, Input::Socket(socket, say(&joined)));
                    if let (Some(socket), Some(_)) = (other.socket, &other.seat) {
                        let came = json!({ "type": "peer_joined", "peer": seat });
                        tell(there, Input::Socket(socket, say(&came)));
                    }
                    own.seat = Some(seat);
                } else if let (Some(_), Some(seat), Some(socket)) =
                    (frame.get("to"), &own.seat, other.socket)
                {
                    let from = seat.get("id").cloned().unwrap_or_default();
                    frame.insert("from".to_owned(), from);
                    tell(there, Input::Socket(socket, say(&Value::Object(frame))));
                }
            }
            Effect::CreateConnection(connection, _) => own.connection = Some(connection),
            Effect::CreateOffer(_, op) => {
                let result = Ok(description("offer", &own.certificate));
                tell(player, Input::OpDone { op, result });
            }
            Effect::CreateAnswer(_, op) => {
                let result = Ok(description("answer", &own.certificate));
                tell(player, Input::OpDone { op, result });
            }
            Effect::ApplyDescription(_, op, remote) => {
                let result = Ok(String::new());
                tell(player, Input::OpDone { op, result });
                if let (DescriptionKind::Answer, Some(here), Some(far)) =
                    (remote.kind, own.connection, other.connection)
                {
                    for (player, connection, own, peer) in [
                        (player, here, own.certificate, other.certificate),
                        (there, far, other.certificate, own.certificate),
                    ] {
                        let opened = Channel::ALL.map(RtcEvent::ChannelOpened);
                        let events = [RtcEvent::Certificates { own, peer }].into_iter();
                        for event in events.chain(opened) {
                            tell(player, Input::Rtc(connection, event));
                        }
                    }
                }
            }
            Effect::SendChannel(_, channel, frame) => {
                if let Some(connection) = other.connection {
                    let event = RtcEvent::Frame(channel, frame);
                    tell(there, Input::Rtc(connection, event));
                }
            }
            Effect::CloseSocket(_)
            | Effect::AddCandidate(..)
            | Effect::ReadPath(_)
            | Effect::CloseConnection(_)
            | Effect::Persist(_)
            | Effect::Notify(_) => {}
        }
    }
}

/// Its clock stands still: nothing that a timer would do is played.
const NOW: Timestamp = Timestamp::from_millis(1);

/// A seed for each part, from one.
fn part(mut seed: [u8; 32], number: usize) -> [u8; 32] {
    if let (Some(first), Ok(number)) = (seed.first_mut(), u8::try_from(number)) {
        *first ^= number;
    }
    seed
}

/// A local description as a browser tells it.
fn description(kind: &str, certificate: &CertificateFingerprint) -> String {
    let sdp = format!(
        "v=0\r\nm=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=fingerprint:sha-256 {certificate}\r\n"
    );
    json!({ "type": kind, "sdp": sdp }).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Dropped;

    #[test]
    fn two_meet_and_one_hears_what_the_other_says() {
        let mut rehearsal = Rehearsal::new([7; 32]);
        let mut steps = 0;
        let mut is_heard = false;
        while rehearsal.step() {
            steps += 1;
            assert!(steps < 200, "it ends");
            let heard = |(player, input): &(usize, Input)| {
                *player == 0
                    && matches!(input, Input::Rtc(_, RtcEvent::Frame(_, frame)) if frame.contains("delivered"))
            };
            is_heard |= rehearsal.script.iter().any(heard);
        }
        assert!(is_heard, "after {steps} steps");
        for player in &rehearsal.players {
            assert_eq!(player.engine.dropped_messages(), Dropped::default());
        }
    }
}
