//! Members who ask others to go on elsewhere: nobody goes without a word of their own, and whose name is whose goes along.

use banter_protocol::{
    crypto::{IdentityKey, Invite},
    engine::{LinkState, RoomIntent, Standing},
    ids::{PeerId, RoomId},
};

use crate::{
    evil_server::room,
    forks::{hand_over, log_of, sign},
    world::{Action, World},
};

const ADA: usize = 0;
const BOB: usize = 1;
const MALLORY: usize = 2;
/// A tab of Mallory's that waits elsewhere under Bob's name.
const FALSE_BOB: usize = 3;

impl World {
    /// Goes to the room that the engine has led to.
    pub fn follow(&mut self, node: usize) {
        let invite = self.nodes[node].renewed.take().expect("nobody leads there");
        self.intent(node, RoomIntent::Leave);
        self.run(1_000);
        self.nodes[node].move_to(invite);
        self.load(node);
    }

    /// Answers what somebody asks.
    pub fn answer_move(&mut self, node: usize, asker: usize, accept: bool) {
        let (by, room) = self.asked(node, asker).expect("they do not ask");
        self.intent(node, RoomIntent::AnswerMove { by, room, accept });
        self.run(100);
    }

    fn asked(&self, node: usize, asker: usize) -> Option<(IdentityKey, RoomId)> {
        let by = self.nodes[asker].identity.key();
        let mut moves = self.nodes[node].moves.iter();
        let asked = moves.find(|asked| asked.by == by)?;
        Some((asked.by, asked.room.clone()))
    }

    fn peer(&self, node: usize) -> PeerId {
        self.nodes[node].me.unwrap()
    }

    /// Somebody asks one other to come to a new room, and stays where they are.
    fn ask(&mut self, asker: usize, node: usize, invite: &Invite) {
        let chosen = vec![self.peer(node)];
        let invite = invite.clone();
        self.intent(asker, RoomIntent::RenewInvite { invite, chosen });
        self.nodes[asker].renewed = None;
        self.run(500);
    }

    pub fn standing(&self, node: usize, name: &str) -> Option<Standing> {
        let mut peers = self.nodes[node].peers.iter();
        let peer = peers.find(|peer| peer.name.as_str() == name)?;
        Some(peer.standing)
    }
}

fn elsewhere(number: u8) -> Invite {
    Invite::generate([number; 16], [number + 1; 32])
}

/// Ada, Bob whom she has verified, and Mallory, in one room.
fn three() -> World {
    let mut world = World::in_room(41, 4, room());
    world.calm = true;
    for node in [ADA, BOB, MALLORY] {
        world.act(&Action::OpenTab(node));
    }
    world.run(4_000);
    let (peer, verified) = (world.peer(BOB), true);
    world.intent(ADA, RoomIntent::SetVerified { peer, verified });
    world
}

/// Nobody is moved: not by one invite, nor by many, in a hidden page or after a reload; and who stays is where they were.
#[test]
fn nobody_is_moved_by_a_members_word() {
    let mut world = three();
    world.act(&Action::Hide(ADA));
    for number in 20..60 {
        world.ask(MALLORY, ADA, &elsewhere(number));
    }
    assert!(world.nodes[ADA].renewed.is_none());
    // One of each person waits, the newest that is heard.
    let asked = world.asked(ADA, MALLORY);
    assert_eq!(world.nodes[ADA].moves.len(), 1);
    world.act(&Action::Show(ADA));
    world.act(&Action::Reload(ADA));
    world.run(4_000);
    assert_eq!(world.asked(ADA, MALLORY), asked);
    world.act(&Action::CloseTab(MALLORY));
    world.run(60_000);
    assert_eq!(world.asked(ADA, MALLORY), asked, "who asks may have gone");

    world.answer_move(ADA, MALLORY, false);
    assert!(world.nodes[ADA].moves.is_empty() && world.nodes[ADA].kept_moves.is_empty());
    world.act(&Action::Reload(ADA));
    world.run(4_000);
    assert!(world.nodes[ADA].moves.is_empty());
    assert!(world.nodes[ADA].renewed.is_none());
    let bob = world.peer(BOB);
    assert!(
        world.nodes[ADA].is_linked_to(bob),
        "who stays is still there"
    );
}

/// Promise 14: whoever goes along knows there whose name is whose: a stranger under a verified friend's name is no friend.
#[test]
fn whoever_bears_a_friends_name_elsewhere_is_not_taken_for_the_friend() {
    for verified in [true, false] {
        let mut world = three();
        if !verified {
            let peer = world.peer(BOB);
            world.intent(ADA, RoomIntent::SetVerified { peer, verified });
        }
        let there = elsewhere(20);
        world.ask(MALLORY, ADA, &there);
        assert_eq!(world.nodes[ADA].moves[0].name.as_str(), "Person 2");
        assert_eq!(world.nodes[ADA].moves[0].standing, Standing::Known);
        world.nodes[FALSE_BOB].name = "Person 1".to_owned();
        world.nodes[FALSE_BOB].invite = there.clone();
        world.act(&Action::OpenTab(FALSE_BOB));
        world.run(4_000);
        world.answer_move(ADA, MALLORY, true);
        assert_eq!(world.nodes[ADA].renewed, Some(there));
        // The simulator's own check of who is shown knows nothing of a second room.
        world.follow(ADA);
        world.run(6_000);
        assert_eq!(world.standing(ADA, "Person 1"), Some(Standing::Changed));
        world.act(&Action::Say(FALSE_BOB));
        world.run(2_000);
        assert!(world.nodes[ADA].shown.is_empty());
    }
}

