//! One room, from the wish to enter it to leaving it. Each part of it owns its state; what one part gives and another needs is
//! handed on here. Trust and talk look at the roster, and decisions and talk at what trust says of people; nothing looks back.
//!
//! | part | what it decides |
//! |---|---|
//! | [`roster`] | who is here, with the link to each |
//! | [`trust`] | who they are, and whether they say the same to everybody |
//! | [`signals`] | what is said through the server, and under which keys |
//! | [`talk`] | what is said in the room, as it is shown and kept |
//! | [`decisions`] | who is let in, and where the room goes on |
//! | [`reach`] | the seat that the server gives, and what connections are made with |

mod decisions;
mod intents;
mod links;
mod messages;
mod presence;
mod projection;
mod reach;
mod roster;
mod signals;
mod talk;
mod trust;

use std::sync::Arc;

use self::{
    decisions::Decisions,
    projection::Projection,
    reach::{Reach, Ticket},
    roster::Roster,
    signals::{Renewal, Signals},
    talk::Talk,
    trust::{People, Trust},
};
use super::{
    ChatMessage, ConnectionId, Io, JoinIntent, KnownPerson, OpId, PathPolicy, RoomEvent,
    RoomIntent, RtcEvent, SocketEvent, SocketId, TabKeys, context::Context,
};
use crate::{ids::PeerId, names::PersonName, peer::PeerMessage, time::Timestamp};

/// What every room must know of the page and the browser.
#[derive(Clone, Copy, Debug)]
pub(super) struct Device {
    pub(super) online: bool,
    pub(super) hidden: bool,
    pub(super) policy: PathPolicy,
}

/// What happens to a room.
#[derive(Debug)]
pub(super) enum RoomInput {
    Intent(RoomIntent),
    Socket(SocketId, SocketEvent),
    Rtc(ConnectionId, RtcEvent),
    OpDone(OpId, Result<String, String>),
    Online(bool),
    Visible(bool),
    UsePaths(PathPolicy),
    /// Whom the person has taken for verified in another room, or no more.
    Judged(KnownPerson),
    PageHidden,
    /// The tab's keys for the room, as they are stored now.
    PageShown(Option<TabKeys>),
    Wake,
}

impl RoomInput {
    /// Whether it is something that the server or a peer said.
    pub(super) fn is_frame(&self) -> bool {
        match self {
            Self::Socket(_, event) => event.is_frame(),
            Self::Rtc(_, event) => event.is_frame(),
            Self::Intent(_)
            | Self::OpDone(..)
            | Self::Online(_)
            | Self::Visible(_)
            | Self::UsePaths(_)
            | Self::Judged(_)
            | Self::PageHidden
            | Self::PageShown(_)
            | Self::Wake => false,
        }
    }
}

/// Whether the person stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Stays,
    Leaves,
}

/// See the module.
#[derive(Debug)]
pub(super) struct Room {
    name: PersonName,
    /// Nobody looks at the page.
    hidden: bool,
    /// What to show on entering; `None` once the person is in the room.
    history: Option<Vec<Arc<ChatMessage>>>,
    roster: Roster,
    trust: Trust,
    signals: Signals,
    talk: Talk,
    decisions: Decisions,
    reach: Reach,
    projection: Projection,
}

impl Room {
    pub(super) fn enter(intent: JoinIntent, device: Device, cx: &mut Context<'_>) -> Self {
        // Others know this tab's id with its session key; one without the other is of no use where somebody is waiting for
        // both.
        let me = intent
            .peer_id
            .filter(|_| {
                let (keys, person) = (intent.keys.as_ref(), intent.identity.key());
                keys.is_some_and(|keys| keys.is_usable_by(&person)) || intent.resume.is_none()
            })
            .unwrap_or_else(|| PeerId::from_random(cx.io.random.next_u128()));
        let signals = Signals::open(cx.now, &intent, me, cx.io);
        let JoinIntent {
            invite,
            name,
            resume,
            history,
            people,
            lock,
            moves,
            presence,
            ..
        } = intent;
        let id = invite.room().clone();
        cx.io.notify(RoomEvent::Joining);
        let ticket = Ticket {
            room: id.clone(),
            peer_id: me,
            display_name: signals.own.display_name(),
            resume,
        };
        let people = People::new(id.clone(), invite.is_private(), people);
        let shown = talk::shown(&history);
        let talk = Talk::new(id.clone(), me, history, presence);
        let mut room = Self {
            name,
            hidden: device.hidden,
            history: Some(shown),
            roster: Roster::waiting_for(talk.outstanding()),
            trust: Trust::new(signals.own.identity(), people),
            signals,
            talk,
            decisions: Decisions::new(id, lock, moves),
            reach: Reach::start(ticket, device.online, device.policy, cx),
            projection: Projection::default(),
        };
        room.sign_again(cx.io);
        room
    }

