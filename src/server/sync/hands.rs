//! What a run is told of the hands on a child.

use crate::domain::ids::{ChildPlaylistId, UserId};
use crate::domain::sync::hands::{HandPolicy, Hands, LastLeft, LeftList};
use crate::server::state::AppState;
use crate::server::store::StoreError;
use crate::server::store::playlist_states::VerifiedContents;

/// Policy and what the last sync left, which mostly is what is `known` of the child.
pub async fn of_child(
    app: &AppState,
    user: UserId,
    child: ChildPlaylistId,
    policy: HandPolicy,
    known: Option<&VerifiedContents>,
) -> Result<Hands, StoreError> {
    let last = app.store.find_last_left(user, child).await?.map(|(uris, at_ms)| {
        let is_known = known.is_some_and(|known| known.rows.iter().map(|row| &row.uri).eq(&uris));
        // Kept once: for large children this is the larger part of what a run holds in memory.
        let list = if is_known { LeftList::AsKnown } else { LeftList::Uris(uris) };
        LastLeft { list, at_ms }
    });
    Ok(Hands { policy, last })
}
