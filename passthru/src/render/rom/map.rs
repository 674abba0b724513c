//! A ROM file drawn as a map, and its EFI drivers.

use std::fmt::Write as _;

use list_order::Order as _;
use vbios::efi::Algorithm;
use vbios::{Image, PrefixKind, Rom};

use super::super::style::Style;
use super::super::wrap::{clean, paragraph};
use super::extracted::about;
use super::info::rom;
use crate::rom_document::driver;
use crate::text::{Text, text};

/// Width of the longest bar.
const WIDTH: usize = 32;
/// Drivers that are shown; a ROM has two at most.
const MOST: usize = 8;

/// The images of a ROM, its EFI drivers, and a map of the file. `file` must be the parsed bytes.
#[must_use]
pub fn rom_file(parsed: &Rom, file: &[u8], style: Style) -> String {
    let mut text = rom(parsed, style);
    let mut room = Algorithm::MAX_SIZE;
    let efi = parsed.images.iter().filter(|image| image.efi.is_some());
    for image in efi.take(MOST) {
        let Some(driver) = unpacked(image, file, &mut room) else {
            continue;
        };
        let line = text!(
            "EFI driver at {offset}: {driver}",
            offset = format!("{:#x}", image.offset),
            driver = about(&driver)
        );
        text.push_str(&paragraph("", &style.say(&line), style.columns));
    }
    text.push_str(&map(parsed, file, style));
    text
}

/// Facts of the driver in an EFI image. The decompressed bytes are deducted from `room`.
fn unpacked(
    image: &Image,
    file: &[u8],
    room: &mut usize,
) -> Option<crate::rom_document::ExtractedDriver> {
    let driver_bytes = vbios::efi::driver(image.bytes(file)).ok()?;
    *room = room.checked_sub(driver_bytes.len())?;
    driver(&driver_bytes)
}

/// A part of the file.
struct Part {
    offset: usize,
    length: usize,
    name: String,
}

fn map(rom: &Rom, file: &[u8], style: Style) -> String {
    let mut text = String::new();
    if rom.images.is_empty() {
        return text;
    }
    let parts = parts(rom, file, style);
    let longest = parts.iter().map(|part| part.length).max().unwrap_or(1);
    let _ = writeln!(text, "{}", style.say(&text!("map:")));
    for part in parts {
        let bar = (part.length * WIDTH).div_ceil(longest.max(1)).min(WIDTH);
        let _ = writeln!(
            text,
            "  {:#9x} {:<WIDTH$} {:>8} {}",
            part.offset,
            "#".repeat(bar),
            part.length,
            clean(&part.name)
        );
    }
    text
}

/// The parts of the file in order: each image of either chain, and the bytes between, before and
/// after them.
fn parts(rom: &Rom, file: &[u8], style: Style) -> Vec<Part> {
    let mut images: Vec<(usize, usize, String)> = Vec::new();
    // NVIDIA's chain also has the images inside others.
    let chain = rom.nvidia_images.iter().map(|image| {
        let length = image.length_npde.filter(|length| *length > 0);
        (image, length.unwrap_or(image.length_pcir))
    });
    let known = |offset| {
        rom.nvidia_images
            .binary_search_by_key(&offset, |image| image.offset)
            .is_ok()
    };
    let others = rom.images.iter().filter(|image| !known(image.offset));
    let all = chain.chain(others.map(|image| (image, image.length_pcir)));
    for (image, length) in all {
        images.push((image.offset, length, image.code_type.to_string()));
    }
    images.order();
    let mut parts = Vec::new();
    let mut at = 0;
    let rest = |parts: &mut Vec<Part>, from: usize, to: usize| {
        if to > from {
            let name = match (from, rom.prefix.kind) {
                (0, PrefixKind::NvidiaHeader) => text!("NVIDIA's flash header"),
                (0, PrefixKind::Padding) => text!("padding"),
                _ => tail(rom, from, to),
            };
            parts.push(Part {
                offset: from,
                length: to - from,
                name: style.say(&name),
            });
        }
    };
    for (offset, length, name) in images {
        let end = offset.saturating_add(length).min(file.len());
        if offset < at || offset > file.len() {
            continue;
        }
        rest(&mut parts, at, offset);
        parts.push(Part {
            offset,
            length: end - offset,
            name,
        });
        at = end;
    }
    rest(&mut parts, at, file.len());
    parts
}

/// Name of the bytes that belong to no image.
fn tail(rom: &Rom, from: usize, to: usize) -> Text {
    match rom.backup {
        Some(backup) if (from..to).contains(&backup.offset) => text!("second copy of the ROM"),
        _ => text!("other bytes"),
    }
}
