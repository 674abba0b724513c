//! What can be wrong with a text.

use alloc::string::String;

use crate::VendorId;

/// The longest line, in bytes without its end, that libpci reads.
pub(super) const LONGEST_LINE: usize = 1022;

/// The line of a `pci.ids` text that breaks the rules.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {fault}")]
pub(crate) struct TextError {
    /// The line's number, from 1.
    pub(crate) line: u32,
    /// What is wrong with it.
    pub(crate) fault: Fault,
}

/// What is wrong with a line of a `pci.ids` text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Fault {
    /// Not UTF-8, which the database has been since 2006; names are texts here.
    #[error("expected UTF-8, found other bytes")]
    NotUtf8,
    /// A zero byte.
    #[error("expected text, found a zero byte")]
    Nul,
    /// The whole text is longer than places in it have room for.
    #[error("expected a text of less than 4 GiB, found more")]
    LongText,
    /// Longer than libpci reads.
    #[error("expected at most {LONGEST_LINE} bytes, found {found}")]
    LongLine {
        /// The line's length in bytes.
        found: usize,
    },
    /// No entry, or none that may stand here.
    #[error("expected {expected}, found '{found}'")]
    Entry {
        /// What would have been right there.
        expected: &'static str,
        /// The line.
        found: String,
    },
    /// The id has a name already.
    #[error("expected each id once, found '{second}' for the id of '{first}'")]
    Duplicate {
        /// The name that came first.
        first: String,
        /// The name on this line.
        second: String,
    },
    /// An `S` block of a vendor without a name.
    #[error("expected the vendor line of {vendor} before its 'S' line, found none")]
    UnknownVendor {
        /// The vendor.
        vendor: VendorId,
    },
}
