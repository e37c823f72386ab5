//! The queue of a person: one sync of it runs at a time, and the next begins when it has ended.

use super::start::{self, Order};
use crate::domain::ids::UserId;
use crate::domain::sync::event::SyncTrigger;
use crate::error::AppError;
use crate::server::error::{ServerError, not_found};
use crate::server::state::AppState;
use crate::server::store::StoreError;
use std::pin::Pin;

/// Goes on with all queues that stand still: after a restart, and where another process stopped.
pub async fn advance_all(app: &AppState) -> Result<(), StoreError> {
    for user in app.store.list_queuers().await? {
        advance(app.clone(), user).await?;
    }
    Ok(())
}

/// Starts what is next in a person's queue, if nothing of it runs, and comes back when that has ended.
pub fn advance(app: AppState, user: UserId) -> Pin<Box<dyn Future<Output = Result<(), StoreError>> + Send>> {
    Box::pin(async move {
        while let Some((place, base)) = app.store.find_turn(user).await? {
            let order = Order { place: Some(place), ..Order::default() };
            let person = app.store.find_user(user).await?;
            let started = match person.ok_or_else(not_found) {
                Ok(person) => start::start(&app, &person, base, order, SyncTrigger::Batch).await,
                Err(gone) => Err(gone.into()),
            };
            match started {
                Ok(event) => {
                    let (running, next) = (app.running.clone(), app.clone());
                    app.running.spawn(async move {
                        running.wait(event).await;
                        if let Err(error) = advance(next, user).await {
                            tracing::error!(%error, "a queue stands still; the sweep goes on with it");
                        }
                    });
                    return Ok(());
                }
                Err(ServerError::Store(StoreError::BatchTaken)) => return Ok(()),
                Err(error) => {
                    let error = AppError::from(error);
                    app.store.pass_turn(place, &error.detail).await?;
                }
            }
        }
        Ok(())
    })
}
