//! Edits of whole files: only what was named changes, the changes lead from the
//! source to the result, and nothing breaks them.

use pci_core::{ClassCode, DeviceId, PciId, VendorId};
use vbios::edit::{self, Edited, IdPatch, Images, drop_images, fix_checksum, patch_ids, set_last};
use vbios::{CodeType, ErrorKind, Rom};

fn image(at: usize, length: usize, code: CodeType, last: u8) -> Vec<u8> {
    let mut image = vec![0; length];
    image[..2].copy_from_slice(&[0x55, 0xaa]);
    image[2] = (length / 512) as u8;
    image[0x18] = at as u8;
    image[at..at + 8].copy_from_slice(b"PCIR\xde\x10\xc6\x0f");
    // Revision 3, with a list of two devices after the structure.
    image[at + 8] = 0x1c;
    image[at + 0x0a] = 0x1c;
    image[at + 0x0c] = 3;
    image[at + 0x1c..at + 0x22].copy_from_slice(&[1, 0, 2, 0, 0, 0]);
    image[at + 0x0f] = 3;
    image[at + 0x10] = (length / 512) as u8;
    image[at + 0x14] = code.0;
    image[at + 0x15] = last;
    if code == CodeType::EFI {
        image[4..8].copy_from_slice(&0x0ef1u32.to_le_bytes());
        image[8..0x0e].copy_from_slice(&[0x0b, 0, 0x64, 0x86, 0, 0]);
        image[0x16] = 0x60;
    } else {
        image[6] = 0x90;
        balance(&mut image, length, length - 1);
    }
    image
}

/// Makes the first `length` bytes add up to 0.
fn balance(image: &mut [u8], length: usize, at: usize) {
    image[at] = image[at].wrapping_sub(sum(&image[..length]));
}

fn sum(bytes: &[u8]) -> u8 {
    bytes
        .iter()
        .fold(0, |sum: u8, byte| sum.wrapping_add(*byte))
}

/// An x86 image at 0 and an EFI image at 0x800, 0x600 long.
fn card() -> Vec<u8> {
    let mut rom = image(0x20, 0x800, CodeType::X86, 0);
    rom.extend(image(0x20, 0x600, CodeType::EFI, 0x80));
    rom
}

/// The changes, applied to `source`, give the bytes.
#[track_caller]
fn check(source: &[u8], edited: &Edited) {
    let mut bytes: Vec<u8> = Vec::new();
    let mut at = 0;
    for change in &edited.changes {
        assert!(at <= change.offset, "{change} overlaps");
        assert_ne!(change.before, change.after);
        assert!(!change.to_string().is_empty() && !change.reason.is_empty());
        bytes.extend(&source[at..change.offset]);
        bytes.extend(&change.after);
        at = change.offset + change.before.len();
        assert_eq!(source[change.offset..at], change.before);
    }
    bytes.extend(&source[at..]);
    assert_eq!(bytes, edited.bytes);
}

fn offsets(edited: &Edited) -> Vec<usize> {
    edited.changes.iter().map(|change| change.offset).collect()
}

const IDS: PciId = PciId::new(0x1234, 0xabcd);

fn to_ids() -> IdPatch {
    IdPatch {
        vendor: Some(IDS.vendor),
        device: Some(IDS.device),
        class: Some(ClassCode::new(0x02, 0x01, Some(0x05))),
        device_list: Some(vec![DeviceId(7)]),
        checksum_at: None,
    }
}

#[test]
fn ids_are_changed_where_they_are_and_the_sum_stays() {
    let source = card();
    let edited = patch_ids(&source, Images::All, &to_ids()).unwrap();
    check(&source, &edited);
    let legacy = [0x24, 0x26, 0x2d, 0x2e, 0x3c, 0x7ff];
    let efi = [0x824, 0x826, 0x82d, 0x82e, 0x83c];
    assert_eq!(offsets(&edited), [&legacy[..], &efi[..]].concat());
    let rom = Rom::parse(&edited.bytes);
    assert!(rom.findings.is_empty(), "{:?}", rom.findings);
    for image in &rom.images {
        assert_eq!(image.id, IDS);
        assert_eq!(image.class_code.to_string(), "020105");
        assert_eq!(image.device_list, [DeviceId(7)]);
    }
    let again = patch_ids(&edited.bytes, Images::All, &to_ids()).unwrap();
    assert!(again.is_unchanged() && again.bytes == edited.bytes);

    let one = IdPatch {
        vendor: Some(VendorId(0x1234)),
        ..IdPatch::default()
    };
    for (images, at) in [
        (Images::Efi, 0x824),
        (Images::Number(1), 0x824),
        (Images::At(0x800), 0x824),
    ] {
        let edited = patch_ids(&source, images, &one).unwrap();
        assert_eq!(offsets(&edited), [at], "{images}");
    }
    let long = IdPatch {
        device_list: Some(vec![DeviceId(7); 3]),
        ..IdPatch::default()
    };
    let error = patch_ids(&source, Images::Legacy, &long).unwrap_err();
    assert_eq!(
        (error.kind(), error.offset()),
        (ErrorKind::NoRoomForList, Some(0))
    );
    assert!(error.to_string().ends_with("room for 2 devices"));
}

