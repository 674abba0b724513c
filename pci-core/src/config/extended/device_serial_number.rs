//! The serial number of a device.

use core::fmt;

use crate::config::capability_id::ExtendedCapabilityId;
use crate::config::registers::Registers;
use crate::config::space::ConfigSpace;
use crate::config::structure::ExtendedStructure;

/// The serial number, an EUI-64 (PCI Express Base Specification 6.3, section 7.9.3):
/// the same in all functions of a device, and in no other device. The maker sets it; in
/// network cards it is often made of the MAC address. Not every card has one. Where there is
/// one, it tells two equal cards apart, and a card that moved to another slot is known
/// by it.
///
/// ```
/// use pci_core::config::{ConfigSpace, ExtendedStructure, extended::DeviceSerialNumber};
/// let bytes = [0x03, 0, 1, 0, 0xc4, 0x32, 0xa1, 0xff, 0xff, 0x21, 0x1b, 0x00];
/// let serial = DeviceSerialNumber::read(ConfigSpace::new(&bytes), 0).unwrap();
/// assert_eq!(serial.to_string(), "00-1b-21-ff-ff-a1-32-c4");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct DeviceSerialNumber(pub u64);

impl fmt::Display for DeviceSerialNumber {
    /// Eight bytes in hex with dashes between, as lspci prints it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, byte) in self.0.to_be_bytes().into_iter().enumerate() {
            let dash = if at == 0 { "" } else { "-" };
            write!(f, "{dash}{byte:02x}")?;
        }
        Ok(())
    }
}

impl ExtendedStructure for DeviceSerialNumber {
    const ID: ExtendedCapabilityId = ExtendedCapabilityId::DEVICE_SERIAL_NUMBER;

    fn read(space: ConfigSpace<'_>, offset: u16) -> Option<Self> {
        Registers::new(space, offset).qword(4).map(Self)
    }
}
