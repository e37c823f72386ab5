//! The cheap question of a run, asked for its plan.

use super::PreviewRequest;
use crate::domain::ids::PlaylistId;
use crate::domain::playlist::BasePlaylist;
use crate::domain::sync::machine::input::RunInput;
use crate::domain::sync::plan::{LibraryState, Opening, opening};
use crate::server::error::ServerError;
use crate::server::operations::{CurrentUser, checks};
use crate::server::spotify::client::Caller;
use crate::server::state::AppState;
use crate::server::sync::hints;
use crate::server::sync::start::{Order, would_start};
use std::collections::BTreeSet;

/// What the library shows now, and what a run would make of that.
#[derive(Debug)]
pub struct Looked {
    pub library: LibraryState,
    pub opening: Opening,
    /// Playlists that rules name and that a run would not read again.
    pub known_playlists: BTreeSet<PlaylistId>,
}

/// Looks for the children as they are saved; `None` for a draft, and where no run could start.
pub async fn look(
    app: &AppState,
    user: &CurrentUser,
    base: &BasePlaylist,
    request: &PreviewRequest,
) -> Result<Option<Looked>, ServerError> {
    if request.filter.is_some() || request.kind.is_some() {
        return Ok(None);
    }
    let asked = request.child_playlist_id.as_deref().map(checks::child_id).transpose()?;
    let order = Order { child_playlist_ids: asked.into_iter().collect(), ..Order::default() };
    // Why a run cannot start is said elsewhere; the songs can be shown all the same.
    let Ok(input) = would_start(app, user, base, &order).await else { return Ok(None) };
    let library = hints::look_for(&app.spotify, &Caller::new(user.id), &input).await?;
    let known_playlists = known_playlists(&input, &library);
    let opening = opening(input, &library);
    Ok(Some(Looked { library, opening, known_playlists }))
}

fn known_playlists(input: &RunInput, library: &LibraryState) -> BTreeSet<PlaylistId> {
    let named = input.playlists.iter().filter(|named| {
        let seen = library.seen.get(&named.playlist).map(|seen| &seen.snapshot);
        seen.is_some() && seen == named.known.as_ref().map(|known| &known.snapshot)
    });
    named.map(|named| named.playlist.clone()).collect()
}
