//! Bytes around the images are cut off.

use testkit::rom::{
    ExtensionBuilder, ImageBuilder, card, flash_header, flash_header_3, rom, turing,
};
use vbios::edit::{Tail, trim};
use vbios::{ErrorKind, PrefixKind, Rom};

#[test]
fn the_flash_header_has_the_place_of_the_cut() {
    let chain = [&turing()[..], &[0xff; 0x300]].concat();
    for (file, front) in [
        (flash_header(1, &chain), 0x600),
        (flash_header(2, &chain), 0x600),
        (flash_header_3(&chain), 0x9400),
    ] {
        let trimmed = trim(&file, Tail::Keep).unwrap();
        assert_eq!(trimmed.bytes, chain);
        let [change] = &trimmed.changes[..] else {
            panic!("{:?}", trimmed.changes);
        };
        assert_eq!((change.offset, change.before.len()), (0, front));
        assert!(
            change.reason.contains(&format!("{front:#x}")),
            "{}",
            change.reason
        );
        // Done twice is done once.
        assert!(trim(&trimmed.bytes, Tail::Keep).unwrap().is_unchanged());
        let pci = trim(&file, Tail::Pci).unwrap();
        assert_eq!(pci.bytes, &turing()[..0xc00]);
        assert_eq!(pci.changes.len(), 2);
        let nvidia = trim(&file, Tail::Nvidia).unwrap();
        assert_eq!(nvidia.bytes, turing());
    }
}

/// The first image's data structure is in the bytes behind the chain, here the second copy of the
/// ROM: without it the file would begin with no image.
#[test]
fn a_data_structure_behind_the_chain_is_kept() {
    let whole = card();
    let length = whole.len();
    let mut file = [&[0; 0x40][..], &whole, &whole].concat();
    let structure = usize::from(u16::from_le_bytes([whole[0x18], whole[0x19]]));
    let far = u16::try_from(length + structure).unwrap();
    file[0x40 + 0x18..0x40 + 0x1a].copy_from_slice(&far.to_le_bytes());
    for tail in [Tail::Keep, Tail::Pci] {
        let trimmed = trim(&file, tail).unwrap();
        assert_eq!(Rom::parse(&trimmed.bytes).prefix.length, 0);
        assert!(trimmed.bytes.len() >= length + structure + 0x18, "{tail:?}");
    }
}

/// A search would stop at another image, before the header's target.
#[test]
fn a_search_would_cut_at_the_wrong_place() {
    let mut file = flash_header(1, &turing());
    let decoy = ImageBuilder::x86(1).build();
    file[0x100..0x300].copy_from_slice(&decoy);
    assert_eq!(trim(&file, Tail::Keep).unwrap().bytes, turing());
    // Without the header the decoy is an image as any other.
    file[0] = b'X';
    assert_eq!(Rom::parse(&file).prefix.length, 0x100);
}

#[test]
fn without_a_header_a_chain_that_closes_is_the_rom() {
    // An image that leads nowhere, as code or data may look.
    let astray = ImageBuilder::x86(1).more().build();
    let file = [&[1; 0x80][..], &astray, &[2; 0x100], &card()].concat();
    let rom = Rom::parse(&file);
    assert_eq!(rom.prefix.length, file.len() - card().len());
    assert_eq!(rom.prefix.kind, PrefixKind::Other);
    assert_eq!(trim(&file, Tail::Keep).unwrap().bytes, card());
    // Where none closes, it is the first.
    let open = [&[1; 0x80][..], &card()[..0x800]].concat();
    assert_eq!(trim(&open, Tail::Keep).unwrap().bytes, &card()[..0x800]);
    // What starts with an image stays, closed or not.
    let file = [&astray[..], &card()].concat();
    assert!(trim(&file, Tail::Keep).unwrap().is_unchanged());
}

