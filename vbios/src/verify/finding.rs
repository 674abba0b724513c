//! What is said of a ROM.

use alloc::string::String;

use super::consumer::Consumer;
use super::remedy::RomRemedy;
use super::verdict::RomVerdict;

/// One thing that is said of a ROM for its target.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RomFinding {
    /// The stable name of what was found; [`explain`](super::explain()) tells more.
    pub code: &'static str,
    /// What it means.
    pub verdict: RomVerdict,
    /// Whom it concerns; `None` where it concerns all.
    pub consumer: Option<Consumer>,
    /// Where it is, in bytes from the start of the file; `None` for what is of no
    /// place.
    pub offset: Option<usize>,
    /// One sentence, with the values of this ROM.
    pub title: String,
    /// What to do, where there is something to do.
    pub remedy: Option<RomRemedy>,
}
