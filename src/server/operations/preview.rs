//! What a sync would do now. The same routing and the same decisions as the run; nothing is written.

pub mod answer;
mod cost;
mod hands;
mod looked;
pub mod subjects;

use super::{CurrentUser, checks};
use crate::domain::filter::compile::EvalContext;
use crate::domain::playlist::{BasePlaylist, ChildKind};
use crate::domain::sync::event::Preview;
use crate::domain::sync::machine::decide::Decision;
use crate::domain::sync::routing::{Routed, RoutedChild, RoutingChild, taken_before};
use crate::domain::sync::settle::{Settled, settle};
use crate::error::AppError;
use crate::server::clock;
use crate::server::error::{ServerError, invalid_filter};
use crate::server::spotify::client::Caller;
use crate::server::state::AppState;
use crate::server::sync::base_reads::BaseSongs;
use crate::server::sync::lookups::Needs;
use crate::server::sync::zone;
use looked::Looked;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use subjects::Subject;

/// One child as it is saved or as it is being edited; nothing: all children as they are.
#[derive(Debug, Clone, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PreviewRequest {
    pub child_playlist_id: Option<String>,
    pub filter: Option<serde_json::Value>,
    /// Of a draft; absent, a saved child keeps its kind and a new one is a filter child.
    pub kind: Option<ChildKind>,
}

/// A base read and its songs routed.
pub struct Routing {
    pub base: BasePlaylist,
    pub songs: Arc<BaseSongs>,
    /// All that take part in the routing, by priority; those not asked for too.
    pub subjects: Vec<Subject>,
    /// As the run would leave it: a child that it does not write takes what it holds where others depend on it.
    pub routed: Routed,
    /// Of the subjects, in their order.
    outlooks: Vec<Outlook>,
    pub context: EvalContext,
    pub needs: Needs,
    /// How a run would begin; `None` for a draft, which no run knows.
    pub looked: Option<Looked>,
}

/// What a sync would make of one child.
pub struct Outlook {
    pub decision: Decision,
    /// What routing would give it, were it written.
    pub wanted: RoutedChild,
}

impl Routing {
    /// What a sync would make of the subject at an index.
    pub fn outlook(&self, at: usize) -> &Outlook {
        &self.outlooks[at]
    }

    /// What routing gives a child; `None` for one that takes no part in it.
    pub fn of(&self, subject: &Subject) -> Option<&RoutedChild> {
        self.routed.children.iter().find(|child| child.id == subject.id)
    }

    /// Songs that the asked child cannot have, because others take them before it.
    pub fn taken_before_asked(&self) -> Vec<&str> {
        let made: Vec<&Subject> = self.subjects.iter().filter(|subject| !subject.is_unmade()).collect();
        let Some(at) = made.iter().position(|subject| subject.is_asked) else { return Vec::new() };
        let kinds: Vec<ChildKind> = made.iter().map(|subject| subject.kind).collect();
        let rows = taken_before(&self.routed.taken, &kinds, at, self.base.routing);
        rows.into_iter().filter_map(|row| self.songs.tracks.get(row as usize)).map(|track| track.uri.as_str()).collect()
    }

    /// What a child takes: its target, or what it holds where it cannot be judged.
    pub fn taken<'r>(&'r self, subject: &'r Subject) -> &'r [String] {
        match self.of(subject) {
            Some(child) if child.unknown == 0 => &child.target,
            Some(_) | None => &subject.holds,
        }
    }
}

/// Says what a sync would do.
pub async fn run(
    app: &AppState,
    user: &CurrentUser,
    base_id: &str,
    request: PreviewRequest,
) -> Result<Preview, ServerError> {
    let reading = Reading { children: true, artists: false };
    let routing = routing(app, user, base_id, &request, reading).await?;
    Ok(answer::assemble(app, user, &routing).await?)
}

/// What is read beyond the base's items.
#[derive(Debug, Clone, Copy)]
pub struct Reading {
    /// Children whose contents nobody knows.
    pub children: bool,
    /// Artists, even where no rule asks for them.
    pub artists: bool,
}

/// Reads a base and routes its songs.
pub async fn routing(
    app: &AppState,
    user: &CurrentUser,
    base_id: &str,
    request: &PreviewRequest,
    reading: Reading,
) -> Result<Routing, ServerError> {
    let base = app.store.get_base_playlist(user.id, checks::base_id(base_id)?).await?;
    let looked = if reading.children { looked::look(app, user, &base, request).await? } else { None };
    let library = looked.as_ref().map(|looked| &looked.library);
    let mut subjects = subjects::load(app, user, &base, request, reading.children, library).await?;
    let needs = Needs::of(subjects.iter().map(|subject| &subject.filter));
    let snapshot =
        library.and_then(|library| library.seen.get(&base.spotify_playlist_id)).map(|seen| seen.snapshot.clone());
    let wanted = Needs { artists: needs.artists || reading.artists, snapshot, ..needs.clone() };
    let songs = app.base_reads.read(app, user, &base.spotify_playlist_id, wanted, &Caller::new(user.id)).await?;
    let now_ms = clock::now_ms();
    let context = EvalContext { now_ms, zone: zone::offsets(&user.time_zone, now_ms), capabilities: user.capabilities };
    let mut settled = settle_all(&base, &songs, &subjects, &context)?;
    if hands::see(&mut subjects, &settled, now_ms) {
        settled = settle_all(&base, &songs, &subjects, &context)?;
    }
    let outlooks = outlooks(&subjects, &settled);
    Ok(Routing { base, songs, subjects, routed: settled.routed, outlooks, context, needs, looked })
}

/// Routes and decides as the run does. As there, what has no playlist yet takes nothing.
fn settle_all(
    base: &BasePlaylist,
    songs: &BaseSongs,
    subjects: &[Subject],
    context: &EvalContext,
) -> Result<Settled, AppError> {
    let made: Vec<&Subject> = subjects.iter().filter(|subject| !subject.is_unmade()).collect();
    let children: Vec<RoutingChild<'_>> = made
        .iter()
        .map(|subject| RoutingChild {
            id: subject.id,
            filter: &subject.filter,
            kind: subject.kind,
            active: true,
            holds: Some(&subject.holds),
        })
        .collect();
    let gone: Vec<usize> = (0..made.len()).filter(|&at| made[at].is_left()).collect();
    let decide = |at: usize, routed: &RoutedChild| {
        (!made[at].is_left()).then(|| answer::decision(&context.capabilities, made[at], routed))
    };
    settle(&songs.tracks, &children, base.routing, context, &gone, decide)
        .map_err(|fault| invalid_filter("/filter", vec![fault]))
}

fn outlooks(subjects: &[Subject], settled: &Settled) -> Vec<Outlook> {
    let mut made = 0..settled.routed.children.len();
    let outlook = |subject: &Subject| {
        let at = if subject.is_unmade() { None } else { made.next() };
        match at.and_then(|at| Some((at, settled.decisions[at].clone()?))) {
            Some((at, decision)) => {
                let wanted = settled.refused.get(&at).unwrap_or(&settled.routed.children[at]).clone();
                Outlook { decision, wanted }
            }
            None => {
                let (target, tracks) = (Vec::new(), Vec::new());
                let wanted = RoutedChild { id: subject.id, target, unknown: 0, duration_ms: 0, tracks };
                Outlook { decision: answer::left(subject), wanted }
            }
        }
    };
    subjects.iter().map(outlook).collect()
}
