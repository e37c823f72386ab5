//! A base with its songs and all its children, as a sync would share them out now. Nothing is written, and no
//! child is read at Spotify: what children hold is what the last sync left.

use super::CurrentUser;
use crate::domain::filter::compile::EvalContext;
use crate::domain::filter::rule::Filter;
use crate::domain::ids::ChildPlaylistId;
use crate::domain::playlist::{BasePlaylist, ChildKind, ChildPlaylist};
use crate::domain::sync::routing::{Routed, RoutingChild, route};
use crate::server::clock;
use crate::server::error::{ServerError, invalid_filter};
use crate::server::spotify::client::Caller;
use crate::server::state::AppState;
use crate::server::sync::base_reads::BaseSongs;
use crate::server::sync::zone;
use std::sync::Arc;
use uuid::Uuid;

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
    pub subjects: Vec<Subject>,
    pub context: EvalContext,
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
    /// All children of a base; `draft` takes the place of one child's filter.
    pub async fn read(
        app: &AppState,
        user: &CurrentUser,
        base: BasePlaylist,
        draft: Option<(ChildPlaylistId, Filter)>,
    ) -> Result<Self, ServerError> {
        let mut subjects = Vec::new();
        for child in app.store.list_child_playlists(user.id, base.id).await? {
            let holds = match &child.spotify_playlist_id {
                Some(playlist) => app.store.find_contents(user.id, playlist).await?,
                None => None,
            };
            let holds = holds.map(|known| known.rows.into_iter().map(|row| row.uri).collect());
            let edited = draft.as_ref().filter(|(id, _)| *id == child.id).map(|(_, filter)| filter.clone());
            let filter = edited.unwrap_or_else(|| child.filter.clone());
            subjects.push(Subject { id: child.id, filter, holds, saved: Some(child) });
        }
        Self::with(app, user, base, subjects).await
    }

    /// A filter that is no child yet, by itself.
    pub async fn of_draft(
        app: &AppState,
        user: &CurrentUser,
        base: BasePlaylist,
        filter: Filter,
    ) -> Result<Self, ServerError> {
        let id = ChildPlaylistId::from_uuid(Uuid::nil());
        Self::with(app, user, base, vec![Subject { id, saved: None, filter, holds: None }]).await
    }

    async fn with(
        app: &AppState,
        user: &CurrentUser,
        base: BasePlaylist,
        subjects: Vec<Subject>,
    ) -> Result<Self, ServerError> {
        let with_artists = subjects.iter().any(|subject| subject.filter.requirements().artists);
        let songs = songs_of(app, user, &base, with_artists).await?;
        Ok(Self { base, songs, subjects, context: context_of(user) })
    }

    /// The children as routing takes them, in their order.
    pub fn children(&self) -> Vec<RoutingChild<'_>> {
        self.subjects
            .iter()
            .map(|subject| RoutingChild {
                id: subject.id,
                filter: &subject.filter,
                kind: subject.saved.as_ref().map_or(ChildKind::Filter, |child| child.kind),
                active: subject.saved.as_ref().is_none_or(|child| child.is_active),
                holds: subject.holds.as_deref(),
            })
            .collect()
    }

    /// Where all songs go.
    pub fn route(&self) -> Result<Routed, ServerError> {
        route(&self.songs.tracks, &self.children(), self.base.routing, &self.context)
            .map_err(|fault| invalid_filter("/filter", vec![fault]).into())
    }
}
