//! When changes of what the person sees are drawn.

use std::sync::Arc;

use banter_protocol::{
    engine::{LinkState, PeerView, RoomEvent, ViewEvent},
    ids::PeerId,
};
use gloo::timers::callback::Timeout;
use yewdux::Dispatch;

use crate::{
    event::{EventSender, PageEvent, push},
    store::{ApplyAll, ChatStore},
};

/// So long the links of a room that is entered come first, and no longer: the person waits too.
const LINKS_FIRST_MS: u32 = 100;

/// Drawing takes milliseconds, during which no frame and no description of a peer is taken in; so it is put
/// off until the browser has handed over what has arrived, and done once for all of it. A whole room takes tens of them, so it waits until
/// those who are in it are linked.
#[derive(Debug)]
pub(super) struct Drawing {
    dispatch: Dispatch<ChatStore>,
    events: EventSender,
    /// Changes that are not drawn yet, and when they will be.
    undrawn: Vec<ViewEvent>,
    entering: Entering,
    /// What the timers say: soon, and at the latest.
    due: [Option<Timeout>; 2],
    /// From one room to the next, or back to the one before a reload: no form is shown in between.
    goes_on: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pace {
    Soon,
    AfterLinks,
}

/// Which timers run until something is drawn. Pure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Timers {
    soon: bool,
    /// Once it runs it does so until then, whatever happens meanwhile.
    latest: bool,
}

impl Timers {
    const fn with(self, pace: Pace) -> Self {
        match pace {
            Pace::Soon => Self { soon: true, ..self },
            Pace::AfterLinks => Self {
                soon: false,
                latest: true,
            },
        }
    }
}

/// A room that is entered and not drawn yet, and the links that are made in it meanwhile. Pure.
#[derive(Debug, Default)]
struct Entering {
    stage: Stage,
    linking: Vec<PeerId>,
    unproved: usize,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Stage {
    /// Nothing of the kind.
    #[default]
    Staying,
    Joining,
    Entered,
}

impl Entering {
    fn handle(&mut self, event: &RoomEvent) {
        match event {
            RoomEvent::Joining => self.stage = Stage::Joining,
            RoomEvent::Entered { .. } => self.stage = Stage::Entered,
            RoomEvent::Peers(peers) => {
                self.linking.clear();
                self.handle_peers(peers);
            }
            RoomEvent::PeersChanged(peers) => self.handle_peers(peers),
            RoomEvent::Unconfirmed(arriving) => self.unproved = arriving.connecting,
            _ => {}
        }
    }

    fn handle_peers(&mut self, peers: &[Arc<PeerView>]) {
        for peer in peers {
            self.linking.retain(|id| *id != peer.id);
            if matches!(peer.state, LinkState::New | LinkState::Connecting) {
                self.linking.push(peer.id);
            }
        }
    }

    fn pace(&self) -> Pace {
        let is_linking = self.unproved > 0 || !self.linking.is_empty();
        match self.stage {
            Stage::Joining => Pace::AfterLinks,
            Stage::Entered if is_linking => Pace::AfterLinks,
            Stage::Entered | Stage::Staying => Pace::Soon,
        }
    }
}

impl Drawing {
    pub(super) fn new(dispatch: Dispatch<ChatStore>, events: EventSender) -> Self {
        Self {
            dispatch,
            events,
            undrawn: Vec::new(),
            entering: Entering::default(),
            due: [None, None],
            goes_on: false,
        }
    }

    /// A room follows that the person does not ask for in the lobby: that it is entered is drawn at once.
    pub(super) fn handle_going_on(&mut self) {
        self.goes_on = true;
    }

    /// A room is entered, and the person does not see it yet.
    pub(super) fn is_entering(&self) -> bool {
        self.entering.stage != Stage::Staying
    }

