//! When one song came into which child and left it, told from what syncs kept of the children's contents.

use crate::domain::ids::{ChildPlaylistId, SyncEventId};
use serde::{Deserialize, Serialize};

/// How a song came or went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum StepKind {
    /// A sync brought it in.
    Entered,
    /// A sync took it out.
    Left,
    /// It was there before a sync and not after the one before it.
    EnteredBetween,
    /// It was gone before a sync and there after the one before it.
    LeftBetween,
}

/// What a sync kept of one child, as far as one song is concerned. `None`: its contents are not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sighting {
    pub sync_event_id: SyncEventId,
    /// RFC 3339, UTC.
    pub started_at: String,
    pub child_playlist_id: ChildPlaylistId,
    pub name: String,
    pub before: Option<bool>,
    pub after: Option<bool>,
}

/// One step of a song.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct JourneyStep {
    /// The sync that did it, or that found it done.
    pub sync_event_id: SyncEventId,
    /// When that started: RFC 3339, UTC.
    pub started_at: String,
    pub child_playlist_id: ChildPlaylistId,
    /// Name of the child at the time.
    pub name: String,
    pub kind: StepKind,
    /// In words; empty where it is not known.
    pub reason: String,
}

/// All steps of a song through the children of a base.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct SongJourney {
    pub track_uri: String,
    /// The newest first.
    pub steps: Vec<JourneyStep>,
    /// Whether some of what was kept was not looked through, or some steps are left out, because there is too much.
    pub is_cut: bool,
}

/// The steps of one child, the oldest first; `sightings` are of that child, in the order of time.
pub fn steps(sightings: &[Sighting]) -> Vec<JourneyStep> {
    let mut steps = Vec::new();
    let mut last: Option<bool> = None;
    for one in sightings {
        let mut add = |kind, reason: &str| {
            steps.push(JourneyStep {
                sync_event_id: one.sync_event_id,
                started_at: one.started_at.clone(),
                child_playlist_id: one.child_playlist_id,
                name: one.name.clone(),
                kind,
                reason: reason.to_owned(),
            });
        };
        match (last, one.before) {
            (Some(false), Some(true)) => add(StepKind::EnteredBetween, "Not by a sync that is kept: added in Spotify"),
            (Some(true), Some(false)) => add(StepKind::LeftBetween, "Not by a sync that is kept: removed in Spotify"),
            (_, _) => {}
        }
        match (one.before, one.after) {
            (Some(false), Some(true)) => add(StepKind::Entered, ""),
            (Some(true), Some(false)) => add(StepKind::Left, ""),
            (_, _) => {}
        }
        // What is not known cannot be told from what comes after it.
        last = one.after;
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use uuid::Uuid;

    fn sighting(before: Option<bool>, after: Option<bool>) -> Sighting {
        Sighting {
            sync_event_id: SyncEventId::from_uuid(Uuid::from_u128(1)),
            started_at: String::new(),
            child_playlist_id: ChildPlaylistId::from_uuid(Uuid::from_u128(2)),
            name: String::new(),
            before,
            after,
        }
    }

    fn kinds(pairs: &[(Option<bool>, Option<bool>)]) -> Vec<StepKind> {
        let sightings: Vec<_> = pairs.iter().map(|(before, after)| sighting(*before, *after)).collect();
        steps(&sightings).into_iter().map(|step| step.kind).collect()
    }

    #[test]
    fn a_song_comes_and_goes() {
        use StepKind::{Entered, EnteredBetween, Left, LeftBetween};
        let (yes, no) = (Some(true), Some(false));
        assert_eq!(kinds(&[(no, yes), (yes, yes), (yes, no)]), [Entered, Left]);
        assert_eq!(kinds(&[(no, yes), (no, yes)]), [Entered, LeftBetween, Entered]);
        assert_eq!(kinds(&[(no, no), (yes, no)]), [EnteredBetween, Left]);
        assert_eq!(kinds(&[(yes, yes)]), []);
        // A sync that was killed while it wrote: nobody knows what it left.
        assert_eq!(kinds(&[(no, None), (yes, yes)]), []);
    }

    proptest! {
        #[test]
        fn steps_lead_from_the_first_to_the_last(pairs in prop::collection::vec((any::<bool>(), any::<bool>()), 1..20)) {
            let known: Vec<_> = pairs.iter().map(|(before, after)| (Some(*before), Some(*after))).collect();
            let mut is_in = pairs[0].0;
            for kind in kinds(&known) {
                let enters = matches!(kind, StepKind::Entered | StepKind::EnteredBetween);
                prop_assert_ne!(enters, is_in);
                is_in = enters;
            }
            prop_assert_eq!(is_in, pairs[pairs.len() - 1].1);
        }
    }
}
