//! Facts in the vendors' own tables.

use testkit::rom::{ExtensionBuilder, ImageBuilder, TABLES};
use vbios::{BoardMemory, Rom, VendorTables};

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
    // A notebook's GPU: its firmware sets the IDs.
    assert_eq!(subsystem(image().patch(0x54, &[0xde, 0x10, 0, 0])), None);
    let extension = ExtensionBuilder::new(2, true).subsystem(0x1043, 0x873f);
    let newer = image().patch(0x54, b"PMID").extension(extension);
    assert_eq!(subsystem(newer).as_deref(), Some("1043:873f"));
}

#[test]
fn a_bit_may_have_any_name() {
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

/// An image whose list of data tables has `table` at `place`.
fn with_data_table(place: usize, table: &[u8]) -> ImageBuilder {
    let mut list = vec![0x4a, 0, 2, 1];
    list.resize(0x4a, 0);
    list[4 + place * 2..][..2].copy_from_slice(&0x280u16.to_le_bytes());
    ImageBuilder::x86(4)
        .amd_tables([0x1da2, 0xe387], b"113-1")
        .patch(TABLES + 0x20, &0x200u16.to_le_bytes())
        .patch(0x200, &list)
        .patch(0x280, table)
}

fn memory(image: &ImageBuilder) -> Option<BoardMemory> {
    Rom::parse(&image.build()).board.unwrap().memory
}

/// A table of modules: its header, and for each module the bytes at offsets.
fn modules(revision: [u8; 2], header: &[u8], of_each: &[&[(usize, &[u8])]]) -> Vec<u8> {
    let mut table = vec![0, 0, revision[0], revision[1]];
    table.extend(header);
    for fields in of_each {
        let mut module = vec![0; 72];
        for (at, bytes) in *fields {
            module[*at..at + bytes.len()].copy_from_slice(bytes);
        }
        table.extend(module);
    }
    table
}

#[test]
fn amds_memory_modules_by_revision() {
    // Version 8, three modules: one without a name, the same one twice.
    let header = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 1, 8, 4];
    let named: &[(usize, &[u8])] = &[
        (4, &[72]),
        (11, &[0x50]),
        (20, &[0, 0x20]),
        (28, &[1]),
        (44, b"K4G80325FB\0"),
    ];
    let unnamed: &[(usize, &[u8])] = &[(4, &[72]), (11, &[0x50])];
    let table = modules([2, 2], &header, &[unnamed, named, named]);
    let found = memory(&with_data_table(28, &table)).unwrap();
    let [module] = found.modules.as_slice() else {
        panic!("{found:?}");
    };
    assert_eq!(
        (module.type_name, module.size_mib),
        (Some("GDDR5"), Some(8192))
    );
    assert_eq!(module.vendor, Some("Samsung"));
    assert_eq!(module.part_number.as_deref(), Some("K4G80325FB"));
    assert!(!found.of_system);
    // Revision 2.5: other places.
    let mut header = [0; 20];
    header[16] = 1;
    let named: &[(usize, &[u8])] = &[
        (0, &[0, 0x20]),
        (10, &[72]),
        (13, &[0x70]),
        (26, &[6]),
        (44, b"H56CBM24MIR\0"),
    ];
    let table = modules([2, 5], &header, &[named]);
    let found = memory(&with_data_table(28, &table)).unwrap();
    assert_eq!(found.modules[0].type_name, Some("GDDR6"));
    assert_eq!(found.modules[0].vendor, Some("Hynix"));
}

#[test]
fn an_unknown_layout_names_no_memory() {
    for table in [
        modules([2, 9], &[0xff; 40], &[]),
        modules([2, 2], &[0xff; 40], &[]),
    ] {
        let found = memory(&with_data_table(28, &table)).unwrap();
        assert!(found.modules.is_empty());
        assert!(found.unknown_revision.is_some());
    }
    // Modules without a length, more modules than bytes, a type without a name.
    let header = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 1, 7, 4];
    let endless: &[(usize, &[u8])] = &[(11, &[0x50])];
    assert_eq!(
        memory(&with_data_table(28, &modules([2, 1], &header, &[endless]))),
        None
    );
    let strange: &[(usize, &[u8])] = &[(4, &[72]), (11, &[0x99]), (28, &[1])];
    let found = memory(&with_data_table(28, &modules([2, 1], &header, &[strange]))).unwrap();
    assert_eq!(found.modules[0].type_name, None);
}

#[test]
fn an_integrated_gpu_names_the_systems_memory() {
    let mut table = vec![0, 0, 1, 12];
    table.resize(64, 0);
    assert_eq!(memory(&with_data_table(30, &table)), None);
    table[42..44].copy_from_slice(&[0x1a, 2]);
    let found = memory(&with_data_table(30, &table)).unwrap();
    assert!(found.of_system);
    assert_eq!(found.modules[0].type_name, Some("DDR4"));
    assert_eq!(found.modules[0].channels, Some(2));
}

#[test]
fn nvidias_memory_types() {
    let image = || ImageBuilder::x86(4).nvidia_tables([0; 5], [0; 5], "x");
    let found = |image: ImageBuilder| Rom::parse(&image.build()).board.unwrap().memory;
    assert_eq!(found(image()), None);
    // The first token becomes M, version 2.
    let token = |length: u8| {
        image()
            .patch(TABLES + 12, &[b'M', 2, length, 0, 0, 3])
            .patch(0x300, &[0, 0, 0, 0x20, 3])
    };
    let table = [0x10, 7, 2, 4, 0, 0, 0, 0x03, 0, 0x19, 0, 0x23, 0, 0xff, 0];
    let memory = found(token(17).patch(0x320, &table)).unwrap();
    let names: Vec<_> = memory.modules.iter().map(|one| one.type_name).collect();
    assert_eq!(names, [Some("GDDR5"), Some("GDDR6")]);
    assert_eq!(found(token(4).patch(0x320, &table)), None);
    assert_eq!(found(token(17).patch(0x320, &[0x20, 7, 2, 4])), None);
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
    // The words in a text, at an unaligned offset, are not a table.
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
