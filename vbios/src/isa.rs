//! Legacy option ROMs without a PCI data structure.

use alloc::vec::Vec;

use crate::checksum::is_balanced;
use crate::field::BLOCK;
use crate::pnp::{self, PnpHeader};

/// A legacy option ROM, as on ISA cards: `55 aa`, a length and code, without a PCI data structure
/// (BIOS Boot Specification 1.01, section 3.3). QEMU passes such ROMs to a BIOS through its
/// firmware interface; in the ROM BAR of a PCI device, firmware ignores them.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct IsaRom {
    /// Length in its header, in bytes.
    pub length: usize,
    /// Whether its bytes add up to 0, as required; `None` if the file lacks some of them.
    pub checksum_ok: Option<bool>,
    /// Its Plug and Play expansion headers.
    pub pnp: Vec<PnpHeader>,
}

impl IsaRom {
    /// Parses the ROM at the start of `file`, which must not have a PCI data structure.
    pub(crate) fn read(file: &[u8]) -> Option<Self> {
        let [0x55, 0xaa, blocks, entry] = *file.first_chunk()? else {
            return None;
        };
        let length = usize::from(blocks) * BLOCK;
        let pnp = pnp::headers(file.get(..length).unwrap_or(file));
        let checksum_ok = file.get(..length).map(is_balanced);
        // The entry point must be code: a jump, a call or a far return; a valid checksum or a Plug
        // and Play header rules out chance.
        let is_code = matches!(entry, 0xeb | 0xe9 | 0xe8 | 0xcb);
        let is_rom = is_code || !pnp.is_empty() || checksum_ok == Some(true);
        (length > 0 && is_rom).then_some(Self {
            length,
            checksum_ok,
            pnp,
        })
    }
}
