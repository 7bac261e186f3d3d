//! What a scenario does to the world, and how the packets of connections fare in it.

use banter_protocol::{
    crypto::CertificateFingerprint,
    engine::{ConnectionId, Input, RoomIntent, RtcEvent},
    peer::Channel,
};

use crate::{
    judge::Said,
    rtc::Far,
    world::{Action, Event, World},
};

/// Every connection has its own certificate.
pub fn certificate(number: usize) -> CertificateFingerprint {
    CertificateFingerprint::of_der(&number.to_be_bytes())
}

/// How long a browser tries before it says "failed".
const ICE_GIVES_UP: u64 = 15_000;

impl World {
    pub fn act(&mut self, action: &Action) {
        match *action {
            Action::OpenTab(node) => {
                if !self.nodes[node].alive {
                    self.load(node);
                }
            }
            Action::CloseTab(node) => {
                if self.nodes[node].alive {
                    self.input(node, Input::PageHidden);
                    self.end_page(node, true);
                    self.nodes[node].forget();
                }
            }
            Action::CloseWithoutAWord(node) => {
                if self.nodes[node].alive {
                    self.end_page(node, true);
                }
            }
            Action::Kill(node) => {
                if self.nodes[node].alive {
                    self.end_page(node, false);
                }
            }
            Action::Reload(node) => {
                if self.nodes[node].alive {
                    self.input(node, Input::PageHidden);
                    self.end_page(node, true);
                    self.load(node);
                }
            }
            Action::Say(node) => self.say(node),
            Action::DropSocket(node) => self.drop_line(node),
            Action::ServerDown => self.stop_server(),
            Action::ServerUp => {
                self.server.get_or_insert_default();
            }
            Action::Split(a, b) => self.split(a, b),
            Action::Heal(a, b) => self.heal(a, b),
            Action::Zombie(a, b) => self.make_zombie(a, b),
            Action::Hide(node) => self.input(node, Input::Visible(false)),
            Action::Show(node) => self.input(node, Input::Visible(true)),
            Action::Imitate(node, victim) => {
                if let Some(victim) = self.nodes[victim].me {
                    self.act(&Action::CloseWithoutAWord(node));
                    self.nodes[node].forget();
                    self.nodes[node].seat = Some((victim, None));
                    self.load(node);
                }
            }
            Action::Calm => {
                self.calm = true;
                self.heal_all();
                self.end_mischief();
                self.act(&Action::ServerUp);
            }
        }
    }

    fn say(&mut self, node: usize) {
        if self.nodes[node].me.is_none() {
            return;
        }
        let text = format!("{} of {node}", self.said.len()).parse().unwrap();
        let timestamp = self.timestamp();
        let before = self.nodes[node].shown.len();
        let listed: Vec<_> = self.nodes[node].peers.iter().map(|peer| peer.id).collect();
        let heard_by: Vec<_> = (0..self.nodes.len())
            .filter(|&other| self.nodes[other].me.is_some_and(|id| listed.contains(&id)))
            .map(|other| (other, self.nodes[other].page))
            .collect();
        let to_nobody = heard_by.len() < listed.len();
        self.intent(node, RoomIntent::Send { text, timestamp });
        let shown = &self.nodes[node].shown;
        assert_eq!(
            shown.len(),
            before + 1,
            "one shows one's own message at once"
        );
        let id = shown[before].id;
        self.said.push(Said {
            id,
            author: (node, self.nodes[node].page),
            heard_by,
            to_nobody,
        });
    }

    /// The page is gone; `politely` its connections and socket are closed by the browser.
    fn end_page(&mut self, node: usize, politely: bool) {
        self.nodes[node].alive = false;
        self.nodes[node].visits_mut().for_each(|it| it.me = None);
        let page = self.nodes[node].page;
        for number in 0..self.rtc.connections.len() {
            let connection = &self.rtc.connections[number];
            if connection.node == node && connection.page == page && !connection.closed {
                self.close_connection(number, politely);
            }
        }
        // What a page sent before it went away arrives; the kernel closes the sockets of a killed browser.
        for key in std::mem::take(&mut self.nodes[node].sockets).into_values() {
            self.hang_up(key);
        }
    }

    fn make_zombie(&mut self, a: usize, b: usize) {
        for number in 0..self.rtc.connections.len() {
            let connection = &self.rtc.connections[number];
            let Some(other) = self.rtc.other_end(number) else {
                continue;
            };
            if connection.node == a && self.rtc.connections[other].node == b {
                self.rtc.connections[number].zombie = true;
                self.rtc.connections[other].zombie = true;
            }
        }
    }

