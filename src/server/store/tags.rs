//! The person's own tags on songs and artists.

use super::{Store, StoreError, count};
use crate::domain::ids::UserId;
use crate::domain::tag::{Tag, TagBook, TagName};
use crate::server::clock;

/// What a tag is put on or taken from: Spotify ids.
#[derive(Debug, Clone, Default)]
pub struct TagItems {
    pub tracks: Vec<String>,
    pub artists: Vec<String>,
}

impl TagItems {
    fn rows(&self) -> impl Iterator<Item = (&'static str, &String)> {
        let tracks = self.tracks.iter().map(|id| ("track", id));
        tracks.chain(self.artists.iter().map(|id| ("artist", id)))
    }
}

#[derive(sqlx::FromRow)]
struct TagRow {
    name: String,
    tracks: i64,
    artists: i64,
    created: String,
}

impl From<TagRow> for Tag {
    fn from(row: TagRow) -> Self {
        Self { name: row.name, tracks: count(row.tracks), artists: count(row.artists), created: row.created }
    }
}

impl Store {
    /// All tags of a person, by name.
    pub async fn list_tags(&self, user: UserId) -> Result<Vec<Tag>, StoreError> {
        let rows: Vec<TagRow> = sqlx::query_as(
            "select t.name, t.created, \
             (select count(*) from tag_items i where i.user_id = t.user_id and i.folded = t.folded and i.kind = 'track') as tracks, \
             (select count(*) from tag_items i where i.user_id = t.user_id and i.folded = t.folded and i.kind = 'artist') as artists \
             from tags t where t.user_id = $1 order by t.folded",
        )
        .bind(user.to_string())
        .fetch_all(&self.reader)
        .await?;
        Ok(rows.into_iter().map(Tag::from).collect())
    }

    /// Everything that a person tagged.
    pub async fn load_tag_book(&self, user: UserId) -> Result<TagBook, StoreError> {
        let rows: Vec<(String, String, String)> = sqlx::query_as(
            "select i.kind, i.item_id, t.name from tag_items i join tags t on t.user_id = i.user_id and t.folded = i.folded \
             where i.user_id = $1 order by i.item_id, t.folded",
        )
        .bind(user.to_string())
        .fetch_all(&self.reader)
        .await?;
        let mut book = TagBook::default();
        for (kind, id, name) in rows {
            let side = if kind == "track" { &mut book.tracks } else { &mut book.artists };
            side.entry(id).or_default().push(name);
        }
        Ok(book)
    }

    /// Puts a tag on items, making it where it is new.
    pub async fn add_tag_items(&self, user: UserId, tag: &TagName, items: &TagItems) -> Result<(), StoreError> {
        let mut transaction = self.begin_write().await?;
        sqlx::query("insert into tags (user_id, folded, name, created) values ($1, $2, $3, $4) on conflict do nothing")
            .bind(user.to_string())
            .bind(&tag.folded)
            .bind(&tag.typed)
            .bind(clock::now_text())
            .execute(&mut *transaction)
            .await?;
        for (kind, id) in items.rows() {
            sqlx::query(
                "insert into tag_items (user_id, folded, kind, item_id) values ($1, $2, $3, $4) on conflict do nothing",
            )
            .bind(user.to_string())
            .bind(&tag.folded)
            .bind(kind)
            .bind(id)
            .execute(&mut *transaction)
            .await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// Takes a tag from items; the tag itself stays.
    pub async fn remove_tag_items(&self, user: UserId, tag: &TagName, items: &TagItems) -> Result<(), StoreError> {
        let mut transaction = self.begin_write().await?;
        for (kind, id) in items.rows() {
            sqlx::query("delete from tag_items where user_id = $1 and folded = $2 and kind = $3 and item_id = $4")
                .bind(user.to_string())
                .bind(&tag.folded)
                .bind(kind)
                .bind(id)
                .execute(&mut *transaction)
                .await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// Removes a tag from everything.
    pub async fn delete_tag(&self, user: UserId, tag: &TagName) -> Result<(), StoreError> {
        let done = sqlx::query("delete from tags where user_id = $1 and folded = $2")
            .bind(user.to_string())
            .bind(&tag.folded)
            .execute(&self.writer)
            .await?;
        if done.rows_affected() == 0 { Err(StoreError::NotFound) } else { Ok(()) }
    }
}
