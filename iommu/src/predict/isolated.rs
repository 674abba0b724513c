//! Whether a function is isolated, and what decides that.

use pci_core::config::conventional::express::DeviceType;

use super::by_id::AcsById;

/// Whether what is below a port, or the other functions of a device, are out of
/// each other's reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Isolation {
    /// They are, or the kernel takes it so.
    Isolated(Isolated),
    /// They are not.
    NotIsolated(NotIsolated),
    /// The input does not decide it.
    Undecided(Deciding),
}

/// Why a function counts as isolated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Isolated {
    /// It is the only function of its device, and no port.
    SingleFunction,
    /// Its ACS controls are on.
    Acs,
    /// Its vendor says so.
    ById(&'static AcsById),
    /// It is an endpoint of an Intel root complex.
    IntelRcEndpoint,
    /// `pcie_acs_override=` says so, and the hardware need not agree.
    Override,
    /// The question was what would be if it were
    /// ([`Conditions::as_if_isolated`](super::Conditions::as_if_isolated)).
    Supposed,
    /// It is a port that isolation does not ask anything of: the upstream port of a
    /// switch that is its device's only function.
    UpstreamPort,
    /// Its device/port type is none that the kernel asks anything of.
    UnknownType(DeviceType),
}

/// Why a function does not count as isolated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotIsolated {
    /// It is conventional PCI: it has no Express capability.
    Conventional,
    /// It is a bridge to or from conventional PCI.
    Bridge,
    /// It is an event collector of the root complex.
    EventCollector,
    /// It is a port without an ACS capability.
    PortWithoutAcs,
    /// It is one of several functions and has no ACS capability.
    FunctionWithoutAcs,
    /// These control bits are off, and it could have them on.
    ControlsOff(u16),
    /// The workaround for its port failed.
    WorkaroundFailed(&'static AcsById),
}

/// What the input would have to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deciding {
    /// Whether the machine has the ACPI table IVRS.
    Ivrs(&'static AcsById),
    /// Whether the workaround for Intel's PCH took: the kernel log, or bit 0 of
    /// register 0xf0 of the LPC bridge at 00:1f.0.
    PchWorkaround(&'static AcsById),
    /// Which kernel takes the `pci=` options: kernels to 6.10 make something else of
    /// them than kernels since 6.15 do, and of some between it is not known.
    OptionRules,
    /// What the firmware leaves in the ACS control register, to which a kernel goes
    /// back where a `pci=` option names the function: a boot without an IOMMU shows
    /// it, or one on which the kernel has not turned ACS on.
    FirmwareControls,
    /// Whether it has an ACS capability: of a card that is not there, `lspci -vvv` on a
    /// machine that has one shows it.
    AcsCapability,
}
