//! The one loop: events in, the engine, effects out. It alone owns the engine and every browser object; all
//! others only push events into its queue.

use std::collections::VecDeque;

use banter_protocol::engine::{Effect, Engine, Input, Intent, Rehearsal};
use futures_channel::{
    mpsc::{UnboundedReceiver, unbounded},
    oneshot,
};
use futures_util::future::{Either, select};
use gloo::timers::callback::Timeout;
use wasm_bindgen_futures::spawn_local;
use yewdux::Dispatch;

use crate::{
    event::{Event, EventSender, PageEvent, push},
    handle::ChatHandle,
    platform::{address, alarm::Alarm, build, clock, page_listeners::PageListeners, random, text},
    shell::Shell,
    store::ChatStore,
    turn::Turn,
    webrtc::{PeerManager, SignalingClient},
};

/// Carries out what the engine decides, for as long as the page lives.
#[derive(Debug)]
pub struct Driver {
    engine: Engine,
    shell: Shell,
    signaling: SignalingClient,
    peers: PeerManager,
    alarm: Alarm,
    queue: UnboundedReceiver<Event>,
    turn: Turn,
    /// What came while the browser had its turn.
    backlog: VecDeque<Event>,
    /// Whether the person may look at the page.
    is_visible: bool,
    rehearsing: Option<Rehearsing>,
    events: EventSender,
    _listeners: PageListeners,
}

/// What a join runs through is compiled while the page waits for one.
#[derive(Debug)]
struct Rehearsing {
    /// `None` before the first step.
    rehearsal: Option<Rehearsal>,
    _next: Timeout,
}

/// After the lobby is drawn.
const REHEARSAL_AFTER_MS: u32 = 200;

/// Starts the driver of the page, once it is known whose tab this is; the handle is the way to it. Without random
/// bytes there is no driver, and [`ChatHandle::join`] says why.
pub async fn start(dispatch: Dispatch<ChatStore>) -> ChatHandle {
    let (events, queue) = unbounded();
    let handle = ChatHandle::new(events.clone(), &address::origin());
    let shell = Shell::open(dispatch, events.clone()).await;
    if let Some(seed) = random::bytes_32() {
        let mut driver = Driver::new(seed, shell, &events, queue);
        // Unoptimised, it would take longer than what it saves.
        if !cfg!(debug_assertions) {
            driver.rehearse_in(REHEARSAL_AFTER_MS, None);
        }
        spawn_local(driver.run());
    }
    handle
}

impl Driver {
    fn new(
        seed: [u8; 32],
        shell: Shell,
        events: &EventSender,
        queue: UnboundedReceiver<Event>,
    ) -> Self {
        Self {
            engine: Engine::new(seed).with_normal_form(text::normalized),
            shell,
            signaling: SignalingClient::new(address::socket_url(), events.clone()),
            peers: PeerManager::new(events.clone()),
            alarm: Alarm::new(events.clone()),
            queue,
            turn: Turn::default(),
            backlog: VecDeque::new(),
            is_visible: true,
            rehearsing: None,
            events: events.clone(),
            _listeners: PageListeners::new(events),
        }
    }

    async fn run(mut self) {
        while let Some(event) = self.next().await {
            let began = clock::monotonic();
            self.handle(event);
            if self.turn.handle_event(began, clock::monotonic()) {
                self.yield_to_browser().await;
                self.turn.begin_anew();
            }
        }
    }

    async fn next(&mut self) -> Option<Event> {
        match self.backlog.pop_front() {
            Some(event) => Some(event),
            None => self.queue.recv().await.ok(),
        }
    }

    /// Lets the browser draw and tell what the person does; otherwise a flood of events would hold it up. Not where nobody looks,
    /// since timers are rare there, and not while a page goes away, which has no later.
    async fn yield_to_browser(&mut self) {
        let (end, mut moment) = oneshot::channel();
        let _timer = Timeout::new(0, move || {
            let _ = end.send(());
        });
        while self.is_visible && !self.backlog.iter().any(is_last_word) {
            match select(moment, self.queue.recv()).await {
                Either::Left(_) => return,
                Either::Right((Ok(event), rest)) => {
                    self.backlog.push_back(event);
                    moment = rest;
                }
                Either::Right((Err(_), _)) => return,
            }
        }
    }

    fn rehearse_in(&mut self, millis: u32, rehearsal: Option<Rehearsal>) {
        let events = self.events.clone();
        let next = Timeout::new(millis, move || push(&events, PageEvent::RehearsalDue));
        self.rehearsing = Some(Rehearsing {
            rehearsal,
            _next: next,
        });
    }

    /// One step, and the next when the browser has had its turn.
    fn handle_rehearsal_due(&mut self) {
        let Some(Rehearsing { rehearsal, .. }) = self.rehearsing.take() else {
            return;
        };
        let rehearsal = rehearsal.or_else(|| random::bytes_32().map(Rehearsal::new));
        if let Some(mut rehearsal) = rehearsal
            && rehearsal.step()
        {
            self.rehearse_in(0, Some(rehearsal));
        }
    }

