//! Songs that were changed by hand in Spotify.

use crate::domain::sync::hands::{HandEdits, HandPolicy};
use crate::error::AppError;
use crate::server_fns::wire::Wire;
use leptos::prelude::*;

/// What syncs found in one child.
#[server(endpoint = "list_hand_edits")]
pub async fn list_hand_edits(child_id: String) -> Result<Wire<HandEdits>, AppError> {
    use crate::server::{adapt, operations};
    let found =
        adapt::signed_in(|state, user| async move { operations::hand_edits::list(&state, &user, &child_id).await })
            .await?;
    Wire::of(&found)
}

/// Says of songs who wins: the hand (`keeps`) or the rules.
#[server(endpoint = "answer_hand_edits")]
pub async fn answer_hand_edits(
    child_id: String,
    #[server(default)] uris: Vec<String>,
    keeps: bool,
) -> Result<(), AppError> {
    use crate::server::operations::hand_edits::{Answer, HandAnswer};
    use crate::server::{adapt, operations};
    let answer = if keeps { Answer::Keep } else { Answer::Undo };
    adapt::signed_in(|state, user| async move {
        operations::hand_edits::answer(&state, &user, &child_id, HandAnswer { uris, answer }).await
    })
    .await?;
    adapt::flash_success(match answer {
        Answer::Keep => "Kept as you made it, for every sync to come.",
        Answer::Undo => "Left to the rules: the next sync does what they say.",
    });
    Ok(())
}

/// Sets what syncs of one child do with such songs.
#[server(endpoint = "set_hand_policy")]
pub async fn set_hand_policy(child_id: String, policy: HandPolicy) -> Result<(), AppError> {
    use crate::server::operations::child_playlists::ChildPatch;
    use crate::server::{adapt, operations};
    let patch = ChildPatch { hand_policy: Some(policy), ..ChildPatch::default() };
    adapt::signed_in(|state, user| async move {
        operations::child_playlists::update(&state, &user, &child_id, patch).await
    })
    .await?;
    adapt::flash_success("Saved.");
    Ok(())
}
