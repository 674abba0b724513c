//! Repeatable random numbers (xorshift64: Marsaglia, "Xorshift RNGs", 2003).

use crate::environment::{self, ROUNDS, SEED};

/// A repeatable sequence of numbers.
pub struct Random(u64);

impl Random {
    /// The sequence of `seed`.
    pub fn new(seed: u64) -> Self {
        Self(seed | 1)
    }

    /// The next number, never 0.
    pub fn number(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// A number below `end`; 0 where `end` is 0.
    pub fn below<T: TryInto<u64> + TryFrom<u64>>(&mut self, end: T) -> T {
        let end: u64 = end.try_into().ok().unwrap();
        let number = self.number();
        // The upper bits are the better ones.
        let number = if end >> 31 == 0 { number >> 33 } else { number };
        T::try_from(number % end.max(1)).ok().unwrap()
    }

    /// True once in `end` calls on average.
    pub fn one_in(&mut self, end: usize) -> bool {
        self.below(end) == 0
    }

    /// One of the values.
    pub fn pick<'a, T: ?Sized>(&mut self, from: &[&'a T]) -> &'a T {
        from[self.below(from.len())]
    }

    /// One of the values, copied.
    pub fn one_of<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }

    /// A byte.
    pub fn byte(&mut self) -> u8 {
        self.number().to_le_bytes()[3]
    }

    /// A byte with each bit set with a probability of `share` eighths.
    pub fn bits(&mut self, share: u64) -> u8 {
        (0..8).fold(0, |byte, bit| byte | u8::from(self.below(8) < share) << bit)
    }

    /// `count` bytes.
    pub fn bytes(&mut self, count: usize) -> Vec<u8> {
        (0..count).map(|_| self.byte()).collect()
    }

    /// Shuffles the values (Fisher and Yates).
    pub fn shuffle<T>(&mut self, values: &mut [T]) {
        for end in (1..values.len()).rev() {
            values.swap(end, self.below(end + 1));
        }
    }
}

/// The seed in `PASSTHRU_SEED`, to vary the inputs between runs.
pub fn seed(usual: u64) -> u64 {
    environment::number(SEED).unwrap_or(usual)
}

/// Number of repetitions: `usual`, or `PASSTHRU_ROUNDS` for longer runs.
pub fn rounds(usual: usize) -> usize {
    environment::number(ROUNDS).unwrap_or(usual)
}
