//! Syncs that this process runs, so that they can be cancelled and waited for.

use super::live::LiveRun;
use crate::domain::ids::{SyncEventId, UserId};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// The runs of this process.
#[derive(Debug, Clone, Default)]
pub struct Running {
    runs: Arc<Mutex<HashMap<SyncEventId, Run>>>,
    tracker: TaskTracker,
    stopping: CancellationToken,
}

#[derive(Debug, Clone)]
struct Run {
    user: UserId,
    cancel: CancellationToken,
    finished: watch::Receiver<bool>,
    live: Arc<LiveRun>,
}

/// What a run holds of itself; dropping it tells everybody that it ended.
#[derive(Debug)]
pub struct RunGuard {
    id: SyncEventId,
    running: Running,
    finished: watch::Sender<bool>,
    pub cancel: CancellationToken,
    /// Where it tells what happens.
    pub live: Arc<LiveRun>,
    /// The whole process stops.
    pub stopping: CancellationToken,
}

impl Drop for RunGuard {
    fn drop(&mut self) {
        self.running.lock().remove(&self.id);
        self.live.close();
        self.finished.send_replace(true);
    }
}

impl Running {
    fn lock(&self) -> MutexGuard<'_, HashMap<SyncEventId, Run>> {
        self.runs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Enters a run.
    pub fn enter(&self, id: SyncEventId, user: UserId) -> RunGuard {
        let (finished, receiver) = watch::channel(false);
        let (cancel, live) = (CancellationToken::new(), Arc::new(LiveRun::default()));
        self.lock().insert(id, Run { user, cancel: cancel.clone(), finished: receiver, live: live.clone() });
        RunGuard { id, running: self.clone(), finished, cancel, live, stopping: self.stopping.clone() }
    }

    /// What happens in a run of a person; `None` when it does not run here.
    pub fn find_live(&self, id: SyncEventId, user: UserId) -> Option<Arc<LiveRun>> {
        self.lock().get(&id).filter(|run| run.user == user).map(|run| run.live.clone())
    }

    /// The process stops: nobody watches any longer than the runs take to end.
    pub async fn stopping(&self) {
        self.stopping.cancelled().await;
    }

    /// Starts a task that the process waits for when it stops.
    pub fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        self.tracker.spawn(task);
    }

    /// Asks a run to stop at its next safe point; `false` when it does not run here.
    pub fn cancel(&self, id: SyncEventId) -> bool {
        let run = self.lock().get(&id).cloned();
        run.map(|run| run.cancel.cancel()).is_some()
    }

    /// Asks all runs of a person to stop.
    pub fn cancel_all_of(&self, user: UserId) -> Vec<SyncEventId> {
        let runs = self.lock();
        let mine: Vec<SyncEventId> = runs.iter().filter(|(_, run)| run.user == user).map(|(id, _)| *id).collect();
        for id in &mine {
            if let Some(run) = runs.get(id) {
                run.cancel.cancel();
            }
        }
        mine
    }

    /// Waits until a run has ended; returns at once when it does not run here.
    pub async fn wait(&self, id: SyncEventId) {
        let receiver = self.lock().get(&id).map(|run| run.finished.clone());
        if let Some(mut receiver) = receiver {
            // An error means that the sender is gone, that is, the run has ended.
            let _ = receiver.wait_for(|finished| *finished).await;
        }
    }

    /// Stops all runs and waits for them.
    pub async fn shut_down(&self) {
        self.stopping.cancel();
        self.tracker.close();
        self.tracker.wait().await;
    }
}
