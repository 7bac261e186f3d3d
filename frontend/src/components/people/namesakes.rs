//! Whose names the eye does not tell apart, so that a badge of their keys must. Pure but for the hook and the badge itself.

use std::{collections::BTreeMap, rc::Rc, sync::Arc};

use banter_protocol::{
    crypto::IdentityKey,
    engine::{ChatMessage, PeerView},
    flat_set::FlatSet,
    names::skeleton,
};
use litemap::LiteMap;
use yew::prelude::*;
use yewdux::prelude::*;

use crate::{
    store::{ChatStore, RoomSeat},
    words::people,
};

/// Keys with the names under which they look like somebody else.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Namesakes(LiteMap<IdentityKey, FlatSet<String>>);

impl Namesakes {
    /// Of all keys with the names that they go by, or went by.
    fn among<'a>(people: impl Iterator<Item = (IdentityKey, &'a str)>) -> Self {
        let people: FlatSet<(IdentityKey, &str)> = people.collect();
        // As a tree: skeletons come in no order, and a list would move thousands for each.
        let mut looks: BTreeMap<String, Vec<(IdentityKey, &str)>> = BTreeMap::default();
        for (key, name) in people {
            looks.entry(skeleton(name)).or_default().push((key, name));
        }
        let mut alike: LiteMap<IdentityKey, FlatSet<String>> = LiteMap::default();
        for people in looks.values() {
            let mut keys = people.iter().map(|(key, _)| key);
            let first = keys.next();
            if keys.any(|key| Some(key) != first) {
                for (key, name) in people {
                    alike.entry(*key).or_default().insert((*name).to_owned());
                }
            }
        }
        Self(alike)
    }

    /// The badge beside the name of a message's author, where somebody else looks like them.
    pub(crate) fn badge(&self, message: &ChatMessage) -> Option<String> {
        let author = message.author.filter(|_| !message.own)?;
        let names = self.0.get(&author)?;
        names.contains(&message.name).then(|| author.badge())
    }
}

/// Among all who are or were heard here: those in the list, the authors of messages, also of those who have left, and the person.
#[hook]
pub(crate) fn use_namesakes(seat: &Rc<RoomSeat>, log: &Rc<Vec<Arc<ChatMessage>>>) -> Rc<Namesakes> {
    let peers = use_selector_eq(|store: &ChatStore| store.room().peers.clone(), same_list);
    let authors = use_memo(ByPointer(Rc::clone(log)), |log| authors_of(&log.0));
    let peers: Option<Arc<[Arc<PeerView>]>> = (*peers).clone();
    use_memo(
        (Rc::clone(seat), peers, authors),
        |(seat, peers, authors)| {
            let peers = peers.as_deref().unwrap_or_default().iter();
            let peers = peers.filter_map(|peer| Some((peer.identity?, peer.name.as_str())));
            let authors = authors.iter().map(|author| (author.0, &*author.1));
            Namesakes::among(
                peers
                    .chain(authors)
                    .chain([(seat.identity, seat.name.as_str())]),
            )
        },
    )
}

/// The badge as it stands beside the name.
pub(crate) fn beside_name(badge: Option<&String>) -> Html {
    badge.map_or_else(Html::default, |badge| {
        html! {
            <span class="peer-badge" data-testid="message-badge" title={people::BADGE_TITLE}>
                { badge.clone() }
            </span>
        }
    })
}

/// In boxes, for whoever comes as thousands: putting one between the others moves those.
fn authors_of(log: &[Arc<ChatMessage>]) -> FlatSet<Box<(IdentityKey, String)>> {
    let mut authors = FlatSet::default();
    let mut last: Option<(IdentityKey, &str)> = None;
    for message in log {
        let Some(author) = message.author else {
            continue;
        };
        let this = (author, &*message.name);
        // Most messages follow one of the same author.
        if last.replace(this) != Some(this) {
            authors.insert(Box::new((author, message.name.clone())));
        }
    }
    authors
}

/// Whether two lists hold the same people under the same names; how they are linked changes all the time.
fn same_list(one: &Option<Arc<[Arc<PeerView>]>>, other: &Option<Arc<[Arc<PeerView>]>>) -> bool {
    let people = |list: &Option<Arc<[Arc<PeerView>]>>| -> Vec<(Option<IdentityKey>, String)> {
        let list = list.as_deref().unwrap_or_default().iter();
        list.map(|peer| (peer.identity, peer.name.as_str().to_owned()))
            .collect()
    };
    people(one) == people(other)
}

/// The log, which is another one as soon as it is another allocation.
struct ByPointer(Rc<Vec<Arc<ChatMessage>>>);

impl PartialEq for ByPointer {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

#[cfg(test)]
mod tests {
    use banter_protocol::{
        crypto::Identity,
        engine::DeliveryStatus,
        ids::{MessageId, PeerId},
        time::Timestamp,
    };

    use super::*;

    fn key(seed: u8) -> IdentityKey {
        Identity::from_seed(&[seed; 32]).key()
    }

    fn message(author: Option<IdentityKey>, name: &str) -> ChatMessage {
        ChatMessage {
            id: MessageId::from_random(1),
            from: PeerId::from_random(1),
            name: name.to_owned(),
            author,
            own: false,
            text: "Hello".parse().unwrap(),
            timestamp: Timestamp::default(),
            status: DeliveryStatus::Delivered,
        }
    }

    /// Promise 35.
    #[test]
    fn whoever_looks_like_somebody_else_has_a_badge() {
        for (one, other) in [
            ("Ada", "Ada"),
            ("Ada", "ada"),
            ("Ada", "Аda"),
            ("Ada", "A\u{301}da"),
            ("Bill", "BiII"),
            ("Marnie", "Mamie"),
        ] {
            let namesakes =
                Namesakes::among([(key(1), one), (key(2), other), (key(3), "Cyd")].into_iter());
            for (seed, name) in [(1, one), (2, other)] {
                let badge = namesakes.badge(&message(Some(key(seed)), name));
                assert_eq!(badge, Some(key(seed).badge()), "{one} and {other}");
            }
            assert_eq!(namesakes.badge(&message(Some(key(3)), "Cyd")), None);
            assert_eq!(namesakes.badge(&message(None, one)), None);
        }
    }

    #[test]
    fn one_person_under_two_spellings_is_nobody_else() {
        let people = [(key(1), "Ada"), (key(1), "ADA"), (key(2), "Bob")];
        assert_eq!(Namesakes::among(people.into_iter()), Namesakes::default());
    }

    #[test]
    fn only_the_name_that_looks_alike_has_a_badge() {
        let people = [(key(1), "Ada"), (key(1), "Bob"), (key(2), "Bob")];
        let namesakes = Namesakes::among(people.into_iter());
        assert_eq!(namesakes.badge(&message(Some(key(1)), "Ada")), None);
        assert!(namesakes.badge(&message(Some(key(1)), "Bob")).is_some());
    }
}
