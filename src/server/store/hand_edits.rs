//! Songs of children that were changed by hand in Spotify.

use super::pressed::unpress;
use super::{Store, StoreError, from_json, id_of, to_json};
use crate::domain::filter::json::PINS_MAX;
use crate::domain::filter::rule::Filter;
use crate::domain::ids::{BasePlaylistId, ChildPlaylistId, SyncEventId, UserId};
use crate::domain::sync::hands::{Edit, EditState, HandEdit, amended};
use crate::server::clock;
use std::collections::HashMap;

/// A stored edit.
#[derive(Debug, Clone)]
pub struct StoredEdit {
    pub uri: String,
    pub edit: Edit,
    pub state: EditState,
    pub event: SyncEventId,
    pub found_at: String,
}

fn unknown(word: &str) -> StoreError {
    StoreError::Unreadable(format!("unknown word {word:?}"))
}

impl Store {
    /// What the last sync that finished a child left in it, and when, milliseconds since 1970 in UTC.
    /// Ids of syncs are in the order of time.
    pub async fn find_last_left(
        &self,
        user: UserId,
        child: ChildPlaylistId,
    ) -> Result<Option<(Vec<String>, i64)>, StoreError> {
        let row: Option<(Vec<u8>, String)> = sqlx::query_as(
            "select r.uris_after, coalesce(e.completed_at, e.updated) from sync_event_children r \
             join sync_events e on e.id = r.sync_event_id where e.user_id = $1 and r.child_playlist_id = $2 \
             and r.uris_after is not null and r.outcome in ('updated', 'unchanged') \
             order by r.sync_event_id desc limit 1",
        )
        .bind(user.to_string())
        .bind(child.to_string())
        .fetch_optional(&self.reader)
        .await?;
        row.map(|(blob, at)| Ok((unpress(&blob)?, clock::parse_ms(&at).unwrap_or(0)))).transpose()
    }

    /// The edits of a child of this person: those that wait for a word first, then the newest.
    pub async fn list_hand_edits(
        &self,
        user: UserId,
        child: ChildPlaylistId,
        limit: u32,
    ) -> Result<Vec<StoredEdit>, StoreError> {
        let rows: Vec<(String, String, String, String, String)> = sqlx::query_as(
            "select h.uri, h.edit, h.state, h.sync_event_id, h.found_at from hand_edits h \
             join child_playlists c on c.id = h.child_playlist_id \
             where c.user_id = $1 and c.id = $2 and c.deleted_at is null \
             order by h.state <> 'open', h.found_at desc, h.uri limit $3",
        )
        .bind(user.to_string())
        .bind(child.to_string())
        .bind(limit)
        .fetch_all(&self.reader)
        .await?;
        let read = |(uri, edit, state, event, found_at): (String, String, String, String, String)| {
            Ok(StoredEdit {
                uri,
                edit: Edit::parse(&edit).ok_or_else(|| unknown(&edit))?,
                state: EditState::parse(&state).ok_or_else(|| unknown(&state))?,
                event: id_of(SyncEventId::parse, &event)?,
                found_at,
            })
        };
        rows.into_iter().map(read).collect()
    }

    /// The edits that hold until somebody says what is meant, of all children of a base.
    pub(super) async fn open_edits(
        &self,
        user: UserId,
        base: BasePlaylistId,
    ) -> Result<HashMap<ChildPlaylistId, Vec<(String, Edit)>>, StoreError> {
        let rows: Vec<(String, String, String)> = sqlx::query_as(
            "select h.child_playlist_id, h.uri, h.edit from hand_edits h join child_playlists c \
             on c.id = h.child_playlist_id where c.user_id = $1 and c.base_playlist_id = $2 and h.state = 'open' \
             order by h.found_at, h.uri",
        )
        .bind(user.to_string())
        .bind(base.to_string())
        .fetch_all(&self.reader)
        .await?;
        let mut open: HashMap<ChildPlaylistId, Vec<(String, Edit)>> = HashMap::new();
        for (child, uri, edit) in rows {
            let edit = Edit::parse(&edit).ok_or_else(|| unknown(&edit))?;
            open.entry(id_of(ChildPlaylistId::parse, &child)?).or_default().push((uri, edit));
        }
        Ok(open)
    }

