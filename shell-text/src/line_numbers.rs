//! Line numbers of offsets in a text.

/// The line numbers of byte offsets in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lines {
    ends: Vec<usize>,
}

impl Lines {
    /// Indexes the lines of `text`.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let newline = |(at, byte): (usize, u8)| (byte == b'\n').then_some(at);
        Self {
            ends: text.bytes().enumerate().filter_map(newline).collect(),
        }
    }

    /// Line number of `offset`, from 1.
    #[must_use]
    pub fn number(&self, offset: usize) -> u32 {
        let before = self.ends.partition_point(|end| *end < offset);
        u32::try_from(before).unwrap_or(u32::MAX).saturating_add(1)
    }
}
