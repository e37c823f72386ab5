//! Sets of rows as bits, 64 to a word.

/// A set of rows out of `len`. Bits past the end are always 0.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Bits {
    words: Vec<u64>,
    len: usize,
}

impl Bits {
    /// No row of `len`.
    pub fn none(len: usize) -> Self {
        Self { words: vec![0; len.div_ceil(64)], len }
    }

    /// Every row of `len`.
    pub fn all(len: usize) -> Self {
        let mut bits = Self { words: vec![u64::MAX; len.div_ceil(64)], len };
        bits.trim();
        bits
    }

    /// The rows of a column whose cell fits.
    pub fn of<T>(cells: &[T], fits: impl Fn(&T) -> bool) -> Self {
        // First all answers as bytes, then the bytes as bits: the compiler does both for many cells at a time,
        // if it knows how many they are.
        let (full, rest) = cells.as_chunks::<64>();
        let mut words = Vec::with_capacity(cells.len().div_ceil(64));
        words.extend(full.iter().map(|cells| {
            let mut answers = [0_u8; 64];
            answers.iter_mut().zip(cells).for_each(|(answer, cell)| *answer = u8::from(fits(cell)));
            packed(&answers)
        }));
        if !rest.is_empty() {
            words.push(rest.iter().rev().fold(0, |word, cell| word << 1 | u64::from(fits(cell))));
        }
        Self { words, len: cells.len() }
    }

    /// How many rows there are, in the set or not.
    pub const fn len(&self) -> usize {
        self.len
    }

    /// Whether there are no rows at all.
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Whether no row is in the set.
    pub fn is_none(&self) -> bool {
        self.words.iter().all(|word| *word == 0)
    }

    /// Whether a row is in the set; rows past the end are not.
    pub fn has(&self, row: usize) -> bool {
        self.words.get(row / 64).is_some_and(|word| word >> (row % 64) & 1 == 1)
    }

    /// Puts a row in.
    ///
    /// # Panics
    /// Where there is no such row.
    pub fn insert(&mut self, row: usize) {
        self.words[row / 64] |= 1 << (row % 64);
    }

    /// Puts a row in where the answer is yes; without a branch, for loops over many rows.
    ///
    /// # Panics
    /// Where there is no such row.
    pub fn insert_if(&mut self, row: usize, yes: bool) {
        self.words[row / 64] |= u64::from(yes) << (row % 64);
    }

    /// How many rows are in the set.
    pub fn count(&self) -> u32 {
        self.words.iter().map(|word| word.count_ones()).sum()
    }

    /// Keeps the rows that both have.
    pub fn and(&mut self, other: &Self) {
        self.words.iter_mut().zip(&other.words).for_each(|(word, other)| *word &= other);
    }

    /// Adds the rows of the other.
    pub fn or(&mut self, other: &Self) {
        self.words.iter_mut().zip(&other.words).for_each(|(word, other)| *word |= other);
    }

    /// Takes the rows of the other out.
    pub fn and_not(&mut self, other: &Self) {
        self.words.iter_mut().zip(&other.words).for_each(|(word, other)| *word &= !other);
    }

    /// The rows that were not in the set, and no others.
    pub fn not(&mut self) {
        self.words.iter_mut().for_each(|word| *word = !*word);
        self.trim();
    }

    /// Its rows in order.
    pub fn rows(&self) -> impl Iterator<Item = usize> + '_ {
        self.words.iter().enumerate().flat_map(|(at, word)| Ones(*word).map(move |bit| at * 64 + bit))
    }

    fn trim(&mut self) {
        if let (Some(last), 1..) = (self.words.last_mut(), self.len % 64) {
            *last &= (1 << (self.len % 64)) - 1;
        }
    }
}

/// The lowest bits of 64 bytes, the first byte's lowest. Bytes are 0 or 1.
fn packed(answers: &[u8; 64]) -> u64 {
    /// Moves the lowest bit of byte i to bit 56 + i.
    const GATHER: u64 = 0x0102_0408_1020_4080;
    let (eights, _) = answers.as_chunks::<8>();
    eights.iter().rev().fold(0, |word, eight| word << 8 | u64::from_le_bytes(*eight).wrapping_mul(GATHER) >> 56)
}

/// The places of a word's ones.
struct Ones(u64);

impl Iterator for Ones {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        let bit = self.0.trailing_zeros() as usize;
        (bit < 64).then(|| {
            self.0 &= self.0 - 1;
            bit
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1_024))]

        /// Lengths about the ends of words are the ones that go wrong.
        #[test]
        fn bits_are_what_a_list_of_truths_is(rows in vec(any::<(bool, bool)>(), 0..200)) {
            let (a, b): (Vec<bool>, Vec<bool>) = rows.iter().copied().unzip();
            let (left, right) = (Bits::of(&a, |yes| *yes), Bits::of(&b, |yes| *yes));
            let done = |change: &dyn Fn(&mut Bits, &Bits)| {
                let mut bits = left.clone();
                change(&mut bits, &right);
                bits
            };
            let wanted = |truth: &dyn Fn(bool, bool) -> bool| Bits::of(&rows, |(a, b)| truth(*a, *b));
            prop_assert_eq!(done(&|bits, other| bits.and(other)), wanted(&|a, b| a && b));
            prop_assert_eq!(done(&|bits, other| bits.or(other)), wanted(&|a, b| a || b));
            prop_assert_eq!(done(&|bits, other| bits.and_not(other)), wanted(&|a, b| a && !b));
            prop_assert_eq!(done(&|bits, _| bits.not()), wanted(&|a, _| !a));

            let listed: Vec<usize> = (0..a.len()).filter(|row| a[*row]).collect();
            prop_assert_eq!(left.rows().collect::<Vec<_>>(), listed.clone());
            prop_assert_eq!(left.count() as usize, listed.len());
            prop_assert_eq!(left.is_none(), listed.is_empty());
            prop_assert!((0..a.len() + 70).all(|row| left.has(row) == a.get(row).copied().unwrap_or(false)));
            let mut put = Bits::none(a.len());
            listed.iter().for_each(|row| put.insert(*row));
            prop_assert_eq!(&put, &left);
            let mut all = Bits::all(a.len());
            prop_assert_eq!(all.count() as usize, a.len());
            all.not();
            prop_assert_eq!(all, Bits::none(a.len()));
        }
    }
}
