//! What is left of what was deleted, and whom it takes to delete it.

use super::*;
use crate::log::log_entry::stub;

/// Three entries of somebody, of which the second is deleted, and the deletion.
fn deleted(by: &mut Author) -> (Vec<Arc<LogEntry>>, Arc<LogEntry>) {
    let mut chain = chain(by, 3);
    let remains = stub::remains(&chain[1]).map(Box::new);
    let target = chain[1].id();
    let deletion = read(by.say(&Content::Delete { target, remains }));
    chain[1] = Arc::new(stub::make(&chain[1], &deletion).unwrap());
    chain.push(Arc::clone(&deletion));
    (chain, deletion)
}

#[test]
fn the_chain_holds_without_what_was_deleted_in_both_directions() {
    let mut author = Author::new(1);
    let (chain, _) = deleted(&mut author);
    assert!(!chain[1].signed.text.contains(r#"\"text\":\"x\""#));
    for order in [[0, 1, 2, 3], [3, 2, 1, 0], [1, 2, 0, 3]] {
        let mut logs = logs(std::slice::from_ref(&author), limits::LOG_IN_MEMORY);
        for number in order {
            let taking = take(&mut logs, &chain[number].signed);
            assert!(matches!(taking, Taking::Taken(_)), "{order:?} {taking:?}");
        }
        let extent = logs.log(&author.key()).unwrap().extent(author.key());
        assert_eq!(extent.map(|it| (it.first, it.last)), Some((1, 4)));
    }
}

#[test]
fn nobody_else_can_leave_only_a_stub_of_what_somebody_said() {
    let (mut ada, mut bob) = (Author::new(1), Author::new(2));
    let said = read(ada.text("hello"));
    let remains = stub::remains(&said).map(Box::new);
    let target = said.id();
    let by_bob = read(bob.say(&Content::Delete { target, remains }));
    assert_eq!(stub::make(&said, &by_bob), None);
    // Made by hand, with Bob's deletion, and with one that claims to be Ada's.
    let stub_of = |deletion: &SignedEntry| SignedEntry {
        text: format!(
            r#"{{"deletion":{}}}"#,
            serde_json::to_string(&deletion).unwrap()
        ),
        signature: said.signed.signature.clone(),
    };
    let mut claimed = by_bob.signed.clone();
    let (hers, his) = (ada.identity.key(), bob.identity.key());
    claimed.text = claimed.text.replace(&his.to_string(), &hers.to_string());
    let mut logs = logs(&[ada, bob], limits::LOG_IN_MEMORY);
    for deletion in [&by_bob.signed, &claimed] {
        assert_eq!(take(&mut logs, &stub_of(deletion)), Taking::Refused);
    }
    assert!(matches!(take(&mut logs, &said.signed), Taking::Taken(_)));
}

#[test]
fn a_stub_that_was_changed_is_refused_and_proves_nothing() {
    let mut ada = Author::new(1);
    let (chain, deletion) = deleted(&mut ada);
    let stub = &chain[1].signed;
    let mut other = Author::new(1);
    let forged = other.text("another text");
    let without = SignedEntry {
        signature: forged.signature,
        ..stub.clone()
    };
    let mut logs = logs(&[ada], limits::LOG_IN_MEMORY);
    assert_eq!(take(&mut logs, &without), Taking::Refused);
    let longer = SignedEntry {
        text: stub.text.replacen('{', "{ ", 2),
        ..stub.clone()
    };
    assert_eq!(LogEntry::read(longer), None);
    assert!(matches!(
        take(&mut logs, &chain[0].signed),
        Taking::Taken(_)
    ));
    assert!(matches!(take(&mut logs, stub), Taking::Taken(_)));
    assert_eq!(take(&mut logs, stub), Taking::Known);
    assert_eq!(logs.convict(stub, &deletion.signed), None);
    // Another text in the place of the stub is taken by nobody, and freezes nobody.
    let second = other.text("another second");
    assert!(!matches!(
        take(&mut logs, &second),
        Taking::Taken(_) | Taking::Forked(_)
    ));
}
