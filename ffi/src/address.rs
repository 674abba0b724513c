//! Addresses of functions as numbers.

use std::ffi::c_char;

use pci_core::{Address, notation};

use crate::boundary::fill;
use crate::error::Error;
use crate::status::Status;
use crate::string_out::fit;
use crate::text::word;

/// An address as one number: the domain from bit 16 on, the bus in bits 8 to 15, the device
/// in bits 3 to 7, the function in bits 0 to 2.
pub(crate) fn packed(address: Address) -> u64 {
    u64::from(address.domain()) << 16
        | u64::from(address.bus()) << 8
        | u64::from(address.device()) << 3
        | u64::from(address.function())
}

/// The address that a number packs; `None` where its domain has more than 32 bits.
pub(crate) fn unpacked(number: u64) -> Option<Address> {
    let [.., bus, slot] = number.to_be_bytes();
    let domain = u32::try_from(number >> 16).ok()?;
    Address::new(domain, bus, slot >> 3, slot & 7)
}

/// Parses an address in any notation of the command: `01:00.0`, `0000:01:00.0`,
/// `pci_0000_01_00_0`, `PCI 1:0.0`.
///
/// @param text   the address
/// @param out    receives the address as one number: the domain from bit 16, the bus in bits 8
///               to 15, the device in bits 3 to 7, the function in bits 0 to 2, so that numbers
///               sort as addresses; set to 0 first
/// @param error  receives the error; may be NULL
/// @return `PASSTHRU_STATUS_OK`, or `PASSTHRU_STATUS_BAD_DEVICE`
///
/// # Safety
///
/// `text` is NULL or ends with a NUL; `out` is NULL or may be written; `error` is NULL or
/// points to a pointer that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_address_parse(
    text: *const c_char,
    out: *mut u64,
    error: *mut *mut Error,
) -> Status {
    let make = || {
        // SAFETY: the caller promises that `text` is NULL or ends with a NUL.
        let text = unsafe { word(text, "text") }?;
        let address = notation::address(text);
        let address = address.map_err(|error| Error::new(Status::BadDevice, &error.to_string()))?;
        Ok(packed(address))
    };
    // SAFETY: the caller promises just this of `out` and `error`.
    unsafe { fill(out, error, make) }
}

/// Formats an address as in documents: `0000:01:00.0`.
///
/// @param address  the address, as `passthru_address_parse()` packs it
/// @param buffer   receives the text, NUL-terminated and truncated to `size`; NULL for its
///                 length alone
/// @param size     the size of `buffer`
/// @return the length of the full text; 0 for an invalid address
///
/// # Safety
///
/// `buffer` is NULL or has `size` bytes that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_address_format(
    address: u64,
    buffer: *mut c_char,
    size: usize,
) -> usize {
    let text = unpacked(address).map(|address| address.to_string());
    // SAFETY: the caller promises just this of `buffer`.
    unsafe { fit(text.as_deref(), buffer, size) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_packed_and_unpacked() {
        for text in [
            "0000:00:00.0",
            "0000:01:00.1",
            "10000:ff:1f.7",
            "ffffffff:ff:1f.7",
        ] {
            let address: Address = text.parse().unwrap();
            assert_eq!(unpacked(packed(address)), Some(address), "{text}");
        }
        assert_eq!(unpacked(0x10c), Some("0000:01:01.4".parse().unwrap()));
        assert_eq!(unpacked(u64::MAX), None);
    }
}
