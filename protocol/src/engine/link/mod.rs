//! The link to one peer: the connection in use, the attempt at the next one, and when to make it.
//!
//! A link is mended by a new connection, made before the old one is dropped; ICE restart cannot be trusted
//! between browsers. The newcomer offers to whom it finds in the room. Later on the side with the greater peer id
//! leads: it offers, and the other asks for an offer; where both offer at once, the leader's offer stands. If
//! the leader stays silent, the other side offers all the same.
//!
//! A link knows neither keys nor the server nor who is let in. What has to do with these it wants done by its room
//! ([`LinkOutput`]), which tells it on what terms it may try ([`Terms`]).

mod attempt;
mod confirming;
mod connection;
mod freshness;
mod health;
mod ice_path;
mod output;
mod replacing;
mod schedule;
pub mod sdp;
mod signals;
mod status;

use std::{collections::VecDeque, time::Duration};

use zeroize::Zeroizing;

pub(super) use self::freshness::negotiation_id;
pub(super) use self::output::{Binding, LinkOutput, Proved, Saying, Terms, Thread};
use self::{
    attempt::{Attempt, Progress, Side},
    connection::Established,
    freshness::Freshest,
    replacing::Replaced,
};
use super::{
    ConnectionId, DropCause, Effect, Io, Obstacle, OpId, RtcEvent, context::Context,
    effect::RemoteCandidate,
};
use crate::{crypto::Announcement, ids::PeerId, peer::Channel, time::Timestamp};

/// For the newcomer's offer; then this side tries by itself.
const NEWCOMER_OFFERS_WITHIN: Duration = Duration::from_secs(5);
/// Before trying somebody again who is not let in.
const NOT_ADMITTED_AGAIN: Duration = Duration::from_secs(30);
/// For a connection that takes a way which the person does not want any more.
const RENEWED_WITHIN: Duration = Duration::from_secs(10);

/// See the module.
#[derive(Debug)]
pub(super) struct Link {
    peer: PeerId,
    leads: bool,
    current: Option<Established>,
    /// The connection before it; only where there is one in use.
    replaced: Option<Replaced>,
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
    outputs: VecDeque<LinkOutput>,
}

impl Link {
    /// A link to somebody in the room; nothing is tried yet.
    pub(super) fn new(me: PeerId, peer: PeerId) -> Self {
        Self {
            peer,
            leads: me > peer,
            current: None,
            replaced: None,
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
            outputs: VecDeque::new(),
        }
    }

    /// The next thing that the link wants done; to be asked for until `None` after whatever a link was told.
    pub(super) fn poll_output(&mut self) -> Option<LinkOutput> {
        self.outputs.pop_front()
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
        let attempt = self.attempt.as_ref();
        self.is_proved(connection)
            || attempt.is_some_and(|attempt| attempt.connection == connection)
    }

    /// Whether the result of an asynchronous call is for this link.
    pub(super) fn awaits(&self, op: OpId) -> bool {
        self.attempt
            .as_ref()
            .is_some_and(|attempt| attempt.awaits(op))
    }

    /// This side has just taken its seat and finds the peer there: it is the newcomer, and offers.
    pub(super) fn handle_found(&mut self, terms: Terms, cx: &mut Context<'_>) {
        self.begin_anew(cx.now);
        let opening = self.attempt.as_ref().is_some_and(Attempt::is_opening);
        if self.needs_connection(cx.now) && !opening {
            if terms.may_offer {
                self.offer(terms, cx);
            } else {
                self.connect(terms, cx);
            }
        }
    }

    /// The peer has announced a new epoch: an offer that was made for the one before can be opened no more.
    pub(super) fn handle_announced(&mut self, terms: Terms, cx: &mut Context<'_>) {
        let theirs = terms.newest.theirs;
        if let (Some(attempt), Some(theirs)) = (&self.attempt, theirs)
            && attempt.is_outdated(theirs)
        {
            let next = self.soonest_try(cx.now);
            if next <= cx.now {
                self.offer(terms, cx);
            } else {
                self.drop_attempt(cx);
                self.retry_at = Some(next);
            }
        }
    }

    /// Another session speaks under the peer's id: a silent connection of the one before must not come to life in its name.
    pub(super) fn hand_over(&mut self, cx: &mut Context<'_>) {
        self.drop_attempt(cx);
        self.drop_current(cx);
    }

    /// The person decided about the peer: what was held back goes over a new connection.
    pub(super) fn restart(&mut self, cx: &mut Context<'_>) {
        self.drop_current(cx);
        self.retry_at = Some(cx.now);
    }

