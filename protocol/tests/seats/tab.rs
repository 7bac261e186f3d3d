//! One tab, as `engine/session.rs` has it: it wants a seat until it leaves for good.

use std::collections::BTreeSet;

use banter_protocol::{ids::PeerId, signaling::ConnectionKey};

use super::server::{Proof, Said};

/// What a tab says to the server, as far as seats go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Asked {
    Join(PeerId, Option<Proof>),
    Leave(PeerId),
    /// Nothing more: its end of the socket is gone.
    End,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Stage {
    /// It does not exist yet.
    Absent,
    /// It has no socket, and will try again.
    Waiting,
    Joining(ConnectionKey),
    Joined(ConnectionKey),
    /// It has left.
    Gone,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Tab {
    pub(crate) me: PeerId,
    pub(crate) stage: Stage,
    pub(crate) proof: Option<Proof>,
    pub(crate) has_been_in: bool,
    /// Whom it lists.
    pub(crate) others: BTreeSet<PeerId>,
    pub(crate) tries_left: u8,
    /// The id that it takes where its own is somebody else's.
    spare: PeerId,
    pub(crate) was_renamed: bool,
}

impl Tab {
    pub(crate) fn new(me: PeerId, spare: PeerId, stage: Stage, tries: u8) -> Self {
        Self {
            me,
            stage,
            proof: None,
            has_been_in: false,
            others: BTreeSet::new(),
            tries_left: tries,
            spare,
            was_renamed: false,
        }
    }

    pub(crate) fn socket(&self) -> Option<ConnectionKey> {
        match self.stage {
            Stage::Joining(socket) | Stage::Joined(socket) => Some(socket),
            Stage::Absent | Stage::Waiting | Stage::Gone => None,
        }
    }

    /// Begins anew over this socket; gives what it says there.
    pub(crate) fn connect(&mut self, socket: ConnectionKey) -> Asked {
        self.tries_left -= 1;
        self.stage = Stage::Joining(socket);
        self.join()
    }

    /// Goes for good; gives what it says.
    pub(crate) fn leave(&mut self) -> Asked {
        self.stage = Stage::Gone;
        Asked::Leave(self.me)
    }

    /// Its socket broke.
    pub(crate) fn lost(&mut self) {
        self.stage = Stage::Waiting;
    }

    /// What came over its socket; gives what it answers.
    pub(crate) fn handle(&mut self, socket: ConnectionKey, said: Said) -> Option<Asked> {
        match (said, self.stage) {
            (Said::RoomJoined(peers, proof), Stage::Joining(_)) => {
                self.stage = Stage::Joined(socket);
                self.has_been_in = true;
                self.proof = Some(proof);
                self.others = peers;
            }
            (Said::Came(peer), Stage::Joined(_)) => {
                self.others.insert(peer);
            }
            (Said::Left(peer), Stage::Joined(_)) => {
                self.others.remove(&peer);
            }
            (Said::Taken, Stage::Joining(_)) if self.has_been_in => {
                // Its own seat, most likely, which runs out soon.
                self.lost();
            }
            (Said::Taken, Stage::Joining(_)) => {
                self.rename();
                return Some(self.join());
            }
            (Said::Replaced, _) => {
                self.lost();
                self.rename();
            }
            (Said::Closed, _) => self.lost(),
            (Said::RoomJoined(..) | Said::Came(_) | Said::Left(_) | Said::Taken, _) => {}
        }
        None
    }

    fn rename(&mut self) {
        self.me = self.spare;
        self.proof = None;
        self.was_renamed = true;
    }

    fn join(&self) -> Asked {
        Asked::Join(self.me, self.proof)
    }
}
