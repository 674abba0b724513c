//! What C programs print of option ROMs is what the Rust library says.

use std::path::Path;

use passthru::{document, rom_document};
use testkit::program::installed;
use vbios::edit::{self, Edited, ImageSource, Images, NewImage, PartForm};
use vbios::ssdt::RomTable;
use vbios::verify::{Guest, Target};
use vbios::{Compression, Rom, Vfct};

use crate::installed::{FFI, command, compile_shared, run, scratch};

/// An x86 image of 1 KiB for 10de:2d04 that is the last.
fn image() -> Vec<u8> {
    let mut image = vec![0; 1024];
    image[..3].copy_from_slice(&[0x55, 0xaa, 2]);
    image[0x18] = 0x40;
    image[0x40..0x48].copy_from_slice(b"PCIR\xde\x10\x04\x2d");
    image[0x4a] = 0x18;
    image[0x4f] = 3;
    image[0x50] = 2;
    image[0x55] = 0x80;
    let sum = image
        .iter()
        .fold(0u8, |sum: u8, byte| sum.wrapping_add(*byte));
    image[1023] = sum.wrapping_neg();
    image
}

#[test]
fn the_example_prints_the_rust_librarys_report() {
    if !installed(&["cc", "pkg-config"]) {
        return;
    }
    let program = compile_shared(&Path::new(FFI).join("examples/rom.c"), "rom");
    let file = scratch("vbios.rom");
    std::fs::write(&file, image()).unwrap();
    for (guest, word, id, status) in [
        (Guest::SeaBios, "seabios", "10de:2d04", 0),
        (Guest::Ovmf, "ovmf", "10de:2d04", 0),
        // SeaBIOS compares the IDs.
        (Guest::SeaBios, "seabios", "10de:1b80", 1),
    ] {
        let target = Target {
            id: Some(id.parse().unwrap()),
            guest: Some(guest),
            ..Target::default()
        };
        let report = vbios::verify(&Rom::parse(&image()), &image(), &target);
        let output = command(&program)
            .arg(&file)
            .args([id, word])
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(status), "{id} {word}");
        assert_eq!(
            String::from_utf8(output.stdout).unwrap(),
            document::to_json(&rom_document::verification(&report)).unwrap()
        );
    }
    let output = command(&program).arg(&file).arg("10de").output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(message.contains("ids: expected vendor:device"), "{message}");
}

/// A terse EFI driver without sections, which is as small as drivers get.
fn driver() -> Vec<u8> {
    let mut driver = b"VZ\x64\x86\0\x0b\x28\0".to_vec();
    driver.resize(40, 0);
    driver
}

/// An ACPI table with `rom` for 01:00.0.
fn vfct(rom: &[u8]) -> Vec<u8> {
    let mut table = vec![0; 76];
    table[..4].copy_from_slice(b"VFCT");
    table[52] = 76;
    table.extend([1, 0, 0, 0].into_iter().chain([0; 8]));
    table.extend(b"\x02\x10\x38\x16\x28\x10\x01\x00\0\0\0\0");
    table.extend(u32::try_from(rom.len()).unwrap().to_le_bytes());
    table.extend(rom);
    let length = u32::try_from(table.len()).unwrap();
    table[4..8].copy_from_slice(&length.to_le_bytes());
    table
}

/// The C program's output, composed from results of the Rust library.
#[derive(Default)]
struct Expected(Vec<u8>);

impl Expected {
    fn bytes(&mut self, name: &str, bytes: &[u8]) {
        let head = format!("== {name} {}\n", bytes.len());
        self.0.extend(head.into_bytes());
        self.0.extend(bytes);
    }

    fn edit(&mut self, name: &str, edited: &Edited) {
        let json = document::to_json(&rom_document::edited(edited)).unwrap();
        self.bytes(name, json.as_bytes());
        self.bytes(name, &edited.bytes);
    }
}

