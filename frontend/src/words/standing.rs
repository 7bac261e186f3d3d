//! What is known of who somebody is, in plain words. Pure.

use std::sync::Arc;

use banter_protocol::engine::{Hearing, PeerView, Standing};

use super::sentence::Sentence;

/// The word in the list, where the link is not all there is to say.
pub(crate) fn short(standing: Standing) -> Option<&'static str> {
    match standing {
        Standing::Unconfirmed | Standing::Known => None,
        Standing::NewKey => Some("New key"),
        Standing::Verified => Some("Verified"),
        Standing::Changed => Some("Key changed"),
        Standing::Refused => Some("Blocked"),
        Standing::Forked => Some("Not to be trusted: signed two different things"),
    }
}

/// The word in the list, where not all of what they say is shown as it comes.
pub(crate) fn hearing(hearing: Hearing) -> Option<&'static str> {
    match hearing {
        Hearing::Heard => None,
        Hearing::Slowed => Some("Says very much at once, shown step by step"),
        Hearing::Muted => Some("Muted for now: sends more than this page can show"),
    }
}

/// That somebody is muted, where anybody is, and when it ends.
pub(crate) fn muted_advice(peers: &[Arc<PeerView>]) -> Option<Sentence> {
    let mut muted = peers.iter().filter(|it| it.hearing == Hearing::Muted);
    let first = muted.next()?;
    let said = Sentence::default();
    Some(match muted.count() {
        0 => said.name(&first.name).words(
            " sends more than this page can show and is muted for now. You hear them again once they calm down.",
        ),
        others => said.words(format!(
            "{} people send more than this page can show and are muted for now. You hear them again once they calm down.",
            others + 1
        )),
    })
}

/// The whole of it.
pub(crate) fn long(standing: Standing) -> &'static str {
    match standing {
        Standing::Unconfirmed => "They have not proved yet who they are.",
        Standing::Known => {
            "Not verified: nothing speaks against their key, but the two of you have not compared it yet."
        }
        Standing::NewKey => {
            "Not verified: somebody with another key has used this name here before. Nobody owns a name in an open room."
        }
        Standing::Verified => "Verified: you have made sure that this is them.",
        Standing::Changed => {
            "Their key is not the one you know. Nothing is sent to or shown from them until you decide."
        }
        Standing::Refused => "You keep them out. Nothing is sent to or shown from them.",
        Standing::Forked => {
            "Not to be trusted: they signed two different things in one place, as only a manipulated program does. \
             Nothing new of theirs is shown."
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Standing; 7] = [
        Standing::Unconfirmed,
        Standing::Known,
        Standing::NewKey,
        Standing::Verified,
        Standing::Changed,
        Standing::Refused,
        Standing::Forked,
    ];

    #[test]
    fn only_who_is_verified_is_called_so() {
        for standing in ALL {
            let is_verified = standing == Standing::Verified;
            assert_eq!(short(standing) == Some("Verified"), is_verified);
            assert_eq!(long(standing).starts_with("Verified"), is_verified);
        }
    }
}
