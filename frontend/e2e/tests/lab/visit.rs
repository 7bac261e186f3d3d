//! Two people in a room, each in a browser behind something.

use std::{
    sync::{Arc, Barrier},
    time::Duration,
};

use banter_e2e::{Browser, Kind, Person, Server};

use crate::{
    host::{forward_loopback, on},
    network::{Nat, Network, SERVER},
};

/// The promise is 20 seconds from the room's door; browsers on a busy machine get some more.
const PATIENCE: Duration = Duration::from_secs(40);

const ROOM: &str = "lab";

/// One side.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Side {
    pub(crate) browser: Kind,
    pub(crate) nat: Nat,
}

/// What one side saw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Linked, by this way; and the other's words arrived.
    Linked(String),
    /// Told that there is no way.
    Told(String),
}

/// A network with a server on it.
pub(crate) struct Lab {
    pub(crate) network: Network,
    server: Server,
}

impl Lab {
    /// With the relay that is part of the server.
    pub(crate) fn with_relay() -> Self {
        Self::start(&[
            "--turn-listen",
            "198.18.0.1:3478",
            "--public-address",
            SERVER,
            "--turn-allow-peers",
            "198.18.0.0/24",
        ])
    }

    /// With an address to ask for one's own, and no relay.
    pub(crate) fn without_relay() -> Self {
        Self::start(&[])
    }

    fn start(flags: &'static [&'static str]) -> Self {
        let network = Network::new();
        let server = on(&network.server(), || Server::start_for_everybody(flags));
        let server = server.join().unwrap();
        Self { network, server }
    }

    /// Lets both in, lets them talk if they can, and gives what each saw.
    pub(crate) fn meet(&mut self, sides: [Side; 2]) -> [Outcome; 2] {
        let together = Arc::new(Barrier::new(2));
        let visits = [("Ada", "Bo", sides[0]), ("Bo", "Ada", sides[1])].map(|(name, other, side)| {
            let host = self.network.client(side.nat);
            let (port, together) = (self.server.port(), Arc::clone(&together));
            on(&host, move || {
                let origin = forward_loopback((SERVER, port));
                let browser = Browser::start(side.browser);
                let person = Person::at_origin(name, &browser, &origin);
                // Both are ready before either goes in, so that the browsers' own start counts for nobody.
                person.opens("/");
                together.wait();
                person.enters(ROOM);
                let outcome = outcome(&person, other);
                together.wait();
                outcome
            })
        });
        visits.map(|visit| visit.join().expect("a visit fails"))
    }
}

fn outcome(person: &Person, other: &str) -> Outcome {
    let seen = person.finds(PATIENCE, "is linked to the other or told why not", |page| {
        let peer = page.peers.first()?;
        if peer.state == "connected" && !peer.path.is_empty() {
            return Some(Outcome::Linked(peer.path.clone()));
        }
        let words = peer.label.split_whitespace().collect::<Vec<_>>().join(" ");
        (!peer.obstacle.is_empty()).then_some(Outcome::Told(words))
    });
    if matches!(seen, Outcome::Linked(_)) {
        person.says(&format!("hello from {}", person.name()));
        person.sees(&format!("hello from {other}"));
        person.sees_status(&format!("hello from {}", person.name()), "delivered");
    }
    seen
}
