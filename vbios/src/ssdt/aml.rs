//! The table in AML.

use alloc::vec::Vec;

use super::path::AcpiPath;
use super::table::RomTable;

/// Opcodes (ACPI Specification 6.5, section 20.3).
mod op {
    pub(super) const ZERO: u8 = 0x00;
    pub(super) const NAME: u8 = 0x08;
    pub(super) const WORD: u8 = 0x0b;
    pub(super) const DOUBLE_WORD: u8 = 0x0c;
    pub(super) const SCOPE: u8 = 0x10;
    pub(super) const BUFFER: u8 = 0x11;
    pub(super) const METHOD: u8 = 0x14;
    pub(super) const MULTI_NAME: u8 = 0x2f;
    pub(super) const ROOT: u8 = b'\\';
    pub(super) const ARGUMENT_0: u8 = 0x68;
    pub(super) const ARGUMENT_1: u8 = 0x69;
    pub(super) const STORE: u8 = 0x70;
    pub(super) const GREATER: u8 = 0x94;
    pub(super) const MID: u8 = 0x9e;
    pub(super) const IF: u8 = 0xa0;
    pub(super) const RETURN: u8 = 0xa4;
}

/// Two arguments, serialized.
const METHOD_FLAGS: u8 = 0x0a;

impl RomTable<'_> {
    /// The table in AML, for QEMU's `-acpitable file=`.
    #[must_use]
    pub fn to_aml(&self) -> Vec<u8> {
        let [chunk_low, chunk_high] = Self::CHUNK.to_le_bytes();
        let chunk = [op::WORD, chunk_low, chunk_high];
        let limit = [
            &[op::GREATER, op::ARGUMENT_1],
            &chunk[..],
            &[op::STORE],
            &chunk,
            &[op::ARGUMENT_1],
        ]
        .concat();
        let method = [
            b"_ROM",
            &[METHOD_FLAGS][..],
            &packaged(op::IF, &limit),
            &[op::RETURN, op::MID],
            b"ROMD",
            &[op::ARGUMENT_0, op::ARGUMENT_1, op::ZERO],
        ]
        .concat();
        let buffer = [&[op::DOUBLE_WORD], &length(self.rom.len())[..], self.rom].concat();
        let scope = [
            name(&self.path),
            [&[op::NAME], &b"ROMD"[..]].concat(),
            packaged(op::BUFFER, &buffer),
            packaged(op::METHOD, &method),
        ]
        .concat();
        with_header(&packaged(op::SCOPE, &scope))
    }
}

/// `body` after a table header (ACPI Specification 6.5, section 5.2.6).
fn with_header(body: &[u8]) -> Vec<u8> {
    let mut table = [
        b"SSDT",
        &length(36 + body.len())[..],
        // Revision 2: 64-bit integers.
        &[2, 0],
        b"PASSTH",
        b"OPTIOROM",
        &[1, 0, 0, 0],
        b"PSTH",
        &[1, 0, 0, 0],
        body,
    ]
    .concat();
    let sum = table.iter().fold(0u8, |sum, byte| sum.wrapping_add(*byte));
    if let Some(checksum) = table.get_mut(9) {
        *checksum = sum.wrapping_neg();
    }
    table
}

/// A length that [`RomTable::LARGEST`] limits to four bytes.
fn length(length: usize) -> [u8; 4] {
    u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes()
}

/// The full name: its segments and their number (section 20.2.2).
fn name(path: &AcpiPath) -> Vec<u8> {
    let segments = path.segments();
    let count = u8::try_from(segments.len()).unwrap_or(u8::MAX);
    [&[op::ROOT, op::MULTI_NAME, count], segments.as_flattened()].concat()
}

/// `content` after its opcode and package length, which includes its own bytes: six bits, or four
/// bits and one to three bytes, whose number is in the two highest bits (section 20.2.4).
fn packaged(opcode: u8, content: &[u8]) -> Vec<u8> {
    let following = (0..3).find(|bytes| {
        let bits = if *bytes == 0 { 6 } else { 4 + 8 * bytes };
        content.len() + 1 + bytes < 1 << bits
    });
    let following = following.unwrap_or(3);
    let [first, second, third, fourth] = length(content.len() + 1 + following);
    let lead = match following {
        0 => first,
        _ => u8::try_from(following << 6).unwrap_or(0) | (first & 0x0f),
    };
    // The rest, less the four bits in the lead byte.
    let rest = u32::from_le_bytes([first, second, third, fourth]) >> 4;
    let rest = rest.to_le_bytes();
    let rest = rest.get(..following).unwrap_or_default();
    [&[opcode, lead], rest, content].concat()
}
