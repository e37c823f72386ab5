//! Spotify in memory: writes show a few seconds late, and snapshots later still.

use super::super::command::Request;
use super::super::input::{Answer, ArtistMeta, BaseRow, Fault, FaultKind, LibraryEntry, PlaylistSeen};
use super::builders::{artist_id, playlist};
use crate::domain::ids::PlaylistId;
use crate::domain::sync::diff::{Row, WriteOp, replay};
use std::collections::BTreeMap;

/// Contents are readable this long after a write at the latest.
pub const CONTENT_LAG_MS: i64 = 3_500;
/// And the new snapshot is listed this long after it at the latest.
pub const SNAPSHOT_LAG_MS: i64 = 30_000;
const PAGE_LEN: usize = 50;
const WRITE_LEN: usize = 100;
const PLAYLIST_LEN: usize = 10_000;

#[derive(Debug, Clone, PartialEq)]
pub struct FakePlaylist {
    pub rows: Vec<Row>,
    /// What a read shows until the time.
    pub before: Option<(i64, Vec<Row>)>,
    pub version: u64,
    /// The version that is listed until the time.
    pub listed: Option<(i64, u64)>,
    /// Whether the library lists it.
    pub followed: bool,
}

impl FakePlaylist {
    pub fn new(rows: Vec<Row>) -> Self {
        Self { rows, before: None, version: 1, listed: None, followed: true }
    }

    fn readable(&self, now_ms: i64) -> &[Row] {
        match &self.before {
            Some((until_ms, rows)) if now_ms < *until_ms => rows,
            Some(_) | None => &self.rows,
        }
    }

    fn listed_version(&self, now_ms: i64) -> u64 {
        self.listed.filter(|(until_ms, _)| now_ms < *until_ms).map_or(self.version, |(_, version)| version)
    }

    pub fn snapshot(&self) -> String {
        format!("v{}", self.version)
    }
}

#[derive(Debug, Clone)]
pub struct Spotify {
    pub base: Vec<BaseRow>,
    pub base_version: u64,
    pub children: BTreeMap<PlaylistId, FakePlaylist>,
    pub genres: BTreeMap<String, Vec<String>>,
    /// Other playlists of the library, listed first.
    pub others: u32,
    pub batches_allowed: bool,
    pub genres_delivered: bool,
    pub base_listed: bool,
    pub liked: Vec<String>,
    pub liked_allowed: bool,
    /// The page of the library that misses its last row, and says so in its total.
    pub shifted_page: Option<usize>,
    /// The page of the base that is short by one row.
    pub short_page: Option<u32>,
    /// Songs that make every request fail that adds them.
    pub dead: Vec<String>,
    /// Songs that children's rows show as nothing.
    pub blank: Vec<String>,
}

pub fn base_id() -> PlaylistId {
    playlist("BASE")
}

impl Spotify {
    pub fn new(base: Vec<BaseRow>) -> Self {
        Self {
            base,
            base_version: 1,
            children: BTreeMap::new(),
            genres: BTreeMap::new(),
            others: 3,
            batches_allowed: true,
            genres_delivered: true,
            base_listed: true,
            liked: Vec::new(),
            liked_allowed: true,
            shifted_page: None,
            short_page: None,
            dead: Vec::new(),
            blank: Vec::new(),
        }
    }

    /// Answers a request. `lag_ms`: how long a write stays invisible to reads.
    pub fn answer(&mut self, request: &Request, now_ms: i64, lag_ms: i64) -> Result<Answer, Fault> {
        match request {
            Request::LibraryPage { offset } => Ok(self.library(*offset as usize, now_ms)),
            Request::PlaylistSnapshot { playlist } => {
                self.seen(playlist, now_ms).map(Answer::Snapshot).ok_or_else(not_found)
            }
            Request::BaseItems { playlist, offset } => {
                assert_eq!(*playlist, base_id());
                let mut rows = page(&self.base, *offset as usize).to_vec();
                if self.short_page == Some(*offset) {
                    rows.pop();
                }
                Ok(Answer::BasePage { rows, total: self.base.len() as u32, popularity_present: true })
            }
            Request::ChildItems { playlist, offset } => {
                let child = self.children.get(playlist).ok_or_else(not_found)?;
                let (shown, total) = (child.readable(now_ms), child.readable(now_ms).len() as u32);
                let mut rows = page(shown, *offset as usize).to_vec();
                rows.iter_mut().filter(|row| self.blank.contains(&row.uri)).for_each(|row| {
                    *row = Row { uri: String::new(), fixed: true };
                });
                Ok(Answer::ChildPage { rows, total })
            }
            Request::ArtistBatch { ids } if self.batches_allowed => {
                assert!(ids.len() <= PAGE_LEN);
                Ok(Answer::Artists(ids.iter().filter_map(|id| self.artist(id)).collect()))
            }
            Request::ArtistBatch { .. } => Err(fault(FaultKind::Forbidden)),
            Request::Artist { id } => Ok(Answer::Artists(vec![self.artist(id).ok_or_else(not_found)?])),
            Request::LibraryContains { .. } if !self.liked_allowed => Err(fault(FaultKind::Forbidden)),
            Request::LibraryContains { uris } => {
                assert!(uris.len() <= 40);
                Ok(Answer::Contained(uris.iter().map(|uri| self.liked.contains(uri)).collect()))
            }
            Request::PutItems { playlist, uris } => {
                self.write(playlist, &WriteOp::Put { uris: uris.clone() }, now_ms, lag_ms)
            }
            Request::PostItems { playlist, uris, position } => {
                self.write(playlist, &WriteOp::Post { uris: uris.clone(), position: *position }, now_ms, lag_ms)
            }
            Request::DeleteItems { playlist, uris } => {
                self.write(playlist, &WriteOp::Delete { uris: uris.clone() }, now_ms, lag_ms)
            }
            Request::MoveItems { playlist, range_start, insert_before, range_length } => {
                let (range_start, insert_before, range_length) = (*range_start, *insert_before, *range_length);
                self.write(playlist, &WriteOp::Move { range_start, insert_before, range_length }, now_ms, lag_ms)
            }
        }
    }

