//! What a sync would do now. The same routing and the same decisions as the run; nothing is written.

pub mod answer;
pub mod subjects;

use super::{CurrentUser, checks};
use crate::domain::filter::compile::EvalContext;
use crate::domain::playlist::{BasePlaylist, ChildKind};
use crate::domain::sync::event::Preview;
use crate::domain::sync::routing::{Routed, RoutedChild, RoutingChild, route};
use crate::error::AppError;
use crate::server::clock;
use crate::server::error::{ServerError, invalid_filter};
use crate::server::spotify::client::Caller;
use crate::server::state::AppState;
use crate::server::sync::base_reads::BaseSongs;
use crate::server::sync::lookups::Needs;
use crate::server::sync::zone;
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
    pub routed: Routed,
    pub context: EvalContext,
    pub needs: Needs,
}

impl Routing {
    /// What routing gives a child; `None` for one that takes no part in it.
    pub fn of(&self, subject: &Subject) -> Option<&RoutedChild> {
        self.routed.children.iter().find(|child| child.id == subject.id)
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
    let subjects = subjects::load(app, user, &base, request, reading.children).await?;
    let needs = Needs::of(subjects.iter().map(|subject| &subject.filter));
    let wanted = Needs { artists: needs.artists || reading.artists, ..needs.clone() };
    let songs = app.base_reads.read(app, user, &base.spotify_playlist_id, wanted, &Caller::new(user.id)).await?;
    let now_ms = clock::now_ms();
    let context = EvalContext { now_ms, zone: zone::offsets(&user.time_zone, now_ms), capabilities: user.capabilities };
    let routed = route_all(&base, &songs, &subjects, &context)?;
    Ok(Routing { base, songs, subjects, routed, context, needs })
}

fn route_all(
    base: &BasePlaylist,
    songs: &BaseSongs,
    subjects: &[Subject],
    context: &EvalContext,
) -> Result<Routed, AppError> {
    let children: Vec<RoutingChild<'_>> = subjects
        .iter()
        .map(|subject| RoutingChild {
            id: subject.id,
            filter: &subject.filter,
            kind: subject.kind,
            // As in the run: what has no playlist yet takes nothing.
            active: !subject.is_unmade(),
            holds: Some(&subject.holds),
        })
        .collect();
    route(&songs.tracks, &children, base.routing, context).map_err(|fault| invalid_filter("/filter", vec![fault]))
}
