//! What the library shows of the playlists of a plan: the same cheap question that a run asks first.

use crate::domain::ids::PlaylistId;
use crate::domain::sync::batch::{page_count, pages};
use crate::domain::sync::machine::input::RunInput;
use crate::domain::sync::plan::LibraryState;
use crate::server::spotify::client::{Caller, Spotify};
use crate::server::spotify::error::SpotifyError;
use std::collections::BTreeSet;

/// Takes the playlists that matter, and those among them that may be readable without being in the library; gives what
/// is seen of them, by pages of the library or one by one, whichever is less.
async fn look(
    spotify: &Spotify,
    caller: &Caller,
    wanted: &BTreeSet<PlaylistId>,
    readable: &BTreeSet<PlaylistId>,
) -> Result<LibraryState, SpotifyError> {
    let (entries, total) = spotify.library_page(caller, 0).await?;
    let mut seen = LibraryState { total: Some(total), ..LibraryState::default() };
    seen.seen.extend(entries.into_iter().map(|entry| (entry.id, entry.seen)));
    if page_count(total) as usize <= wanted.len() {
        for offset in pages(total) {
            let (entries, _) = spotify.library_page(caller, offset).await?;
            seen.seen.extend(entries.into_iter().map(|entry| (entry.id, entry.seen)));
        }
        one_by_one(spotify, caller, readable, &mut seen).await?;
    } else {
        one_by_one(spotify, caller, wanted, &mut seen).await?;
    }
    seen.seen.retain(|id, _| wanted.contains(id));
    Ok(seen)
}

/// The same for all that a run of this input would ask about.
pub async fn look_for(spotify: &Spotify, caller: &Caller, input: &RunInput) -> Result<LibraryState, SpotifyError> {
    let named = input.playlists.iter().map(|named| &named.playlist);
    let readable: BTreeSet<PlaylistId> = named.chain([&input.base.playlist]).cloned().collect();
    let children = input.children.iter().filter(|child| child.selected).filter_map(|child| child.playlist.clone());
    let wanted = readable.iter().cloned().chain(children).collect();
    look(spotify, caller, &wanted, &readable).await
}

async fn one_by_one(
    spotify: &Spotify,
    caller: &Caller,
    wanted: &BTreeSet<PlaylistId>,
    seen: &mut LibraryState,
) -> Result<(), SpotifyError> {
    let missing: Vec<&PlaylistId> = wanted.iter().filter(|id| !seen.seen.contains_key(*id)).collect();
    for id in missing {
        match spotify.playlist_snapshot(caller, id).await {
            Ok(playlist) => drop(seen.seen.insert(id.clone(), playlist)),
            Err(SpotifyError::NotFound | SpotifyError::Forbidden { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
