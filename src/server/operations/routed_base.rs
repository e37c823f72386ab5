//! A base with its songs and all its children, as a sync would share them out now. Nothing is written, and no
//! child is read at Spotify: what children hold is what the last sync left.

use super::CurrentUser;
use super::preview::{self, PreviewRequest, Reading};
use crate::domain::filter::compile::EvalContext;
use crate::domain::filter::rule::Filter;
use crate::domain::ids::ChildPlaylistId;
use crate::domain::playlist::{BasePlaylist, ChildKind, ChildPlaylist};
use crate::domain::sync::machine::decide::Verdict;
use crate::domain::sync::routing::{Routed, RoutingChild};
use crate::server::clock;
use crate::server::error::ServerError;
use crate::server::spotify::client::Caller;
use crate::server::state::AppState;
use crate::server::store::StoreError;
use crate::server::sync::base_reads::BaseSongs;
use crate::server::sync::zone;
use std::collections::HashMap;
use std::sync::Arc;

/// A child, saved or not.
pub struct Subject {
    pub id: ChildPlaylistId,
    pub saved: Option<ChildPlaylist>,
    pub filter: Filter,
    holds: Option<Vec<String>>,
}

/// Everything that is asked of a song's way.
pub struct Scene {
    pub base: BasePlaylist,
    pub songs: Arc<BaseSongs>,
    /// All children of the base; with a filter that is no child's, that filter alone.
    pub subjects: Vec<Subject>,
    pub context: EvalContext,
    /// Where all songs go.
    pub routed: Routed,
    /// Children that a sync would leave as they are, with the reason.
    pub left: HashMap<ChildPlaylistId, String>,
}

/// The frozen now of a person.
pub fn context_of(user: &CurrentUser) -> EvalContext {
    let now_ms = clock::now_ms();
    EvalContext { now_ms, zone: zone::offsets(&user.time_zone, now_ms), capabilities: user.capabilities }
}

/// The songs of a base, with their artists where asked for.
pub async fn songs_of(
    app: &AppState,
    user: &CurrentUser,
    base: &BasePlaylist,
    with_artists: bool,
) -> Result<Arc<BaseSongs>, ServerError> {
    app.base_reads.read(app, user, &base.spotify_playlist_id, with_artists, &Caller::new(user.id)).await
}

impl Scene {
    /// All children of a base as they are; a filter in the request takes the place of its child's, or stands by itself.
    pub async fn read(
        app: &AppState,
        user: &CurrentUser,
        base: &BasePlaylist,
        request: &PreviewRequest,
    ) -> Result<Self, ServerError> {
        let reading = Reading { children: false, artists: false };
        let routing = preview::routing(app, user, &base.id.to_string(), request, reading).await?;
        let mut subjects = Vec::new();
        for child in app.store.list_child_playlists(user.id, base.id).await? {
            subjects.push(saved_subject(app, user, child).await?);
        }
        for asked in routing.subjects.iter().filter(|subject| subject.is_asked) {
            let filter = asked.filter.clone();
            match subjects.iter_mut().find(|subject| subject.id == asked.id) {
                Some(subject) => subject.filter = filter,
                None => subjects = vec![Subject { id: asked.id, saved: None, filter, holds: None }],
            }
        }
        let left = left(&routing);
        let preview::Routing { base, songs, mut routed, context, .. } = routing;
        // A draft is tried out as if its child were switched on; here it is told what a sync does.
        let is_off = |id| subjects.iter().any(|one| one.id == id && !one.is_active());
        routed.children.retain(|child| !is_off(child.id));
        Ok(Self { base, songs, subjects, context, routed, left })
    }

    /// The children as routing takes them, in their order.
    pub fn children(&self) -> Vec<RoutingChild<'_>> {
        self.subjects
            .iter()
            .map(|subject| RoutingChild {
                id: subject.id,
                filter: &subject.filter,
                kind: subject.saved.as_ref().map_or(ChildKind::Filter, |child| child.kind),
                active: subject.is_active(),
                holds: subject.holds.as_deref(),
            })
            .collect()
    }
}

impl Subject {
    fn is_active(&self) -> bool {
        self.saved.as_ref().is_none_or(|child| child.is_active && child.spotify_playlist_id.is_some())
    }
}

async fn saved_subject(app: &AppState, user: &CurrentUser, child: ChildPlaylist) -> Result<Subject, StoreError> {
    let known = match &child.spotify_playlist_id {
        Some(playlist) => app.store.find_contents(user.id, playlist).await?,
        None => None,
    };
    let holds = known.map(|known| known.rows.into_iter().map(|row| row.uri).collect());
    Ok(Subject { id: child.id, filter: child.filter.clone(), holds, saved: Some(child) })
}

fn left(routing: &preview::Routing) -> HashMap<ChildPlaylistId, String> {
    let reason = |(at, subject): (usize, &preview::subjects::Subject)| match &routing.outlook(at).decision.verdict {
        Verdict::Untouched { reason, .. } => Some((subject.id, reason.clone())),
        Verdict::Unchanged | Verdict::Write(_) => None,
    };
    routing.subjects.iter().enumerate().filter_map(reason).collect()
}
