//! Runs the pure machine of one sync: carries out its commands and tells it what came of them.

use super::fetch::fetch;
use super::running::RunGuard;
use super::watched::Watched;
use crate::domain::capability::ApiMode;
use crate::domain::ids::{BasePlaylistId, ChildPlaylistId, PlaylistId, SyncEventId};
use crate::domain::sync::event::{Progress, SyncPhase};
use crate::domain::sync::machine;
use crate::domain::sync::machine::command::{Command, Commit, Finished, RequestNo};
use crate::domain::sync::machine::input::{Event, PlaylistSeen, RunInput};
use crate::domain::sync::machine::stage::State;
use crate::domain::sync::plan::Cost;
use crate::server::clock;
use crate::server::figures;
use crate::server::spotify::client::Caller;
use crate::server::state::AppState;
use crate::server::store::StoreError;
use crate::server::store::playlist_states::Seen;
use crate::server::store::sync_events::RunEnd;
use std::collections::{HashMap, VecDeque};
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::Instant;

/// How long a run is ours without renewal.
pub const LEASE_MS: i64 = 30_000;
const RENEW_EVERY: Duration = Duration::from_secs(5);
/// A holder that could not renew for so long stops itself, well before others may take over.
const RENEWAL_AGE_MAX: Duration = Duration::from_secs(20);
/// Progress is for watchers: more often would only write the database.
const HEARTBEAT_EVERY: Duration = Duration::from_millis(250);

/// Which run, and what it works on.
#[derive(Debug)]
pub struct Run {
    pub event: SyncEventId,
    pub fence: i64,
    pub base: BasePlaylistId,
    pub base_playlist: PlaylistId,
    pub children: HashMap<ChildPlaylistId, Option<PlaylistId>>,
    pub caller: Caller,
    /// Requests that it will send, as far as totals tell.
    pub expected: Cost,
}

/// What a run remembers until its end.
#[derive(Debug, Default)]
struct Learnt {
    base_name: Option<String>,
    child_names: Vec<(ChildPlaylistId, String)>,
    written: Vec<ChildPlaylistId>,
    base_total: u32,
}

struct Driver {
    app: AppState,
    run: Run,
    mode: ApiMode,
    learnt: Learnt,
    commands: VecDeque<Command>,
    pending: JoinSet<Event>,
    last_heartbeat: Option<Instant>,
    watched: Watched,
    last_renewal: Instant,
    /// The process stops, which is said instead of "cancelled".
    stopping: bool,
}

/// Drives a run to its end. Whatever fails here leaves an event that the sweep finds.
pub async fn drive(app: AppState, run: Run, input: RunInput, guard: RunGuard) {
    let mode = input.mode;
    let per_minute = app.config.spotify_requests_per_minute;
    let watched = Watched::new(guard.live.clone(), &run.expected, per_minute, &input.children);
    let (state, commands) = machine::start(input);
    let mut driver = Driver {
        app,
        run,
        mode,
        learnt: Learnt::default(),
        commands: commands.into(),
        pending: JoinSet::new(),
        last_heartbeat: None,
        watched,
        last_renewal: Instant::now(),
        stopping: false,
    };
    driver.until_done(state, &guard).await;
    tracing::info!(sync_event = %driver.run.event, requests = driver.run.caller.sent(), "sync ended");
}

impl Driver {
    async fn until_done(&mut self, mut state: State, guard: &RunGuard) {
        let mut renew = tokio::time::interval(RENEW_EVERY);
        let (mut cancel_seen, mut stop_seen) = (false, false);
        loop {
            while let Some(command) = self.commands.pop_front() {
                if command == Command::Done {
                    return;
                }
                if let Some(event) = self.carry_out(command).await {
                    state = self.tell(state, event);
                }
            }
            let event = tokio::select! {
                biased;
                () = guard.stopping.cancelled(), if !stop_seen => { (stop_seen, self.stopping) = (true, true); Some(Event::CancelRequested) }
                () = guard.cancel.cancelled(), if !cancel_seen => { cancel_seen = true; self.watched.stopping(); Some(Event::CancelRequested) }
                _ = renew.tick() => self.renew().await,
                Some(answer) = self.pending.join_next() => answer.ok().or(Some(Event::OwnershipLost)),
                else => return tracing::error!(sync_event = %self.run.event, "the machine waits for nothing"),
            };
            if let Some(event) = event {
                state = self.tell(state, event);
            }
        }
    }

