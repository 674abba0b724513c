//! ROMs embedded in other files.

use alloc::vec::Vec;

use crate::chains::Chains;
use crate::rom::Rom;

/// A ROM embedded in another file.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Carved {
    /// Offset in the file, in bytes.
    pub offset: usize,
    /// Length of the PCI chain, in bytes.
    pub length: usize,
    /// The ROM; its offsets are relative to its own start.
    pub rom: Rom,
}

/// Finds the ROMs in `file`, such as a motherboard's firmware: each closed chain of images, at any
/// offset. A chain inside another is not listed.
///
/// Firmware compresses most ROMs; those are not found. Time is linear in the length of the file.
///
/// ```
/// # let mut rom = vec![0; 512];
/// # rom[..3].copy_from_slice(&[0x55, 0xaa, 1]);
/// # rom[0x18] = 0x1c;
/// # rom[0x1c..0x20].copy_from_slice(b"PCIR");
/// # rom[0x2c] = 1;
/// # rom[0x31] = 0x80;
/// let firmware = [b"something", &rom[..], b"something else"].concat();
/// let carved = vbios::carve(&firmware);
/// assert_eq!((carved[0].offset, carved[0].length), (9, 512));
/// ```
#[must_use]
pub fn carve(file: &[u8]) -> Vec<Carved> {
    let mut chains = Chains::new(file);
    let mut carved: Vec<Carved> = Vec::new();
    let mut after = 0;
    for offset in Chains::candidates(file, 0) {
        if offset < after {
            continue;
        }
        let Some(end) = chains.end(offset) else {
            continue;
        };
        let bytes = file.get(offset..end).unwrap_or_default();
        let rom = Rom::parse(bytes);
        // An image whose PCI data structure is behind its own end is none within the chain.
        if !rom.images.is_empty() {
            carved.push(Carved {
                offset,
                length: end - offset,
                rom,
            });
        }
        after = end;
    }
    carved
}
