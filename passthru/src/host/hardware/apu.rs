//! The graphics of AMD's processors, which are on other buses than 0.

use pci_core::VendorId;

use super::device::Device;
use crate::host::state::Host;

/// Code names of AMD's processors with graphics (pci.ids).
const APUS: [&str; 16] = [
    "Raven Ridge",
    "Picasso",
    "Renoir",
    "Lucienne",
    "Cezanne",
    "Barcelo",
    "Rembrandt",
    "Phoenix",
    "HawkPoint",
    "Raphael",
    "Granite Ridge",
    "Strix",
    "Krackan",
    "Mendocino",
    "VanGogh",
    "Kaveri",
];

impl Host {
    /// The name of a function, as the input or pci.ids has it.
    pub(crate) fn known_name(&self, device: &Device) -> Option<String> {
        let by_id = || {
            let id = device.id.as_ref()?;
            self.names().device(id.value).map(str::to_owned)
        };
        device.source_name.clone().or_else(by_id)
    }

    /// Whether the display function is the graphics of an AMD processor.
    pub(crate) fn is_apu(&self, device: &Device) -> bool {
        let vendor = device.id.as_ref().map(|id| id.value.vendor);
        let is_amd = vendor.is_none_or(|vendor| vendor == VendorId::ATI);
        let has_name = |name: String| APUS.iter().any(|apu| name.contains(apu));
        is_amd && self.known_name(device).is_some_and(has_name)
    }
}
