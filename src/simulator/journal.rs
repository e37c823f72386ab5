//! What happened: every request, and every state that a playlist went through.

use super::config::JournalLimits;
use serde_json::Value;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::time::Instant;

/// One request as it came and how it ended.
#[derive(Debug, Clone)]
pub struct RecordedRequest {
    /// Counted from 1 over the simulator's life.
    pub number: u64,
    /// Milliseconds since the simulator began.
    pub at_ms: u64,
    pub method: String,
    /// Below the simulator's own prefix: `/v1/me`.
    pub path: String,
    pub query: String,
    pub user: Option<String>,
    pub client: Option<String>,
    /// The JSON body of a Web API write.
    pub body: Option<Value>,
    /// The status that was sent; none while it is under way or where the connection was dropped.
    pub status: Option<u16>,
    /// Whether the fault script touched it.
    pub faulted: bool,
}

impl RecordedRequest {
    /// Whether it went to the Web API and not to the accounts service or for a cover.
    pub fn is_web_api(&self) -> bool {
        self.path.starts_with("/v1/")
    }

    /// Whether it was meant to change something.
    pub fn is_write(&self) -> bool {
        self.is_web_api() && self.method != "GET"
    }
}

/// What a playlist held from one instant on.
#[derive(Debug, Clone)]
pub struct PlaylistState {
    pub playlist: String,
    /// The request that made it; none for changes by hand.
    pub request: Option<u64>,
    pub at_ms: u64,
    /// In order; an unavailable row is the empty text.
    pub uris: Vec<Arc<str>>,
}

/// A cheap handle on the record.
#[derive(Debug, Clone)]
pub struct Journal {
    kept: Arc<Mutex<Kept>>,
    limits: JournalLimits,
    start: Instant,
}

#[derive(Debug, Default)]
struct Kept {
    next_number: u64,
    requests: VecDeque<RecordedRequest>,
    states: VecDeque<PlaylistState>,
    state_uris: usize,
}

impl Journal {
    pub(super) fn new(limits: JournalLimits) -> Self {
        Self { kept: Arc::default(), limits, start: Instant::now() }
    }

    /// All kept requests, oldest first.
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.lock().requests.iter().cloned().collect()
    }

    /// Requests that went to the Web API, whatever became of them.
    pub fn count_web_api(&self) -> usize {
        self.lock().requests.iter().filter(|request| request.is_web_api()).count()
    }

    /// Writes to the Web API in order.
    pub fn writes(&self) -> Vec<RecordedRequest> {
        self.lock().requests.iter().filter(|request| request.is_write()).cloned().collect()
    }

    /// The states that a playlist went through, oldest first; the first is the one it was made with.
    pub fn states(&self, playlist: &str) -> Vec<PlaylistState> {
        self.lock().states.iter().filter(|state| state.playlist == playlist).cloned().collect()
    }

    /// The most Web API requests in any window of this many milliseconds.
    pub fn max_in_window(&self, ms: u64) -> usize {
        let kept = self.lock();
        let times: Vec<u64> = kept.requests.iter().filter(|one| one.is_web_api()).map(|one| one.at_ms).collect();
        most_in_window(&times, ms)
    }

    /// Forgets all requests, and all but the last state of each playlist.
    pub fn clear(&self) {
        let mut kept = self.lock();
        kept.requests.clear();
        let mut seen = std::collections::HashSet::new();
        let last: VecDeque<_> =
            kept.states.drain(..).rev().filter(|state| seen.insert(state.playlist.clone())).collect();
        kept.states = last.into_iter().rev().collect();
        kept.state_uris = kept.states.iter().map(|state| state.uris.len()).sum();
    }

    /// Notes a request and gives its number.
    pub(super) fn arrive(&self, method: &str, path: &str, query: &str, body: Option<Value>) -> u64 {
        let at_ms = self.now_ms();
        let mut kept = self.lock();
        kept.next_number += 1;
        let number = kept.next_number;
        kept.requests.push_back(RecordedRequest {
            number,
            at_ms,
            method: method.to_owned(),
            path: path.to_owned(),
            query: query.to_owned(),
            user: None,
            client: None,
            body,
            status: None,
            faulted: false,
        });
        while kept.requests.len() > self.limits.requests {
            kept.requests.pop_front();
        }
        number
    }

    /// Completes a noted request; one that was forgotten meanwhile is left alone.
    pub(super) fn complete(&self, number: u64, change: impl FnOnce(&mut RecordedRequest)) {
        let mut kept = self.lock();
        if let Ok(at) = kept.requests.binary_search_by_key(&number, |request| request.number) {
            change(&mut kept.requests[at]);
        }
    }

    pub(super) fn enter(&self, playlist: &str, request: Option<u64>, uris: Vec<Arc<str>>) {
        let at_ms = self.now_ms();
        let mut kept = self.lock();
        kept.state_uris += uris.len();
        kept.states.push_back(PlaylistState { playlist: playlist.to_owned(), request, at_ms, uris });
        while kept.state_uris > self.limits.state_uris && kept.states.len() > 1 {
            let gone = kept.states.pop_front().map_or(0, |state| state.uris.len());
            kept.state_uris -= gone;
        }
    }

    fn now_ms(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The most of these ascending times in any half-open window of `ms`.
fn most_in_window(times: &[u64], ms: u64) -> usize {
    let mut first = 0;
    let mut most = 0;
    for (at, time) in times.iter().enumerate() {
        while times[first] + ms <= *time {
            first += 1;
        }
        most = most.max(at + 1 - first);
    }
    most
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fullest_window_is_found_wherever_it_lies() {
        assert_eq!(most_in_window(&[], 10), 0);
        assert_eq!(most_in_window(&[0, 5, 9, 10, 30], 10), 3);
        assert_eq!(most_in_window(&[0, 0, 20, 21, 22, 29], 10), 4);
    }

    #[test]
    fn the_oldest_is_forgotten_at_the_limit() {
        let journal = Journal::new(JournalLimits { requests: 2, state_uris: 3 });
        for path in ["/v1/a", "/api/token", "/v1/c"] {
            let number = journal.arrive("GET", path, "", None);
            journal.complete(number, |request| request.status = Some(200));
        }
        let paths: Vec<_> = journal.requests().into_iter().map(|request| (request.path, request.status)).collect();
        assert_eq!(paths, [("/api/token".to_owned(), Some(200)), ("/v1/c".to_owned(), Some(200))]);
        assert_eq!(journal.count_web_api(), 1);
        journal.enter("p", None, vec!["a".into(), "b".into()]);
        journal.enter("p", Some(1), vec!["c".into(), "d".into()]);
        assert_eq!(journal.states("p").len(), 1);
    }
}
