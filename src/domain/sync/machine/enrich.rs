//! Step 2: what filters need of artists, through the cache, in batches where Spotify allows them.

use super::command::{Command, Request};
use super::finish;
use super::input::{Answer, ArtistMeta, FaultKind};
use super::lookups;
use super::run::Run;
use super::stage::Stage;
use super::traffic::Failure;
use crate::domain::capability::{ApiMode, Capabilities};
use crate::domain::sync::batch::{ARTISTS_LEN_MAX, chunk_count, chunks};
use crate::domain::sync::event::SyncPhase;
use crate::domain::sync::plan;
use std::collections::HashMap;

/// Artists on their way in.
#[derive(Debug, Clone, PartialEq)]
pub struct Artists {
    /// All ids of the base, each once, in order.
    ids: Vec<String>,
    known: HashMap<String, ArtistMeta>,
    /// Requests that are not answered.
    open: usize,
}

/// Asks the cache, if any filter needs artists and Spotify delivers what it needs.
pub fn begin(run: &mut Run) -> Stage {
    if !plan::needs_artists(run.weighed_filters(), &run.capabilities) {
        return lookups::begin(run);
    }
    let ids = plan::artist_ids(&run.tracks);
    if ids.is_empty() {
        return lookups::begin(run);
    }
    run.enter(SyncPhase::Enriching, 0);
    run.out.push(Command::LookUpArtists { ids: ids.clone() });
    Stage::Artists(Artists { ids, known: HashMap::new(), open: 0 })
}

/// Takes what the cache knew and fetches the others.
pub fn looked_up(mut artists: Artists, run: &mut Run, found: Vec<ArtistMeta>) -> Stage {
    // Kept from a time when Spotify withheld what it delivers now: worth a request.
    let fresh = found.into_iter().filter(|artist| has_delivered_keys(artist, &run.capabilities));
    artists.known.extend(fresh.map(|artist| (artist.id.clone(), artist)));
    let missing: Vec<String> = artists.ids.iter().filter(|id| !artists.known.contains_key(*id)).cloned().collect();
    run.artists_asked = artists.ids.len() as u32;
    run.artists_found = run.artists_asked - missing.len() as u32;
    run.cached_api_requests = match run.mode {
        ApiMode::Extended => {
            chunk_count(artists.ids.len(), ARTISTS_LEN_MAX) - chunk_count(missing.len(), ARTISTS_LEN_MAX)
        }
        ApiMode::Development => artists.ids.len() - missing.len(),
    } as u32;
    artists.ask(run, missing);
    artists.go_on(run)
}

/// Takes fetched artists; those asked for that did not come are unknown to Spotify.
pub fn answered(mut artists: Artists, run: &mut Run, request: &Request, answer: Answer) -> Stage {
    let Answer::Artists(found) = answer else { return Stage::Artists(artists) };
    let asked = asked_ids(request);
    let absent = asked.into_iter().filter(|id| found.iter().all(|artist| artist.id != *id)).collect();
    artists.open -= 1;
    run.advance();
    artists.known.extend(found.iter().map(|artist| (artist.id.clone(), artist.clone())));
    run.out.push(Command::KeepArtists { found, absent });
    artists.go_on(run)
}

/// Takes a failed request: refused batches become single reads, unknown artists are absent.
pub fn failed(mut artists: Artists, run: &mut Run, failure: &Failure) -> Stage {
    let refused = matches!(failure.fault.kind, FaultKind::Forbidden | FaultKind::NotFound | FaultKind::Rejected { .. });
    let single_refused = refused && failure.fault.kind != FaultKind::Forbidden;
    if let (Request::ArtistBatch { ids }, true) = (&failure.request, refused) {
        artists.split(run, ids.clone(), failure.fault.kind == FaultKind::Forbidden);
    } else if let (Request::Artist { id }, true) = (&failure.request, single_refused) {
        run.out.push(Command::KeepArtists { found: Vec::new(), absent: vec![id.clone()] });
    } else {
        finish::stopped(run, "reading artists", failure);
        return Stage::Closing;
    }
    artists.open -= 1;
    run.advance();
    artists.go_on(run)
}

const fn has_delivered_keys(artist: &ArtistMeta, capabilities: &Capabilities) -> bool {
    (artist.genres.is_some() || !capabilities.genre)
        && (artist.popularity.is_some() || !capabilities.artist_popularity)
        && (artist.followers.is_some() || !capabilities.artist_followers)
}

fn asked_ids(request: &Request) -> Vec<String> {
    match request {
        Request::ArtistBatch { ids } => ids.clone(),
        Request::Artist { id } => vec![id.clone()],
        Request::LibraryPage { .. }
        | Request::PlaylistSnapshot { .. }
        | Request::BaseItems { .. }
        | Request::ChildItems { .. }
        | Request::LibraryContains { .. }
        | Request::PutItems { .. }
        | Request::PostItems { .. }
        | Request::DeleteItems { .. }
        | Request::MoveItems { .. } => Vec::new(),
    }
}

impl Artists {
    fn ask(&mut self, run: &mut Run, ids: Vec<String>) {
        match run.mode {
            ApiMode::Extended => {
                for ids in chunks(&ids, ARTISTS_LEN_MAX) {
                    self.open += 1;
                    run.fetch(Request::ArtistBatch { ids });
                }
            }
            ApiMode::Development => self.ask_singles(run, ids),
        }
    }

    /// Reads the artists of a refused batch one by one; of all batches, if they are not for this app.
    fn split(&mut self, run: &mut Run, mut ids: Vec<String>, all: bool) {
        if all {
            run.mode = ApiMode::Development;
            let batches = run.traffic.withdraw(|request| matches!(request, Request::ArtistBatch { .. }));
            self.open -= batches.len();
            run.progress.total -= batches.len() as u32;
            ids.extend(batches.iter().flat_map(asked_ids));
        }
        self.ask_singles(run, ids);
    }

    fn ask_singles(&mut self, run: &mut Run, ids: Vec<String>) {
        for id in ids {
            self.open += 1;
            run.fetch(Request::Artist { id });
        }
    }

    fn go_on(self, run: &mut Run) -> Stage {
        if self.open > 0 {
            return Stage::Artists(self);
        }
        self.complete(run);
        lookups::begin(run)
    }

    /// A key that an artist lacks is withheld: unknown, never empty, or songs would vanish for want of data.
    fn complete(mut self, run: &mut Run) {
        let capabilities = &mut run.capabilities;
        capabilities.genre &= self.known.values().all(|artist| artist.genres.is_some());
        capabilities.artist_popularity &= self.known.values().all(|artist| artist.popularity.is_some());
        capabilities.artist_followers &= self.known.values().all(|artist| artist.followers.is_some());
        for artist in run.tracks.iter_mut().flat_map(|track| &mut track.artists) {
            let Some(known) = artist.id.as_ref().and_then(|id| self.known.get_mut(id)) else { continue };
            artist.genres.clone_from(&known.genres);
            artist.popularity = known.popularity;
            artist.followers = known.followers;
        }
    }
}
