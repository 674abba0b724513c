//! What is different between two ROMs.

use testkit::rom::{ExtensionBuilder, ImageBuilder, card, flash_header, rom, turing};
use vbios::{Rom, diff};

fn lines(left: &[u8], right: &[u8]) -> Vec<String> {
    let found = diff(&Rom::parse(left), left, &Rom::parse(right), right);
    found.iter().map(ToString::to_string).collect()
}

#[test]
fn equal_roms_have_no_differences() {
    for file in [card(), turing(), flash_header(1, &turing()), Vec::new()] {
        assert_eq!(lines(&file, &file), [""; 0]);
    }
}

#[test]
fn fields_are_reported_by_name() {
    let other = rom(&[
        ImageBuilder::x86(4).more(),
        ImageBuilder::efi(2).id(0x10de, 0x2d05),
    ]);
    assert_eq!(
        lines(&card(), &other),
        [
            "EFI image 1: id: 10de:2d04 -> 10de:2d05",
            "EFI image 1: content: 1 byte differs, the first at 0x46"
        ]
    );
    let cut = lines(&card(), &card()[..0x800]);
    assert!(
        cut.contains(&"EFI image 1: offset: 0x800 -> none".to_owned()),
        "{cut:?}"
    );
    let cut = lines(&card()[..0x800], &card());
    assert!(
        cut.contains(&"EFI image 1: offset: none -> 0x800".to_owned()),
        "{cut:?}"
    );
    let front = lines(&card(), &flash_header(2, &card()));
    assert_eq!(
        front[..2],
        [
            "prefix: length: 0 -> 1536",
            "prefix: flash header version: none -> 2"
        ]
    );
}

#[test]
fn the_vendors_tables_are_compared_field_by_field() {
    let nvidia = |version: [u8; 5], board: u16| {
        ImageBuilder::x86(4)
            .extension(ExtensionBuilder::new(4, true).subsystem(0x1462, board))
            .nvidia_tables(version, version, "GP104")
            .build()
    };
    let lines_of = lines(
        &nvidia([0, 0x50, 4, 0x86, 0x70], 0x3301),
        &nvidia([0, 0x50, 4, 0x86, 0x71], 0x3302),
    );
    for line in [
        "board: subsystem: 1462:3301 -> 1462:3302",
        "board: version: 86.04.50.00.70 -> 86.04.50.00.71",
        "board: version text: Version 86.04.50.00.70 -> Version 86.04.50.00.71",
    ] {
        assert!(lines_of.contains(&line.to_owned()), "{lines_of:?}");
    }
    let amd = |part: &[u8]| ImageBuilder::x86(4).amd_tables([0x1da2, 1], part).build();
    let lines_of = lines(&amd(b"113-1"), &amd(b"113-2"));
    assert_eq!(
        lines_of.last().unwrap(),
        "board: part number: 113-1 -> 113-2"
    );
}

#[test]
fn nvidias_own_images_and_the_tail_count() {
    let mut other = turing();
    other[0xd00] ^= 1;
    let found = lines(&turing(), &other);
    assert!(
        found.contains(&"NVIDIA FwSec image 1: content: 1 byte differs, the first at 0x100".into()),
        "{found:?}"
    );
    let tail = lines(
        &[&card()[..], b"ab"].concat(),
        &[&card()[..], b"ac"].concat(),
    );
    assert_eq!(tail, ["tail: content: 1 byte differs, the first at 0x1"]);
}
