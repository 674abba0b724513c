//! An IOMMU group, and a device's group membership.

use std::collections::BTreeMap;

use host_tree::Evidence;
use pci_core::Address;

/// An IOMMU group: the smallest set of devices that the IOMMU isolates from all others. All members
/// are assigned to the same guest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Group {
    /// Its members, each with the lines that prove it.
    pub members: BTreeMap<Address, Vec<Evidence>>,
    /// Members that are not PCI functions, such as `AMDI0020:00`.
    pub others: BTreeMap<String, Evidence>,
    /// Type of its default domain, as in `/sys/kernel/iommu_groups/N/type`: `DMA`, `DMA-FQ`,
    /// `identity` or another (Documentation/ABI/testing/sysfs-kernel-iommu_groups of Linux).
    pub domain_type: Option<String>,
    /// Reserved regions of the address space of its devices.
    pub reserved: Vec<ReservedRegion>,
    /// Evidence that VFIO created the group in its no-IOMMU mode: its function accesses memory
    /// without translation ([`GroupMode::NoIommu`](crate::vfio::GroupMode::NoIommu)).
    pub no_iommu: Option<Evidence>,
    /// Whether all members are known.
    pub completeness: Completeness,
}

/// Whether a listing is complete.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Completeness {
    /// There may be more.
    #[default]
    MayHaveMore,
    /// The listing is complete.
    Whole,
}

/// A line of `/sys/kernel/iommu_groups/N/reserved_regions`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReservedRegion {
    /// First address.
    pub first: u64,
    /// Last address.
    pub last: u64,
    /// Purpose of the region.
    pub kind: RegionKind,
    /// The line.
    pub evidence: Evidence,
}

/// Type of a reserved region (`iommu_group_resv_type_string`, drivers/iommu/iommu.c).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RegionKind {
    /// Mapped 1:1 for the firmware (RMRR); VFIO refuses the device.
    Direct,
    /// Mapped 1:1 for the firmware; relaxable when the device is assigned.
    DirectRelaxable,
    /// Never mapped.
    Reserved,
    /// Message signaled interrupts.
    Msi,
    /// Another type.
    Other,
}

impl ReservedRegion {
    /// Parses `0x00000000fee00000 0x00000000feefffff msi`.
    pub(crate) fn read(line: &str, evidence: Evidence) -> Option<Self> {
        let mut words = line.split_whitespace();
        let mut address = || {
            let digits = words.next()?.strip_prefix("0x")?;
            u64::from_str_radix(digits, 16).ok()
        };
        let (first, last) = (address()?, address()?);
        Some(Self {
            first,
            last,
            kind: match words.next()? {
                "direct" => RegionKind::Direct,
                "direct-relaxable" => RegionKind::DirectRelaxable,
                "reserved" => RegionKind::Reserved,
                "msi" => RegionKind::Msi,
                _ => RegionKind::Other,
            },
            evidence,
        })
    }
}

/// One source's statement that a device is in a group.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Claim {
    /// Group number.
    pub group: u32,
    /// The line that proves it.
    pub evidence: Evidence,
}

/// The group of a device.
///
/// ```
/// use iommu::{Groups, KernelLog, Membership};
/// let log = KernelLog::parse("dmesg", "[    0.536462] pci 0000:01:00.0: Adding to iommu group 17\n");
/// let mut groups = Groups::default();
/// groups.add_log(&log);
/// assert_eq!(groups.group_of("01:00.0".parse()?), Membership::In(17));
/// // The log may be incomplete: a function that is not in it may still be in a group.
/// assert_eq!(groups.group_of("02:00.0".parse()?), Membership::NotShown);
/// # Ok::<(), pci_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Membership {
    /// In this group.
    In(u32),
    /// Sources name different groups, or one says that the device is in none: they are of different
    /// boots or hosts.
    Disputed(Vec<Claim>),
    /// In no group: the IOMMU does not cover the device.
    InNone(Evidence),
    /// Not in the input.
    NotShown,
}

impl Membership {
    /// The group number, if known.
    #[must_use]
    pub const fn number(&self) -> Option<u32> {
        match self {
            Self::In(number) => Some(*number),
            Self::Disputed(_) | Self::InNone(_) | Self::NotShown => None,
        }
    }
}
