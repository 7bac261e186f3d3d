//! What is known of the author of a message, beside their name. Pure but for the mark itself.

use std::sync::Arc;

use banter_protocol::{
    crypto::IdentityKey,
    engine::{ChatMessage, Standing},
};
use yew::prelude::*;

use crate::{
    components::ui::icon::{IconShape, icon},
    store::ChatStore,
    words::messages,
};

/// The mark of one author.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AuthorMark {
    /// Nothing to say.
    Plain,
    /// The person has verified them.
    Verified,
    /// They signed different things as one.
    Forked,
}

/// Whose messages have a mark.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct AuthorMarks {
    verified: Option<Arc<[IdentityKey]>>,
    forked: Vec<IdentityKey>,
}

impl AuthorMarks {
    /// From what the store knows of people.
    pub(crate) fn of(store: &ChatStore) -> Self {
        let peers = store.room().peers.as_deref().unwrap_or_default();
        let forked = peers
            .iter()
            .filter(|peer| peer.standing == Standing::Forked);
        Self {
            verified: store.room().verified.clone(),
            forked: forked.filter_map(|peer| peer.identity).collect(),
        }
    }

    /// The mark of a message; a doubt counts more than what was sure before.
    pub(crate) fn mark(&self, message: &ChatMessage) -> AuthorMark {
        let Some(author) = message.author.filter(|_| !message.own) else {
            return AuthorMark::Plain;
        };
        if self.forked.contains(&author) {
            AuthorMark::Forked
        } else if self
            .verified
            .as_deref()
            .unwrap_or_default()
            .contains(&author)
        {
            AuthorMark::Verified
        } else {
            AuthorMark::Plain
        }
    }
}

/// The mark as it stands beside the name.
pub(crate) fn beside_name(mark: AuthorMark) -> Html {
    match mark {
        AuthorMark::Plain | AuthorMark::Forked => Html::default(),
        AuthorMark::Verified => html! {
            <span class="verified-mark" data-testid="message-verified" title={messages::VERIFIED_MARK}>
                { icon(IconShape::Verified) }
                <span class="visually-hidden">{ messages::VERIFIED_MARK }</span>
            </span>
        },
    }
}

/// The warning below a text that is not to be trusted.
pub(crate) fn below_text(mark: AuthorMark) -> Html {
    match mark {
        AuthorMark::Plain | AuthorMark::Verified => Html::default(),
        AuthorMark::Forked => html! {
            <p class="message-warning" data-testid="message-forked">
                { icon(IconShape::Alert) }
                <span>{ messages::FORKED_WARNING }</span>
            </p>
        },
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

    fn message(author: Option<IdentityKey>, own: bool) -> ChatMessage {
        ChatMessage {
            id: MessageId::from_random(1),
            from: PeerId::from_random(1),
            name: "Bo".to_owned(),
            author,
            own,
            text: "Hello".parse().unwrap(),
            timestamp: Timestamp::default(),
            status: DeliveryStatus::Delivered,
        }
    }

    #[test]
    fn the_key_decides_and_a_doubt_counts_more() {
        let marks = AuthorMarks {
            verified: Some(Arc::from([key(1), key(2)])),
            forked: vec![key(2)],
        };
        for (author, own, expected) in [
            (Some(key(1)), false, AuthorMark::Verified),
            (Some(key(1)), true, AuthorMark::Plain),
            (Some(key(2)), false, AuthorMark::Forked),
            (Some(key(3)), false, AuthorMark::Plain),
            (None, false, AuthorMark::Plain),
        ] {
            assert_eq!(marks.mark(&message(author, own)), expected);
        }
    }
}
