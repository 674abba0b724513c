//! The contents of a ROM.

use vbios::{Board, BoardMemory, Extension, Image, MemoryModule, PrefixKind, Rom, VendorTables};

use super::super::style::Style;
use super::super::wrap::paragraph;
use crate::text::{Text, listed, plural, text};

/// Device IDs that are shown of an image's list.
const MOST_IDS: usize = 16;

/// The images of a ROM, the vendor's tables, and the findings.
#[must_use]
pub fn rom(rom: &Rom, style: Style) -> String {
    let mut text = String::new();
    let mut line = |first: &str, line: &Text| {
        text.push_str(&paragraph(first, &style.say(line), style.columns));
    };
    if let Some(prefix) = prefix(rom) {
        line("", &prefix);
    }
    if let Some(isa) = &rom.isa {
        let size = isa.length;
        line(
            "  ",
            &match isa.checksum_ok {
                Some(true) => text!(
                    "0x0: option ROM of {size} bytes without a PCI data structure, checksum correct",
                    size
                ),
                Some(false) => text!(
                    "0x0: option ROM of {size} bytes without a PCI data structure, checksum wrong",
                    size
                ),
                None => text!(
                    "0x0: option ROM of {size} bytes without a PCI data structure, truncated",
                    size
                ),
            },
        );
    }
    for image in &rom.images {
        line("  ", &image_line(image));
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
        line("", &text!("and in NVIDIA's own chain:"));
    }
    for image in further {
        line("  ", &image_line(image));
    }
    if let Some(board) = &rom.board {
        line("", &text!("board: {board}", board = board_line(board)));
        if let Some(memory) = &board.memory {
            line("", &memory_line(memory));
        }
    }
    if rom.tail_length > 0 && !rom.images.is_empty() {
        let size = rom.tail_length;
        line(
            "",
            &match rom.backup {
                Some(backup) => text!(
                    "{size} bytes after the last image, with a second copy at {offset}",
                    size,
                    offset = format!("{:#x}", backup.offset)
                ),
                None => text!("{size} bytes after the last image", size),
            },
        );
    }
    for finding in &rom.findings {
        line(
            "  ! ",
            &text!(
                "{offset}: {problem}",
                offset = format!("{:#x}", finding.offset),
                problem = Text::of_english(finding.problem.to_string())
            ),
        );
    }
    text
}

fn prefix(rom: &Rom) -> Option<Text> {
    let size = rom.prefix.length;
    Some(match (rom.prefix.kind, &rom.prefix.flash_header) {
        (PrefixKind::None, _) => return None,
        (PrefixKind::NvidiaHeader, Some(header)) => text!(
            "{size} bytes before the first image: NVIDIA's flash header, version {version}",
            size,
            version = header.version.to_string()
        ),
        (PrefixKind::Padding, _) => {
            text!("{size} bytes of padding before the first image", size)
        }
        _ => text!("{size} bytes before the first image", size),
    })
}

fn image_line(image: &Image) -> Text {
    let mut parts = vec![text!(
        "{offset}: {kind}, {size} bytes, {id}, class {class}, revision {revision}",
        offset = format!("{:#x}", image.offset),
        kind = image.code_type.to_string(),
        size = image.length_pcir,
        id = image.id,
        class = image.class_code.to_string(),
        revision = format!("{:#x}", image.vendor_revision)
    )];
    if !image.device_list.is_empty() {
        let ids = image.device_list.iter().take(MOST_IDS);
        let ids: Vec<String> = ids.map(ToString::to_string).collect();
        let ids = ids.join(" ");
        let more = image.device_list.len().saturating_sub(MOST_IDS);
        parts.push(if more == 0 {
            text!("also for device IDs {ids}", ids)
        } else {
            plural!(
                more,
                "also for device IDs {ids} and 1 more",
                "also for device IDs {ids} and {count} more",
                ids
            )
        });
    }
    if let Some(efi) = &image.efi {
        parts.push(text!(
            "machine {machine}",
            machine = efi.machine.to_string()
        ));
        if efi.compression.0 != 0 {
            parts.push(text!("compressed"));
        }
    }
    if let Some(Extension {
        efi_version: Some(version),
        ..
    }) = image.extension
    {
        parts.push(text!(
            "driver version {version}",
            version = format!("{version:#x}")
        ));
    }
    for pnp in &image.pnp {
        if let Some(product) = &pnp.product {
            parts.push(text!("boot entry \"{product}\"", product));
        }
    }
    // The images of NVIDIA's chain may be inside one of the PCI chain.
    if let Some(size) = image.length_npde.filter(|size| *size != image.length_pcir) {
        parts.push(text!("{size} bytes in NVIDIA's chain", size));
    }
    match image.checksum_ok {
        Some(true) => parts.push(text!("checksum correct")),
        Some(false) => parts.push(text!("checksum wrong")),
        None => {}
    }
    if image.last {
        parts.push(text!("last image"));
    }
    listed(parts)
}

fn memory_line(memory: &BoardMemory) -> Text {
    if let Some(revision) = &memory.unknown_revision {
        return text!(
            "memory: unknown, the layout of AMD's table revision {revision} is not published",
            revision
        );
    }
    let modules: Vec<Text> = memory.modules.iter().map(module).collect();
    let modules = listed(modules);
    match memory.modules.len() {
        _ if memory.of_system => text!("memory of the system, by the firmware: {modules}", modules),
        1 => text!("memory: {modules}", modules),
        _ => text!("memory, one of: {modules}", modules),
    }
}

fn module(module: &MemoryModule) -> Text {
    let mut words = vec![match module.type_name {
        Some(name) => name.to_owned(),
        None => format!("{:#x}", module.type_number),
    }];
    words.extend(module.size_mib.map(|size| format!("{size} MiB")));
    words.extend(module.vendor.map(str::to_owned));
    words.extend(module.part_number.clone());
    let kind = words.join(" ");
    if module.type_name.is_none() {
        return text!("a type without a published name, number {kind}", kind);
    }
    match module.channels {
        Some(channels) => plural!(
            usize::from(channels),
            "{kind}, 1 channel",
            "{kind}, {count} channels",
            kind
        ),
        None => text!("{kind}", kind),
    }
}

fn board_line(board: &Board) -> Text {
    let mut parts: Vec<Text> = Vec::new();
    let value = |value: String| text!("{value}", value);
    parts.extend(board.subsystem.map(|id| value(id.to_string())));
    match &board.tables {
        VendorTables::Nvidia(bit) => {
            parts.extend(bit.strings.sign_on.clone().map(value));
            let version = bit.bios_version.map(|version| version.to_string());
            parts.extend(version.map(|version| text!("version {version}", version)));
        }
        VendorTables::Amd(atom) => {
            parts.extend(atom.part_number.clone().map(value));
            parts.extend(atom.message.clone().map(value));
        }
        VendorTables::Intel(table) => {
            parts.extend(table.platform.clone().map(value));
            let version = table.blocks_version.map(|version| version.to_string());
            parts.extend(version.map(|version| text!("VBT blocks {version}", version)));
        }
        _ => {}
    }
    parts.extend(board.date().map(|date| value(date.to_owned())));
    listed(parts)
}
