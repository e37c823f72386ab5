//! Base playlists: where songs come from.

use super::{Store, StoreError, count, id_of};
use crate::domain::ids::{BasePlaylistId, PlaylistId, SyncEventId, UserId};
use crate::domain::playlist::{BasePlaylist, Routing};
use crate::server::clock;

/// What a new base needs.
#[derive(Debug, Clone)]
pub struct NewBaseRow {
    pub id: BasePlaylistId,
    pub spotify_playlist_id: PlaylistId,
    pub name: String,
}

/// What may change; `None` stays.
#[derive(Debug, Clone, Default)]
pub struct BaseChanges {
    pub name: Option<String>,
    pub is_active: Option<bool>,
    pub routing: Option<Routing>,
}

#[derive(sqlx::FromRow)]
struct BaseRow {
    id: String,
    user_id: String,
    spotify_playlist_id: String,
    name: String,
    is_active: bool,
    routing: String,
    created: String,
    updated: String,
    image_url: Option<String>,
    track_total: Option<i64>,
    child_count: i64,
    active_sync: Option<String>,
}

impl BaseRow {
    fn read(self) -> Result<BasePlaylist, StoreError> {
        let spotify_playlist_id = id_of(PlaylistId::parse, &self.spotify_playlist_id)?;
        Ok(BasePlaylist {
            id: id_of(BasePlaylistId::parse, &self.id)?,
            user_id: id_of(UserId::parse, &self.user_id)?,
            name: self.name,
            spotify_url: spotify_playlist_id.url(),
            spotify_playlist_id,
            image_url: self.image_url,
            track_total: self.track_total.map(count),
            is_active: self.is_active,
            routing: if self.routing == "first_match" { Routing::FirstMatch } else { Routing::Overlap },
            schedule: None,
            child_count: count(self.child_count),
            active_sync: self.active_sync.map(|id| id_of(SyncEventId::parse, &id)).transpose()?,
            last_sync_event: None,
            created: self.created,
            updated: self.updated,
        })
    }
}

macro_rules! base_query {
    ($rest:literal) => {
        concat!(
            "select b.id, b.user_id, b.spotify_playlist_id, b.name, b.is_active, b.routing, b.created, b.updated, ",
            "s.image_url, s.track_total, ",
            "(select count(*) from child_playlists c where c.base_playlist_id = b.id and c.deleted_at is null) as child_count, ",
            "(select e.id from sync_events e where e.base_playlist_id = b.id and e.status = 'in_progress') as active_sync ",
            "from base_playlists b left join playlist_states s ",
            "on s.user_id = b.user_id and s.spotify_playlist_id = b.spotify_playlist_id ",
            "where b.user_id = $1 and b.deleted_at is null ",
            $rest
        )
    };
}

const fn routing_word(routing: Routing) -> &'static str {
    match routing {
        Routing::Overlap => "overlap",
        Routing::FirstMatch => "first_match",
    }
}

impl Store {
    /// Base playlists of a person, oldest first, without their last sync.
    pub async fn list_base_playlists(&self, user: UserId) -> Result<Vec<BasePlaylist>, StoreError> {
        let rows: Vec<BaseRow> = sqlx::query_as(base_query!("order by b.created, b.id"))
            .bind(user.to_string())
            .fetch_all(&self.reader)
            .await?;
        rows.into_iter().map(BaseRow::read).collect()
    }

    /// One base playlist of a person.
    pub async fn get_base_playlist(&self, user: UserId, id: BasePlaylistId) -> Result<BasePlaylist, StoreError> {
        let row: BaseRow = sqlx::query_as(base_query!("and b.id = $2"))
            .bind(user.to_string())
            .bind(id.to_string())
            .fetch_one(&self.reader)
            .await?;
        row.read()
    }

