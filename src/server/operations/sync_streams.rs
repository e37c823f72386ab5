//! Watching a run: what happens in it, from where the watcher stopped looking to its end.

use super::{CurrentUser, checks};
use crate::domain::ids::{SyncEventId, UserId};
use crate::domain::sync::event::{SyncEvent, SyncEventChild, SyncStatus};
use crate::server::error::ServerError;
use crate::server::state::AppState;
use crate::server::store::StoreError;
use crate::server::sync::live::{LiveEvent, LiveKind, LiveRun, Seen};
use futures::stream::{self, Stream, StreamExt};
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

/// How often the store is asked where the run itself cannot be: in another process, or just ended.
const ASK_EVERY: Duration = Duration::from_secs(1);
/// Then the watcher comes back and shows again who they are.
const WATCHED_MAX: Duration = Duration::from_secs(15 * 60);

/// What happens in a run of this person, after what was seen, until its end. Another's run and an absent one: 404.
pub async fn watch(
    app: &AppState,
    user: &CurrentUser,
    id: &str,
    seen: Seen,
) -> Result<impl Stream<Item = Arc<LiveEvent>> + Send + use<>, ServerError> {
    let id = checks::event_id(id)?;
    let mut watcher = Watcher::new(app.clone(), user.id, id, seen);
    // A run that is here knows whose it is; then nothing is read, however many come to watch.
    if watcher.live.is_none() {
        watcher.take_stored(app.store.get_sync_event(user.id, id).await?);
    }
    let events = stream::unfold(watcher, |mut watcher| async { watcher.next().await.map(|event| (event, watcher)) });
    Ok(events.take_until(tokio::time::sleep(WATCHED_MAX)))
}

struct Watcher {
    app: AppState,
    user: UserId,
    id: SyncEventId,
    seen: Seen,
    ready: VecDeque<Arc<LiveEvent>>,
    /// The run itself, while it is in this process.
    live: Option<Arc<LiveRun>>,
    /// What the store said last, where it is asked.
    stored: Option<SyncEvent>,
    is_over: bool,
}

impl Watcher {
    fn new(app: AppState, user: UserId, id: SyncEventId, seen: Seen) -> Self {
        let live = app.running.find_live(id, user);
        Self { app, user, id, seen, ready: VecDeque::new(), live, stored: None, is_over: false }
    }

    /// The next event; `None` after the end, and when the process stops.
    async fn next(&mut self) -> Option<Arc<LiveEvent>> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                self.seen = event.no.map_or(self.seen, Seen::UpTo);
                self.is_over |= event.kind == LiveKind::Finished;
                return Some(event);
            }
            if self.is_over {
                return None;
            }
            match self.live.clone() {
                Some(live) => self.ask_run(&live).await,
                None => self.ask_store().await?,
            }
        }
    }

    async fn ask_run(&mut self, live: &LiveRun) {
        self.ready = live.next(self.seen).await.into();
        if self.ready.is_empty() {
            self.live = None;
        }
    }

    /// Once at once, then each second, unless the run is here by then; `None` where nothing can be told any more.
    async fn ask_store(&mut self) -> Option<()> {
        if self.stored.is_some() {
            tokio::select! {
                () = tokio::time::sleep(ASK_EVERY) => {}
                () = self.app.running.stopping() => return None,
            }
            self.live = self.app.running.find_live(self.id, self.user);
            if self.live.is_some() {
                return Some(());
            }
        }
        match self.app.store.get_sync_event(self.user, self.id).await {
            Ok(event) => self.take_stored(event),
            Err(StoreError::NotFound) => return None,
            // The next second may be better.
            Err(error) => tracing::warn!(%error, sync_event = %self.id, "a watcher could not be told"),
        }
        Some(())
    }

    /// Tells what is new in the stored record.
    fn take_stored(&mut self, event: SyncEvent) {
        let told = if event.status == SyncStatus::InProgress {
            let children = event.children.iter().filter(|child| self.is_new(child));
            let children = children.map(|child| LiveEvent::new(None, LiveKind::Child, child));
            let progress = event.run_progress();
            let kind = if progress.waiting_until.is_some() { LiveKind::Waiting } else { LiveKind::Progress };
            let is_new = self.stored.as_ref().is_none_or(|stored| stored.run_progress() != progress);
            children.chain(is_new.then(|| LiveEvent::new(None, kind, &progress))).flatten().collect::<Vec<_>>()
        } else {
            LiveEvent::new(None, LiveKind::Finished, &event).into_iter().collect()
        };
        self.ready.extend(told.into_iter().map(Arc::new));
        self.stored = Some(event);
    }

    fn is_new(&self, child: &SyncEventChild) -> bool {
        let stored = self.stored.iter().flat_map(|stored| &stored.children);
        let told = |before: &SyncEventChild| {
            before.child_playlist_id == child.child_playlist_id && before.outcome == child.outcome
        };
        child.outcome.is_some() && !stored.into_iter().any(told)
    }
}
