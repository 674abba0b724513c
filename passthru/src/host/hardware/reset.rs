//! Reset methods of functions.

use std::sync::Arc;

use host_tree::Lookup;
use iommu::reset::{self, BusReset, ResetMethod, ResetQuirkKind, ResetReport, reset_report};
use pci_core::{Address, ClassCode};

use super::device::Device;
use crate::host::state::Host;

impl Host {
    /// The functions that a reset of the function's bus also resets.
    #[must_use]
    pub fn bus_reset(&self, address: Address) -> Arc<BusReset> {
        let found = || {
            reset::bus_reset(&self.topology, address, |one| {
                self.devices
                    .get(&one)
                    .is_some_and(|device| has_problem(device, ResetQuirkKind::NoBusReset))
            })
        };
        match self.topology.bridge_above(address) {
            Some(bridge) => self.bus_reset_below(bridge, found),
            None => Arc::new(found()),
        }
    }

    /// The reset methods of a function and its quirks, whatever a bus reset affects; `None` if the
    /// IDs are not in the input.
    #[must_use]
    pub(crate) fn own_reset_of(&self, device: &Device) -> Option<ResetReport> {
        self.reset_of(device, &BusReset::NotShown, false)
    }

    /// The reset of a function, where `bus` is the effect of a bus reset, and `has_others` whether
    /// it also resets functions that the guest does not have; `None` if the IDs are not in the
    /// input.
    #[must_use]
    pub(crate) fn reset_of(
        &self,
        device: &Device,
        bus: &BusReset,
        has_others: bool,
    ) -> Option<ResetReport> {
        let id = device.id.as_ref()?.value;
        Some(reset_report(
            id,
            class(device),
            &self.methods(device),
            device.reset_capabilities.as_ref(),
            bus,
            has_others,
        ))
    }

    /// The content of `reset_method`. Linux omits the file for a function without a reset method,
    /// and before 5.15 for all: its absence is an answer only if another function has one.
    fn methods(&self, device: &Device) -> Lookup<Vec<ResetMethod>> {
        if let Some(words) = &device.reset_methods {
            let known = words.iter().filter_map(|word| ResetMethod::of(word));
            return Lookup::Found(known.collect());
        }
        let absent = device
            .sysfs
            .as_ref()
            .is_some_and(|shown| matches!(shown.reset_methods, Lookup::Absent));
        if absent && self.has_reset_methods() {
            Lookup::Absent
        } else {
            Lookup::NotShown
        }
    }
}

fn class(device: &Device) -> ClassCode {
    let shown = device.class.as_ref().map(|class| class.value);
    shown.unwrap_or_else(|| ClassCode::from_u24(0))
}

/// Whether a fault of this kind is known of a function.
fn has_problem(device: &Device, fault: ResetQuirkKind) -> bool {
    let Some(id) = &device.id else {
        return false;
    };
    reset::rows_of(id.value, class(device)).any(|row| row.quirk == fault)
}
