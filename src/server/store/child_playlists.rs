//! Child playlists: what Headwater fills.

use super::{Store, StoreError, count, from_json, id_of, to_json};
use crate::domain::filter::rule::Filter;
use crate::domain::ids::{BasePlaylistId, ChildPlaylistId, PlaylistId, UserId};
use crate::domain::playlist::{Adopted, ChildKind, ChildPlaylist, child_sentence};
use crate::domain::sync::hands::{Edit, HandPolicy, amended};
use crate::server::clock;

/// What a new child needs; its Spotify id follows when it exists there.
#[derive(Debug, Clone)]
pub struct NewChildRow {
    pub id: ChildPlaylistId,
    pub base_playlist_id: BasePlaylistId,
    pub spotify_playlist_id: Option<PlaylistId>,
    pub name: String,
    pub description: String,
    pub kind: ChildKind,
    pub filter: Filter,
    /// Place among the children, from 0; `None`: after the last.
    pub position: Option<u32>,
    pub public: Option<bool>,
    pub adopted: Option<Adopted>,
}

/// What may change; `None` stays.
#[derive(Debug, Clone, Default)]
pub struct ChildChanges {
    pub name: Option<String>,
    pub description: Option<String>,
    pub kind: Option<ChildKind>,
    pub filter: Option<Filter>,
    pub is_active: Option<bool>,
    /// Place among the children, from 0; the others close up.
    pub position: Option<u32>,
    pub hand_policy: Option<HandPolicy>,
}

/// What only a sync needs to know of a child.
#[derive(Debug, Clone)]
pub struct ChildForSync {
    pub child: ChildPlaylist,
    pub ever_written: bool,
    pub filter_changed: bool,
    pub open_intent: bool,
    /// What was changed by hand and holds until somebody says what is meant.
    pub open_edits: Vec<(String, Edit)>,
}

impl ChildForSync {
    /// The filter under which a sync takes its songs: where the hand wins, it wins as pins and exclusions.
    pub fn filter_of_run(&self) -> Filter {
        amended(&self.child.filter, self.open_edits.iter().map(|(uri, edit)| (uri.as_str(), *edit)))
    }
}

impl ChildChanges {
    /// Whether they may move songs from or to other children of an exclusive base.
    const fn decide_for_others(&self) -> bool {
        self.kind.is_some() || self.filter.is_some() || self.is_active.is_some() || self.position.is_some()
    }
}

#[derive(sqlx::FromRow)]
struct ChildRow {
    id: String,
    user_id: String,
    base_playlist_id: String,
    spotify_playlist_id: Option<String>,
    name: String,
    description: String,
    kind: String,
    filter: String,
    hand_policy: String,
    is_active: bool,
    position: i64,
    public: Option<bool>,
    adopted_items: Option<i64>,
    adopted_local_files: Option<i64>,
    ever_written: bool,
    filter_changed: bool,
    open_intent: bool,
    track_total: Option<i64>,
    created: String,
    updated: String,
}

impl ChildRow {
    fn read(self) -> Result<ChildForSync, StoreError> {
        let filter: Filter = from_json(&self.filter)?;
        let spotify_playlist_id = self.spotify_playlist_id.map(|id| id_of(PlaylistId::parse, &id)).transpose()?;
        let adopted = self
            .adopted_items
            .map(|items| Adopted { items: count(items), local_files: self.adopted_local_files.map_or(0, count) });
        let kind = if self.kind == "leftovers" { ChildKind::Leftovers } else { ChildKind::Filter };
        let child = ChildPlaylist {
            id: id_of(ChildPlaylistId::parse, &self.id)?,
            user_id: id_of(UserId::parse, &self.user_id)?,
            base_playlist_id: id_of(BasePlaylistId::parse, &self.base_playlist_id)?,
            name: self.name,
            description: self.description,
            kind,
            spotify_url: spotify_playlist_id.as_ref().map(PlaylistId::url),
            spotify_playlist_id,
            public: self.public,
            filter_sentence: child_sentence(kind, &filter),
            filter,
            hand_policy: HandPolicy::parse(&self.hand_policy).unwrap_or_default(),
            is_active: self.is_active,
            position: count(self.position),
            track_total: self.track_total.map(count),
            adopted,
            created: self.created,
            updated: self.updated,
        };
        Ok(ChildForSync {
            child,
            ever_written: self.ever_written,
            filter_changed: self.filter_changed,
            open_intent: self.open_intent,
            open_edits: Vec::new(),
        })
    }
}

const fn kind_word(kind: ChildKind) -> &'static str {
    match kind {
        ChildKind::Filter => "filter",
        ChildKind::Leftovers => "leftovers",
    }
}

