//! PCI devices listed by Windows.
//!
//! [`parse`] reads the output of `Get-PnpDevice` (as a table, through `Format-List` and, with the
//! feature `std`, through `ConvertTo-Json`), `Get-PnpDeviceProperty`, `Get-CimInstance
//! Win32_VideoController` and other objects with a `PNPDeviceID`, `Get-VMHostAssignableDevice`,
//! `Get-VMAssignableDevice`, `pnputil /enum-devices` with any of its options, and `devcon hwids`, `status` and `findall`; it also finds identifiers such as
//! `PCI\VEN_10DE&DEV_2684` in any text. [`survey`] reads the output of Microsoft's `SurveyDDA.ps1`.
//!
//! Windows identifies functions by a [`LocationPath`](crate::notation::LocationPath) with the
//! device and function number of every upstream bridge but no bus number. Only the property
//! `LocationInfo` contains one; without it the address is unknown.
//!
//! Sources: Microsoft Learn, "Identifiers for PCI devices", "Device instance IDs",
//! "`DEVPKEY_Device_LocationPaths`", "PnPUtil command syntax", "Get-PnpDevice",
//! "Plan for deploying devices by using Discrete Device Assignment".
//!
//! ```
//! use pci_core::listing::windows;
//! let found = windows::parse(
//!     "Status       : OK\nFriendlyName : NVIDIA GeForce RTX 4090\n\
//!      InstanceId   : PCI\\VEN_10DE&DEV_2684&SUBSYS_88E41043&REV_A1\\4&1293019D&0&0008\n",
//! );
//! let gpu = &found[0];
//! assert_eq!(gpu.pnp_id.value.hardware.id().unwrap().to_string(), "10de:2684");
//! assert_eq!(gpu.pnp_id.value.hardware.subsystem.unwrap().to_string(), "1043:88e4");
//! assert_eq!(gpu.name.as_deref(), Some("NVIDIA GeForce RTX 4090"));
//! ```

mod dda_survey;
mod device;
#[cfg(feature = "std")]
mod json;
mod pnp_id;
mod read;
mod record;

#[cfg(test)]
mod tests;

use alloc::vec::Vec;

pub use dda_survey::{SurveyedDevice, survey};
pub use device::PnpDevice;
pub use pnp_id::PnpId;

use crate::listing::lines::has_any;

/// Parses the PCI devices in a text, in order; entries with the same instance ID are merged, others
/// may repeat.
///
/// The time is linear in the length of the text.
#[must_use]
pub fn parse(text: &str) -> Vec<PnpDevice> {
    if !has_any(text, &["VEN_", "ven_", "Ven_"]) {
        return Vec::new();
    }
    #[cfg(feature = "std")]
    {
        let devices = json::parse(text);
        if !devices.is_empty() {
            return devices;
        }
    }
    read::parse(text)
}