#[test]
fn there_must_be_something_to_cut() {
    let refused = |file: &[u8], tail| {
        let error = trim(file, tail).unwrap_err();
        (error.kind(), error.offset())
    };
    let no_end = (ErrorKind::NoNvidiaEnd, None);
    assert_eq!(refused(b"no ROM", Tail::Keep), (ErrorKind::NoImage, None));
    assert_eq!(refused(&card(), Tail::Nvidia), no_end);
    let sysfs = &turing()[..0xc00];
    assert_eq!(refused(sysfs, Tail::Nvidia), no_end);
    assert!(trim(sysfs, Tail::Pci).unwrap().is_unchanged());
    // A chain that breaks off: what follows may be its next image.
    let broken = [&card()[..0x800], &[7; 0x400]].concat();
    assert_eq!(
        refused(&broken, Tail::Pci),
        (ErrorKind::ChainOpen, Some(0x800))
    );
    assert!(trim(&card()[..0x800], Tail::Pci).unwrap().is_unchanged());
    for (word, tail) in [
        ("keep", Tail::Keep),
        ("pci", Tail::Pci),
        ("nvidia", Tail::Nvidia),
    ] {
        assert_eq!(Tail::from_word(word), Some(tail));
    }
    assert_eq!(Tail::from_word("all"), None);
}

/// The notebook image of some ROMs has no last-image indicator: a second one in the next block has
/// it. NVIDIA's driver reads both.
#[test]
fn a_second_notebook_image_belongs_to_nvidias_chain() {
    let parts = |more: &[ImageBuilder]| {
        let mut images = vec![
            ImageBuilder::x86(4)
                .more()
                .extension(ExtensionBuilder::new(4, false)),
            ImageBuilder::efi(2).extension(ExtensionBuilder::new(2, false)),
            ImageBuilder::nvidia(3, 0xe0)
                .more()
                .extension(ExtensionBuilder::new(3, false)),
            ImageBuilder::nvidia(1, 0x70).more(),
        ];
        images.extend_from_slice(more);
        rom(&images)
    };
    let second = ImageBuilder::nvidia(5, 0x70).extension(ExtensionBuilder::new(5, true));
    let whole = parts(&[second]);
    let file = [&whole[..], &[0xff; 0x800]].concat();
    let parsed = Rom::parse(&file);
    assert_eq!(parsed.nvidia_images.len(), 5);
    assert_eq!(parsed.end_nvidia(), Some(whole.len()));
    assert_eq!(trim(&file, Tail::Nvidia).unwrap().bytes, whole);
    // Cut inside the second: the chain is open, and nothing is cut further.
    let cut = Rom::parse(&whole[..whole.len() - 0x200]);
    assert_eq!((cut.nvidia_images.len(), cut.end_nvidia()), (4, None));
    // A copy of the ROM after the first belongs to no chain.
    let alone = parts(&[]);
    let twice = [&alone[..], &alone].concat();
    let parsed = Rom::parse(&twice);
    assert_eq!(parsed.nvidia_images.len(), 4);
    assert_eq!(parsed.end_nvidia(), Some(alone.len()));
    assert_eq!(parsed.backup.unwrap().offset, alone.len());
}

/// The extension's indicator counts if the extension is long enough; a shorter one only shortens the
/// image.
#[test]
fn the_extension_decides_the_end_of_an_image() {
    // The data structure has the whole chain's length, and is marked as last.
    let first = ImageBuilder::x86(7).extension(ExtensionBuilder::new(4, false));
    let mut file = first.build();
    let second = ImageBuilder::nvidia(3, 0xe0).extension(ExtensionBuilder::new(3, true));
    file[0x800..0xe00].copy_from_slice(&second.build());
    let parsed = Rom::parse(&file);
    let lengths: Vec<_> = parsed
        .nvidia_images
        .iter()
        .map(|image| image.length_pcir)
        .collect();
    assert_eq!(lengths, [0xe00, 0x600]);
    assert_eq!(parsed.end_nvidia(), Some(0xe00));
    let extension = parsed.nvidia_images[0].extension.unwrap().offset;
    file[extension + 6] = 0x0a;
    assert_eq!(Rom::parse(&file).nvidia_images.len(), 2);
    // Of no length, it does not count.
    file[extension + 8..extension + 10].fill(0);
    assert_eq!(Rom::parse(&file).nvidia_images.len(), 1);
}
