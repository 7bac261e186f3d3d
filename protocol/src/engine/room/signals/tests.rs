use super::*;
use crate::crypto::{CertificateFingerprint, Identity, Invite};

fn at(seconds: u64) -> Timestamp {
    Timestamp::from_millis(seconds * 1000)
}

fn peer(number: u8) -> PeerId {
    PeerId::from_random(u128::from(number) << 80)
}

/// A tab of this number in a room.
fn tab(number: u8, invite: &Invite) -> (Signals, Io) {
    let mut io = Io::new([number; 32]);
    let identity = Identity::from_seed(&[number; 32]);
    let intent = JoinIntent::new(invite.clone(), "Ada".parse().unwrap(), identity);
    (Signals::open(at(0), &intent, peer(number), &mut io), io)
}

fn private() -> Invite {
    Invite::generate([1; 16], [2; 32])
}

/// Two tabs of a room that have met.
fn two(invite: &Invite) -> [Signals; 2] {
    let [mut ada, mut bob] = [1, 2].map(|number| tab(number, invite).0);
    assert_eq!(meet(&mut ada, &bob), Some(News::Newer));
    assert_eq!(meet(&mut bob, &ada), Some(News::Newer));
    [ada, bob]
}

fn meet(one: &mut Signals, other: &Signals) -> Option<News> {
    let announced = other.own.sealed(other.own.epoch());
    Some(one.learn(one.read_announcement(announced)?))
}

/// What one says to the other, as it comes there.
fn relayed(from: &mut Signals, to: &Signals, saying: Saying) -> Option<Relayed> {
    let thread = from.newest_thread(to.me);
    let json = serde_json::to_string(&from.seal(to.me, thread, saying)?).unwrap();
    Relayed::of(serde_json::from_str(&json).unwrap(), to.me)
}

#[test]
fn what_is_sealed_for_one_is_opened_by_them_alone_and_once() {
    let [mut ada, mut bob] = two(&private());
    let (mut eve, _) = tab(3, &private());
    meet(&mut eve, &ada);
    let say = || Saying::Offer(json!({ "sdp": "x" }));
    let sent = || relayed(&mut ada, &bob, say()).unwrap();
    let mut sent = sent;
    let (once, again) = (sent(), sent());
    assert!(!once.payload.to_string().contains("sdp"));
    let stolen = |of: &Relayed| Relayed {
        from: of.from,
        kind: of.kind,
        negotiation: None,
        announcement: None,
        payload: of.payload.clone(),
    };
    assert!(eve.unseal(stolen(&once), None).is_err());
    let replayed = stolen(&once);
    assert!(!bob.is_proven(peer(1)));
    let (thread, saying) = bob.unseal(once, None).unwrap();
    assert_eq!(saying, say());
    assert_eq!((thread.mine, thread.theirs), (1, Some(1)));
    assert!(bob.is_proven(peer(1)));
    assert_eq!(bob.unseal(replayed, None), Err(Unopened::Garbage));
    assert!(bob.unseal(again, None).is_ok());
}

#[test]
fn in_the_clear_everything_is_what_it_says_and_a_refusal_is_an_answer() {
    let [mut ada, mut bob] = two(&Invite::open("tea".parse().unwrap()).unwrap());
    for saying in [
        Saying::Offer(Value::Null),
        Saying::Answer(json!({ "sdp": "y" })),
        Saying::Candidate(json!("z")),
        Saying::Refusal,
    ] {
        let again = match &saying {
            Saying::Offer(it) => Saying::Offer(it.clone()),
            Saying::Answer(it) => Saying::Answer(it.clone()),
            Saying::Candidate(it) => Saying::Candidate(it.clone()),
            Saying::Refusal => Saying::Refusal,
        };
        let sent = relayed(&mut ada, &bob, saying).unwrap();
        assert_eq!(bob.unseal(sent, Some(7)).unwrap().1, again);
    }
}

#[test]
fn nothing_is_made_of_what_is_sealed_with_unknown_keys_or_not_at_all() {
    let [mut ada, mut bob] = two(&private());
    let sent = relayed(&mut ada, &bob, Saying::Refusal).unwrap();
    bob.park(peer(1));
    assert_eq!(bob.unseal(sent, None), Err(Unopened::UnknownEpoch));
    for (payload, expected) in [
        (Value::Null, Unopened::OnlyNews),
        (json!({ "sdp": "x" }), Unopened::Garbage),
        (json!("AAAA"), Unopened::Garbage),
    ] {
        let plain = Relayed {
            from: peer(1),
            kind: SignalKind::Offer,
            negotiation: None,
            announcement: None,
            payload,
        };
        assert_eq!(bob.unseal(plain, None), Err(expected));
    }
    let stranger = relayed(&mut tab(3, &private()).0, &bob, Saying::Refusal);
    assert!(stranger.is_none(), "there are no keys to seal it with");
}

/// Who leaves and comes back is known again, as long as the keys agreed on with them last, and has to prove anew to be there.
#[test]
fn who_comes_back_is_news_and_what_they_said_before_is_none() {
    let [mut ada, mut bob] = two(&private());
    let sent = relayed(&mut ada, &bob, Saying::Refusal).unwrap();
    let recorded = Relayed {
        payload: sent.payload.clone(),
        announcement: None,
        negotiation: None,
        ..sent
    };
    let payload = recorded.payload.clone();
    bob.unseal(recorded, None).unwrap();
    bob.park(peer(1));
    assert!(bob.latest(peer(1)).is_none() && !bob.is_proven(peer(1)));
    assert_eq!(meet(&mut bob, &ada), Some(News::Newer));
    assert!(!bob.is_proven(peer(1)));
    let replayed = Relayed {
        from: peer(1),
        kind: SignalKind::Answer,
        negotiation: None,
        announcement: None,
        payload,
    };
    assert_eq!(bob.unseal(replayed, None), Err(Unopened::Garbage));
    assert_eq!(meet(&mut bob, &ada), Some(News::Same));
}

#[test]
fn a_proof_is_good_for_its_own_connection() {
    let [mut ada, mut bob] = two(&private());
    let print = |number: u8| CertificateFingerprint::of_der(&[number]);
    let binding = |signals: &Signals, to: u8, own: u8, theirs: u8| Binding {
        connection: crate::engine::ConnectionId(1),
        thread: signals.newest_thread(peer(to)),
        own: print(own),
        peer: print(theirs),
    };
    let proof = ada.proof(peer(2), &binding(&ada, 2, 10, 20)).unwrap();
    let between = binding(&bob, 1, 20, 30);
    assert!(bob.judge(peer(1), &between, &proof).is_none());
    assert!(!bob.is_proven(peer(1)));
    let direct = binding(&bob, 1, 20, 10);
    let proved = bob.judge(peer(1), &direct, &proof).unwrap();
    assert_eq!(proved.announcement.identity, ada.own.identity());
    assert!(bob.is_proven(peer(1)));
}

#[test]
fn ids_of_offers_count_up_and_are_another_room_s_in_another_room() {
    let (mut here, _) = tab(1, &private());
    let (mut there, _) = tab(2, &private());
    let [first, second, other] = [
        here.next_negotiation(),
        here.next_negotiation(),
        there.next_negotiation(),
    ];
    let page = |id: &str| id.split_once('.').map(|(page, _)| page.to_owned());
    assert_ne!(first, second);
    assert_eq!(page(&first), page(&second));
    assert_ne!(page(&first), page(&other));
}
