//! When a backup of the database is due, and which old ones may go. Pure: the time is passed in.

use serde::Serialize;

const HOUR_MS: i64 = 3_600_000;
/// Hourly backups that are kept.
pub const HOURLY_KEPT: usize = 24;
/// Daily backups that are kept.
pub const DAILY_KEPT: usize = 14;

/// What a backup is kept for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum BackupKind {
    Hourly,
    Daily,
    /// Asked for by somebody: never removed by itself.
    Asked,
}

impl BackupKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Hourly, Self::Daily, Self::Asked];

    /// As in file names.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hourly => "hourly",
            Self::Daily => "daily",
            Self::Asked => "asked",
        }
    }

    /// How often, in milliseconds, and how many are kept; `None`: by itself never, and all.
    const fn rhythm(self) -> Option<(i64, usize)> {
        match self {
            Self::Hourly => Some((HOUR_MS, HOURLY_KEPT)),
            Self::Daily => Some((24 * HOUR_MS, DAILY_KEPT)),
            Self::Asked => None,
        }
    }
}

/// A backup that is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Backup {
    /// Milliseconds since 1970 in UTC.
    pub at_ms: i64,
    pub kind: BackupKind,
}

impl Backup {
    /// `app-hourly-1763913600000.db`
    pub fn file_name(&self) -> String {
        format!("app-{}-{}.db", self.kind.as_str(), self.at_ms)
    }

    /// Reads that name; nothing else in the folder is ever touched.
    pub fn of_file_name(name: &str) -> Option<Self> {
        let (kind, at) = name.strip_prefix("app-")?.strip_suffix(".db")?.split_once('-')?;
        let kind = BackupKind::ALL.into_iter().find(|one| one.as_str() == kind)?;
        let backup = Self { at_ms: at.parse().ok()?, kind };
        (backup.file_name() == name).then_some(backup)
    }
}

/// Kinds that are due. A backup from the future, left by a clock that was put back, stops none.
pub fn due(there: &[Backup], now_ms: i64) -> Vec<BackupKind> {
    let is_due = |kind: &BackupKind| {
        let Some((every_ms, _)) = kind.rhythm() else { return false };
        let is_recent = |backup: &Backup| backup.kind == *kind && (0..every_ms).contains(&(now_ms - backup.at_ms));
        !there.iter().any(is_recent)
    };
    BackupKind::ALL.into_iter().filter(is_due).collect()
}

/// Backups that may be removed: of each kind all but the newest so many. Those from the future take no room from
/// today's and stay until the clock has reached them.
pub fn expired(there: &[Backup], now_ms: i64) -> Vec<Backup> {
    let of_kind = |kind: BackupKind| {
        let is_own = |backup: &&Backup| backup.kind == kind && backup.at_ms <= now_ms;
        let mut own: Vec<Backup> = there.iter().filter(is_own).copied().collect();
        own.sort_unstable_by(|one, other| other.cmp(one));
        let kept = kind.rhythm().map_or(own.len(), |(_, kept)| kept.min(own.len()));
        own.split_off(kept)
    };
    BackupKind::ALL.into_iter().flat_map(of_kind).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_are_read_back_and_others_are_left_alone() {
        let backup = Backup { at_ms: 1_763_913_600_000, kind: BackupKind::Daily };
        assert_eq!(backup.file_name(), "app-daily-1763913600000.db");
        assert_eq!(Backup::of_file_name(&backup.file_name()), Some(backup));
        for other in
            ["app.db", "app-daily-1763913600000.db.part", "app-daily-+5.db", "app-weekly-5.db", "app-daily-05.db"]
        {
            assert_eq!(Backup::of_file_name(other), None, "{other}");
        }
    }

    /// Lets the hours pass, with jumps of the clock; gives what is there in the end and the last time.
    fn live(steps_ms: &[i64]) -> (Vec<Backup>, i64) {
        let (mut there, mut now_ms): (Vec<Backup>, i64) = (Vec::new(), 1_700_000_000_000);
        for step in steps_ms {
            now_ms += step;
            let newest = due(&there, now_ms).into_iter().map(|kind| Backup { at_ms: now_ms, kind });
            there.extend(newest.collect::<Vec<_>>());
            assert_eq!(due(&there, now_ms), [], "made is made");
            let gone = expired(&there, now_ms);
            let newest = there.iter().max().copied();
            there.retain(|backup| !gone.contains(backup));
            assert_eq!(there.iter().max().copied(), newest, "the newest stays");
        }
        (there, now_ms)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]
        #[test]
        fn however_the_clock_jumps_there_are_backups_and_not_too_many(
            steps in proptest::collection::vec(prop_oneof![
                8 => 60_000..2 * HOUR_MS,
                1 => -40 * 24 * HOUR_MS..0,
                1 => 0..40 * 24 * HOUR_MS,
            ], 1..200),
        ) {
            let (there, now_ms) = live(&steps);
            for (kind, kept) in [(BackupKind::Hourly, HOURLY_KEPT), (BackupKind::Daily, DAILY_KEPT)] {
                let past = there.iter().filter(|backup| backup.kind == kind && backup.at_ms <= now_ms);
                prop_assert!((1..=kept).contains(&past.count()));
            }
            let is_recent = |backup: &Backup| (0..HOUR_MS).contains(&(now_ms - backup.at_ms));
            prop_assert!(there.iter().any(is_recent), "also with any number of backups from the future");
        }

        #[test]
        fn what_somebody_asked_for_is_never_removed(times in proptest::collection::vec(0i64..1_000_000, 0..100)) {
            let there: Vec<Backup> =
                times.iter().map(|at_ms| Backup { at_ms: *at_ms, kind: BackupKind::Asked }).collect();
            prop_assert!(expired(&there, 1_000_000).is_empty());
        }
    }
}
