//! The kernel options of one boot entry.

use core::ops::Range;

/// The quoting of options.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Quoting {
    /// Not at all.
    Bare,
    /// Between double quotes, where two are one (rEFInd).
    Doubled,
}

/// The kernel options of one entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryOptions {
    /// The entry's title, as it is written.
    pub title: String,
    /// The line of the options, from 1.
    pub line: u32,
    /// Byte range of the options in the text.
    pub span: Range<usize>,
    /// Index of the entry in the file, from 0: several lines may belong to one.
    pub entry: usize,
    pub(super) quoting: Quoting,
}

impl EntryOptions {
    /// Whether the title is that of a recovery entry: rescue, recovery, fallback, safe mode,
    /// single user, minimal.
    #[must_use]
    pub(crate) fn is_recovery_entry(&self) -> bool {
        let title = self.title.to_ascii_lowercase();
        let words = [
            "rescue",
            "recovery",
            "fallback",
            "safe mode",
            "single",
            "minimal",
            "emergency",
        ];
        words.iter().any(|word| title.contains(word))
    }
}
