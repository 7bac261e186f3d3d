use super::*;
use crate::{
    crypto::{
        Identity, Session,
        entry::{EntryContent, LogEnd},
    },
    ids::MessageId,
    time::Timestamp,
};

const TAG: [u8; 32] = [9; 32];

/// Everybody has gone and is a stranger.
fn passing(_: &SessionKey, _: &IdentityKey) -> Regard {
    Regard::Passing
}

fn nobody(_: &IdentityKey) -> Regard {
    Regard::Passing
}

fn audit() -> Audit {
    let mut audit = Audit::default();
    let author = Author {
        peer: PeerId::from_random(1),
        identity: Identity::from_seed(&[1; 32]).key(),
        name: "Mallory".parse().unwrap(),
    };
    audit.introduce(Session::from_seed(&[2; 32]).key(), author, passing);
    audit
}

fn say(log: &mut LogEnd, text: &str) -> SignedEntry {
    let content = EntryContent::ChatMessage {
        id: MessageId::from_random(7),
        text: text.parse().unwrap(),
    };
    let keys = (
        Identity::from_seed(&[1; 32]).key(),
        &Session::from_seed(&[2; 32]),
    );
    log.append(keys, content, Timestamp::from_millis(1), &TAG)
}

fn record(audit: &mut Audit, signed: &SignedEntry) -> Finding {
    let entry = audit.verify(signed, &TAG).unwrap();
    audit.record(&entry, signed.clone(), passing)
}

#[test]
fn entries_in_any_order_and_with_gaps_are_no_fork() {
    let mut log = LogEnd::default();
    let entries: Vec<_> = ["a", "b", "c", "d"].map(|text| say(&mut log, text)).into();
    let mut audit = audit();
    for place in [3, 0, 1, 2] {
        assert_eq!(record(&mut audit, &entries[place]), Finding::New);
        assert_eq!(record(&mut audit, &entries[place]), Finding::Known);
    }
    assert_eq!(audit.take_news().len(), 1);
    assert!(audit.take_news().is_empty());
}

/// Promise 11: two entries under one number, or one that does not follow the one before, freeze the session.
#[test]
fn a_fork_is_found_whichever_half_comes_first() {
    let mut log = LogEnd::default();
    let one = say(&mut log, "one");
    let mut fork = log.clone();
    let (two, other_two) = (say(&mut log, "two"), say(&mut fork, "two, for Bob"));
    let (three, other_three) = (say(&mut log, "three"), say(&mut fork, "three"));
    for (first, second) in [
        (&two, &other_two),
        (&two, &other_three),
        (&other_three, &two),
        (&three, &other_two),
    ] {
        let mut audit = audit();
        assert_eq!(record(&mut audit, &one), Finding::New);
        assert_eq!(record(&mut audit, first), Finding::New);
        let Finding::Forked([held, new]) = record(&mut audit, second) else {
            panic!("no fork found");
        };
        let session = Session::from_seed(&[2; 32]).key();
        assert!(audit.freeze(&session, nobody) && !audit.freeze(&session, nobody));
        assert_eq!(record(&mut audit, &one), Finding::Frozen);
        // The proof convinces somebody who has seen neither.
        let other = self::audit();
        let entries = [&held, &new].map(|signed| other.verify(signed, &TAG).unwrap());
        assert!(other.proves_fork((&entries[0], &held), (&entries[1], &new)));
    }
    let audit = audit();
    let entries = [&one, &two].map(|signed| audit.verify(signed, &TAG).unwrap());
    assert!(!audit.proves_fork((&entries[0], &one), (&entries[1], &two)));
}

#[test]
fn others_heads_that_differ_are_answered_with_evidence() {
    let mut log = LogEnd::default();
    let mut fork = log.clone();
    let (mine, theirs) = (say(&mut log, "yes"), say(&mut fork, "no"));
    let (mut audit, mut other) = (audit(), audit());
    record(&mut audit, &mine);
    record(&mut other, &theirs);
    let heads: Vec<_> = other
        .take_news()
        .into_iter()
        .map(|(_, head)| head)
        .collect();
    assert_eq!(audit.contradiction(&heads), Some(mine));
    assert_eq!(other.contradiction(&heads), None);
}

