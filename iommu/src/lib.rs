//! IOMMU groups from every source, the state of the IOMMU, and what must be passed
//! through together.
//!
//! ```
//! use iommu::{Groups, KernelLog, Power, facts, state};
//! use pci_core::tree::MemoryTree;
//! let log = KernelLog::parse(
//!     "dmesg | grep -i iommu",
//!     "[    0.536462] pci 0000:01:00.0: Adding to iommu group 17\n",
//! );
//! let mut groups = Groups::default();
//! groups.add_log(&log);
//! assert_eq!(groups.group_of("01:00.0".parse()?).number(), Some(17));
//! let found = state(&MemoryTree::partial(), &facts(&log), &[]);
//! assert_eq!(found.power, Power::On);
//! # Ok::<(), pci_core::AddressError>(())
//! ```
//!
//! Each answer names the lines that prove it, and says "unknown" where the sources
//! do not show it.

pub mod acpi;
mod command;
mod facts;
mod group;
mod groups;
mod listed;
mod log;
mod meaning;
pub mod mmio;
mod option;
pub mod predict;
mod remapping;
pub mod reset;
mod stamp;
mod state;
mod sysfs;
pub mod vfio;
mod viability;

pub use command::LogCommand;
pub use facts::{DefaultDomain, DomainKind, LogFact, default_domain, facts};
pub use group::{Claim, Completeness, Group, Membership, RegionKind, ReservedRegion};
pub use groups::Groups;
pub use listed::{ListedMember, listed_members};
pub use log::{KernelLog, LogLine};
pub use meaning::{Kind, Meaning, Vendor, fits, meanings};
pub use option::KernelOption;
pub use remapping::{Remapping, RemappingState, interrupt_remapping};
pub use state::{Power, State, state};
pub use viability::{Driver, Member, MemberKind, Standing, Verdict, Viability, viability};
