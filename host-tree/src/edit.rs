//! An edit: one file's text before and after, with reasons.

use alloc::string::String;
use alloc::vec::Vec;

use crate::SettingChange;

/// An edit of one file: its text before and after, with reasons.
///
/// ```
/// use host_tree::Edit;
/// let edit = Edit::change("/etc/modules", "loop\n", "loop\nvfio_pci\n").with_purpose("load vfio-pci");
/// assert!(!edit.is_noop());
/// assert!(Edit::change("/etc/modules", "loop\n", "loop\n").is_noop());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Edit {
    /// Path of the file on the host.
    pub path: String,
    /// Current text; `None` if the file does not exist.
    pub before: Option<String>,
    /// Text after the edit.
    pub after: String,
    /// Permission bits that the file must have; `None` keeps the current ones.
    pub mode: Option<u32>,
    /// Reason for each change.
    pub purposes: Vec<String>,
    /// The text with which the edit's settings are compared, if that is not `before`: for a copy of
    /// another file, that file's text; for a merge patch, the object.
    #[cfg_attr(feature = "serde", serde(default))]
    pub base: Option<String>,
    /// All settings that the edit removes or changes; new settings are not listed.
    #[cfg_attr(feature = "serde", serde(default))]
    pub changes: Vec<SettingChange>,
}

impl Edit {
    /// Permission bits of a new text file: readable by all users.
    pub const FILE_MODE: u32 = 0o644;
    /// Permission bits of a new script.
    pub const SCRIPT_MODE: u32 = 0o755;

    /// An edit of an existing file.
    pub fn change(
        path: impl Into<String>,
        before: impl Into<String>,
        after: impl Into<String>,
    ) -> Self {
        Self {
            path: path.into(),
            before: Some(before.into()),
            after: after.into(),
            mode: None,
            purposes: Vec::new(),
            base: None,
            changes: Vec::new(),
        }
    }

    /// An edit that creates a file, with [`FILE_MODE`](Self::FILE_MODE).
    pub fn new_file(path: impl Into<String>, after: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            before: None,
            after: after.into(),
            mode: Some(Self::FILE_MODE),
            purposes: Vec::new(),
            base: None,
            changes: Vec::new(),
        }
    }

    /// An edit that creates a script, with [`SCRIPT_MODE`](Self::SCRIPT_MODE).
    pub fn new_script(path: impl Into<String>, after: impl Into<String>) -> Self {
        Self {
            mode: Some(Self::SCRIPT_MODE),
            ..Self::new_file(path, after)
        }
    }

    /// The same edit with `before` as the current text; `None` if the file does not exist.
    #[must_use]
    pub fn replacing(mut self, before: Option<String>) -> Self {
        self.before = before;
        self
    }

    /// Adds a reason.
    #[must_use]
    pub fn with_purpose(mut self, purpose: impl Into<String>) -> Self {
        self.purposes.push(purpose.into());
        self
    }

    /// Whether the file already has the text after the edit.
    #[must_use]
    pub fn is_noop(&self) -> bool {
        self.before.as_deref() == Some(self.after.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_new_file_is_not_a_noop() {
        assert!(!Edit::new_file("/etc/modprobe.d/vfio.conf", "").is_noop());
        assert_eq!(Edit::new_script("/x", "").mode, Some(0o755));
        assert_eq!(Edit::new_file("/x", "").mode, Some(0o644));
        assert_eq!(Edit::change("/x", "", "").mode, None);
    }
}
