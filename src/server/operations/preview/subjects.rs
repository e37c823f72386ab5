//! The children that a preview speaks of, and those that take part in its routing.

use super::PreviewRequest;
use crate::domain::filter::rule::Filter;
use crate::domain::ids::{ChildPlaylistId, PlaylistId};
use crate::domain::playlist::{BasePlaylist, ChildKind, Routing};
use crate::domain::sync::diff::Row;
use crate::domain::sync::hands::amended;
use crate::domain::sync::machine::input::OpenIntent;
use crate::domain::sync::plan::LibraryState;
use crate::server::error::{ServerError, not_found};
use crate::server::operations::{CurrentUser, checks};
use crate::server::spotify::client::Caller;
use crate::server::spotify::error::SpotifyError;
use crate::server::state::AppState;
use crate::server::store::child_playlists::ChildForSync;
use uuid::Uuid;

/// A child, saved or not.
#[derive(Debug)]
pub struct Subject {
    pub id: ChildPlaylistId,
    /// `None` for one that is not saved yet.
    pub saved: Option<ChildForSync>,
    pub kind: ChildKind,
    /// The draft in place of the saved one, where there is a draft.
    pub filter: Filter,
    /// Whether the preview speaks of it; the others only take part in the routing.
    pub is_asked: bool,
    pub rows: Vec<Row>,
    /// URIs of those rows that a sync could move.
    pub holds: Vec<String>,
    /// Contents had to be read for this preview, as a sync would have to.
    pub unknown_contents: bool,
    /// Spotify does not know its playlist any more.
    pub is_gone: bool,
    pub open_intent: Option<OpenIntent>,
    /// What the last sync left in it, and when, milliseconds since 1970 in UTC.
    pub last_left: Option<(Vec<String>, i64)>,
    /// Why a sync would leave it as it is, whatever it would get.
    pub left_alone: Option<String>,
}

impl Subject {
    fn new(id: ChildPlaylistId, kind: ChildKind, filter: Filter, is_asked: bool) -> Self {
        Self {
            id,
            saved: None,
            kind,
            filter,
            is_asked,
            rows: Vec::new(),
            holds: Vec::new(),
            unknown_contents: false,
            is_gone: false,
            open_intent: None,
            last_left: None,
            left_alone: None,
        }
    }

    /// Whether it is saved, but its playlist is not made on Spotify.
    pub fn is_unmade(&self) -> bool {
        self.saved.as_ref().is_some_and(|row| row.child.spotify_playlist_id.is_none())
    }

    /// Whether it is left as it is, whatever it would get.
    pub const fn is_left(&self) -> bool {
        self.is_gone || self.left_alone.is_some()
    }

    /// Its name; a draft that was never saved has none.
    pub fn name(&self) -> Option<&str> {
        self.saved.as_ref().map(|row| row.child.name.as_str())
    }
}

/// What a request asks for.
struct Asked {
    child: Option<ChildPlaylistId>,
    draft: Option<Filter>,
}

impl Asked {
    fn is_about(&self, row: &ChildForSync) -> bool {
        match (self.child, &self.draft) {
            (Some(id), _) => row.child.id == id,
            (None, Some(_)) => false,
            (None, None) => row.child.is_active,
        }
    }
}

/// Loads them by priority. All active children take part where one child's songs depend on what others take.
pub async fn load(
    app: &AppState,
    user: &CurrentUser,
    base: &BasePlaylist,
    request: &PreviewRequest,
    reads_children: bool,
    library: Option<&LibraryState>,
) -> Result<Vec<Subject>, ServerError> {
    let draft = request.filter.as_ref().map(checks::filter).transpose()?;
    let asked = Asked { child: request.child_playlist_id.as_deref().map(checks::child_id).transpose()?, draft };
    let saved = app.store.list_children_for_sync(user.id, base.id).await?;
    let about = asked.child.and_then(|id| saved.iter().find(|row| row.child.id == id));
    if asked.child.is_some() && about.is_none() {
        return Err(not_found().into());
    }
    let kind = request.kind.or(about.map(|row| row.child.kind)).unwrap_or_default();
    let depends = base.routing == Routing::FirstMatch || kind == ChildKind::Leftovers;
    let look = Look { may_read: reads_children, library };
    let mut subjects = Vec::new();
    for row in saved {
        let is_asked = asked.is_about(&row);
        if is_asked || (depends && row.child.is_active) {
            let draft = asked.draft.as_ref().filter(|_| is_asked);
            let mut subject = saved_subject(app, user, row, draft, is_asked, look).await?;
            if asked.child.is_some() && is_asked {
                subject.kind = kind;
            }
            subjects.push(subject);
        }
    }
    if let (None, Some(filter)) = (asked.child, asked.draft) {
        // A new child comes after all others.
        subjects.push(Subject::new(ChildPlaylistId::from_uuid(Uuid::nil()), kind, filter, true));
    }
    Ok(subjects)
}

async fn saved_subject(
    app: &AppState,
    user: &CurrentUser,
    row: ChildForSync,
    draft: Option<&Filter>,
    is_asked: bool,
    look: Look<'_>,
) -> Result<Subject, ServerError> {
    let open = row.open_edits.iter().map(|(uri, edit)| (uri.as_str(), *edit));
    let filter = amended(draft.unwrap_or(&row.child.filter), open);
    let mut subject = Subject::new(row.child.id, row.child.kind, filter, is_asked);
    if let Some(playlist) = &row.child.spotify_playlist_id {
        fill(app, user, &mut subject, playlist, look, row.open_intent).await?;
    }
    if row.open_intent {
        subject.open_intent = app.store.find_intent(user.id, row.child.id).await?;
    }
    subject.holds = subject.rows.iter().filter(|row| !row.fixed).map(|row| row.uri.clone()).collect();
    subject.last_left = app.store.find_last_left(user.id, row.child.id).await?;
    subject.saved = Some(row);
    Ok(subject)
}

/// How a child's contents are found out.
#[derive(Debug, Clone, Copy)]
struct Look<'l> {
    may_read: bool,
    /// What the library shows now; without it, what is known is trusted.
    library: Option<&'l LibraryState>,
}

impl Look<'_> {
    /// Whether the run would trust these contents.
    fn trusts(&self, playlist: &PlaylistId, snapshot: &str, open_intent: bool) -> bool {
        let Some(library) = self.library else { return true };
        let same = library.seen.get(playlist).is_none_or(|seen| seen.snapshot == snapshot);
        (same && !open_intent) || !self.may_read
    }
}

/// What a child holds, as the last sync verified it, else as Spotify says now.
async fn fill(
    app: &AppState,
    user: &CurrentUser,
    subject: &mut Subject,
    playlist: &PlaylistId,
    look: Look<'_>,
    open_intent: bool,
) -> Result<(), ServerError> {
    subject.is_gone = look.library.is_some_and(|library| !library.seen.contains_key(playlist)) && subject.is_asked;
    let known = app.store.find_contents(user.id, playlist).await?;
    if let Some(known) = known.filter(|known| look.trusts(playlist, &known.snapshot_id, open_intent)) {
        subject.rows = known.rows;
        return Ok(());
    }
    if !look.may_read || subject.is_gone {
        return Ok(());
    }
    match app.spotify.all_child_items(&Caller::new(user.id), playlist).await {
        Ok(rows) => {
            subject.unknown_contents = true;
            subject.rows = rows;
        }
        Err(SpotifyError::NotFound) => subject.is_gone = true,
        Err(error) => return Err(error.into()),
    }
    Ok(())
}
