//! What to ask of whom: nothing of two, the newest first, and where a log goes on, from there.

use litemap::LiteMap;

use super::link::Link;
use crate::{
    crypto::SessionName,
    flat_set::FlatSet,
    ids::PeerId,
    limits,
    log::{logs::Logs, session_log::SessionLog},
    peer::{Extent, WantedRange},
    time::Timestamp,
};

/// Entries of all sessions together that are asked for first, where nothing is here yet: a screen full.
const SCREENFUL: u64 = 60;

/// Entries of one session in one question.
const PAGE: u64 = 400;

/// What to ask of a member.
#[derive(Debug)]
pub(super) struct Question {
    pub(super) link: PeerId,
    pub(super) ranges: Vec<WantedRange>,
    /// Logs that may begin anew, since nobody has what is missing before.
    pub(super) skipping: FlatSet<SessionName>,
}

/// What is asked of members who have what is missing here and were not asked for anything yet.
pub(super) fn questions(
    now: Timestamp,
    logs: &Logs,
    links: &LiteMap<PeerId, Link>,
) -> Vec<Question> {
    let mut asked = FlatSet::default();
    for want in links.values().filter_map(|link| link.want.as_ref()) {
        asked.extend(want.ranges.iter().map(|range| range.session));
    }
    let mut questions = Vec::new();
    for (&peer, link) in links.iter().filter(|(_, link)| link.is_askable(now)) {
        let mut question = Question {
            link: peer,
            ranges: Vec::new(),
            skipping: FlatSet::default(),
        };
        let share = (SCREENFUL / (link.claims.len() as u64).max(1)).max(5);
        for claim in link.claims.values() {
            if question.ranges.len() == limits::WANTED_RANGES {
                break;
            }
            if asked.contains(&claim.session) {
                continue;
            }
            let Some(missing) = missing(logs, claim, share) else {
                continue;
            };
            if missing.is_beyond_hole {
                if links.values().any(|other| fills(other, logs, claim)) {
                    continue;
                }
                question.skipping.insert(claim.session);
            }
            asked.insert(claim.session);
            question.ranges.push(missing.range);
        }
        if !question.ranges.is_empty() {
            questions.push(question);
        }
    }
    questions
}

struct Missing {
    range: WantedRange,
    is_beyond_hole: bool,
}

/// What somebody has of a session that is missing here and would be taken.
fn missing(logs: &Logs, claim: &Extent<SessionName>, share: u64) -> Option<Missing> {
    let session = claim.session;
    let range = |from: u64, to: u64| WantedRange { session, from, to };
    let near = |range: WantedRange| Missing {
        range,
        is_beyond_hole: false,
    };
    let log = logs.named(&session).map(|(_, log)| log);
    if log.is_none() && !logs.has_room() || log.is_some_and(SessionLog::is_frozen) {
        return None;
    }
    let floor = log.map_or(1, |log| log.floor().max(1));
    let down = |from: u64, page: u64| {
        let to = claim.first.max(floor).max(from.saturating_sub(page - 1));
        (from >= to).then(|| near(range(from, to)))
    };
    let Some((first, last)) = log.and_then(SessionLog::range) else {
        return down(claim.last, share);
    };
    if claim.last > last {
        if claim.first <= last + 1 {
            let to = claim.last.min(last.saturating_add(PAGE));
            return Some(near(range(last + 1, to)));
        }
        return Some(Missing {
            range: range(
                claim.last,
                claim.first.max(claim.last.saturating_sub(share)),
            ),
            is_beyond_hole: true,
        });
    }
    let before = first
        .checked_sub(1)
        .filter(|before| *before >= claim.first)?;
    (before <= claim.last).then(|| down(before, PAGE)).flatten()
}

/// Whether somebody has told that they have what comes next here.
fn fills(link: &Link, logs: &Logs, beyond: &Extent<SessionName>) -> bool {
    let range = logs.named(&beyond.session).and_then(|(_, log)| log.range());
    let Some((_, last)) = range else {
        return false;
    };
    let claim = link.claims.get(&beyond.session);
    claim.is_some_and(|claim| claim.first <= last + 1 && claim.last > last)
}
