//! The requests of a run: what waits to be sent, what is on its way, what sleeps. Repeats what may be
//! repeated, waits when Spotify says so, and hands everything else to the step that asked.

use super::command::{Command, Request, RequestNo, SleepReason};
use super::input::{Answer, Fault, FaultKind, Limits};
use super::jitter::Jitter;
use crate::domain::ids::PlaylistId;
use std::collections::{BTreeMap, VecDeque};

/// Times that one request is sent at most, faults of the transport and 5xx counted.
pub const TRIES_MAX: u32 = 5;
/// Times that a request with songs is sent when Spotify answers 5xx: one of them may be the reason.
pub const REFUSED_TRIES_MAX: u32 = 3;
/// Times that one request waits for a rate limit.
const RATE_LIMIT_WAITS_MAX: u32 = 10;
/// A 429 without `Retry-After`: one rolling window of Spotify's limiter.
const RATE_LIMIT_WAIT_DEFAULT_S: u64 = 30;
/// A spent quota without `Retry-After`: quotas are counted over a day.
const QUOTA_WAIT_DEFAULT_S: u64 = 24 * 60 * 60;

/// A request and its past.
#[derive(Debug, Clone, PartialEq)]
struct Pending {
    request: Request,
    tries: u32,
    waits: u32,
    /// A try got no clear answer, so that it may have been done.
    unsure: bool,
}

/// What a sleep was for.
#[derive(Debug, Clone, PartialEq)]
enum Nap {
    Backoff(Pending),
    RateLimit,
    /// Of this child.
    Settling(PlaylistId),
}

/// A request that will not be sent again by itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Failure {
    pub request: Request,
    pub fault: Fault,
    /// Times it was sent.
    pub tries: u32,
    /// Set if Spotify must be left alone until then: the run stops.
    pub retry_at_ms: Option<i64>,
    /// Whether a try got no clear answer: a write may have been done all the same.
    pub unsure: bool,
}

impl Failure {
    /// Whether every other request would fail as well.
    pub fn stops_run(&self) -> bool {
        self.retry_at_ms.is_some() || self.fault.kind == FaultKind::ReconnectNeeded
    }
}

/// What came of an answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Settled {
    Answer(Request, Answer),
    Failed(Failure),
    /// It will be sent again.
    Waiting,
    /// It will be sent again when Spotify answers again; nothing is sent meanwhile.
    Paused,
    /// Nobody waits for it any more.
    Stale,
}

/// What came of waking up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Woken {
    /// Requests go on by themselves.
    Traffic,
    /// The pause for a rate limit is over.
    PauseOver,
    /// The child with this playlist was written and can be read.
    Settled(PlaylistId),
    /// Nobody waits for it any more.
    Stale,
}

/// All requests of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct Traffic {
    next_no: u64,
    queue: VecDeque<Pending>,
    flight: BTreeMap<RequestNo, Pending>,
    naps: BTreeMap<RequestNo, Nap>,
    pause_until_ms: Option<i64>,
    closed: bool,
    jitter: Jitter,
    limits: Limits,
    /// The newest time that an event told.
    pub now_ms: i64,
    /// Fetches given, repeats included.
    pub sent: u32,
    /// Of these, writes, by the playlist.
    writes: BTreeMap<String, u32>,
}

impl Traffic {
    pub fn new(seed: u64, now_ms: i64, limits: Limits) -> Self {
        Self {
            next_no: 0,
            queue: VecDeque::new(),
            flight: BTreeMap::new(),
            naps: BTreeMap::new(),
            pause_until_ms: None,
            closed: false,
            jitter: Jitter(seed),
            limits,
            now_ms,
            sent: 0,
            writes: BTreeMap::new(),
        }
    }

    /// A number that was not used yet.
    pub fn number(&mut self) -> RequestNo {
        self.next_no += 1;
        RequestNo(self.next_no)
    }

    /// Queues a request.
    pub fn push(&mut self, request: Request) {
        self.queue.push_back(Pending { request, tries: 0, waits: 0, unsure: false });
    }

    /// Takes back what is not sent yet.
    pub fn withdraw(&mut self, unwanted: impl Fn(&Request) -> bool) -> Vec<Request> {
        let (out, kept) = std::mem::take(&mut self.queue).into_iter().partition(|pending| unwanted(&pending.request));
        self.queue = kept;
        let out: VecDeque<Pending> = out;
        out.into_iter().map(|pending| pending.request).collect()
    }