    fn tell(&mut self, state: State, event: Event) -> State {
        let (state, commands) = machine::step(state, event);
        self.commands.extend(commands);
        state
    }

    /// Starts or does what is asked; an event where the answer is there at once.
    async fn carry_out(&mut self, command: Command) -> Option<Event> {
        match command {
            Command::Fetch { no, request } => {
                let (spotify, caller) = (self.app.spotify.clone(), self.run.caller.clone());
                self.pending.spawn(async move {
                    let result = fetch(&spotify, &caller, &request).await;
                    Event::Fetched { no, result, now_ms: clock::now_ms() }
                });
                None
            }
            Command::LookUpArtists { ids } => {
                let found = self.app.spotify.cached_artists(&ids, self.mode).await;
                self.watched.looked_up(ids.len(), found.len());
                Some(Event::ArtistsFound { found })
            }
            Command::KeepArtists { found, absent } => {
                self.app.spotify.keep_artists(&found, &absent).await;
                None
            }
            Command::Commit { no, commit } => Some(self.commit(no, commit).await),
            Command::Sleep { no, ms, reason: _ } => {
                self.pending.spawn(async move {
                    tokio::time::sleep(Duration::from_millis(ms)).await;
                    Event::Woke { no, now_ms: clock::now_ms() }
                });
                None
            }
            Command::Heartbeat { phase, progress, waiting_until_ms } => {
                self.heartbeat(phase, progress, waiting_until_ms).await
            }
            Command::Done => None,
        }
    }

    async fn renew(&mut self) -> Option<Event> {
        match self.app.store.renew_lease(self.run.event, self.run.fence, LEASE_MS).await {
            Ok(()) => self.last_renewal = Instant::now(),
            Err(StoreError::OwnershipLost) => return Some(Event::OwnershipLost),
            Err(error) => tracing::warn!(%error, sync_event = %self.run.event, "the lease was not renewed"),
        }
        (self.last_renewal.elapsed() > RENEWAL_AGE_MAX).then_some(Event::OwnershipLost)
    }

    async fn heartbeat(
        &mut self,
        phase: SyncPhase,
        progress: Progress,
        waiting_until_ms: Option<i64>,
    ) -> Option<Event> {
        let recent = self.last_heartbeat.is_some_and(|last| last.elapsed() < HEARTBEAT_EVERY);
        if recent && waiting_until_ms.is_none() {
            return None;
        }
        self.last_heartbeat = Some(Instant::now());
        self.save_progress(phase, progress, waiting_until_ms).await.err().map(|_| Event::OwnershipLost)
    }

    async fn save_progress(
        &mut self,
        phase: SyncPhase,
        progress: Progress,
        waiting: Option<i64>,
    ) -> Result<(), StoreError> {
        let progress = self.watched.see(phase, progress, waiting, self.run.caller.sent());
        self.app.store.save_progress(self.run.event, self.run.fence, &progress).await?;
        self.watched.tell(progress);
        Ok(())
    }

    async fn commit(&mut self, no: RequestNo, commit: Commit) -> Event {
        match self.try_commit(commit).await {
            Ok(()) => Event::Committed { no },
            Err(error) => {
                tracing::error!(%error, sync_event = %self.run.event, "a commit was refused; the run stops");
                Event::OwnershipLost
            }
        }
    }

