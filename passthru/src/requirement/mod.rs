//! Requirements: the conditions of a host under which a guest can have a function.
//!
//! Each requirement is defined once and used three times. The doctor evaluates it and reports its
//! state, a plan applies the [changes](Requirement::changes) of those that are not met, and
//! `verify` evaluates them again after the reboot.
//!
//! ```
//! use passthru::Host;
//! use passthru::requirement::{Requirement, State};
//! use host_tree::MemoryTree;
//! let mut tree = MemoryTree::partial();
//! tree.insert_text("dmesg", "[    0.536462] pci 0000:03:00.0: Adding to iommu group 17\n");
//! let host = Host::read(&tree);
//! assert_eq!(Requirement::IommuEnabled.evaluate(&host).state, State::Met);
//! let group = Requirement::InGroup { address: "03:00.0".parse()? };
//! assert_eq!(group.evaluate(&host).sentence, "03:00.0 is in IOMMU group 17");
//! # Ok::<(), pci_core::Error>(())
//! ```

mod change;
mod driver;
mod framebuffer;
mod group;
mod host_use;
mod hyper_v;
mod interrupt_remapping;
mod iommu;
mod kernel_option;

pub use change::{Change, GuestOption, WholeLine};
use host_tree::Evidence;
pub(crate) use host_use::{Use, look_at, not_shown, open_use, unknown_storage};
pub(crate) use iommu::{keep_option, lost_option};
use pci_core::{Address, PciId};
use serde::{Deserialize, Serialize};

use crate::host::{Device, Host};
use crate::text::Text;
use crate::verdict::Verdict;

/// A condition of a host that can be evaluated.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Requirement {
    /// The kernel uses the IOMMU.
    IommuEnabled,
    /// The IOMMU remaps interrupts.
    InterruptRemapping,
    /// The function is in an IOMMU group.
    InGroup {
        /// The function.
        address: Address,
    },
    /// The function's IOMMU group has no other members than these, bridges excepted.
    GroupMembers {
        /// The function.
        address: Address,
        /// All functions that may be in the group, with the function itself.
        members: Vec<Address>,
    },
    /// The function's IOMMU group is viable: no member of it is with a driver of the host.
    GroupViable {
        /// The function.
        address: Address,
    },
    /// The running kernel has this option.
    KernelOption {
        /// The option as it is written: `intel_iommu=on`.
        option: String,
    },
    /// No boot framebuffer (`BOOTFB`, `efifb`, `simplefb`) is in the memory of this
    /// function.
    NoBootFramebuffer {
        /// The function.
        address: Address,
    },
    /// This driver has the function.
    Driver {
        /// The function.
        address: Address,
        /// The driver's name, as in sysfs.
        driver: String,
    },
    /// A driver of the host has the function.
    HostDriver {
        /// The function.
        address: Address,
    },
    /// The host uses no file system and no network of the function.
    NotInUse {
        /// The function.
        address: Address,
    },
    /// Hyper-V has assigned the function to this VM.
    AssignedToVm {
        /// The function.
        address: Address,
        /// Its IDs.
        id: PciId,
        /// The VM's name.
        vm: String,
        /// Windows' location path of the function, where it was in the input.
        location_path: Option<String>,
    },
    /// A driver for guests has the function: `vfio-pci`, Xen's `pciback`, bhyve's `ppt`; on
    /// ESXi passthrough is enabled for the function.
    AssignmentDriver {
        /// The function.
        address: Address,
    },
}

/// Whether a requirement is met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum State {
    /// The input shows that it is met.
    Met,
    /// The input shows that it is not met.
    Unmet,
    /// The input does not show it.
    Unknown,
}

impl State {
    /// The verdict of a check with this state.
    #[must_use]
    pub const fn verdict(self) -> Verdict {
        match self {
            Self::Met => Verdict::Ok,
            Self::Unmet => Verdict::Blocker,
            Self::Unknown => Verdict::Unknown,
        }
    }
}

/// The state of a requirement on a host.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Evaluation {
    /// Its state.
    pub state: State,
    /// The state as one sentence.
    pub sentence: Text,
    /// The lines that prove the state; for [`State::Unknown`] related lines, or none.
    pub evidence: Vec<Evidence>,
}

impl Evaluation {
    pub(crate) fn met(sentence: Text, evidence: impl IntoIterator<Item = Evidence>) -> Self {
        Self::new(State::Met, sentence, evidence)
    }

    pub(crate) fn unmet(sentence: Text, evidence: impl IntoIterator<Item = Evidence>) -> Self {
        Self::new(State::Unmet, sentence, evidence)
    }

    pub(crate) fn unknown(sentence: Text) -> Self {
        Self::new(State::Unknown, sentence, [])
    }

    fn new(state: State, sentence: Text, evidence: impl IntoIterator<Item = Evidence>) -> Self {
        Self {
            state,
            sentence,
            evidence: evidence.into_iter().collect(),
        }
    }
}

