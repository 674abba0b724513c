//! Functions of one card, which are assigned together.

use pci_core::{Address, Names};

use super::device::Device;
use crate::host::state::Host;

impl Host {
    /// The functions that are assigned together with `address`, by address.
    ///
    /// A graphics card is assigned as one device: the functions of its slot with the vendor of its
    /// display controller (audio, USB, USB-C). A processor's integrated graphics shares its slot
    /// with platform functions of another vendor ID, which stay on the host; on bus 0, each
    /// function of the chipset is a separate device. Of any other device, such as a dual-port
    /// network card, one function is assigned; its IOMMU group may add others. A virtual function is
    /// a device of its own, also in the slot of its physical function.
    #[must_use]
    pub fn card_of(&self, address: Address) -> Vec<&Device> {
        let Some(device) = self.devices.get(&address) else {
            return Vec::new();
        };
        let display = self
            .functions_of(address.slot())
            .find(|display| display.is_display() && same_maker(display, device));
        match display {
            Some(display) if address.bus() != 0 && !self.is_virtual_function(device) => self
                .functions_of(address.slot())
                .filter(|function| {
                    same_maker(function, display) && !self.is_virtual_function(function)
                })
                .collect(),
            _ => vec![device],
        }
    }
}

impl Host {
    /// Whether problems of both functions may have one cause: they share a slot or an IOMMU group.
    pub(crate) fn belong_together(&self, one: Address, other: Address) -> bool {
        let group = self.group_of(one);
        one.slot() == other.slot() || group.is_some() && group == self.group_of(other)
    }
}

/// Whether both are known to have one vendor: by the vendor ID or, in a listing without IDs, by the
/// name. Functions of unknown vendor are not the same.
fn same_maker(one: &Device, other: &Device) -> bool {
    if one.address == other.address {
        return true;
    }
    match (&one.id, &other.id) {
        (Some(one), Some(other)) => one.value.vendor == other.value.vendor,
        _ => maker(one).is_some_and(|maker_of_one| Some(maker_of_one) == maker(other)),
    }
}

/// The vendor as a listing names it. AMD has two vendor IDs with different names: graphics are
/// `[AMD/ATI]`, platform functions `[AMD]`.
fn maker(device: &Device) -> Option<&str> {
    let name = match &device.id {
        Some(id) => Names::embedded().vendor(id.value.vendor)?,
        None => device.source_name.as_deref()?,
    };
    let of_amd = name.starts_with("Advanced Micro Devices");
    let end = if of_amd {
        name.find(']')?
    } else {
        name.find(' ').unwrap_or(name.len())
    };
    // Functions that pci.ids does not list are named "Device" for any vendor.
    name.get(..end).filter(|maker| *maker != "Device")
}

#[cfg(test)]
mod tests;
