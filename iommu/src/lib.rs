//! IOMMU groups from every source, the state of the IOMMU, and what must be passed
//! through together.
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
//! assert_eq!(found.power, IommuStatus::On);
//! # Ok::<(), pci_core::Error>(())
//! ```
//!
//! Each answer names the lines that prove it, and says "unknown" where the sources
//! do not show it.
//!
//! | you have | you call | and get |
//! | --- | --- | --- |
//! | the kernel's log | [`KernelLog::parse`], [`facts`] | what each line means |
//! | log, tree, kernel options | [`state`], [`interrupt_remapping`] | whether the IOMMU is on, whether interrupts are remapped |
//! | a host's `/sys` | [`Groups::add_tree`] | the groups as they are |
//! | `ls` or `find` of `/sys/kernel/iommu_groups` | [`Groups::add_listing`] | the same |
//! | a group's functions and their drivers | [`viability()`] | whether a guest can have it, and who blocks it |
//! | configuration space of all functions | [`predict::Function::read_all`], [`predict::predict()`] | the groups that Linux will form, and why |
//! | that, and a card more or another port | [`predict::Machine`] | the groups that there would be |
//! | a function and the topology | [`reset::bus_reset`], [`reset::reset_report`] | how it can be reset, and what goes along |
//! | `/sys/firmware/acpi/tables/DMAR` or `IVRS` | [`acpi::Dmar::parse`], [`acpi::Ivrs::parse`] | what the firmware says of its IOMMUs |
//! | a card's memory BARs | [`mmio::MmioNeed::of`] | how large a guest's window must be |
//! | a host that runs | [`vfio::Nodes::read`], [`vfio::holders`] | by which nodes programs get functions, and who has them open |
//! | a group, and a guest about to start | [`vfio::VfioRefusal::foretell`] | what QEMU would say |
//!
//! # The words
//!
//! | word | what it is |
//! | --- | --- |
//! | IOMMU | what stands between devices and memory: it lets a device reach only what was mapped for it. Intel's is VT-d, AMD's AMD-Vi |
//! | requester ID | by what it knows the device that asks: bus, device and function number |
//! | group | functions that it cannot keep apart: one can ask in another's name, or reach it without asking. A guest gets all of a group or nothing |
//! | ACS | what switches and root ports need so that neighbours cannot reach each other past the IOMMU: without it groups are large |
//! | domain | the mappings of one guest, or of the host, which devices are put into |
//! | passthrough mode (`iommu=pt`) | the host's own devices reach all memory; those of guests do not |
//! | interrupt remapping | the same for interrupts: without it a device could send any |
//! | reserved region | memory that the firmware keeps mapped for a device (RMRR): VFIO may refuse the device |
//! | VFIO, iommufd | the kernel's interfaces by which a program, such as QEMU, gets a function |
//! | viable | said of a group whose members have no driver that uses them for the host |
//! | FLR, bus reset | ways to make a device as new for its next guest: by itself, or with all that is on its bus |

pub mod acpi;
mod command;
mod enumerated;
mod error;
mod facts;
mod group;
mod groups;
mod listed;
mod listed_member;
mod log;
mod log_line;
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
pub use groups::Groups;
pub use listed::listed_members;
pub use log::KernelLog;
pub use meaning::{LogLineKind, Meaning, Vendor, fits, meanings};
pub use option::OptionWord;
pub use remapping::{Remapping, RemappingState, interrupt_remapping};
pub use state::{IommuState, IommuStatus, state};
pub use viability::{Driver, GroupVerdict, Member, MemberKind, MemberState, Viability, viability};

pub use crate::listed_member::ListedMember;
pub use crate::log_line::LogLine;
