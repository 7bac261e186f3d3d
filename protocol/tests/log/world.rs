//! Nodes and the links between them, in simulated time.

use std::{collections::BTreeMap, time::Duration};

use banter_protocol::{
    crypto::{IdentityKey, SessionKey},
    ids::{MessageId, PeerId},
    log::{
        Content, EntryId, LogOutput,
        storing::{BatchId, Page, PageId},
    },
    peer::LogMessage,
    time::Timestamp,
};

use crate::{chance::Chance, node::Node};

enum Event {
    Message {
        from: usize,
        to: usize,
        epoch: u32,
        json: String,
    },
    Stored(usize, u32, BatchId),
    Page(usize, u32, PageId, Page),
}

/// A link, by its two ends, the lesser first.
#[derive(Clone, Copy, Default)]
struct Line {
    is_open: bool,
    /// Counts up each time that it opens or closes.
    epoch: u32,
}

/// What was sent.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sent {
    pub messages: u64,
    pub bytes: u64,
}

pub struct World {
    pub now: Timestamp,
    pub nodes: Vec<Node>,
    lines: BTreeMap<(usize, usize), Line>,
    events: BTreeMap<(Timestamp, u64), Event>,
    next_event: u64,
    pub chance: Chance,
    pub sent: Sent,
    /// Messages of each type.
    pub types: BTreeMap<String, u64>,
    next_id: u128,
    /// Who does not know of whom.
    pub strangers: Vec<(usize, usize)>,
    /// Pages that were asked of stores.
    pub loads: u64,
    pub forks_found: Vec<IdentityKey>,
    /// Who says nothing to whom, although they are linked.
    muted: Vec<(usize, usize)>,
}

pub fn peer(node: usize) -> PeerId {
    PeerId::from_random(node as u128 + 1)
}

impl World {
    pub fn new(seed: u64) -> Self {
        Self {
            now: Timestamp::from_millis(1_800_000_000_000),
            nodes: Vec::new(),
            lines: BTreeMap::new(),
            events: BTreeMap::new(),
            next_event: 0,
            chance: Chance::new(seed),
            sent: Sent::default(),
            types: BTreeMap::new(),
            next_id: 0,
            strangers: Vec::new(),
            loads: 0,
            forks_found: Vec::new(),
            muted: Vec::new(),
        }
    }

    pub fn add(&mut self, node: Node) -> usize {
        self.nodes.push(node);
        self.tell_members();
        self.nodes.len() - 1
    }

    fn schedule(&mut self, at: Timestamp, event: Event) {
        self.next_event += 1;
        self.events.insert((at, self.next_event), event);
    }

    /// From now on one answers another nothing.
    pub fn mute(&mut self, node: usize, to: usize) {
        self.muted.push((node, to));
    }

    /// Everybody is told who is in the room, as far as they know of each other.
    pub fn tell_members(&mut self) {
        let sessions: Vec<SessionKey> = self.nodes.iter().map(|node| node.log.session()).collect();
        for (number, node) in self.nodes.iter_mut().enumerate() {
            let knows = |other: &usize| !self.strangers.contains(&(number, *other));
            let others = (0..sessions.len()).filter(|other| *other != number && knows(other));
            node.log
                .handle_members(others.map(|other| sessions[other]).collect());
        }
    }

    fn key(one: usize, other: usize) -> (usize, usize) {
        (one.min(other), one.max(other))
    }

    pub fn is_open(&self, one: usize, other: usize) -> bool {
        self.lines
            .get(&Self::key(one, other))
            .is_some_and(|line| line.is_open)
    }

    pub fn open(&mut self, one: usize, other: usize) {
        let line = self.lines.entry(Self::key(one, other)).or_default();
        if one == other || line.is_open {
            return;
        }
        line.is_open = true;
        line.epoch += 1;
        for (me, them) in [(one, other), (other, one)] {
            let (session, person) = {
                let node = &self.nodes[them];
                (node.log.session(), node.identity.key())
            };
            let now = self.now;
            self.nodes[me]
                .log
                .handle_link_opened(now, peer(them), session, person);
            self.carry_out(me);
        }
    }

    pub fn close(&mut self, one: usize, other: usize) {
        let line = self.lines.entry(Self::key(one, other)).or_default();
        if !line.is_open {
            return;
        }
        line.is_open = false;
        line.epoch += 1;
        for (me, them) in [(one, other), (other, one)] {
            let now = self.now;
            self.nodes[me].log.handle_link_closed(now, peer(them));
            self.carry_out(me);
        }
    }

    pub fn open_all(&mut self) {
        for one in 0..self.nodes.len() {
            for other in one + 1..self.nodes.len() {
                self.open(one, other);
            }
        }
    }

    /// The page of a node is loaded anew.
    pub fn restart(&mut self, node: usize, keeps: bool) {
        for other in 0..self.nodes.len() {
            self.close(node, other);
        }
        self.nodes[node].restart(node as u64, keeps);
        self.carry_out(node);
        self.tell_members();
    }