fn expected(rom: &[u8], driver: &[u8], firmware: &[u8], table: &[u8]) -> Vec<u8> {
    let mut all = Expected::default();
    let parsed = Rom::parse(rom);
    let like = parsed.images.first();
    let plain = NewImage::default();
    let image = plain.around(driver, like).unwrap();
    all.edit("add", &edit::add_efi(rom, &image).unwrap());
    let options = NewImage {
        id: Some("10de:1c03".parse().unwrap()),
        further_devices: ["1c02", "1b06"].map(|id| id.parse().unwrap()).to_vec(),
        class: Some("030200".parse().unwrap()),
        vendor_revision: 0x12,
        compression: Compression::UEFI,
    };
    let image = options.around(driver, None).unwrap();
    all.edit("add with options", &edit::add_efi(rom, &image).unwrap());
    let sources = ImageSource::of_files(&[rom, driver], &plain)
        .collect::<Result<Vec<_>, _>>()
        .unwrap();
    let built = edit::build(&sources).unwrap();
    all.edit("build", &built);

    let parsed_built = Rom::parse(&built.bytes);
    for (name, images, form) in [
        ("extract", Images::All, PartForm::Image),
        ("extract driver", Images::Efi, PartForm::Driver),
    ] {
        let parts = edit::extract(&built.bytes, images, form).unwrap();
        let json = document::to_json(&rom_document::extracted(&parts)).unwrap();
        all.bytes(name, json.as_bytes());
        for part in parts {
            all.bytes(name, &part.bytes);
        }
    }

    let differences = vbios::diff(&parsed, rom, &parsed_built, &built.bytes);
    assert!(!differences.is_empty());
    let json = document::to_json(&rom_document::differences(&differences)).unwrap();
    all.bytes("diff", json.as_bytes());

    let first = edit::extract_adjacent(&built.bytes, Images::Number(0)).unwrap();
    let table_of_rom = RomTable::new(&first, r"\_SB.PCI0.S08.S00".parse().unwrap()).unwrap();
    all.bytes("ssdt", &table_of_rom.to_aml());
    all.bytes("ssdt source", table_of_rom.to_asl().as_bytes());

    let carved = vbios::carve(firmware);
    assert_eq!(carved.len(), 2);
    let json = document::to_json(&rom_document::carved(&carved)).unwrap();
    all.bytes("carve", json.as_bytes());
    for found in carved {
        let bytes = &firmware[found.offset..][..found.length];
        all.bytes("carve", bytes);
    }
    let vfct = Vfct::parse(table).unwrap();
    let json = document::to_json(&rom_document::vfct(&vfct)).unwrap();
    all.bytes("vfct", json.as_bytes());
    for image in &vfct.images {
        all.bytes("vfct", image.bytes(table));
    }
    all.0
}

#[test]
fn edits_and_parts_are_those_of_the_rust_library() {
    if !installed(&["cc", "pkg-config"]) {
        return;
    }
    let source = Path::new(FFI).join("tests/c_program/rom_edits.c");
    let program = compile_shared(&source, "rom-edits");
    let (rom, driver) = (image(), driver());
    let firmware = [b"first".as_slice(), &rom, b"second", &rom].concat();
    let table = vfct(&rom);
    let files = [
        ("vbios", &rom),
        ("driver", &driver),
        ("firmware", &firmware),
        ("vfct", &table),
    ];
    let files = files.map(|(name, bytes)| {
        let file = scratch(&format!("rom-edits-{name}"));
        std::fs::write(&file, bytes).unwrap();
        file
    });
    let output = run(command(&program).args(&files));
    let expected = expected(&rom, &driver, &firmware, &table);
    let visible = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(
        output.stdout == expected,
        "{}\n-- expected\n{}",
        visible(&output.stdout),
        visible(&expected)
    );
    if installed(&["valgrind"]) {
        let checks = ["--quiet", "--error-exitcode=99", "--leak-check=full"];
        run(command("valgrind").args(checks).arg(&program).args(&files));
    }
}
