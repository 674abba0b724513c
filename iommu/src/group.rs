//! One IOMMU group, and what a source says of a device's group.

use std::collections::BTreeMap;

use host_tree::Evidence;
use pci_core::Address;

/// The smallest set of devices that the IOMMU can keep apart from all others: what
/// a guest gets one device of, it gets all of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Group {
    /// Its members, each with the lines that say so.
    pub members: BTreeMap<Address, Vec<Evidence>>,
    /// Members that are no PCI functions, such as `AMDI0020:00`.
    pub others: BTreeMap<String, Evidence>,
    /// The type of its default domain: `DMA`, `DMA-FQ`, `identity` or another of
    /// `/sys/kernel/iommu_groups/N/type`
    /// (Documentation/ABI/testing/sysfs-kernel-iommu_groups of Linux).
    pub domain_type: Option<String>,
    /// Addresses that its devices must not use or keep mapped.
    pub reserved: Vec<ReservedRegion>,
    /// What shows that VFIO made the group itself, in its no-IOMMU mode: nothing is
    /// between its function and the memory
    /// ([`GroupMode::NoIommu`](crate::vfio::GroupMode::NoIommu)).
    pub no_iommu: Option<Evidence>,
    /// Whether all members are known.
    pub completeness: Completeness,
}

/// Whether a listing has everything.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Completeness {
    /// There may be more.
    #[default]
    MayHaveMore,
    /// It is all there.
    Whole,
}

/// A line of `/sys/kernel/iommu_groups/N/reserved_regions`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReservedRegion {
    /// Its first address.
    pub first: u64,
    /// Its last address.
    pub last: u64,
    /// What it is kept for.
    pub kind: RegionKind,
    /// The line.
    pub evidence: Evidence,
}

/// What a region is reserved for (`iommu_group_resv_type_string`,
/// drivers/iommu/iommu.c).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RegionKind {
    /// The firmware keeps it mapped (RMRR); VFIO refuses the device.
    Direct,
    /// The firmware keeps it mapped, and need not when a guest takes the device.
    DirectRelaxable,
    /// Never to be mapped.
    Reserved,
    /// Message signalled interrupts.
    Msi,
    /// Another word.
    Other,
}

impl ReservedRegion {
    /// Reads `0x00000000fee00000 0x00000000feefffff msi`.
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

/// That a device is in a group, as one source says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// The group's number.
    pub group: u32,
    /// The line that says so.
    pub evidence: Evidence,
}

/// Which group a device is in.
///
/// ```
/// use iommu::{Groups, KernelLog, Membership};
/// let log = KernelLog::parse("dmesg", "[    0.536462] pci 0000:01:00.0: Adding to iommu group 17\n");
/// let mut groups = Groups::default();
/// groups.add_log(&log);
/// assert_eq!(groups.group_of("01:00.0".parse()?), Membership::In(17));
/// // The log may not be whole: that a function is not in it does not say that it is in none.
/// assert_eq!(groups.group_of("02:00.0".parse()?), Membership::NotShown);
/// # Ok::<(), pci_core::AddressError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Membership {
    /// In this one.
    In(u32),
    /// Sources name different groups, or one says that there is none: they are of
    /// different boots or hosts.
    Disputed(Vec<Claim>),
    /// In none: the IOMMU does not cover it.
    InNone(Evidence),
    /// No source says.
    NotShown,
}

impl Membership {
    /// The group's number where it is known.
    #[must_use]
    pub const fn number(&self) -> Option<u32> {
        match self {
            Self::In(number) => Some(*number),
            Self::Disputed(_) | Self::InNone(_) | Self::NotShown => None,
        }
    }
}
