//! ROMs inside other files, and the table that hands one over.

use testkit::rom::{ImageBuilder, card};
use vbios::{ErrorKind, Vfct, carve};

#[test]
fn chains_are_found_at_any_offset() {
    let legacy = ImageBuilder::x86(2).id(0x8086, 0x0106).build();
    // Odd offsets, an image that leads nowhere, and a signature without more.
    let file = [
        &b"\x55\xaa firmware"[..],
        &card(),
        &[0xff; 33],
        &ImageBuilder::x86(1).more().build(),
        &[0x55, 0xaa, 0x55],
        &legacy,
        b"end",
    ]
    .concat();
    let carved = carve(&file);
    let found: Vec<_> = carved.iter().map(|c| (c.offset, c.length)).collect();
    let second = file.len() - 3 - legacy.len();
    assert_eq!(found, [(11, card().len()), (second, legacy.len())]);
    assert_eq!(carved[0].rom.images.len(), 2);
    assert_eq!(carved[0].rom.images[0].offset, 0);
    assert_eq!(carved[1].rom.images[0].id.to_string(), "8086:0106");
    // A chain whose end is not in the file is none.
    assert_eq!(carve(&card()[..0x900]), []);
    assert_eq!(carve(&[]), []);
}

#[test]
fn carving_is_linear() {
    let start = std::time::Instant::now();
    let flood: Vec<u8> = [0x55, 0xaa].repeat(4 << 20);
    assert_eq!(carve(&flood), []);
    // Chains without an end, each running into all that follow.
    let open = ImageBuilder::x86(1).more().build().repeat((4 << 20) / 512);
    assert_eq!(carve(&open), []);
    // As many chains as fit.
    let closed = ImageBuilder::x86(1).build().repeat((4 << 20) / 512);
    assert_eq!(carve(&closed).len(), (4 << 20) / 512);
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
}

/// A table with these ROMs.
fn table(roms: &[&[u8]]) -> Vec<u8> {
    let mut table = vec![0; 76];
    table[..4].copy_from_slice(b"VFCT");
    table[52] = 76;
    for (index, rom) in roms.iter().enumerate() {
        for field in [4, 0, index as u32] {
            table.extend(field.to_le_bytes());
        }
        for id in [0x1002u16, 0x1638, 0x1043, 0x8a07] {
            table.extend(id.to_le_bytes());
        }
        table.extend(0xc8u32.to_le_bytes());
        table.extend((rom.len() as u32).to_le_bytes());
        table.extend(*rom);
    }
    let length = table.len() as u32;
    table[4..8].copy_from_slice(&length.to_le_bytes());
    let sum = table.iter().fold(0u8, |sum, byte| sum.wrapping_add(*byte));
    table[9] = sum.wrapping_neg();
    table
}

#[test]
fn a_table_has_its_roms() {
    let rom = ImageBuilder::x86(2)
        .amd_tables([0x1043, 0x8a07], b"113-X")
        .build();
    let bytes = table(&[&rom, &[], b"second"]);
    let vfct = Vfct::parse(&bytes).unwrap();
    assert!(vfct.checksum_ok);
    let [first, second] = &vfct.images[..] else {
        panic!("{vfct:?}");
    };
    assert_eq!((first.bus, first.device, first.function), (4, 0, 0));
    assert_eq!(first.id.to_string(), "1002:1638");
    assert_eq!(first.subsystem.to_string(), "1043:8a07");
    assert_eq!(first.revision, 0xc8);
    assert_eq!(first.bytes(&bytes), rom);
    assert_eq!((second.function, second.bytes(&bytes)), (2, &b"second"[..]));
    // Bytes after the table do not belong to it.
    let longer = [&bytes[..], b"more"].concat();
    assert_eq!(Vfct::parse(&longer).unwrap(), vfct);
    let mut wrong = bytes.clone();
    wrong[80] ^= 1;
    assert!(!Vfct::parse(&wrong).unwrap().checksum_ok);
}

#[test]
fn a_table_may_have_any_values() {
    let whole = table(&[b"ROM"]);
    assert_eq!(
        Vfct::parse(b"DSDT").unwrap_err().to_string(),
        "not an ACPI table VFCT"
    );
    for end in 4..whole.len() {
        assert!(Vfct::parse(&whole[..end]).is_err(), "{end}");
    }
    let with = |at: usize, value: u32| {
        let mut table = whole.clone();
        table[at..at + 4].copy_from_slice(&value.to_le_bytes());
        Vfct::parse(&table)
    };
    for length in [0, 75, u32::MAX] {
        let error = with(4, length).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Vfct);
        assert_eq!(
            error.to_string(),
            format!("expected the table's length, found {length} bytes")
        );
    }
    for length in [u32::MAX, 4] {
        let error = with(76 + 24, length).unwrap_err();
        assert_eq!(
            (error.kind(), error.offset()),
            (ErrorKind::CutOff, Some(76))
        );
    }
    // No images at all where the first is beyond the end.
    assert_eq!(with(52, u32::MAX).unwrap().images, []);
    // Into the header, in a circle: each step goes forward nevertheless.
    let _ = with(52, 0);
}
