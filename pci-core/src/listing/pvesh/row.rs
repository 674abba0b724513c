//! A function in Proxmox VE's list.

use alloc::borrow::ToOwned;
use alloc::string::String;

use host_tree::{Located, Lookup};

use crate::{Address, ClassCode, DeviceId, PciId, SubsystemId, VendorId};

/// A function of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PveshRow {
    /// Address, with its place in the text.
    pub address: Located<Address>,
    /// Class code, with the programming interface.
    pub class: Option<ClassCode>,
    /// Vendor ID.
    pub vendor: Option<VendorId>,
    /// Device ID.
    pub device: Option<DeviceId>,
    /// Subsystem IDs.
    pub subsystem: Option<SubsystemId>,
    /// IOMMU group; `Absent` for -1, which Proxmox VE prints for no group.
    pub iommu_group: Lookup<u32>,
    /// Vendor name, possibly truncated by the terminal.
    pub vendor_name: Option<String>,
    /// Device name, possibly truncated by the terminal.
    pub device_name: Option<String>,
}

impl PveshRow {
    /// Vendor and device ID, if both are known.
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

/// A row being parsed.
pub(super) struct Draft {
    row: PveshRow,
    subsystem_vendor: Option<VendorId>,
    subsystem_device: Option<DeviceId>,
}

impl Draft {
    pub(super) const fn new(address: Located<Address>) -> Self {
        Self {
            row: PveshRow::new(address),
            subsystem_vendor: None,
            subsystem_device: None,
        }
    }

    /// Sets the value of a column.
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

    /// The row. Its subsystem is known if both columns are shown: a narrow terminal cuts the
    /// vendor's column, which follows the device's.
    pub(super) fn finish(self) -> PveshRow {
        let subsystem = self.subsystem_vendor.zip(self.subsystem_device);
        let subsystem = subsystem.map(|(vendor, device)| SubsystemId { vendor, device });
        PveshRow {
            // Configuration space has 0000 for a function without subsystem IDs.
            subsystem: subsystem.filter(|subsystem| subsystem.vendor != VendorId(0)),
            ..self.row
        }
    }
}
