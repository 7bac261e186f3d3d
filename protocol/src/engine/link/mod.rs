//! The link to one peer: the connection in use, the attempt at the next one, and when to make it.
//!
//! A link is mended by a new connection, made before the old one is dropped; ICE restart cannot be trusted
//! between browsers. The newcomer offers to whom it finds in the room. Later on the side with the greater peer id
//! leads: it offers, and the other asks for an offer; where both offer at once, the leader's offer stands. If
//! the leader stays silent, the other side offers all the same.

mod attempt;
mod condition;
mod confirming;
mod established;
mod freshness;
pub mod gate;
mod health;
mod hiding;
mod keys;
mod payload;
mod route;
mod signals;
mod trying;

use std::{sync::Arc, time::Duration};

use zeroize::Zeroizing;

pub(super) use self::{
    attempt::Thread,
    keys::{News, PeerKeys},
    signals::is_refusal,
};
use self::{
    attempt::{Attempt, Progress, Saying, Side},
    established::Established,
    freshness::Freshest,
};
use super::{
    ConnectionId, Effect, Io, Obstacle, OpId, PathPolicy, RtcEvent, admission::Admission,
    effect::RemoteCandidate, reach::leads_nowhere, session::Session, vault::Vault,
};
use crate::{
    crypto::Announcement,
    ids::PeerId,
    peer::{Channel, PeerMessage},
    signaling::IceServer,
    time::Timestamp,
};

/// For the newcomer's offer; then this side tries by itself.
const NEWCOMER_OFFERS_WITHIN: Duration = Duration::from_secs(5);
/// Before trying somebody again who is not let in.
const NOT_ADMITTED_AGAIN: Duration = Duration::from_secs(30);
/// For a connection that takes a way which the person does not want any more.
const RENEWED_WITHIN: Duration = Duration::from_secs(10);
/// Between two tries, however often a connection breaks.
const TRIES_APART: Duration = Duration::from_secs(1);

/// What every link may use while it handles an input.
pub(super) struct LinkContext<'a> {
    pub(super) now: Timestamp,
    pub(super) me: PeerId,
    pub(super) session: &'a Session,
    pub(super) vault: &'a Vault,
    pub(super) admission: &'a Admission,
    pub(super) hidden: bool,
    pub(super) policy: PathPolicy,
    pub(super) ice_servers: &'a Arc<[IceServer]>,
    /// New for each load of the page.
    pub(super) page: u64,
    /// Counts the offers of this page.
    pub(super) offers: &'a mut u64,
    pub(super) io: &'a mut Io,
}

/// What a link tells the engine.
#[derive(Debug)]
pub(super) enum LinkEvent {
    /// The peer closed a link that worked: its page is gone, unless something else comes of it.
    Closed,
    /// A new connection is in use; what was not acknowledged goes again.
    Opened,
    /// The peer said something.
    Message(PeerMessage),
}

/// See the module.
#[derive(Debug)]
pub(super) struct Link {
    peer: PeerId,
    leads: bool,
    pub(super) keys: PeerKeys,
    current: Option<Established>,
    attempt: Option<Attempt>,
    freshest: Freshest,
    /// Candidates that came before the offer with this id.
    early: Option<(String, Vec<RemoteCandidate>)>,
    ever_open: bool,
    /// Tries in a row that came to nothing.
    failures: u32,
    /// What stood in the way of the last try.
    obstacle: Option<Obstacle>,
    /// Since when a connection is needed.
    without_since: Option<Timestamp>,
    /// The peer has answered a try since it came.
    answered: bool,
    /// When to try, as long as a connection is needed.
    retry_at: Option<Timestamp>,
    last_try: Option<Timestamp>,
    /// Whether this side, if it does not lead, asks before it offers.
    asks_next: bool,
    /// When this side last told the peer of its epoch, or that it is not let in.
    last_reply: Option<Timestamp>,
}

impl Link {
    /// A link to somebody in the room; nothing is tried yet.
    pub(super) fn new(me: PeerId, peer: PeerId) -> Self {
        Self {
            peer,
            leads: me > peer,
            keys: PeerKeys::default(),
            current: None,
            attempt: None,
            freshest: Freshest::default(),
            early: None,
            ever_open: false,
            failures: 0,
            obstacle: None,
            without_since: None,
            answered: false,
            retry_at: None,
            last_try: None,
            asks_next: true,
            last_reply: None,
        }
    }

    /// Whose keys proved the connection in use.
    pub(super) fn proved(&self) -> Option<&Announcement> {
        self.current.as_ref().map(|current| &current.announcement)
    }

