//! What the host's settings mean to pass through.

use super::device::Device;
use super::read::Host;

impl Host {
    /// Whether the `ids=` that counts takes the function.
    #[must_use]
    pub fn is_taken_by_id(&self, device: &Device) -> bool {
        let Some(Ok(ids)) = self.vfio_ids.last().map(|list| &list.value.ids) else {
            return false;
        };
        let Some(id) = &device.id else { return false };
        let subsystem = device.subsystem.as_ref().map(|subsystem| subsystem.value);
        ids.matches(id.value, subsystem)
    }

    /// Whether a script binds the function by its address. A script of a plan does
    /// so only while the ids are those that it was written for.
    #[must_use]
    pub fn is_overridden(&self, device: &Device) -> bool {
        let id = device.id.as_ref().map(|id| id.value);
        self.override_scripts
            .iter()
            .any(|script| match &script.planned {
                Some(planned) => planned.iter().any(|bound| {
                    bound.address == device.address && id.is_none_or(|id| id == bound.id)
                }),
                None => script
                    .facts
                    .overrides
                    .iter()
                    .any(|(address, _)| *address == device.address),
            })
    }

    /// The functions that the host's settings mean to pass through, or that
    /// vfio-pci holds already.
    pub fn intended(&self) -> impl Iterator<Item = &Device> {
        self.devices.values().filter(|device| {
            self.is_taken_by_id(device)
                || self.is_overridden(device)
                || device.driver.name() == Some("vfio-pci")
                || self.proxmox_vms.iter().any(|vm| vm.passes(device.address))
                || self
                    .domains
                    .iter()
                    .any(|domain| domain.passes(device.address))
        })
    }
}
