//! One function, as Proxmox VE lists it.

use alloc::borrow::ToOwned;
use alloc::string::String;

use crate::tree::Lookup;
use crate::{Address, ClassCode, DeviceId, Located, PciId, SubsystemId, VendorId};

/// One function of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Where it is, with the place in the text.
    pub address: Located<Address>,
    /// Its class, with the programming interface.
    pub class: Option<ClassCode>,
    /// Its vendor id.
    pub vendor: Option<VendorId>,
    /// Its device id.
    pub device: Option<DeviceId>,
    /// Its subsystem ids.
    pub subsystem: Option<SubsystemId>,
    /// Its IOMMU group; `Absent` for -1, which Proxmox prints for no group.
    pub iommu_group: Lookup<u32>,
    /// The vendor's name, as far as the terminal was wide enough.
    pub vendor_name: Option<String>,
    /// The device's name, as far as the terminal was wide enough.
    pub device_name: Option<String>,
}

impl Row {
    /// Vendor and device id, where both are known.
    #[must_use]
    pub fn id(&self) -> Option<PciId> {
        Some(PciId {
            vendor: self.vendor?,
            device: self.device?,
        })
    }

    pub(super) const fn new(address: Located<Address>) -> Self {
        Self {
            address,
            class: None,
            vendor: None,
            device: None,
            subsystem: None,
            iommu_group: Lookup::NotShown,
            vendor_name: None,
            device_name: None,
        }
    }

    /// Puts in the value of a column.
    pub(super) fn set(&mut self, column: &str, value: &str) {
        match column {
            "class" => self.class = value.parse().ok().filter(|_| value.len() == 8),
            "vendor" => self.vendor = value.parse().ok(),
            "device" => self.device = value.parse().ok(),
            "subsystem_vendor" => {
                if let Ok(vendor) = value.parse() {
                    self.subsystem_mut().vendor = vendor;
                }
            }
            "subsystem_device" => {
                if let Ok(device) = value.parse() {
                    self.subsystem_mut().device = device;
                }
            }
            "iommugroup" if value == "-1" => self.iommu_group = Lookup::Absent,
            "iommugroup" => {
                self.iommu_group = value.parse().map_or(Lookup::NotShown, Lookup::Found);
            }
            "vendor_name" if !value.is_empty() => self.vendor_name = Some(value.to_owned()),
            "device_name" if !value.is_empty() => self.device_name = Some(value.to_owned()),
            _ => {}
        }
    }

    fn subsystem_mut(&mut self) -> &mut SubsystemId {
        self.subsystem.get_or_insert(SubsystemId::new(0, 0))
    }
}
