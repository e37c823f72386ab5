//! Step 2, the other calls: which songs are liked, and which are in the playlists that rules name.

use super::command::{Commit, Request};
use super::contents;
use super::finish;
use super::input::{Answer, FaultKind};
use super::pages::{Pages, Reading};
use super::run::Run;
use super::stage::Stage;
use super::traffic::Failure;
use super::write_child::songs;
use crate::domain::sync::batch::{CONTAINS_LEN_MAX, chunks};
use crate::domain::sync::diff::Row;
use crate::domain::sync::event::SyncPhase;
use crate::domain::sync::plan;
use std::collections::{BTreeMap, HashSet};

/// Answers on their way in.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Lookups {
    /// Requests about Liked Songs that are not answered.
    liked_open: usize,
    liked: HashSet<String>,
    /// Playlists that are read, by index.
    reading: BTreeMap<usize, Pages<Row>>,
}

/// Asks what the filters need, if Spotify delivers it; what is known at the snapshot that was seen is not read again.
pub fn begin(run: &mut Run) -> Stage {
    let mut lookups = Lookups::default();
    if needs_liked(run) {
        let mut seen = HashSet::new();
        let uris = run.tracks.iter().map(|track| track.uri.clone());
        let uris: Vec<String> = uris.filter(|uri| seen.insert(uri.clone())).collect();
        for uris in chunks(&uris, CONTAINS_LEN_MAX) {
            lookups.liked_open += 1;
            run.fetch(Request::LibraryContains { uris });
        }
    }
    for (index, playlist) in run.unread_playlists() {
        run.fetch(Request::ChildItems { playlist, offset: 0 });
        lookups.reading.insert(index, Pages::new());
    }
    if !lookups.is_done() && run.phase != SyncPhase::Enriching {
        let to_do = run.progress.total;
        run.enter(SyncPhase::Enriching, to_do);
    }
    lookups.go_on(run)
}

fn needs_liked(run: &Run) -> bool {
    plan::needs_liked(run.weighed_filters(), &run.capabilities)
}

/// Takes one answer.
pub fn answered(mut lookups: Lookups, run: &mut Run, request: &Request, answer: Answer) -> Stage {
    match (request, answer) {
        (Request::LibraryContains { uris }, Answer::Contained(truths)) => {
            lookups.liked_open -= 1;
            run.advance();
            let liked = uris.iter().zip(truths).filter(|(_, is_liked)| *is_liked).map(|(uri, _)| uri.clone());
            lookups.liked.extend(liked);
        }
        (Request::ChildItems { playlist, offset }, Answer::ChildPage { rows, total }) => {
            run.advance();
            let index = run.input.playlists.iter().position(|named| named.playlist == *playlist);
            let pages = index.and_then(|index| lookups.reading.get_mut(&index).map(|pages| (index, pages)));
            if let Some((index, pages)) = pages {
                match pages.take(*offset, rows, total, |_| false) {
                    Reading::Ask(offsets) => offsets
                        .into_iter()
                        .for_each(|offset| run.fetch(Request::ChildItems { playlist: playlist.clone(), offset })),
                    Reading::Wait => {}
                    Reading::Complete { rows, whole } => lookups.read(run, index, rows, whole),
                }
            }
        }
        _ => {}
    }
    lookups.go_on(run)
}

/// Takes a failed request: what is refused is unknown, and whoever asks for it is left as it is.
pub fn failed(mut lookups: Lookups, run: &mut Run, failure: &Failure) -> Stage {
    let refused = matches!(failure.fault.kind, FaultKind::Forbidden | FaultKind::NotFound | FaultKind::Rejected { .. });
    match &failure.request {
        Request::LibraryContains { .. } if refused => {
            run.capabilities.liked = false;
            let others = run.traffic.withdraw(|request| matches!(request, Request::LibraryContains { .. }));
            lookups.liked_open -= 1 + others.len();
            run.progress.total -= others.len() as u32;
        }
        Request::ChildItems { playlist, .. } if refused => {
            let index = run.input.playlists.iter().position(|named| named.playlist == *playlist);
            index.and_then(|index| lookups.reading.remove(&index));
            let of_it =
                |request: &Request| matches!(request, Request::ChildItems { playlist: of, .. } if of == playlist);
            run.progress.total -= run.traffic.withdraw(of_it).len() as u32;
        }
        Request::LibraryContains { .. } => return stop(run, "asking for your Liked Songs", failure),
        _ => return stop(run, "reading a playlist that a rule names", failure),
    }
    run.advance();
    lookups.go_on(run)
}

fn stop(run: &mut Run, step: &str, failure: &Failure) -> Stage {
    finish::stopped(run, step, failure);
    Stage::Closing
}

impl Lookups {
    fn is_done(&self) -> bool {
        self.liked_open == 0 && self.reading.is_empty()
    }

    fn read(&mut self, run: &mut Run, index: usize, rows: Vec<Row>, whole: bool) {
        self.reading.remove(&index);
        let playlist = run.input.playlists[index].playlist.clone();
        let state = &mut run.playlists[index];
        state.songs = Some(songs(&rows).into_iter().collect());
        // Pages that never fitted together are good enough to route by, but the next run must look again.
        if let (Some(snapshot), true) = (state.snapshot.clone(), whole) {
            run.commit(Commit::PlaylistRead { playlist, snapshot, rows });
        }
    }

    fn go_on(self, run: &mut Run) -> Stage {
        if !self.is_done() {
            return Stage::Lookups(self);
        }
        // Pages of a playlist that was refused may still be on their way.
        run.traffic.abandon();
        self.complete(run);
        contents::begin(run)
    }

    fn complete(self, run: &mut Run) {
        let asked = needs_liked(run);
        let named = run.input.playlists.iter().zip(&run.playlists);
        let sets: Vec<(&str, &HashSet<String>)> =
            named.filter_map(|(named, state)| Some((named.playlist.as_str(), state.songs.as_ref()?))).collect();
        for track in &mut run.tracks {
            track.liked = asked.then(|| self.liked.contains(&track.uri));
            let holding = sets.iter().filter(|(_, songs)| songs.contains(&track.uri));
            track.in_playlists = holding.map(|(id, _)| (*id).to_owned()).collect();
        }
    }
}
