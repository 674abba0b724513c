//! What is in a ROM.

use std::fmt::Write as _;

use vbios::{Board, Extension, Image, PrefixKind, Rom, VendorTables};

use super::super::style::Style;
use super::super::wrap::paragraph;

/// The parts of a ROM, what the vendor's tables tell, and what is wrong.
#[must_use]
pub fn rom(rom: &Rom, style: Style) -> String {
    let mut text = String::new();
    prefix(&mut text, rom);
    if let Some(isa) = &rom.isa {
        let sum = match isa.checksum_ok {
            Some(true) => "checksum right",
            Some(false) => "checksum wrong",
            None => "cut off",
        };
        let line = format!(
            "0x0: option ROM of {} bytes without a PCI data structure, {sum}",
            isa.length
        );
        text.push_str(&paragraph("  ", &line, style.columns));
    }
    for image in &rom.images {
        text.push_str(&paragraph("  ", &image_line(image), style.columns));
    }
    let known = |offset| {
        rom.images
            .binary_search_by_key(&offset, |image| image.offset)
    };
    let mut further = rom
        .nvidia_images
        .iter()
        .filter(|image| known(image.offset).is_err())
        .peekable();
    if further.peek().is_some() {
        text.push_str("and in NVIDIA's own chain:\n");
    }
    for image in further {
        text.push_str(&paragraph("  ", &image_line(image), style.columns));
    }
    if let Some(board) = &rom.board {
        text.push_str(&paragraph("board: ", &board_line(board), style.columns));
    }
    if rom.tail_length > 0 && !rom.images.is_empty() {
        let _ = write!(text, "{} bytes behind the last image", rom.tail_length);
        match rom.backup {
            Some(backup) => {
                let _ = writeln!(text, ", with a second copy at {:#x}", backup.offset);
            }
            None => text.push('\n'),
        }
    }
    for finding in &rom.findings {
        let line = format!("{:#x}: {}", finding.offset, finding.problem);
        text.push_str(&paragraph("  ! ", &line, style.columns));
    }
    text
}

fn prefix(text: &mut String, rom: &Rom) {
    let length = rom.prefix.length;
    let _ = match (rom.prefix.kind, &rom.prefix.flash_header) {
        (PrefixKind::None, _) => Ok(()),
        (PrefixKind::NvidiaHeader, Some(header)) => writeln!(
            text,
            "{length} bytes before the first image: NVIDIA's flash header, version {}",
            header.version
        ),
        (PrefixKind::Padding, _) => {
            writeln!(text, "{length} bytes of padding before the first image")
        }
        _ => writeln!(text, "{length} bytes before the first image"),
    };
}

fn image_line(image: &Image) -> String {
    let mut line = format!(
        "{:#x}: {}, {} bytes, {}, class {}, revision {:#x}",
        image.offset,
        image.code_type,
        image.length_pcir,
        image.id,
        image.class_code,
        image.vendor_revision
    );
    match image.device_list.len() {
        0 => {}
        1 => line.push_str(", 1 further device"),
        count => {
            let _ = write!(line, ", {count} further devices");
        }
    }
    if let Some(efi) = &image.efi {
        let _ = write!(line, ", machine {}", efi.machine);
        if efi.compression.0 != 0 {
            line.push_str(", compressed");
        }
    }
    if let Some(Extension {
        efi_version: Some(version),
        ..
    }) = image.extension
    {
        let _ = write!(line, ", driver version {version:#x}");
    }
    for pnp in &image.pnp {
        if let Some(product) = &pnp.product {
            let _ = write!(line, ", boots as \"{product}\"");
        }
    }
    line.push_str(match image.checksum_ok {
        Some(true) => ", checksum right",
        Some(false) => ", checksum wrong",
        None => "",
    });
    if image.last {
        line.push_str(", last image");
    }
    line
}

fn board_line(board: &Board) -> String {
    let mut parts: Vec<String> = Vec::new();
    parts.extend(board.subsystem.map(|id| id.to_string()));
    match &board.tables {
        VendorTables::Nvidia(bit) => {
            parts.extend(bit.strings.sign_on.clone());
            parts.extend(bit.bios_version.map(|version| format!("version {version}")));
        }
        VendorTables::Amd(atom) => {
            parts.extend(atom.part_number.clone());
            parts.extend(atom.message.clone());
        }
        VendorTables::Intel(table) => {
            parts.extend(table.platform.clone());
            parts.extend(
                table
                    .blocks_version
                    .map(|version| format!("VBT blocks {version}")),
            );
        }
        _ => {}
    }
    parts.extend(board.date().map(str::to_owned));
    parts.join(", ")
}