    /// Edits of a child that nobody has to decide over any more.
    pub async fn forget_hand_edits(
        &self,
        user: UserId,
        child: ChildPlaylistId,
        uris: &[String],
    ) -> Result<(), StoreError> {
        sqlx::query(
            "delete from hand_edits where child_playlist_id = $2 and uri in (select value from json_each($3)) \
             and exists (select 1 from child_playlists c where c.user_id = $1 and c.id = $2)",
        )
        .bind(user.to_string())
        .bind(child.to_string())
        .bind(to_json(&uris)?)
        .execute(&self.writer)
        .await?;
        Ok(())
    }
}

/// Writes down what a run found, in the place of older edits of the same songs.
pub(super) async fn save(
    transaction: &mut sqlx::Transaction<'static, sqlx::Sqlite>,
    event: SyncEventId,
    child: ChildPlaylistId,
    edits: &[HandEdit],
) -> Result<(), StoreError> {
    for edit in edits {
        sqlx::query(
            "insert into hand_edits (child_playlist_id, uri, edit, state, sync_event_id, found_at) \
             values ($1, $2, $3, $4, $5, $6) on conflict do update set edit = excluded.edit, state = excluded.state, \
             sync_event_id = excluded.sync_event_id, found_at = excluded.found_at",
        )
        .bind(child.to_string())
        .bind(&edit.uri)
        .bind(edit.edit.as_str())
        .bind(edit.state.as_str())
        .bind(event.to_string())
        .bind(clock::now_text())
        .execute(&mut **transaction)
        .await?;
    }
    Ok(())
}

/// Makes pins and exclusions of what children that learn have found, as many as a filter takes; the others stay open.
/// Only after the lock is free: until then no child may be changed.
pub(super) async fn learn(
    transaction: &mut sqlx::Transaction<'static, sqlx::Sqlite>,
    user: UserId,
    event: SyncEventId,
) -> Result<(), StoreError> {
    let learning: Vec<(String, String)> = sqlx::query_as(
        "select c.id, c.filter from child_playlists c join sync_events e on e.base_playlist_id = c.base_playlist_id \
         where c.user_id = $1 and e.id = $2 and c.hand_policy = 'learn' and c.deleted_at is null \
         and exists (select 1 from hand_edits h where h.child_playlist_id = c.id and h.state = 'open')",
    )
    .bind(user.to_string())
    .bind(event.to_string())
    .fetch_all(&mut **transaction)
    .await?;
    for (child, filter) in learning {
        learn_one(transaction, &child, &from_json::<Filter>(&filter)?).await?;
    }
    Ok(())
}

async fn learn_one(
    transaction: &mut sqlx::Transaction<'static, sqlx::Sqlite>,
    child: &str,
    filter: &Filter,
) -> Result<(), StoreError> {
    let open: Vec<(String, String)> = sqlx::query_as(
        "select uri, edit from hand_edits where child_playlist_id = $1 and state = 'open' order by found_at, uri",
    )
    .bind(child)
    .fetch_all(&mut **transaction)
    .await?;
    let mut learnt = filter.clone();
    for (uri, edit) in &open {
        let edit = Edit::parse(edit).ok_or_else(|| unknown(edit))?;
        let with = amended(&learnt, std::iter::once((uri.as_str(), edit)));
        if with.pins.len() > PINS_MAX || with.bans.len() > PINS_MAX {
            continue;
        }
        learnt = with;
        sqlx::query("update hand_edits set state = 'learnt' where child_playlist_id = $1 and uri = $2")
            .bind(child)
            .bind(uri)
            .execute(&mut **transaction)
            .await?;
    }
    sqlx::query("update child_playlists set filter = $2, updated = $3 where id = $1")
        .bind(child)
        .bind(to_json(&learnt)?)
        .bind(clock::now_text())
        .execute(&mut **transaction)
        .await?;
    Ok(())
}
