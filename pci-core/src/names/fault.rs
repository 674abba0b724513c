//! What can be wrong with a text.

use alloc::string::String;

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
    #[error("expected the vendor line of {vendor} before its 'S' line, found none", vendor = format_args!("{vendor:04x}"))]
    UnknownVendor {
        /// The vendor's id.
        vendor: u16,
    },
}

/// Why bytes are no names blob.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BlobError {
    /// The bytes end before what the header announces.
    #[error("expected a names blob as long as its header says, found only {found} bytes")]
    Short {
        /// How many bytes there are.
        found: usize,
    },
    /// There are bytes behind the end.
    #[error(
        "expected a names blob as long as its header says, found {found} bytes, {excess} too many"
    )]
    Long {
        /// How many bytes there are.
        found: usize,
        /// How many of them are too many.
        excess: usize,
    },
    /// It does not begin as a names blob does.
    #[error("expected a names blob, which begins with 'pci.ids' and a zero byte")]
    Magic,
    /// It is of another format than this crate reads.
    #[error("expected names blob format {FORMAT}, found {found}")]
    Format {
        /// The format number in the header.
        found: u32,
    },
    /// It was damaged.
    #[error("expected the checksum in the header, found another: the names blob is damaged")]
    Checksum,
    /// The names are not UTF-8.
    #[error("expected UTF-8 names in the names blob, not so at byte {offset} of the pool")]
    Pool {
        /// Where in the pool, in bytes.
        offset: usize,
    },
    /// A row is out of order, or names no text: whoever made the blob has a
    /// mistake.
    #[error(
        "expected ascending keys in their buckets with names in the blob's pool, not so at row {row} \
         of {table}"
    )]
    Row {
        /// Which table.
        table: &'static str,
        /// Which row of it, from 0.
        row: usize,
    },
}

/// Why a database has no compact form.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BuildError {
    /// The head of the text holds no `# Version:` line that can be compared.
    #[error(
        "expected a line '# Version: YYYY.MM.DD' at the head of the text, found version '{found}'"
    )]
    Version {
        /// What stands there instead; empty where nothing does.
        found: String,
    },
    /// A name does not fit its length byte.
    #[error("expected names of at most 255 bytes, found {} bytes: '{name}'", .name.len())]
    LongName {
        /// The name.
        name: String,
    },
    /// All names together, or the text that they stand in, do not fit 24-bit offsets.
    #[error("expected at most 16 MiB of names, found more")]
    TooLarge,
}

pub(super) const FORMAT: u32 = 2;
