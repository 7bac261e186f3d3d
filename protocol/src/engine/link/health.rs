//! Whether a connection works, judged by pongs alone: browsers go on saying "connected" over links on which
//! nothing arrives any more.

use std::{collections::VecDeque, time::Duration};

use super::super::{Effect, Io};
use crate::{engine::ConnectionId, peer::PeerMessage, time::Timestamp};

/// How often a page that is seen asks.
const PING_EVERY: Duration = Duration::from_secs(3);
/// How often a hidden page asks; browsers slow its timers down anyway.
const PING_EVERY_HIDDEN: Duration = Duration::from_secs(10);
/// After the time between two pings, so much silence more makes a link suspect: 8 s where the page is seen.
const PATIENCE: Duration = Duration::from_secs(5);
/// And after so much more nobody is told that it is connected: 12 s where the page is seen.
const BENEFIT_OF_DOUBT: Duration = Duration::from_secs(4);
/// A young connection often finds a better way, so the way is read with so many first pings.
const FIRST_READINGS: u32 = 4;
/// Later with one of so many, since the statistics of many connections are costly.
const LATER_READINGS: u32 = 10;
/// Pings whose answers still count.
const REMEMBERED_PINGS: usize = 8;

/// What was made of the silence so far. Only a pong takes it back: neither a page that is hidden, and would be
/// more patient, nor one that slept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Judgement {
    Fine,
    Suspect,
    Silent,
}

/// The pulse of one connection.
#[derive(Debug)]
pub(super) struct Health {
    connection: ConnectionId,
    hidden: bool,
    /// When silence began: the last pong, or the last time that silence was excused.
    quiet_since: Timestamp,
    judgement: Judgement,
    next_ping: Timestamp,
    next_id: u32,
    asked: VecDeque<(u32, Timestamp)>,
    latency: Option<Duration>,
}

impl Health {
    pub(super) fn new(now: Timestamp, connection: ConnectionId, hidden: bool) -> Self {
        Self {
            connection,
            hidden,
            quiet_since: now,
            judgement: Judgement::Fine,
            next_ping: now,
            next_id: 0,
            asked: VecDeque::new(),
            latency: None,
        }
    }

    /// The last round trip.
    pub(super) fn latency(&self) -> Option<Duration> {
        self.latency
    }

    /// Whether the person may be told that the link works.
    pub(super) fn is_connected(&self, now: Timestamp) -> bool {
        self.judgement < Judgement::Silent && now < self.doubt_ends()
    }

    /// Whether it has been silent for so long that a new connection should be made.
    pub(super) fn is_suspect(&self, now: Timestamp) -> bool {
        self.judgement >= Judgement::Suspect || now >= self.suspect_at()
    }

    pub(super) fn handle_pong(&mut self, now: Timestamp, id: u32) {
        if let Some(index) = self.asked.iter().position(|&(number, _)| number == id)
            && let Some((_, asked)) = self.asked.remove(index)
        {
            self.latency = Some(now.since(asked));
            self.quiet_since = now;
            self.judgement = Judgement::Fine;
        }
    }

    /// Silence until now proves nothing, since this page slept or asked less often: ask again, count from here.
    pub(super) fn excuse(&mut self, now: Timestamp, hidden: bool) {
        self.hidden = hidden;
        self.next_ping = now;
        if self.judgement == Judgement::Fine {
            self.quiet_since = now;
        }
    }

    /// A round trip that the page shows soon, and not only after the next interval.
    pub(super) fn ask_now(&mut self, now: Timestamp) {
        self.next_ping = now;
    }

    pub(super) fn handle_timeout(&mut self, now: Timestamp, io: &mut Io) {
        self.judgement = match (self.is_connected(now), self.is_suspect(now)) {
            (false, _) => Judgement::Silent,
            (true, true) => Judgement::Suspect,
            (true, false) => Judgement::Fine,
        };
        if now < self.next_ping {
            return;
        }
        self.next_ping = next_beat(now, self.interval(), io.beat);
        self.next_id = self.next_id.wrapping_add(1);
        self.asked.push_back((self.next_id, now));
        if self.asked.len() > REMEMBERED_PINGS {
            self.asked.pop_front();
        }
        io.send_peer(self.connection, &PeerMessage::Ping { id: self.next_id });
        if self.next_id <= FIRST_READINGS || self.next_id.is_multiple_of(LATER_READINGS) {
            io.push(Effect::ReadPath(self.connection));
        }
    }

