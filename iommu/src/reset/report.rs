//! What is known of a function's reset, put together.

use std::collections::BTreeSet;

use host_tree::Lookup;
use pci_core::config::ResetMethods;
use pci_core::{Address, ClassCode, PciId};

use super::bus_reset::BusReset;
use super::by_id::{ResetById, ResetQuirkKind, rows_of};
use super::method::ResetMethod;

/// How a function can be reset.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ResetReport {
    /// The methods that the kernel can use, in the order in which it tries them:
    /// what sysfs says, or else what the configuration space offers and Linux does
    /// not refuse. `None` where neither is shown.
    pub methods: Option<Vec<ResetMethod>>,
    /// What is special about this function.
    pub known: Vec<&'static ResetById>,
    /// Whether it can be reset for a guest that has these functions.
    pub standing: ResetForGuest,
}

/// Whether a function can be reset for a guest.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ResetForGuest {
    /// By itself.
    Alone(ResetMethod),
    /// With its bus, all of which the guest has.
    WithBus,
    /// Only with its bus, and the guest does not have all functions of it: VFIO does
    /// not reset it.
    BusHasOthers,
    /// By no method.
    Not,
    /// The input does not say.
    NotShown,
}

/// Puts together what is known. `sysfs` is what `reset_method` says, `registers` what the
/// function's own registers offer, which counts where sysfs is not shown, `bus` what a
/// reset of its bus takes along, `others` those of them that the guest does not have
/// ([`BusReset::others`]), which are the same for all functions of a bus.
///
/// `bus` in `reset_method` is not believed where the bus has other functions: Linux
/// asks when it finds function 0, before it has found the others (seen on 6.1).
#[must_use]
pub fn reset_report(
    id: PciId,
    class: ClassCode,
    sysfs: &Lookup<Vec<ResetMethod>>,
    registers: Option<&ResetMethods>,
    bus: &BusReset,
    others: &BTreeSet<Address>,
) -> ResetReport {
    let known: Vec<&'static ResetById> = rows_of(id, class).collect();
    let has = |fault| known.iter().any(|row| row.quirk == fault);
    let refused = |method| match method {
        ResetMethod::Flr | ResetMethod::AfFlr => has(ResetQuirkKind::NoFlr),
        ResetMethod::Pm => has(ResetQuirkKind::NoPmReset),
        ResetMethod::Bus | ResetMethod::CxlBus => has(ResetQuirkKind::NoBusReset),
        ResetMethod::DeviceSpecific | ResetMethod::Acpi => false,
    };
    let methods = match sysfs {
        Lookup::Found(methods) => Some(methods.clone()),
        Lookup::Absent => Some(Vec::new()),
        Lookup::NotShown | Lookup::Unreadable(_) => registers
            .filter(|registers| registers.whole)
            .map(|registers| {
                let own =
                    has(ResetQuirkKind::DeviceSpecific).then_some(ResetMethod::DeviceSpecific);
                let offered = registers.methods.iter().map(|method| (*method).into());
                let offered = offered.filter(|method| !refused(*method));
                own.into_iter().chain(offered).collect()
            }),
    };
    let alone = methods
        .iter()
        .flatten()
        .find(|method| method.is_of_the_function());
    let standing = match (alone, bus) {
        (Some(method), _) => ResetForGuest::Alone(*method),
        (None, _) if methods.is_none() => ResetForGuest::NotShown,
        (None, BusReset::NotShown) => ResetForGuest::NotShown,
        (None, BusReset::OnRootBus | BusReset::Hangs(_)) => ResetForGuest::Not,
        (None, BusReset::Takes { .. }) if others.is_empty() => ResetForGuest::WithBus,
        (None, BusReset::Takes { .. }) => ResetForGuest::BusHasOthers,
    };
    ResetReport {
        methods,
        known,
        standing,
    }
}
