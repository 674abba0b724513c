//! Isolation of a function, with the reason.

use pci_core::config::conventional::express::DeviceType;

use super::by_id::AcsById;

/// Whether a port isolates the functions below it, or a function is isolated from the other
/// functions of its device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Isolation {
    /// Isolated, or treated so by the kernel.
    Isolated(Isolated),
    /// Not isolated.
    NotIsolated(NotIsolated),
    /// Undecided by the input.
    Undecided(Deciding),
}

/// Why a function counts as isolated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Isolated {
    /// It is the only function of its device, and not a port.
    SingleFunction,
    /// Its ACS controls are enabled.
    Acs,
    /// Its vendor states so (Linux quirk).
    ById(&'static AcsById),
    /// It is an endpoint of an Intel root complex.
    IntelRcEndpoint,
    /// By `pcie_acs_override=`, whatever the hardware does.
    Override,
    /// By assumption ([`Conditions::as_if_isolated`](super::Conditions::as_if_isolated)).
    Supposed,
    /// It is the upstream port of a switch and its device's only function, for which isolation is
    /// not required.
    UpstreamPort,
    /// Its device/port type is one for which the kernel requires nothing.
    UnknownType(DeviceType),
}

/// Why a function does not count as isolated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotIsolated {
    /// It is conventional PCI: no PCI Express capability.
    Conventional,
    /// It is a bridge to or from conventional PCI.
    Bridge,
    /// It is a root complex event collector.
    EventCollector,
    /// It is a port without an ACS capability.
    PortWithoutAcs,
    /// It is part of a multi-function device without an ACS capability.
    FunctionWithoutAcs,
    /// These ACS controls are supported but disabled.
    ControlsOff(u16),
    /// The workaround for its port failed.
    WorkaroundFailed(&'static AcsById),
}

/// The missing input that decides the isolation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deciding {
    /// Its vendor and device ID, by which Linux treats some functions differently: the listing has
    /// names only, and several devices have the name, or none.
    Id,
    /// Its registers: they are not in the input, or its configuration space reads as all ones.
    Registers,
    /// Whether the workaround for Intel's PCH was applied: the kernel log, or bit 0 of register
    /// 0xf0 of the LPC bridge at 00:1f.0.
    PchWorkaround(&'static AcsById),
    /// The kernel version: kernels up to 6.10 interpret the `pci=` options differently from 6.15
    /// and later; for some versions between, the interpretation is unknown.
    OptionRules,
    /// The firmware's ACS control register, to which a kernel reverts if a `pci=` option names the
    /// function: visible in a boot without an IOMMU, or without ACS enabled by the kernel.
    FirmwareControls,
    /// Whether it has an ACS capability: for a card that is not installed, `lspci -vvv` of a
    /// machine with one.
    AcsCapability,
}
