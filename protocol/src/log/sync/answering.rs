//! What answers a `want`: entries in the order in which they are wanted, within bounds, and only what is handed over to who asks.

use std::{collections::VecDeque, sync::Arc};

use super::Holdings;
use crate::{
    crypto::{IdentityKey, SessionKey},
    limits,
    log::log_entry::LogEntry,
    peer::WantedRange,
};

/// Entries of one session that are asked of the store at once.
const PAGE: u64 = 200;

/// A part of an answer.
#[derive(Debug, Default)]
pub(super) struct Answered {
    pub(super) entries: Vec<Arc<LogEntry>>,
    pub(super) bytes: usize,
    /// What has to be read from the store before it can go on: the lower and the greater number.
    pub(super) load: Option<(SessionKey, u64, u64)>,
}

/// Takes out of the ranges what can be answered from memory, as long as all bytes that were given stay within their bound.
pub(super) fn answer(
    holdings: &Holdings<'_>,
    to: &IdentityKey,
    ranges: &mut VecDeque<WantedRange>,
    given: usize,
) -> Answered {
    let mut answered = Answered::default();
    while let Some(range) = ranges.front_mut() {
        let Some(number) = next(holdings, to, range) else {
            ranges.pop_front();
            continue;
        };
        if given + answered.bytes >= limits::WANTED_BYTES {
            ranges.clear();
            break;
        }
        let Some((session, log)) = holdings.logs.named(&range.session) else {
            ranges.pop_front();
            continue;
        };
        let Some(entry) = log.get(number) else {
            range.from = number;
            let (low, high) = page(range, number);
            answered.load = Some((session, low, high));
            break;
        };
        answered.bytes += entry.bytes();
        answered.entries.push(Arc::clone(entry));
        step_over(range, number);
        if range.from == 0 {
            ranges.pop_front();
        }
    }
    answered
}

/// The next number of a range that is here and handed over.
fn next(holdings: &Holdings<'_>, to: &IdentityKey, range: &WantedRange) -> Option<u64> {
    let (session, _) = holdings.logs.named(&range.session)?;
    let extent = holdings.handover.extent(holdings.logs, session, to)?;
    if range.from <= range.to {
        let from = range.from.max(extent.first);
        (from <= range.to.min(extent.last)).then_some(from)
    } else {
        let from = range.from.min(extent.last);
        (from >= range.to.max(extent.first)).then_some(from)
    }
}

/// Goes on after a number; a range that ends with it begins with 0.
pub(super) fn step_over(range: &mut WantedRange, number: u64) {
    let is_last = number == range.to;
    range.from = if is_last {
        0
    } else if range.from <= range.to {
        number + 1
    } else {
        number - 1
    };
}

/// The lower and the greater number of what is read at once.
fn page(range: &WantedRange, number: u64) -> (u64, u64) {
    if range.from <= range.to {
        (number, range.to.min(number + PAGE - 1))
    } else {
        (range.to.max(number.saturating_sub(PAGE - 1)), number)
    }
}