    /// For what the two ends of the connection in use agree on.
    pub(super) fn export(&self) -> Option<&Zeroizing<[u8; 32]>> {
        self.current.as_ref().map(|current| &current.export)
    }

    /// Whether this side offers where both do.
    pub(super) fn leads(&self) -> bool {
        self.leads
    }

    /// The connection to send on.
    pub(super) fn connection(&self) -> Option<ConnectionId> {
        self.current.as_ref().map(|current| current.connection)
    }

    pub(super) fn owns(&self, connection: ConnectionId) -> bool {
        self.connection() == Some(connection)
            || self
                .attempt
                .as_ref()
                .is_some_and(|attempt| attempt.connection == connection)
    }

    /// This side has just taken its seat and finds the peer there: it is the newcomer, and offers.
    pub(super) fn handle_found(&mut self, cx: &mut LinkContext<'_>) {
        self.begin_anew(cx.now);
        let opening = self.attempt.as_ref().is_some_and(Attempt::is_opening);
        if self.needs_connection(cx.now) && !opening {
            if self.may_offer(cx) {
                self.offer(cx);
            } else {
                self.connect(cx);
            }
        }
    }

    /// The peer has announced a new epoch: an offer that was made for the one before can be opened no more.
    pub(super) fn handle_announced(&mut self, cx: &mut LinkContext<'_>) {
        let theirs = self.keys.latest().map(|latest| latest.epoch);
        if let (Some(attempt), Some(theirs)) = (&self.attempt, theirs)
            && attempt.is_outdated(theirs)
        {
            let next = self.soonest_try(cx.now);
            if next <= cx.now {
                self.offer(cx);
            } else {
                self.drop_attempt(cx);
                self.retry_at = Some(next);
            }
        }
    }

    /// The person decided about the peer: what was held back goes over a new connection.
    pub(super) fn restart(&mut self, cx: &mut LinkContext<'_>) {
        self.drop_current(cx);
        self.retry_at = Some(cx.now);
        self.handle_timeout(cx);
    }

    /// The connection in use, and whatever is on its way, was made as the person does not want it any more. Another takes its
    /// place within a few seconds; where none can, it ends now.
    pub(super) fn renew(&mut self, cx: &mut LinkContext<'_>) {
        self.drop_attempt(cx);
        self.begin_anew(cx.now);
        self.retry_at = Some(cx.now);
        if leads_nowhere(cx.policy, cx.ice_servers) {
            self.drop_current(cx);
        } else if let Some(current) = &mut self.current {
            current.renewed_by = Some(cx.now + RENEWED_WITHIN);
        }
    }

    /// The next try, where one is needed, is due now.
    pub(super) fn hurry(&mut self, now: Timestamp) {
        if let Some(retry_at) = &mut self.retry_at {
            *retry_at = (*retry_at).min(now);
        }
    }

    /// The peer is not let in any more.
    pub(super) fn shut(&mut self, cx: &mut LinkContext<'_>) {
        self.drop_attempt(cx);
        self.drop_current(cx);
        self.ever_open = false;
        self.obstacle = Some(Obstacle::Locked);
        self.retry_at = Some(cx.now + NOT_ADMITTED_AGAIN);
    }

    /// The peer does not let this side in. Gives whether nothing else joins the two.
    pub(super) fn handle_refusal(&mut self, cx: &mut LinkContext<'_>) -> bool {
        self.drop_attempt(cx);
        self.obstacle = Some(Obstacle::Locked);
        self.retry_at = Some(cx.now + NOT_ADMITTED_AGAIN);
        self.current.is_none()
    }

    /// The peer has just taken a seat and will offer. What this side offered before went to nobody.
    pub(super) fn handle_newcomer(&mut self, cx: &mut LinkContext<'_>) {
        if self
            .attempt
            .as_ref()
            .is_some_and(|attempt| !attempt.is_opening())
        {
            self.drop_attempt(cx);
        }
        self.begin_anew(cx.now);
        self.retry_at = Some(cx.now + NEWCOMER_OFFERS_WITHIN);
    }

    /// The server could not reach the peer. Gives whether nothing else reaches it either.
    pub(super) fn handle_unreached(&mut self, cx: &mut LinkContext<'_>) -> bool {
        if self
            .attempt
            .as_ref()
            .is_some_and(|attempt| !attempt.is_opening())
        {
            self.fail_attempt(cx);
        }
        self.needs_connection(cx.now) && self.attempt.is_none()
    }

