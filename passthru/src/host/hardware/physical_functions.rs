//! The physical functions of virtual ones, where sysfs does not name them.

use std::collections::BTreeSet;

use list_order::Inserts as _;
use pci_core::Address;

use super::device::Device;
use crate::host::state::Host;

/// The maker of a function: its vendor's ID, or the first word of its name.
type Maker<'a> = Result<u16, &'a str>;

fn maker(device: &Device) -> Option<Maker<'_>> {
    let name = || device.source_name.as_deref()?.split(' ').next();
    match &device.id {
        Some(id) => Some(Ok(id.value.vendor.0)),
        None => name().map(Err),
    }
}

impl Host {
    /// The physical functions of these virtual ones: by sysfs, or the other functions of their maker on
    /// their bus. Where that has none, on the bus before it: the numbers of virtual functions may
    /// continue there (PCI Express Base Specification, First VF Offset; 384 for Intel's 82576).
    pub(crate) fn physical_functions<'a>(
        &'a self,
        virtual_functions: impl IntoIterator<Item = &'a Device>,
    ) -> BTreeSet<Address> {
        let mut found = BTreeSet::new();
        let mut places = BTreeSet::new();
        for device in virtual_functions {
            match self.topology.physical_function(device.address) {
                Some(physical) => {
                    found.insert(physical);
                }
                None => {
                    let address = device.address;
                    places.insert((address.domain(), address.bus(), maker(device)));
                }
            }
        }
        if places.is_empty() {
            return found;
        }
        let physical = self.devices.values();
        let physical =
            physical.filter(|device| !device.is_bridge() && !self.is_virtual_function(device));
        let physical = physical.map(|device| {
            let address = device.address;
            (address, (address.domain(), address.bus(), maker(device)))
        });
        let physical: Vec<_> = physical.collect();
        let has_own = physical.iter().map(|(_, place)| *place).into_set();
        let wanted = places.into_iter().filter_map(|place| {
            let (domain, bus, maker) = place;
            if has_own.contains(&place) {
                return Some(place);
            }
            Some((domain, bus.checked_sub(1)?, Some(maker?)))
        });
        let wanted = wanted.into_set();
        let there = physical.iter().filter(|(_, place)| wanted.contains(place));
        found.extend(there.map(|(address, _)| *address));
        found
    }
}
