//! Under which conditions the groups are formed.

use std::collections::{BTreeMap, BTreeSet};

use pci_core::Address;

use super::options::{AcsOptions, AcsOverride};

/// What decides the groups besides the hardware: the kernel and its options.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Conditions {
    /// By which rules the kernel forms groups.
    pub rules: Rules,
    /// Whether the kernel turns ACS on before it forms the groups.
    pub controls: Controls,
    /// `pcie_acs_override=`.
    pub acs_override: AcsOverride,
    /// `pci=disable_acs_redir=` and `pci=config_acs=`.
    pub acs_options: AcsOptions,
    /// What the machine's firmware says of its IOMMUs.
    pub firmware: FirmwareTables,
    /// The root buses as domain and bus number, in the order in which the kernel
    /// finds them, which is that of the firmware's namespace: the log has a line
    /// `PCI host bridge to bus 0000:00` for each. Where there are several, the
    /// numbers of groups rest on it. Buses that are not here come last.
    pub root_buses: Vec<(u32, u8)>,
    /// Functions that are to count as isolated, whatever they are: to ask what else
    /// would hold a group together.
    pub as_if_isolated: BTreeSet<Address>,
    /// Whether the Intel PCH workaround took. On real boards it does; it needs the
    /// root complex base address of the LPC bridge to be on.
    pub pch_workaround: PchWorkaround,
    /// Where functions are from that are not as they were when the machine was looked at
    /// ([`Machine`](super::Machine)). The firmware's tables, which name functions by where
    /// they were, are taken to name these where they are.
    pub origins: BTreeMap<Address, Origin>,
}

/// Where a function is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Origin {
    /// It was here.
    At(Address),
    /// It is of a new card, and like one that is there.
    Copied,
    /// It is a new port, and like one that is there.
    Port,
    /// It is of a new card, and its ids are all that is known of it: not whether it has an ACS
    /// capability.
    Described,
}

impl Origin {
    /// Whether it was not there when the machine was looked at.
    #[must_use]
    pub const fn is_new(self) -> bool {
        !matches!(self, Self::At(_))
    }
}

impl Conditions {
    /// Where the firmware's tables have the function that is at `address`; `None` where
    /// it is new.
    pub(super) fn was(&self, address: Address) -> Option<Address> {
        match self.origins.get(&address) {
            None => Some(address),
            Some(Origin::At(was)) => Some(*was),
            Some(Origin::Copied | Origin::Port | Origin::Described) => None,
        }
    }
}

/// By which rules a kernel forms groups.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Rules {
    /// Those of Linux 6.1 to 7.2.
    #[default]
    Linux6_1,
    /// Those of the series "Fix incorrect iommu_groups with PCIe ACS" in its third
    /// posting (linux-iommu, September 2025), which NVIDIA's tree carried, also in earlier
    /// postings. Of Ubuntu's kernels 6.14.0-1015-nvidia, 6.17.0-1032-nvidia and
    /// 7.0.0-1025-nvidia none does: booted, they form the groups of
    /// [`Rules::Linux6_1`]. The ports of a switch share a group where one of them does
    /// not keep requests from the others, and functions without an ACS capability are
    /// apart. Held to what was posted, compiled as a program; not compared with a kernel.
    PcieAcs2025,
}

/// The control registers of ACS at the moment of grouping.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Controls {
    /// The kernel has turned on what a port can do and the grouping asks for: what
    /// Linux does at enumeration once it has seen an IOMMU (`pci_enable_acs`,
    /// drivers/pci/pci.c).
    #[default]
    EnabledByKernel,
    /// They are as in the input: what the firmware left, where the input is from a
    /// boot without an IOMMU; what is on now, where it is from one with.
    AsCaptured,
    /// They are all off, as most firmware leaves them: what the stable kernels group
    /// by that turn ACS on only after the grouping (6.1.165 to 6.1.168 and 6.12.75
    /// to 6.12.82, and kernels that took the same change).
    Off,
}

/// What the firmware says of its IOMMUs, as far as the grouping asks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum FirmwareTables {
    /// Not shown.
    #[default]
    NotShown,
    /// A DMAR: an Intel machine.
    Dmar(Box<crate::acpi::Dmar>),
    /// An IVRS: an AMD machine.
    Ivrs(Box<crate::acpi::Ivrs>),
}

/// Whether the workaround for PCH root ports without ACS took
/// (`pci_quirk_enable_intel_pch_acs`, drivers/pci/quirks.c).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum PchWorkaround {
    /// The input does not say.
    #[default]
    NotShown,
    /// It took: the log has `Intel PCH root port ACS workaround enabled`.
    Took,
    /// It failed: the log has `Failed to enable Intel PCH ACS quirk`.
    Failed,
}
