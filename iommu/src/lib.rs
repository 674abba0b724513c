//! IOMMU groups, the state of the IOMMU, group viability and resets of a Linux host.
//!
//! ```
//! use iommu::{Groups, KernelLog, IommuStatus, facts, state};
//! use host_tree::MemoryTree;
//! let log = KernelLog::parse(
//!     "dmesg | grep -i iommu",
//!     "[    0.536462] pci 0000:01:00.0: Adding to iommu group 17\n",
//! );
//! let mut groups = Groups::default();
//! groups.add_log(&log);
//! assert_eq!(groups.group_of("01:00.0".parse()?).number(), Some(17));
//! let found = state(&MemoryTree::partial(), &facts(&log), &[]);
//! assert_eq!(found.status, IommuStatus::Enabled);
//! # Ok::<(), pci_core::Error>(())
//! ```
//!
//! Each answer has the lines that prove it, or is `Unknown` if the input lacks them.
//!
//! | input | function | result |
//! | --- | --- | --- |
//! | kernel log | [`KernelLog::parse`], [`facts`] | the meaning of each line |
//! | log, tree, kernel options | [`state`], [`interrupt_remapping`] | whether the IOMMU and interrupt remapping are enabled |
//! | a host's `/sys` | [`Groups::add_tree`] | its IOMMU groups |
//! | `ls` or `find` of `/sys/kernel/iommu_groups` | [`Groups::add_listing`] | its IOMMU groups |
//! | members of a group and their drivers | [`viability()`] | whether the group is viable, and the members that block it |
//! | configuration space of all functions | [`predict::Function::read_all`], [`predict::predict()`] | the groups that Linux will form, with reasons |
//! | the same, with a card or port added or moved | [`predict::Machine`] | the groups after the change |
//! | a function and the topology | [`reset::bus_reset`], [`reset::reset_report`] | its reset methods, and the functions that a bus reset also resets |
//! | `/sys/firmware/acpi/tables/DMAR` or `IVRS` | [`acpi::Dmar::parse`], [`acpi::Ivrs::parse`] | the firmware's description of its IOMMUs |
//! | a card's memory BARs | [`mmio::MmioNeed::of`] | the size of the guest's 64-bit MMIO window |
//! | a running host | [`vfio::Nodes::read`], [`vfio::node_users`] | VFIO device nodes, and the processes that have them open |
//! | a group and a guest to start | [`vfio::VfioOpenError::predict_error`] | the error that QEMU would report |
//!
//! # Terms
//!
//! | term | meaning |
//! | --- | --- |
//! | IOMMU | hardware that translates and restricts the memory accesses of devices: Intel VT-d, AMD-Vi, Arm SMMU |
//! | requester ID | bus, device and function number in each DMA request, by which the IOMMU identifies the device |
//! | IOMMU group | devices that the IOMMU cannot isolate from each other (shared requester ID, or peer-to-peer DMA); all are assigned to the same guest |
//! | ACS | Access Control Services of switches and root ports, which force peer-to-peer requests through the IOMMU; without it groups are large |
//! | domain | the I/O address space of a guest or of the host, to which devices are attached |
//! | passthrough mode (`iommu=pt`) | identity mapping for the host's own devices; those of guests are still translated |
//! | interrupt remapping | the same isolation for interrupts: without it a device can inject any interrupt |
//! | reserved region | memory that the firmware keeps mapped for a device (RMRR): VFIO may refuse the device |
//! | VFIO, iommufd | the kernel's interfaces through which a program such as QEMU accesses a function |
//! | viable | said of a group without a member bound to a host driver |
//! | FLR, bus reset | resets of one function, and of all functions on a bus |

pub mod acpi;
mod command;
mod enumerated;
mod error;
mod facts;
mod function_link;
mod group;
mod group_of_function;
mod groups;
mod listed;
mod listed_member;
mod log;
mod log_line;
mod ls_row;
mod meaning;
pub mod mmio;
mod option;
mod order;
pub mod predict;
mod remapping;
pub mod reset;
mod stamp;
mod state;
mod sysfs;
pub mod vfio;
mod viability;

pub use command::LogCommand;
pub use error::{Error, ErrorKind, Result};
pub use facts::{DefaultDomain, DomainKind, LogFact, default_domain, facts};
pub use group::{Claim, Completeness, Group, Membership, RegionKind, ReservedRegion};
pub use group_of_function::{GroupOfFunction, groups_of_functions};
pub use groups::Groups;
pub use listed::listed_members;
pub use log::KernelLog;
pub use meaning::{LogLineKind, Meaning, Vendor, fits, meanings};
pub use option::OptionWord;
pub use remapping::{Remapping, RemappingState, interrupt_remapping};
pub use state::{IommuState, IommuStatus, state};
pub use viability::{
    Driver, GroupVerdict, Member, MemberKind, MemberState, Viability, is_vfio_driver, viability,
};

pub use crate::listed_member::ListedMember;
pub use crate::log_line::LogLine;
