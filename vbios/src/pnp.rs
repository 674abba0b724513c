//! Plug and Play expansion headers of x86 images.

use alloc::string::String;
use alloc::vec::Vec;

use crate::checksum::is_balanced;
use crate::field::{text_at, u16_at};

/// A Plug and Play expansion header: boot vectors and names for a BIOS (Plug and Play BIOS
/// Specification 1.0A, section 3.2).
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct PnpHeader {
    /// Offset in the image, in bytes.
    pub offset: usize,
    /// Whether its bytes add up to 0, as required.
    pub checksum_ok: bool,
    /// Manufacturer string; unprintable bytes escaped.
    pub manufacturer: Option<String>,
    /// Product name string; unprintable bytes escaped.
    pub product: Option<String>,
    /// Boot connection vector, for booting from a disk, as offset in the image; 0 for none.
    pub boot_connection_vector: u16,
    /// Bootstrap entry vector, for booting over a network, as offset in the image; 0 for none.
    pub bootstrap_entry_vector: u16,
}

/// Limit of parsed headers: a chain of headers may be a loop. Images have at most one per network
/// port.
const MAX_COUNT: usize = 16;

/// The headers of an x86 image; the word at 0x1a points to the first.
pub(crate) fn headers(image: &[u8]) -> Vec<PnpHeader> {
    let mut headers: Vec<PnpHeader> = Vec::new();
    let mut next = u16_at(image, 0x1a);
    while let Some(offset) = next.map(usize::from) {
        let seen = headers.iter().any(|header| header.offset == offset);
        if offset == 0 || seen || headers.len() == MAX_COUNT {
            break;
        }
        let Some(header) = image.get(offset..).and_then(|at| read(image, at, offset)) else {
            break;
        };
        next = u16_at(image, offset + 6);
        headers.push(header);
    }
    headers
}

fn read(image: &[u8], bytes: &[u8], offset: usize) -> Option<PnpHeader> {
    if !bytes.starts_with(b"$PnP") {
        return None;
    }
    // The length is in units of 16 bytes.
    let length = usize::from(*bytes.get(5)?) * 16;
    let string = |at| {
        let pointer = usize::from(u16_at(bytes, at)?);
        (pointer != 0).then(|| text_at(image, pointer, 64))?
    };
    Some(PnpHeader {
        offset,
        checksum_ok: length > 0 && bytes.get(..length).is_some_and(is_balanced),
        manufacturer: string(0x0e),
        product: string(0x10),
        boot_connection_vector: u16_at(bytes, 0x16)?,
        bootstrap_entry_vector: u16_at(bytes, 0x1a)?,
    })
}