    /// Draws a change, at once or soon.
    pub(super) fn add(&mut self, event: ViewEvent) {
        let joins = matches!(event, ViewEvent::Room(_, RoomEvent::Joining));
        let at_once = is_urgent(&event) || (joins && std::mem::take(&mut self.goes_on));
        if let ViewEvent::Room(_, event) = &event {
            self.entering.handle(event);
        }
        self.undrawn.push(event);
        if at_once {
            self.draw();
            return;
        }
        let [soon, latest] = &mut self.due;
        let running = Timers {
            soon: soon.is_some(),
            latest: latest.is_some(),
        };
        let wanted = running.with(self.entering.pace());
        for (due, runs, millis) in [
            (soon, wanted.soon, 0),
            (latest, wanted.latest, LINKS_FIRST_MS),
        ] {
            if !runs {
                *due = None;
            } else if due.is_none() {
                let events = self.events.clone();
                let tell = move || push(&events, PageEvent::DrawingDue);
                *due = Some(Timeout::new(millis, tell));
            }
        }
    }

    /// Draws what was put off.
    pub(super) fn draw(&mut self) {
        self.due = [None, None];
        self.entering = Entering::default();
        if !self.undrawn.is_empty() {
            let changes = ApplyAll(std::mem::take(&mut self.undrawn));
            self.dispatch.apply(changes);
        }
    }
}

/// Nothing waits for a room that is left. The person's own words stand in no queue behind what others send.
fn is_urgent(event: &ViewEvent) -> bool {
    match event {
        ViewEvent::Room(_, RoomEvent::MessageAdded(message)) => message.own,
        ViewEvent::Room(_, event) => matches!(event, RoomEvent::Left),
        ViewEvent::StorageFailed => false,
    }
}

#[cfg(test)]
mod tests {
    use banter_protocol::{
        crypto::Identity,
        engine::{Arriving, Privacy},
    };

    use super::*;
    use crate::store;

    fn peer(number: u128, state: LinkState) -> Arc<PeerView> {
        store::tests::peer(number, state, None)
    }

    fn entered() -> RoomEvent {
        RoomEvent::Entered {
            me: PeerId::from_random(9),
            name: "Ada".parse().unwrap(),
            identity: Identity::from_seed(&[1; 32]).key(),
            privacy: Privacy::Open,
            history: Vec::new(),
        }
    }

    fn paces(events: impl IntoIterator<Item = RoomEvent>) -> Vec<Pace> {
        let mut entering = Entering::default();
        let pace = |event| {
            entering.handle(&event);
            entering.pace()
        };
        events.into_iter().map(pace).collect()
    }

    #[test]
    fn whatever_happens_meanwhile_the_room_is_drawn_at_the_latest_when_it_was_to_be() {
        let (soon, later) = (Pace::Soon, Pace::AfterLinks);
        let mut timers = Timers::default();
        let seen = [later, soon, later, soon].map(|pace| {
            timers = timers.with(pace);
            (timers.soon, timers.latest)
        });
        let expected = [(false, true), (true, true), (false, true), (true, true)];
        assert_eq!(seen, expected);
        assert_eq!(
            Timers::default().with(soon),
            Timers {
                soon: true,
                latest: false
            }
        );
    }

    #[test]
    fn a_room_is_drawn_once_those_who_are_in_it_are_linked() {
        let connecting = [1, 2].map(|number| peer(number, LinkState::Connecting));
        let changed = |number, state| RoomEvent::PeersChanged(Arc::from([peer(number, state)]));
        let events = [
            RoomEvent::Joining,
            entered(),
            RoomEvent::Peers(Arc::from(connecting)),
            changed(1, LinkState::Connected),
            changed(2, LinkState::Failed),
        ];
        let (soon, later) = (Pace::Soon, Pace::AfterLinks);
        let expected = [later, soon, later, later, soon];
        assert_eq!(paces(events), expected);
        let arriving = |connecting| {
            RoomEvent::Unconfirmed(Arriving {
                connecting,
                ..Arriving::default()
            })
        };
        let private = paces([entered(), arriving(1), arriving(0)]);
        assert_eq!(private, [Pace::Soon, Pace::AfterLinks, Pace::Soon]);
    }

    #[test]
    fn in_a_room_that_is_drawn_nothing_waits_for_links() {
        let newcomer = RoomEvent::Peers(Arc::from([peer(1, LinkState::Connecting)]));
        assert_eq!(paces([newcomer]), [Pace::Soon]);
    }
}
