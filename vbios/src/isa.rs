//! Option ROMs from before PCI.

use alloc::vec::Vec;

use crate::checksum::is_balanced;
use crate::field::BLOCK;
use crate::pnp::{self, PnpHeader};

/// An option ROM as ISA cards had them: `55 aa`, a length and code, but no PCI data
/// structure (BIOS Boot Specification 1.01, section 3.3). QEMU gives such ROMs to a
/// BIOS by its firmware interface; in the ROM BAR of a PCI device none is run.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct IsaRom {
    /// How long it says it is, in bytes.
    pub length: usize,
    /// Whether its bytes add up to 0, as they must; `None` where the file has not
    /// all of them.
    pub checksum_ok: Option<bool>,
    /// Its Plug and Play expansion headers.
    pub pnp: Vec<PnpHeader>,
}

impl IsaRom {
    /// Reads the ROM at the start of `file`, which must have no PCI data structure.
    pub(crate) fn read(file: &[u8]) -> Option<Self> {
        let [0x55, 0xaa, blocks, entry] = *file.first_chunk()? else {
            return None;
        };
        let length = usize::from(blocks) * BLOCK;
        let pnp = pnp::headers(file.get(..length).unwrap_or(file));
        let checksum_ok = file.get(..length).map(is_balanced);
        // The entry point is called: a jump, a call or a far return is code, and a
        // right sum or a Plug and Play header cannot be chance.
        let is_code = matches!(entry, 0xeb | 0xe9 | 0xe8 | 0xcb);
        let is_rom = is_code || !pnp.is_empty() || checksum_ok == Some(true);
        (length > 0 && is_rom).then_some(Self {
            length,
            checksum_ok,
            pnp,
        })
    }
}
