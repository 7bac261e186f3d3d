//! What a room protects and what it does not, in plain words. Pure.

use banter_protocol::engine::{LockView, Privacy};

use super::sentence::Sentence;

/// What a side of the truth is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Subject {
    /// Who can read what is said.
    Content,
    /// What is seen of it all the same.
    Traces,
    /// What those inside can do.
    Others,
    /// Who can come in.
    Entry,
    /// What the server could do.
    Server,
    /// What the app's own code could do.
    Code,
    /// How to make sure of people.
    People,
}

/// One side of the truth.
#[derive(Debug)]
pub(crate) struct Fact {
    pub(crate) subject: Subject,
    pub(crate) title: &'static str,
    pub(crate) text: &'static str,
}

const PRIVATE: [Fact; 5] = [
    Fact {
        subject: Subject::Content,
        title: "The server and the network cannot read along",
        text: "Messages go from browser to browser. Whatever the server passes on, names too, is sealed with keys made \
               from the invite, and the part of the invite behind the # is never sent to it. Helpers called STUN and TURN read nothing either.",
    },
    Fact {
        subject: Subject::Traces,
        title: "They can see that you talk",
        text: "Internet addresses, when somebody comes and goes, how many you are, and about how much is sent.",
    },
    Fact {
        subject: Subject::Others,
        title: "Everybody in the room can pass things on",
        text: "What they read, and the invite. What you write is signed, so they can also prove that it was you.",
    },
    Fact {
        subject: Subject::Code,
        title: "Whoever serves this app could change it",
        text: "Its code comes from the address above, and code that was changed could read everything. Use an address whose owner you trust.",
    },
    VERIFY,
];

const OPEN: [Fact; 4] = [
    Fact {
        subject: Subject::Entry,
        title: "Anyone who knows the room’s name can join",
        text: "They show in the list of people. For a room that only invited people can enter, leave this one and press “Generate”.",
    },
    Fact {
        subject: Subject::Server,
        title: "The server could stand between you",
        text: "Messages go from browser to browser, encrypted on their way. But the server introduces you, sees names, \
               and could pass itself off as each of you to the other.",
    },
    Fact {
        subject: Subject::Code,
        title: "Whoever serves this app could change it",
        text: "Its code comes from the address above, and code that was changed could read everything.",
    },
    VERIFY,
];

const VERIFY: Fact = Fact {
    subject: Subject::People,
    title: "Verifying people makes sure of them",
    text: "Choose somebody in the list and compare your safety number or seven emoji. If they are the same, nobody stands between you, \
           and you are told should their key ever change.",
};

/// Everything that a person should know of their room.
pub(crate) fn facts(privacy: Privacy) -> &'static [Fact] {
    match privacy {
        Privacy::Private => &PRIVATE,
        Privacy::Open => &OPEN,
    }
}

/// The kind of room in one word; for screen readers [`KIND_NOUN`] follows.
pub(crate) fn kind(privacy: Privacy) -> &'static str {
    match privacy {
        Privacy::Private => "Private",
        Privacy::Open => "Open",
    }
}

pub(crate) const KIND_NOUN: &str = " room";

/// The kind of room as a heading.
pub(crate) fn kind_heading(privacy: Privacy) -> &'static str {
    match privacy {
        Privacy::Private => "Private room",
        Privacy::Open => "Open room",
    }
}

/// The way to what a room of this kind protects.
pub(crate) const EXPLAIN_BUTTON: &str = "What is protected?";

/// Above what it protects.
pub(crate) fn dialog_title(privacy: Privacy) -> &'static str {
    match privacy {
        Privacy::Private => "Private room: what is protected",
        Privacy::Open => "Open room: what is protected",
    }
}

pub(crate) const LOCK_BUTTON: &str = "Lock room";
pub(crate) const UNLOCK_BUTTON: &str = "Unlock";

/// Who can come in.
pub(crate) fn who_can_join(privacy: Privacy, lock: &LockView) -> Sentence {
    let who = match privacy {
        Privacy::Private => "Only people with the invite can join.",
        Privacy::Open => "Anyone who knows its name can join.",
    };
    let said = Sentence::default();
    match lock {
        LockView::Open => said.words(who),
        LockView::LockedByMe => said.words("Locked by you: nobody new is let in."),
        LockView::LockedBy(name) => said
            .words("Locked by ")
            .name(name)
            .words(": nobody new is let in."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_open_room_is_never_called_private() {
        for Fact { title, text, .. } in facts(Privacy::Open) {
            let words = format!("{title} {text}").to_lowercase();
            for claim in ["private", "secret", "secure", "anonym", "cannot read"] {
                assert!(!words.contains(claim), "{words}");
            }
        }
    }

    #[test]
    fn every_room_admits_what_the_code_could_do() {
        for privacy in [Privacy::Open, Privacy::Private] {
            assert!(
                facts(privacy)
                    .iter()
                    .any(|fact| fact.title.contains("could change"))
            );
        }
    }

    #[test]
    fn a_lock_is_told_with_who_locked() {
        let bo = LockView::LockedBy("Bo".parse().unwrap());
        let words = |privacy, lock| who_can_join(privacy, lock).text();
        assert!(words(Privacy::Private, &bo).starts_with("Locked by Bo"));
        assert!(words(Privacy::Open, &LockView::LockedByMe).starts_with("Locked by you"));
        assert!(words(Privacy::Open, &LockView::Open).starts_with("Anyone"));
    }
}
