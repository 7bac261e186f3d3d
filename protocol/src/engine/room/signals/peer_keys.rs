//! What is known of the keys at the other end of a link.

use super::own_keys::OwnKeys;
use crate::crypto::{
    Announcement, SessionKey,
    pair::{Pair, PairEpochs},
};

/// What an announcement is to us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::engine) enum News {
    /// Known already.
    Same,
    /// A new epoch, or the first.
    Newer,
    /// Another key in a known epoch, or an epoch that goes back.
    Refused,
}

/// The newest two announcements of a tab, and the keys agreed on with it.
#[derive(Debug, Default)]
pub(in crate::engine) struct PeerKeys {
    /// The newest last.
    announced: Vec<Announcement>,
    pairs: Vec<Pair>,
    /// The tab has sealed something for a key that only lives now, so it is no recording.
    is_proven: bool,
}

/// Epochs of one tab that are of use: the announced one, and the one before for a minute.
const EPOCHS: usize = 2;

impl PeerKeys {
    /// The newest announcement.
    pub(in crate::engine) fn latest(&self) -> Option<&Announcement> {
        self.announced.last()
    }

    pub(in crate::engine) fn announcement(&self, epoch: u32) -> Option<&Announcement> {
        let mut announced = self.announced.iter();
        announced.find(|announcement| announcement.epoch == epoch)
    }

    pub(in crate::engine) fn is_proven(&self) -> bool {
        self.is_proven
    }

    /// Takes in an announcement of the same session as before, or of the first.
    pub(in crate::engine) fn learn(&mut self, announcement: Announcement) -> News {
        match self.latest() {
            Some(latest) if latest.epoch == announcement.epoch => {
                if *latest == announcement {
                    News::Same
                } else {
                    News::Refused
                }
            }
            Some(latest) if latest.epoch > announcement.epoch => {
                // The one before, on its way while the next was made.
                if self.announced.contains(&announcement) {
                    News::Same
                } else {
                    News::Refused
                }
            }
            Some(_) | None => {
                if self.announced.len() == EPOCHS {
                    self.announced.remove(0);
                }
                self.announced.push(announcement);
                News::Newer
            }
        }
    }

    /// What to keep of a tab that is gone, or in whose place another session speaks: should it come back, what it said before is
    /// no news. It has to prove anew that it is there.
    pub(in crate::engine) fn put_away(mut self) -> Option<(SessionKey, Self)> {
        let session = self.latest()?.session;
        self.is_proven = false;
        Some((session, self))
    }

    /// Whether anything was agreed on that is not wiped yet.
    pub(in crate::engine) fn has_pairs(&self) -> bool {
        !self.pairs.is_empty()
    }

    /// The keys of two epochs, agreed on at their first use; `None` where either is over or unknown.
    pub(in crate::engine) fn pair(
        &mut self,
        epochs: PairEpochs,
        own: &OwnKeys,
    ) -> Option<&mut Pair> {
        let known = self.pairs.iter().position(|pair| pair.epochs() == epochs);
        let place = match known {
            Some(place) => place,
            None => {
                let pair = own.agree(epochs.mine, self.announcement(epochs.theirs)?)?;
                // However often either side announces: two epochs of each are four pairs at most.
                self.wipe(own);
                self.pairs.push(pair);
                self.pairs.len() - 1
            }
        };
        self.pairs.get_mut(place)
    }

    /// The tab has proved to be there.
    pub(in crate::engine) fn prove(&mut self) {
        self.is_proven = true;
    }

    /// Drops the keys of this side's epochs that are wiped, and of theirs that are over.
    pub(in crate::engine) fn wipe(&mut self, own: &OwnKeys) {
        let announced = &self.announced;
        self.pairs.retain(|pair| {
            let theirs = pair.epochs().theirs;
            own.holds(pair.epochs()) && announced.iter().any(|known| known.epoch == theirs)
        });
    }
}

#[cfg(test)]
mod tests;
