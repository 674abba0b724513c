//! A function's reset report.

use host_tree::Lookup;
use pci_core::config::ResetMethods;
use pci_core::{ClassCode, PciId};

use super::bus_reset::BusReset;
use super::by_id::{ResetById, ResetQuirkKind, rows_of};
use super::method::ResetMethod;

/// A function's reset methods, and whether it can be reset for a guest.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ResetReport {
    /// The methods that the kernel can use, in its order: those of sysfs, or else those that
    /// configuration space offers and Linux does not reject. `None` if neither is in the input.
    pub methods: Option<Vec<ResetMethod>>,
    /// Known quirks of this function.
    pub known: Vec<&'static ResetById>,
    /// Whether it can be reset for a guest that has these functions.
    pub standing: ResetForGuest,
}

/// Whether a function can be reset for a guest.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ResetForGuest {
    /// Individually, with this method.
    Alone(ResetMethod),
    /// With its bus, all of which the guest has.
    WithBus,
    /// Only with its bus, of which the guest does not have all functions: VFIO does not reset it.
    BusHasOthers,
    /// No method works.
    Not,
    /// Not in the input.
    NotShown,
}

/// Combines the sources. `sysfs` is the content of `reset_method`, `registers` the methods that the
/// function's registers offer, used if sysfs is not in the input, `bus` the effect of a bus reset,
/// and `has_others` whether the guest lacks functions that it resets ([`BusReset::has_others`]).
///
/// `bus` in `reset_method` is ignored if the bus has other functions: Linux evaluates it on finding
/// function 0, before the others (observed on 6.1).
#[must_use]
pub fn reset_report(
    id: PciId,
    class: ClassCode,
    sysfs: &Lookup<Vec<ResetMethod>>,
    registers: Option<&ResetMethods>,
    bus: &BusReset,
    has_others: bool,
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
        (None, BusReset::Resets { .. }) if !has_others => ResetForGuest::WithBus,
        (None, BusReset::Resets { .. }) => ResetForGuest::BusHasOthers,
    };
    ResetReport {
        methods,
        known,
        standing,
    }
}