#[test]
fn a_wrong_sum_is_not_made_right_in_passing() {
    let mut source = card();
    source[0x100] = 1;
    let edited = patch_ids(&source, Images::All, &to_ids()).unwrap();
    assert_eq!(sum(&edited.bytes[..0x800]), 1);
    let edited = fix_checksum(&edited.bytes, Images::All, None).unwrap();
    assert_eq!(offsets(&edited), [0x7ff]);
    assert_eq!(sum(&edited.bytes[..0x800]), 0);
}

/// Which byte is taken for the sum of an x86 image that `make` changed.
fn corrected(make: impl FnOnce(&mut Vec<u8>)) -> vbios::Result<Vec<usize>> {
    let mut source = card();
    make(&mut source);
    let edited = fix_checksum(&source, Images::All, None)?;
    check(&source, &edited);
    assert_eq!(Rom::parse(&edited.bytes).images[0].checksum_ok, Some(true));
    assert!(
        fix_checksum(&edited.bytes, Images::All, None)
            .unwrap()
            .is_unchanged()
    );
    Ok(offsets(&edited))
}

#[test]
fn the_byte_for_the_sum_is_the_vendors() {
    assert_eq!(corrected(|_| {}), Ok(vec![]));
    assert_eq!(corrected(|rom| rom[0x100] = 1), Ok(vec![0x7ff]));
    // What would be AMD's pointer leads out of the image.
    assert_eq!(corrected(|rom| rom[0x48..0x4a].fill(0xff)), Ok(vec![0x7ff]));
    // AMD's.
    let atom = |rom: &mut Vec<u8>| {
        rom[0x48..0x4a].copy_from_slice(&[0x80, 0]);
        rom[0x84..0x88].copy_from_slice(b"ATOM");
    };
    let mut amd = image(0x60, 0x800, CodeType::X86, 0x80);
    atom(&mut amd);
    let edited = fix_checksum(&amd, Images::All, None).unwrap();
    assert_eq!(offsets(&edited), [0x21]);
    // No padding: byte 6, if it is free; else the byte must be named.
    let full = |rom: &mut Vec<u8>| {
        for (at, byte) in rom[0x700..0x800].iter_mut().enumerate() {
            *byte = at as u8;
        }
    };
    assert_eq!(
        corrected(|rom| {
            full(rom);
            rom[6] = 0;
        }),
        Ok(vec![6])
    );
    let error = corrected(full).unwrap_err();
    assert_eq!(
        (error.kind(), error.offset()),
        (ErrorKind::NoBalanceByte, Some(0))
    );
    let mut source = card();
    full(&mut source);
    let edited = fix_checksum(&source, Images::All, Some(0x7c0)).unwrap();
    assert_eq!(
        (offsets(&edited), sum(&edited.bytes[..0x800])),
        (vec![0x7c0], 0)
    );
    for offset in [1, 2, 0x19, 0x20, 0x35, 0x800, 0x900, 0x5000] {
        let error = fix_checksum(&source, Images::All, Some(offset)).unwrap_err();
        assert_eq!(
            (error.kind(), error.offset()),
            (ErrorKind::ByteNotFree, Some(offset))
        );
    }
}

/// An NVIDIA image as the Maxwell and Pascal generations have it: a first
/// sub-image of 0x400 bytes, 0x800 that the header counts, 0x1000 in all.
fn pascal() -> Vec<u8> {
    let mut rom = image(0x20, 0x1000, CodeType::X86, 0x80);
    rom[2] = 4;
    // The list is empty, the extension is after the structure.
    rom[0x3c..0x42].fill(0);
    rom[0x28] = 0;
    rom[0x40..0x4c].copy_from_slice(b"NPDE\x01\x01\x14\x00\x02\x00\x00\x00");
    rom[0x3f0..0x400].fill(0xff);
    rom[0x7f0..0x800].fill(0xff);
    rom[0xff0..0x1000].fill(0xff);
    for end in [0x400, 0x800, 0x1000] {
        balance(&mut rom, end, end - 1);
    }
    rom
}

