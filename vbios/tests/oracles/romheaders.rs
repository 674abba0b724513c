//! The option ROMs of QEMU's devices, read by `romheaders` of OpenBIOS's
//! fcode-utils and by us: the same images with the same fields.

use std::path::PathBuf;
use std::process::Command;

use vbios::{CodeType, EfiMachine, Problem, Rom};

/// The ROM files of the Debian packages ipxe-qemu and seabios.
pub(crate) fn rom_files() -> Vec<PathBuf> {
    let mut files = Vec::new();
    for (directory, prefix) in [
        ("/usr/lib/ipxe/qemu", ""),
        ("/usr/share/seabios", "vgabios-"),
    ] {
        let Ok(entries) = std::fs::read_dir(directory) else {
            continue;
        };
        for entry in entries {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if name.starts_with(prefix) && !path.is_symlink() {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

/// One image as both programs see it, as lines of text.
fn theirs(output: &str) -> Vec<String> {
    let mut images = Vec::new();
    for image in output.split("\nImage ").skip(1) {
        if image.contains("(Not Ok)") {
            continue;
        }
        let field = |name: &str| {
            let line = image
                .lines()
                .find_map(|line| line.trim().strip_prefix(name));
            let word = line
                .unwrap_or_else(|| panic!("no {name} in {image}"))
                .trim();
            let word = word.split(' ').next().unwrap();
            u32::from_str_radix(word.strip_prefix("0x").unwrap(), 16).unwrap()
        };
        images.push(format!(
            "{:04x}:{:04x} class {:06x} revision {} length {} vendor revision {} type {} last {}",
            field("Vendor ID:"),
            field("Device ID:"),
            field("Class Code:"),
            field("PCI Data Structure Revision:"),
            field("Image Length:") * 512,
            field("Revision Level of Code/Data:"),
            field("Code Type:"),
            field("Last-Image Flag:") & 0x80 != 0,
        ));
    }
    images
}

fn ours(rom: &Rom) -> Vec<String> {
    let line = |image: &vbios::Image| {
        format!(
            "{} class {} revision {} length {} vendor revision {} type {} last {}",
            image.id,
            image.class_code,
            image.structure_revision,
            image.length_pcir,
            image.vendor_revision,
            image.code_type.0,
            image.last,
        )
    };
    rom.images.iter().map(line).collect()
}

#[test]
fn the_same_images_as_romheaders() {
    let files = rom_files();
    if files.is_empty() {
        return testkit::skipped::missing("ipxe-qemu or seabios");
    }
    for file in files {
        let Ok(output) = Command::new("romheaders").arg(&file).output() else {
            return testkit::skipped::missing("romheaders");
        };
        let theirs = theirs(&String::from_utf8_lossy(&output.stdout));
        let rom = Rom::parse(&std::fs::read(&file).unwrap());
        assert_eq!(ours(&rom), theirs, "{}", file.display());
    }
}

#[test]
fn roms_of_qemu_are_valid() {
    let files = rom_files();
    if files.is_empty() {
        return testkit::skipped::missing("ipxe-qemu or seabios");
    }
    for file in files {
        let bytes = std::fs::read(&file).unwrap();
        let rom = Rom::parse(&bytes);
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        // ISA and ramfb BIOSes are not PCI option ROMs: their headers point nowhere.
        if matches!(name.as_str(), "vgabios-isavga.bin" | "vgabios-ramfb.bin") {
            assert!(rom.images.is_empty(), "{name}");
            assert_eq!(rom.isa.unwrap().checksum_ok, Some(true), "{name}");
            let pointer = 0;
            assert_eq!(
                rom.findings[0].problem,
                Problem::PointerInHeader { pointer }
            );
            continue;
        }
        assert_eq!(rom.findings, [], "{name}");
        assert_eq!((rom.prefix.length, rom.tail_length), (0, 0), "{name}");
        for image in &rom.images {
            match image.code_type {
                CodeType::X86 => assert_eq!(image.checksum_ok, Some(true), "{name}"),
                other => assert_eq!(other, CodeType::EFI, "{name}"),
            }
        }
        let has_efi = rom.images.iter().any(|image| {
            image
                .efi
                .is_some_and(|efi| efi.machine == EfiMachine::X64 && efi.signature_ok)
        });
        assert_eq!(has_efi, name.starts_with("efi-"), "{name}");
    }
}
