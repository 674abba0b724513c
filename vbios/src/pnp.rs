//! Plug and Play expansion headers of x86 images.

use alloc::string::String;
use alloc::vec::Vec;

use crate::checksum::is_balanced;
use crate::field::{text_at, u16_at};

/// A Plug and Play expansion header: what a BIOS boots or shows the user (Plug and
/// Play BIOS Specification 1.0A, section 3.2).
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct PnpHeader {
    /// Where it starts, in bytes from the image's start.
    pub offset: usize,
    /// Whether its bytes add up to 0 over its length, as they must.
    pub checksum_ok: bool,
    /// Who made the device, as the image calls it; unprintable bytes escaped.
    pub manufacturer: Option<String>,
    /// What the device is called; unprintable bytes escaped.
    pub product: Option<String>,
    /// The boot connection vector: where booting from a disk is hooked in, from
    /// the image's start; 0 for none.
    pub boot_connection_vector: u16,
    /// The bootstrap entry vector: what boots over a network, from the image's
    /// start; 0 for none.
    pub bootstrap_entry_vector: u16,
}

/// So many are read: a chain of headers may be a circle. Images with one for each
/// of their network ports have a handful.
const MOST: usize = 16;

/// The headers of an x86 image, whose first one the word at 0x1a points at.
pub(crate) fn headers(image: &[u8]) -> Vec<PnpHeader> {
    let mut headers: Vec<PnpHeader> = Vec::new();
    let mut next = u16_at(image, 0x1a);
    while let Some(offset) = next.map(usize::from) {
        let seen = headers.iter().any(|header| header.offset == offset);
        if offset == 0 || seen || headers.len() == MOST {
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
    // The length counts units of 16 bytes.
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
