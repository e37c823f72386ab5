//! Who has artists fetched ahead right now, and what came of it last. One fetching per person at a time.

use crate::domain::ids::UserId;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Cheap to clone, one per process.
#[derive(Debug, Clone, Default)]
pub struct Warming {
    people: Arc<Mutex<HashMap<UserId, Person>>>,
}

#[derive(Debug, Clone, Default)]
struct Person {
    is_warming: bool,
    last_words: Option<String>,
    /// The local day, counted from 1970, on which it last began by itself.
    day: Option<i64>,
}

/// A fetching under way; ends when it is dropped, however that happens.
#[derive(Debug)]
pub struct WarmingGuard {
    warming: Warming,
    user: UserId,
    /// What came of it.
    pub words: String,
}

impl Warming {
    /// Begins; `None` if this person's is under way.
    pub fn begin(&self, user: UserId) -> Option<WarmingGuard> {
        self.with(user, |person| {
            let begins = !std::mem::replace(&mut person.is_warming, true);
            begins.then(|| WarmingGuard { warming: self.clone(), user, words: "It did not end.".to_owned() })
        })
    }

    /// Whether it is under way, and what the last one did.
    pub fn look(&self, user: UserId) -> (bool, Option<String>) {
        self.with(user, |person| (person.is_warming, person.last_words.clone()))
    }

    /// Whether this is the first time on this local day.
    pub fn is_first_on(&self, user: UserId, day: i64) -> bool {
        self.with(user, |person| person.day.replace(day) != Some(day))
    }

    fn with<T>(&self, user: UserId, change: impl FnOnce(&mut Person) -> T) -> T {
        let mut people = self.people.lock().unwrap_or_else(PoisonError::into_inner);
        change(people.entry(user).or_default())
    }
}

impl Drop for WarmingGuard {
    fn drop(&mut self) {
        let words = std::mem::take(&mut self.words);
        self.warming.with(self.user, |person| {
            person.is_warming = false;
            person.last_words = Some(words);
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_at_a_time_for_a_person_and_once_a_day_by_itself() {
        let (warming, user) = (Warming::default(), UserId::from_uuid(uuid::Uuid::nil()));
        let mut guard = warming.begin(user).unwrap();
        assert!(warming.begin(user).is_none());
        guard.words = "done".to_owned();
        drop(guard);
        assert_eq!(warming.look(user), (false, Some("done".to_owned())));
        assert!(warming.begin(user).is_some());
        assert_eq!([5, 5, 6].map(|day| warming.is_first_on(user, day)), [true, false, true]);
    }
}
