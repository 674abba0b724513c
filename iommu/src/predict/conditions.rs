//! Conditions of a prediction.

use std::collections::{BTreeMap, BTreeSet};

use pci_core::{Address, DeviceId, PciId, VendorId};

use super::options::{AcsOptions, AcsOverride, DeviceSpec};

/// Factors of the groups besides the hardware: the kernel and its options.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Conditions {
    /// The kernel's grouping rules.
    pub rules: Rules,
    /// Whether the kernel enables ACS before it forms the groups.
    pub controls: Controls,
    /// `pcie_acs_override=`.
    pub acs_override: AcsOverride,
    /// `pci=disable_acs_redir=` and `pci=config_acs=`.
    pub acs_options: AcsOptions,
    /// The firmware's IOMMU tables.
    pub firmware: FirmwareTables,
    /// Root buses as domain and bus number, in the kernel's order, which is that of the firmware's
    /// namespace (log lines `PCI host bridge to bus 0000:00`). With several, group numbers depend
    /// on the order. Missing buses come last.
    pub root_buses: Vec<(u32, u8)>,
    /// Functions to treat as isolated, to find further reasons that join a group.
    pub as_if_isolated: BTreeSet<Address>,
    /// Whether the Intel PCH workaround was applied. On real boards it is; it requires that the
    /// root complex base address of the LPC bridge is enabled.
    pub pch_workaround: PchWorkaround,
    /// Origins of functions that a simulated change moved or added ([`Machine`](super::Machine)).
    /// The firmware's tables, which refer to the old addresses, apply to the new ones.
    pub origins: BTreeMap<Address, Origin>,
}

/// Origin of a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Origin {
    /// Moved from this address.
    At(Address),
    /// Part of a new card, copied from an existing function.
    Copied,
    /// A new port, copied from an existing one.
    Port,
    /// Part of a new card of which only the IDs are known, not whether it has an ACS capability.
    Described,
}

impl Origin {
    /// Whether the function was added by a change.
    #[must_use]
    pub const fn is_new(self) -> bool {
        !matches!(self, Self::At(_))
    }
}

impl Conditions {
    /// The IDs that options name.
    pub(super) fn named_ids(&self) -> Vec<PciId> {
        let specs = self.acs_options.disable_redirect.iter();
        let specs = specs.chain(self.acs_options.configure.iter().map(|change| &change.of));
        let of_specs = specs.filter_map(|spec| match spec {
            DeviceSpec::Ids { vendor, device, .. } => Some(PciId {
                vendor: VendorId(*vendor),
                device: DeviceId(*device),
            }),
            DeviceSpec::At(_) | DeviceSpec::Path(..) => None,
        });
        of_specs
            .chain(self.acs_override.ids.iter().copied())
            .collect()
    }

    /// The address that the firmware's tables use for the function now at `address`; `None` if it
    /// is new.
    pub(super) fn was(&self, address: Address) -> Option<Address> {
        match self.origins.get(&address) {
            None => Some(address),
            Some(Origin::At(was)) => Some(*was),
            Some(Origin::Copied | Origin::Port | Origin::Described) => None,
        }
    }
}

/// A kernel's grouping rules.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Rules {
    /// The rules of Linux 6.1 to 7.2.
    #[default]
    Linux6_1,
    /// The rules of the series "Fix incorrect iommu_groups with PCIe ACS", third posting
    /// (linux-iommu, September 2025), which NVIDIA's tree carried, also in earlier postings.
    /// Ubuntu's kernels 6.14.0-1015-nvidia, 6.17.0-1032-nvidia and 7.0.0-1025-nvidia do not follow
    /// it: when booted, they form the groups of [`Rules::Linux6_1`]. The ports of a switch share a
    /// group if one of them does not block requests to the others, and functions without an ACS
    /// capability are isolated. Tested against the posted code, compiled as a program; not against
    /// a kernel.
    PcieAcs2025,
}

/// The ACS control registers when groups are formed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Controls {
    /// The kernel has enabled all controls that the port supports and grouping requires, as Linux
    /// does at enumeration once it has found an IOMMU (`pci_enable_acs`, drivers/pci/pci.c).
    #[default]
    EnabledByKernel,
    /// As in the input: the firmware's settings if the input is from a boot without an IOMMU, the
    /// current ones otherwise.
    AsCaptured,
    /// All disabled, as most firmware leaves them: the case of stable kernels that enable ACS only
    /// after grouping (6.1.165 to 6.1.168 and 6.12.75 to 6.12.82, and kernels with the same
    /// change).
    Off,
}

/// The firmware's IOMMU tables, as far as grouping needs them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum FirmwareTables {
    /// Not in the input.
    #[default]
    NotShown,
    /// A DMAR: an Intel machine.
    Dmar(Box<crate::acpi::Dmar>),
    /// An IVRS: an AMD machine.
    Ivrs(Box<crate::acpi::Ivrs>),
    /// Arm's SMMUv3, in the table IORT or a device tree. The functions that it covers are not read
    /// from there: all are taken as covered.
    SmmuV3,
}

/// Whether the workaround for PCH root ports without ACS was applied
/// (`pci_quirk_enable_intel_pch_acs`, drivers/pci/quirks.c).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum PchWorkaround {
    /// Not in the input.
    #[default]
    NotShown,
    /// Applied: the log has `Intel PCH root port ACS workaround enabled`.
    Applied,
    /// Failed: the log has `Failed to enable Intel PCH ACS quirk`.
    Failed,
}