    /// The connection in use, and whatever is on its way, was made as the person does not want it any more. Another takes its
    /// place within a few seconds; where none can, it ends now.
    pub(super) fn renew(&mut self, leads_nowhere: bool, cx: &mut Context<'_>) {
        self.drop_attempt(cx);
        self.begin_anew(cx.now);
        self.retry_at = Some(cx.now);
        if leads_nowhere {
            self.drop_current(cx);
        }
        for established in self.established_mut() {
            established.renewed_by = Some(cx.now + RENEWED_WITHIN);
        }
    }

    /// The next try, where one is needed, is due now.
    pub(super) fn hurry(&mut self, now: Timestamp) {
        if let Some(retry_at) = &mut self.retry_at {
            *retry_at = (*retry_at).min(now);
        }
    }

    /// The peer is not let in any more.
    pub(super) fn shut(&mut self, cx: &mut Context<'_>) {
        self.drop_attempt(cx);
        self.drop_current(cx);
        self.ever_open = false;
        self.obstacle = Some(Obstacle::Locked);
        self.retry_at = Some(cx.now + NOT_ADMITTED_AGAIN);
    }

    /// The peer does not let this side in. Gives whether nothing else joins the two.
    pub(super) fn handle_refusal(&mut self, cx: &mut Context<'_>) -> bool {
        self.drop_attempt(cx);
        self.obstacle = Some(Obstacle::Locked);
        self.retry_at = Some(cx.now + NOT_ADMITTED_AGAIN);
        self.current.is_none()
    }

    /// The peer has just taken a seat and will offer. What this side offered before went to nobody.
    pub(super) fn handle_newcomer(&mut self, cx: &mut Context<'_>) {
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
    pub(super) fn handle_unreached(&mut self, cx: &mut Context<'_>) -> bool {
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
    pub(super) fn handle_bye(&mut self, cx: &mut Context<'_>) -> bool {
        self.drop_current(cx);
        self.ever_open = false;
        self.retry_at = Some(cx.now + NEWCOMER_OFFERS_WITHIN);
        self.attempt.is_none()
    }

    pub(super) fn handle_rtc(
        &mut self,
        connection: ConnectionId,
        event: RtcEvent,
        cx: &mut Context<'_>,
    ) {
        if self.connection() == Some(connection) {
            self.handle_current(event, cx);
            return;
        }
        if self.is_proved(connection) {
            self.handle_replaced(connection, event, cx);
            return;
        }
        let attempt = self.attempt.as_mut();
        let Some(attempt) = attempt.filter(|attempt| attempt.connection == connection) else {
            return;
        };
        match event {
            RtcEvent::CandidateError { url, code } => attempt.ice_path.handle_error(&url, code),
            RtcEvent::Candidate(json) => {
                if let Some(saying) =
                    signals::candidate(&json).and_then(|c| attempt.handle_local_candidate(c))
                {
                    let thread = attempt.thread.clone();
                    self.say(thread, saying);
                }
            }
            RtcEvent::Certificates { own, peer } => attempt.handle_certificates(own, peer),
            RtcEvent::PairSelected(pair) => attempt.ice_path.handle_selected(pair),
            RtcEvent::ChannelOpened(Channel::Chat) => self.confirm(cx),
            // The first ping follows when `chat` is open.
            RtcEvent::ChannelOpened(Channel::Live) => {}
            RtcEvent::Failed | RtcEvent::ChannelClosed(_) => self.fail_attempt(cx),
            RtcEvent::Frame(Channel::Chat, frame) => self.handle_unconfirmed(&frame, cx),
            RtcEvent::Frame(Channel::Live, _) | RtcEvent::BinaryFrame(_) => {
                cx.io.drop_for(DropCause::Unproved);
            }
        }
    }

    /// The result of an asynchronous call; one that belongs to no attempt of this link changes nothing.
    pub(super) fn handle_op(
        &mut self,
        op: OpId,
        result: &Result<String, String>,
        cx: &mut Context<'_>,
    ) {
        let Some(attempt) = &mut self.attempt else {
            return;
        };
        match attempt.handle_op(cx.now, op, result, cx.io) {
            Progress::Nothing => {}
            Progress::Say(sayings) => {
                let thread = attempt.thread.clone();
                for saying in sayings {
                    self.say(thread.clone(), saying);
                }
            }
            Progress::Failed => self.fail_attempt(cx),
        }
    }

    /// Silence until now proves nothing: this page slept, or was hidden and is seen again.
    pub(super) fn excuse(&mut self, now: Timestamp, hidden: bool) {
        for established in self.established_mut() {
            established.health.excuse(now, hidden);
        }
    }

    /// Ends everything. The connection in use is given back, for a last word before it is closed.
    pub(super) fn close(mut self, io: &mut Io) -> Option<ConnectionId> {
        let attempt = self.attempt.take().map(|attempt| attempt.connection);
        let replaced = self.replaced.take().map(|it| it.former.connection);
        for connection in attempt.into_iter().chain(replaced) {
            io.push(Effect::CloseConnection(connection));
        }
        self.connection()
    }
}
