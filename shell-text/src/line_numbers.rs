//! Line numbers of offsets in a text.

/// Line numbers of byte offsets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lines {
    ends: Vec<usize>,
}

impl Lines {
    /// The line numbers of `text`.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let newline = |(at, byte): (usize, u8)| (byte == b'\n').then_some(at);
        Self {
            ends: text.bytes().enumerate().filter_map(newline).collect(),
        }
    }

    /// The number, from 1, of the line that `offset` is on.
    #[must_use]
    pub fn number(&self, offset: usize) -> u32 {
        let before = self.ends.partition_point(|end| *end < offset);
        u32::try_from(before).unwrap_or(u32::MAX).saturating_add(1)
    }
}