    /// Sends what may be sent now.
    pub fn pump(&mut self, out: &mut Vec<Command>) {
        while self.pause_until_ms.is_none() && self.flight.len() < self.limits.concurrency.max(1) {
            let Some(pending) = self.queue.pop_front() else { return };
            let no = self.number();
            self.sent += 1;
            if let Some(playlist) = pending.request.playlist().filter(|_| pending.request.is_write()) {
                *self.writes.entry(playlist.to_string()).or_default() += 1;
            }
            out.push(Command::Fetch { no, request: pending.request.clone() });
            self.flight.insert(no, pending);
        }
    }

    /// Writes to a playlist that were sent, repeats included.
    pub fn writes_to(&self, playlist: &PlaylistId) -> u32 {
        self.writes.get(playlist.as_str()).copied().unwrap_or_default()
    }

    /// Whether a request to a playlist is on its way.
    pub fn is_on_its_way(&self, playlist: &PlaylistId) -> bool {
        self.flight.values().any(|pending| pending.is_to(playlist))
    }

    /// Whether a write to a playlist, which waits to be repeated, may have been done already.
    pub fn may_have_written(&self, playlist: &PlaylistId) -> bool {
        let sleeping = self.naps.values().filter_map(|nap| match nap {
            Nap::Backoff(pending) => Some(pending),
            Nap::RateLimit | Nap::Settling(_) => None,
        });
        let mut waiting = self.queue.iter().chain(sleeping);
        waiting.any(|pending| pending.unsure && pending.is_to(playlist) && pending.request.is_write())
    }

    /// Sleeps before a child is read that was written.
    pub fn settle(&mut self, playlist: &PlaylistId, ms: u64, out: &mut Vec<Command>) {
        self.sleep(Nap::Settling(playlist.clone()), ms, SleepReason::Settling, out);
    }

    /// Forgets the requests to a playlist; what is on its way becomes stale.
    pub fn abandon_playlist(&mut self, playlist: &PlaylistId) {
        self.queue.retain(|pending| !pending.is_to(playlist));
        self.flight.retain(|_, pending| !pending.is_to(playlist));
        self.naps.retain(|_, nap| match nap {
            Nap::Backoff(pending) => !pending.is_to(playlist),
            Nap::Settling(settling) => settling != playlist,
            Nap::RateLimit => true,
        });
    }

    /// Forgets all requests; what is on its way becomes stale. Spotify's wish to wait stays.
    pub fn abandon(&mut self) {
        self.queue.clear();
        self.flight.clear();
        self.naps.retain(|_, nap| *nap == Nap::RateLimit);
    }

    /// Forgets everything, at the end of a run.
    pub fn clear(&mut self) {
        self.abandon();
        self.closed = true;
        self.naps.clear();
        self.pause_until_ms = None;
    }

    /// Until when Spotify makes all wait.
    pub const fn waiting_until_ms(&self) -> Option<i64> {
        self.pause_until_ms
    }

    /// Takes an answer.
    pub fn answered(
        &mut self,
        no: RequestNo,
        result: Result<Answer, Fault>,
        now_ms: i64,
        out: &mut Vec<Command>,
    ) -> Settled {
        self.now_ms = self.now_ms.max(now_ms);
        let Some(pending) = self.flight.remove(&no) else { return self.stale(result.err(), out) };
        match result {
            Ok(answer) if answer.fits(&pending.request) => Settled::Answer(pending.request, answer),
            Ok(_) => {
                let message = "the answer belongs to another kind of request".to_owned();
                self.failed(pending, Fault { kind: FaultKind::Malformed, message }, out)
            }
            Err(fault) => self.failed(pending, fault, out),
        }
    }

    /// An answer that nobody waits for; but Spotify's wish to wait is for all.
    fn stale(&mut self, fault: Option<Fault>, out: &mut Vec<Command>) -> Settled {
        let Some(FaultKind::RateLimited { retry_after_s, quota: false }) = fault.map(|fault| fault.kind) else {
            return Settled::Stale;
        };
        let wait_s = retry_after_s.unwrap_or(RATE_LIMIT_WAIT_DEFAULT_S).max(1);
        if self.closed || self.limits.fail_fast || wait_s > self.limits.max_rate_limit_wait_s {
            return Settled::Stale;
        }
        self.pause(wait_s, out);
        Settled::Paused
    }

    /// Takes the end of a sleep.
    pub fn woke(&mut self, no: RequestNo, now_ms: i64, out: &mut Vec<Command>) -> Woken {
        self.now_ms = self.now_ms.max(now_ms);
        match self.naps.remove(&no) {
            None => Woken::Stale,
            Some(Nap::Settling(playlist)) => Woken::Settled(playlist),
            Some(Nap::Backoff(pending)) => {
                self.queue.push_front(pending);
                Woken::Traffic
            }
            Some(Nap::RateLimit) => self.end_pause(out),
        }
    }

