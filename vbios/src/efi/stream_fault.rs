//! Errors of compressed streams.

use core::fmt;

/// An error of a compressed stream. Sizes are in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StreamFault {
    /// The stream ends inside its header.
    HeaderCutOff,
    /// The header's compressed size exceeds the stream.
    CompressedSize {
        /// Size in the header.
        size: usize,
        /// Bytes that follow it.
        available: usize,
    },
    /// The header's original size exceeds [`Algorithm::LARGEST`].
    OriginalSize {
        /// Size in the header.
        size: usize,
    },
    /// The compressed bytes end before the original size is reached.
    CutOff,
    /// A block without symbols.
    EmptyBlock,
    /// Code lengths that are not a Huffman code.
    CodeLengths,
    /// A code for an undefined symbol.
    Symbol,
    /// A match that starts before the first byte.
    Distance {
        /// Distance of the match.
        distance: usize,
        /// Bytes written so far.
        written: usize,
    },
}

impl fmt::Display for StreamFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::HeaderCutOff => f.write_str("ends inside its header"),
            Self::CompressedSize { size, available } => {
                write!(
                    f,
                    "header states {size} compressed bytes, {available} follow"
                )
            }
            Self::OriginalSize { size } => write!(
                f,
                "header states an original size of {size} bytes, more than any ROM"
            ),
            Self::CutOff => f.write_str("ends before the original size is reached"),
            Self::EmptyBlock => f.write_str("block has no symbols"),
            Self::CodeLengths => f.write_str("code lengths are not a Huffman code"),
            Self::Symbol => f.write_str("code for an undefined symbol"),
            Self::Distance { distance, written } => {
                write!(
                    f,
                    "match starts {distance} bytes back, after only {written} bytes"
                )
            }
        }
    }
}
