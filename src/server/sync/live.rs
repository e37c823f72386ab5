//! What happens in one run, for everyone who watches it: made once, kept for those who come late or come back.

use crate::domain::sync::event::{SyncEvent, SyncEventChild};
use crate::domain::sync::progress::RunProgress;
use serde::Serialize;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;

/// Events kept of one run: more than the children of a base, whose events are never dropped.
const KEPT_MAX: usize = 256;

/// What kind of thing happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LiveKind {
    /// The run is somewhere else now: [`RunProgress`].
    Progress,
    /// Spotify makes it wait: [`RunProgress`] with `waiting_until`.
    Waiting,
    /// A child is finished, well or not: [`SyncEventChild`].
    Child,
    /// The run ended: [`SyncEvent`]. Nothing follows.
    Finished,
}

impl LiveKind {
    /// The name of the server-sent event.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Progress => "progress",
            Self::Waiting => "waiting",
            Self::Child => "child",
            Self::Finished => "finished",
        }
    }

    /// Whether a later one of its kind says all that it said.
    const fn is_outdated_by_later(self) -> bool {
        match self {
            Self::Progress | Self::Waiting => true,
            Self::Child | Self::Finished => false,
        }
    }
}

/// One thing that happened, ready to be sent.
#[derive(Debug, PartialEq, Eq)]
pub struct LiveEvent {
    /// Counts from 1 within the run; `None` where the store was asked instead of the run.
    pub no: Option<u64>,
    pub kind: LiveKind,
    /// JSON.
    pub body: String,
}

impl LiveEvent {
    /// `None` for what cannot be written as JSON, which none of our types is.
    pub fn new(no: Option<u64>, kind: LiveKind, body: &impl Serialize) -> Option<Self> {
        serde_json::to_string(body).ok().map(|body| Self { no, kind, body })
    }
}

/// Where a watcher stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seen {
    /// Nothing yet: the latest state and the finished children tell all.
    Nothing,
    /// Everything up to this number.
    UpTo(u64),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Mark {
    last: u64,
    is_closed: bool,
}

/// The events of one run. Watchers hold no queue of their own: who is slow finds what is kept when they look again.
#[derive(Debug, Default)]
pub struct LiveRun {
    kept: Mutex<VecDeque<Arc<LiveEvent>>>,
    mark: watch::Sender<Mark>,
}

impl LiveRun {
    fn lock(&self) -> MutexGuard<'_, VecDeque<Arc<LiveEvent>>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells where the run is.
    pub fn progress(&self, progress: &RunProgress) {
        let is_waiting = progress.waiting_until.is_some();
        self.publish(if is_waiting { LiveKind::Waiting } else { LiveKind::Progress }, progress);
    }

    /// Tells what became of a child.
    pub fn child(&self, child: &SyncEventChild) {
        self.publish(LiveKind::Child, child);
    }

    /// Tells the end, as it is stored.
    pub fn finished(&self, event: &SyncEvent) {
        self.publish(LiveKind::Finished, event);
    }

    /// No more will come.
    pub fn close(&self) {
        self.mark.send_modify(|mark| mark.is_closed = true);
    }

    fn publish(&self, kind: LiveKind, body: &impl Serialize) {
        let mut kept = self.lock();
        let no = self.mark.borrow().last + 1;
        let Some(event) = LiveEvent::new(Some(no), kind, body) else { return };
        kept.push_back(Arc::new(event));
        if kept.len() > KEPT_MAX
            && let Some(at) = kept.iter().position(|event| event.kind.is_outdated_by_later())
        {
            kept.remove(at);
        }
        self.mark.send_modify(|mark| mark.last = no);
    }

    /// What is kept of what a watcher has not seen, in its order.
    pub fn since(&self, seen: Seen) -> Vec<Arc<LiveEvent>> {
        let kept = self.lock();
        let state = kept.iter().rposition(|event| event.kind.is_outdated_by_later());
        let is_new = |at: usize, event: &LiveEvent| match seen {
            Seen::Nothing => !event.kind.is_outdated_by_later() || Some(at) == state,
            // A number that was never given is of no use: all that is kept is new.
            Seen::UpTo(no) if no > self.mark.borrow().last => !event.kind.is_outdated_by_later() || Some(at) == state,
            Seen::UpTo(no) => event.no > Some(no),
        };
        kept.iter().enumerate().filter(|(at, event)| is_new(*at, event)).map(|(_, event)| event.clone()).collect()
    }

