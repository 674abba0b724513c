//! One function, as Proxmox VE lists it.

use alloc::borrow::ToOwned;
use alloc::string::String;

use host_tree::{Located, Lookup};

use crate::{Address, ClassCode, DeviceId, PciId, SubsystemId, VendorId};

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

    const fn new(address: Located<Address>) -> Self {
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
}

/// A row as its columns are read.
pub(super) struct Draft {
    row: Row,
    subsystem_vendor: Option<VendorId>,
    subsystem_device: Option<DeviceId>,
}

impl Draft {
    pub(super) const fn new(address: Located<Address>) -> Self {
        Self {
            row: Row::new(address),
            subsystem_vendor: None,
            subsystem_device: None,
        }
    }

    /// Puts in the value of a column.
    pub(super) fn set(&mut self, column: &str, value: &str) {
        let row = &mut self.row;
        match column {
            "class" => row.class = value.parse().ok().filter(|_| value.len() == 8),
            "vendor" => row.vendor = value.parse().ok(),
            "device" => row.device = value.parse().ok(),
            "subsystem_vendor" => self.subsystem_vendor = value.parse().ok(),
            "subsystem_device" => self.subsystem_device = value.parse().ok(),
            "iommugroup" if value == "-1" => row.iommu_group = Lookup::Absent,
            "iommugroup" => {
                row.iommu_group = value.parse().map_or(Lookup::NotShown, Lookup::Found);
            }
            "vendor_name" if !value.is_empty() => row.vendor_name = Some(value.to_owned()),
            "device_name" if !value.is_empty() => row.device_name = Some(value.to_owned()),
            _ => {}
        }
    }

    /// The row. Its subsystem is known where both columns are shown: a narrow terminal
    /// cuts that of the vendor, which stands behind that of the device.
    pub(super) fn finish(self) -> Row {
        let subsystem = self.subsystem_vendor.zip(self.subsystem_device);
        let subsystem = subsystem.map(|(vendor, device)| SubsystemId { vendor, device });
        Row {
            // Configuration space holds 0000 where a function has none.
            subsystem: subsystem.filter(|subsystem| subsystem.vendor != VendorId(0)),
            ..self.row
        }
    }
}
