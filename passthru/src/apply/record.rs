//! Content of a journal: the previous state of the host, and each step.

use std::collections::BTreeMap;

use pci_core::Address;
use serde::{Deserialize, Serialize};

use crate::plan::Plan;

/// The version of the journal's form.
pub(super) const SCHEMA: &str = "passthru-journal/1";

/// The first line of a journal: all facts that finish and undo need.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Header {
    /// The version of this form: `passthru-journal/1`.
    pub schema: String,
    /// The version of the program that wrote it.
    pub program: String,
    /// When, in seconds since 1970-01-01 UTC.
    pub time: u64,
    /// Handling of the commands.
    pub commands: Commands,
    /// The plan.
    pub plan: Plan,
    /// The previous state of each edited file, in order.
    pub files: Vec<Kept>,
    /// The previous state of files that commands change.
    pub command_files: Vec<KeptText>,
}

/// Handling of a plan's commands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Commands {
    /// They run on this machine.
    Run,
    /// They run in the tree, by chroot(8).
    Chroot,
    /// They are only listed: the tree is not a running system.
    List,
}

/// The previous state of an edited file; its text is in the plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Kept {
    /// Its path on the host.
    pub path: String,
    /// The other attributes; `None` if the file did not exist.
    pub before: Option<Attributes>,
    /// Directories that were not there, the outermost first.
    pub directories: Vec<String>,
}

/// The previous state of a file that a command changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct KeptText {
    /// Its path on the host.
    pub path: String,
    /// The other attributes; `None` if the file did not exist.
    pub before: Option<Attributes>,
    /// Its bytes in hex.
    pub bytes: Option<String>,
}

/// Attributes of a file other than its bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Attributes {
    /// Permission bits.
    pub mode: u32,
    /// The owner's number.
    pub uid: u32,
    /// The group's number.
    pub gid: u32,
    /// Extended attributes by name, in hex: SELinux's label, access control lists.
    /// Those that the kernel computes from the bytes (`security.ima`,
    /// `security.evm`) are left out.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub xattrs: BTreeMap<String, String>,
}

/// A completed step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "record", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Record {
    /// Applying starts or continues.
    Applying,
    /// The file is as the plan leaves it.
    Wrote {
        /// Its path.
        path: String,
    },
    /// A command starts.
    Starts {
        /// Its number in the plan, from 0.
        command: usize,
        /// The files that it changes, as they are before it.
        files: Vec<KeptText>,
    },
    /// A command ended.
    Ended {
        /// Its number in the plan, from 0.
        command: usize,
        /// Its exit status; `None` where a signal ended it.
        status: Option<i32>,
        /// The SHA-256 of the files that it changes, as it left them.
        #[serde(default)]
        left: Vec<Option<String>>,
    },
    /// All is done.
    Applied {
        /// The boot in which (`/proc/sys/kernel/random/boot_id`), where the host shows it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        boot: Option<String>,
    },
    /// The function is about to be bound to vfio-pci.
    Binding {
        /// The function.
        address: Address,
        /// The boot in which (`/proc/sys/kernel/random/boot_id`): the next one forgets it.
        boot: String,
    },
    /// The function was released.
    Released {
        /// The function.
        address: Address,
    },
    /// The plan was kept with `passthru keep`.
    Kept,
    /// Undoing starts or continues.
    Undoing {
        /// Files whose later changes are overwritten.
        overwrite: Vec<String>,
    },
    /// An undo of a command was tried.
    TookBack {
        /// Its number in the plan, from 0.
        command: usize,
        /// The exit status.
        status: Option<i32>,
    },
    /// The file is as it was.
    Restored {
        /// Its path.
        path: String,
    },
    /// All is as it was.
    Undone,
}
