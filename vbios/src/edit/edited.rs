//! Result of an edit.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

/// A ROM file after an edit, and the changes.
///
/// The changes are in the order of the source and do not overlap: replacing each `before` by its
/// `after` in the source yields `bytes`. Without changes `bytes` is the source.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
#[non_exhaustive]
pub struct Edited {
    /// The whole file after the edit.
    pub bytes: Vec<u8>,
    /// Changes, by offset.
    pub changes: Vec<ByteChange>,
}

impl Edited {
    /// Whether the edit changed nothing.
    #[must_use]
    pub fn is_unchanged(&self) -> bool {
        self.changes.is_empty()
    }
}

/// A run of changed bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ByteChange {
    /// Offset in the source, in bytes.
    pub offset: usize,
    /// The bytes in the source; empty for an insertion.
    pub before: Vec<u8>,
    /// The new bytes; empty for a removal.
    pub after: Vec<u8>,
    /// Reason, in a few words.
    pub reason: String,
}

impl fmt::Display for ByteChange {
    /// `0x1b: 04 -> 05, why`; long runs as number of bytes.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#x}: ", self.offset)?;
        match (&self.before[..], &self.after[..]) {
            (before, []) => write!(f, "{} bytes removed", before.len())?,
            ([], after) => write!(f, "{} bytes inserted", after.len())?,
            (before, after) if before.len().max(after.len()) > Self::SHOWN => {
                write!(f, "{} bytes -> {} bytes", before.len(), after.len())?;
            }
            (before, after) => {
                hex(f, before)?;
                f.write_str(" ->")?;
                for byte in after {
                    write!(f, " {byte:02x}")?;
                }
            }
        }
        write!(f, ", {}", self.reason)
    }
}

impl ByteChange {
    /// Longest run that is shown byte by byte.
    pub(crate) const SHOWN: usize = 64;
}

fn hex(f: &mut fmt::Formatter<'_>, bytes: &[u8]) -> fmt::Result {
    for (index, byte) in bytes.iter().enumerate() {
        if index > 0 {
            f.write_str(" ")?;
        }
        write!(f, "{byte:02x}")?;
    }
    Ok(())
}
