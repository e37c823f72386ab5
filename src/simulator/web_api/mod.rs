//! The Web API below `/v1`.

mod body;
mod create;
pub(super) mod error;
mod fields;
mod followers;
mod items_read;
mod items_write;
mod library;
mod me;
mod music;
mod page;
mod playlists;
pub(super) mod removed;
mod shape;

use super::Simulator;
use axum::Router;
use axum::routing::{get, post, put};

/// All endpoints; what an app in development may not have is turned away before.
pub(super) fn routes() -> Router<Simulator> {
    let items = get(items_read::get_items)
        .post(items_write::add)
        .put(items_write::replace_or_reorder)
        .delete(items_write::remove);
    let old_items = get(items_read::get_tracks)
        .post(items_write::add)
        .put(items_write::replace_or_reorder)
        .delete(items_write::remove_tracks);
    Router::new()
        .route("/me", get(me::me))
        .route("/me/playlists", get(playlists::list).post(create::create))
        .route("/me/library", put(library::save).delete(library::remove))
        .route("/me/library/contains", get(library::contains))
        .route("/users/{user}/playlists", post(create::create_for))
        .route("/playlists/{id}", get(playlists::get).put(playlists::change))
        .route("/playlists/{id}/items", items)
        .route("/playlists/{id}/tracks", old_items)
        .route("/playlists/{id}/followers", put(followers::follow).delete(followers::unfollow))
        .route("/tracks", get(music::tracks))
        .route("/tracks/{id}", get(music::track))
        .route("/artists", get(music::artists))
        .route("/artists/{id}", get(music::artist))
        .route("/albums", get(music::albums))
        .route("/albums/{id}", get(music::album))
        .fallback(|| async { error::ApiError::NoSuchService })
}
