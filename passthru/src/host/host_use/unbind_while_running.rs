//! Whether functions can be unbound while the host runs.

use pci_core::Address;

use crate::host::hardware::device::Driver;
use crate::host::state::Host;

impl Host {
    /// Reasons why `functions` cannot be bound to vfio-pci while the host runs; empty if they can.
    #[must_use]
    pub fn keeps_from_now(&self, functions: &[Address]) -> Vec<String> {
        let mut reasons = Vec::new();
        if self.iommu_is_off() {
            reasons.push("no IOMMU is at work".to_owned());
        }
        for address in functions.iter().copied() {
            let Some(device) = self.devices.get(&address) else {
                reasons.push(format!("{address:#} is not there"));
                continue;
            };
            let driver = device.driver.name();
            if driver == Some("vfio-pci") {
                continue;
            }
            if device.is_bridge() {
                reasons.push(format!("{address:#} is a bridge"));
            }
            if let (true, Some(driver)) = (device.is_display(), driver) {
                reasons.push(format!(
                    "{address:#} is a display controller on {driver}, which cannot be relied on \
                     to let go of it"
                ));
            }
            if device.driver == Driver::NotShown {
                reasons.push(format!("the driver of {address:#} is not shown"));
            }
            reasons.extend(self.uses(address));
            let Some(group) = self.group_of(address) else {
                reasons.push(format!("{address:#} is in no IOMMU group"));
                continue;
            };
            let others = self.members(group);
            for (member, _) in others.filter(|(member, _)| !functions.contains(member)) {
                let other = self.devices.get(&member);
                let held = other
                    .filter(|other| !other.is_bridge())
                    .map(|other| other.driver.name());
                if let Some(Some(driver)) = held {
                    if driver != "vfio-pci" && driver != "pci-stub" {
                        reasons.push(format!(
                            "{member:#} shares IOMMU group {group} with it, and {driver} holds that"
                        ));
                    }
                }
            }
        }
        reasons
    }

    /// The host's uses of a function.
    fn uses(&self, address: Address) -> Vec<String> {
        let storage = self.storage.iter();
        let storage = storage
            .filter(|one| one.value.address == address)
            .map(|one| {
                format!(
                    "the file system {} is on {address:#}",
                    one.value.mount_point
                )
            });
        let interfaces = self.interfaces.iter();
        let interfaces = interfaces
            .filter(|one| one.value.address == address)
            .map(|one| {
                format!(
                    "the network interface {} of {address:#} is up",
                    one.value.name
                )
            });
        let processes = self.processes.iter();
        let processes = processes
            .filter(|one| one.value.address == address)
            .map(|one| format!("process {} runs on {address:#}", one.value.pid));
        storage.chain(interfaces).chain(processes).collect()
    }
}