#[test]
fn all_sums_of_an_image_with_sub_images_come_out() {
    let sums = |rom: &[u8]| [0x400, 0x800, 0x1000].map(|end| sum(&rom[..end]));
    let whole = pascal();
    assert_eq!(sums(&whole), [0; 3]);
    assert!(
        fix_checksum(&whole, Images::All, None)
            .unwrap()
            .is_unchanged()
    );
    for (fault, byte) in [(0x100, 0x3ff), (0x500, 0x7ff), (0x900, 0xfff)] {
        let mut source = whole.clone();
        source[fault] ^= 0x5a;
        let edited = fix_checksum(&source, Images::All, None).unwrap();
        check(&source, &edited);
        assert_eq!(
            (offsets(&edited), sums(&edited.bytes)),
            (vec![byte], [0; 3])
        );
    }
    let edited = patch_ids(
        &whole,
        Images::All,
        &IdPatch {
            device: Some(DeviceId(1)),
            ..IdPatch::default()
        },
    );
    assert_eq!(sums(&edited.unwrap().bytes), [0; 3]);
}

#[test]
fn only_the_last_image_is_marked_as_last() {
    let mut open = card();
    open[0x835] = 0;
    let edited = set_last(&open, Images::All).unwrap();
    check(&open, &edited);
    assert_eq!(edited.bytes, card());
    assert!(set_last(&card(), Images::All).unwrap().is_unchanged());
    let edited = set_last(&open, Images::Legacy).unwrap();
    check(&open, &edited);
    assert_eq!(offsets(&edited), [0x35, 0x7ff]);
    let rom = Rom::parse(&edited.bytes);
    assert_eq!((rom.images.len(), rom.tail_length), (1, 0x600));
    assert_eq!(rom.images[0].checksum_ok, Some(true));
}

#[test]
fn images_are_dropped_and_the_chain_stays_closed() {
    let front = [&b"in front"[..], &card(), b"after"].concat();
    let edited = drop_images(&front, Images::Efi).unwrap();
    check(&front, &edited);
    let rom = Rom::parse(&edited.bytes);
    assert!(rom.findings.is_empty(), "{:?}", rom.findings);
    assert_eq!(
        (rom.prefix.length, rom.images.len(), rom.tail_length),
        (8, 1, 5)
    );
    let edited = drop_images(&front, Images::Legacy).unwrap();
    check(&front, &edited);
    assert_eq!(
        edited.bytes,
        [b"in front", &card()[0x800..], b"after"].concat()
    );
    let refused = |file: &[u8], images| drop_images(file, images).unwrap_err();
    assert_eq!(refused(&front, Images::All).kind(), ErrorKind::NoneLeft);
    let second = Images::Number(2);
    assert_eq!(refused(&front, second).kind(), ErrorKind::NoSuchImage);
    assert_eq!(
        refused(&front, second).to_string(),
        "no image \"2\" among its 2"
    );
    assert_eq!(refused(b"", second).kind(), ErrorKind::NoImage);
}

#[test]
fn nvidias_chain_is_closed_too() {
    let mut source = pascal();
    source[0x35] = 0;
    balance(&mut source, 0x400, 0x3ff);
    // The second sub-image, after the first, and the EFI image that closes both
    // chains.
    source[0x40a] = 0;
    let sub = image(0x20, 0xc00, CodeType(0xe0), 0);
    source[0x400..0x460].copy_from_slice(&sub[..0x60]);
    source[0x400..0x402].copy_from_slice(b"VN");
    source[0x420..0x424].copy_from_slice(b"NPDS");
    source[0x428] = 0;
    source[0x440..0x44c].copy_from_slice(b"NPDE\x01\x01\x14\x00\x06\x00\x00\x00");
    balance(&mut source, 0x800, 0x7ff);
    balance(&mut source, 0x1000, 0xfff);
    let mut efi = image(0x20, 0x600, CodeType::EFI, 0x80);
    efi[0x3c..0x42].fill(0);
    efi[0x28] = 0;
    efi[0x40..0x4c].copy_from_slice(b"NPDE\x00\x01\x0b\x00\x03\x00\x80\x00");
    source.extend(efi);
    let whole = Rom::parse(&source);
    assert_eq!((whole.images.len(), whole.nvidia_images.len()), (2, 3));
    assert_eq!(whole.end_nvidia(), Some(0x1600));
    let edited = drop_images(&source, Images::Efi).unwrap();
    check(&source, &edited);
    assert_eq!(offsets(&edited), [0x35, 0x3ff, 0x44a, 0x7ff, 0x1000]);
    let rom = Rom::parse(&edited.bytes);
    assert_eq!((rom.images.len(), rom.nvidia_images.len()), (1, 2));
    assert_eq!(rom.end_nvidia(), Some(0x1000));
    assert_eq!(sum(&edited.bytes[..0x800]), 0);
    assert_eq!(sum(&edited.bytes), 0);
}

