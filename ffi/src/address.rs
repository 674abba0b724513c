//! Addresses and ids as plain structs.

use std::ffi::c_char;

use pci_core::{Address, PciId, SubsystemId, spelling};

use crate::boundary::fill;
use crate::error::Error;
use crate::status::Status;
use crate::text::{fit, word};

/// Where a function is. The numbers are those of PCI: a device has 5 bits, a function 3.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PciAddress {
    /// The domain, which PCI calls segment group.
    pub domain: u32,
    /// The bus.
    pub bus: u8,
    /// The device, 0 to 31.
    pub device: u8,
    /// The function, 0 to 7.
    pub function: u8,
}

/// The ids of a function: configuration space 0x00 and 0x02; or of its card: 0x2c and 0x2e.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PciIds {
    /// The vendor.
    pub vendor: u16,
    /// The device, or the subsystem.
    pub device: u16,
}

impl From<Address> for PciAddress {
    fn from(address: Address) -> Self {
        Self {
            domain: address.domain(),
            bus: address.bus(),
            device: address.device(),
            function: address.function(),
        }
    }
}

impl PciAddress {
    /// The address, where the numbers can be one.
    pub(crate) const fn checked(self) -> Option<Address> {
        Address::new(self.domain, self.bus, self.device, self.function)
    }
}

impl From<PciId> for PciIds {
    fn from(id: PciId) -> Self {
        Self {
            vendor: id.vendor.0,
            device: id.device.0,
        }
    }
}

impl From<PciIds> for PciId {
    fn from(ids: PciIds) -> Self {
        Self::new(ids.vendor, ids.device)
    }
}

impl From<SubsystemId> for PciIds {
    fn from(id: SubsystemId) -> Self {
        Self {
            vendor: id.vendor.0,
            device: id.device.0,
        }
    }
}

impl From<PciIds> for SubsystemId {
    fn from(ids: PciIds) -> Self {
        Self::new(ids.vendor, ids.device)
    }
}

/// Reads an address in any spelling: `01:00.0`, `0000:01:00.0`, `pci_0000_01_00_0`.
///
/// @param text   the address
/// @param out    where it is put; set to zero first
/// @param error  where the error is put, or NULL
/// @return `PASSTHRU_STATUS_OK`, or `PASSTHRU_STATUS_BAD_DEVICE`
///
/// # Safety
///
/// `text` is NULL or ends with a NUL; `out` is NULL or may be written; `error` is NULL or
/// points to a pointer that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_address_parse(
    text: *const c_char,
    out: *mut PciAddress,
    error: *mut *mut Error,
) -> Status {
    let make = || {
        // SAFETY: the caller promises that `text` is NULL or ends with a NUL.
        let text = unsafe { word(text, "text") }?;
        let address = spelling::address(text);
        let address = address.map_err(|error| Error::new(Status::BadDevice, &error.to_string()))?;
        Ok(address.into())
    };
    // SAFETY: the caller promises just this of `out` and `error`.
    unsafe { fill(out, error, make) }
}

/// Writes an address as `0000:01:00.0`.
///
/// @param address  the address
/// @param buffer   where it is put, with a NUL after its end, cut where it does not fit; NULL
///                 where `size` is 0
/// @param size     how many bytes there are
/// @return how many bytes the whole text has, without the NUL; 0 where the numbers are no
///         address
///
/// # Safety
///
/// `buffer` is NULL or has `size` bytes that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_address_format(
    address: PciAddress,
    buffer: *mut c_char,
    size: usize,
) -> usize {
    let text = address.checked().map(|address| address.to_string());
    // SAFETY: the caller promises just this of `buffer`.
    unsafe { fit(text.as_deref(), buffer, size) }
}
