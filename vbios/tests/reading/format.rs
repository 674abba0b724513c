//! What the headers and structures can say, and the two chains.

use testkit::rom::{ExtensionBuilder, ImageBuilder, flash_header, flash_header_3, rom, turing};
use vbios::{
    CodeType, ErrorKind, FlashHeader, PrefixKind, Problem, Rom, Signature, StructureSignature,
};

fn offsets(images: &[vbios::Image]) -> Vec<(usize, u8)> {
    images.iter().map(|i| (i.offset, i.code_type.0)).collect()
}

#[test]
fn an_efi_image_may_be_longer_than_255_blocks() {
    let rom = Rom::parse(&ImageBuilder::efi(0x116).build());
    assert_eq!(rom.findings, []);
    assert_eq!(rom.images[0].length_header, Some(0x116 * 512));
    assert_eq!(rom.images[0].length_pcir, 0x116 * 512);
}

#[test]
fn revision_3_fields_need_the_revision_and_the_length() {
    let third = ImageBuilder::x86(1).list(&[0x2d05, 0x2d06]);
    let set = |image: ImageBuilder| image.patch(0x40 + 0x16, &[9, 0, 0x34, 0x12, 0x78, 0x56]);
    let parsed = Rom::parse(&set(third.clone()).build()).images.remove(0);
    assert_eq!(parsed.device_list.len(), 2);
    assert_eq!(parsed.runtime_length, Some(9 * 512));
    assert_eq!(parsed.configuration_utility, Some(0x1234));
    assert_eq!(parsed.clp_entry, Some(0x5678));
    // Revision 3 with the length of revision 0, and the other way round.
    for patch in [(0x4a, 0x18), (0x4c, 0)] {
        let image = set(third.clone()).patch(patch.0, &[patch.1]);
        let parsed = Rom::parse(&image.build()).images.remove(0);
        assert_eq!(parsed.device_list, []);
        assert_eq!(parsed.runtime_length, None);
        assert_eq!(parsed.clp_entry, None);
    }
}

#[test]
fn the_header_of_each_code_type() {
    let kind = |code_type: u8| ImageBuilder {
        code_type,
        ..ImageBuilder::x86(1)
    };
    let file = rom(&[
        kind(0).more(),
        kind(1).more().patch(2, &[0x34, 0x12]),
        kind(2).more(),
        ImageBuilder::efi(1).more(),
        kind(0xe0).more(),
        kind(0x42),
    ]);
    let parsed = Rom::parse(&file);
    assert_eq!(parsed.findings, []);
    let names: Vec<_> = parsed
        .images
        .iter()
        .map(|i| i.code_type.to_string())
        .collect();
    assert_eq!(
        names,
        [
            "x86 PC-AT",
            "Open Firmware",
            "PA-RISC",
            "EFI",
            "NVIDIA FwSec",
            "type 0x42"
        ]
    );
    let [x86, open_firmware, pa_risc, efi, ..] = &parsed.images[..] else {
        panic!("{parsed:?}");
    };
    assert_eq!(open_firmware.fcode_offset, Some(0x1234));
    assert_eq!(
        (x86.checksum_ok, x86.length_header),
        (Some(true), Some(512))
    );
    for image in [open_firmware, pa_risc] {
        assert_eq!((image.checksum_ok, image.length_header), (None, None));
    }
    assert_eq!(efi.length_header, Some(512));
    assert_eq!(efi.checksum_ok, None);
}

#[test]
fn plug_and_play_headers_are_followed_but_not_in_circles() {
    let mut header = b"$PnP\x01\x02\xa0\x00\x00\x00\0\0\0\0".to_vec();
    header.extend([0xd0, 0, 0xe0, 0, 2, 0, 0, 0, 0x11, 0x22, 0, 0, 0x33, 0x44]);
    header.resize(32, 0);
    let sum = header.iter().fold(0u8, |sum, byte| sum.wrapping_add(*byte));
    header[9] = sum.wrapping_neg();
    let image = ImageBuilder::x86(1)
        .patch(0x1a, &[0x80, 0])
        .patch(0x80, &header)
        // The second leads back to the first.
        .patch(0xa0, b"$PnP\x01\x02\x80\x00")
        .patch(0xd0, b"Maker\x1b[31m\0")
        .patch(0xe0, b"Boot  agent\r\n\0");
    let parsed = Rom::parse(&image.build());
    let [first, second] = &parsed.images[0].pnp[..] else {
        panic!("{parsed:?}");
    };
    assert!(first.checksum_ok && !second.checksum_ok);
    assert_eq!((first.offset, second.offset), (0x80, 0xa0));
    assert_eq!(first.manufacturer.as_deref(), Some("Maker\\x1b[31m"));
    assert_eq!(first.product.as_deref(), Some("Boot agent"));
    assert_eq!(first.boot_connection_vector, 0x2211);
    assert_eq!(first.bootstrap_entry_vector, 0x4433);
}