    pub fn say(&mut self, node: usize, content: &Content) -> Option<EntryId> {
        self.next_id += 1;
        let id = MessageId::from_random(self.next_id << 80);
        let people: Vec<IdentityKey> = self.nodes.iter().map(|node| node.identity.key()).collect();
        let own = self.nodes[node].identity.key();
        let others: Vec<_> = people.into_iter().filter(|person| *person != own).collect();
        let now = self.now;
        let said = self.nodes[node].log.say(now, now, (id, content), &others);
        self.carry_out(node);
        said
    }

    pub fn say_text(&mut self, node: usize, text: &str) -> Option<EntryId> {
        let text = text.parse().unwrap();
        self.say(
            node,
            &Content::ChatMessage {
                text,
                reply_to: None,
            },
        )
    }

    pub fn read(&mut self, node: usize, entry: EntryId) {
        let now = self.now;
        self.nodes[node].log.handle_read(now, entry);
        self.carry_out(node);
    }

    pub fn carry_out(&mut self, node: usize) {
        let now = self.now;
        let run = self.nodes[node].run;
        for output in self.nodes[node].outputs() {
            match output {
                LogOutput::Send(to, message) => self.send(node, to, &message),
                LogOutput::Store(batch, changes) => {
                    // Done at once, answered later: a crash between the two keeps it.
                    self.nodes[node].store.take(changes);
                    let at = now + Duration::from_millis(self.chance.within(1, 30));
                    self.schedule(at, Event::Stored(node, run, batch));
                }
                LogOutput::Load(page, session, low, high) => {
                    self.loads += 1;
                    let read = self.nodes[node].store.page(session, low, high);
                    let at = now + Duration::from_millis(self.chance.within(1, 10));
                    self.schedule(at, Event::Page(node, run, page, read));
                }
                LogOutput::Forked(person) => self.forks_found.push(person),
            }
        }
        let due = self.nodes[node].log.poll_timeout();
        assert!(due.is_none_or(|due| due >= now), "a timer was passed over");
    }

    fn send(&mut self, node: usize, to: PeerId, message: &LogMessage) {
        let is_answer = matches!(message, LogMessage::Entries { .. });
        let to = (0..self.nodes.len())
            .find(|other| peer(*other) == to)
            .unwrap();
        if is_answer && self.muted.contains(&(node, to)) {
            return;
        }
        self.send_json(node, to, serde_json::to_string(message).unwrap());
    }

    /// Whatever a member says over an open link.
    pub fn send_json(&mut self, node: usize, to: usize, json: String) {
        let key = Self::key(node, to);
        let line = self.lines.get(&key).copied().unwrap_or_default();
        if !line.is_open {
            return;
        }
        self.sent.messages += 1;
        self.sent.bytes += json.len() as u64;
        let kind = json.split('"').nth(3).unwrap_or_default().to_owned();
        *self.types.entry(kind).or_default() += 1;
        // Each line has its delay, so that what is said over it keeps its order.
        let delay = 5 + (key.0 * 31 + key.1 * 17) as u64 % 60;
        let at = self.now + Duration::from_millis(delay);
        let event = Event::Message {
            from: node,
            to,
            epoch: line.epoch,
            json,
        };
        self.schedule(at, event);
    }

    /// Lets time pass.
    pub fn run_for(&mut self, span: Duration) {
        let end = self.now + span;
        let mut steps = 0_u64;
        loop {
            let event = self.events.first_key_value().map(|((at, _), _)| *at);
            let timers = self.nodes.iter().filter_map(|node| node.log.poll_timeout());
            let Some(next) = event
                .into_iter()
                .chain(timers)
                .min()
                .filter(|at| *at <= end)
            else {
                break;
            };
            if next > self.now {
                self.now = next;
                steps = 0;
            }
            steps += 1;
            assert!(steps < 200_000, "time stands still");
            self.step();
        }
        self.now = end;
    }

    fn step(&mut self) {
        let now = self.now;
        while let Some(entry) = self
            .events
            .first_entry()
            .filter(|entry| entry.key().0 <= now)
        {
            let event = entry.remove();
            self.handle(event);
        }
        for node in 0..self.nodes.len() {
            if self.nodes[node]
                .log
                .poll_timeout()
                .is_some_and(|due| due <= now)
            {
                self.nodes[node].log.handle_timeout(now);
                self.carry_out(node);
                let due = self.nodes[node].log.poll_timeout();
                assert!(
                    due.is_none_or(|due| due > now),
                    "a timer that does not move"
                );
            }
        }
    }

    fn handle(&mut self, event: Event) {
        let now = self.now;
        match event {
            Event::Message {
                from,
                to,
                epoch,
                json,
            } => {
                let line = self.lines[&Self::key(from, to)];
                if line.epoch == epoch
                    && let Ok(message) = serde_json::from_str::<LogMessage>(&json)
                {
                    self.nodes[to].log.handle_message(now, peer(from), message);
                    self.carry_out(to);
                }
            }
            Event::Stored(node, run, batch) => {
                if self.nodes[node].run == run {
                    self.nodes[node].log.handle_stored(now, batch);
                    self.carry_out(node);
                }
            }
            Event::Page(node, run, page, read) => {
                if self.nodes[node].run == run {
                    self.nodes[node].log.handle_page(now, page, read);
                    self.carry_out(node);
                }
            }
        }
    }
}