    /// Waits for what a watcher has not seen; empty when the run is over and all was seen.
    pub async fn next(&self, seen: Seen) -> Vec<Arc<LiveEvent>> {
        let mut mark = self.mark.subscribe();
        loop {
            let is_closed = mark.borrow_and_update().is_closed;
            let events = self.since(seen);
            if !events.is_empty() || is_closed || mark.changed().await.is_err() {
                return events;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::sync::event::{Progress, SyncPhase};
    use proptest::prelude::*;

    fn progress(percent: u32) -> RunProgress {
        RunProgress {
            phase: SyncPhase::Writing,
            steps: Progress::default(),
            percent,
            time_left: None,
            waiting_until: None,
            stopping: false,
            requests: 0,
            cache_asked: 0,
            cache_found: 0,
        }
    }

    fn child(run: &LiveRun, name: &str) {
        run.publish(LiveKind::Child, &name);
    }

    fn numbers(events: &[Arc<LiveEvent>]) -> Vec<u64> {
        events.iter().filter_map(|event| event.no).collect()
    }

    #[test]
    fn who_comes_late_gets_the_children_and_the_latest_state() {
        let run = LiveRun::default();
        run.progress(&progress(1));
        child(&run, "a");
        run.progress(&progress(2));
        child(&run, "b");
        assert_eq!(numbers(&run.since(Seen::Nothing)), [2, 3, 4]);
        assert_eq!(numbers(&run.since(Seen::UpTo(2))), [3, 4]);
        assert_eq!(numbers(&run.since(Seen::UpTo(99))), [2, 3, 4]);
        assert!(run.since(Seen::UpTo(4)).is_empty());
    }

    #[test]
    fn children_survive_any_number_of_states_and_memory_is_bounded() {
        let run = LiveRun::default();
        child(&run, "first");
        (0..2_000).for_each(|percent| run.progress(&progress(percent)));
        child(&run, "last");
        let kept = run.since(Seen::UpTo(0));
        assert_eq!(kept.len(), KEPT_MAX);
        assert_eq!((kept[0].no, kept[KEPT_MAX - 1].no), (Some(1), Some(2_002)));
    }

    #[tokio::test]
    async fn a_hundred_watchers_see_the_end_and_then_nothing() {
        let run = Arc::new(LiveRun::default());
        let watch = |run: Arc<LiveRun>| async move {
            let (mut seen, mut all) = (Seen::Nothing, Vec::new());
            loop {
                let events = run.next(seen).await;
                let Some(last) = events.last() else { return all };
                seen = Seen::UpTo(last.no.unwrap_or(0));
                all.extend(numbers(&events));
            }
        };
        let watchers: Vec<_> = (0..100).map(|_| tokio::spawn(watch(run.clone()))).collect();
        for percent in 0..50 {
            run.progress(&progress(percent));
            tokio::task::yield_now().await;
        }
        child(&run, "last");
        run.close();
        for watcher in watchers {
            let seen = watcher.await.unwrap();
            assert_eq!(seen.last(), Some(&51));
            assert!(seen.is_sorted_by(|a, b| a < b), "{seen:?}");
        }
    }

    proptest! {
        #[test]
        fn a_watcher_who_comes_back_misses_no_child_and_sees_nothing_twice(
            events in proptest::collection::vec(any::<bool>(), 1..700),
            breaks in proptest::collection::vec(1_usize..400, 0..8),
        ) {
            let run = LiveRun::default();
            let (mut seen, mut met, mut children) = (Seen::UpTo(0), Vec::new(), Vec::new());
            for (at, is_child) in events.iter().enumerate() {
                if *is_child && children.len() < 100 {
                    child(&run, "one");
                    children.push(at as u64 + 1);
                } else {
                    run.progress(&progress(0));
                }
                if breaks.iter().any(|every| at % every == 0) || at + 1 == events.len() {
                    met.extend(numbers(&run.since(seen)));
                    seen = met.last().map_or(seen, |last| Seen::UpTo(*last));
                }
            }
            prop_assert!(met.is_sorted_by(|a, b| a < b));
            prop_assert!(children.iter().all(|no| met.contains(no)));
            prop_assert_eq!(met.last(), Some(&(events.len() as u64)));
        }
    }
}
