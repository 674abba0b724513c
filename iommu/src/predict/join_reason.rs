//! Reasons why two functions share a group.

use core::fmt;

use pci_core::Address;

use super::isolated::{Deciding, Isolated, Isolation, NotIsolated};

/// A function's join to another function's group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Join {
    /// The function that joined.
    pub member: Address,
    /// The function whose group it joined.
    pub with: Address,
    /// The reason.
    pub reason: JoinReason,
}

/// Reason for a function to join another function's group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum JoinReason {
    /// The function is below a bridge to conventional PCI: its requests carry the bridge's
    /// requester ID, or one of the bridge's secondary bus.
    BelowBridge {
        /// The bridge, whose group it joins.
        bridge: Address,
    },
    /// The function is in a domain of a Volume Management Device, whose requester ID its requests
    /// carry.
    InVmdDomain,
    /// A port between the function and the root complex does not block peer-to-peer requests.
    PathNotIsolated {
        /// The bridge whose group it joins.
        bridge: Address,
        /// The port.
        blocker: Address,
        /// The port's missing isolation.
        why: Isolation,
    },
    /// The group of the upstream bridge includes everything below it
    /// ([`Rules::PcieAcs2025`](super::Rules::PcieAcs2025)).
    BelowGroup {
        /// The bridge.
        bridge: Address,
    },
    /// A port does not block requests to the other ports of its bus, so that the whole bus is one
    /// group ([`Rules::PcieAcs2025`](super::Rules::PcieAcs2025)).
    BusNotIsolated {
        /// The port.
        blocker: Address,
        /// Its missing isolation.
        why: Isolation,
    },
    /// Functions of one device that are not isolated from each other.
    SlotNotIsolated {
        /// The bridge that represents the function on that bus, if it is not the function itself.
        via: Option<Address>,
        /// Missing isolation of one function.
        why: Isolation,
        /// Missing isolation of the other.
        other: Isolation,
    },
    /// Requests of one function carry the requester ID of the other.
    SameRequesterId {
        /// The bridge that represents the function on that bus, if it is not the function itself.
        via: Option<Address>,
    },
}

impl fmt::Display for JoinReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            // As in the alternate form of an address, domain 0 is omitted.
            Self::BelowBridge { bridge } if f.alternate() => {
                write!(
                    f,
                    "it is downstream of {bridge:#}, a bridge to conventional PCI"
                )
            }
            Self::BelowBridge { bridge } => {
                write!(
                    f,
                    "it is downstream of {bridge}, a bridge to conventional PCI"
                )
            }
            Self::InVmdDomain => {
                f.write_str("its requests carry the requester ID of the Volume Management Device")
            }
            Self::PathNotIsolated { blocker, why, .. } if f.alternate() => {
                write!(f, "{blocker:#}, on its path to the root complex, {why}")
            }
            Self::PathNotIsolated { blocker, why, .. } => {
                write!(f, "{blocker}, on its path to the root complex, {why}")
            }
            Self::BelowGroup { bridge } if f.alternate() => {
                write!(
                    f,
                    "it is downstream of {bridge:#}, whose group includes all downstream functions"
                )
            }
            Self::BelowGroup { bridge } => {
                write!(
                    f,
                    "it is downstream of {bridge}, whose group includes all downstream functions"
                )
            }
            Self::BusNotIsolated { blocker, why } if f.alternate() => {
                write!(f, "the port {blocker:#} {why}")
            }
            Self::BusNotIsolated { blocker, why } => {
                write!(f, "the port {blocker} {why}")
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
                Isolated::Acs => f.write_str("has its ACS controls enabled"),
                Isolated::ById(row) => write!(f, "is known to be isolated ({})", row.what),
                Isolated::IntelRcEndpoint => f.write_str("is an endpoint of an Intel root complex"),
                Isolated::Override => {
                    f.write_str("is assumed isolated because of pcie_acs_override=")
                }
                Isolated::Supposed => f.write_str("is assumed isolated"),
                Isolated::UpstreamPort => f.write_str("is the only upstream port of its switch"),
                Isolated::UnknownType(kind) => {
                    write!(
                        f,
                        "has device/port type {:#x}, for which isolation is not required",
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
                    f.write_str("has ACS controls disabled:")?;
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
                Deciding::Id => f.write_str("is isolated depending on its ID, which is unknown"),
                Deciding::Registers => {
                    f.write_str("is isolated depending on its registers, which are unknown")
                }
                Deciding::PchWorkaround(row) => write!(
                    f,
                    "is isolated if the kernel's workaround was applied ({})",
                    row.what
                ),
                Deciding::OptionRules => f.write_str(
                    "has its ACS controls changed by a pci= option, of which the kernels to 6.10 \
                     and those since 6.15 make different things",
                ),
                Deciding::AcsCapability => {
                    f.write_str("is isolated if it has an ACS capability, which is unknown")
                }
                Deciding::FirmwareControls => f.write_str(
                    "has its ACS controls changed by a pci= option, in part to what the firmware \
                     leaves",
                ),
            },
        }
    }
}
