//! Negotiation ids, and which offers of a peer are news.
//!
//! An id is `SESSION.NUMBER`: 16 hexadecimal digits that are new for each load of a page, and a number that
//! counts up. So an offer that comes twice or too late is known, and so is a page that was loaded anew. To
//! anybody else the id is an opaque text to be echoed.

use std::collections::VecDeque;

/// Sessions of one peer that are over.
const REMEMBERED_SESSIONS: usize = 8;

/// The id of an own offer.
pub(super) fn negotiation_id(session: u64, number: u64) -> String {
    format!("{session:016x}.{number}")
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
        let Some((session, number)) = negotiation.and_then(parse) else {
            return Freshness::New;
        };
        match self.current {
            _ if self.over.contains(&session) => Freshness::Stale,
            Some((known, last)) if known == session && number <= last => Freshness::Stale,
            Some((known, _)) if known != session => {
                self.over.push_back(known);
                if self.over.len() > REMEMBERED_SESSIONS {
                    self.over.pop_front();
                }
                self.current = Some((session, number));
                Freshness::NewPage
            }
            Some(_) | None => {
                self.current = Some((session, number));
                Freshness::New
            }
        }
    }
}

fn parse(id: &str) -> Option<(u64, u64)> {
    let (session, number) = id.split_once('.')?;
    Some((u64::from_str_radix(session, 16).ok()?, number.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeated_and_overtaken_offers_are_stale() {
        let mut freshest = Freshest::default();
        let mut judge = |session, number| freshest.judge(Some(&negotiation_id(session, number)));
        assert_eq!(judge(7, 1), Freshness::New);
        assert_eq!(judge(7, 3), Freshness::New);
        assert_eq!(judge(7, 3), Freshness::Stale);
        assert_eq!(judge(7, 2), Freshness::Stale);
    }

    #[test]
    fn a_page_loaded_anew_is_told_apart_and_the_one_before_is_over() {
        let mut freshest = Freshest::default();
        let mut judge = |session, number| freshest.judge(Some(&negotiation_id(session, number)));
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