    pub fn check_open(&mut self, number: usize) {
        if self.is_waylaid(number) {
            return;
        }
        let Some(other) = self.rtc.can_open(number) else {
            return;
        };
        let (a, b) = (
            self.rtc.connections[number].node,
            self.rtc.connections[other].node,
        );
        if self.is_split(a, b) {
            let failed = |c: &crate::rtc::FakeConnection| {
                Event::Input(c.node, c.page, Input::Rtc(c.id, RtcEvent::Failed))
            };
            if self.rtc.connections[number].open.is_empty() {
                let event = failed(&self.rtc.connections[number]);
                self.schedule(ICE_GIVES_UP, event);
            }
            return;
        }
        if self.selected_pair(number).is_none() {
            self.schedule(ICE_GIVES_UP, Event::GiveUp(number));
            return;
        }
        for (end, far) in [(number, other), (other, number)] {
            self.open_end(end, certificate(far));
        }
    }

    /// DTLS has come to its end, and the other side has shown this certificate.
    pub fn open_end(&mut self, end: usize, peer: CertificateFingerprint) {
        for channel in Channel::ALL {
            if self.rtc.connections[end].open.insert(channel) {
                let at = self.chance.within(3, 60);
                let c = &self.rtc.connections[end];
                let (node, page, id) = (c.node, c.page, c.id);
                let own = certificate(end);
                let told = [
                    RtcEvent::Certificates { own, peer },
                    RtcEvent::ChannelOpened(channel),
                ];
                let skip = usize::from(channel != Channel::Chat);
                for event in told.into_iter().skip(skip) {
                    self.schedule(at, Event::Input(node, page, Input::Rtc(id, event)));
                }
            }
        }
    }

    pub fn send(
        &mut self,
        node: usize,
        page: u64,
        id: ConnectionId,
        channel: Channel,
        frame: String,
    ) {
        let number = self.rtc.number(node, page, id);
        let open = self.rtc.connections[number].open.contains(&channel);
        assert!(open, "{channel:?} is used before it is open");
        if frame.contains(r#""type":"confirm""#) {
            self.rtc.note_proof(number, &frame);
        } else {
            // Promises 3 and 4: not one byte before the other side has proved that the connection is its own.
            let proved = self.rtc.connections[number].proved;
            assert!(
                proved,
                "node {node} says {frame} on a connection that nobody has proved"
            );
        }
        if let Some(Far::Middleman(middleman)) = self.rtc.connections[number].far {
            self.meet_middleman(number, middleman, channel, frame);
            return;
        }
        let Some(other) = self.rtc.other_end(number) else {
            return;
        };
        let listener = self.rtc.connections[other].node;
        if self.unanswering.contains(&node) && frame.contains(r#""type":"delivered""#) {
            return;
        }
        if let Some(overheard) = &mut self.overheard
            && channel == Channel::Chat
        {
            overheard.push((node, listener, frame.clone()));
        }
        let split = self.is_split(node, listener);
        if self.rtc.connections[number].zombie || self.rtc.connections[other].closed {
            return;
        }
        match channel {
            Channel::Chat if split => self.rtc.connections[number].held.push(frame),
            Channel::Chat => {
                let delay = self.chance.within(1, 40);
                let at = (self.now + delay).max(self.rtc.connections[number].chat_arrives);
                // Never before the other side's own "open".
                let at = at.max(self.now + 61);
                self.rtc.connections[number].chat_arrives = at;
                self.schedule(at - self.now, Event::ChannelFrame(other, channel, frame));
            }
            Channel::Live => {
                let lost = split || (!self.calm && self.chance.one_in(10));
                if !lost {
                    let delay = self.chance.within(1, 80);
                    self.schedule(delay, Event::ChannelFrame(other, channel, frame));
                }
            }
        }
    }

    pub fn release_held(&mut self, number: usize) {
        let c = &self.rtc.connections[number];
        let (node, page, id) = (c.node, c.page, c.id);
        for frame in std::mem::take(&mut self.rtc.connections[number].held) {
            self.send(node, page, id, Channel::Chat, frame);
        }
    }

    pub fn close_connection(&mut self, number: usize, politely: bool) {
        let other = self.rtc.other_end(number);
        self.rtc.connections[number].closed = true;
        let Some(other) = other else { return };
        let c = &self.rtc.connections[number];
        let split = self.is_split(c.node, self.rtc.connections[other].node);
        let told = politely && !split && !c.zombie;
        // What was sent before arrives before the end does.
        let delay = self.rtc.connections[number]
            .chat_arrives
            .saturating_sub(self.now)
            + 14;
        let end = &self.rtc.connections[other];
        if end.open.contains(&Channel::Chat) && !end.closed {
            let events = if told {
                vec![
                    RtcEvent::ChannelClosed(Channel::Chat),
                    RtcEvent::ChannelClosed(Channel::Live),
                ]
            } else {
                vec![RtcEvent::Failed]
            };
            let delay = if told { delay } else { ICE_GIVES_UP };
            let (node, page, id) = (end.node, end.page, end.id);
            for event in events {
                self.schedule(delay, Event::Input(node, page, Input::Rtc(id, event)));
            }
        }
    }
}
