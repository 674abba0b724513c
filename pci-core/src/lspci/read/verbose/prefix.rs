//! Comparison of texts by their first eight bytes.

/// A text to compare as a prefix with many others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Prefix {
    text: &'static str,
    start: Start,
    /// Mask of the bytes of `start` that belong to the text.
    mask: u64,
}

impl Prefix {
    pub(super) fn new(text: &'static str) -> Self {
        let beyond = 8_usize.saturating_sub(text.len());
        let beyond = u32::try_from(beyond).unwrap_or(0);
        Self {
            text,
            start: Start::of(text.as_bytes()),
            mask: u64::MAX.checked_shr(8 * beyond).unwrap_or(0),
        }
    }

    pub(super) const fn len(&self) -> usize {
        self.text.len()
    }

    /// Its first byte; 0 if empty.
    pub(super) const fn first(&self) -> u8 {
        match self.text.as_bytes() {
            [first, ..] => *first,
            [] => 0,
        }
    }

    /// Whether `text`, which starts with `start`, starts with this.
    pub(super) fn begins(&self, start: Start, text: &[u8]) -> bool {
        start.0 & self.mask == self.start.0
            && (self.text.len() <= 8 || text.starts_with(self.text.as_bytes()))
    }
}

/// The first eight bytes of a text, zero-padded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Start(u64);

impl Start {
    pub(super) fn of(text: &[u8]) -> Self {
        Self(u64::from_le_bytes(match text.first_chunk() {
            Some(start) => *start,
            None => {
                let mut start = [0; 8];
                for (place, byte) in start.iter_mut().zip(text) {
                    *place = *byte;
                }
                start
            }
        }))
    }
}

/// A set of bytes, with false positives.
#[derive(Clone, Copy, Debug)]
pub(super) struct SomeBytes(u64);

impl SomeBytes {
    pub(super) const NONE: Self = Self(0);

    /// All bytes.
    pub(super) const ALL: Self = Self(u64::MAX);

    /// With `byte`.
    #[must_use]
    pub(super) const fn with(self, byte: u8) -> Self {
        Self(self.0 | 1 << (byte % 64))
    }

    pub(super) const fn may_have(self, byte: u8) -> bool {
        self.0 >> (byte % 64) & 1 == 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_begins_with_it_or_not() {
        for prefix in [
            "",
            "a",
            "abcdefg",
            "abcdefgh",
            "abcdefghi",
            "AtomicOpsCap: ",
        ] {
            for text in [
                "",
                "a",
                "b",
                "abcdefg",
                "abcdefgh",
                "abcdefghij",
                "AtomicOpsCap: 1",
            ] {
                let bytes = text.as_bytes();
                let begins = Prefix::new(prefix).begins(Start::of(bytes), bytes);
                assert_eq!(begins, text.starts_with(prefix), "{prefix} {text}");
            }
        }
    }

    #[test]
    fn no_byte_is_lost() {
        let some = b"A\0\xff"
            .iter()
            .fold(SomeBytes::NONE, |some, byte| some.with(*byte));
        assert!(b"A\0\xff".iter().all(|byte| some.may_have(*byte)));
        assert!(!some.may_have(b'B'));
    }
}
