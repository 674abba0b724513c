//! Host drivers for a card.

use hostconf::binding::card_drivers;
use hostconf::boot::command_line::same_name;
use pci_core::modules::ModuleName;

use crate::host::hardware::device::Device;

/// The modules that would claim the functions: those in the input, and those of the table.
pub(crate) fn host_drivers(functions: &[&Device]) -> Vec<ModuleName> {
    let mut drivers: Vec<ModuleName> = Vec::new();
    let mut add = |driver: ModuleName| {
        let same = |known: &ModuleName| same_name(known.as_str(), driver.as_str());
        if !drivers.iter().any(same) && !driver.as_str().starts_with("vfio") {
            drivers.push(driver);
        }
    };
    for device in functions {
        // A driver's name is not always its module's.
        let driver = device.driver_module.as_deref().or_else(|| {
            if device.modules.is_empty() {
                device.driver.name()
            } else {
                None
            }
        });
        let named = device.modules.iter().map(String::as_str).chain(driver);
        named
            .filter_map(|name| name.parse().ok())
            .for_each(&mut add);
        if let (Some(id), Some(class)) = (&device.id, &device.class) {
            card_drivers::modules(id.value.vendor, class.value).for_each(&mut add);
        }
    }
    drivers
}
