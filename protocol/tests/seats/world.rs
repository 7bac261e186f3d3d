//! Two tabs, and the cables between them and the server. Frames of one cable keep their order; nothing else does.

use std::collections::{BTreeMap, VecDeque};

use banter_protocol::{ids::PeerId, signaling::ConnectionKey};
use stateright::{Model, Property};

use super::{
    properties,
    server::{Deliveries, Said, Server, Variant},
    tab::{Asked, Stage, Tab},
};

pub(crate) const ADA: usize = 0;
pub(crate) const GUEST: usize = 1;

/// Who is there beside Ada.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Guest {
    /// Nobody with her id, but Bob with his.
    Nobody,
    /// Her tab, duplicated at some moment, with what it kept.
    Copy,
    /// Somebody who knows the id alone.
    Stranger,
}

#[derive(Clone, Debug)]
pub(crate) struct World {
    /// How often each tab opens a socket.
    pub(crate) tries: u8,
    /// How often a socket breaks.
    pub(crate) cuts: u8,
    /// How many of them leave for good, at most.
    pub(crate) leaves: u8,
    pub(crate) guest: Guest,
    pub(crate) variant: Variant,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Cable {
    pub(crate) to_server: VecDeque<Asked>,
    pub(crate) to_tab: VecDeque<Said>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct State {
    pub(crate) server: Server,
    pub(crate) tabs: [Tab; 2],
    pub(crate) cables: BTreeMap<ConnectionKey, Cable>,
    cuts_left: u8,
    leaves_left: u8,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    Connect(usize),
    Leave(usize),
    ServerReads(ConnectionKey),
    TabReads(usize),
    /// A tab sees its socket break; the server does once it comes to the end of what was sent before.
    TabLoses(usize),
    /// The server sees a socket break, and whatever was on its way to it is lost.
    ServerLoses(ConnectionKey),
    SeatsRunOut,
    GuestComes,
}

impl Model for World {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        let id = PeerId::from_random;
        let tab = |me, spare, stage| Tab::new(id(me), id(spare), stage, self.tries);
        let other = match self.guest {
            Guest::Nobody => tab(2, 12, Stage::Waiting),
            Guest::Copy | Guest::Stranger => tab(1, 13, Stage::Absent),
        };
        vec![State {
            server: Server::new(),
            tabs: [tab(1, 11, Stage::Waiting), other],
            cables: BTreeMap::new(),
            cuts_left: self.cuts,
            leaves_left: self.leaves,
        }]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        for (number, tab) in state.tabs.iter().enumerate() {
            if tab.stage == Stage::Waiting && tab.tries_left > 0 {
                actions.push(Action::Connect(number));
            }
            let Some(socket) = tab.socket() else {
                continue;
            };
            if state.leaves_left > 0 {
                actions.push(Action::Leave(number));
            }
            if !state.cables[&socket].to_tab.is_empty() {
                actions.push(Action::TabReads(number));
            }
            if state.cuts_left > 0 {
                actions.push(Action::TabLoses(number));
            }
        }
        for (&socket, cable) in &state.cables {
            if state.server.is_open(socket) {
                if !cable.to_server.is_empty() {
                    actions.push(Action::ServerReads(socket));
                }
                if state.cuts_left > 0 {
                    actions.push(Action::ServerLoses(socket));
                }
            }
        }
        if state.server.keeps_seats() {
            actions.push(Action::SeatsRunOut);
        }
        let can_come = match self.guest {
            Guest::Nobody => false,
            Guest::Copy => state.tabs[ADA].proof.is_some() && !state.tabs[ADA].was_renamed,
            Guest::Stranger => true,
        };
        if can_come && state.tabs[GUEST].stage == Stage::Absent {
            actions.push(Action::GuestComes);
        }
    }

    fn next_state(&self, last: &State, action: Action) -> Option<State> {
        let mut state = last.clone();
        match action {
            Action::Connect(tab) => {
                let socket = ConnectionKey(state.cables.len() as u64);
                let frame = state.tabs[tab].connect(socket);
                state.server.open(socket);
                state.cables.insert(socket, Cable::default());
                state.say(socket, frame);
            }
            Action::Leave(tab) => {
                state.leaves_left -= 1;
                let socket = state.tabs[tab].socket()?;
                let frame = state.tabs[tab].leave();
                state.say(socket, frame);
                state.say(socket, Asked::End);
            }
            Action::ServerReads(socket) => {
                let asked = state.cable(socket).to_server.pop_front()?;
                let said = state.server.handle(self.variant, socket, asked);
                state.deliver(said);
            }
            Action::TabReads(tab) => {
                let socket = state.tabs[tab].socket()?;
                let said = state.cable(socket).to_tab.pop_front()?;
                let answer = state.tabs[tab].handle(socket, said);
                if let Some(answer) = answer {
                    state.say(socket, answer);
                } else if state.tabs[tab].socket().is_none() {
                    state.say(socket, Asked::End);
                }
            }
            Action::TabLoses(tab) => {
                state.cuts_left -= 1;
                let socket = state.tabs[tab].socket()?;
                state.tabs[tab].lost();
                state.say(socket, Asked::End);
            }
            Action::ServerLoses(socket) => {
                state.cuts_left -= 1;
                state.cable(socket).to_server.clear();
                state.server.ended(self.variant, socket);
                state.deliver(vec![(socket, Said::Closed)]);
            }
            Action::SeatsRunOut => {
                let said = state.server.expire(self.variant);
                state.deliver(said);
            }
            Action::GuestComes => {
                if self.guest == Guest::Copy {
                    state.tabs[GUEST].proof = state.tabs[ADA].proof;
                }
                state.tabs[GUEST].stage = Stage::Waiting;
            }
        }
        Some(state)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        properties::all(self.guest)
    }
}

impl State {
    fn cable(&mut self, socket: ConnectionKey) -> &mut Cable {
        self.cables.entry(socket).or_default()
    }

    fn say(&mut self, socket: ConnectionKey, asked: Asked) {
        if self.server.is_open(socket) {
            self.cable(socket).to_server.push_back(asked);
        }
    }

    /// To tabs that still hold their end: nobody hears the rest.
    fn deliver(&mut self, said: Deliveries) {
        for (socket, said) in said {
            if self.tabs.iter().any(|tab| tab.socket() == Some(socket)) {
                self.cable(socket).to_tab.push_back(said);
            }
        }
    }
}
