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
mod tests {
    use super::*;

    const OUTPUT: &str = "Valid ROM signature found @0h, PCIR offset 190h\n\tPCIR: type 0 (x86 \
        PC-AT), vendor: 10de, device: 0fc6, class: 030000\n\tPCIR: revision 0, vendor revision: 1\n\
        Valid ROM signature found @fc00h, PCIR offset 1ch\n\tPCIR: type 3 (EFI), vendor: 10de, \
        device: 0fc6, class: 030000\n\tPCIR: revision 3, vendor revision: 0\n\t\tEFI: Signature \
        Valid, Subsystem: Boot, Machine: X64\n\tLast image\n";

    fn roms(text: &str) -> Vec<ParsedRom> {
        let text = CommandText {
            command: "a.txt".to_owned(),
            text: text.to_owned(),
        };
        read(&[text]).into_iter().map(|fact| fact.value).collect()
    }

    #[test]
    fn images_of_one_rom_belong_together() {
        let [rom] = &roms(OUTPUT)[..] else { panic!() };
        assert!(rom.has_x86 && rom.has_efi && rom.is_whole);
        assert_eq!(rom.id.unwrap().to_string(), "10de:0fc6");
        assert!(OUTPUT.lines().filter(|line| is_line(line)).count() == 7);
        let cut: String = OUTPUT
            .lines()
            .take(3)
            .map(|line| format!("{line}\n"))
            .collect();
        let [rom] = &roms(&cut)[..] else { panic!() };
        assert!(rom.has_x86 && !rom.has_efi && !rom.is_whole);
        assert_eq!(roms(&format!("{OUTPUT}{OUTPUT}")).len(), 2);
        assert!(roms("PCIR: type x\nLast image\n").is_empty());
    }
}