    fn end_pause(&mut self, out: &mut Vec<Command>) -> Woken {
        let left_ms = self.pause_until_ms.map_or(0, |until_ms| until_ms - self.now_ms);
        if let Ok(ms @ 1..) = u64::try_from(left_ms) {
            self.sleep(Nap::RateLimit, ms, SleepReason::RateLimited, out);
            return Woken::Traffic;
        }
        self.pause_until_ms = None;
        Woken::PauseOver
    }

    fn failed(&mut self, mut pending: Pending, fault: Fault, out: &mut Vec<Command>) -> Settled {
        pending.tries += 1;
        pending.unsure |= matches!(fault.kind, FaultKind::Transient { .. } | FaultKind::Malformed);
        match fault.kind {
            FaultKind::RateLimited { retry_after_s, quota } => {
                pending.tries -= 1;
                self.rate_limited(pending, fault, retry_after_s, quota, out)
            }
            FaultKind::Transient { .. } | FaultKind::Malformed if self.may_repeat(&pending, &fault) => {
                let ms = self.jitter.backoff_ms(pending.tries);
                self.sleep(Nap::Backoff(pending), ms, SleepReason::Backoff, out);
                Settled::Waiting
            }
            FaultKind::Transient { .. }
            | FaultKind::Malformed
            | FaultKind::ReconnectNeeded
            | FaultKind::Forbidden
            | FaultKind::NotFound
            | FaultKind::Rejected { .. } => Settled::Failed(pending.give_up(fault, None)),
        }
    }

    fn may_repeat(&self, pending: &Pending, fault: &Fault) -> bool {
        let refused = matches!(fault.kind, FaultKind::Transient { status: Some(_) })
            && matches!(&pending.request, Request::PutItems { uris, .. } if !uris.is_empty());
        let tries_max = if refused { self.tries_max().min(REFUSED_TRIES_MAX) } else { self.tries_max() };
        pending.request.is_idempotent() && pending.tries < tries_max
    }

    /// Times that a request may be sent.
    pub const fn tries_max(&self) -> u32 {
        if self.limits.fail_fast { 1 } else { TRIES_MAX }
    }

    fn rate_limited(
        &mut self,
        mut pending: Pending,
        fault: Fault,
        retry_after_s: Option<u64>,
        quota: bool,
        out: &mut Vec<Command>,
    ) -> Settled {
        let default_s = if quota { QUOTA_WAIT_DEFAULT_S } else { RATE_LIMIT_WAIT_DEFAULT_S };
        let wait_s = retry_after_s.unwrap_or(default_s).max(1);
        let wait_ms = i64::try_from(wait_s.saturating_mul(1000)).unwrap_or(i64::MAX);
        let until_ms = self.now_ms.saturating_add(wait_ms);
        let too_long = wait_s > self.limits.max_rate_limit_wait_s || pending.waits >= RATE_LIMIT_WAITS_MAX;
        if quota || self.limits.fail_fast || too_long {
            return Settled::Failed(pending.give_up(fault, Some(until_ms)));
        }
        pending.waits += 1;
        self.queue.push_front(pending);
        self.pause(wait_s, out);
        Settled::Paused
    }

    fn pause(&mut self, wait_s: u64, out: &mut Vec<Command>) {
        let wait_ms = wait_s.saturating_mul(1000);
        let until_ms = self.now_ms.saturating_add(i64::try_from(wait_ms).unwrap_or(i64::MAX));
        let already = self.pause_until_ms.is_some();
        self.pause_until_ms = self.pause_until_ms.max(Some(until_ms));
        if !already {
            self.sleep(Nap::RateLimit, wait_ms, SleepReason::RateLimited, out);
        }
    }

    fn sleep(&mut self, nap: Nap, ms: u64, reason: SleepReason, out: &mut Vec<Command>) {
        let no = self.number();
        self.naps.insert(no, nap);
        out.push(Command::Sleep { no, ms, reason });
    }
}

impl Pending {
    fn is_to(&self, playlist: &PlaylistId) -> bool {
        self.request.playlist() == Some(playlist)
    }

    fn give_up(self, fault: Fault, retry_at_ms: Option<i64>) -> Failure {
        Failure { request: self.request, fault, tries: self.tries.max(1), retry_at_ms, unsure: self.unsure }
    }
}
