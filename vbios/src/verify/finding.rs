//! Findings about a ROM.

use alloc::string::String;

use super::consumer::Consumer;
use super::remedy::RomRemedy;
use super::verdict::RomVerdict;

/// A finding about a ROM for its target.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RomFinding {
    /// Stable code; see [`explain`](super::explain()).
    pub code: &'static str,
    /// Verdict.
    pub verdict: RomVerdict,
    /// The affected consumer; `None` for all.
    pub consumer: Option<Consumer>,
    /// Offset in the file, in bytes; `None` if it has none.
    pub offset: Option<usize>,
    /// One sentence, with the values of this ROM.
    pub title: String,
    /// Remedy, if there is one.
    pub remedy: Option<RomRemedy>,
    /// Command for the remedy, if there is one. FILE is the ROM and NEW the output file, unless
    /// [`RomReport::name_files`](super::RomReport::name_files) named them.
    pub command: Option<String>,
}
