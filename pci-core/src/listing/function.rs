//! What every listing can say of one PCI function.

use alloc::string::String;

use host_tree::{Located, Lookup};

use crate::{Address, ClassCode, DeviceId, PciId, SubsystemId, VendorId};

/// One function, as a listing shows it: each fact with the piece of the text that
/// says so.
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
/// # Ok::<(), pci_core::AddressError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Function {
    /// Where it is.
    pub address: Located<Address>,
    /// Its class.
    pub class: Option<Located<ClassCode>>,
    /// Who made it.
    pub vendor: Option<Located<VendorId>>,
    /// Which of the vendor's devices it is.
    pub device: Option<Located<DeviceId>>,
    /// The card that it is on.
    pub subsystem: Option<Located<SubsystemId>>,
    /// Its revision.
    pub revision: Option<u8>,
    /// Its name, as the listing has it.
    pub name: Option<String>,
    /// Who holds it; `Absent` where the listing says that nobody does.
    pub driver: Lookup<Located<String>>,
}

impl Function {
    /// A function of which only the address is known.
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

    /// Vendor and device id with the piece that shows the device id, where both are
    /// known.
    #[must_use]
    pub fn id(&self) -> Option<Located<PciId>> {
        let vendor = self.vendor.as_ref()?.value;
        let device = self.device.clone()?;
        Some(device.map(|device| PciId { vendor, device }))
    }

    /// Puts in both ids, which one piece shows.
    pub(super) fn set_id(&mut self, id: Located<PciId>) {
        self.vendor = Some(id.clone().map(|id| id.vendor));
        self.device = Some(id.map(|id| id.device));
    }

    /// Puts in the ids of the card, unless they are those of no card: configuration
    /// space holds 0000 where a function has none (PCI Local Bus Specification 3.0,
    /// section 6.2.4).
    pub(super) fn set_subsystem(&mut self, subsystem: Located<SubsystemId>) {
        if subsystem.value.vendor != VendorId(0) {
            self.subsystem = Some(subsystem);
        }
    }
}

/// The byte that one or two hex digits are.
pub(super) fn hex_byte(digits: &str) -> Option<u8> {
    let plain = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    (plain && digits.len() <= 2).then(|| u8::from_str_radix(digits, 16).ok())?
}
