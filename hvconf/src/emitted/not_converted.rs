//! A setting of a VM that another format does not support.

use core::fmt;

use super::feature::Feature;

/// A requested or found setting that is not converted.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct NotConverted {
    /// The setting: a key with its value, an element, a field of the description.
    pub what: String,
    /// The reason, or an alternative.
    pub reason: String,
    /// Its line in the text that was read, from 1.
    pub line: Option<u32>,
    /// The feature of the description; `None` for a setting that no description has.
    pub part: Option<Feature>,
}

/// The reason for a setting that a description does not hold.
pub(crate) const MANUALLY: &str = "set it manually on the target, if it has such a setting";

/// The reason for a mediated device.
pub(crate) const MEDIATED: &str = "a mediated device is not a function of the host";

/// The reason for the functions of a slot that is assigned entirely, where they are unknown.
pub(crate) const UNLISTED: &str = "all functions of the slot are assigned, and the input does not \
    list them: convert again with the output of lspci -nn (--from)";

impl NotConverted {
    /// The setting `what`, which no description holds.
    pub(crate) fn manual(what: impl Into<String>) -> Self {
        Self::new(what, MANUALLY)
    }

    /// The setting `what`, which is not converted because of `why`.
    #[must_use]
    pub fn new(what: impl Into<String>, why: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            reason: why.into(),
            line: None,
            part: None,
        }
    }

    /// The same, for that part of the description.
    #[must_use]
    pub fn of(self, part: Feature) -> Self {
        Self {
            part: Some(part),
            ..self
        }
    }

    /// The same, found on `line`, from 1.
    #[must_use]
    pub fn on_line(self, line: u32) -> Self {
        Self {
            line: Some(line),
            ..self
        }
    }
}

impl fmt::Display for NotConverted {
    /// `what: why`, with the line where it is known.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "line {line}: {}: {}", self.what, self.reason),
            None => write!(f, "{}: {}", self.what, self.reason),
        }
    }
}