    /// When the next ping is due, or the next judgement changes.
    pub(super) fn poll_timeout(&self, now: Timestamp) -> Timestamp {
        [self.suspect_at(), self.doubt_ends()]
            .into_iter()
            .filter(|&at| at > now)
            .fold(self.next_ping, Timestamp::min)
    }

    fn suspect_at(&self) -> Timestamp {
        self.quiet_since + self.interval() + PATIENCE
    }

    fn doubt_ends(&self) -> Timestamp {
        self.suspect_at() + BENEFIT_OF_DOUBT
    }

    fn interval(&self) -> Duration {
        if self.hidden {
            PING_EVERY_HIDDEN
        } else {
            PING_EVERY
        }
    }
}

/// All links of a page are asked at the same moments, so that it wakes and draws once for all of them; `beat` is the page's own,
/// so that pages do not all ask at once.
fn next_beat(now: Timestamp, interval: Duration, beat: Duration) -> Timestamp {
    let at = |since_epoch: Duration| since_epoch.as_millis() % interval.as_millis();
    let (now_at, beat_at) = (at(now.since(Timestamp::default())), at(beat));
    let since_beat = (now_at + interval.as_millis() - beat_at) % interval.as_millis();
    now + interval - Duration::from_millis(u64::try_from(since_beat).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Timestamp {
        Timestamp::from_millis(seconds * 1000)
    }

    fn ask(health: &mut Health, now: Timestamp) -> u32 {
        health.ask_now(now);
        health.handle_timeout(now, &mut Io::new([1; 32]));
        health.next_id
    }

    #[test]
    fn a_link_is_suspect_after_8_and_not_shown_as_connected_after_12_seconds_of_silence() {
        let mut health = Health::new(at(0), ConnectionId(1), false);
        let id = ask(&mut health, at(100));
        health.handle_pong(at(101), id);
        assert_eq!(health.latency(), Some(Duration::from_secs(1)));
        assert!(!health.is_suspect(at(108)) && health.is_suspect(at(109)));
        assert!(health.is_connected(at(112)) && !health.is_connected(at(113)));
    }

    #[test]
    fn only_the_answer_to_an_own_ping_counts_and_only_once() {
        let mut health = Health::new(at(0), ConnectionId(1), false);
        health.handle_pong(at(5), 77);
        assert!(health.is_suspect(at(8)));
        let id = ask(&mut health, at(8));
        health.handle_pong(at(9), id);
        health.handle_pong(at(20), id);
        assert!(health.is_suspect(at(20)));
    }

    #[test]
    fn a_hidden_page_asks_less_often_and_waits_longer() {
        let mut health = Health::new(at(0), ConnectionId(1), true);
        ask(&mut health, at(0));
        let next = health.next_ping;
        ask(&mut health, next);
        assert_eq!(health.next_ping, next + PING_EVERY_HIDDEN);
        let mut health = Health::new(at(0), ConnectionId(1), true);
        assert!(!health.is_suspect(at(14)) && health.is_suspect(at(15)));
        health.excuse(at(600), false);
        assert!(!health.is_suspect(at(607)) && health.is_suspect(at(608)));
    }

    #[test]
    fn all_links_of_a_page_are_asked_at_once() {
        let mut io = Io::new([1; 32]);
        let mut next = [0, 1_100, 2_999, 7_777].map(|opened| {
            let opened = Timestamp::from_millis(opened);
            let mut health = Health::new(opened, ConnectionId(1), false);
            health.handle_timeout(opened, &mut io);
            assert!(health.next_ping > opened && health.next_ping <= opened + PING_EVERY);
            health.handle_timeout(at(9), &mut io);
            health.next_ping
        });
        next.sort_unstable();
        assert_eq!(next[0], next[3]);
    }

    #[test]
    fn a_link_that_was_given_up_is_not_believed_again_because_the_page_was_hidden() {
        let mut health = Health::new(at(0), ConnectionId(1), false);
        ask(&mut health, at(0));
        let last = ask(&mut health, at(12));
        health.excuse(at(13), true);
        assert!(!health.is_connected(at(13)) && health.is_suspect(at(13)));
        health.handle_pong(at(14), last);
        assert!(health.is_connected(at(14)) && !health.is_suspect(at(14)));
    }

    #[test]
    fn unanswered_pings_do_not_pile_up() {
        let mut health = Health::new(at(0), ConnectionId(1), false);
        for second in 0..1000 {
            ask(&mut health, at(second));
        }
        assert_eq!(health.asked.len(), REMEMBERED_PINGS);
    }
}
