//! Three-valued truth: a song matches, does not, or cannot be judged because Spotify withholds a field.

use super::rule::MatchMode;

/// What a filter says of a song.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    Yes,
    No,
    Unknown,
}

impl From<bool> for Verdict {
    fn from(yes: bool) -> Self {
        if yes { Self::Yes } else { Self::No }
    }
}

impl Verdict {
    /// Yes becomes no and no yes; what is unknown stays so.
    #[must_use]
    pub const fn not(self) -> Self {
        match self {
            Self::Yes => Self::No,
            Self::No => Self::Yes,
            Self::Unknown => Self::Unknown,
        }
    }
}

/// Joins verdicts as a group does (Kleene): one "no" decides "all", one "yes" decides "any".
pub fn join(mode: MatchMode, verdicts: impl Iterator<Item = Verdict>) -> Verdict {
    match mode {
        MatchMode::All => fold(verdicts, Verdict::No, Verdict::Yes),
        MatchMode::Any => fold(verdicts, Verdict::Yes, Verdict::No),
        MatchMode::None => fold(verdicts, Verdict::Yes, Verdict::No).not(),
    }
}

fn fold(verdicts: impl Iterator<Item = Verdict>, decisive: Verdict, otherwise: Verdict) -> Verdict {
    let mut result = otherwise;
    for verdict in verdicts {
        if verdict == decisive {
            return decisive;
        }
        if verdict == Verdict::Unknown {
            result = Verdict::Unknown;
        }
    }
    result
}
