//! What the vendors' own tables tell.

use testkit::rom::{ExtensionBuilder, ImageBuilder, TABLES};
use vbios::{Rom, VendorTables};

#[test]
fn nvidias_tables_name_the_board() {
    let version = [0x00, 0x50, 0x04, 0x86, 0x70];
    let image = ImageBuilder::x86(2)
        .nvidia_tables(version, version, "GP104 SKU 1\r\nMSI\x07V330 ")
        .patch(0x54, &[0x62, 0x14, 0x01, 0x33]);
    let rom = Rom::parse(&image.build());
    let board = rom.board.unwrap();
    let VendorTables::Nvidia(bit) = &board.tables else {
        panic!("{board:?}");
    };
    assert!(bit.checksum_ok);
    assert_eq!((bit.offset, bit.version), (TABLES, 0x0100));
    assert_eq!(bit.bios_version.unwrap().to_string(), "86.04.50.00.70");
    assert_eq!(bit.internal_version, bit.bios_version);
    assert_eq!(board.date(), Some("05/09/16"));
    assert_eq!(
        bit.strings.sign_on.as_deref(),
        Some("GP104 SKU 1 MSI\\x07V330")
    );
    assert_eq!(bit.strings.vendor, None);
    assert_eq!(bit.strings.product.as_deref(), Some("GP104 Board"));
    assert_eq!(bit.strings.product_revision, None);
    let ids: Vec<u8> = bit.tokens.iter().map(|token| token.id).collect();
    assert_eq!(ids, b"BiS");
    assert_eq!(board.subsystem.unwrap().to_string(), "1462:3301");
}

#[test]
fn the_subsystem_is_where_the_generation_has_it() {
    let version = [0; 5];
    let image = || ImageBuilder::x86(2).nvidia_tables(version, version, "x");
    let subsystem = |image: ImageBuilder| {
        let board = Rom::parse(&image.build()).board.unwrap();
        board.subsystem.map(|id| id.to_string())
    };
    assert_eq!(subsystem(image()), None);
    assert_eq!(subsystem(image().patch(0x54, b"PMID")), None);
    // A notebook's chip: its firmware gives it the ids.
    assert_eq!(subsystem(image().patch(0x54, &[0xde, 0x10, 0, 0])), None);
    let extension = ExtensionBuilder::new(2, true).subsystem(0x1043, 0x873f);
    let newer = image().patch(0x54, b"PMID").extension(extension);
    assert_eq!(subsystem(newer).as_deref(), Some("1043:873f"));
}

#[test]
fn a_bit_may_say_anything() {
    let version = [0; 5];
    let image = ImageBuilder::x86(2).nvidia_tables(version, version, "x");
    // 255 tokens, headers and tokens without a size, offsets beyond the image.
    for (at, byte) in [(10, 0xff), (8, 0), (9, 0), (8, 0xff), (9, 0xff)] {
        let changed = image.clone().patch(TABLES + at, &[byte]);
        let rom = Rom::parse(&changed.build());
        let VendorTables::Nvidia(bit) = rom.board.unwrap().tables else {
            panic!("{at}");
        };
        assert!(!bit.checksum_ok, "{at}");
        assert!(bit.tokens.len() <= 255);
    }
    let tokens = image.patch(TABLES + 12 + 4, &[0xff, 0xff]);
    let rom = Rom::parse(&tokens.build());
    let VendorTables::Nvidia(bit) = rom.board.unwrap().tables else {
        panic!();
    };
    assert_eq!(bit.bios_version, None);
}

#[test]
fn amds_table_names_the_board() {
    let image = ImageBuilder::x86(2).amd_tables([0x1da2, 0xe387], b"113-1E3870U-O4B");
    let board = Rom::parse(&image.build()).board.unwrap();
    let VendorTables::Amd(atom) = &board.tables else {
        panic!("{board:?}");
    };
    assert_eq!((atom.format_revision, atom.content_revision), (2, 3));
    assert_eq!(atom.part_number.as_deref(), Some("113-1E3870U-O4B"));
    assert_eq!(atom.message.as_deref(), Some("Polaris20 \\x1b[2J8GB"));
    assert_eq!(board.date(), Some("11/15/17 01:27"));
    assert_eq!(board.subsystem.unwrap().to_string(), "1da2:e387");
    // Pointers out of the image.
    let far = image
        .clone()
        .patch(0x6e, &[0xff, 0xff])
        .patch(TABLES + 0x10, &[0xff, 0xff]);
    let board = Rom::parse(&far.build()).board.unwrap();
    let VendorTables::Amd(atom) = board.tables else {
        panic!();
    };
    assert_eq!((atom.part_number, atom.message), (None, None));
    for astray in [
        image.clone().patch(0x48, &[0xff, 0xff]),
        image.patch(0x30, b"x"),
    ] {
        assert_eq!(Rom::parse(&astray.build()).board, None);
    }
}

#[test]
fn intels_table_names_the_platform() {
    let mut table = b"$VBT COFFEELAKE     ".to_vec();
    table.extend([0, 1, 0x30, 0, 0x80, 0, 0, 0, 0x30, 0, 0, 0]);
    table.resize(0x30, 0);
    table.extend(b"BIOS_DATA_BLOCK ");
    table.extend([0xd1, 0, 0x16, 0]);
    table.resize(0x80, 0);
    let sum = table.iter().fold(0u8, |sum, byte| sum.wrapping_add(*byte));
    table[26] = sum.wrapping_neg();
    let image = ImageBuilder::x86(2).id(0x8086, 0x3e92);
    // The words in a text, at no multiple of 4, are no table.
    let image = image.patch(0x101, b"no $VBT").patch(0x140, &table);
    let board = Rom::parse(&image.build()).board.unwrap();
    let VendorTables::Intel(vbt) = board.tables else {
        panic!("{board:?}");
    };
    assert_eq!((vbt.offset, vbt.length, vbt.version), (0x140, 0x80, 0x100));
    assert_eq!(vbt.platform.as_deref(), Some("COFFEELAKE"));
    assert_eq!(
        (vbt.checksum_ok, vbt.blocks_version),
        (Some(true), Some(0xd1))
    );
}
