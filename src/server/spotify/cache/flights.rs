//! Several who miss one id at the same time make one request.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;

type Landed<K, V> = Option<Arc<HashMap<K, V>>>;
type Open<K, V> = HashMap<K, watch::Receiver<Landed<K, V>>>;

/// What is being asked for right now, in this process.
#[derive(Debug)]
pub struct Flights<K, V> {
    open: Mutex<Open<K, V>>,
}

impl<K, V> Default for Flights<K, V> {
    fn default() -> Self {
        Self { open: Mutex::default() }
    }
}

/// Keys that this caller asks for. When it is dropped, whoever waits goes on.
#[derive(Debug)]
pub struct Flight<'f, K: Eq + Hash, V> {
    flights: &'f Flights<K, V>,
    /// What to ask for; may be empty.
    pub keys: Vec<K>,
    landing: watch::Sender<Landed<K, V>>,
}

/// Keys that somebody else asks for.
#[derive(Debug)]
pub struct Awaited<K, V> {
    landing: watch::Receiver<Landed<K, V>>,
}

impl<K: Eq + Hash + Clone, V> Flights<K, V> {
    /// Claims those of these keys that nobody asks for, and says whom to wait for.
    pub fn board(&self, keys: &[K]) -> (Flight<'_, K, V>, Vec<Awaited<K, V>>) {
        let (landing, waiting) = watch::channel(None);
        let mut open = self.open();
        let mut mine = Vec::new();
        let mut others: Vec<Awaited<K, V>> = Vec::new();
        for key in keys {
            match open.get(key) {
                Some(other) if other.same_channel(&waiting) => {}
                Some(other) if others.iter().any(|known| known.landing.same_channel(other)) => {}
                Some(other) => others.push(Awaited { landing: other.clone() }),
                None => {
                    open.insert(key.clone(), waiting.clone());
                    mine.push(key.clone());
                }
            }
        }
        (Flight { flights: self, keys: mine, landing }, others)
    }
}

impl<K, V> Flights<K, V> {
    fn open(&self) -> MutexGuard<'_, Open<K, V>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K: Eq + Hash, V> Flight<'_, K, V> {
    /// Hands what was found to everybody who waits.
    pub fn land(self, found: HashMap<K, V>) -> Arc<HashMap<K, V>> {
        let found = Arc::new(found);
        self.landing.send_replace(Some(Arc::clone(&found)));
        found
    }
}

impl<K: Eq + Hash, V> Drop for Flight<'_, K, V> {
    fn drop(&mut self) {
        let mut open = self.flights.open();
        for key in &self.keys {
            open.remove(key);
        }
    }
}

impl<K, V> Awaited<K, V> {
    /// What the other has found; `None` if it failed.
    pub async fn landed(mut self) -> Landed<K, V> {
        // An error means that the other is gone; what it left, if anything, is in the channel.
        let _ = self.landing.wait_for(Option::is_some).await;
        self.landing.borrow().clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_second_waits_for_the_first_and_asks_only_for_the_rest() {
        let flights: Flights<u8, char> = Flights::default();
        let (first, others) = flights.board(&[1, 2, 1]);
        assert_eq!((first.keys.clone(), others.len()), (vec![1, 2], 0));
        let (second, mut others) = flights.board(&[1, 2, 3]);
        assert_eq!((second.keys.clone(), others.len()), (vec![3], 1));
        first.land(HashMap::from([(1, 'a'), (2, 'b')]));
        let landed = others.pop().unwrap().landed().await.unwrap();
        assert_eq!(landed.get(&1), Some(&'a'));
    }

    #[tokio::test]
    async fn a_flight_that_fails_frees_its_keys() {
        let flights: Flights<u8, char> = Flights::default();
        let (first, _) = flights.board(&[1]);
        let (_second, mut others) = flights.board(&[1]);
        drop(first);
        assert_eq!(others.pop().unwrap().landed().await, None);
        assert_eq!(flights.board(&[1]).0.keys, [1]);
    }
}
