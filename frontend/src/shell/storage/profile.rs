//! The person behind the page: their identity, and whom they know.

use banter_protocol::{
    crypto::Identity,
    engine::{Input, Intent, KnownPerson, stored},
    ids::RoomId,
};
use futures_channel::oneshot;
use futures_util::future::{Either, select};
use gloo::timers::callback::Timeout;
use wasm_bindgen_futures::spawn_local;

use crate::{
    event::{EventSender, PageEvent, push},
    notice::PageNotice,
    platform::{
        preferences::Preferences,
        profile_store::{OpenedProfile, ProfileContent, ProfileStore},
        random,
        storage::StorageRefused,
    },
    shell::Shell,
    store::PageChange,
};

/// A page that waits longer for its storage is shown before it is there, and says so.
const PROMPT_MS: u32 = 1_000;
/// Some browsers neither open their storage nor refuse it. After that the person need not wait any longer.
const PATIENCE_MS: u32 = 10_000;

/// How the page stands with what the browser keeps of the person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::shell) enum Opening {
    /// The browser has not answered yet.
    Pending,
    /// The browser does not give it out, and the person may be somebody already: they decide.
    Withheld,
    /// It is known who the person is, or that nobody can be anybody here.
    Settled,
}

/// What the browser profile keeps, or, where it keeps nothing, what lasts as long as the page.
#[derive(Debug)]
pub(in crate::shell) struct Profile {
    opening: Opening,
    /// `None` until it is settled, and where the browser gives no random bytes.
    identity: Option<Identity>,
    people: Vec<KnownPerson>,
    store: Option<ProfileStore>,
    /// Whether the browser has kept an identity before, as far as its other storage tells.
    was_kept: bool,
    patience: Option<Timeout>,
    events: EventSender,
}

impl Profile {
    /// Reads it, and makes an identity at the first visit. Comes back after a moment even where the browser takes longer.
    pub(in crate::shell) async fn open(events: EventSender, preferences: &Preferences) -> Self {
        let mut profile = Self {
            opening: Opening::Pending,
            identity: None,
            people: Vec::new(),
            store: None,
            was_kept: preferences.had_identity(),
            patience: None,
            events,
        };
        let (opened, opening) = oneshot::channel();
        profile.begin(Some(opened));
        let (end, moment) = oneshot::channel::<()>();
        let _prompt = Timeout::new(PROMPT_MS, move || {
            let _ = end.send(());
        });
        if let Either::Left((Ok(opened), _)) = select(opening, moment).await {
            profile.handle_opened(opened);
        }
        profile
    }

    pub(in crate::shell) fn opening(&self) -> Opening {
        self.opening
    }

    pub(in crate::shell) fn identity(&self) -> Option<&Identity> {
        self.identity.as_ref()
    }

    /// What there is to say while it is not settled who the person is.
    pub(in crate::shell) fn notice(&self) -> Option<PageNotice> {
        match self.opening {
            Opening::Pending => Some(PageNotice::StorageSlow),
            Opening::Withheld => Some(PageNotice::StorageWithheld),
            Opening::Settled => None,
        }
    }

    /// Whom the person has met in a room, and whom they have verified anywhere.
    pub(in crate::shell) fn people_of(&self, room: &RoomId) -> Vec<KnownPerson> {
        let people = self.people.iter();
        people
            .filter(|person| person.verified || person.room == *room)
            .cloned()
            .collect()
    }

    /// Whose name is whose in one room holds in the other too, where nothing else is known there.
    pub(in crate::shell) fn carry_over(&mut self, from: &RoomId, to: &RoomId) {
        for person in stored::carried_over(&self.people, from, to) {
            self.keep(person);
        }
    }

