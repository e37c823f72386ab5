//! What boxes of the editor offer where no scripts run: values that songs of the base hold.

use super::CurrentUser;
use crate::domain::filter::fields::{self, Cost, Field};
use crate::domain::filter::suggest::{KnownValues, known_values};
use crate::domain::playlist::BasePlaylist;
use crate::server::spotify::client::Caller;
use crate::server::state::AppState;

/// Of the fields with these ids. Never waits: songs that are not at hand begin to be read, which whoever opens an
/// editor asks for next in any case, and their values come with the next page.
pub fn of(app: &AppState, user: &CurrentUser, base: &BasePlaylist, ids: &[String]) -> Vec<KnownValues> {
    let fields: Vec<&Field> = ids.iter().filter_map(|id| fields::find(id)).collect();
    let with_artists = fields.iter().any(|field| field.cost == Cost::Artist && !field.is_withheld(&user.capabilities));
    let Some(songs) = app.base_reads.at_hand(user.id, &base.spotify_playlist_id, with_artists) else {
        begin_to_read(app.clone(), user.clone(), base.clone(), with_artists);
        return Vec::new();
    };
    let known = fields.into_iter().map(|field| known_values(field, &songs.tracks));
    known.filter(|known| !known.values.is_empty()).collect()
}

fn begin_to_read(app: AppState, user: CurrentUser, base: BasePlaylist, with_artists: bool) {
    tokio::spawn(async move {
        let caller = Caller::new(user.id);
        // Whoever needs the songs asks again and is told what is wrong.
        if let Err(error) = app.base_reads.read(&app, &user, &base.spotify_playlist_id, with_artists, &caller).await {
            tracing::debug!(%error, base = %base.id, "the songs for an editor were not read");
        }
    });
}
