//! What an edit of a configuration gives, and why it may not.

use super::hostpci::HostPciError;
use super::property::PropertyError;
use super::vm_config::{KeyError, ValueError};
use super::vm_id::VmId;
use crate::emitted::Versions;

/// What passes the functions: the new text and what a text cannot do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PassPlan {
    /// The configuration after the edit; `None` where none was shown.
    pub text: Option<String>,
    /// What was changed in it and why, in the order of the changes.
    pub changes: Vec<Change>,
    /// Commands to run on the node, each an argument vector.
    pub commands: Vec<Vec<String>>,
    /// What a person has to decide or do.
    pub manual: Vec<ManualStep>,
    /// What a person should know.
    pub notes: Vec<Note>,
}

/// One changed key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The line as it is now, `machine: q35`, or `delete KEY`.
    pub what: String,
    /// Why.
    pub why: String,
    /// The versions in which it holds, where not in all that are kept up.
    pub versions: Option<Versions>,
}

/// What cannot be decided from the configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ManualStep {
    /// OVMF needs a disk for its variables, and no disk of the machine shows on
    /// which storage: `qm set ID --efidisk0 STORAGE:1,efitype=4m,pre-enrolled-keys=0`.
    ChooseEfiDiskStorage(VmId),
}

/// What the edit leaves to be known.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Note {
    /// No `machine` was set, so the guest had an i440fx; with q35 its hardware
    /// changes. Windows may ask for activation and lose its network settings.
    WindowsHardwareChanges,
    /// `machine` asks for an i440fx, which is kept: the functions come as
    /// conventional PCI, without `pcie=1`.
    KeptI440fx {
        /// The line of `machine`, from 1.
        line: u32,
    },
    /// No `bios` was set, so the guest had SeaBIOS; a system that was installed
    /// under it does not start under OVMF.
    FirmwareChanges,
    /// `bios` names another firmware than the one that is wanted, and is kept.
    KeptBios {
        /// The line of `bios`, from 1.
        line: u32,
    },
    /// The configuration was not shown: the commands replace what the machine has
    /// under their keys, and may change an installed guest's hardware and firmware.
    ConfigNotShown,
    /// `args` has another `-cpu`, which replaces all that the `cpu` key says, and it
    /// does not hide what was asked to be hidden.
    ArgsReplaceCpu {
        /// The line of `args`, from 1.
        line: u32,
    },
    /// `args` has a shared memory for Looking Glass, or a window for BARs above
    /// 4 GiB, of another size, and it is written so that it was left alone.
    ArgsKept {
        /// The line of `args`, from 1.
        line: u32,
        /// What was asked for.
        wanted: String,
    },
    /// `args` would have to have this, and the configuration is not shown.
    ArgsNotShown {
        /// What was asked for.
        wanted: String,
    },
    /// Memory is no multiple of the huge page's size: the guest does not start
    /// (`PVE::QemuServer::Memory`, `hugepages_size`).
    MemoryIsNoMultiple {
        /// The line of `memory`, from 1.
        line: u32,
        /// The size of a huge page, in MiB.
        page: u32,
    },
    /// `[PENDING]` sets or deletes a key that was edited: at the next start it
    /// wins over the edit.
    PendingOverrides {
        /// The key.
        key: String,
        /// The line in `[PENDING]`, from 1.
        line: u32,
    },
}

/// Why the functions cannot be passed by an edit.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PassError {
    /// A task holds the machine.
    #[error("expected no lock, found {lock} on line {line}")]
    Locked {
        /// The lock's name.
        lock: String,
        /// Its line, from 1.
        line: u32,
    },
    /// An existing `hostpciN` cannot be read, so what it passes is not known.
    #[error("{key} on line {line}: {error}")]
    BadHostPci {
        /// The key.
        key: String,
        /// Its line, from 1.
        line: u32,
        /// Why it cannot be read.
        error: HostPciError,
    },
    /// `cpu` cannot be read, so nothing can be added to it.
    #[error("cpu on line {line}: {error}")]
    BadCpu {
        /// Its line, from 1.
        line: u32,
        /// Why it cannot be read.
        error: PropertyError,
    },
    /// All sixteen entries are taken.
    #[error("expected a free entry from hostpci0 to hostpci15, found none")]
    NoFreeIndex,
    /// What was to be written is no key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// What was to be written is no value.
    #[error(transparent)]
    Value(#[from] ValueError),
}
