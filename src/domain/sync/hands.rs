//! Songs that somebody added to a child or removed from it in Spotify, by hand: found by comparing what the last sync
//! left, what the child holds now, and what its rules want. What becomes of them is the person's choice, per child.

use crate::domain::filter::exception::Exception;
use crate::domain::filter::rule::Filter;
use crate::domain::sync::diff::Row;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

/// What a sync does with songs that were changed by hand against the rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum HandPolicy {
    /// The rules win: added songs go, removed songs come back; both are shown.
    #[default]
    Rules,
    /// The hand wins for good: added songs are pinned, removed songs are excluded.
    Learn,
    /// The hand wins until the person has said what is meant.
    Ask,
}

impl HandPolicy {
    /// Every policy, in the order in which it is offered.
    pub const ALL: [Self; 3] = [Self::Rules, Self::Learn, Self::Ask];

    /// The word of database and API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Rules => "rules",
            Self::Learn => "learn",
            Self::Ask => "ask",
        }
    }

    /// Reads that word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|policy| policy.as_str() == word)
    }
}

/// What the hand did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Edit {
    Added,
    Removed,
}

impl Edit {
    /// The word of database and API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
        }
    }

    /// Reads that word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Added, Self::Removed].into_iter().find(|edit| edit.as_str() == word)
    }
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum EditState {
    /// It holds, and waits for the person's word or for the end of the run that learns it.
    Open,
    /// The rules won.
    Undone,
    /// It is a pin or an exclusion now.
    Learnt,
}

impl EditState {
    /// The word of database and API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Undone => "undone",
            Self::Learnt => "learnt",
        }
    }

    /// Reads that word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Open, Self::Undone, Self::Learnt].into_iter().find(|state| state.as_str() == word)
    }
}

/// One song that was changed by hand against the rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandEdit {
    pub uri: String,
    pub edit: Edit,
    pub state: EditState,
}

/// Where one song is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Whereabouts {
    /// The last sync left it in the child.
    pub last: bool,
    /// The child holds it now.
    pub current: bool,
    /// The rules want it.
    pub target: bool,
}

impl Whereabouts {
    /// What a hand did against the rules, if anything: where hand and rules agree there is nothing to settle.
    pub const fn edit(self) -> Option<Edit> {
        match (self.last, self.current, self.target) {
            (false, true, false) => Some(Edit::Added),
            (true, false, true) => Some(Edit::Removed),
            (false, false, _) | (false, true, true) | (true, true, _) | (true, false, false) => None,
        }
    }

    /// Whether the child is to hold it after the sync.
    pub const fn stays(self, policy: HandPolicy) -> bool {
        match (self.edit(), policy) {
            (Some(Edit::Added), HandPolicy::Learn | HandPolicy::Ask) => true,
            (Some(Edit::Removed), HandPolicy::Learn | HandPolicy::Ask) => false,
            (None, _) | (Some(_), HandPolicy::Rules) => self.target,
        }
    }
}

/// What was changed by hand against the rules, added songs in the child's order, then removed ones in the target's.
/// Takes what the last sync left, what the child holds now, and what the rules want.
pub fn hand_edits<'a>(
    last: impl Iterator<Item = &'a str>,
    current: &'a [Row],
    target: &'a [String],
    policy: HandPolicy,
) -> Vec<HandEdit> {
    let last: HashSet<&str> = last.collect();
    let held: HashSet<&str> = current.iter().filter(|row| !row.fixed).map(|row| row.uri.as_str()).collect();
    let wanted: HashSet<&str> = target.iter().map(String::as_str).collect();
    // Spotify shows songs as nothing now and then: then nobody knows what was removed.
    let has_gaps = current.iter().any(|row| row.uri.is_empty());
    let state = if policy == HandPolicy::Rules { EditState::Undone } else { EditState::Open };
    let mut seen = HashSet::new();
    let songs =
        current.iter().filter(|row| !row.fixed).map(|row| row.uri.as_str()).chain(target.iter().map(String::as_str));
    songs
        .filter(|uri| seen.insert(*uri))
        .filter_map(|uri| {
            let at =
                Whereabouts { last: last.contains(uri), current: held.contains(uri), target: wanted.contains(uri) };
            let edit = at.edit().filter(|edit| *edit == Edit::Added || !has_gaps)?;
            Some(HandEdit { uri: uri.to_owned(), edit, state })
        })
        .collect()
}

/// The filter under which the hand wins: what was added is pinned, what was removed is excluded.
pub fn amended<'a>(filter: &Filter, edits: impl Iterator<Item = (&'a str, Edit)>) -> Filter {
    edits.fold(filter.clone(), |filter, (uri, edit)| filter.with_exception(uri, wish(edit)))
}

/// The exception that makes the hand win.
pub const fn wish(edit: Edit) -> Exception {
    match edit {
        Edit::Added => Exception::Pin,
        Edit::Removed => Exception::Ban,
    }
}

/// What a run is told of hands, per child.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Hands {
    pub policy: HandPolicy,
    /// What the last sync left; `None`: none has finished it yet, so nothing can be told.
    pub last: Option<LastLeft>,
}

/// What the last sync that finished a child left in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastLeft {
    pub list: LeftList,
    /// When, milliseconds since 1970 in UTC.
    pub at_ms: i64,
}

