//! Own tags on songs and artists, for rules to use. They may change while a sync runs: it uses what it froze.

use super::{CurrentUser, checks};
use crate::domain::ids::is_spotify_id;
use crate::domain::tag::{TAG_BATCH_MAX, TAG_ITEMS_MAX, TAG_LEN_MAX, TAGS_MAX, Tag, TagName};
use crate::error::{AppError, ErrorCode};
use crate::server::error::{ServerError, not_found};
use crate::server::spotify::client::Caller;
use crate::server::spotify::error::SpotifyError;
use crate::server::state::AppState;
use crate::server::store::tags::TagItems;
use serde::{Deserialize, Serialize};

/// Songs and artists to tag, or to free of a tag.
#[derive(Debug, Clone, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TagItemsBody {
    /// `spotify:track:<id>`, at most 1,000.
    #[serde(default)]
    pub track_uris: Vec<String>,
    /// Spotify ids, at most 1,000.
    #[serde(default)]
    pub artist_ids: Vec<String>,
}

/// Whose songs get the tag.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TagImport {
    /// Id, URI or link.
    pub spotify_playlist_id: String,
}

/// All tags of a person.
pub async fn list(app: &AppState, user: &CurrentUser) -> Result<Vec<Tag>, ServerError> {
    Ok(app.store.list_tags(user.id).await?)
}

/// Puts a tag on songs and artists.
pub async fn add(app: &AppState, user: &CurrentUser, tag: &str, body: &TagItemsBody) -> Result<Tag, ServerError> {
    let (tag, items) = (name(tag)?, checked(body)?);
    save(app, user, &tag, &items).await
}

/// Takes a tag from songs and artists.
pub async fn remove(app: &AppState, user: &CurrentUser, tag: &str, body: &TagItemsBody) -> Result<Tag, ServerError> {
    let tag = TagName::parse(tag).ok_or_else(not_found)?;
    find(app, user, &tag).await?;
    app.store.remove_tag_items(user.id, &tag, &checked(body)?).await?;
    find(app, user, &tag).await
}

/// Puts a tag on all songs that a playlist holds now.
pub async fn import(app: &AppState, user: &CurrentUser, tag: &str, body: &TagImport) -> Result<Tag, ServerError> {
    let tag = name(tag)?;
    let playlist = checks::spotify_playlist(&body.spotify_playlist_id)?;
    let rows = match app.spotify.all_child_items(&Caller::new(user.id), &playlist).await {
        Err(SpotifyError::NotFound | SpotifyError::Forbidden { .. }) => {
            let detail = "Spotify does not give the contents of this playlist to you. Nothing was tagged.";
            let refusal = AppError::invalid("/spotify_playlist_id", detail);
            return Err(refusal.hint("Choose a playlist that you own or collaborate on.").into());
        }
        other => other?,
    };
    let tracks = rows.iter().filter(|row| !row.fixed).filter_map(|row| track_id(&row.uri)).collect();
    save(app, user, &tag, &TagItems { tracks, artists: Vec::new() }).await
}

/// Removes a tag from everything. Rules that name it then find nothing.
pub async fn delete(app: &AppState, user: &CurrentUser, tag: &str) -> Result<(), ServerError> {
    let tag = TagName::parse(tag).ok_or_else(not_found)?;
    Ok(app.store.delete_tag(user.id, &tag).await?)
}

async fn save(app: &AppState, user: &CurrentUser, tag: &TagName, items: &TagItems) -> Result<Tag, ServerError> {
    let tags = app.store.list_tags(user.id).await?;
    let before =
        tags.iter().find(|known| TagName::parse(&known.name).as_ref().map(|name| &name.folded) == Some(&tag.folded));
    if before.is_none() && tags.len() >= TAGS_MAX {
        return Err(
            AppError::new(ErrorCode::Invalid, format!("{TAGS_MAX} tags are the most one person can have.")).into()
        );
    }
    let held = before.map_or(0, |tag| tag.tracks + tag.artists) as usize;
    if held + items.tracks.len() + items.artists.len() > TAG_ITEMS_MAX {
        let detail = format!("A tag can be on {TAG_ITEMS_MAX} songs and artists at most. Nothing was tagged.");
        return Err(AppError::new(ErrorCode::Invalid, detail).into());
    }
    app.store.add_tag_items(user.id, tag, items).await?;
    find(app, user, tag).await
}

async fn find(app: &AppState, user: &CurrentUser, tag: &TagName) -> Result<Tag, ServerError> {
    let tags = app.store.list_tags(user.id).await?;
    let same = |known: &Tag| TagName::parse(&known.name).is_some_and(|name| name.folded == tag.folded);
    tags.into_iter().find(same).ok_or_else(|| not_found().into())
}

fn name(text: &str) -> Result<TagName, AppError> {
    let detail = format!("A tag has 1 to {TAG_LEN_MAX} characters and no line breaks. Nothing was tagged.");
    TagName::parse(text).ok_or_else(|| AppError::invalid("/tag", detail))
}

fn track_id(uri: &str) -> Option<String> {
    uri.strip_prefix("spotify:track:").filter(|id| is_spotify_id(id)).map(str::to_owned)
}

fn checked(body: &TagItemsBody) -> Result<TagItems, AppError> {
    for (pointer, len) in [("/track_uris", body.track_uris.len()), ("/artist_ids", body.artist_ids.len())] {
        if len > TAG_BATCH_MAX {
            return Err(AppError::invalid(
                pointer,
                format!("At most {TAG_BATCH_MAX} in one request. Nothing was changed."),
            ));
        }
    }
    let track = |(at, uri): (usize, &String)| {
        let detail = "This must be a track URI, as spotify:track:2XU0oxnq2qxCpomAAuJY8K. Nothing was changed.";
        track_id(uri).ok_or_else(|| AppError::invalid(format!("/track_uris/{at}"), detail))
    };
    let artist = |(at, id): (usize, &String)| {
        let detail = "This must be a Spotify id of 22 letters and digits. Nothing was changed.";
        let id = Some(id).filter(|id| is_spotify_id(id)).cloned();
        id.ok_or_else(|| AppError::invalid(format!("/artist_ids/{at}"), detail))
    };
    Ok(TagItems {
        tracks: body.track_uris.iter().enumerate().map(track).collect::<Result<_, _>>()?,
        artists: body.artist_ids.iter().enumerate().map(artist).collect::<Result<_, _>>()?,
    })
}