    async fn try_commit(&mut self, commit: Commit) -> Result<(), StoreError> {
        let store = &self.app.store;
        let user = self.run.caller.user;
        match commit {
            Commit::Phase { phase, progress } => self.save_progress(phase, progress, None).await,
            Commit::PlaylistsSeen { base, children, library_total } => {
                if let Some(total) = library_total {
                    store.update_library_total(user, total).await?;
                }
                if let Some(base) = base {
                    self.learnt.base_name = Some(base.name.clone()).filter(|name| !name.is_empty());
                    store.save_seen(user, &self.run.base_playlist, &seen(&base)).await?;
                }
                for child in children {
                    if let Some(Some(playlist)) = self.run.children.get(&child.child) {
                        store.save_seen(user, playlist, &seen(&child.seen)).await?;
                    }
                    if !child.seen.name.is_empty() {
                        self.learnt.child_names.push((child.child, child.seen.name));
                    }
                }
                Ok(())
            }
            Commit::BaseRead { tracks, skipped } => {
                self.learnt.base_total = tracks + u32::try_from(skipped.len()).unwrap_or(0);
                Ok(())
            }
            Commit::BasePages { snapshot, pages } => {
                store.save_base_pages(self.run.event, self.run.fence, &snapshot, &pages).await
            }
            Commit::BasePagesForgotten => store.delete_base_pages(self.run.event, self.run.fence).await,
            Commit::ChildRead { child, snapshot, rows } => {
                let Some(Some(playlist)) = self.run.children.get(&child) else { return Ok(()) };
                store.save_child_read(user, self.run.event, self.run.fence, playlist, &snapshot, &rows).await
            }
            Commit::PlaylistRead { playlist, snapshot, rows } => {
                store.save_base_reading(user, self.run.base, &playlist, &snapshot, &rows).await
            }
            Commit::Intent(intent) => store.save_intent(self.run.event, self.run.fence, &intent).await,
            Commit::ChildDone(done) => {
                let playlist = self.run.children.get(&done.child).and_then(Option::as_ref);
                if done.requests > 0 && done.error.is_none() {
                    self.learnt.written.push(done.child);
                }
                store.finish_child(user, self.run.event, self.run.fence, playlist, &done).await?;
                self.watched.child_done(&done);
                Ok(())
            }
            Commit::Finished(end) => self.finish(end).await,
        }
    }

    async fn finish(&mut self, mut end: Finished) -> Result<(), StoreError> {
        let (store, user) = (&self.app.store, self.run.caller.user);
        if self.stopping {
            end.error_message = Some(
                "The server was stopped. Children already written keep their new songs; Retry does the rest.".into(),
            );
        }
        if end.reconnect_needed {
            store.mark_reconnect_needed(user).await?;
        }
        if let Some(snapshot) = &end.base_snapshot {
            store.save_snapshot(user, &self.run.base_playlist, Some(snapshot), self.learnt.base_total).await?;
        }
        let run_end = RunEnd {
            id: self.run.event,
            fence: self.run.fence,
            end: &end,
            requests: self.run.caller.sent(),
            resume_at_ms: if self.stopping { Some(clock::now_ms()) } else { end.retry_at_ms },
            written: &self.learnt.written,
            child_names: &self.learnt.child_names,
            base_name: self.learnt.base_name.as_deref().map(|name| (self.run.base, name)),
        };
        store.finish_sync_event(user, &run_end).await?;
        figures::sync_ended(end.outcome.as_str());
        // Read once for all who watch; should that fail, each of them asks the store.
        match store.get_sync_event(user, self.run.event).await {
            Ok(event) => self.watched.finished(&event),
            Err(error) => tracing::warn!(%error, sync_event = %self.run.event, "the end was not told"),
        }
        if let Some(known) = store.find_user(user).await?
            && (known.api_mode, known.capabilities) != (end.mode, end.capabilities)
        {
            store.update_capabilities(user, end.mode, end.capabilities).await?;
        }
        Ok(())
    }
}

fn seen(playlist: &PlaylistSeen) -> Seen {
    Seen { name: Some(playlist.name.clone()), image_url: playlist.image_url.clone(), track_total: playlist.total }
}
