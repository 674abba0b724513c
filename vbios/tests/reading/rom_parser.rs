//! What rom-parser prints, as it was seen to print it. `tests/oracles` compares
//! with the program itself, where it is installed.

use testkit::rom::{ImageBuilder, card, flash_header, rom};
use vbios::rom_parser;

#[test]
fn a_card() {
    let output = rom_parser(&card());
    assert_eq!(
        output.text,
        "Valid ROM signature found @0h, PCIR offset 40h\n\
         \tPCIR: type 0 (x86 PC-AT), vendor: 10de, device: 2d04, class: 030000\n\
         \tPCIR: revision 0, vendor revision: 1\n\
         Valid ROM signature found @800h, PCIR offset 40h\n\
         \tPCIR: type 3 (EFI), vendor: 10de, device: 2d04, class: 030000\n\
         \tPCIR: revision 3, vendor revision: 1\n\
         \t\tEFI: Signature Valid, Subsystem: Boot, Machine: X64\n\
         \tLast image\n"
    );
    assert!(output.success);
    // It sees no header in front, and does not ask where the file was cut.
    let cut = rom_parser(&flash_header(1, &card()[..0x800]));
    assert!(cut.text.starts_with("Valid ROM signature found @600h"));
    assert!(
        cut.text
            .ends_with("vendor revision: 1\nError, ran off the end\n")
    );
    assert!(!cut.success);
    assert_eq!(rom_parser(&[]).text, "Error, zero sized ROM file\n");
}

#[test]
fn each_word_for_machine_and_subsystem() {
    let line = |machine: u16, subsystem: u16| {
        let image = ImageBuilder {
            machine,
            subsystem,
            ..ImageBuilder::efi(1)
        };
        let text = rom_parser(&image.build()).text;
        text.lines().nth(3).unwrap().trim().to_owned()
    };
    for (machine, name) in [
        (0x014c, "IA-32"),
        (0x0200, "Itanium"),
        (0x0ebc, "EFI Byte Code"),
        (0x01c2, "ARM"),
        (0xaa64, "ARM 64-bit"),
        (0x5064, "Unknown (5064)"),
    ] {
        let expected = format!("EFI: Signature Valid, Subsystem: Runtime, Machine: {name}");
        assert_eq!(line(machine, 0x0c), expected);
    }
    assert!(line(0x8664, 0x0a).contains("Subsystem: Unknown (a), Machine: X64"));
    let invalid = ImageBuilder::efi(1).patch(4, &[0]);
    let text = rom_parser(&invalid.build()).text;
    assert!(text.contains("\t\tEFI: Signature NOT Valid\n"), "{text}");
}

/// rom-parser steps by 512 bytes and not by images: it finds signatures inside images too.
#[test]
fn a_signature_within_an_image_is_found() {
    let image = ImageBuilder::x86(4).more().patch(0x400, &[0x55, 0xaa]);
    let text = rom_parser(&rom(&[image, ImageBuilder::efi(1)])).text;
    assert!(
        text.ends_with("found @400h, PCIR offset 0h\nInvalid PCIR signature: U\\xaa\\x00\\x00\n"),
        "{text}"
    );
}

/// Where it differs: a wrong signature's bytes are escaped, and a pointer out of
/// the mapped memory kills it before it has written anything to a pipe.
#[test]
fn ours_differs_on_purpose() {
    let image = ImageBuilder::x86(1)
        .patch(0x18, &[0x80, 0])
        .patch(0x80, b"\x1b[2J");
    let text = rom_parser(&image.build()).text;
    assert!(
        text.ends_with("Invalid PCIR signature: \\x1b[2J\n"),
        "{text}"
    );
    let astray = rom_parser(&ImageBuilder::x86(1).patch(0x18, &[0xff, 0xff]).build());
    assert!(
        astray
            .text
            .ends_with("Error, pointer leads out of the file: 0xffff\n"),
        "{}",
        astray.text
    );
    assert!(!astray.success);
    // After the file's end the mapped page is filled with zeros.
    let within = rom_parser(&ImageBuilder::x86(1).patch(0x18, &[0, 8]).build());
    assert!(
        within.text.contains("signature: \\x00\\x00\\x00\\x00\n"),
        "{}",
        within.text
    );
}