/// The real friend is who they were, verified too.
#[test]
fn a_verified_friend_is_verified_in_the_room_that_both_moved_to() {
    let mut world = three();
    let invite = elsewhere(20);
    let chosen = vec![world.peer(ADA)];
    world.intent(BOB, RoomIntent::RenewInvite { invite, chosen });
    world.run(500);
    assert_eq!(world.nodes[ADA].moves[0].standing, Standing::Verified);
    world.follow(BOB);
    world.run(3_000);
    world.answer_move(ADA, BOB, true);
    world.follow(ADA);
    world.run(6_000);
    assert_eq!(world.standing(ADA, "Person 1"), Some(Standing::Verified));
    assert_eq!(world.standing(BOB, "Person 0"), Some(Standing::Known));
    let there = world.nodes[ADA].invite.room().clone();
    let people = &world.nodes[BOB].people;
    let known = people.iter().filter(|person| person.room == there).count();
    assert_eq!(known, 2, "Ada, and Mallory who stayed behind");
}

/// Several ask at once: each is named, and the answer to one leaves nothing of the others once the person has gone.
#[test]
fn several_who_ask_wait_side_by_side() {
    let mut world = three();
    world.ask(MALLORY, ADA, &elsewhere(20));
    world.ask(BOB, ADA, &elsewhere(30));
    world.ask(BOB, ADA, &elsewhere(30));
    let names = |world: &World| -> Vec<String> {
        let moves = world.nodes[ADA].moves.iter();
        moves.map(|asked| asked.name.as_str().to_owned()).collect()
    };
    assert_eq!(names(&world), ["Person 2", "Person 1"]);
    world.answer_move(ADA, MALLORY, false);
    assert_eq!(names(&world), ["Person 1"]);
    world.ask(MALLORY, ADA, &elsewhere(20));
    assert_eq!(names(&world), ["Person 1"], "she was declined");
    // An answer to what is not asked any more.
    let (by, room) = (world.nodes[MALLORY].identity.key(), elsewhere(20));
    let room = room.room().clone();
    let accept = true;
    world.intent(ADA, RoomIntent::AnswerMove { by, room, accept });
    assert!(world.nodes[ADA].renewed.is_none());
    world.answer_move(ADA, BOB, true);
    assert_eq!(world.nodes[ADA].renewed, Some(elsewhere(30)));
    world.follow(ADA);
    world.run(4_000);
    assert!(world.nodes[ADA].moves.is_empty() && world.nodes[ADA].kept_moves.is_empty());
}

/// Whoever is kept out asks for nothing, nor does who was found out; what they asked before is not asked any more.
#[test]
fn whoever_is_not_listened_to_does_not_ask() {
    let mut world = three();
    world.ask(MALLORY, ADA, &elsewhere(20));
    assert_eq!(world.nodes[ADA].moves.len(), 1);
    world.nodes[MALLORY].is_mallory = true;
    let mut log = log_of(&world, MALLORY);
    let mut fork = log.clone();
    for (log, text) in [(&mut log, "yes"), (&mut fork, "no way")] {
        let half = sign(&world, MALLORY, log, text);
        hand_over(&mut world, MALLORY, ADA, &half);
    }
    world.run(1_000);
    assert_eq!(world.standing(ADA, "Person 2"), Some(Standing::Forked));
    assert!(world.nodes[ADA].moves.is_empty() && world.nodes[ADA].kept_moves.is_empty());
    world.ask(MALLORY, ADA, &elsewhere(30));
    assert!(world.nodes[ADA].moves.is_empty());

    // Somebody under the name of a friend who is away.
    let mut world = three();
    world.act(&Action::CloseTab(BOB));
    world.run(60_000);
    world.nodes[FALSE_BOB].name = "Person 1".to_owned();
    world.act(&Action::OpenTab(FALSE_BOB));
    world.run(6_000);
    assert_eq!(world.standing(ADA, "Person 1"), Some(Standing::Changed));
    world.ask(FALSE_BOB, ADA, &elsewhere(20));
    assert!(world.nodes[ADA].moves.is_empty());
    let (peer, accept) = (world.peer(FALSE_BOB), false);
    world.intent(ADA, RoomIntent::JudgeKey { peer, accept });
    world.run(1_000);
    world.ask(FALSE_BOB, ADA, &elsewhere(30));
    assert!(world.nodes[ADA].moves.is_empty());
}

/// An invite to the room where one is, or in an open room, is none.
#[test]
fn an_invite_that_leads_nowhere_else_asks_nothing() {
    let mut world = three();
    world.ask(MALLORY, ADA, &room());
    assert!(world.nodes[ADA].moves.is_empty());
    let open = Invite::open("tea".parse().unwrap()).unwrap();
    let mut world = World::in_room(42, 2, open);
    world.calm = true;
    world.act(&Action::OpenTab(0));
    world.act(&Action::OpenTab(1));
    world.run(4_000);
    assert_eq!(world.nodes[0].peers[0].state, LinkState::Connected);
    world.ask(1, 0, &elsewhere(20));
    assert!(world.nodes[0].moves.is_empty() && world.nodes[0].renewed.is_none());
    // A tab that leaves is asked nothing any more.
    let mut world = three();
    world.ask(MALLORY, ADA, &elsewhere(20));
    world.intent(ADA, RoomIntent::Leave);
    assert!(world.nodes[ADA].moves.is_empty() && world.nodes[ADA].kept_moves.is_empty());
}
