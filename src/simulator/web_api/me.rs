//! `GET /me`.

use super::error::ApiError;
use super::shape::Shape;
use crate::simulator::Simulator;
use crate::simulator::gate::Caller;
use crate::simulator::ids::id_of;
use axum::extract::State;
use axum::{Extension, Json};
use serde_json::{Value, json};

/// The account; extended quota adds what `user-read-private` and `user-read-email` open.
pub(super) async fn me(
    State(simulator): State<Simulator>,
    Extension(caller): Extension<Caller>,
) -> Result<Json<Value>, ApiError> {
    let state = simulator.lock();
    let user = state.world.user(&caller.user).ok_or(ApiError::NotFound)?;
    let mut me = Shape::new(&state.world, &state.look).user(&user.id);
    me["display_name"] = user.display_name.clone().into();
    me["account_id"] = id_of("account", crate::simulator::ids::hash_of(&user.id)).into();
    me["images"] = json!([]);
    if state.look.is_extended() {
        me["followers"] = json!({ "href": null, "total": 0 });
        if caller.needs_one_of(&["user-read-private"]).is_ok() {
            me["country"] = "SE".into();
            me["product"] = "premium".into();
            me["explicit_content"] = json!({ "filter_enabled": false, "filter_locked": false });
        }
        if caller.needs_one_of(&["user-read-email"]).is_ok() {
            me["email"] = format!("{}@example.org", user.id).into();
        }
    }
    Ok(Json(me))
}
