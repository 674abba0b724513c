//! The result of an edit that assigns devices.

use super::hostpci::MappingId;
use super::vm_id::VmId;
use crate::emitted::Versions;

/// The edit that assigns the functions: the new text, commands and notes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AssignmentPlan {
    /// The configuration after the edit; `None` where none was shown.
    pub text: Option<String>,
    /// The changes and their reasons, in order.
    pub changes: Vec<Change>,
    /// Commands to run on the node, each an argument vector.
    pub commands: Vec<Vec<String>>,
    /// The manual steps and decisions.
    pub manual: Vec<Decision>,
    /// Notes for the user.
    pub notes: Vec<Note>,
}

/// One changed key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The line as it is now, `machine: q35`, or `delete KEY`.
    pub what: String,
    /// Why.
    pub reason: String,
    /// The versions for which it is valid, unless all maintained ones.
    pub versions: Option<Versions>,
}

/// A decision that the configuration does not determine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Decision {
    /// OVMF needs a disk for its variables, and no disk of the machine shows on
    /// which storage: `qm set ID --efidisk0 STORAGE:1,efitype=4m,pre-enrolled-keys=0`.
    ChooseEfiDiskStorage(VmId),
}

/// A note about the edit.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Note {
    /// The machine becomes another one, as was requested: a Windows guest finds other hardware,
    /// and may ask for activation and lose its network settings.
    WindowsHardwareChanges,
    /// The firmware becomes another one, as was requested; a system that was installed under the
    /// other does not start under it.
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
    /// SeaBIOS starts the guest, and stays: a card starts by the x86 image of its ROM.
    SeaBios {
        /// The line of `bios`, from 1; `None` where it is Proxmox VE's default.
        line: Option<u32>,
    },
    /// An entry assigns what a mapping names, and the mapping is not shown: where that is a
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
        /// The number of nodes.
        count: u32,
    },
    /// The configuration was not shown: the commands replace what the machine has
    /// under their keys.
    ConfigNotShown,
    /// `cpu` would have to have this, and the configuration is not shown.
    CpuNotShown {
        /// The request.
        wanted: String,
    },
    /// `args` has another `-cpu`, which replaces all that the `cpu` key says, and it
    /// does not hide what was asked to be hidden.
    ArgsReplaceCpu {
        /// The line of `args`, from 1.
        line: u32,
    },
    /// `args` has a shared memory for Looking Glass, or a window for BARs above 4 GiB, of another
    /// size, and it is written so that it was left alone.
    ArgsKept {
        /// The line of `args`, from 1.
        line: u32,
        /// The request.
        wanted: String,
    },
    /// `args` would have to have this, and the configuration is not shown.
    ArgsNotShown {
        /// The request.
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