    fn is_entered(&self) -> bool {
        self.history.is_none()
    }

    /// Takes in what happened. [`Room::handle_timeout`] follows, and [`Room::refresh`].
    pub(super) fn handle(&mut self, input: RoomInput, cx: &mut Context<'_>) -> Verdict {
        match input {
            RoomInput::Intent(intent) => return self.handle_intent(intent, cx),
            RoomInput::Socket(socket, event) => return self.handle_socket(socket, event, cx),
            RoomInput::Rtc(connection, event) => self.handle_rtc(connection, event, cx),
            RoomInput::OpDone(op, result) => self.handle_op(op, &result, cx),
            RoomInput::Online(online) => self.reach.handle_online(online, cx),
            RoomInput::Visible(visible) => self.handle_visible(visible, cx),
            RoomInput::UsePaths(policy) => self.handle_policy(policy, cx),
            RoomInput::Judged(person) => {
                self.trust.handle_judged(&person, &mut self.roster, cx.io);
            }
            RoomInput::PageHidden => self.say_bye(cx.io),
            RoomInput::PageShown(kept) => self.return_from_bye(kept.as_ref(), cx),
            RoomInput::Wake => {}
        }
        Verdict::Stays
    }

    fn handle_socket(
        &mut self,
        socket: SocketId,
        event: SocketEvent,
        cx: &mut Context<'_>,
    ) -> Verdict {
        let is_word = event.is_frame();
        let was_joined = self.reach.is_joined();
        let verdict = match self.reach.handle_socket(socket, event, cx) {
            Some(event) => self.handle_signaling(event, cx),
            None => Verdict::Stays,
        };
        if is_word && was_joined && self.reach.is_joined() {
            self.talk.handle_server(cx.wall, self.roster.len());
        }
        verdict
    }

    /// Somebody looks at the page again, or nobody does any more.
    fn handle_visible(&mut self, visible: bool, cx: &mut Context<'_>) {
        self.hidden = !visible;
        self.excuse(cx);
        if visible {
            self.reach.hurry(cx);
        } else {
            // A hidden page may end without another word.
            self.talk.save(cx.io);
            self.talk.keep_presence(cx.io);
        }
    }

    /// The page or the machine slept until now.
    pub(super) fn handle_woken(&mut self, cx: &Context<'_>) {
        self.excuse(cx);
        self.talk.handle_woken(cx.wall);
    }

    /// Silence until now proves nothing.
    fn excuse(&mut self, cx: &Context<'_>) {
        for member in self.roster.members_mut() {
            member.link.excuse(cx.now, self.hidden);
        }
    }

    /// The person decided anew which ways links may take: every link is made anew.
    fn handle_policy(&mut self, policy: PathPolicy, cx: &mut Context<'_>) {
        self.reach.handle_policy(policy);
        let leads_nowhere = self.reach.leads_nowhere();
        for member in self.roster.members_mut() {
            member.link.renew(leads_nowhere, cx);
        }
        cx.io.peers_changed = true;
        if self.is_entered() {
            self.reach.tell(cx.io);
        }
    }

    pub(super) fn poll_timeout(&mut self, now: Timestamp) -> Timestamp {
        let links = self.roster.poll_timeout(now, self.reach.is_joined());
        links
            .into_iter()
            .chain(self.talk.poll_timeout())
            .chain(self.trust.poll_timeout())
            .chain(self.projection.poll_timeout())
            .chain([self.signals.own.poll_timeout()])
            .fold(self.reach.poll_timeout(), Timestamp::min)
    }

