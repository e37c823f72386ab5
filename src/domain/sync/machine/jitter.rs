//! How long a request that failed is put off. Drawn from a seed, so that a run can be replayed.

const BACKOFF_FIRST_MS: u64 = 500;
const BACKOFF_MAX_MS: u64 = 30_000;

/// Random numbers, from a seed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Jitter(pub u64);

impl Jitter {
    /// Exponential with full jitter: anything up to the step, so that many clients spread out.
    pub fn backoff_ms(&mut self, tries: u32) -> u64 {
        let step_ms = BACKOFF_FIRST_MS.saturating_mul(1 << tries.min(16)).min(BACKOFF_MAX_MS);
        1 + self.draw() % step_ms
    }

    /// SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators").
    fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}
