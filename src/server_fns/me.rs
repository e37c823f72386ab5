//! The signed-in person.

use crate::domain::me::{Me, SetupState};
use crate::domain::sync::progress::RunningSync;
use crate::error::AppError;
use crate::server_fns::wire::Wire;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// What every page needs: who is here, and how this installation signs people in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Session {
    /// Absent while signed out.
    pub me: Option<Me>,
    pub setup: SetupState,
    /// What runs of their syncs.
    pub running: Vec<RunningSync>,
    /// The browser shall report its time zone: none is known.
    pub wants_time_zone: bool,
}

/// Who is here; open to visitors.
#[server(endpoint = "get_session")]
pub async fn get_session() -> Result<Wire<Session>, AppError> {
    use crate::server::{adapt, operations};
    let found = adapt::visitor(|state, user| async move {
        let wants_time_zone = user.as_ref().is_some_and(|user| !user.time_zone_chosen);
        let (me, running) = match user {
            Some(user) => (
                Some(operations::me::get(&state, &user).await?),
                operations::sync_events::list_running(&state, &user).await?,
            ),
            None => (None, Vec::new()),
        };
        Ok(Session { me, setup: operations::setup::state(&state), running, wants_time_zone })
    })
    .await?;
    Wire::of(&found)
}

/// Sets the zone in which relative dates are counted; an IANA name.
#[server(endpoint = "set_time_zone")]
pub async fn set_time_zone(time_zone: String) -> Result<(), AppError> {
    use crate::server::{adapt, operations};
    adapt::signed_in(|state, user| async move { operations::me::set_time_zone(&state, &user, &time_zone).await })
        .await?;
    adapt::flash_success("Time zone saved. Rules with relative dates count days in it from the next sync on.");
    Ok(())
}

/// Takes the zone of this browser where none is known.
#[server(endpoint = "report_time_zone")]
pub async fn report_time_zone(time_zone: String) -> Result<(), AppError> {
    use crate::server::{adapt, operations};
    adapt::signed_in(|state, user| async move { operations::me::report_time_zone(&state, &user, &time_zone).await })
        .await
}

/// Erases everything stored about the person; `confirm` must be the word "delete".
#[server(endpoint = "delete_me")]
pub async fn delete_me(#[server(default)] confirm: String) -> Result<(), AppError> {
    use crate::server::{adapt, operations};
    adapt::signed_in(|state, user| async move {
        if !confirm.trim().eq_ignore_ascii_case("delete") {
            let refusal = AppError::invalid("/confirm", "Nothing was deleted: the word was not \"delete\".");
            return Err(refusal.hint("Type delete into the box, then press the button again.").into());
        }
        operations::me::delete(&state, &user).await
    })
    .await?;
    adapt::sign_out().await?;
    adapt::flash_success("Everything stored about you here is deleted. Your Spotify playlists are as they were.");
    adapt::redirect("/");
    Ok(())
}