#[test]
fn the_two_chains_of_turing_part_at_the_efi_image() {
    let file = turing();
    let rom = Rom::parse(&file);
    assert_eq!(rom.findings, []);
    assert_eq!(offsets(&rom.images), [(0, 0), (0x800, 3)]);
    let chain = [(0, 0), (0x800, 3), (0xc00, 0xe0), (0x1200, 0x70)];
    assert_eq!(offsets(&rom.nvidia_images), chain);
    assert_eq!(
        (rom.end_pcir(&file), rom.end_nvidia()),
        (0xc00, Some(0x1400))
    );
    let [_, efi, fwsec, nbsi] = &rom.nvidia_images[..] else {
        panic!("{rom:?}");
    };
    assert_eq!(*efi, rom.images[1]);
    assert!(efi.last && !efi.last_nvidia());
    assert_eq!(efi.extension.unwrap().efi_version, Some(0x60008));
    assert_eq!(fwsec.signature, Signature::NVIDIA);
    assert_eq!(fwsec.structure_signature, StructureSignature::NPDS);
    assert_eq!(nbsi.code_type, CodeType::NVIDIA_NBSI);
    // As in the kernel's rom file: PCI's chain alone.
    let rom = Rom::parse(&file[..0xc00]);
    assert_eq!(rom.findings, []);
    assert_eq!((rom.nvidia_images.len(), rom.end_nvidia()), (2, None));
}

#[test]
fn the_images_that_maxwell_encloses_are_seen_by_nvidias_walk_alone() {
    let enclosed = ImageBuilder::nvidia(2, 0xe0).extension(ExtensionBuilder::new(2, false));
    let mut x86 = ImageBuilder::x86(4)
        .more()
        .extension(ExtensionBuilder::new(2, false))
        .patch(0x400, &enclosed.build());
    x86.header_blocks = 2;
    let efi = ImageBuilder::efi(1).extension(ExtensionBuilder::new(1, true));
    let file = rom(&[x86, efi]);
    let rom = Rom::parse(&file);
    assert_eq!(rom.findings, []);
    assert_eq!(offsets(&rom.images), [(0, 0), (0x800, 3)]);
    assert_eq!(
        offsets(&rom.nvidia_images),
        [(0, 0), (0x400, 0xe0), (0x800, 3)]
    );
    let first = &rom.images[0];
    assert_eq!((first.length_pcir, first.length_npde), (0x800, Some(0x400)));
    assert_eq!(first.length_header, Some(0x400));
    // Both chains agree where they end.
    assert_eq!(rom.end_nvidia(), Some(rom.end_pcir(&file)));
}

#[test]
fn extensions_of_each_length() {
    let with = |length: u16| {
        let mut extension = ExtensionBuilder::new(1, true).subsystem(0x1043, 0x8a07);
        extension.efi_version = 0x5000b;
        extension.length = length;
        let rom = Rom::parse(&ImageBuilder::efi(1).extension(extension).build());
        rom.images[0].extension.unwrap()
    };
    for length in [11, 12] {
        let short = with(length);
        assert_eq!(
            (short.efi_version, short.subsystem),
            (None, None),
            "{length}"
        );
        assert!(short.last);
    }
    assert_eq!(with(16).efi_version, Some(0x5000b));
    assert_eq!(with(16).subsystem, None);
    assert_eq!(with(20).subsystem.unwrap().to_string(), "1043:8a07");
}

