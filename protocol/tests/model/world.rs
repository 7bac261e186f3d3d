//! Two tabs, and the attacker who carries everything between them: nothing arrives but by Mallory's hand, who drops, repeats,
//! reorders and reflects by choosing what arrives when, and makes whatever can be made of known keys.

use std::collections::BTreeSet;

use stateright::{Model, Property};

use super::{
    properties,
    tab::{LINKS, Tab},
    terms::{
        Announcement, Certificate, Direction, Kind, Name, Negotiation, PairKeys, Proof, Sealed,
        Variant,
    },
};

#[derive(Clone, Debug)]
pub(crate) struct World {
    /// Whether Mallory has the secret of the room.
    pub(crate) knows_secret: bool,
    /// How often a tab offers to somebody, and negotiates a connection with them.
    pub(crate) attempts: u8,
    pub(crate) variant: Variant,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct State {
    pub(crate) tabs: [Tab; 2],
    /// Every signal that was ever sent.
    sealed: BTreeSet<Sealed>,
}

/// A link of a tab: the places of both.
pub(crate) type LinkAt = (usize, usize);

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    /// A tab hears an announcement.
    Announce(usize, Announcement),
    /// A tab offers by itself.
    Offer(LinkAt),
    Deliver(LinkAt, Sealed),
    /// DTLS joins a link to Mallory.
    ConnectToMallory(LinkAt),
    /// DTLS joins two links, whatever they believe about each other, also two of one tab: descriptions are not trusted.
    Connect(LinkAt, LinkAt),
    /// A proof comes over the connection, and all that is said there after it.
    Confirm(LinkAt, Proof),
}

pub(crate) const ALL_LINKS: [LinkAt; 2 * LINKS] = [(0, 0), (0, 1), (1, 0), (1, 1)];

impl Model for World {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        vec![State {
            tabs: [Tab::new(Name::Ada), Tab::new(Name::Bob)],
            sealed: BTreeSet::new(),
        }]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        for tab in 0..2 {
            // In one order only: nobody sees a tab hear something, and what it hears hinders nothing.
            let last = state.tabs[tab].links.last().map(|link| link.theirs);
            let next = self.announcements().filter(|said| Some(*said) > last);
            actions.extend(next.map(|said| Action::Announce(tab, said)));
        }
        for at in ALL_LINKS {
            actions.push(Action::Offer(at));
            actions.extend(
                self.signals(state, at)
                    .map(|sealed| Action::Deliver(at, sealed)),
            );
            actions.push(Action::ConnectToMallory(at));
            actions.extend(ALL_LINKS.map(|other| Action::Connect(at, other)));
            actions.extend(
                self.proofs(state, at)
                    .into_iter()
                    .map(|proof| Action::Confirm(at, proof)),
            );
        }
    }

    /// `None` where nothing changes.
    fn next_state(&self, state: &State, action: Action) -> Option<State> {
        let mut state = state.clone();
        match action {
            Action::Announce(tab, said) => state.tabs[tab].hear(said, self.variant)?,
            Action::Offer((tab, link)) => {
                let offer = state.tabs[tab].offer(link, self.attempts)?;
                state.sealed.insert(offer);
            }
            Action::Deliver((tab, link), sealed) => {
                let answer = state.tabs[tab].handle(link, &sealed, self.attempts)?;
                state.sealed.extend(answer);
            }
            Action::ConnectToMallory((tab, link)) => {
                state.tabs[tab].connect(link, MALLORYS)?;
            }
            Action::Connect(one, other) => {
                if one >= other {
                    return None;
                }
                let [first, second] =
                    [one, other].map(|(tab, link)| state.tabs[tab].certificate(link));
                state.tabs[one.0].connect(one.1, second?)?;
                state.tabs[other.0].connect(other.1, first?)?;
            }
            Action::Confirm((tab, link), proof) => {
                let link = state.tabs[tab].links.get_mut(link)?;
                if link.accepts || proof != link.awaited(link.connected()?, self.variant) {
                    return None;
                }
                link.accepts = true;
            }
        }
        Some(state)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        properties::all(self.knows_secret)
    }
}

/// Mallory has one; more would change nothing, since nobody remembers it.
const MALLORYS: Certificate = Certificate {
    owner: Name::Mallory,
    link: 0,
    connection: 0,
};

impl World {
    /// Those of the honest, and who knows the secret of the room signs any key that was ever announced as their own.
    fn announcements(&self) -> impl Iterator<Item = Announcement> {
        let own = [Name::Ada, Name::Bob, Name::Mallory].map(|epoch_key| Announcement {
            identity: Name::Mallory,
            epoch_key,
        });
        [Name::Ada, Name::Bob]
            .map(Announcement::of)
            .into_iter()
            .chain(own.into_iter().filter(|_| self.knows_secret))
    }

    fn knows(&self, keys: &PairKeys) -> bool {
        self.knows_secret && keys.are_known_to(Name::Mallory)
    }

    /// What Mallory can bring to a link: whatever was ever sent by anybody, and what can be sealed for it.
    fn signals(&self, state: &State, at: LinkAt) -> impl Iterator<Item = Sealed> {
        let made = state.tabs[at.0]
            .links
            .get(at.1)
            .filter(|link| self.knows(&link.keys));
        let made = made.map(|link| all_made(link.keys, link.direction.reversed()));
        state
            .sealed
            .clone()
            .into_iter()
            .chain(made.into_iter().flatten())
    }

    /// What can come over a link's connection: from Mallory every proof that was ever sent and those that can be made, from an
    /// honest end its own.
    fn proofs(&self, state: &State, at: LinkAt) -> Vec<Proof> {
        let link = state.tabs[at.0].links.get(at.1);
        let Some((link, up)) = link.and_then(|link| Some((link, link.connected()?))) else {
            return Vec::new();
        };
        let from_mallory = up.other == MALLORYS;
        let all = state.tabs.iter().flat_map(|tab| &tab.links);
        let sent = all.flat_map(|link| link.connections.iter().map(move |there| (link, there)));
        let arrive = sent.filter(|(_, there)| from_mallory || there.own == up.other);
        let arrive = arrive.map(|(link, there)| link.proof(*there, self.variant));
        let made = (from_mallory && self.knows(&link.keys)).then(|| link.awaited(up, self.variant));
        arrive.chain(made).collect()
    }
}

/// Offers and answers under known keys, with the names of the first attempts of the honest, and one of Mallory's own.
fn all_made(keys: PairKeys, direction: Direction) -> Vec<Sealed> {
    let mut made = Vec::new();
    for kind in [Kind::Offer, Kind::Answer] {
        for (by, link) in [
            (Name::Ada, 0),
            (Name::Ada, 1),
            (Name::Bob, 0),
            (Name::Bob, 1),
            (Name::Mallory, 0),
        ] {
            made.push(Sealed {
                keys,
                direction,
                number: 1,
                kind,
                negotiation: Negotiation {
                    by,
                    link,
                    attempt: 1,
                },
            });
        }
    }
    made
}
