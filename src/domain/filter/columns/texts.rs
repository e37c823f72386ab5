//! Distinct texts, each with a number, in one long string: what is asked of every text is asked in one pass.

use super::super::bits::Bits;
use super::super::leaf::Fit;
use super::super::text::has_words;
use super::search;
use std::sync::OnceLock;
use unicode_segmentation::UnicodeSegmentation;

const FREE: u32 = u32::MAX;

/// Distinct texts in the order in which they came.
#[derive(Debug)]
pub struct Texts {
    letters: String,
    /// Where each text begins; the last entry is where the last text ends.
    starts: Vec<u32>,
    hashes: Vec<u32>,
    /// An open table from hash to number; at most half of it is taken.
    slots: Vec<u32>,
    places: OnceLock<Vec<u32>>,
}

impl Default for Texts {
    fn default() -> Self {
        Self {
            letters: String::new(),
            starts: vec![0],
            hashes: Vec::new(),
            slots: vec![FREE; 16],
            places: OnceLock::new(),
        }
    }
}

impl Texts {
    /// How many there are.
    pub const fn len(&self) -> usize {
        self.hashes.len()
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.hashes.is_empty()
    }

    /// The text of a number.
    pub fn get(&self, code: usize) -> &str {
        &self.letters[self.starts[code] as usize..self.starts[code + 1] as usize]
    }

    /// The number of a text, a new one where it is new.
    pub fn intern(&mut self, text: &str) -> u32 {
        let hash = hash(text.as_bytes());
        let slot = self.slot(text, hash);
        if self.slots[slot] != FREE {
            return self.slots[slot];
        }
        let code = self.len() as u32;
        self.slots[slot] = code;
        self.letters.push_str(text);
        self.starts.push(self.letters.len() as u32);
        self.hashes.push(hash);
        if self.len() * 2 > self.slots.len() {
            self.grow();
        }
        code
    }

    /// The number of a text, where it is there.
    pub fn find(&self, text: &str) -> Option<u32> {
        let code = self.slots[self.slot(text, hash(text.as_bytes()))];
        (code != FREE).then_some(code)
    }

    /// Where a text stands in the table, or where it would.
    fn slot(&self, text: &str, hash: u32) -> usize {
        let mask = self.slots.len() - 1;
        let mut slot = hash as usize & mask;
        loop {
            let code = self.slots[slot];
            if code == FREE || (self.hashes[code as usize] == hash && self.bytes(code as usize) == text.as_bytes()) {
                return slot;
            }
            slot = (slot + 1) & mask;
        }
    }

    fn grow(&mut self) {
        let mut slots = vec![FREE; self.slots.len() * 2];
        let mask = slots.len() - 1;
        for (hash, code) in self.hashes.iter().zip(0..) {
            let mut slot = *hash as usize & mask;
            while slots[slot] != FREE {
                slot = (slot + 1) & mask;
            }
            slots[slot] = code;
        }
        self.slots = slots;
    }

    fn bytes(&self, code: usize) -> &[u8] {
        &self.letters.as_bytes()[self.starts[code] as usize..self.starts[code + 1] as usize]
    }

    /// Where each text stands among them in the order of the alphabet; sorted when it is first asked for.
    pub fn places(&self) -> &[u32] {
        self.places.get_or_init(|| {
            let mut sorted: Vec<u32> = (0..self.len() as u32).collect();
            sorted.sort_by(|a, b| self.bytes(*a as usize).cmp(self.bytes(*b as usize)));
            let mut places = vec![0; self.len()];
            sorted.iter().zip(0..).for_each(|(code, place)| places[*code as usize] = place);
            places
        })
    }

    /// Marks the numbers of the texts that fit what is wanted (spelled as the texts are).
    pub fn mark(&self, fit: Fit, wanted: &str, marked: &mut Bits) {
        match fit {
            Fit::Exact => self.find(wanted).into_iter().for_each(|code| marked.insert(code as usize)),
            Fit::Contains => self.mark_where(wanted, marked, |_, _| Some(true)),
            Fit::HasWord => self.mark_words(wanted, marked),
            Fit::StartsWith => self.mark_each(marked, |text| text.starts_with(wanted.as_bytes())),
            Fit::EndsWith => self.mark_each(marked, |text| text.ends_with(wanted.as_bytes())),
        }
    }

    fn mark_each(&self, marked: &mut Bits, fits: impl Fn(&[u8]) -> bool) {
        (0..self.len()).for_each(|code| marked.insert_if(code, fits(self.bytes(code))));
    }

    /// Whole words lie where their letters lie. Most often what stands beside them tells that they are whole, and
    /// no text need be taken apart.
    fn mark_words(&self, wanted: &str, marked: &mut Bits) {
        let words: Vec<&str> = wanted.unicode_words().collect();
        let one = words.as_slice() == [wanted];
        let Some(longest) = words.iter().max_by_key(|word| word.len()) else {
            return (0..self.len()).for_each(|code| marked.insert_if(code, has_words(self.get(code), wanted)));
        };
        self.mark_where(longest, marked, |code, at| match self.is_apart(code, at, longest.len()) {
            Some(false) => None,
            Some(true) if one => Some(true),
            Some(true) | None => Some(has_words(self.get(code), wanted)),
        });
    }

    /// Whether a word at a place (counted over all texts) has no letter beside it; `None`: it takes a closer look.
    fn is_apart(&self, code: usize, at: usize, len: usize) -> Option<bool> {
        let letters = self.letters.as_bytes();
        let (first, last) = (letters[at], letters[at + len - 1]);
        let before = (at > self.starts[code] as usize).then(|| letters[at - 1]);
        let after = (at + len < self.starts[code + 1] as usize).then(|| letters[at + len]);
        let joins = |a: u8, b: u8| a.is_ascii_alphanumeric() && b.is_ascii_alphanumeric();
        if before.is_some_and(|before| joins(before, first)) || after.is_some_and(|after| joins(last, after)) {
            return Some(false);
        }
        (before.is_none_or(|before| before == b' ') && after.is_none_or(|after| after == b' ')).then_some(true)
    }

    /// Goes from one place of `needle` to the next; `judge` says of each whether its text is marked (`None`: not for
    /// this place, but perhaps for a later one).
    fn mark_where(&self, needle: &str, marked: &mut Bits, judge: impl Fn(usize, usize) -> Option<bool>) {
        let letters = self.letters.as_bytes();
        let (mut from, mut code) = (0, 0);
        if needle.is_empty() {
            return self.mark_each(marked, |_| true);
        }
        while let Some(at) = search::find(letters, needle.as_bytes(), from) {
            // The text that the place lies in: never far ahead.
            while self.starts[code + 1] as usize <= at {
                code += 1;
            }
            let end = self.starts[code + 1] as usize;
            from = at + 1;
            if at + needle.len() > end {
                continue;
            }
            if let Some(yes) = judge(code, at) {
                marked.insert_if(code, yes);
                from = end;
            }
        }
    }
}

/// As rustc hashes (Fx): quick, and no defence against texts chosen to collide. Those make a base of 10,000 songs
/// slower by milliseconds, because the whole hash is compared before the text.
fn hash(bytes: &[u8]) -> u32 {
    let mut hash = bytes.len() as u64;
    for chunk in bytes.chunks(8) {
        let word = chunk.iter().rev().fold(0, |word, byte| (word << 8) | u64::from(*byte));
        hash = (hash.rotate_left(5) ^ word).wrapping_mul(0x517c_c1b7_2722_0a95);
    }
    (hash >> 32) as u32
}
