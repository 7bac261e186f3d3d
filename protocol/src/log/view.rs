//! What a person sees: the entries in their order, each message with what was done to it. The same entries give the same view,
//! in whatever order they came.

use std::sync::Arc;

use litemap::LiteMap;

use super::{
    content::{Content, History, Setting},
    log_entry::LogEntry,
    place::{EntryId, Place},
    storing::Latest,
};
use crate::{crypto::IdentityKey, message_text::MessageText, time::Timestamp};

/// Where something came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrival {
    /// After all that is there.
    Appended,
    /// Above something that may be being read.
    Above,
}

/// What changed in what is seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// A message is there now.
    Added(Place, Arrival),
    /// A message looks different.
    Changed(Place),
    /// A message is not in memory any more.
    Removed(Place),
    /// A setting of the room, or somebody's profile.
    Settings,
}

/// A message as it is seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Where it stands.
    pub place: Place,
    /// Who said it.
    pub author: IdentityKey,
    /// By the author's wall clock; not to be believed (`time` is shown clamped).
    pub time: Timestamp,
    /// What it says now; `None` where the author has deleted it.
    pub text: Option<MessageText>,
    /// What it answers; `None` where it is deleted.
    pub reply_to: Option<EntryId>,
    /// Whether its text was changed.
    pub is_edited: bool,
    /// Each emoji with who has put it there, in order.
    pub reactions: Vec<(String, Vec<IdentityKey>)>,
}

/// The values of one thing that changes, by the places of the entries that set it.
type Values<T> = LiteMap<Place, T>;

/// See the module.
#[derive(Debug, Default)]
pub struct View {
    messages: LiteMap<Place, Arc<LogEntry>>,
    lamports: LiteMap<EntryId, u64>,
    /// Edits, deletions and reactions by their target, which may not be there yet.
    effects: LiteMap<EntryId, LiteMap<Place, Arc<LogEntry>>>,
    histories: Values<History>,
    titles: Values<String>,
    names: LiteMap<IdentityKey, Values<String>>,
    changes: Vec<Change>,
    /// What is to be kept.
    latest: Vec<(Place, Latest)>,
}

impl View {
    /// An entry came that is not held in memory: only what it sets counts, until something else is set.
    pub(super) fn pass(&mut self, entry: &Arc<LogEntry>) {
        if matches!(entry.content, Content::Setting(_) | Content::Profile { .. }) {
            self.add(entry);
        }
    }

    /// An entry came.
    pub(super) fn add(&mut self, entry: &Arc<LogEntry>) {
        let place = entry.place();
        match &entry.content {
            Content::ChatMessage { .. } | Content::Deleted => {
                let is_last = self.messages.last().is_none_or(|(last, _)| *last < place);
                let is_new = self.messages.insert(place, Arc::clone(entry)).is_none();
                self.lamports.insert(place.id(), place.lamport);
                if is_new {
                    let arrival = if is_last {
                        Arrival::Appended
                    } else {
                        Arrival::Above
                    };
                    self.changes.push(Change::Added(place, arrival));
                }
            }
            Content::Edit { target, .. }
            | Content::Delete { target, .. }
            | Content::Reaction { target, .. } => {
                let effects = self.effects.entry(*target).or_default();
                effects.insert(place, Arc::clone(entry));
                self.note_changed(*target);
            }
            Content::Setting(Setting::History(history)) => {
                self.set_latest(place, Latest::History(*history));
            }
            Content::Setting(Setting::Title(title)) => {
                self.set_latest(place, Latest::Title(title.clone()));
            }
            Content::Profile { name } => {
                let latest = Latest::Name(entry.entry.author, name.clone());
                self.set_latest(place, latest);
            }
            Content::Unknown => {}
        }
    }

    fn set_latest(&mut self, place: Place, latest: Latest) {
        if self.restore(place, &latest) {
            self.latest.push((place, latest));
        }
    }

    /// What counted when it was kept. Gives whether it counts now.
    pub(super) fn restore(&mut self, place: Place, latest: &Latest) -> bool {
        let is_latest = match latest {
            Latest::History(history) => set(&mut self.histories, place, *history),
            Latest::Title(title) => set(&mut self.titles, place, title.clone()),
            Latest::Name(person, name) => {
                set(self.names.entry(*person).or_default(), place, name.clone())
            }
        };
        if is_latest {
            self.changes.push(Change::Settings);
        }
        is_latest
    }

    /// What counts now and is to be kept, since it was asked last.
    pub(super) fn take_latest(&mut self) -> Vec<(Place, Latest)> {
        std::mem::take(&mut self.latest)
    }

    /// An entry is not in memory any more. What it set goes on until something else is set.
    pub(super) fn remove(&mut self, entry: &LogEntry) {
        let place = entry.place();
        if self.messages.remove(&place).is_some() {
            self.lamports.remove(&place.id());
            self.changes.push(Change::Removed(place));
        }
        if let Some(target) = entry.content.target()
            && let Some(effects) = self.effects.get_mut(&target)
        {
            effects.remove(&place);
            if effects.is_empty() {
                self.effects.remove(&target);
            }
            self.note_changed(target);
        }
    }