    fn artist(&self, id: &str) -> Option<ArtistMeta> {
        let genres = self.genres.get(id)?.clone();
        Some(ArtistMeta {
            id: id.to_owned(),
            genres: self.genres_delivered.then_some(genres),
            popularity: Some(50),
            followers: Some(1000),
        })
    }

    pub fn seen(&self, id: &PlaylistId, now_ms: i64) -> Option<PlaylistSeen> {
        let (version, total) = match self.children.get(id) {
            Some(child) => (child.listed_version(now_ms), child.rows.len()),
            None if *id == base_id() => (self.base_version, self.base.len()),
            None => return None,
        };
        Some(PlaylistSeen {
            snapshot: format!("v{version}"),
            name: id.to_string(),
            total: Some(total as u32),
            image_url: None,
        })
    }

    fn library(&self, offset: usize, now_ms: i64) -> Answer {
        let others = (0..self.others).map(|number| playlist(&format!("OTHER{number}")));
        let children = self.children.iter().filter(|(_, child)| child.followed).map(|(id, _)| id.clone());
        let entries: Vec<LibraryEntry> = others
            .chain(self.base_listed.then(base_id))
            .chain(children)
            .map(|id| {
                let other = PlaylistSeen { snapshot: "o".into(), name: "o".into(), total: None, image_url: None };
                let seen = self.seen(&id, now_ms).unwrap_or(other);
                LibraryEntry { id, seen }
            })
            .collect();
        let (mut entries, mut total) = (page(&entries, offset).to_vec(), entries.len() as u32);
        if self.shifted_page == Some(offset) {
            entries.pop();
            total -= 1;
        }
        Answer::Library { entries, total }
    }

    fn write(&mut self, id: &PlaylistId, op: &WriteOp, now_ms: i64, lag_ms: i64) -> Result<Answer, Fault> {
        let added: &[String] = match op {
            WriteOp::Put { uris } | WriteOp::Post { uris, .. } => uris,
            WriteOp::Move { .. } | WriteOp::Delete { .. } => &[],
        };
        assert!(added.len() <= WRITE_LEN, "more than 100 songs in a request");
        if added.iter().any(|uri| self.dead.contains(uri)) {
            return Err(fault(FaultKind::Transient { status: Some(502) }));
        }
        let child = self.children.get_mut(id).unwrap_or_else(|| panic!("a write to {id}, which is no child"));
        let rows = replay(&child.rows, op);
        assert!(rows.len() <= PLAYLIST_LEN);
        child.before = Some((now_ms + lag_ms, std::mem::replace(&mut child.rows, rows)));
        let lag_ms = lag_ms * SNAPSHOT_LAG_MS / CONTENT_LAG_MS;
        child.listed = Some((now_ms + lag_ms, child.listed_version(now_ms)));
        child.version += 1;
        Ok(Answer::Written { snapshot: Some(child.snapshot()) })
    }

    /// All genres of the artist with this number.
    pub fn set_genre(&mut self, artist: u64, genre: &str) {
        self.genres.insert(artist_id(artist), vec![genre.to_owned()]);
    }
}

fn page<T>(rows: &[T], offset: usize) -> &[T] {
    let start = offset.min(rows.len());
    &rows[start..rows.len().min(start + PAGE_LEN)]
}

pub fn fault(kind: FaultKind) -> Fault {
    Fault { kind, message: "made by the test".to_owned() }
}

fn not_found() -> Fault {
    fault(FaultKind::NotFound)
}
