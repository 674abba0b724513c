//! What an edit gives back.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

/// A ROM file after an edit, and what the edit changed.
///
/// The changes are in the order of the source, do not overlap, and lead from the
/// source to `bytes`: replacing each `before` by its `after` gives them. Without
/// changes `bytes` is the source.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
#[non_exhaustive]
pub struct Edited {
    /// The whole file after the edit.
    pub bytes: Vec<u8>,
    /// What is different from the source, in the order of offsets.
    pub changes: Vec<ByteChange>,
}

impl Edited {
    /// Whether the edit found nothing to change.
    #[must_use]
    pub fn is_unchanged(&self) -> bool {
        self.changes.is_empty()
    }
}

/// One run of bytes that an edit changed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ByteChange {
    /// Where it is, in bytes from the start of the source.
    pub offset: usize,
    /// The bytes that the source has there; empty where bytes were put in.
    pub before: Vec<u8>,
    /// The bytes that stand there now; empty where bytes were taken out.
    pub after: Vec<u8>,
    /// Why, in a few words.
    pub reason: String,
}

impl fmt::Display for ByteChange {
    /// `0x1b: 04 -> 05, why`; long runs by their number of bytes.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#x}: ", self.offset)?;
        match (&self.before[..], &self.after[..]) {
            (before, []) => write!(f, "{} bytes taken out", before.len())?,
            ([], after) => write!(f, "{} bytes put in", after.len())?,
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
    /// Runs up to this many bytes are shown byte by byte.
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
