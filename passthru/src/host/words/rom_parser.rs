//! The output of rom-parser: the images of an option ROM.

use host_tree::{CommandText, Evidence, numbered_lines};
use pci_core::PciId;

use crate::host::fact::Fact;

/// A ROM that rom-parser read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub(crate) struct ParsedRom {
    /// The ID in its first image.
    pub id: Option<PciId>,
    /// Whether it has an image for x86 BIOSes (type 0).
    pub has_x86: bool,
    /// Whether it has an EFI image (type 3).
    pub has_efi: bool,
    /// Whether its last image is in the text.
    pub is_whole: bool,
}

/// Maximum number of ROMs.
const MOST: usize = 16;

/// The ROMs in the texts, each with the line of its first image.
pub(in crate::host) fn read(texts: &[CommandText]) -> Vec<Fact<ParsedRom>> {
    let mut found: Vec<Fact<ParsedRom>> = Vec::new();
    for text in texts {
        let mut open = false;
        for (number, line) in numbered_lines(&text.text) {
            if let Some((kind, id)) = image(line) {
                if !open && found.len() < MOST {
                    let evidence = Evidence::new(&*text.command, number, line.trim());
                    let rom = ParsedRom {
                        id,
                        ..ParsedRom::default()
                    };
                    found.push(Fact::new(rom, evidence));
                }
                open = true;
                if let Some(rom) = found.last_mut() {
                    rom.value.has_x86 |= kind == 0;
                    rom.value.has_efi |= kind == 3;
                }
            } else if open && unquoted(line) == "Last image" {
                open = false;
                if let Some(rom) = found.last_mut() {
                    rom.value.is_whole = true;
                }
            }
        }
    }
    found
}

/// Whether the line is of rom-parser.
pub(crate) fn is_line(line: &str) -> bool {
    let line = unquoted(line);
    image(line).is_some()
        || line.starts_with("Valid ROM signature found @")
        || line.starts_with("PCIR: revision ")
        || line.starts_with("EFI: Signature ")
}

/// The line without the marks of a quotation.
fn unquoted(line: &str) -> &str {
    line.trim_start_matches(['>', ' ', '\t']).trim_end()
}

/// `PCIR: type 3 (EFI), vendor: 10de, device: 0fc6, class: 030000`: the code type and the ID.
fn image(line: &str) -> Option<(u8, Option<PciId>)> {
    let rest = unquoted(line).strip_prefix("PCIR: type ")?;
    let (kind, rest) = rest.split_once(' ')?;
    let value = |key: &str| {
        let (_, rest) = rest.split_once(key)?;
        rest.split(',').next()
    };
    let id = format!("{}:{}", value("vendor: ")?, value("device: ")?);
    Some((kind.parse().ok()?, id.parse().ok()))
}

#[cfg(test)]
mod tests;
