//! Errors of a text, a blob or a conversion.

use alloc::string::String;

/// Line length limit of libpci, in bytes without the line end.
pub(super) const MAX_LINE: usize = 1022;

/// A syntax error in a `pci.ids` text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {fault}")]
pub(crate) struct TextError {
    /// Line number, from 1.
    pub(crate) line: u32,
    /// The error in the line.
    pub(crate) fault: Fault,
}

/// An error in a line of a `pci.ids` text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Fault {
    /// Not UTF-8, which the database has been since 2006.
    #[error("expected UTF-8, found other bytes")]
    NotUtf8,
    /// A zero byte.
    #[error("expected text, found a zero byte")]
    Nul,
    /// The text exceeds the offset range.
    #[error("expected a text of less than 4 GiB, found more")]
    LongText,
    /// The line exceeds libpci's limit.
    #[error("expected at most {MAX_LINE} bytes, found {found}")]
    LongLine {
        /// The line's length in bytes.
        found: usize,
    },
    /// Not an entry, or not one that is allowed here.
    #[error("expected {expected}, found '{found}'")]
    Entry {
        /// The expected entry.
        expected: &'static str,
        /// The line.
        found: String,
    },
    /// The ID already has a name.
    #[error("expected each id once, found '{second}' for the id of '{first}'")]
    Duplicate {
        /// The first name.
        first: String,
        /// The name on this line.
        second: String,
    },
    /// An `S` block of a vendor without a name.
    #[error("expected the vendor line of {vendor} before its 'S' line, found none", vendor = format_args!("{vendor:04x}"))]
    UnknownVendor {
        /// The vendor ID.
        vendor: u16,
    },
}

/// An error of a names blob.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BlobError {
    /// The bytes end before the length in the header.
    #[error("expected a names blob as long as its header says, found only {found} bytes")]
    Short {
        /// Number of bytes.
        found: usize,
    },
    /// Excess bytes after the end.
    #[error(
        "expected a names blob as long as its header says, found {found} bytes, {excess} too many"
    )]
    Long {
        /// Number of bytes.
        found: usize,
        /// Number of excess bytes.
        excess: usize,
    },
    /// Not the signature of a names blob.
    #[error("expected a names blob, which begins with 'pci.ids' and a zero byte")]
    Magic,
    /// Unsupported format number.
    #[error("expected names blob format {FORMAT}, found {found}")]
    Format {
        /// The format number in the header.
        found: u32,
    },
    /// Checksum mismatch.
    #[error("expected the checksum in the header, found another: the names blob is damaged")]
    Checksum,
    /// The names are not UTF-8.
    #[error("expected UTF-8 names in the names blob, not so at byte {offset} of the pool")]
    Pool {
        /// Byte offset in the pool.
        offset: usize,
    },
    /// A row is out of order, or its name reference is invalid: an error of the program that built
    /// the blob.
    #[error(
        "expected ascending keys in their buckets with names in the blob's pool, not so at row {row} \
         of {table}"
    )]
    Row {
        /// The table.
        table: &'static str,
        /// Row number, from 0.
        row: usize,
    },
}

/// Why a database has no compact form.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BuildError {
    /// The head of the text has no comparable `# Version:` line.
    #[error(
        "expected a line '# Version: YYYY.MM.DD' at the head of the text, found version '{found}'"
    )]
    Version {
        /// The text found there; empty if none.
        found: String,
    },
    /// A name exceeds its length byte.
    #[error("expected names of at most 255 bytes, found {} bytes: '{name}'", .name.len())]
    LongName {
        /// The name.
        name: String,
    },
    /// The names together, or their text, exceed 24-bit offsets.
    #[error("expected at most 16 MiB of names, found more")]
    TooLarge,
}

pub(super) const FORMAT: u32 = 2;
