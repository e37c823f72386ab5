//! Who goes next: people take turns, and the syncs of a person take turns among themselves.

use std::collections::VecDeque;

/// A queue of queues of queues: whoever asks for much waits behind their own, not in front of others.
#[derive(Debug)]
pub struct FairQueue<P, L, T> {
    people: VecDeque<(P, Lanes<L, T>)>,
}

type Lanes<L, T> = VecDeque<(L, VecDeque<T>)>;

impl<P, L, T> Default for FairQueue<P, L, T> {
    fn default() -> Self {
        Self { people: VecDeque::new() }
    }
}

impl<P: PartialEq, L: PartialEq, T> FairQueue<P, L, T> {
    /// Puts one at the end of this person's lane.
    pub fn push(&mut self, person: P, lane: L, item: T) {
        let lanes = at_key(&mut self.people, person);
        at_key(lanes, lane).push_back(item);
    }

    /// Takes the next: the first of the lane whose turn it is, of the person whose turn it is.
    pub fn pop(&mut self) -> Option<T> {
        let (person, mut lanes) = self.people.pop_front()?;
        let (lane, mut items) = lanes.pop_front()?;
        let item = items.pop_front();
        if !items.is_empty() {
            lanes.push_back((lane, items));
        }
        if !lanes.is_empty() {
            self.people.push_back((person, lanes));
        }
        item
    }
}

/// What stands under a key; at the end of the line if it is new.
fn at_key<K: PartialEq, V>(line: &mut VecDeque<(K, VecDeque<V>)>, key: K) -> &mut VecDeque<V> {
    let at = line.iter().position(|(one, _)| *one == key).unwrap_or_else(|| {
        line.push_back((key, VecDeque::new()));
        line.len() - 1
    });
    &mut line[at].1
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    #[test]
    fn one_request_of_another_person_waits_for_one_request_at_most() {
        let mut queue = FairQueue::default();
        (0..100).for_each(|at| queue.push("busy", at % 3, ("busy", at)));
        assert_eq!(queue.pop(), Some(("busy", 0)));
        queue.push("calm", 0, ("calm", 0));
        let next = [queue.pop(), queue.pop(), queue.pop()];
        assert_eq!(next, [Some(("busy", 1)), Some(("calm", 0)), Some(("busy", 2))]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_048))]

        #[test]
        fn nobody_is_lost_and_nobody_who_waits_is_passed_twice(steps in vec((any::<bool>(), 0..4_u8, 0..3_u8), 0..200)) {
            let mut queue = FairQueue::default();
            let mut waiting: BTreeMap<u8, BTreeMap<u8, VecDeque<usize>>> = BTreeMap::new();
            // For each person and lane that waits: who has gone since it began to wait or last went.
            let mut passed: BTreeMap<u8, Vec<u8>> = BTreeMap::new();
            let mut lanes_passed: BTreeMap<(u8, u8), Vec<u8>> = BTreeMap::new();
            let drain = std::iter::repeat_n((false, 0, 0), steps.len());
            for (at, (pushes, person, lane)) in steps.iter().copied().chain(drain).enumerate() {
                if pushes {
                    queue.push(person, lane, (person, lane, at));
                    waiting.entry(person).or_default().entry(lane).or_default().push_back(at);
                    passed.entry(person).or_default();
                    lanes_passed.entry((person, lane)).or_default();
                    continue;
                }
                let Some((person, lane, at)) = queue.pop() else {
                    prop_assert!(waiting.is_empty());
                    continue;
                };
                let lanes = waiting.get_mut(&person).unwrap();
                prop_assert_eq!(lanes.get_mut(&lane).unwrap().pop_front(), Some(at), "the order of a lane is kept");
                passed.remove(&person);
                lanes_passed.remove(&(person, lane));
                for others in passed.values_mut() {
                    prop_assert!(!others.contains(&person), "{person} went twice while another waited");
                    others.push(person);
                }
                for ((_, _), others) in lanes_passed.iter_mut().filter(|((one, _), _)| *one == person) {
                    prop_assert!(!others.contains(&lane), "a sync went twice while another of the same person waited");
                    others.push(lane);
                }
                lanes.retain(|_, items| !items.is_empty());
                if lanes.contains_key(&lane) {
                    lanes_passed.insert((person, lane), Vec::new());
                }
                if lanes.is_empty() {
                    waiting.remove(&person);
                } else {
                    passed.insert(person, Vec::new());
                }
            }
        }
    }
}