    /// Keeps somebody, in place of what it knew of this key in this room.
    pub(in crate::shell) fn keep(&mut self, person: KnownPerson) {
        if let Some(store) = &self.store {
            let kept = store.keep(&person);
            let events = self.events.clone();
            spawn_local(async move {
                if kept.await.is_err() {
                    push(&events, Input::StorageFailed);
                }
            });
        }
        let is_same =
            |held: &KnownPerson| held.room == person.room && held.identity == person.identity;
        match self.people.iter_mut().find(|held| is_same(held)) {
            Some(held) => *held = person,
            None => self.people.push(person),
        }
    }

    /// Asks the browser; the answer goes to `asker` while it waits, and into the queue later on.
    fn begin(&mut self, asker: Option<oneshot::Sender<OpenedProfile>>) {
        let Some(new_seed) = random::bytes_32() else {
            self.settle(None);
            return;
        };
        self.opening = Opening::Pending;
        let events = self.events.clone();
        self.patience = Some(Timeout::new(PATIENCE_MS, move || {
            push(&events, PageEvent::StorageSilent);
        }));
        let events = self.events.clone();
        spawn_local(async move {
            let opened = ProfileStore::open(new_seed).await;
            let unheard = match asker {
                Some(asker) => asker.send(opened).err(),
                None => Some(opened),
            };
            if let Some(opened) = unheard {
                push(&events, PageEvent::ProfileOpened(opened));
            }
        });
    }

    fn handle_opened(&mut self, opened: OpenedProfile) {
        // An answer that comes after the person went on without it changes nobody into somebody else.
        if self.opening == Opening::Settled {
            return;
        }
        match opened {
            Ok((store, ProfileContent { seed, people })) => {
                self.people = people;
                self.store = Some(store);
                self.settle(Some(Identity::from_seed(&seed)));
            }
            Err(StorageRefused) => self.give_up(),
        }
    }

    /// Without storage, a newcomer is somebody new, and whoever was somebody before is asked.
    fn give_up(&mut self) {
        self.patience = None;
        if self.was_kept {
            self.opening = Opening::Withheld;
        } else {
            self.go_on_anew();
        }
    }

    fn go_on_anew(&mut self) {
        push(&self.events, Input::StorageFailed);
        let seed = random::bytes_32();
        self.settle(seed.map(|seed| Identity::from_seed(&seed)));
    }

    fn settle(&mut self, identity: Option<Identity>) {
        self.patience = None;
        self.identity = identity;
        self.opening = Opening::Settled;
    }
}

impl Shell {
    /// Takes in what the browser keeps of the person, and goes on with what waited for it.
    pub fn handle_profile_opened(&mut self, opened: OpenedProfile) -> Vec<Intent> {
        self.profile.handle_opened(opened);
        self.go_on()
    }

    /// The browser neither opens its storage nor refuses it.
    pub fn handle_storage_silent(&mut self) -> Vec<Intent> {
        if self.profile.opening() == Opening::Pending {
            self.profile.give_up();
        }
        self.go_on()
    }

    /// Asks the browser once more.
    pub fn handle_storage_retried(&mut self) {
        if self.profile.opening() == Opening::Withheld {
            self.profile.begin(None);
            self.show_notice(self.profile.notice());
        }
    }

    /// The person goes on as somebody new.
    pub fn handle_going_on_anew(&mut self) -> Vec<Intent> {
        if self.profile.opening() == Opening::Withheld {
            self.profile.go_on_anew();
        }
        self.go_on()
    }

    /// Marks for the next visit whether this browser keeps an identity.
    pub(in crate::shell) fn mark_identity(&self) {
        let is_kept = self.profile.store.is_some();
        // What was kept once may still be there.
        if is_kept || !self.profile.was_kept {
            self.report(self.preferences.keep_identity_mark(is_kept));
        }
    }

    fn go_on(&mut self) -> Vec<Intent> {
        self.show_notice(self.profile.notice());
        if self.profile.opening() != Opening::Settled {
            return Vec::new();
        }
        self.mark_identity();
        let Some(waiting) = self.waiting.take() else {
            return Vec::new();
        };
        self.dispatch.apply(PageChange::Opening(false));
        self.handle_join(waiting)
    }
}
