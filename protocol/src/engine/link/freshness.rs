//! Negotiation ids, and which offers of a peer are news.
//!
//! An id is `PAGE.NUMBER`: 16 hexadecimal digits that are new each time that a page enters the room, and a number that
//! counts up. So an offer that comes twice or too late is known, and so is a page that was loaded anew. To
//! anybody else the id is an opaque text to be echoed.

use std::collections::VecDeque;

/// Pages of one peer that are over.
const REMEMBERED_PAGES: usize = 8;

/// The id of an own offer.
pub(in crate::engine) fn negotiation_id(page: u64, number: u64) -> String {
    format!("{page:016x}.{number}")
}

/// What an offer is to us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Freshness {
    /// The next one of the page that we know.
    New,
    /// The first one of a page loaded anew: the connections to the one before are dead.
    NewPage,
    /// Seen before, or older than one seen before.
    Stale,
}

/// The offers of one peer so far.
#[derive(Debug, Default)]
pub(super) struct Freshest {
    current: Option<(u64, u64)>,
    over: VecDeque<u64>,
}

impl Freshest {
    /// Judges an offer and remembers it. An id of another make cannot be judged and is taken as new.
    pub(super) fn judge(&mut self, negotiation: Option<&str>) -> Freshness {
        let Some((page, number)) = negotiation.and_then(parse) else {
            return Freshness::New;
        };
        match self.current {
            _ if self.over.contains(&page) => Freshness::Stale,
            Some((known, last)) if known == page && number <= last => Freshness::Stale,
            Some((known, _)) if known != page => {
                self.over.push_back(known);
                if self.over.len() > REMEMBERED_PAGES {
                    self.over.pop_front();
                }
                self.current = Some((page, number));
                Freshness::NewPage
            }
            Some(_) | None => {
                self.current = Some((page, number));
                Freshness::New
            }
        }
    }
}

fn parse(id: &str) -> Option<(u64, u64)> {
    let (page, number) = id.split_once('.')?;
    Some((u64::from_str_radix(page, 16).ok()?, number.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeated_and_overtaken_offers_are_stale() {
        let mut freshest = Freshest::default();
        let mut judge = |page, number| freshest.judge(Some(&negotiation_id(page, number)));
        assert_eq!(judge(7, 1), Freshness::New);
        assert_eq!(judge(7, 3), Freshness::New);
        assert_eq!(judge(7, 3), Freshness::Stale);
        assert_eq!(judge(7, 2), Freshness::Stale);
    }

    #[test]
    fn a_page_loaded_anew_is_told_apart_and_the_one_before_is_over() {
        let mut freshest = Freshest::default();
        let mut judge = |page, number| freshest.judge(Some(&negotiation_id(page, number)));
        assert_eq!(judge(7, 9), Freshness::New);
        assert_eq!(judge(8, 1), Freshness::NewPage);
        assert_eq!(judge(7, 10), Freshness::Stale);
        assert_eq!(judge(8, 2), Freshness::New);
    }

    #[test]
    fn ids_of_another_make_are_taken_as_new() {
        let mut freshest = Freshest::default();
        for id in [
            None,
            Some(""),
            Some("x"),
            Some("1.x"),
            Some("zz.1"),
            Some("-1.1"),
        ] {
            assert_eq!(freshest.judge(id), Freshness::New, "{id:?}");
        }
    }
}
