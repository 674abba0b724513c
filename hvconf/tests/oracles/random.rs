//! Repeatable random numbers (xorshift64).

pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed | 1)
    }

    /// A number below `end`.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % end
    }

    pub(crate) fn pick<'a, T: ?Sized>(&mut self, from: &[&'a T]) -> &'a T {
        from[self.below(from.len())]
    }
}

/// The seed in `HVCONF_SEED`, to look at more files than each test run does.
pub(crate) fn seed(usual: u64) -> u64 {
    let given = std::env::var("HVCONF_SEED").ok();
    given.and_then(|seed| seed.parse().ok()).unwrap_or(usual)
}

/// How often to do something: `usual` times, or as often as `HVCONF_ROUNDS` says, for longer
/// runs.
pub(crate) fn rounds(usual: usize) -> usize {
    let given = std::env::var("HVCONF_ROUNDS").ok();
    given
        .and_then(|rounds| rounds.parse().ok())
        .unwrap_or(usual)
}