    fn handle(&mut self, event: Event) {
        match event {
            Event::Input(input) => self.handle_input(input),
            Event::Page(event) => self.handle_page_event(event),
        }
    }

    /// A page that is being closed runs this one microtask after its `pagehide`, and nothing later; so effects are
    /// carried out here and not put off.
    fn handle_input(&mut self, mut input: Input) {
        match &mut input {
            Input::Visible(true) => {
                self.is_visible = true;
                self.shell.ask_for_build();
            }
            Input::Visible(false) => self.is_visible = false,
            Input::Wake => self.alarm.handle_rung(),
            Input::PageHidden => self.shell.handle_hidden(),
            Input::PageShown(kept) => *kept = self.shell.handle_shown(),
            Input::Intent(_)
            | Input::Socket(..)
            | Input::Rtc(..)
            | Input::OpDone { .. }
            | Input::Online(_)
            | Input::StorageFailed => {}
        }
        let now = clock::monotonic();
        self.engine.set_wall_clock(clock::wall_clock());
        self.engine.handle(now, input);
        while let Some(effect) = self.engine.poll_effect() {
            self.carry_out(effect);
        }
        self.alarm.set(self.engine.poll_timeout(), now);
    }

    fn handle_page_event(&mut self, event: PageEvent) {
        match event {
            PageEvent::JoiningExpected => self.signaling.open_ahead(),
            PageEvent::JoiningForgotten => self.signaling.close_ahead(),
            PageEvent::RehearsalDue => self.handle_rehearsal_due(),
            PageEvent::Join(request) => {
                self.rehearsing = None;
                let intents = self.shell.handle_join(request);
                self.handle_intents(intents);
            }
            PageEvent::UnlockingDue => {
                let intents = self.shell.handle_unlocking_due();
                self.handle_intents(intents);
            }
            PageEvent::AddressChanged => {
                let intents = self.shell.handle_address_changed();
                self.handle_intents(intents);
            }
            PageEvent::ThemeChosen(choice) => self.shell.handle_theme_chosen(choice),
            PageEvent::PathsChosen(policy) => {
                self.shell.handle_paths_chosen(policy);
                self.handle_input(Input::Intent(Intent::UsePaths(policy)));
            }
            PageEvent::BuildTold(build) => self.shell.handle_build(&build),
            PageEvent::ReloadWanted => build::reload(),
            PageEvent::NoticeRaised(notice) => self.shell.show_notice(Some(notice)),
            PageEvent::NoticeDismissed => self.shell.handle_notice_dismissed(),
            PageEvent::DrawingDue => self.shell.draw(),
            PageEvent::TabClaimed(id, claim) => self.shell.handle_claimed(id, claim),
            PageEvent::ProfileOpened(opened) => {
                let intents = self.shell.handle_profile_opened(opened);
                self.handle_intents(intents);
            }
            PageEvent::StorageSilent => {
                let intents = self.shell.handle_storage_silent();
                self.handle_intents(intents);
            }
            PageEvent::StorageRetried => self.shell.handle_storage_retried(),
            PageEvent::GoingOnAnew => {
                let intents = self.shell.handle_going_on_anew();
                self.handle_intents(intents);
            }
            PageEvent::CertificateMade(made) => self.peers.handle_certificate(made),
        }
    }

    fn handle_intents(&mut self, intents: impl IntoIterator<Item = Intent>) {
        for intent in intents {
            self.handle_input(Input::Intent(intent));
        }
    }

    fn carry_out(&mut self, effect: Effect) {
        match effect {
            Effect::OpenSocket(id) => self.signaling.open(id),
            Effect::SendSocket(id, text) => self.signaling.send(id, &text),
            Effect::CloseSocket(id) => self.signaling.close(id),
            Effect::CreateConnection(id, settings) => self.peers.create(id, settings),
            Effect::CreateOffer(id, op) => self.peers.create_offer(id, op),
            Effect::ApplyDescription(id, op, description) => {
                self.peers.apply_description(id, op, description);
            }
            Effect::CreateAnswer(id, op) => self.peers.create_answer(id, op),
            Effect::AddCandidate(id, candidate) => self.peers.add_candidate(id, candidate),
            Effect::ReadPath(id) => self.peers.read_path(id),
            Effect::SendChannel(id, channel, text) => self.peers.send(id, channel, &text),
            Effect::CloseConnection(id) => self.peers.close(id),
            Effect::Persist(persist) => self.shell.keep(persist),
            Effect::Notify(event) => self.shell.show(event),
        }
    }
}

/// After these nothing may be heard of the page any more.
fn is_last_word(event: &Event) -> bool {
    matches!(
        event,
        Event::Input(Input::PageHidden | Input::Visible(false))
    )
}