#[test]
fn each_flash_header_leads_to_its_first_image() {
    let chain = turing();
    for (version, file) in [
        (1, flash_header(1, &chain)),
        (2, flash_header(2, &chain)),
        (3, flash_header_3(&chain)),
    ] {
        let rom = Rom::parse(&file);
        let header = rom.prefix.flash_header.unwrap();
        assert_eq!(rom.findings, []);
        assert_eq!(header.version, version);
        assert_eq!(header.first_image_offset, Ok(rom.prefix.length));
        assert_eq!(rom.prefix.kind, PrefixKind::NvidiaHeader);
        assert_eq!(rom.prefix.length + chain.len(), file.len());
        assert_eq!(rom.nvidia_images.len(), 4);
    }
}

#[test]
fn a_flash_header_that_leads_nowhere() {
    let read = |file: &[u8]| FlashHeader::read(file).unwrap().first_image_offset;
    let chain = turing();
    for version in [0, 4] {
        let error = read(&flash_header(version, &chain)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::FlashHeader);
        assert_eq!(error.to_string(), "expected flash header version 1, 2 or 3");
    }
    let mut file = flash_header_3(&chain);
    file[0x4000] = b'X';
    let error = read(&file).unwrap_err();
    assert_eq!(
        (error.kind(), error.offset()),
        (ErrorKind::FlashHeader, Some(0x4000))
    );
    // Each number as large as it can be, alone and together.
    for (at, bytes) in [
        (6, &[0xff; 2][..]),
        (8, &[0xff; 4]),
        (0x200, &[0xff; 4]),
        (4, &[0xff, 3, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
    ] {
        let mut file = flash_header_3(&chain);
        file[at..at + bytes.len()].copy_from_slice(bytes);
        if at == 6 {
            file[5] = 1;
        }
        assert!(read(&file).is_err() || read(&file) == Ok(0), "{at:#x}");
        let rom = Rom::parse(&file);
        assert_eq!(rom.findings[0].problem, Problem::BadFlashHeaderTarget);
        // The chain is found nevertheless, by its signature.
        assert_eq!(rom.prefix.length, 0x9400);
    }
    // A later header is the second copy's.
    assert_eq!(FlashHeader::read(&file[1..]), None);
}

#[test]
fn a_second_copy_is_found_after_both_chains() {
    let chain = turing();
    let second = flash_header(1, &chain);
    let file = [&flash_header(1, &chain)[..], &[0xff; 0x400], &second].concat();
    let rom = Rom::parse(&file);
    let backup = rom.backup.unwrap();
    assert_eq!(backup.offset, 0x600 + chain.len() + 0x400);
    assert_eq!(backup.first_image_offset, Some(backup.offset + 0x600));
    // Without a header of its own, and where the first was cut off.
    let trimmed = [&chain[..], &[0xff; 0x400], &chain].concat();
    let backup = Rom::parse(&trimmed).backup.unwrap();
    assert_eq!(backup.offset, chain.len() + 0x400);
    assert_eq!(backup.first_image_offset, Some(backup.offset));
    // Another image is not a copy.
    let other = ImageBuilder::x86(4).id(0x10de, 0x1234).build();
    assert_eq!(Rom::parse(&[&chain[..], &other].concat()).backup, None);
    assert_eq!(Rom::parse(&chain).backup, None);
}

#[test]
fn isa_roms_differ_from_pci_roms() {
    let mut isa = vec![0; 0x400];
    isa[..4].copy_from_slice(&[0x55, 0xaa, 2, 0xe9]);
    let sum = isa.iter().fold(0u8, |sum, byte| sum.wrapping_add(*byte));
    isa[0x3ff] = sum.wrapping_neg();
    let parsed = Rom::parse(&isa);
    let rom = parsed.isa.clone().unwrap();
    assert_eq!((rom.length, rom.checksum_ok), (0x400, Some(true)));
    assert_eq!(parsed.images, []);
    isa[0x80] = 1;
    assert_eq!(Rom::parse(&isa).isa.unwrap().checksum_ok, Some(false));
    // A signature alone makes no ROM, and a PCI ROM is none.
    isa[3] = 0;
    assert_eq!(Rom::parse(&isa).isa, None);
    assert_eq!(Rom::parse(&turing()).isa, None);
    assert_eq!(Rom::parse(&isa[..0x300]).isa, None);
}
