//! What an edit removes or changes.

use alloc::string::String;
use core::fmt;

/// One setting that an edit takes away, gives another value, or puts elsewhere.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Change {
    /// The setting's line before, from 1; 0 where the format's reader does not tell.
    pub line: u32,
    /// The part of the file that it stood in.
    pub place: String,
    /// Its name; empty for a line that is no setting.
    pub setting: String,
    /// Its value before, or the line.
    pub before: String,
    /// Its value afterwards; `None` where it is gone from that place.
    pub after: Option<String>,
    /// Whether the same setting with the same value is there afterwards all the same:
    /// once less, in another place of the file or in another file, in a command, or in
    /// another order.
    pub moved: bool,
}

impl fmt::Display for Change {
    /// One line for people.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line > 0 {
            write!(f, "line {}: ", self.line)?;
        }
        match (self.setting.is_empty(), self.before.is_empty()) {
            (true, _) => write!(f, "\"{}\"", self.before)?,
            (false, true) => f.write_str(&self.setting)?,
            (false, false) => write!(f, "{}={}", self.setting, self.before)?,
        }
        if !self.place.is_empty() {
            write!(f, " of {}", self.place)?;
        }
        match (&self.after, self.moved) {
            (_, true) => f.write_str(" moves"),
            (Some(to), false) => write!(f, " becomes {to}"),
            (None, false) => f.write_str(" goes"),
        }
    }
}
