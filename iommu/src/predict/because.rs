//! Why two functions share a group.

use core::fmt;

use pci_core::Address;

use super::isolated::{Deciding, Isolated, Isolation, NotIsolated};

/// That a function joined the group of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Join {
    /// The one that joined.
    pub member: Address,
    /// The one whose group it joined.
    pub with: Address,
    /// Why.
    pub because: Because,
}

/// Why a function joins the group of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Because {
    /// It is behind a bridge to conventional PCI: its requests carry the bridge's
    /// requester ID, or one of the bus behind it.
    BehindBridge {
        /// The bridge, whose group it joins.
        bridge: Address,
    },
    /// It is in a domain of a Volume Management Device, and reaches memory as that.
    BehindVmd,
    /// On its way to the root complex is a port that does not keep requests from
    /// going to its neighbours.
    PathNotIsolated {
        /// The bridge whose group it joins.
        bridge: Address,
        /// The port.
        blocker: Address,
        /// What the port lacks.
        why: Isolation,
    },
    /// The group of the bridge above takes in all that is below
    /// ([`Rules::PcieAcs2025`](super::Rules::PcieAcs2025)).
    BelowGroup {
        /// That bridge.
        bridge: Address,
    },
    /// A port does not keep requests from the others of its bus, so that all of it is
    /// together ([`Rules::PcieAcs2025`](super::Rules::PcieAcs2025)).
    BusNotIsolated {
        /// The port.
        blocker: Address,
        /// What it lacks.
        why: Isolation,
    },
    /// Functions of one device that are not kept from each other.
    SlotNotIsolated {
        /// The bridge that stands for the function on that bus, where it is not the
        /// function itself.
        via: Option<Address>,
        /// What the one lacks.
        why: Isolation,
        /// What the other lacks.
        other: Isolation,
    },
    /// Requests of one carry the requester ID of the other.
    SameRequesterId {
        /// The bridge that stands for the function on that bus, where it is not the
        /// function itself.
        via: Option<Address>,
    },
}

impl fmt::Display for Because {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            // As the alternate form of an address, that of a reason has no domain 0.
            Self::BehindBridge { bridge } if f.alternate() => {
                write!(f, "it is behind {bridge:#}, a bridge to conventional PCI")
            }
            Self::BehindBridge { bridge } => {
                write!(f, "it is behind {bridge}, a bridge to conventional PCI")
            }
            Self::BehindVmd => f.write_str("it reaches memory as the Volume Management Device"),
            Self::PathNotIsolated { blocker, why, .. } if f.alternate() => {
                write!(f, "{blocker:#}, on its way to the root complex, {why}")
            }
            Self::PathNotIsolated { blocker, why, .. } => {
                write!(f, "{blocker}, on its way to the root complex, {why}")
            }
            Self::BelowGroup { bridge } if f.alternate() => {
                write!(f, "it is below {bridge:#}, whose group takes in all below")
            }
            Self::BelowGroup { bridge } => {
                write!(f, "it is below {bridge}, whose group takes in all below")
            }
            Self::BusNotIsolated { blocker, why } if f.alternate() => {
                write!(f, "{blocker:#}, a port that leads there, {why}")
            }
            Self::BusNotIsolated { blocker, why } => {
                write!(f, "{blocker}, a port that leads there, {why}")
            }
            Self::SlotNotIsolated { why, other, .. } if why == other => {
                write!(f, "both are functions of one device, and each {why}")
            }
            Self::SlotNotIsolated { why, other, .. } => write!(
                f,
                "both are functions of one device; one {why}, the other {other}"
            ),
            Self::SameRequesterId { .. } => {
                f.write_str("requests of one carry the requester ID of the other")
            }
        }
    }
}

impl fmt::Display for Isolation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Isolated(why) => match why {
                Isolated::SingleFunction => f.write_str("is the only function of its device"),
                Isolated::Acs => f.write_str("has its ACS controls on"),
                Isolated::ById(row) => write!(f, "is known to be isolated ({})", row.what),
                Isolated::IntelRcEndpoint => f.write_str("is an endpoint of an Intel root complex"),
                Isolated::Override => {
                    f.write_str("is taken for isolated because of pcie_acs_override=")
                }
                Isolated::Supposed => f.write_str("is supposed to be isolated"),
                Isolated::UpstreamPort => f.write_str("is the only upstream port of its switch"),
                Isolated::UnknownType(kind) => {
                    write!(
                        f,
                        "has the device/port type {:#x}, of which nothing is asked",
                        kind.0
                    )
                }
            },
            Self::NotIsolated(why) => match why {
                NotIsolated::Conventional => {
                    f.write_str("is conventional PCI (no Express capability)")
                }
                NotIsolated::Bridge => f.write_str("is a bridge to conventional PCI"),
                NotIsolated::EventCollector => {
                    f.write_str("is an event collector of the root complex")
                }
                NotIsolated::PortWithoutAcs | NotIsolated::FunctionWithoutAcs => {
                    f.write_str("has no ACS capability")
                }
                NotIsolated::ControlsOff(bits) => {
                    f.write_str("has ACS controls off:")?;
                    let names = [
                        (1, " SrcValid"),
                        (1 << 2, " ReqRedir"),
                        (1 << 3, " CmpltRedir"),
                        (1 << 4, " UpstreamFwd"),
                    ];
                    for (_, name) in names.iter().filter(|(bit, _)| bits & bit != 0) {
                        f.write_str(name)?;
                    }
                    Ok(())
                }
                NotIsolated::WorkaroundFailed(row) => {
                    write!(f, "has no ACS, and its workaround failed ({})", row.what)
                }
            },
            Self::Undecided(deciding) => match deciding {
                Deciding::Ivrs(row) => write!(
                    f,
                    "is isolated where the firmware has the table IVRS ({})",
                    row.what
                ),
                Deciding::PchWorkaround(row) => write!(
                    f,
                    "is isolated where the kernel's workaround took ({})",
                    row.what
                ),
                Deciding::OptionRules => f.write_str(
                    "has its ACS controls changed by a pci= option, of which the kernels to 6.10 \
                     and those since 6.15 make different things",
                ),
                Deciding::AcsCapability => {
                    f.write_str("is isolated where it has an ACS capability, which is not known")
                }
                Deciding::FirmwareControls => f.write_str(
                    "has its ACS controls changed by a pci= option, in part to what the firmware \
                     leaves",
                ),
            },
        }
    }
}
