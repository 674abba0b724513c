//! A function in a listing.

use alloc::string::String;

use host_tree::{Located, Lookup};

use crate::{Address, ClassCode, DeviceId, PciId, SubsystemId, VendorId};

/// A function in a listing: each fact with its place in the text.
///
/// ```
/// use pci_core::listing::pciconf;
/// let text = "ppt0@pci0:1:0:0:\tclass=0x030000 rev=0xa1 hdr=0x00 vendor=0x10de device=0x2d04 \
///             subvendor=0x10b0 subdevice=0x205e\n";
/// let gpu = &pciconf::parse(text)[0];
/// assert_eq!(gpu.address.value, "01:00.0".parse()?);
/// let id = gpu.id().unwrap();
/// assert_eq!(id.value.to_string(), "10de:2d04");
/// assert_eq!(id.line, 1);
/// assert!(id.text.contains("device=0x2d04"));
/// # Ok::<(), pci_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ListedFunction {
    /// Address.
    pub address: Located<Address>,
    /// Class code.
    pub class: Option<Located<ClassCode>>,
    /// Vendor ID.
    pub vendor: Option<Located<VendorId>>,
    /// Device ID.
    pub device: Option<Located<DeviceId>>,
    /// Subsystem IDs.
    pub subsystem: Option<Located<SubsystemId>>,
    /// Revision ID.
    pub revision: Option<u8>,
    /// Name, as in the listing.
    pub name: Option<String>,
    /// Bound driver; `Absent` if the listing shows that none is bound.
    pub driver: Lookup<Located<String>>,
}

impl ListedFunction {
    /// A function with only an address.
    #[must_use]
    pub const fn new(address: Located<Address>) -> Self {
        Self {
            address,
            class: None,
            vendor: None,
            device: None,
            subsystem: None,
            revision: None,
            name: None,
            driver: Lookup::NotShown,
        }
    }

    /// Vendor and device ID at the place of the device ID, if both are known.
    #[must_use]
    pub fn id(&self) -> Option<Located<PciId>> {
        let vendor = self.vendor.as_ref()?.value;
        let device = self.device.clone()?;
        Some(device.map(|device| PciId { vendor, device }))
    }

    /// Sets both IDs, which have one place in the text.
    pub(super) fn set_id(&mut self, id: Located<PciId>) {
        self.vendor = Some(id.clone().map(|id| id.vendor));
        self.device = Some(id.map(|id| id.device));
    }

    /// Sets the subsystem IDs, unless they are the placeholder 0000 (PCI Local Bus Specification
    /// 3.0, section 6.2.4).
    pub(super) fn set_subsystem(&mut self, subsystem: Located<SubsystemId>) {
        if subsystem.value.vendor != VendorId(0) {
            self.subsystem = Some(subsystem);
        }
    }
}

/// The byte in one or two hex digits.
pub(super) fn hex_byte(digits: &str) -> Option<u8> {
    let plain = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    (plain && digits.len() <= 2).then(|| u8::from_str_radix(digits, 16).ok())?
}
