//! What a run lets be seen of itself.

use super::live::LiveRun;
use crate::domain::ids::ChildPlaylistId;
use crate::domain::sync::event::{Progress, SyncEvent, SyncEventChild, SyncPhase};
use crate::domain::sync::machine::command::ChildDone;
use crate::domain::sync::machine::input::ChildInput;
use crate::domain::sync::plan::Cost;
use crate::domain::sync::progress::{Expected, Meter, RunProgress, Sight};
use crate::server::clock;
use std::collections::HashMap;
use std::sync::Arc;

/// Measures a run and tells its watchers.
#[derive(Debug)]
pub struct Watched {
    live: Arc<LiveRun>,
    meter: Meter,
    names: HashMap<ChildPlaylistId, String>,
    cache_asked: u32,
    cache_found: u32,
    is_stopping: bool,
    last: Option<RunProgress>,
}

impl Watched {
    /// Of a run that starts now and is expected to send these requests, at most so many a minute.
    pub fn new(live: Arc<LiveRun>, expected: &Cost, per_minute: u32, children: &[ChildInput]) -> Self {
        Self {
            live,
            meter: Meter::new(Expected::of(expected), per_minute, clock::now_ms()),
            names: children.iter().map(|child| (child.id, child.name.clone())).collect(),
            cache_asked: 0,
            cache_found: 0,
            is_stopping: false,
            last: None,
        }
    }

    /// Takes where the run is; gives what watchers see of it, to be stored before it is told.
    pub fn see(
        &mut self,
        phase: SyncPhase,
        steps: Progress,
        waiting_until_ms: Option<i64>,
        requests: u32,
    ) -> RunProgress {
        let time_left = self.meter.see(&Sight { phase, steps, requests, now_ms: clock::now_ms(), waiting_until_ms });
        RunProgress {
            phase,
            steps,
            percent: self.meter.percent(),
            time_left: Some(time_left),
            waiting_until: waiting_until_ms.map(clock::text_of),
            stopping: self.is_stopping,
            requests,
            cache_asked: self.cache_asked,
            cache_found: self.cache_found,
        }
    }

    /// Tells it.
    pub fn tell(&mut self, progress: RunProgress) {
        self.live.progress(&progress);
        self.last = Some(progress);
    }

    /// Artists were asked of the cache.
    pub fn looked_up(&mut self, asked: usize, found: usize) {
        let count = |len| u32::try_from(len).unwrap_or(u32::MAX);
        self.cache_asked = self.cache_asked.saturating_add(count(asked));
        self.cache_found = self.cache_found.saturating_add(count(found));
    }

    /// It was asked to stop, which is seen at once.
    pub fn stopping(&mut self) {
        self.is_stopping = true;
        if let Some(last) = self.last.take() {
            self.tell(RunProgress { stopping: true, ..last });
        }
    }

    /// A child is finished, well or not.
    pub fn child_done(&self, done: &ChildDone) {
        self.live.child(&SyncEventChild {
            child_playlist_id: done.child,
            name: self.names.get(&done.child).cloned().unwrap_or_default(),
            outcome: Some(done.outcome),
            matched: done.matched,
            added: done.added,
            removed: done.removed,
            kept: done.kept,
            requests: done.requests,
            plan_hash: done.plan_hash.clone(),
            error: done.error.clone(),
        });
    }

    /// The run ended, and its record says so.
    pub fn finished(&self, event: &SyncEvent) {
        self.live.finished(event);
    }
}