/// Somebody of a crowd: a session and an identity for each number.
struct One {
    number: u16,
    log: LogEnd,
}

impl One {
    fn new(number: u16) -> Self {
        let log = LogEnd::default();
        Self { number, log }
    }

    fn seed(&self, kind: u8) -> [u8; 32] {
        let mut seed = [kind; 32];
        seed[..2].copy_from_slice(&self.number.to_be_bytes());
        seed
    }

    fn session(&self) -> SessionKey {
        Session::from_seed(&self.seed(8)).key()
    }

    fn identity(&self) -> IdentityKey {
        Identity::from_seed(&self.seed(9)).key()
    }

    fn author(&self) -> Author {
        Author {
            peer: PeerId::from_random(self.number.into()),
            identity: self.identity(),
            name: "Eve".parse().unwrap(),
        }
    }

    fn says(&mut self, text: &str) -> SignedEntry {
        let content = EntryContent::ChatMessage {
            id: MessageId::from_random(7),
            text: text.parse().unwrap(),
        };
        let keys = (self.identity(), &Session::from_seed(&self.seed(8)));
        self.log
            .append(keys, content, Timestamp::from_millis(1), &TAG)
    }

    /// Comes, and is the only one who is here.
    fn comes(&self, audit: &mut Audit, known: &[IdentityKey]) {
        let me = self.session();
        audit.introduce(me, self.author(), |session, identity| {
            if *session == me {
                Regard::Present
            } else if known.contains(identity) {
                Regard::Known
            } else {
                Regard::Passing
            }
        });
    }

    /// Says two things under one number, and is found out.
    fn forks(&mut self, audit: &mut Audit, regard: impl Fn(&IdentityKey) -> Regard) {
        let mut other = Self {
            number: self.number,
            log: self.log.clone(),
        };
        let (one, two) = (self.says("one"), other.says("two"));
        assert_eq!(record(audit, &one), Finding::New);
        assert!(matches!(record(audit, &two), Finding::Forked(_)));
        assert!(audit.freeze(&self.session(), regard));
    }

    fn is_heard(&mut self, audit: &mut Audit) -> bool {
        let entry = self.says("good morning");
        let verified = audit.verify(&entry, &TAG);
        verified.is_some_and(|it| audit.record(&it, entry, passing) == Finding::New)
    }
}

fn crowd(numbers: std::ops::Range<u16>) -> impl Iterator<Item = One> {
    numbers.map(One::new)
}

#[test]
fn a_session_keeps_its_person() {
    let mut audit = audit();
    let first = Session::from_seed(&[2; 32]).key();
    audit.introduce(first, One::new(7).author(), passing);
    assert!(audit.contradicts(&first, &One::new(7).identity()));
    assert_eq!(
        audit.author(&first).unwrap().identity,
        Identity::from_seed(&[1; 32]).key()
    );
}

/// A thousand people who come, sign two different things and go: those who come after them are heard all the same, and what is
/// held stays bounded.
#[test]
fn whoever_comes_after_a_thousand_forks_is_heard() {
    let mut audit = Audit::default();
    for mut one in crowd(0..1_100) {
        one.comes(&mut audit, &[]);
        one.forks(&mut audit, nobody);
        assert!(audit.logs.len() <= limits::ROOM_MEMBERS);
        assert!(audit.forked.len() <= limits::FORKED_PEOPLE);
    }
    assert!(audit.logs.values().all(|log| log.bytes == 0));
    for mut honest in crowd(2_000..2_300) {
        honest.comes(&mut audit, &[]);
        assert!(honest.is_heard(&mut audit), "{}", honest.number);
    }
}

