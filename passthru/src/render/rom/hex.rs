//! The headers of a ROM, byte by byte.

use std::fmt::Write as _;

use crate::render::Style;
use crate::text::text;
use vbios::{Image, Rom};

/// The header and the data structure of each image as hex dumps, with the offsets of the file.
/// `file` must be the parsed bytes.
#[must_use]
pub fn rom_hex(rom: &Rom, file: &[u8], style: Style) -> String {
    let mut text = String::new();
    if rom.isa.is_some() {
        let line = text!("option ROM without a PCI data structure: header");
        let _ = writeln!(text, "{}", style.say(&line));
        dump(&mut text, 0, file.get(..HEADER).unwrap_or(file));
    }
    let known = |offset| {
        rom.images
            .binary_search_by_key(&offset, |image| image.offset)
    };
    let further = rom
        .nvidia_images
        .iter()
        .filter(|image| known(image.offset).is_err());
    for image in rom.images.iter().chain(further) {
        image_dump(&mut text, image, file, style);
    }
    text
}

/// The header up to its last field (PCI Firmware Specification 3.3, section 5.1.1).
const HEADER: usize = 0x1c;

fn image_dump(text: &mut String, image: &Image, file: &[u8], style: Style) {
    let mut part = |name: &str, start: usize, length: usize| {
        let line = text!(
            "{kind} image at {offset}: {part}",
            kind = image.code_type.to_string(),
            offset = format!("{:#x}", image.offset),
            part = name
        );
        let _ = writeln!(text, "{}", style.say(&line));
        let rest = file.get(start..).unwrap_or_default();
        dump(text, start, rest.get(..length).unwrap_or(rest));
    };
    part("header", image.offset, HEADER);
    let structure = image.offset + image.structure_offset;
    let length = usize::from(image.structure_length).clamp(0x18, 0x40);
    part(&image.structure_signature.to_string(), structure, length);
    if let Some(extension) = image.extension {
        let length = usize::from(extension.structure_length).clamp(0x0c, 0x20);
        part("NPDE", image.offset + extension.offset, length);
    }
}

/// Lines of 16 bytes: the offset, the bytes, the same as characters.
fn dump(text: &mut String, start: usize, bytes: &[u8]) {
    for (index, line) in bytes.chunks(16).enumerate() {
        let _ = write!(text, "  {:08x} ", start + index * 16);
        for byte in line {
            let _ = write!(text, " {byte:02x}");
        }
        text.push_str(&"   ".repeat(16 - line.len()));
        text.push_str("  ");
        let shown = |byte: &u8| match byte {
            b' '..=b'~' => char::from(*byte),
            _ => '.',
        };
        text.extend(line.iter().map(shown));
        text.push('\n');
    }
}
