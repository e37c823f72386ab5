//! One at a time stands at the gate; who is next, the fair queue says.

use super::fair_queue::FairQueue;
use crate::domain::ids::{BasePlaylistId, UserId};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::oneshot;

/// For whom a request is sent: somebody who signs in is nobody yet, and what is not of a sync has no base.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Lane {
    pub user: Option<UserId>,
    pub base: Option<BasePlaylistId>,
}

/// The turns of a gate; cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Turns(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    is_taken: bool,
    waiting: FairQueue<Option<UserId>, Option<BasePlaylistId>, oneshot::Sender<Turn>>,
}

/// A turn; whoever drops it passes it on.
#[derive(Debug)]
pub struct Turn(Option<Turns>);

impl Turns {
    /// Waits for a turn. Whoever stops waiting leaves no gap.
    pub async fn take(&self, lane: Lane) -> Turn {
        loop {
            let comes = {
                let mut state = self.lock();
                if !state.is_taken {
                    state.is_taken = true;
                    return Turn(Some(self.clone()));
                }
                let (turn, comes) = oneshot::channel();
                state.waiting.push(lane.user, lane.base, turn);
                comes
            };
            if let Ok(turn) = comes.await {
                return turn;
            }
        }
    }

    fn pass_on(&self) {
        loop {
            let Some(next) = self.next() else { return };
            match next.send(Turn(Some(self.clone()))) {
                Ok(()) => return,
                // Nobody waits there any more; this turn must not pass itself on, as we do.
                Err(mut turn) => turn.0 = None,
            }
        }
    }

    fn next(&self) -> Option<oneshot::Sender<Turn>> {
        let mut state = self.lock();
        let next = state.waiting.pop();
        state.is_taken = next.is_some();
        next
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        if let Some(turns) = self.0.take() {
            turns.pass_on();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::FutureExt;

    const SOMEBODY: Lane = Lane { user: None, base: None };

    #[tokio::test]
    async fn who_stops_waiting_leaves_no_gap() {
        let turns = Turns::default();
        let first = turns.take(SOMEBODY).await;
        let mut second = Box::pin(turns.take(SOMEBODY));
        let mut third = Box::pin(turns.take(SOMEBODY));
        assert!((&mut second).now_or_never().is_none() && (&mut third).now_or_never().is_none());
        drop(second);
        drop(first);
        drop(third.now_or_never().expect("the third is next"));
        turns.take(SOMEBODY).now_or_never().expect("nobody waits");
    }

    #[tokio::test]
    async fn a_turn_that_was_given_to_somebody_who_left_goes_on() {
        let turns = Turns::default();
        let first = turns.take(SOMEBODY).await;
        let mut second = Box::pin(turns.take(SOMEBODY));
        assert!((&mut second).now_or_never().is_none());
        drop(first);
        // The turn lies ready for the second, who leaves without taking it.
        drop(second);
        turns.take(SOMEBODY).now_or_never().expect("nobody holds it");
    }
}
