//! Repeatable random numbers (xorshift64).

/// A repeatable sequence of numbers.
pub struct Random(u64);

impl Random {
    /// The sequence of `seed`.
    pub fn new(seed: u64) -> Self {
        Self(seed | 1)
    }

    /// A number below `end`.
    pub fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % end
    }

    /// One of the values.
    pub fn pick<'a, T: ?Sized>(&mut self, from: &[&'a T]) -> &'a T {
        from[self.below(from.len())]
    }
}

/// The seed in `PASSTHRU_SEED`, to look at more files than each test run does.
pub fn seed(usual: u64) -> u64 {
    let given = std::env::var("PASSTHRU_SEED").ok();
    given.and_then(|seed| seed.parse().ok()).unwrap_or(usual)
}

/// How often to do something: `usual` times, or as often as `PASSTHRU_ROUNDS` says, for longer
/// runs.
pub fn rounds(usual: usize) -> usize {
    let given = std::env::var("PASSTHRU_ROUNDS").ok();
    given
        .and_then(|rounds| rounds.parse().ok())
        .unwrap_or(usual)
}