    pub(super) fn handle_timeout(&mut self, cx: &mut Context<'_>) -> Verdict {
        if self.reach.replaced && !self.roster.has_links(cx.now) {
            self.take_new_id(cx);
        }
        self.listen(cx);
        self.talk.handle_timeout(cx);
        self.renew_epoch(cx);
        self.trust.handle_timeout(&self.roster, cx);
        let verdict = match self.reach.handle_timeout(cx) {
            Some(event) => self.handle_signaling(event, cx),
            None => Verdict::Stays,
        };
        self.connect_due(cx);
        // Before the room is entered nobody is there yet, and all may come.
        if self.is_entered() {
            self.talk.settle(&mut self.roster, cx);
        }
        if self.reach.is_joined() {
            self.remove_unlisted(cx);
        }
        verdict
    }

    /// Tells what is different now, where `woke` says whether it was time to look.
    pub(super) fn refresh(&mut self, woke: bool, cx: &mut Context<'_>) {
        let mut projection = std::mem::take(&mut self.projection);
        projection.refresh(woke, self, cx);
        self.projection = projection;
    }

    /// Says good-bye to everybody. Gives the connections, to be closed a little later so that the words arrive.
    pub(super) fn leave(mut self, io: &mut Io) -> Vec<ConnectionId> {
        self.talk.save(io);
        self.signals.own.put_down(io);
        let mut connections = Vec::new();
        for member in self.roster.into_members() {
            if let Some(connection) = member.link.close(io) {
                io.send_peer(connection, &PeerMessage::Bye {});
                connections.push(connection);
            }
        }
        self.decisions.forget_moves(io);
        self.reach.leave(io);
        connections
    }

    /// The page goes away, perhaps for ever: the last words, and nothing else changes.
    fn say_bye(&mut self, io: &mut Io) {
        self.talk.save(io);
        self.talk.keep_presence(io);
        self.reach.say_leave(io);
        self.signals.own.put_down(io);
        for member in self.roster.members() {
            if let Some(connection) = member.link.connection() {
                io.send_peer(connection, &PeerMessage::Bye {});
            }
        }
    }

    /// The page is back after [`Room::say_bye`].
    ///
    /// `kept` are the tab's keys as it stored them: where another page of the tab went on with them meanwhile, this one must not.
    fn return_from_bye(&mut self, kept: Option<&TabKeys>, cx: &mut Context<'_>) {
        if kept.is_some_and(|kept| !self.signals.own.is_where(kept)) {
            self.take_new_id(cx);
            return;
        }
        self.remove_everybody(cx.io);
        self.signals.own.renew(cx.now, cx.io);
        let display_name = self.signals.own.display_name();
        self.reach.rename(self.reach.me(), display_name, cx);
    }

    /// Tells everybody where there is a new epoch.
    fn renew_epoch(&mut self, cx: &mut Context<'_>) {
        if self.signals.handle_timeout(cx.now, cx.io) != Renewal::Announced {
            return;
        }
        let own = &self.signals.own;
        self.reach.set_display_name(own.display_name());
        let announcement = own.sealed(own.epoch()).to_owned();
        let message = PeerMessage::Announcement { announcement };
        for member in self.roster.members() {
            if let Some(connection) = member.link.connection() {
                cx.io.send_peer(connection, &message);
            }
        }
    }

    /// What was said with another session goes on with this one.
    fn sign_again(&mut self, io: &mut Io) {
        let own = &mut self.signals.own;
        let session = own.session();
        let sign = |content, time, io: &mut Io| own.sign(content, time, io);
        self.talk.sign_again(session, sign, io);
    }

    /// Whom the server does not list stays as long as their link works, and no longer.
    fn remove_unlisted(&mut self, cx: &mut Context<'_>) {
        for peer in self.roster.to_look_at(cx.now, self.reach.is_joined()) {
            let member = self.roster.get(peer);
            if member.is_some_and(|it| !it.listed && it.link.needs_connection(cx.now)) {
                self.remove_member(peer, cx.io);
            }
        }
    }

    fn remove_everybody(&mut self, io: &mut Io) {
        for peer in self.roster.those(|_| true) {
            self.remove_member(peer, io);
        }
    }
}
