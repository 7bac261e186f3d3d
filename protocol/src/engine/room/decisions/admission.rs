//! Who is let in: a lock that only clients keep, and people whom this person does not want. The server has no say.

use crate::{
    crypto::{Announcement, IdentityKey},
    engine::{LockRecord, LockView},
    names::PersonName,
};

/// See the module.
#[derive(Debug, Default)]
pub(in crate::engine) struct Admission {
    lock: Option<LockRecord>,
    refused: Vec<IdentityKey>,
}

impl Admission {
    pub(in crate::engine) fn new(lock: Option<LockRecord>) -> Self {
        Self {
            lock,
            refused: Vec::new(),
        }
    }

    pub(in crate::engine) fn is_locked(&self) -> bool {
        self.lock.is_some()
    }

    /// Whether this person locked the room themselves, and tells whoever comes back.
    pub(in crate::engine) fn is_locked_by_me(&self) -> bool {
        self.lock.as_ref().is_some_and(|lock| lock.by.is_none())
    }

    /// Whether anything passes between this tab and somebody.
    pub(in crate::engine) fn admits(&self, identity: &IdentityKey) -> bool {
        let locked_out = self
            .lock
            .as_ref()
            .is_some_and(|lock| !lock.admitted.contains(identity));
        !locked_out && !self.refuses(identity)
    }

    /// The same for somebody whose key may not be known yet: a stranger is let in where everybody is.
    pub(in crate::engine) fn admits_known(&self, known: Option<&Announcement>) -> bool {
        known.map_or(!self.is_locked(), |known| self.admits(&known.identity))
    }

    pub(in crate::engine) fn refuses(&self, identity: &IdentityKey) -> bool {
        self.refused.contains(identity)
    }

    pub(in crate::engine) fn refuse(&mut self, identity: IdentityKey) {
        if !self.refuses(&identity) {
            self.refused.push(identity);
        }
    }

    /// Lets somebody in after all. Gives what to keep of the lock, where there is one.
    pub(in crate::engine) fn forgive(&mut self, identity: &IdentityKey) -> Option<LockRecord> {
        self.refused.retain(|refused| refused != identity);
        let lock = self.lock.as_mut()?;
        if !lock.admitted.contains(identity) {
            lock.admitted.push(*identity);
        }
        Some(lock.clone())
    }

    /// Locks with these inside, or unlocks. Gives what to keep. Whoever was let in before stays so: a tab that has just reloaded is
    /// told of the lock again before it has met everybody.
    pub(in crate::engine) fn set(
        &mut self,
        locked: bool,
        by: Option<&PersonName>,
        mut inside: Vec<IdentityKey>,
    ) -> Option<LockRecord> {
        let before = self.lock.take();
        // Who locked the room themselves goes on telling whoever comes back.
        let mine = before.as_ref().is_some_and(|lock| lock.by.is_none());
        for identity in before.into_iter().flat_map(|lock| lock.admitted) {
            if !inside.contains(&identity) {
                inside.push(identity);
            }
        }
        self.lock = locked.then(|| LockRecord {
            by: by.filter(|_| !mine).map(|name| name.as_str().to_owned()),
            admitted: inside,
        });
        self.lock.clone()
    }

    pub(in crate::engine) fn view(&self) -> LockView {
        match &self.lock {
            None => LockView::Open,
            Some(LockRecord { by: None, .. }) => LockView::LockedByMe,
            Some(LockRecord { by: Some(name), .. }) => {
                LockView::LockedBy(PersonName::from_remote(name))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::Identity;

    /// Promise 16: the rule itself; the simulator and the browsers show what follows from it.
    #[test]
    fn a_locked_room_lets_in_who_was_inside_and_nobody_else() {
        let key = |seed| Identity::from_seed(&[seed; 32]).key();
        let mut admission = Admission::default();
        assert!(admission.admits(&key(2)));
        let kept = admission.set(true, None, vec![key(1)]);
        assert!(admission.admits(&key(1)) && !admission.admits(&key(2)));
        assert_eq!(admission.view(), LockView::LockedByMe);
        let mut told_again = Admission::new(kept.clone());
        told_again.set(true, None, vec![key(3)]);
        assert!(told_again.admits(&key(1)) && told_again.admits(&key(3)));
        let mut after_reload = Admission::new(kept);
        assert!(after_reload.is_locked_by_me() && !after_reload.admits(&key(2)));
        after_reload.refuse(key(1));
        assert!(!after_reload.admits(&key(1)));
        after_reload.forgive(&key(1));
        assert!(after_reload.admits(&key(1)));
        assert_eq!(after_reload.set(false, None, Vec::new()), None);
        assert!(after_reload.admits(&key(2)));
    }
}