macro_rules! child_query {
    ($rest:literal) => {
        concat!(
            "select c.id, c.user_id, c.base_playlist_id, c.spotify_playlist_id, c.name, c.description, c.kind, c.filter, c.hand_policy, ",
            "c.is_active, c.position, c.public, c.adopted_items, c.adopted_local_files, c.ever_written, c.filter_changed, ",
            "exists (select 1 from intents i where i.child_playlist_id = c.id) as open_intent, s.track_total, ",
            "c.created, c.updated from child_playlists c left join playlist_states s ",
            "on s.user_id = c.user_id and s.spotify_playlist_id = c.spotify_playlist_id ",
            "where c.user_id = $1 and c.deleted_at is null ",
            $rest
        )
    };
}

impl Store {
    /// Children of a base in their order, with what a sync needs.
    pub async fn list_children_for_sync(
        &self,
        user: UserId,
        base: BasePlaylistId,
    ) -> Result<Vec<ChildForSync>, StoreError> {
        let rows: Vec<ChildRow> = sqlx::query_as(child_query!("and c.base_playlist_id = $2 order by c.position, c.id"))
            .bind(user.to_string())
            .bind(base.to_string())
            .fetch_all(&self.reader)
            .await?;
        let mut children = rows.into_iter().map(ChildRow::read).collect::<Result<Vec<_>, _>>()?;
        let mut open = self.open_edits(user, base).await?;
        for row in &mut children {
            row.open_edits = open.remove(&row.child.id).unwrap_or_default();
        }
        Ok(children)
    }

    /// Children of a base in their order.
    pub async fn list_child_playlists(
        &self,
        user: UserId,
        base: BasePlaylistId,
    ) -> Result<Vec<ChildPlaylist>, StoreError> {
        Ok(self.list_children_for_sync(user, base).await?.into_iter().map(|row| row.child).collect())
    }

    /// One child of a person.
    pub async fn get_child_playlist(&self, user: UserId, id: ChildPlaylistId) -> Result<ChildPlaylist, StoreError> {
        let row: ChildRow = sqlx::query_as(child_query!("and c.id = $2"))
            .bind(user.to_string())
            .bind(id.to_string())
            .fetch_one(&self.reader)
            .await?;
        Ok(row.read()?.child)
    }

