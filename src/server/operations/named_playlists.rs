//! Playlists that rules name: they must be readable, and no child may come to read itself.

use super::CurrentUser;
use crate::domain::filter::rule::Filter;
use crate::domain::ids::PlaylistId;
use crate::domain::sync::cycles::reads_itself;
use crate::error::AppError;
use crate::server::error::ServerError;
use crate::server::spotify::client::Caller;
use crate::server::spotify::error::SpotifyError;
use crate::server::state::AppState;
use std::collections::{BTreeMap, BTreeSet};

/// Each is asked for in every sync.
const NAMED_MAX: usize = 20;

/// Checks a filter that is to be saved for the child that fills `own` (`None`: it is being made). Playlists that the
/// filter `before` names are not asked for again.
pub async fn check(
    app: &AppState,
    user: &CurrentUser,
    own: Option<&PlaylistId>,
    filter: &Filter,
    before: Option<&Filter>,
) -> Result<(), ServerError> {
    let named = named_by(filter);
    if named.len() > NAMED_MAX {
        let detail = format!("The rules of a child name at most {NAMED_MAX} playlists. Nothing was saved.");
        return Err(AppError::invalid("/filter", detail).into());
    }
    if let Some(own) = own.filter(|_| !named.is_empty()) {
        no_cycle(app, user, own, filter, named.clone()).await?;
    }
    let known = before.map(named_by).unwrap_or_default();
    for playlist in named.difference(&known) {
        readable(app, user, playlist, filter).await?;
    }
    Ok(())
}

fn named_by(filter: &Filter) -> BTreeSet<PlaylistId> {
    filter.named_playlists().into_iter().filter_map(|id| PlaylistId::parse(id).ok()).collect()
}

fn refusal(filter: &Filter, playlist: &PlaylistId, detail: &str) -> AppError {
    let pointer = filter.pointer_of_playlist(playlist.as_str()).unwrap_or_default();
    AppError::invalid(format!("/filter{pointer}"), detail)
}

async fn no_cycle(
    app: &AppState,
    user: &CurrentUser,
    own: &PlaylistId,
    filter: &Filter,
    named: BTreeSet<PlaylistId>,
) -> Result<(), ServerError> {
    let mut names: BTreeMap<PlaylistId, BTreeSet<PlaylistId>> = BTreeMap::new();
    for base in app.store.list_base_playlists(user.id).await? {
        for child in app.store.list_child_playlists(user.id, base.id).await? {
            if let Some(playlist) = child.spotify_playlist_id {
                names.insert(playlist, named_by(&child.filter));
            }
        }
    }
    names.insert(own.clone(), named);
    match reads_itself(&names, own) {
        Some(through) if through == *own => {
            Err(refusal(filter, &through, "A child playlist cannot ask what it holds itself. Nothing was saved.")
                .into())
        }
        Some(through) => {
            let detail = "The rules of this playlist read the child in turn, so that neither would come to rest. \
                          Nothing was saved.";
            Err(refusal(filter, &through, detail).into())
        }
        None => Ok(()),
    }
}

async fn readable(
    app: &AppState,
    user: &CurrentUser,
    playlist: &PlaylistId,
    filter: &Filter,
) -> Result<(), ServerError> {
    let refused = || {
        let detail = "Spotify does not give the contents of this playlist to you. Nothing was saved.";
        refusal(filter, playlist, detail).hint("Name a playlist that you own or collaborate on.")
    };
    match app.spotify.get_playlist(&Caller::new(user.id), playlist).await {
        Ok(found) if found.is_readable_by(&user.spotify_user_id) => Ok(()),
        Ok(_) | Err(SpotifyError::NotFound | SpotifyError::Forbidden { .. }) => Err(refused().into()),
        Err(error) => Err(error.into()),
    }
}
