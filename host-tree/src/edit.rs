//! What is to be written: one file's text before and after, and why.

use alloc::string::String;
use alloc::vec::Vec;

use crate::SettingChange;

/// One file as it is and as it should be.
///
/// ```
/// use host_tree::Edit;
/// let edit = Edit::change("/etc/modules", "loop\n", "loop\nvfio_pci\n").because("load vfio-pci");
/// assert!(!edit.is_noop());
/// assert!(Edit::change("/etc/modules", "loop\n", "loop\n").is_noop());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Edit {
    /// The file's path on the host.
    pub path: String,
    /// Its text now; `None` when there is no such file yet.
    pub before: Option<String>,
    /// Its text afterwards.
    pub after: String,
    /// The permission bits that the file must have; `None` keeps those it has.
    pub mode: Option<u32>,
    /// What each part of the change is for, in words.
    pub purposes: Vec<String>,
    /// The text whose settings the edit changes, where that is not `before`: of a copy of
    /// another file, that other file's; of a merge patch, the object.
    #[cfg_attr(feature = "serde", serde(default))]
    pub base: Option<String>,
    /// The settings that the edit removes or changes, all of them; what is new is none.
    #[cfg_attr(feature = "serde", serde(default))]
    pub changes: Vec<SettingChange>,
}

impl Edit {
    /// The permission bits of a new text file: everybody may read it.
    pub const FILE_MODE: u32 = 0o644;
    /// The permission bits of a new script.
    pub const SCRIPT_MODE: u32 = 0o755;

    /// A change of a file that exists.
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

    /// A file that does not exist yet, with [`FILE_MODE`](Self::FILE_MODE).
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

    /// A script that does not exist yet, with [`SCRIPT_MODE`](Self::SCRIPT_MODE).
    pub fn new_script(path: impl Into<String>, after: impl Into<String>) -> Self {
        Self {
            mode: Some(Self::SCRIPT_MODE),
            ..Self::new_file(path, after)
        }
    }

    /// The same edit of a file whose text now is `before`; `None` for a file that does not
    /// exist yet.
    #[must_use]
    pub fn replacing(mut self, before: Option<String>) -> Self {
        self.before = before;
        self
    }

    /// The same edit with one more reason.
    #[must_use]
    pub fn because(mut self, why: impl Into<String>) -> Self {
        self.purposes.push(why.into());
        self
    }

    /// Whether the file already has the text that it should have.
    #[must_use]
    pub fn is_noop(&self) -> bool {
        self.before.as_deref() == Some(self.after.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_new_file_is_no_noop() {
        assert!(!Edit::new_file("/etc/modprobe.d/vfio.conf", "").is_noop());
        assert_eq!(Edit::new_script("/x", "").mode, Some(0o755));
        assert_eq!(Edit::new_file("/x", "").mode, Some(0o644));
        assert_eq!(Edit::change("/x", "", "").mode, None);
    }
}