    /// Of an entry only this is left.
    pub(super) fn erase(&mut self, whole: &LogEntry, stub: &Arc<LogEntry>) {
        let place = stub.place();
        match self.messages.get_mut(&place) {
            Some(message) => {
                *message = Arc::clone(stub);
                self.changes.push(Change::Changed(place));
            }
            None => self.remove(whole),
        }
    }

    /// The deletion of an entry by its author that says what is left of it, where it came before the entry.
    pub(super) fn deletion(&self, entry: &LogEntry) -> Option<Arc<LogEntry>> {
        let mut effects = self.effects.get(&entry.id())?.values();
        let is_deletion = |effect: &&Arc<LogEntry>| {
            effect.entry.author == entry.entry.author
                && matches!(&effect.content, Content::Delete { remains: Some(remains), .. } if remains.hash == entry.hash)
        };
        effects.find(is_deletion).cloned()
    }

    /// Somebody has no session here any more: nobody asks for their name.
    pub(super) fn forget(&mut self, person: &IdentityKey) {
        if self.names.remove(person).is_some() {
            self.changes.push(Change::Settings);
        }
    }

    fn note_changed(&mut self, target: EntryId) {
        if let Some(place) = self.place(target) {
            self.changes.push(Change::Changed(place));
        }
    }

    /// Where a message stands.
    pub fn place(&self, id: EntryId) -> Option<Place> {
        let lamport = *self.lamports.get(&id)?;
        Some(Place {
            lamport,
            session: id.session,
            number: id.number,
        })
    }

    /// What changed since it was asked last.
    pub fn take_changes(&mut self) -> Vec<Change> {
        std::mem::take(&mut self.changes)
    }

    /// The places of all messages, in order.
    pub fn places(&self) -> impl DoubleEndedIterator<Item = Place> {
        self.messages.keys().copied()
    }

    /// A message as it is seen: its entry, and what was done to it, in order.
    pub fn message(&self, place: Place) -> Option<Message> {
        let entry = self.messages.get(&place)?;
        let (text, reply_to) = match &entry.content {
            Content::ChatMessage { text, reply_to } => (Some(text.clone()), *reply_to),
            Content::Deleted
            | Content::Edit { .. }
            | Content::Delete { .. }
            | Content::Reaction { .. }
            | Content::Setting(_)
            | Content::Profile { .. }
            | Content::Unknown => (None, None),
        };
        let mut is_deleted = text.is_none();
        let mut message = Message {
            place,
            author: entry.entry.author,
            time: entry.entry.time,
            text,
            reply_to,
            is_edited: false,
            reactions: Vec::new(),
        };
        let mut reactions: LiteMap<(&str, IdentityKey), bool> = LiteMap::default();
        let effects = self.effects.get(&place.id());
        for effect in effects.into_iter().flat_map(LiteMap::values) {
            let author = effect.entry.author;
            match &effect.content {
                Content::Edit { text, .. }
                    if author == message.author && !self.is_deleted(effect) =>
                {
                    message.text = Some(text.clone());
                    message.is_edited = true;
                }
                Content::Delete { .. } => is_deleted |= author == message.author,
                Content::Reaction { emoji, on, .. } => {
                    reactions.insert((emoji, author), *on);
                }
                Content::Edit { .. }
                | Content::ChatMessage { .. }
                | Content::Setting(_)
                | Content::Profile { .. }
                | Content::Deleted
                | Content::Unknown => {}
            }
        }
        if is_deleted {
            message.text = None;
            message.reply_to = None;
            message.is_edited = false;
            return Some(message);
        }
        for ((emoji, author), _) in reactions.iter().filter(|(_, on)| **on) {
            match message.reactions.last_mut() {
                Some((last, authors)) if last == emoji => authors.push(*author),
                Some(_) | None => message.reactions.push(((*emoji).to_owned(), vec![*author])),
            }
        }
        Some(message)
    }

    /// Whether an entry's author has deleted it.
    fn is_deleted(&self, entry: &LogEntry) -> bool {
        let effects = self.effects.get(&entry.id());
        let mut effects = effects.into_iter().flat_map(LiteMap::values);
        effects.any(|effect| {
            let is_theirs = effect.entry.author == entry.entry.author;
            is_theirs && matches!(effect.content, Content::Delete { .. })
        })
    }

    /// How much is handed over to newcomers, where that was set.
    pub fn history(&self) -> Option<History> {
        self.histories.last().map(|(_, history)| *history)
    }

    /// The room's title, where one was set.
    pub fn title(&self) -> Option<&str> {
        self.titles.last().map(|(_, title)| title.as_str())
    }

    /// Somebody's name, where they have said it.
    pub fn name(&self, person: &IdentityKey) -> Option<&str> {
        let names = self.names.get(person)?;
        names.last().map(|(_, name)| name.as_str())
    }
}

/// Only the last counts, however many are there. Gives whether it is this one.
fn set<T>(values: &mut Values<T>, place: Place, value: T) -> bool {
    let is_latest = values.last().is_none_or(|(last, _)| *last < place);
    if is_latest {
        values.clear();
        values.insert(place, value);
    }
    is_latest
}
