//! A layer that failed is left alone for a moment, so that a sync does not wait for it at each batch.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// How long a layer rests after a failure.
pub const REST: Duration = Duration::from_secs(5);

/// Open while the layer rests; then one caller at a time tries it.
#[derive(Debug, Default)]
pub struct Circuit {
    rests_until: Mutex<Option<Instant>>,
}

impl Circuit {
    /// Whether to ask now. Whoever is let in after a rest tries for all: others go on resting meanwhile.
    pub fn lets_in(&self) -> bool {
        let mut rests_until = self.rests_until.lock().unwrap_or_else(PoisonError::into_inner);
        match *rests_until {
            None => true,
            Some(until) if until <= Instant::now() => {
                *rests_until = Some(Instant::now() + REST);
                true
            }
            Some(_) => false,
        }
    }

    /// What came of asking.
    pub fn record(&self, is_well: bool) {
        let rests_until = if is_well { None } else { Some(Instant::now() + REST) };
        *self.rests_until.lock().unwrap_or_else(PoisonError::into_inner) = rests_until;
    }

    /// Whether the last answer was one.
    pub fn is_healthy(&self) -> bool {
        self.rests_until.lock().unwrap_or_else(PoisonError::into_inner).is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_failed_layer_rests_and_one_caller_tries_it_again() {
        let circuit = Circuit::default();
        assert!(circuit.lets_in());
        circuit.record(false);
        assert!(!circuit.lets_in() && !circuit.is_healthy());
        tokio::time::advance(REST).await;
        assert_eq!([circuit.lets_in(), circuit.lets_in()], [true, false]);
        circuit.record(true);
        assert!(circuit.lets_in() && circuit.is_healthy());
    }
}
