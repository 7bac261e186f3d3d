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

/// The promise is 20 seconds from asking for the room; browsers on a busy machine get some more.
const PATIENCE: Duration = Duration::from_secs(40);

const ROOM: &str = "lab";

/// One side.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Side {
    pub(crate) browser: Kind,
    pub(crate) nat: Nat,
    /// Hides its address from the others.
    pub(crate) hides: bool,
}

/// A text that shows in a relay's count of bytes.
const LONG_TEXT_BYTES: usize = 20_000;

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
    network: Network,
    server: Server,
    /// Where the two last visitors were.
    hosts: Vec<String>,
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
        Self {
            network,
            server,
            hosts: Vec::new(),
        }
    }

    /// Lets both in, lets them talk if they can, and gives what each saw. Where they are linked, also makes sure that the
    /// way that they are shown is the one that their words take.
    pub(crate) fn meet(&mut self, sides: [Side; 2]) -> [Outcome; 2] {
        self.hosts.clear();
        let together = Arc::new(Barrier::new(3));
        let visits =
            [("Ada", "Bo", sides[0]), ("Bo", "Ada", sides[1])].map(|(name, other, side)| {
                let host = self.network.client(side.nat);
                self.hosts.push(host.clone());
                let (port, together) = (self.server.port(), Arc::clone(&together));
                on(&host, move || {
                    let origin = forward_loopback((SERVER, port));
                    // Processes live on the host that started them.
                    let browser = Browser::alone(side.browser);
                    // Firefox says on the console what the page says too.
                    browser.excuse("WebRTC: ICE failed");
                    let person = Person::at_origin(name, &browser, &origin);
                    // Both are ready before either goes in, so that the browsers' own start counts for nobody.
                    person.opens("/");
                    if side.hides {
                        person.page().click("relay-only");
                    }
                    together.wait();
                    person.enters(ROOM);
                    let outcome = outcome(&person);
                    together.wait();
                    // The server's count is read.
                    together.wait();
                    if matches!(outcome, Outcome::Linked(_)) {
                        talk(&person, other);
                    }
                    together.wait();
                    outcome
                })
            });
        together.wait();
        together.wait();
        let before = self.relayed_bytes();
        together.wait();
        together.wait();
        let relayed = self.relayed_bytes() - before;
        let outcomes = visits.map(|visit| visit.join().expect("a visit fails"));
        match &outcomes {
            [Outcome::Linked(way), _] if way == "direct" => {
                assert!(
                    relayed < LONG_TEXT_BYTES,
                    "{relayed} bytes were relayed: {sides:?}"
                );
            }
            [Outcome::Linked(_), _] => {
                assert!(
                    relayed >= 2 * LONG_TEXT_BYTES,
                    "only {relayed} bytes: {sides:?}"
                );
            }
            [Outcome::Told(_), _] => {}
        }
        outcomes
    }

    /// Packets that each of the last two sent to anybody but the server; both must have had a router.
    pub(crate) fn strangers_met(&self) -> Vec<u64> {
        self.hosts
            .iter()
            .map(|host| Network::strangers_met(host))
            .collect()
    }

    /// What the server's relay has passed on so far.
    fn relayed_bytes(&self) -> usize {
        let metrics = format!("{}/metrics", self.server.origin());
        let read = on(&self.network.server(), move || {
            let mut answer = ureq::get(&metrics).call().unwrap();
            answer.body_mut().read_to_string().unwrap()
        });
        let metrics = read.join().unwrap();
        let counts = metrics
            .lines()
            .filter(|line| line.starts_with("banter_turn_relayed_bytes_total"));
        counts
            .map(|line| line.rsplit(' ').next().unwrap().parse::<f64>().unwrap() as usize)
            .sum()
    }
}

fn outcome(person: &Person) -> Outcome {
    person.finds(PATIENCE, "is linked to the other or told why not", |page| {
        let peer = page.peers.first()?;
        if peer.state == "connected" && !peer.path.is_empty() {
            return Some(Outcome::Linked(peer.path.clone()));
        }
        let words = peer.label.split_whitespace().collect::<Vec<_>>().join(" ");
        (!peer.obstacle.is_empty()).then_some(Outcome::Told(words))
    })
}

fn talk(person: &Person, other: &str) {
    let text = |name: &str| format!("{name} {}", "x".repeat(LONG_TEXT_BYTES));
    person.says(&text(person.name()));
    person.sees(&text(other));
    person.sees_status(&text(person.name()), "delivered");
}
