//! Single songs past the rules: pinned by hand, banned by hand, or left to the rules.

use super::rule::Filter;
use serde::{Deserialize, Serialize};

/// What is wished for one song.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Exception {
    /// Always in.
    Pin,
    /// Never in.
    Ban,
    /// As the rules say.
    Rules,
}

impl Filter {
    /// The same filter with this wish for a song. A song pinned anew comes after those pinned before.
    #[must_use]
    pub fn with_exception(mut self, uri: &str, wish: Exception) -> Self {
        for (list, is_wished) in [(&mut self.pins, wish == Exception::Pin), (&mut self.bans, wish == Exception::Ban)] {
            let is_there = list.iter().any(|one| one == uri);
            match (is_there, is_wished) {
                (false, true) => list.push(uri.to_owned()),
                (true, false) => list.retain(|one| one != uri),
                (true, true) | (false, false) => {}
            }
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "spotify:track:2XU0oxnq2qxCpomAAuJY8K";
    const TWO: &str = "spotify:track:2NjfBq1NflQcKSeiDooVjY";

    #[test]
    fn a_song_is_pinned_or_banned_or_neither() {
        let both = Filter::everything().with_exception(ONE, Exception::Pin).with_exception(TWO, Exception::Pin);
        assert_eq!(both.pins, [ONE, TWO]);
        let turned = both.clone().with_exception(ONE, Exception::Ban);
        assert_eq!((turned.pins.as_slice(), turned.bans.as_slice()), (&[TWO.to_owned()][..], &[ONE.to_owned()][..]));
        assert_eq!(turned.clone().with_exception(ONE, Exception::Ban), turned, "twice is once");
        let plain = turned.with_exception(ONE, Exception::Rules).with_exception(TWO, Exception::Rules);
        assert_eq!(plain, Filter::everything());
        assert_eq!(both.with_exception(ONE, Exception::Pin).pins, [ONE, TWO], "its place stays");
    }
}
