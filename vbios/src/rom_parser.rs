//! Output of Alex Williamson's rom-parser.

use alloc::string::String;
use core::fmt::Write as _;

/// The output of `rom-parser FILE`, and its exit status.
///
/// Many guides refer to this output. The program searches every 512 bytes for `55 aa` and ignores
/// image lengths, so that it may report data inside an image as an image;
/// [`Rom::parse`](crate::Rom::parse) does not.
///
/// Two intentional differences: the bytes of a wrong signature are escaped here, because a terminal
/// may interpret them; and if rom-parser crashes on a pointer out of its mapped memory, the last
/// line here reports that.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RomParserOutput {
    /// Printed text.
    pub text: String,
    /// Whether the exit status is 0.
    pub success: bool,
}

/// Page size of the mapping, in bytes; zeros fill the last page.
const PAGE: usize = 4096;

/// The output of the original for `file` (rom-parser of 2017, commit 94a6153).
///
/// ```
/// let output = vbios::rom_parser(b"no ROM");
/// assert_eq!(output.text, "Error, ran off the end\n");
/// assert!(!output.success);
/// ```
#[must_use]
pub fn rom_parser(file: &[u8]) -> RomParserOutput {
    let mut text = String::new();
    let end = match print(file, &mut text) {
        Ok(end) => end,
        Err(OutOfMap { offset }) => {
            let _ = writeln!(text, "Error, pointer leads out of the file: {offset:#x}");
            End::Failure
        }
    };
    RomParserOutput {
        text,
        success: matches!(end, End::Success),
    }
}

enum End {
    Success,
    Failure,
}

/// rom-parser crashes here.
struct OutOfMap {
    offset: usize,
}

struct Map<'a>(&'a [u8]);

impl Map<'_> {
    fn byte(&self, offset: usize) -> Result<u8, OutOfMap> {
        match self.0.get(offset) {
            Some(byte) => Ok(*byte),
            None if offset < self.0.len().next_multiple_of(PAGE) => Ok(0),
            None => Err(OutOfMap { offset }),
        }
    }

    fn u16(&self, offset: usize) -> Result<u16, OutOfMap> {
        Ok(u16::from_le_bytes([
            self.byte(offset)?,
            self.byte(offset + 1)?,
        ]))
    }

    fn four(&self, offset: usize) -> Result<[u8; 4], OutOfMap> {
        let byte = |index| self.byte(offset + index);
        Ok([byte(0)?, byte(1)?, byte(2)?, byte(3)?])
    }
}

/// Writing to a string cannot fail, so the result of `write!` is ignored.
fn print(file: &[u8], text: &mut String) -> Result<End, OutOfMap> {
    let map = Map(file);
    if file.is_empty() {
        text.push_str("Error, zero sized ROM file\n");
        return Ok(End::Failure);
    }
    let mut offset = 0;
    while offset < file.len() {
        if [map.byte(offset)?, map.byte(offset + 1)?] == [0x55, 0xaa] {
            if let Some(end) = image(&map, offset, text)? {
                return Ok(end);
            }
        }
        offset += 512;
    }
    text.push_str("Error, ran off the end\n");
    Ok(End::Failure)
}

/// Prints an image; returns the end if it is the last one.
fn image(map: &Map<'_>, offset: usize, text: &mut String) -> Result<Option<End>, OutOfMap> {
    let pointer = map.u16(offset + 0x18)?;
    let _ = writeln!(
        text,
        "Valid ROM signature found @{offset:x}h, PCIR offset {pointer:x}h"
    );
    let pcir = offset + usize::from(pointer);
    let signature = map.four(pcir)?;
    if &signature != b"PCIR" {
        let shown = signature.escape_ascii();
        let _ = writeln!(text, "Invalid PCIR signature: {shown}");
        return Ok(Some(End::Failure));
    }
    let code_type = map.byte(pcir + 0x14)?;
    let _ = writeln!(
        text,
        "\tPCIR: type {code_type:x}{}, vendor: {:04x}, device: {:04x}, class: {:02x}{:02x}{:02x}",
        match code_type {
            0 => " (x86 PC-AT)",
            3 => " (EFI)",
            _ => "",
        },
        map.u16(pcir + 4)?,
        map.u16(pcir + 6)?,
        map.byte(pcir + 0x0f)?,
        map.byte(pcir + 0x0e)?,
        map.byte(pcir + 0x0d)?,
    );
    let (revision, vendor_revision) = (map.byte(pcir + 0x0c)?, map.u16(pcir + 0x12)?);
    let _ = writeln!(
        text,
        "\tPCIR: revision {revision:x}, vendor revision: {vendor_revision:x}"
    );
    if code_type == 3 {
        efi(map, offset, text)?;
    }
    if map.byte(pcir + 0x15)? == 0 {
        return Ok(None);
    }
    text.push_str("\tLast image\n");
    Ok(Some(End::Success))
}

fn efi(map: &Map<'_>, offset: usize, text: &mut String) -> Result<(), OutOfMap> {
    if map.four(offset + 4)? != [0xf1, 0x0e, 0, 0] {
        text.push_str("\t\tEFI: Signature NOT Valid\n");
        return Ok(());
    }
    text.push_str("\t\tEFI: Signature Valid, Subsystem: ");
    match map.u16(offset + 8)? {
        0x0b => text.push_str("Boot"),
        0x0c => text.push_str("Runtime"),
        other => {
            let _ = write!(text, "Unknown ({other:x})");
        }
    }
    text.push_str(", Machine: ");
    match map.u16(offset + 0x0a)? {
        0x014c => text.push_str("IA-32"),
        0x0200 => text.push_str("Itanium"),
        0x0ebc => text.push_str("EFI Byte Code"),
        0x8664 => text.push_str("X64"),
        0x01c2 => text.push_str("ARM"),
        0xaa64 => text.push_str("ARM 64-bit"),
        other => {
            let _ = write!(text, "Unknown ({other:x})");
        }
    }
    text.push('\n');
    Ok(())
}
