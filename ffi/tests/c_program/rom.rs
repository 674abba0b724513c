//! What C programs print of option ROMs is what the Rust library says.

use std::path::Path;

use passthru::{document, rom_document};
use vbios::Rom;
use vbios::verify::{Guest, Target};

use crate::installed::{FFI, command, compile_shared, have, scratch};

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
    if !have(&["cc", "pkg-config"]) {
        return;
    }
    let program = compile_shared(&Path::new(FFI).join("examples/rom.c"), "rom");
    let file = scratch("vbios.rom");
    std::fs::write(&file, image()).unwrap();
    for (guest, word, status) in [(Guest::SeaBios, "seabios", 0), (Guest::Ovmf, "ovmf", 1)] {
        let target = Target {
            id: Some("10de:2d04".parse().unwrap()),
            guest: Some(guest),
            ..Target::default()
        };
        let report = vbios::verify(&Rom::parse(&image()), &image(), &target);
        let output = command(&program)
            .arg(&file)
            .args(["10de:2d04", word])
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(status));
        assert_eq!(
            String::from_utf8(output.stdout).unwrap(),
            document::to_json(&rom_document::verification(&report)).unwrap()
        );
    }
    let output = command(&program).arg(&file).arg("10de").output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("ids: expected vendor:device"), "{said}");
}
