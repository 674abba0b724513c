//! Facts about the whole host that checks of single cards need.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError};

use iommu::reset::BusReset;
use list_order::Inserts as _;
use pci_core::{Address, VendorId};

use super::device::{Device, Driver};
use crate::host::state::Host;

impl Host {
    /// The effect of a reset of the bus below a bridge.
    pub(in crate::host) fn bus_reset_below(
        &self,
        bridge: Address,
        find: impl FnOnce() -> BusReset,
    ) -> Arc<BusReset> {
        let known = self.derived.bus_resets.lock();
        let mut known = known.unwrap_or_else(PoisonError::into_inner);
        Arc::clone(known.entry(bridge).or_insert_with(|| Arc::new(find())))
    }

    /// Whether the input has the reset methods of any function.
    pub(in crate::host) fn has_reset_methods(&self) -> bool {
        *self.derived.has_reset_methods.get_or_init(|| {
            let mut devices = self.devices.values();
            devices.any(|device| device.reset_methods.is_some())
        })
    }

    /// The functions for which sources name different groups, or one a group and another none.
    pub(crate) fn disputed(&self) -> &[Address] {
        self.derived
            .disputed
            .get_or_init(|| self.groups.disputes().map(|(address, _)| address).collect())
    }

    /// Whether sources dispute that a member of the group is in it.
    pub(crate) fn has_disputed_member(&self, group: u32) -> bool {
        let groups = self.derived.disputed_groups.get_or_init(|| {
            let claims = self.groups.disputes().flat_map(|(_, claims)| claims);
            claims.map(|claim| claim.group).into_set()
        });
        groups.contains(&group)
    }

    /// The displays.
    pub(crate) fn displays(&self) -> impl Iterator<Item = &Device> + Clone {
        let found = self.derived.displays.get_or_init(|| {
            let devices = self.devices.values();
            let displays = devices.filter(|device| device.is_display());
            displays.map(|device| device.address).collect()
        });
        found.iter().filter_map(|address| self.devices.get(address))
    }

    /// The displays that are bound to a driver, by its name, sorted by address.
    pub(crate) fn displays_by_driver(&self) -> &BTreeMap<String, Vec<Address>> {
        self.derived.displays_by_driver.get_or_init(|| {
            let mut found: BTreeMap<String, Vec<Address>> = BTreeMap::new();
            for device in self.displays() {
                if let Driver::Bound(driver) = &device.driver {
                    let addresses = found.entry(driver.value.clone()).or_default();
                    addresses.push(device.address);
                }
            }
            found
        })
    }

    /// Whether the class of each function is in the input.
    pub(crate) fn has_all_classes(&self) -> bool {
        *self.derived.has_all_classes.get_or_init(|| {
            let mut devices = self.devices.values();
            devices.all(|device| device.class.is_some())
        })
    }

    /// The function of a chipset whose interrupt remapping is broken (Linux
    /// arch/x86/kernel/early-quirks.c, `intel_remapping_check`).
    pub(crate) fn broken_remapping(&self) -> Option<&Device> {
        let found = self.derived.broken_remapping.get_or_init(|| {
            let mut devices = self.devices.values();
            let found = devices.find(|device| is_broken_chipset(device));
            found.map(|device| device.address)
        });
        self.devices.get(&(*found)?)
    }
}

fn is_broken_chipset(device: &Device) -> bool {
    let Some(id) = &device.id else { return false };
    let is_listed =
        id.value.vendor == VendorId::INTEL && matches!(id.value.device.0, 0x3403 | 0x3405 | 0x3406);
    let is_old = |revision: u8| revision <= 0x13 || id.value.device.0 == 0x3405 && revision == 0x22;
    is_listed && device.revision.is_some_and(is_old)
}
