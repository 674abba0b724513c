//! Whether functions can be unbound while the host runs.

use iommu::Membership;
use pci_core::Address;

use crate::host::drivers::guest_drivers::{is_for_guests, is_vfio_driver};
use crate::host::hardware::device::Driver;
use crate::host::state::Host;
use crate::text::{Text, text};

/// The base class of storage controllers (PCI Code and ID Assignment Specification 1.11). The script
/// of the binding refuses them too (`hostconf::binding::runtime`).
const STORAGE: u8 = 0x01;

impl Host {
    /// Reasons why `functions` cannot be bound to vfio-pci while the host runs; empty if they can.
    #[must_use]
    pub(crate) fn keeps_from_now(&self, functions: &[Address]) -> Vec<Text> {
        let mut reasons = Vec::new();
        if self.iommu_is_off() {
            reasons.push(text!("the IOMMU is disabled"));
        }
        for address in functions.iter().copied() {
            let Some(device) = self.devices.get(&address) else {
                reasons.push(text!("{address} is not on the host", address));
                continue;
            };
            let driver = device.driver.name();
            if device.driver.is_bound_to(is_vfio_driver) {
                continue;
            }
            if device.is_bridge() {
                reasons.push(text!("{address} is a bridge", address));
            }
            if let (true, Some(driver)) = (device.is_display(), driver) {
                reasons.push(text!(
                    "{address} is a display controller that is bound to {driver}, which often \
                     cannot be unbound",
                    address,
                    driver
                ));
            }
            let class = device.class.as_ref().map(|class| class.value.base);
            if let (Some(STORAGE), Some(driver)) = (class, driver) {
                reasons.push(text!(
                    "{address} is a storage controller that is bound to {driver}: its disks are \
                     released at boot alone",
                    address,
                    driver
                ));
            }
            if device.driver == Driver::NotShown {
                reasons.push(text!("not in the input: the driver of {address}", address));
            }
            reasons.extend(self.uses(address));
            let Some(group) = self.group_of(address) else {
                reasons.push(match self.groups.group_of(address) {
                    Membership::InNone(_) => text!("{address} is in no IOMMU group", address),
                    _ => text!("not in the input: the IOMMU group of {address}", address),
                });
                continue;
            };
            let others = self.members(group);
            for (member, _) in others.filter(|(member, _)| !functions.contains(member)) {
                let other = self.devices.get(&member);
                let held = other
                    .filter(|other| !other.is_bridge())
                    .map(|other| other.driver.name());
                if let Some(Some(driver)) = held {
                    if !is_for_guests(driver) {
                        reasons.push(text!(
                            "{member} in the same IOMMU group {group} is bound to {driver}",
                            member,
                            group,
                            driver
                        ));
                    }
                }
            }
        }
        reasons
    }

    /// The host's uses of a function.
    fn uses(&self, address: Address) -> Vec<Text> {
        let storage = self.host_use.storage.iter();
        let storage = storage
            .filter(|one| one.value.address == address)
            .map(|one| {
                text!(
                    "the file system {place} is on {address}",
                    place = one.value.mount_point,
                    address
                )
            });
        let interfaces = self.host_use.interfaces.iter();
        let interfaces = interfaces
            .filter(|one| one.value.address == address)
            .map(|one| {
                text!(
                    "the network interface {name} of {address} is up",
                    name = one.value.name,
                    address
                )
            });
        let processes = self.host_use.processes.iter();
        let processes = processes
            .filter(|one| one.value.address == address)
            .map(|one| text!("process {pid} uses {address}", pid = one.value.pid, address));
        storage.chain(interfaces).chain(processes).collect()
    }
}
