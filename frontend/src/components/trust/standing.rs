//! What a person can do about somebody of whom so much is known. Pure.

use banter_protocol::engine::Standing;

/// What a person can do about somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Choice {
    /// Nothing.
    Nothing,
    /// Compare safety number or emoji, and take them for verified or no more.
    Verify,
    /// Compare the safety number, and take the key or keep them out.
    JudgeKey,
    /// Let in whom they kept out.
    LetIn,
}

/// What there is to do.
pub(crate) fn choice(standing: Standing) -> Choice {
    match standing {
        Standing::Unconfirmed | Standing::Forked => Choice::Nothing,
        Standing::Known | Standing::NewKey | Standing::Verified => Choice::Verify,
        Standing::Changed => Choice::JudgeKey,
        Standing::Refused => Choice::LetIn,
    }
}

/// Whether they can be taken along to another room: they have proved who they are, and nothing speaks against them.
pub(crate) fn can_move_along(standing: Standing) -> bool {
    choice(standing) == Choice::Verify
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
    fn nobody_with_a_doubtful_key_moves_along() {
        let moving: Vec<_> = ALL.into_iter().filter(|&one| can_move_along(one)).collect();
        assert_eq!(
            moving,
            [Standing::Known, Standing::NewKey, Standing::Verified]
        );
    }
}