    /// Inserts a child; refused while its base syncs, and when the Spotify playlist is in use.
    pub async fn insert_child_playlist(&self, user: UserId, child: &NewChildRow) -> Result<(), StoreError> {
        let mut transaction = self.begin_write().await?;
        let base: Option<(i64,)> = sqlx::query_as(
            "select 1 from base_playlists where deleted_at is null and spotify_playlist_id = $1 limit 1",
        )
        .bind(child.spotify_playlist_id.as_ref().map(PlaylistId::as_str))
        .fetch_optional(&mut *transaction)
        .await?;
        if base.is_some() {
            return Err(StoreError::InUse("this Spotify playlist is already a base playlist"));
        }
        sqlx::query(
            "insert into child_playlists (id, user_id, base_playlist_id, spotify_playlist_id, name, description, \
             filter, kind, position, public, adopted_items, adopted_local_files, created, updated) \
             select $1, $2, b.id, $4, $5, $6, $7, $8, (select coalesce(max(position) + 1, 0) from \
             child_playlists where base_playlist_id = b.id and deleted_at is null), $9, $10, $11, $12, $12 \
             from base_playlists b where b.id = $3 and b.user_id = $2 and b.deleted_at is null",
        )
        .bind(child.id.to_string())
        .bind(user.to_string())
        .bind(child.base_playlist_id.to_string())
        .bind(child.spotify_playlist_id.as_ref().map(PlaylistId::as_str))
        .bind(&child.name)
        .bind(&child.description)
        .bind(to_json(&child.filter)?)
        .bind(kind_word(child.kind))
        .bind(child.public)
        .bind(child.adopted.map(|adopted| adopted.items))
        .bind(child.adopted.map(|adopted| adopted.local_files))
        .bind(clock::now_text())
        .execute(&mut *transaction)
        .await?;
        if let Some(position) = child.position {
            place(&mut transaction, user, child.id, position).await?;
        }
        mark_siblings_changed(&mut transaction, user, child.id).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Gives a child the Spotify playlist that was made for it.
    pub async fn set_spotify_playlist(
        &self,
        user: UserId,
        id: ChildPlaylistId,
        playlist: &PlaylistId,
        public: Option<bool>,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "update child_playlists set spotify_playlist_id = $3, public = $4 \
             where user_id = $1 and id = $2 and spotify_playlist_id is null",
        )
        .bind(user.to_string())
        .bind(id.to_string())
        .bind(playlist.as_str())
        .bind(public)
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    /// Changes a child; refused while its base syncs.
    pub async fn update_child_playlist(
        &self,
        user: UserId,
        id: ChildPlaylistId,
        changes: &ChildChanges,
    ) -> Result<(), StoreError> {
        let filter = changes.filter.as_ref().map(to_json).transpose()?;
        let mut transaction = self.begin_write().await?;
        let done = sqlx::query(
            "update child_playlists set name = coalesce($3, name), description = coalesce($4, description), \
             filter_changed = case when coalesce($5, filter) <> filter or coalesce($6, kind) <> kind \
             then 1 else filter_changed end, \
             filter = coalesce($5, filter), kind = coalesce($6, kind), is_active = coalesce($7, is_active), \
             hand_policy = coalesce($9, hand_policy), updated = $8 where user_id = $1 and id = $2 and deleted_at is null",
        )
        .bind(user.to_string())
        .bind(id.to_string())
        .bind(&changes.name)
        .bind(&changes.description)
        .bind(filter)
        .bind(changes.kind.map(kind_word))
        .bind(changes.is_active)
        .bind(clock::now_text())
        .bind(changes.hand_policy.map(HandPolicy::as_str))
        .execute(&mut *transaction)
        .await?;
        if done.rows_affected() == 0 {
            return Err(StoreError::NotFound);
        }
        if let Some(position) = changes.position {
            place(&mut transaction, user, id, position).await?;
        }
        if changes.decide_for_others() {
            mark_siblings_changed(&mut transaction, user, id).await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// Deletes a child softly; refused while its base syncs.
    pub async fn delete_child_playlist(&self, user: UserId, id: ChildPlaylistId) -> Result<(), StoreError> {
        let done = sqlx::query(
            "update child_playlists set deleted_at = $3, updated = $3 where user_id = $1 and id = $2 and deleted_at is null",
        )
        .bind(user.to_string())
        .bind(id.to_string())
        .bind(clock::now_text())
        .execute(&self.writer)
        .await?;
        if done.rows_affected() == 0 { Err(StoreError::NotFound) } else { Ok(()) }
    }

    /// Removes a row whose playlist could not be made on Spotify, so that nothing half-made stays.
    pub async fn discard_child_playlist(&self, user: UserId, id: ChildPlaylistId) -> Result<(), StoreError> {
        sqlx::query("delete from child_playlists where user_id = $1 and id = $2 and spotify_playlist_id is null")
            .bind(user.to_string())
            .bind(id.to_string())
            .execute(&self.writer)
            .await?;
        Ok(())
    }
}

/// Puts a child at a place among its siblings; the others close up, so that positions are 0, 1, 2 and so on.
async fn place(
    transaction: &mut sqlx::Transaction<'static, sqlx::Sqlite>,
    user: UserId,
    id: ChildPlaylistId,
    position: u32,
) -> Result<(), StoreError> {
    let siblings: Vec<(String, i64)> = sqlx::query_as(
        "select c.id, c.position from child_playlists c join child_playlists m on m.base_playlist_id = c.base_playlist_id \
         where m.user_id = $1 and m.id = $2 and c.user_id = $1 and c.deleted_at is null order by c.position, c.id",
    )
    .bind(user.to_string())
    .bind(id.to_string())
    .fetch_all(&mut **transaction)
    .await?;
    let moved = id.to_string();
    let mut order: Vec<&(String, i64)> = siblings.iter().filter(|(sibling, _)| *sibling != moved).collect();
    let Some(own) = siblings.iter().find(|(sibling, _)| *sibling == moved) else { return Err(StoreError::NotFound) };
    order.insert(order.len().min(position as usize), own);
    let now = clock::now_text();
    for ((sibling, before), at) in order.into_iter().zip(0_i64..) {
        if *before != at {
            sqlx::query("update child_playlists set position = $3, updated = $4 where user_id = $1 and id = $2")
                .bind(user.to_string())
                .bind(sibling)
                .bind(at)
                .bind(&now)
                .execute(&mut **transaction)
                .await?;
        }
    }
    Ok(())
}

/// Where one child decides what another gets, a change of one is asked for by the person in all of them: their
/// removals are not held as surprises.
pub(super) async fn mark_siblings_changed(
    transaction: &mut sqlx::Transaction<'static, sqlx::Sqlite>,
    user: UserId,
    id: ChildPlaylistId,
) -> Result<(), StoreError> {
    sqlx::query(
        "update child_playlists set filter_changed = 1 where user_id = $1 and deleted_at is null and base_playlist_id in \
         (select b.id from base_playlists b join child_playlists m on m.base_playlist_id = b.id \
         where m.user_id = $1 and m.id = $2 and (b.routing = 'first_match' or exists (select 1 from child_playlists l \
         where l.base_playlist_id = b.id and l.kind = 'leftovers' and l.deleted_at is null)))",
    )
    .bind(user.to_string())
    .bind(id.to_string())
    .execute(&mut **transaction)
    .await?;
    Ok(())
}
