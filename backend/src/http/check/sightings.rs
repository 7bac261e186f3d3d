//! Requests for a socket that asked to be remembered, for a minute.

use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use actix_web::HttpRequest;
use banter_protocol::time::Timestamp;
use serde::Serialize;

use super::RequestSeen;

const KEPT_FOR: Duration = Duration::from_secs(60);

/// So many are remembered, then the oldest is forgotten: whoever checks asks within a second.
const MOST: usize = 64;

/// What was remembered.
#[derive(Debug, Default)]
pub(crate) struct Sightings(Mutex<VecDeque<Entry>>);

#[derive(Debug)]
struct Entry {
    id: String,
    at: Timestamp,
    sighting: Sighting,
}

/// A request for a socket and its answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Sighting {
    #[serde(flatten)]
    seen: RequestSeen,
    /// `accepted`, or why not.
    answer: &'static str,
}

impl Sightings {
    /// Remembers a request that asks for it, and answers to every other at the cost of a look at its query.
    pub(crate) fn note(&self, now: Timestamp, request: &HttpRequest, answer: &'static str) {
        let Some(id) = request.query_string().strip_prefix("check=") else {
            return;
        };
        if !is_id(id) {
            return;
        }
        let seen = RequestSeen::of(request);
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        forget(&mut entries, now);
        if entries.len() >= MOST {
            entries.pop_front();
        }
        entries.push_back(Entry {
            id: id.to_owned(),
            at: now,
            sighting: Sighting { seen, answer },
        });
    }

    pub(super) fn find(&self, now: Timestamp, id: &str) -> Option<Sighting> {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        forget(&mut entries, now);
        let found = entries.iter().rev().find(|entry| entry.id == id)?;
        Some(found.sighting.clone())
    }
}

fn forget(entries: &mut VecDeque<Entry>, now: Timestamp) {
    while entries
        .front()
        .is_some_and(|oldest| now.since(oldest.at) >= KEPT_FOR)
    {
        entries.pop_front();
    }
}

/// 128 random bits as hex digits: nobody guesses another's.
fn is_id(id: &str) -> bool {
    id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn request(query: &str) -> HttpRequest {
        TestRequest::with_uri(&format!("/ws?{query}")).to_http_request()
    }

    fn id(number: usize) -> String {
        format!("{number:032x}")
    }

    #[test]
    fn only_who_asks_is_remembered_and_only_for_a_minute() {
        let (sightings, start) = (Sightings::default(), Timestamp::default());
        sightings.note(start, &request(&format!("check={}", id(1))), "accepted");
        for other in ["", "x=1", "check=short", &format!("check={}&x", id(2))] {
            sightings.note(start, &request(other), "accepted");
        }
        assert_eq!(sightings.0.lock().unwrap().len(), 1);
        let almost = start + KEPT_FOR.saturating_sub(Duration::from_millis(1));
        assert_eq!(sightings.find(almost, &id(1)).unwrap().answer, "accepted");
        assert_eq!(sightings.find(almost, &id(2)), None);
        assert_eq!(sightings.find(start + KEPT_FOR, &id(1)), None);
        assert_eq!(sightings.0.lock().unwrap().len(), 0);
    }

    #[test]
    fn a_flood_makes_it_forget_and_not_grow() {
        let (sightings, now) = (Sightings::default(), Timestamp::default());
        for number in 0..10 * MOST {
            sightings.note(now, &request(&format!("check={}", id(number))), "origin");
        }
        assert_eq!(sightings.0.lock().unwrap().len(), MOST);
        assert!(sightings.find(now, &id(10 * MOST - 1)).is_some());
        assert_eq!(sightings.find(now, &id(0)), None);
    }
}
