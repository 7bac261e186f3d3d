//! Where the evil server touches the world: the lines of clients, and the network between their connections.

use banter_protocol::{
    crypto::CertificateFingerprint, engine::SocketEvent, peer::Channel, signaling::ConnectionKey,
};

use crate::{
    evil_server::Sent,
    rtc::{Far, Middleman},
    scenario::certificate,
    server::Delivery,
    world::{Action, Event, World},
};

/// One connection in so many chances is joined with somebody whom it does not mean.
const WAYLAID: u64 = 9;

impl World {
    /// A client's frame has come to the server. Gives whether the honest rules never see it.
    pub fn is_overheard(&mut self, key: ConnectionKey, text: &str) -> bool {
        let Some(evil) = &mut self.evil else {
            return false;
        };
        let imitator = evil.mallory.as_mut().filter(|mallory| mallory.owns(key));
        if let Some(mallory) = imitator {
            let mut frames = mallory.handle(key, text, &evil.people);
            frames.retain(|(other, _)| *other == key || evil.chance.within(0, 3) > 0);
            for (key, text) in frames {
                self.schedule(20, Event::ToClient(key, SocketEvent::Frame(text)));
            }
            return true;
        }
        evil.hear(key, text);
        false
    }

    /// What becomes of what the honest rules deliver.
    pub fn tampered(&mut self, deliveries: Vec<Delivery>) -> Vec<Delivery> {
        let Some(evil) = self.evil.as_mut() else {
            return deliveries;
        };
        let mut sent = Vec::new();
        let mut left = Vec::new();
        for delivery in deliveries {
            match delivery {
                Delivery::Frame(key, text) if !self.calm => sent.extend(evil.tamper(key, text)),
                Delivery::Frame(key, text) => {
                    left.push(Delivery::Frame(key, text));
                }
                Delivery::Close(..) => left.push(delivery),
            }
        }
        for Sent { key, text, late } in sent {
            match late {
                None => left.push(Delivery::Frame(key, text)),
                Some(late) => {
                    self.schedule(late, Event::ToClient(key, SocketEvent::Frame(text)));
                }
            }
        }
        left
    }

    /// The evil server speaks of its own accord, again and again.
    pub fn do_mischief(&mut self) {
        let Some(evil) = self.evil.as_mut().filter(|_| !self.calm) else {
            return;
        };
        let (sent, next) = (evil.mischief(), evil.chance.within(50, 1_500));
        if let Some(Sent { key, text, .. }) = sent {
            self.schedule(1, Event::ToClient(key, SocketEvent::Frame(text)));
        }
        self.schedule(next, Event::Mischief);
    }

    /// The server turns honest: another one, on which everybody takes their seats anew, and nobody imitates anybody.
    pub fn end_mischief(&mut self) {
        if self.evil.is_none() {
            return;
        }
        for node in 0..self.nodes.len() {
            if self.nodes[node].is_mallory {
                self.act(&Action::CloseWithoutAWord(node));
                self.nodes[node].forget();
            }
        }
        self.stop_server();
        self.act(&Action::ServerUp);
        for node in 0..self.nodes.len() {
            let tab = &self.nodes[node];
            if tab.alive && tab.me.is_none() {
                self.load(node);
            }
        }
    }

    /// The network joins a connection with somebody whom it does not mean. Browsers would look at the certificate; here only
    /// the proofs do.
    pub fn is_waylaid(&mut self, number: usize) -> bool {
        let Some(evil) = self.evil.as_mut().filter(|_| !self.calm) else {
            return false;
        };
        if !self.rtc.is_ready(number) || self.rtc.connections[number].far.is_some() {
            return false;
        }
        if !evil.chance.one_in(WAYLAID) {
            return false;
        }
        let ready = |&other: &usize| other != number && self.rtc.is_ready(other);
        let others: Vec<usize> = (0..self.rtc.connections.len()).filter(ready).collect();
        let meant = self.rtc.meant_end(number).filter(ready);
        match (evil.chance.within(0, 5), meant) {
            (0, _) => self.stand_between(number, Middleman::Echo),
            (1, _) => self.stand_between(number, Middleman::Forger),
            (2, _) => self.stand_between(number, Middleman::Silent),
            (3 | 4, Some(meant)) => {
                self.stand_between(number, Middleman::Relay(meant));
                self.stand_between(meant, Middleman::Relay(number));
            }
            _ if others.is_empty() => self.stand_between(number, Middleman::Echo),
            _ => {
                let other = others[evil.chance.index(others.len())];
                self.rtc.connections[number].far = Some(Far::Connection(other));
                self.rtc.connections[other].far = Some(Far::Connection(number));
                self.open_end(number, certificate(other));
                self.open_end(other, certificate(number));
            }
        }
        true
    }

    fn stand_between(&mut self, number: usize, middleman: Middleman) {
        self.rtc.connections[number].far = Some(Far::Middleman(middleman));
        self.open_end(number, CertificateFingerprint::of_der(b"middleman"));
    }

    /// A frame has come to somebody who stands in between.
    pub fn meet_middleman(
        &mut self,
        number: usize,
        middleman: Middleman,
        channel: Channel,
        frame: String,
    ) {
        let mut answer = |number, channel, frame| {
            self.schedule(70, Event::ChannelFrame(number, channel, frame));
        };
        match middleman {
            Middleman::Silent => {}
            Middleman::Echo => answer(number, channel, frame),
            Middleman::Relay(other) => answer(other, channel, frame),
            Middleman::Forger => {
                for forged in [
                    r#"{"type":"typing_indicator","typing":true}"#,
                    r#"{"type":"lock","locked":true}"#,
                    r#"{"type":"bye"}"#,
                    r#"{"type":"entry","text":"{}","signature":"AA"}"#,
                    r#"{"type":"confirm","proof":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}"#,
                    "+",
                    "",
                ] {
                    answer(number, channel, forged.to_owned());
                }
                answer(
                    number,
                    Channel::Live,
                    r#"{"type":"ping","id":1}"#.to_owned(),
                );
            }
        }
    }
}
