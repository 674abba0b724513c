//! What an edit of a configuration gives, and why it may not.

use pci_core::Address;

use super::hostpci::{HostPciError, MappingId};
use super::huge_pages::HugePagesFault;
use super::property::PropertyError;
use super::vm_config::{KeyError, ValueError};
use super::vm_id::VmId;
use crate::emitted::Versions;

/// What passes the functions: the new text and what a text cannot do.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
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
    /// The machine becomes another one, as was asked for: a Windows guest finds other
    /// hardware, and may ask for activation and lose its network settings.
    WindowsHardwareChanges,
    /// The firmware becomes another one, as was asked for; a system that was installed
    /// under the other does not start under it.
    FirmwareChanges,
    /// The processor's model is one of the person's own, and may be one of 32 bits, which
    /// OVMF does not start on.
    CustomCpu {
        /// The line of `cpu`, from 1.
        line: u32,
        /// The model: `custom-NAME`.
        model: String,
    },
    /// The machine is an i440fx, and stays one: the functions come as conventional PCI,
    /// without a PCI Express link.
    I440fx {
        /// The line of `machine`, from 1; `None` where it is Proxmox VE's default.
        line: Option<u32>,
    },
    /// SeaBIOS starts the guest, and goes on to: a card starts by the x86 image of its ROM.
    SeaBios {
        /// The line of `bios`, from 1; `None` where it is Proxmox VE's default.
        line: Option<u32>,
    },
    /// An entry passes what a mapping names, and the mapping is not shown: where that is a
    /// function of the plan, the guest does not start.
    MappingNotShown {
        /// The entry's line, from 1.
        line: u32,
        /// The mapping.
        mapping: MappingId,
    },
    /// How much memory the machine has is not shown: with such huge pages it does not start
    /// unless that is a multiple of them.
    MemoryNotShown {
        /// The size of a huge page, in MiB.
        page: u32,
    },
    /// Each socket's memory comes from a node of the host, which has to have as many.
    NeedsHostNodes {
        /// How many nodes.
        count: u32,
    },
    /// The configuration was not shown: the commands replace what the machine has
    /// under their keys.
    ConfigNotShown,
    /// `cpu` would have to have this, and the configuration is not shown.
    CpuNotShown {
        /// What was asked for.
        wanted: String,
    },
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
    /// The guest is a template, which no command starts.
    #[error(
        "expected a guest that can be started, found a template on line {line}: clone it (qm \
         clone) and plan for the clone"
    )]
    Template {
        /// The line of `template`, from 1.
        line: u32,
    },
    /// An entry makes a mediated device of the function, which the host's driver has to
    /// keep for that.
    #[error(
        "{key} on line {line} passes a mediated device of {address}: remove the entry to pass \
         the function itself"
    )]
    Mediated {
        /// The key.
        key: String,
        /// Its line, from 1.
        line: u32,
        /// The function.
        address: Address,
    },
    /// An entry passes the function or another one, whichever of its mapping's answers is
    /// free at the start.
    #[error(
        "{key} on line {line} passes {address} or another function of its mapping, whichever is \
         free when the guest starts: remove the entry, or leave one function in the mapping"
    )]
    MappingMayPass {
        /// The key.
        key: String,
        /// Its line, from 1.
        line: u32,
        /// The function.
        address: Address,
    },
    /// A ROM file, the first screen or other ids are asked for a function that an entry
    /// passes after another one.
    #[error(
        "{key} on line {line} passes {address} after another function, and the options of an \
         entry are for its first function alone: move {address} to an entry of its own"
    )]
    NotFirst {
        /// The key.
        key: String,
        /// Its line, from 1.
        line: u32,
        /// The function.
        address: Address,
    },
    /// `legacy-igd` is for an i440fx whose first screen is emulated.
    #[error("expected no legacy-igd beside {wanted}, found it in {key} on line {line}")]
    LegacyIgd {
        /// The key.
        key: String,
        /// Its line, from 1.
        line: u32,
        /// What was asked for.
        wanted: &'static str,
    },
    /// Guests of aarch64 do not have it.
    #[error("expected an x86-64 guest for {wanted}, found aarch64 on line {line}")]
    NotX86 {
        /// The line that says so, from 1.
        line: u32,
        /// What was asked for.
        wanted: &'static str,
    },
    /// OVMF does not start on a processor of 32 bits.
    #[error("expected a 64-bit processor for OVMF, found {model} on line {line}")]
    ThirtyTwoBit {
        /// The line of `cpu`, from 1.
        line: u32,
        /// The processor's model.
        model: String,
    },
    /// `machine` cannot be read, so its type cannot be changed.
    #[error("machine on line {line}: {error}")]
    BadMachine {
        /// Its line, from 1.
        line: u32,
        /// Why it cannot be read.
        error: PropertyError,
    },
    /// Intel's IOMMU for the guest is one of q35.
    #[error("expected no viommu=intel for an i440fx, found it on line {line}")]
    IntelViommu {
        /// The line of `machine`, from 1.
        line: u32,
    },
    /// The guest does not start with the huge pages that were asked for.
    #[error("line {line}: {error}")]
    HugePages {
        /// The line to look at, from 1.
        line: u32,
        /// Why it does not.
        error: HugePagesFault,
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
