//! The answers of a tree.

use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use crate::Evidence;

/// The reason in [`Lookup::Unreadable`] if the system denies permission.
#[cfg(feature = "std")]
pub const DENIED: &str = "permission denied";
pub(super) const IS_DIRECTORY: &str = "is a directory";
pub(super) const NO_DIRECTORY: &str = "not a directory";
pub(super) const NO_LINK: &str = "not a symbolic link";
#[cfg(feature = "std")]
pub(super) const NO_FILE: &str = "not a regular file";

/// A tree's answer for one path.
///
/// ```
/// use host_tree::{HostTree, Lookup, MemoryTree};
/// let mut post = MemoryTree::partial(); // the text of a post
/// post.insert_file("/proc/cmdline", "quiet amd_iommu=on\n");
/// post.insert_absent("/etc/modprobe.d/vfio.conf"); // cat: ...: No such file or directory
/// let cmdline = post.read_text("/proc/cmdline").map(|text| text.trim_end().to_string());
/// assert_eq!(cmdline.found().as_deref(), Some("quiet amd_iommu=on"));
/// assert!(post.read("/etc/modprobe.d/vfio.conf").is_absent());
/// // Not in the post: the file may exist.
/// assert_eq!(post.read("/etc/modules"), Lookup::NotShown);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Lookup<T> {
    /// The content.
    Found(T),
    /// The path does not exist on the host.
    Absent,
    /// Not in the input: the tree includes only part of the host.
    NotShown,
    /// The read failed, with the reason. The path may or may not exist: a parent directory may be
    /// unreadable.
    Unreadable(Box<str>),
}

impl<T> Lookup<T> {
    /// The value, if found.
    pub fn found(self) -> Option<T> {
        match self {
            Self::Found(value) => Some(value),
            Self::Absent | Self::NotShown | Self::Unreadable(_) => None,
        }
    }

    /// Applies `change` to a found value; other answers are unchanged.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Lookup<U> {
        match self {
            Self::Found(value) => Lookup::Found(change(value)),
            Self::Absent => Lookup::Absent,
            Self::NotShown => Lookup::NotShown,
            Self::Unreadable(reason) => Lookup::Unreadable(reason),
        }
    }

    /// A found value with evidence: `text` of the value at `path`. Other answers are unchanged,
    /// without evidence.
    ///
    /// ```
    /// use host_tree::{HostTree, Lookup, MemoryTree};
    /// let mut host = MemoryTree::partial();
    /// let path = "/sys/bus/pci/devices/0000:01:00.0/driver";
    /// host.insert_unreadable(path, "permission denied");
    /// let driver = host.read_link(path).shown(path, String::clone);
    /// assert_eq!(driver, Lookup::Unreadable("permission denied".into()));
    /// ```
    pub fn shown<S: Into<String>>(
        self,
        path: impl Into<String>,
        text: impl FnOnce(&T) -> S,
    ) -> Lookup<(T, Evidence)> {
        self.map(|value| {
            let evidence = Evidence::of_path(path, text(&value));
            (value, evidence)
        })
    }

    /// The evidence that `path` does not exist on the host; `None` unless that is certain.
    #[must_use]
    pub fn absence(&self, path: &str) -> Option<Evidence> {
        self.is_absent()
            .then(|| Evidence::of_path(path, "does not exist"))
    }

    /// Whether the path certainly does not exist on the host.
    #[must_use]
    pub const fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }
}

/// The names in a directory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Listing {
    /// The names, sorted bytewise, without `.` and `..`.
    pub names: Vec<String>,
    /// Whether the list is complete.
    pub complete: bool,
}

impl Listing {
    /// The names, each with the evidence that `directory` lists it.
    pub fn entries(&self, directory: &str) -> impl Iterator<Item = (&str, Evidence)> {
        self.names.iter().map(move |name| {
            let evidence = Evidence::of_path(format!("{directory}/{name}"), name);
            (name.as_str(), evidence)
        })
    }

    /// The evidence that `directory` lists `name`; `None` if it does not.
    #[must_use]
    pub fn entry(&self, directory: &str, name: &str) -> Option<Evidence> {
        let mut entries = self.entries(directory);
        entries.find_map(|(known, evidence)| (known == name).then_some(evidence))
    }
}

/// A command's output or a pasted text, stored in the tree.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct CommandText {
    /// The command line (`lspci -nnk -s 01:00.0`) or, for a pasted text, its name.
    pub command: String,
    /// The output, or the text.
    pub text: String,
    /// Whether the text is a program's output alone, as in a capture: without prose and without
    /// typed commands, which a pasted text may have.
    pub is_output: bool,
}

impl CommandText {
    /// A pasted text with its name, or one that may have prose and typed commands.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            command: name.into(),
            text: text.into(),
            is_output: false,
        }
    }

    /// The output of a command.
    pub fn output(command: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            is_output: true,
            ..Self::new(command, text)
        }
    }
}

/// Bytes as text; bytes that are not UTF-8 become U+FFFD.
pub(super) fn text(bytes: Vec<u8>) -> String {
    match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
    }
}