impl Requirement {
    /// Returns the requirements on the host for assigning these functions, each before those that
    /// depend on it.
    #[must_use]
    pub(crate) fn for_assignment(host: &Host, functions: &[&Device]) -> Vec<Self> {
        let mut all = Vec::new();
        let each = || functions.iter().map(|device| device.address);
        if host.without_groups().is_none() {
            all.extend([Self::IommuEnabled, Self::InterruptRemapping]);
            all.extend(each().map(|address| Self::InGroup { address }));
            all.extend(each().map(|address| Self::GroupViable { address }));
        }
        let displays = functions.iter().filter(|device| device.is_display());
        all.extend(displays.map(|device| Self::NoBootFramebuffer {
            address: device.address,
        }));
        let used = functions.iter().filter(|device| Use::of(device).is_some());
        all.extend(used.map(|device| Self::NotInUse {
            address: device.address,
        }));
        all.extend(each().map(|address| Self::AssignmentDriver { address }));
        all
    }

    /// Whether the requirement is met on `host`.
    #[must_use]
    pub fn evaluate(&self, host: &Host) -> Evaluation {
        match self {
            Self::IommuEnabled => iommu::evaluate(host),
            Self::InterruptRemapping => interrupt_remapping::evaluate(host),
            Self::InGroup { address } => group::contains(host, *address),
            Self::GroupMembers { address, members } => group::has_only(host, *address, members),
            Self::GroupViable { address } => group::is_viable(host, *address),
            Self::KernelOption { option } => kernel_option::evaluate(host, option),
            Self::NoBootFramebuffer { address } => framebuffer::evaluate(host, *address),
            Self::Driver { address, driver } => driver::is(host, *address, driver),
            Self::HostDriver { address } => driver::is_of_host(host, *address),
            Self::NotInUse { address } => host_use::evaluate(host, *address),
            Self::AssignedToVm {
                address,
                id,
                vm,
                location_path,
            } => hyper_v::is_assigned(host, *address, *id, vm, location_path.as_deref()),
            Self::AssignmentDriver { address } => driver::is_of_guests(host, *address),
        }
    }

    /// The changes of the host's configuration that meet the requirement for these functions,
    /// where it is not met. The choice of a driver for a function is the plan's
    /// ([`crate::plan::Method`]).
    #[must_use]
    pub fn changes(&self, host: &Host, functions: &[&Device]) -> Vec<Change> {
        match self {
            Self::IommuEnabled => iommu::changes(host, functions),
            Self::InterruptRemapping => interrupt_remapping::changes(host),
            Self::NoBootFramebuffer { address } => framebuffer::changes(host, *address),
            Self::KernelOption { .. }
            | Self::InGroup { .. }
            | Self::GroupMembers { .. }
            | Self::GroupViable { .. }
            | Self::Driver { .. }
            | Self::HostDriver { .. }
            | Self::NotInUse { .. }
            | Self::AssignedToVm { .. }
            | Self::AssignmentDriver { .. } => Vec::new(),
        }
    }

    /// The function that the requirement is about; `None` for the host.
    #[must_use]
    pub const fn function(&self) -> Option<Address> {
        match self {
            Self::InGroup { address }
            | Self::GroupMembers { address, .. }
            | Self::GroupViable { address }
            | Self::NoBootFramebuffer { address }
            | Self::Driver { address, .. }
            | Self::HostDriver { address }
            | Self::NotInUse { address }
            | Self::AssignedToVm { address, .. }
            | Self::AssignmentDriver { address } => Some(*address),
            Self::IommuEnabled | Self::InterruptRemapping | Self::KernelOption { .. } => None,
        }
    }

    /// The command that shows the state; it changes nothing.
    #[must_use]
    pub fn look(&self) -> Vec<String> {
        let of = |address: &Address, rest: &str| format!("/sys/bus/pci/devices/{address}/{rest}");
        let words: [String; 2] = match self {
            Self::IommuEnabled => ["ls".into(), "/sys/class/iommu".into()],
            Self::InterruptRemapping => return vec!["dmesg".into()],
            Self::InGroup { address }
            | Self::GroupMembers { address, .. }
            | Self::GroupViable { address } => ["ls".into(), of(address, "iommu_group/devices/")],
            Self::KernelOption { .. } => ["cat".into(), "/proc/cmdline".into()],
            Self::NoBootFramebuffer { .. } => ["cat".into(), "/proc/iomem".into()],
            Self::NotInUse { .. } => return host_use::look(),
            Self::AssignedToVm { vm, .. } => return hyper_v::look(vm),
            Self::Driver { address, .. }
            | Self::HostDriver { address }
            | Self::AssignmentDriver { address } => ["readlink".into(), of(address, "driver")],
        };
        words.to_vec()
    }
}
