//! Children that read each other would never come to rest.

use crate::domain::ids::PlaylistId;
use std::collections::{BTreeMap, BTreeSet};

/// Takes which playlists the rules of each child playlist name, and the playlist of one child; gives the first of the
/// playlists named by it through which it would read itself, directly or through other children.
pub fn reads_itself(names: &BTreeMap<PlaylistId, BTreeSet<PlaylistId>>, child: &PlaylistId) -> Option<PlaylistId> {
    names.get(child)?.iter().find(|first| reaches(names, first, child)).cloned()
}

fn reaches(names: &BTreeMap<PlaylistId, BTreeSet<PlaylistId>>, from: &PlaylistId, to: &PlaylistId) -> bool {
    let mut seen = BTreeSet::new();
    let mut open = vec![from];
    while let Some(playlist) = open.pop() {
        if playlist == to {
            return true;
        }
        if seen.insert(playlist) {
            open.extend(names.get(playlist).into_iter().flatten());
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(letter: char) -> PlaylistId {
        PlaylistId::parse(&letter.to_string().repeat(22)).unwrap()
    }

    fn names(pairs: &[(char, &str)]) -> BTreeMap<PlaylistId, BTreeSet<PlaylistId>> {
        pairs.iter().map(|(child, named)| (id(*child), named.chars().map(id).collect())).collect()
    }

    #[test]
    fn a_child_reads_itself_directly_or_through_others() {
        let cases = [
            (names(&[('a', "x")]), None),
            (names(&[('a', "xa")]), Some('a')),
            (names(&[('a', "xb"), ('b', "c"), ('c', "a")]), Some('b')),
            // Others go round in a circle, which is not this child's doing.
            (names(&[('a', "b"), ('b', "c"), ('c', "b")]), None),
            (names(&[('b', "a")]), None),
        ];
        for (names, through) in cases {
            assert_eq!(reads_itself(&names, &id('a')), through.map(id), "{names:?}");
        }
    }
}