    /// The page at the other end goes away. Gives whether no newer page of the peer's is on its way already.
    pub(super) fn handle_bye(&mut self, cx: &mut LinkContext<'_>) -> bool {
        self.drop_current(cx);
        self.ever_open = false;
        self.retry_at = Some(cx.now + NEWCOMER_OFFERS_WITHIN);
        self.attempt.is_none()
    }

    pub(super) fn handle_rtc(
        &mut self,
        connection: ConnectionId,
        event: RtcEvent,
        cx: &mut LinkContext<'_>,
    ) -> Option<LinkEvent> {
        if self.connection() == Some(connection) {
            return self.handle_current(event, cx);
        }
        let attempt = self
            .attempt
            .as_mut()
            .filter(|attempt| attempt.connection == connection)?;
        match event {
            RtcEvent::CandidateError { url, code } => {
                attempt.route.handle_error(&url, code);
                None
            }
            RtcEvent::Candidate(json) => {
                if let Some(signal) =
                    signals::candidate(&json).and_then(|c| attempt.handle_local_candidate(c))
                {
                    let thread = attempt.thread.clone();
                    self.say(signal, &thread, cx);
                }
                None
            }
            RtcEvent::Certificates { own, peer } => {
                attempt.handle_certificates(own, peer);
                None
            }
            RtcEvent::PairSelected(pair) => {
                attempt.route.handle_selected(pair);
                None
            }
            RtcEvent::ChannelOpened(Channel::Chat) => self.confirm(cx),
            // The first ping follows when `chat` is open.
            RtcEvent::ChannelOpened(Channel::Live) => None,
            RtcEvent::Failed | RtcEvent::ChannelClosed(_) => {
                self.fail_attempt(cx);
                None
            }
            RtcEvent::Frame(Channel::Chat, frame) => self.handle_unconfirmed(&frame, cx),
            RtcEvent::Frame(Channel::Live, _) | RtcEvent::BinaryFrame(_) => {
                cx.io.dropped += 1;
                None
            }
        }
    }

    /// The result of an asynchronous call; one that belongs to no attempt of this link changes nothing.
    pub(super) fn handle_op(
        &mut self,
        op: OpId,
        result: &Result<String, String>,
        cx: &mut LinkContext<'_>,
    ) {
        let Some(attempt) = &mut self.attempt else {
            return;
        };
        match attempt.handle_op(cx.now, op, result, cx.io) {
            Progress::Nothing => {}
            Progress::Say(signals) => {
                let thread = attempt.thread.clone();
                for signal in signals {
                    self.say(signal, &thread, cx);
                }
            }
            Progress::Failed => self.fail_attempt(cx),
        }
    }

    /// Silence until now proves nothing: this page slept, or was hidden and is seen again.
    pub(super) fn excuse(&mut self, now: Timestamp, hidden: bool) {
        if let Some(current) = &mut self.current {
            current.health.excuse(now, hidden);
        }
    }

    pub(super) fn poll_timeout(&self, now: Timestamp, signaling: bool) -> Option<Timestamp> {
        let health = self
            .current
            .as_ref()
            .map(|current| current.health.poll_timeout(now));
        let renewal = self.current.as_ref().and_then(|current| current.renewed_by);
        let attempt = self.attempt.as_ref().map(Attempt::deadline);
        let retry = self
            .retry_at
            .filter(|_| signaling && self.attempt.is_none() && self.wants_connection(now));
        let told = self.stuck_at().filter(|&at| at > now);
        [health, renewal, attempt, retry, told]
            .into_iter()
            .flatten()
            .min()
    }

    pub(super) fn handle_timeout(&mut self, cx: &mut LinkContext<'_>) {
        if let Some(current) = &mut self.current {
            current.health.handle_timeout(cx.now, cx.io);
            if current.renewed_by.is_some_and(|by| by <= cx.now) {
                self.drop_current(cx);
            }
        }
        if self
            .attempt
            .as_ref()
            .is_some_and(|attempt| attempt.deadline() <= cx.now)
        {
            self.fail_attempt(cx);
        }
        self.note_need(cx.now);
        if self.attempt.is_some() || !self.wants_connection(cx.now) {
            return;
        }
        let retry_at = *self.retry_at.get_or_insert(cx.now);
        if retry_at <= cx.now && cx.session.is_joined() {
            self.connect(cx);
        }
    }

    /// Ends everything. The connection in use is given back, for a last word before it is closed.
    pub(super) fn close(mut self, io: &mut Io) -> Option<ConnectionId> {
        if let Some(attempt) = self.attempt.take() {
            io.push(Effect::CloseConnection(attempt.connection));
        }
        self.connection()
    }
}
