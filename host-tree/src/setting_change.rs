//! A setting that an edit removes or changes.

use alloc::string::String;
use core::fmt;

/// A setting that an edit removes, changes or moves.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct SettingChange {
    /// Line of the setting before the edit, from 1; 0 if the format's reader does not report it.
    pub line: u32,
    /// Section of the file.
    pub place: String,
    /// Name; empty if the line is not a setting.
    pub setting: String,
    /// Value before the edit, or the line.
    pub before: String,
    /// Value after the edit; `None` if the setting is removed from that section.
    pub after: Option<String>,
    /// Whether the same setting with the same value still exists after the edit: fewer times, in
    /// another section or file, in a command, or in another order.
    pub moved: bool,
}

impl SettingChange {
    /// A setting that is removed from a section of the file.
    #[must_use]
    pub fn removed(
        line: u32,
        place: impl Into<String>,
        setting: impl Into<String>,
        before: impl Into<String>,
    ) -> Self {
        Self {
            line,
            place: place.into(),
            setting: setting.into(),
            before: before.into(),
            after: None,
            moved: false,
        }
    }
}

impl fmt::Display for SettingChange {
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
            (Some(to), false) => write!(f, " changes to {to}"),
            (None, false) => f.write_str(" is removed"),
        }
    }
}
