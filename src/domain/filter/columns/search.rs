//! Looks for a few letters in very many.

/// Bytes looked at in one step: without a branch between them, so that the compiler may compare them side by side.
const STEP: usize = 32;

/// The first place of `needle` at or after `from`; both in bytes. An empty needle is nowhere.
pub fn find(letters: &[u8], needle: &[u8], from: usize) -> Option<usize> {
    let (first, last) = (*needle.first()?, *needle.last()?);
    let ahead = needle.len() - 1;
    let end = letters.len().checked_sub(ahead)?;
    let mut at = from;
    while at < end {
        let step = STEP.min(end - at);
        let (heads, tails) = (&letters[at..at + step], &letters[at + ahead..at + ahead + step]);
        if may_begin(heads, tails, first, last) {
            let begins = |place: usize| heads[place] == first && letters[at + place..].starts_with(needle);
            if let Some(place) = (0..step).find(|place| begins(*place)) {
                return Some(at + place);
            }
        }
        at += step;
    }
    None
}

/// Whether the first and the last byte stand anywhere here at the right distance.
fn may_begin(heads: &[u8], tails: &[u8], first: u8, last: u8) -> bool {
    heads.iter().zip(tails).fold(false, |any, (head, tail)| any | ((*head == first) & (*tail == last)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1_024))]

        #[test]
        fn it_finds_what_the_standard_library_finds(text in "[ab]{0,90}", needle in "[ab]{1,6}", from in 0..90_usize) {
            let wanted = text.get(from..).and_then(|rest| rest.find(&needle)).map(|at| at + from);
            prop_assert_eq!(find(text.as_bytes(), needle.as_bytes(), from), wanted);
        }
    }

    #[test]
    fn nothing_is_nowhere() {
        assert_eq!((find(b"abc", b"", 0), find(b"", b"a", 0), find(b"a", b"ab", 0)), (None, None, None));
    }
}
