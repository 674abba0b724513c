//! Faults of compressed streams.

use core::fmt;

/// What is wrong with a stream. Sizes are in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StreamFault {
    /// The stream ends inside its header.
    HeaderCutOff,
    /// The header says more compressed bytes than are there.
    CompressedSize {
        /// What the header says.
        size: usize,
        /// How many follow it.
        available: usize,
    },
    /// The header says an original size above [`Algorithm::LARGEST`].
    OriginalSize {
        /// What the header says.
        size: usize,
    },
    /// The compressed bytes end before the original size is reached.
    CutOff,
    /// A block of no symbols.
    EmptyBlock,
    /// Code lengths that make no Huffman code.
    CodeLengths,
    /// A code for a symbol that there is not.
    Symbol,
    /// A match that starts before the first byte.
    Distance {
        /// How far back.
        distance: usize,
        /// How many bytes there were.
        written: usize,
    },
}

impl fmt::Display for StreamFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::HeaderCutOff => f.write_str("ends inside its header"),
            Self::CompressedSize { size, available } => {
                write!(f, "header says {size} compressed bytes, {available} follow")
            }
            Self::OriginalSize { size } => write!(
                f,
                "header says an original size of {size} bytes, more than any ROM"
            ),
            Self::CutOff => f.write_str("ends before the original size is reached"),
            Self::EmptyBlock => f.write_str("block has no symbols"),
            Self::CodeLengths => f.write_str("code lengths make no Huffman code"),
            Self::Symbol => f.write_str("code for a symbol that there is not"),
            Self::Distance { distance, written } => {
                write!(f, "match starts {distance} bytes back, {written} are there")
            }
        }
    }
}