/// Runs every edit on `file`.
fn every(file: &[u8]) {
    for images in [
        Images::All,
        Images::Legacy,
        Images::Efi,
        Images::Number(1),
        Images::At(0),
    ] {
        let patched = patch_ids(file, images, &to_ids());
        let results = [
            patched,
            fix_checksum(file, images, None),
            fix_checksum(file, images, Some(file.len() / 2)),
            set_last(file, images),
            drop_images(file, images),
        ];
        for result in results {
            match result {
                Ok(edited) => check(file, &edited),
                Err(error) => assert!(!error.to_string().is_empty()),
            }
        }
    }
}

#[test]
fn no_bytes_break_an_edit() {
    let samples = [card(), pascal()];
    for sample in &samples {
        for end in (0..=sample.len()).filter(|end| *end < 0x80 || end % 61 == 0) {
            every(&sample[..end]);
        }
    }
    let mut random = testkit::Random::new(0x9e37_79b9_7f4a_7c15);
    for round in 0..2000 {
        let mut mutant = samples[round % 2].clone();
        for _ in 0..random.below(6) + 1 {
            let at = [0, 0x800][random.below(2)] + random.below(0x60);
            mutant[at] = random.byte();
        }
        mutant.truncate(random.below(0x1100));
        every(&mutant);
    }
}

#[test]
fn edits_are_linear() {
    let chain = image(0x20, 0x200, CodeType::X86, 0).repeat((4 << 20) / 512);
    let start = std::time::Instant::now();
    let both = [&chain[..], &image(0x20, 0x200, CodeType::EFI, 0x80)].concat();
    let edited = drop_images(&both, Images::Legacy).unwrap();
    assert_eq!(edited.bytes.len(), 512);
    let edited = drop_images(&chain, Images::Number(1)).unwrap();
    assert!(!edited.is_unchanged());
    assert_eq!(edited.bytes.len(), chain.len() - 512);
    let none_left = drop_images(&chain, Images::Legacy).unwrap_err();
    assert_eq!(none_left.kind(), ErrorKind::NoneLeft);
    let edited = edit::patch_ids(&chain, Images::All, &to_ids()).unwrap();
    assert_eq!(Rom::parse(&edited.bytes).images.len(), chain.len() / 512);
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
}

/// An image whose only free byte is byte 6, as in ROMs of network cards.
fn with_byte_6(reserved: u8) -> Vec<u8> {
    let mut image = image(0x20, 0x400, CodeType::X86, 0x80);
    image[3..7].copy_from_slice(&[0xeb, 0x40, 0x90, 0]);
    image[7..0x18].fill(reserved);
    for (at, byte) in image.iter_mut().enumerate().skip(0x100) {
        *byte = (at % 253) as u8 | 1;
    }
    balance(&mut image, 0x400, 0x200);
    image
}

fn device(device: u16) -> IdPatch {
    IdPatch {
        device: Some(DeviceId(device)),
        ..IdPatch::default()
    }
}

#[test]
fn a_patched_rom_is_patched_again() {
    let mut file = with_byte_6(0);
    for id in [0x1234, 0x4321, 0x0fc6] {
        let edited = patch_ids(&file, Images::All, &device(id)).unwrap();
        check(&file, &edited);
        assert_eq!(sum(&edited.bytes), 0, "{id:#x}");
        file = edited.bytes;
    }
    assert_eq!(file, with_byte_6(0));
    // With other bytes in that field, byte 6 may be one of them, too: the byte is named.
    let file = patch_ids(&with_byte_6(7), Images::All, &device(0x1234)).unwrap();
    let error = patch_ids(&file.bytes, Images::All, &device(0x4321)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NoBalanceByte);
    let at = |offset| IdPatch {
        checksum_at: Some(offset),
        ..device(0x4321)
    };
    let again = patch_ids(&file.bytes, Images::All, &at(6)).unwrap();
    assert_eq!(sum(&again.bytes), 0);
    for offset in [2, 0x18, 0x24, 0x400, usize::MAX] {
        let error = patch_ids(&file.bytes, Images::All, &at(offset)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ByteNotFree, "{offset:#x}");
    }
}

/// NVIDIA pads some images with an instruction of three bytes; the checksum byte follows.
#[test]
fn padding_may_be_an_instruction() {
    let mut file = with_byte_6(7);
    for (at, byte) in file.iter_mut().enumerate().skip(0x380) {
        *byte = [0x2e, 0x8b, 0xc0][at % 3];
    }
    file[6] = b'7';
    balance(&mut file, 0x400, 0x3ff);
    let edited = patch_ids(&file, Images::All, &device(0x1234)).unwrap();
    assert_eq!(edited.changes.last().unwrap().offset, 0x3ff);
    assert_eq!(sum(&edited.bytes), 0);
}

#[test]
fn another_vendors_rom_has_no_chain_of_nvidia() {
    let error = edit::trim(&card(), edit::Tail::Nvidia).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NoNvidiaEnd);
    assert_eq!(
        error.to_string(),
        "no image has NVIDIA's extension: only the tail of the PCI chain can be removed"
    );
}