/// Mostly that is what is known anyway.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LeftList {
    AsKnown,
    Uris(Vec<String>),
}

/// What becomes of the edits of one child in this run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settlement {
    /// There are none to tell of.
    Nothing,
    /// The rules win, and they are told.
    Told,
    /// The hand wins: the filter is amended.
    Wins,
    /// Nobody can tell yet: the child is left as it is.
    TooFresh,
}

/// Takes the edits that were found, when the last sync left the child, and now, milliseconds since 1970 in UTC.
pub fn settlement(policy: HandPolicy, edits: &[HandEdit], at_ms: i64, now_ms: i64) -> Settlement {
    let is_fresh = (0..SETTLED_AFTER_MS).contains(&(now_ms - at_ms));
    match (policy, is_fresh) {
        _ if edits.is_empty() => Settlement::Nothing,
        // It may be Spotify that shows what was there before: nobody's edit.
        (HandPolicy::Rules, true) => Settlement::Nothing,
        (HandPolicy::Rules, false) => Settlement::Told,
        (HandPolicy::Learn | HandPolicy::Ask, true) => Settlement::TooFresh,
        (HandPolicy::Learn | HandPolicy::Ask, false) => Settlement::Wins,
    }
}

/// After a write, Spotify may show what was there before for so long: what looks like a hand may be none.
const SETTLED_AFTER_MS: i64 = 60_000;

/// A song that was changed by hand, as people see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct ShownEdit {
    /// Titles are empty where only the URI is known.
    pub track: crate::domain::sync::event::PreviewTrack,
    pub edit: Edit,
    pub state: EditState,
    /// The sync that found it.
    pub sync_event_id: crate::domain::ids::SyncEventId,
    /// RFC 3339, UTC.
    pub found_at: String,
}

/// `GET /api/child-playlists/{id}/hand-edits`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct HandEdits {
    pub child_playlist_id: crate::domain::ids::ChildPlaylistId,
    pub base_playlist_id: crate::domain::ids::BasePlaylistId,
    pub name: String,
    pub policy: HandPolicy,
    /// Newest first; those that wait for a word before all others.
    pub items: Vec<ShownEdit>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_outcome_of_each_case_under_each_policy() {
        use HandPolicy::{Ask, Learn, Rules};
        // Left by the last sync, held now, wanted by the rules; what the hand did; held after: rules, learn, ask.
        let table = [
            (false, false, false, None, [false, false, false]),
            (false, false, true, None, [true, true, true]),
            (false, true, false, Some(Edit::Added), [false, true, true]),
            (false, true, true, None, [true, true, true]),
            (true, false, false, None, [false, false, false]),
            (true, false, true, Some(Edit::Removed), [true, false, false]),
            (true, true, false, None, [false, false, false]),
            (true, true, true, None, [true, true, true]),
        ];
        for (last, current, target, edit, held) in table {
            let at = Whereabouts { last, current, target };
            assert_eq!(at.edit(), edit, "{at:?}");
            assert_eq!([Rules, Learn, Ask].map(|policy| at.stays(policy)), held, "{at:?}");
        }
    }

    fn words(text: &str) -> Vec<String> {
        text.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn a_list_shown_with_gaps_says_nothing_of_removals() {
        let mut rows: Vec<Row> = words("a x").into_iter().map(Row::song).collect();
        let (last, target) = (words("a b"), words("a b"));
        let found = |rows: &[Row]| {
            let found = hand_edits(last.iter().map(String::as_str), rows, &target, HandPolicy::Ask);
            found.into_iter().map(|edit| (edit.uri, edit.edit)).collect::<Vec<_>>()
        };
        assert_eq!(found(&rows), [("x".to_owned(), Edit::Added), ("b".to_owned(), Edit::Removed)]);
        rows.push(Row { uri: String::new(), fixed: true });
        assert_eq!(found(&rows), [("x".to_owned(), Edit::Added)]);
    }

    proptest! {
        #[test]
        fn lists_are_settled_as_the_table_says(
            last in proptest::collection::vec("[a-h]", 0..9),
            current in proptest::collection::vec("[a-h]", 0..9),
            target in proptest::collection::hash_set("[a-h]", 0..9),
        ) {
            let rows: Vec<Row> = current.iter().map(Row::song).collect();
            let target: Vec<String> = target.into_iter().collect();
            for policy in HandPolicy::ALL {
                let edits = hand_edits(last.iter().map(String::as_str), &rows, &target, policy);
                let filter = amended(&Filter::default(), edits.iter().map(|edit| (edit.uri.as_str(), edit.edit)));
                for song in "abcdefgh".chars().map(String::from) {
                    let at = Whereabouts {
                        last: last.contains(&song),
                        current: current.contains(&song),
                        target: target.contains(&song),
                    };
                    let wins = policy != HandPolicy::Rules;
                    let stays = match (wins && filter.pins.contains(&song), wins && filter.bans.contains(&song)) {
                        (true, _) => true,
                        (_, true) => false,
                        (false, false) => at.target,
                    };
                    prop_assert_eq!(stays, at.stays(policy), "{}: {:?}", song, at);
                }
            }
        }
    }
}
