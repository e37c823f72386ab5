//! When a backup of the database is due, and which ones may go.

/// Milliseconds of an hour.
const HOUR_MS: i64 = 3_600_000;

/// Why a backup was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum BackupKind {
    Hourly,
    Daily,
    /// Asked for by whoever runs the program; never deleted by us.
    Manual,
    /// The database that a restore replaced; never deleted by us.
    Replaced,
}

impl BackupKind {
    pub const ALL: [Self; 4] = [Self::Hourly, Self::Daily, Self::Manual, Self::Replaced];

    /// As in the names of the files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Hourly => "hourly",
            Self::Daily => "daily",
            Self::Manual => "manual",
            Self::Replaced => "replaced",
        }
    }

    /// Made again after this many milliseconds, and how many are kept; nothing for those that are not made by themselves.
    pub fn rhythm(self) -> Option<(i64, usize)> {
        match self {
            Self::Hourly => Some((HOUR_MS, 24)),
            Self::Daily => Some((24 * HOUR_MS, 14)),
            Self::Manual | Self::Replaced => None,
        }
    }
}

/// Whether one of this kind is due at `now_ms`, given when those that exist were made. Those from the future, made
/// before the clock was put back, do not count.
pub fn is_due(kind: BackupKind, made_ms: &[i64], now_ms: i64) -> bool {
    let Some((every_ms, _)) = kind.rhythm() else { return false };
    !made_ms.iter().any(|made| *made <= now_ms && now_ms.saturating_sub(*made) < every_ms)
}

/// Those of this kind that may go, oldest first. Their number decides and not their age, so that a clock that jumps
/// forwards deletes nothing; those from the future stay until the clock has reached them.
pub fn outdated(kind: BackupKind, made_ms: &[i64], now_ms: i64) -> Vec<i64> {
    let Some((_, kept)) = kind.rhythm() else { return Vec::new() };
    let mut past: Vec<i64> = made_ms.iter().copied().filter(|made| *made <= now_ms).collect();
    past.sort_unstable();
    past.truncate(past.len().saturating_sub(kept));
    past
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_first_is_due_and_the_next_an_hour_later() {
        let now = 100 * HOUR_MS;
        assert!(is_due(BackupKind::Hourly, &[], now));
        assert!(!is_due(BackupKind::Hourly, &[now - HOUR_MS + 1], now));
        assert!(is_due(BackupKind::Hourly, &[now - HOUR_MS], now));
        assert!(is_due(BackupKind::Hourly, &[now + 1], now), "the clock was put back");
        assert!(!is_due(BackupKind::Manual, &[], now));
    }

    proptest! {
        /// A server that looks every minute or after any jump of the clock, forwards or backwards.
        #[test]
        fn whatever_the_clock_does_the_newest_stay(
            steps in prop::collection::vec(prop_oneof![Just(60_000_i64), -40 * HOUR_MS..40 * HOUR_MS], 1..400),
        ) {
            for kind in [BackupKind::Hourly, BackupKind::Daily] {
                let (_, kept) = kind.rhythm().unwrap();
                let (mut now, mut made) = (10_000 * HOUR_MS, Vec::new());
                for step in &steps {
                    now += step;
                    if is_due(kind, &made, now) {
                        made.push(now);
                    }
                    let gone = outdated(kind, &made, now);
                    made.retain(|made| !gone.contains(made));
                    prop_assert!(!made.is_empty() && !is_due(kind, &made, now));
                    prop_assert!(made.iter().filter(|made| **made <= now).count() <= kept);
                    // Only the oldest went, and only because enough newer ones are there.
                    for gone in gone {
                        prop_assert!(made.iter().filter(|made| **made > gone && **made <= now).count() >= kept);
                    }
                }
            }
        }

        /// However steadily the clock goes, there are never more than the number kept.
        #[test]
        fn their_number_has_a_limit(hours in 1_i64..2_000) {
            let mut made = Vec::new();
            for hour in 0..hours {
                if is_due(BackupKind::Hourly, &made, hour * HOUR_MS) {
                    made.push(hour * HOUR_MS);
                }
                let gone = outdated(BackupKind::Hourly, &made, hour * HOUR_MS);
                made.retain(|made| !gone.contains(made));
            }
            prop_assert_eq!(made.len(), usize::try_from(hours).unwrap().min(24));
        }
    }
}