    /// Whether a Spotify playlist is in use as a child anywhere, or as a base of this person: the words for a 409.
    pub async fn find_use(&self, user: UserId, playlist: &PlaylistId) -> Result<Option<&'static str>, StoreError> {
        let (child, base): (i64, i64) = sqlx::query_as(
            "select exists (select 1 from child_playlists where spotify_playlist_id = $2 and deleted_at is null), \
             exists (select 1 from base_playlists where user_id = $1 and spotify_playlist_id = $2 and deleted_at is null)",
        )
        .bind(user.to_string())
        .bind(playlist.as_str())
        .fetch_one(&self.reader)
        .await?;
        Ok(match (child, base) {
            (1, _) => Some("this Spotify playlist is already a child playlist"),
            (_, 1) => Some("this Spotify playlist is already one of your base playlists"),
            _ => None,
        })
    }

    /// Links a base playlist.
    pub async fn insert_base_playlist(&self, user: UserId, base: &NewBaseRow) -> Result<(), StoreError> {
        let mut transaction = self.begin_write().await?;
        let child: Option<(i64,)> =
            sqlx::query_as("select 1 from child_playlists where spotify_playlist_id = $1 and deleted_at is null")
                .bind(base.spotify_playlist_id.as_str())
                .fetch_optional(&mut *transaction)
                .await?;
        if child.is_some() {
            return Err(StoreError::InUse("this Spotify playlist is already a child playlist"));
        }
        sqlx::query(
            "insert into base_playlists (id, user_id, spotify_playlist_id, name, created, updated) \
             values ($1, $2, $3, $4, $5, $5)",
        )
        .bind(base.id.to_string())
        .bind(user.to_string())
        .bind(base.spotify_playlist_id.as_str())
        .bind(&base.name)
        .bind(clock::now_text())
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Changes a base playlist; refused while it syncs.
    pub async fn update_base_playlist(
        &self,
        user: UserId,
        id: BasePlaylistId,
        changes: &BaseChanges,
    ) -> Result<(), StoreError> {
        let mut transaction = self.begin_write().await?;
        // Another way of sharing songs out is a change of every child that the person asked for.
        sqlx::query(
            "update child_playlists set filter_changed = 1 where user_id = $1 and base_playlist_id = $2 and exists \
             (select 1 from base_playlists b where b.id = $2 and b.user_id = $1 and b.routing <> coalesce($3, b.routing))",
        )
        .bind(user.to_string())
        .bind(id.to_string())
        .bind(changes.routing.map(routing_word))
        .execute(&mut *transaction)
        .await?;
        let done = sqlx::query(
            "update base_playlists set name = coalesce($3, name), is_active = coalesce($4, is_active), \
             routing = coalesce($5, routing), updated = $6 where user_id = $1 and id = $2 and deleted_at is null",
        )
        .bind(user.to_string())
        .bind(id.to_string())
        .bind(&changes.name)
        .bind(changes.is_active)
        .bind(changes.routing.map(routing_word))
        .bind(clock::now_text())
        .execute(&mut *transaction)
        .await?;
        if done.rows_affected() == 0 {
            return Err(StoreError::NotFound);
        }
        transaction.commit().await?;
        Ok(())
    }

    /// Deletes a base softly, its children's rows with it; never a Spotify playlist. Refused while it syncs.
    pub async fn delete_base_playlist(&self, user: UserId, id: BasePlaylistId) -> Result<(), StoreError> {
        let mut transaction = self.begin_write().await?;
        let now = clock::now_text();
        sqlx::query(
            "update child_playlists set deleted_at = $3, updated = $3 \
             where user_id = $1 and base_playlist_id = $2 and deleted_at is null",
        )
        .bind(user.to_string())
        .bind(id.to_string())
        .bind(&now)
        .execute(&mut *transaction)
        .await?;
        let done = sqlx::query(
            "update base_playlists set deleted_at = $3, updated = $3 where user_id = $1 and id = $2 and deleted_at is null",
        )
        .bind(user.to_string())
        .bind(id.to_string())
        .bind(&now)
        .execute(&mut *transaction)
        .await?;
        if done.rows_affected() == 0 {
            return Err(StoreError::NotFound);
        }
        transaction.commit().await?;
        Ok(())
    }
}