/// Promise 11, the other way round: of those who were there before, whoever is known or has said something is still known when the
/// flood is over, and one fork among them is not forgotten.
#[test]
fn a_flood_of_forks_pushes_out_only_itself() {
    let mut audit = Audit::default();
    let mut friend = One::new(5_000);
    let mut guest = One::new(5_001);
    let mut liar = One::new(5_002);
    let known = [friend.identity(), liar.identity()];
    let regard = |identity: &IdentityKey| {
        if known.contains(identity) {
            Regard::Known
        } else {
            Regard::Passing
        }
    };
    for one in [&friend, &guest, &liar] {
        one.comes(&mut audit, &known);
    }
    liar.forks(&mut audit, regard);
    assert!(guest.is_heard(&mut audit) && friend.is_heard(&mut audit));
    for mut one in crowd(0..1_500) {
        one.comes(&mut audit, &known);
        one.forks(&mut audit, regard);
    }
    // Neither do those who only come, or speak, and go.
    for mut one in crowd(2_000..2_400) {
        one.comes(&mut audit, &known);
        assert!(one.is_heard(&mut audit));
    }
    assert!(friend.is_heard(&mut audit) && guest.is_heard(&mut audit));
    assert!(audit.is_forked(&liar.identity()));
    assert!(!liar.is_heard(&mut audit));
}

/// Whoever is here stays found out, however many others are found out meanwhile, and with whatever tab they come.
#[test]
fn a_fork_is_not_forgotten_while_its_author_is_here() {
    let mut audit = Audit::default();
    let mut liar = One::new(9_000);
    liar.comes(&mut audit, &[]);
    let key = liar.identity();
    let here = |identity: &IdentityKey| {
        if *identity == key {
            Regard::Present
        } else {
            Regard::Passing
        }
    };
    liar.forks(&mut audit, here);
    for mut one in crowd(0..1_500) {
        one.comes(&mut audit, &[]);
        one.forks(&mut audit, here);
    }
    assert!(audit.is_forked(&liar.identity()));
    assert_eq!(audit.forked.len(), limits::FORKED_PEOPLE);
    // Once they are gone, they are one of many.
    for mut one in crowd(2_000..2_002) {
        one.comes(&mut audit, &[]);
        one.forks(&mut audit, nobody);
    }
    assert!(!audit.is_forked(&liar.identity()));
}

#[test]
fn a_room_full_of_people_who_are_here_holds_each_of_them() {
    let mut audit = Audit::default();
    let present = |_: &SessionKey, _: &IdentityKey| Regard::Present;
    for mut one in crowd(0..256) {
        audit.introduce(one.session(), one.author(), present);
        assert!(one.is_heard(&mut audit));
    }
    assert_eq!(audit.logs.len(), limits::ROOM_MEMBERS);
    audit.introduce(One::new(999).session(), One::new(999).author(), present);
    assert!(audit.author(&One::new(0).session()).is_some());
}

/// What people who are gone have said makes room first: who is here keeps what they said.
#[test]
fn talkative_strangers_who_left_do_not_leave_less_for_those_who_are_here() {
    let mut audit = Audit::default();
    let text = "x".repeat(40_000);
    for mut one in crowd(0..60) {
        one.comes(&mut audit, &[]);
        for _ in 0..12 {
            let entry = one.says(&text);
            record(&mut audit, &entry);
        }
    }
    let mut honest = One::new(100);
    honest.comes(&mut audit, &[]);
    let here = honest.session();
    let regard = |session: &SessionKey, _: &IdentityKey| {
        if *session == here {
            Regard::Present
        } else {
            Regard::Passing
        }
    };
    for _ in 0..10 {
        let entry = honest.says(&text);
        let verified = audit.verify(&entry, &TAG).unwrap();
        assert_eq!(audit.record(&verified, entry, regard), Finding::New);
    }
    assert_eq!(audit.logs[&here].held.len(), 10);
    let all: usize = audit.logs.values().map(|log| log.bytes).sum();
    assert!(all <= limits::AUDITED_BYTES_IN_ALL, "{all}");
}

#[test]
fn what_is_held_is_bounded() {
    let (mut audit, mut log) = (audit(), LogEnd::default());
    for _ in 0..40 {
        let entry = say(&mut log, &"x".repeat(30_000));
        record(&mut audit, &entry);
    }
    let log = audit.logs.values().next().unwrap();
    assert!(log.bytes <= limits::AUDITED_BYTES && log.held.len() >= 10);
}
