//! The songs of a base as a list, with the children that take each.

use super::preview::PreviewRequest;
use super::routed_base::Scene;
use super::{CurrentUser, checks};
use crate::domain::filter::compile::{CompiledFilter, compile};
use crate::domain::filter::evaluate::Verdict;
use crate::domain::filter::text::fold;
use crate::domain::sync::explained::{ListedSong, SongLine, SongPage};
use crate::domain::sync::routing::RoutingChild;
use crate::domain::track::FilterableTrack;
use crate::server::error::{ServerError, invalid_filter};
use crate::server::state::AppState;
use std::collections::{HashMap, HashSet};

/// Rows on a page.
const PAGE_LEN: usize = 50;

/// What is looked for.
#[derive(Debug, Clone, Default)]
pub struct SongQuery {
    /// Part of the title or of an artist's name; empty is all.
    pub text: String,
    /// Which songs.
    pub show: Show,
    /// Counted from 1.
    pub page: u32,
}

/// Which songs are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Show {
    #[default]
    All,
    /// In no child.
    Unrouted,
    /// In two children or more.
    Overlaps,
    /// Some child cannot be judged.
    Unknown,
}

impl Show {
    /// As in the address; anything else is all.
    pub fn parse(word: &str) -> Self {
        match word {
            "none" => Self::Unrouted,
            "several" => Self::Overlaps,
            "unknown" => Self::Unknown,
            _ => Self::All,
        }
    }

    fn takes(self, song: &ListedSong) -> bool {
        match self {
            Self::All => true,
            Self::Unrouted => song.children.is_empty(),
            Self::Overlaps => song.children.len() > 1,
            Self::Unknown => song.is_unknown,
        }
    }
}

/// Lists a page of songs.
pub async fn list(
    app: &AppState,
    user: &CurrentUser,
    base_id: &str,
    query: SongQuery,
) -> Result<SongPage, ServerError> {
    let base = app.store.get_base_playlist(user.id, checks::base_id(base_id)?).await?;
    let scene = Scene::read(app, user, &base, &PreviewRequest::default()).await?;
    let wanted = fold(&query.text);
    let found: Vec<ListedSong> = all_rows(&scene)?
        .into_iter()
        .filter(|song| query.show.takes(song) && (wanted.is_empty() || names(&song.song, &wanted)))
        .collect();
    let pages = found.len().div_ceil(PAGE_LEN).max(1);
    let page = (query.page as usize).clamp(1, pages);
    Ok(SongPage {
        base_playlist_id: scene.base.id,
        base_name: scene.base.name.clone(),
        total: scene.songs.total,
        found: u32::try_from(found.len()).unwrap_or(u32::MAX),
        page: u32::try_from(page).unwrap_or(u32::MAX),
        pages: u32::try_from(pages).unwrap_or(u32::MAX),
        songs: found.into_iter().skip((page - 1) * PAGE_LEN).take(PAGE_LEN).collect(),
    })
}

fn names(song: &SongLine, wanted: &str) -> bool {
    fold(&song.title).contains(wanted) || song.artists.iter().any(|artist| fold(artist).contains(wanted))
}

/// Every row of the base in its order.
fn all_rows(scene: &Scene) -> Result<Vec<ListedSong>, ServerError> {
    let children = scene.children();
    let takers = takers(scene, &children);
    let filters: Vec<(CompiledFilter, &RoutingChild<'_>)> = children
        .iter()
        .filter(|child| child.active)
        .map(|child| compile(child.filter, &scene.context).map(|filter| (filter, child)))
        .collect::<Result<_, _>>()
        .map_err(|fault| invalid_filter("/filter", vec![fault]))?;
    let is_unknown = |track: &FilterableTrack| {
        filters.iter().any(|(filter, child)| {
            let by_hand = child.filter.bans.contains(&track.uri) || child.filter.pins.contains(&track.uri);
            !by_hand && filter.verdict(track) == Verdict::Unknown
        })
    };
    let songs = scene.songs.tracks.iter().map(|track| ListedSong {
        song: SongLine::of(track),
        children: takers.get(track.uri.as_str()).cloned().unwrap_or_default(),
        is_unknown: is_unknown(track),
    });
    let skipped = scene.songs.skipped_rows.iter().map(|row| ListedSong {
        song: SongLine::of_skipped(row),
        children: Vec::new(),
        is_unknown: false,
    });
    let mut rows: Vec<ListedSong> = songs.chain(skipped).collect();
    rows.sort_by_key(|row| row.song.position);
    Ok(rows)
}

/// Names of the active children that hold each song after a sync.
fn takers<'r>(scene: &'r Scene, children: &'r [RoutingChild<'r>]) -> HashMap<&'r str, Vec<String>> {
    let mut takers: HashMap<&str, Vec<String>> = HashMap::new();
    for (child, subject) in children.iter().zip(&scene.subjects) {
        let Some(target) = scene.routed.children.iter().find(|routed| routed.id == child.id) else { continue };
        let is_left = target.unknown > 0 || scene.left.contains_key(&child.id);
        let uris = if is_left { child.holds.unwrap_or_default() } else { target.target.as_slice() };
        let name = subject.saved.as_ref().map_or_else(String::new, |child| child.name.clone());
        for uri in uris.iter().collect::<HashSet<_>>() {
            takers.entry(uri).or_default().push(name.clone());
        }
    }
    takers
}
