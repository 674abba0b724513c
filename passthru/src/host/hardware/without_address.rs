//! PCI functions whose addresses are not in the input.

use host_tree::Evidence;
use pci_core::listing::windows::{PnpDevice, SurveyedDevice};
use pci_core::notation::LocationPath;
use pci_core::{Address, ClassCode, PciId, SubsystemId};

use crate::host::fact::Fact;

/// A function in the input without its address, as printed by Windows.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub(crate) struct DeviceWithoutAddress {
    /// The first line about the function.
    pub shown: Evidence,
    /// Vendor and device ID.
    pub id: Option<PciId>,
    /// Subsystem ID.
    pub subsystem: Option<SubsystemId>,
    /// The class.
    pub class: Option<ClassCode>,
    /// The revision.
    pub revision: Option<u8>,
    /// The name that the source prints.
    pub name: Option<String>,
    /// The bound driver, if it is in the input.
    pub driver: Option<Fact<String>>,
    /// The path from the root of its hierarchy.
    pub location_path: Option<Fact<LocationPath>>,
    /// Whether the function is present, if that is in the input.
    pub present: Option<bool>,
    /// Whether Windows reports that the function can be assigned.
    pub assignable: Option<Fact<bool>>,
}

impl DeviceWithoutAddress {
    pub(in crate::host) fn new(source: &str, device: &PnpDevice) -> Self {
        let hardware = &device.pnp_id.value.hardware;
        let service = device.service.as_ref();
        let path = device.location_path.as_ref();
        Self {
            shown: device.pnp_id.evidence(source),
            id: hardware.id(),
            subsystem: hardware.subsystem.filter(|card| card.vendor.0 != 0),
            class: device.class.as_ref().map(|class| class.value),
            revision: hardware.revision,
            name: device.name.clone(),
            driver: service
                .map(|service| Fact::new(service.value.clone(), service.evidence(source))),
            location_path: path.map(|path| Fact::new(path.value.clone(), path.evidence(source))),
            present: device.is_present(),
            assignable: None,
        }
    }

    /// The function at `address`, if another line includes the address.
    pub(in crate::host) fn address(device: &PnpDevice) -> Option<Address> {
        Some(device.address.as_ref()?.value)
    }

    /// A function that only a survey lists.
    pub(in crate::host) fn surveyed(source: &str, device: &SurveyedDevice) -> Self {
        let path = device.location_path.as_ref();
        let mut without_address = Self {
            shown: device.name.evidence(source),
            id: None,
            subsystem: None,
            class: None,
            revision: None,
            name: Some(device.name.value.clone()),
            driver: None,
            location_path: path.map(|path| Fact::new(path.value.clone(), path.evidence(source))),
            present: Some(true),
            assignable: None,
        };
        without_address.judge(source, device);
        without_address
    }

    /// Whether the survey entry is this function.
    pub(in crate::host) fn is(&self, device: &SurveyedDevice) -> bool {
        match (&self.location_path, &device.location_path) {
            (Some(own), Some(surveyed)) => own.value == surveyed.value,
            _ => self.name.as_deref() == Some(&device.name.value) && self.assignable.is_none(),
        }
    }

    pub(in crate::host) fn judge(&mut self, source: &str, device: &SurveyedDevice) {
        self.assignable = device
            .assignable
            .as_ref()
            .map(|sentence| Fact::new(sentence.value, sentence.evidence(source)));
    }
}
