//! What the run that a preview speaks of would cost.

use super::Routing;
use crate::domain::sync::machine::decide::Decision;
use crate::domain::sync::plan::{
    BaseState, ChildState, Opening, Plan, Terms, artist_ids, needs_artists, plan, snapshots,
};
use crate::domain::sync::settle::is_exclusive;
use crate::server::operations::CurrentUser;
use crate::server::state::AppState;
use std::collections::HashSet;

/// One request takes about this long; the gate decides for longer plans.
const LATENCY_MS: u32 = 120;

/// What a sync would cost with what the cache knows now, and without it.
pub async fn plans(app: &AppState, user: &CurrentUser, routing: &Routing) -> (Plan, Plan) {
    let subjects = routing.subjects.iter().enumerate().filter(|(_, subject)| !subject.is_unmade());
    let children: Vec<ChildState<'_>> = subjects
        .map(|(at, subject)| ChildState {
            filter: &subject.filter,
            is_selected: subject.is_asked,
            unread_rows: subject.unknown_contents.then_some(rows(subject.rows.len())),
            unknown: routing.outlook(at).wanted.unknown,
            decision: decision(routing, at),
        })
        .collect();
    let base = base_state(user, routing, &children);
    let terms = Terms {
        capabilities: user.capabilities,
        mode: user.api_mode,
        read_back: app.config.read_back,
        per_minute: app.config.spotify_requests_per_minute,
        latency_ms: LATENCY_MS,
    };
    let asks = needs_artists(children.iter().map(|child| child.filter), &user.capabilities);
    let cache = if asks { cached(app, &artist_ids(base.tracks)).await } else { HashSet::new() };
    (plan(&base, &children, &terms, &cache), plan(&base, &children, &terms, &HashSet::new()))
}

fn decision(routing: &Routing, at: usize) -> &Decision {
    &routing.outlook(at).decision
}

fn base_state<'r>(user: &CurrentUser, routing: &'r Routing, children: &[ChildState<'_>]) -> BaseState<'r> {
    let selected = children.iter().filter(|child| child.is_selected).count();
    let unknown = Opening { requests: snapshots(user.library_total.unwrap_or(1), rows(selected)), is_unchanged: false };
    let totals = routing.needs.playlists.iter().zip(&routing.songs.playlist_totals);
    let known = |playlist| routing.looked.as_ref().is_some_and(|looked| looked.known_playlists.contains(playlist));
    BaseState {
        opening: routing.looked.as_ref().map_or(unknown, |looked| looked.opening),
        total: routing.songs.total,
        tracks: &routing.songs.tracks,
        unread_playlists: totals.filter(|(playlist, _)| !known(*playlist)).map(|(_, total)| *total).collect(),
        is_exclusive: is_exclusive(routing.subjects.iter().map(|subject| subject.kind), routing.base.routing),
    }
}

async fn cached(app: &AppState, ids: &[String]) -> HashSet<String> {
    app.spotify.look_at_artists(ids).await.into_iter().map(|artist| artist.id).collect()
}

fn rows(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
