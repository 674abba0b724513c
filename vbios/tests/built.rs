//! ROMs made from parts, and parts extracted from ROMs.

use pci_core::{ClassCode, DeviceId, PciId};
use vbios::edit::{
    Edited, EfiImage, ImageSource, Images, PartForm, add_efi, build, drop_images, extract,
    extract_adjacent,
};
use vbios::efi::{Compression, EfiMachine, Executable, ExecutableForm, Subsystem};
use vbios::{CodeType, ErrorKind, Rom};

const ID: PciId = PciId::new(0x1002, 0x67df);

/// A PE32+ driver with one section, of `length` bytes.
fn driver(length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length.max(0x400)];
    bytes[..2].copy_from_slice(b"MZ");
    bytes[0x3c] = 0x80;
    bytes[0x80..0x84].copy_from_slice(b"PE\0\0");
    bytes[0x84..0x88].copy_from_slice(&[0x64, 0x86, 1, 0]);
    bytes[0x94] = 0xf0;
    bytes[0x98..0x9a].copy_from_slice(&[0x0b, 0x02]);
    bytes[0xd5] = 0x02;
    bytes[0xdc] = 0x0b;
    bytes[0x104] = 0x10;
    let size = (bytes.len() as u32 - 0x200).to_le_bytes();
    bytes[0x198..0x19c].copy_from_slice(&size);
    bytes[0x19d] = 0x02;
    for (at, byte) in bytes[0x200..].iter_mut().enumerate() {
        *byte = (at / 7 * at % 251) as u8;
    }
    bytes
}

/// A terse executable of an EFI driver, without sections.
fn terse() -> Vec<u8> {
    let mut bytes = vec![0; 0x28];
    bytes[..8].copy_from_slice(&[b'V', b'Z', 0x64, 0xaa, 0, 0x0c, 0x28, 0]);
    bytes
}

/// An x86 image of four blocks with the last flag.
fn legacy() -> Vec<u8> {
    let mut image = vec![0; 0x800];
    image[..3].copy_from_slice(&[0x55, 0xaa, 4]);
    image[0x18] = 0x20;
    image[0x20..0x28].copy_from_slice(b"PCIR\x02\x10\xdf\x67");
    image[0x2a] = 0x18;
    image[0x2f] = 3;
    image[0x30] = 4;
    image[0x35] = 0x80;
    let sum = image.iter().fold(0u8, |sum, byte| sum.wrapping_add(*byte));
    image[0x7ff] = sum.wrapping_neg();
    image
}

fn image(driver: &[u8], compression: Compression) -> EfiImage<'_> {
    EfiImage {
        compression,
        ..EfiImage::new(driver, ID)
    }
}

/// What EfiRom of edk2 makes of a driver of 0x5ff bytes for 1002:67df and
/// 1002:67e0, up to the driver.
#[test]
fn the_layout_is_that_of_efirom() {
    let driver = driver(0x5ff);
    let plain = EfiImage {
        further_devices: vec![DeviceId(0x67e0)],
        vendor_revision: 0x12,
        ..image(&driver, Compression::NONE)
    };
    let bytes = plain.to_bytes().unwrap();
    let front = b"\x55\xaa\x04\0\xf1\x0e\0\0\x0b\0\x64\x86\0\0\0\0\0\0\0\0\0\0\x01\x02\x1c\0\0\0\
        PCIR\x02\x10\xdf\x67\x1c\0\x1c\0\x03\0\0\x03\x04\0\x12\0\x03\x80\0\0\0\0\0\0\
        \xdf\x67\xe0\x67\0\0";
    assert_eq!(&bytes[..front.len()], front);
    assert!(bytes[front.len()..0x201].iter().all(|byte| *byte == 0xff));
    assert_eq!(&bytes[0x201..], driver);

    let packed = image(&driver, Compression::UEFI).to_bytes().unwrap();
    assert_eq!(packed[0x0c..0x0e], [1, 0]);
    assert_eq!((packed[0x16], packed[0x24]), (0x38, 0));
    assert_eq!(packed.last(), Some(&0xff));
    let rom = Rom::parse(&packed);
    assert!(rom.findings.is_empty(), "{:?}", rom.findings);
    assert!(rom.matches(ID));
    assert_eq!(rom.images[0].efi.unwrap().machine, EfiMachine::X64);

    let rom = Rom::parse(&bytes);
    assert!(rom.findings.is_empty(), "{:?}", rom.findings);
    assert_eq!(
        rom.images[0].device_list,
        [DeviceId(0x67df), DeviceId(0x67e0)]
    );
    assert_eq!(rom.images[0].class_code, ClassCode::new(3, 0, Some(0)));
}

#[track_caller]
fn check(source: &[u8], edited: &Edited) {
    let mut bytes = Vec::new();
    let mut at = 0;
    for change in &edited.changes {
        bytes.extend_from_slice(&source[at..change.offset]);
        bytes.extend_from_slice(&change.after);
        at = change.offset + change.before.len();
        assert_eq!(source[change.offset..at], change.before);
    }
    bytes.extend_from_slice(&source[at..]);
    assert_eq!(bytes, edited.bytes);
    let rom = Rom::parse(&edited.bytes);
    assert!(rom.findings.is_empty(), "{:?}", rom.findings);
}

#[test]
fn inserted_values_are_read_back() {
    for length in [0x400, 0x5ff, 0x600, 0x4321, 0x2_0000] {
        for compression in [Compression::NONE, Compression::UEFI] {
            let driver = driver(length);
            let efi = image(&driver, compression);
            let source = [&b"in front"[..], &legacy(), b"after"].concat();
            let added = add_efi(&source, &efi).unwrap();
            check(&source, &added);
            let rom = Rom::parse(&added.bytes);
            let kinds: Vec<_> = rom.images.iter().map(|image| image.code_type).collect();
            assert_eq!(kinds, [CodeType::X86, CodeType::EFI]);
            assert_eq!((rom.prefix.length, rom.tail_length), (8, 5));
            let parts = extract(&added.bytes, Images::All, PartForm::Driver).unwrap();
            assert_eq!((parts.len(), parts[0].number), (1, 1));
            assert!(parts[0].bytes == driver, "{length:#x}");
            let whole = extract(&added.bytes, Images::Efi, PartForm::Image).unwrap();
            assert_eq!(whole[0].bytes, efi.to_bytes().unwrap());
            let stored = extract(&added.bytes, Images::Efi, PartForm::Stored).unwrap();
            assert!(
                whole[0]
                    .bytes
                    .windows(stored[0].bytes.len())
                    .any(|w| w == stored[0].bytes)
            );
            assert_eq!(stored[0].bytes == driver, compression == Compression::NONE);
            // Dropping it leads back.
            let dropped = drop_images(&added.bytes, Images::Efi).unwrap();
            assert_eq!(dropped.bytes, source);
        }
    }
}

#[test]
fn a_rom_is_built_of_parts() {
    let driver = driver(0x700);
    let arm = terse();
    let legacy = [&b"padding"[..], &legacy(), &[0xff; 100]].concat();
    let sources = [
        ImageSource::Rom(&legacy),
        ImageSource::Driver(image(&driver, Compression::UEFI)),
        ImageSource::Driver(image(&arm, Compression::NONE)),
    ];
    let built = build(&sources).unwrap();
    check(b"", &built);
    assert_eq!(built.changes.len(), 3);
    let rom = Rom::parse(&built.bytes);
    assert_eq!(
        (rom.images.len(), rom.prefix.length, rom.tail_length),
        (3, 0, 0)
    );
    let last: Vec<_> = rom.images.iter().map(|image| image.last).collect();
    assert_eq!(last, [false, false, true]);
    assert_eq!(rom.images[2].efi.unwrap().machine, EfiMachine::AARCH64);
    assert_eq!(
        rom.images[2].efi.unwrap().subsystem,
        Subsystem::RUNTIME_DRIVER
    );
    // A ROM that was built is a part, too.
    let again = build(&[ImageSource::Rom(&built.bytes)]).unwrap();
    assert_eq!(again.bytes, built.bytes);
    let doubled = build(&[ImageSource::Rom(&built.bytes), ImageSource::Rom(&legacy)]).unwrap();
    assert_eq!(Rom::parse(&doubled.bytes).images.len(), 4);
}

/// The kind of the error, and its place.
fn refused<T: std::fmt::Debug>(result: vbios::Result<T>) -> (ErrorKind, Option<usize>) {
    let error = result.unwrap_err();
    (error.kind(), error.offset())
}

#[test]
fn parts_that_are_not_a_rom_are_refused() {
    assert_eq!(refused(build(&[])), (ErrorKind::NoneLeft, None));
    assert_eq!(
        refused(build(&[ImageSource::Rom(b"")])),
        (ErrorKind::NoImage, None)
    );
    let cut = &legacy()[..0x7f0];
    assert_eq!(
        refused(build(&[ImageSource::Rom(cut)])),
        (ErrorKind::CutOff, Some(0x7f0))
    );
    assert_eq!(
        refused(extract(cut, Images::All, PartForm::Image)),
        (ErrorKind::CutOff, Some(0x7f0))
    );
    let error = extract(&legacy(), Images::All, PartForm::Driver).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NoSuchImage);
    assert_eq!(error.to_string(), "no image \"efi\" among its 1");
    let unmade = |driver: &[u8]| image(driver, Compression::UEFI).to_bytes().unwrap_err();
    assert_eq!(
        unmade(b"no driver").to_string(),
        "not an EFI driver: expected an executable's MZ or VZ, found \"no\""
    );
    let mut program = driver(0x400);
    program[0xdc] = 0x0a;
    assert_eq!(
        unmade(&program).to_string(),
        "not an EFI driver: expected subsystem 0x0b or 0x0c, found 0x0a"
    );
    let size = 40 << 20;
    let message = format!("{size} bytes exceed the size limit of a ROM");
    assert_eq!(unmade(&driver(size)).to_string(), message);
    let error = image(&driver(size), Compression::NONE)
        .to_bytes()
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.to_string()),
        (ErrorKind::TooLarge, message)
    );
    assert_eq!(
        refused(image(&driver(0x400), Compression(2)).to_bytes()),
        (ErrorKind::Compression, Some(0))
    );
    // A damaged stream is found, though all headers are right.
    let mut damaged = image(&driver(0x900), Compression::UEFI).to_bytes().unwrap();
    damaged[0x60..0xa0].fill(0);
    assert_eq!(
        refused(extract(&damaged, Images::All, PartForm::Driver)),
        (ErrorKind::CompressedStream, Some(0))
    );
}

#[test]
fn executables_are_read() {
    let terse_form = Executable::read(&terse()).unwrap();
    assert_eq!(
        (terse_form.form, terse_form.size),
        (ExecutableForm::Te, 0x28)
    );
    assert_eq!(terse_form.digest(&terse()), None);
    let whole = driver(0x800);
    let executable = Executable::read(&whole).unwrap();
    assert_eq!(
        (executable.form, executable.size),
        (ExecutableForm::Pe32Plus, 0x800)
    );
    assert_eq!(executable.certificates, None);
    for end in 0..0x800 {
        assert!(Executable::read(&whole[..end]).is_err(), "{end}");
    }
    let with = |at: usize, byte: u8| {
        let mut bytes = whole.clone();
        bytes[at] = byte;
        Executable::read(&bytes)
    };
    assert_eq!(refused(with(0x80, 0)), (ErrorKind::Executable, Some(0x80)));
    assert_eq!(
        with(0x98, 7).unwrap_err().to_string(),
        "expected a PE32 header's 0x10b or 0x20b, found 0x207"
    );
    assert_eq!(refused(with(0x3f, 0xff)), (ErrorKind::CutOff, None));
    assert_eq!(refused(with(0x87, 0xff)), (ErrorKind::CutOff, None));
}

#[test]
fn images_extracted_as_one_are_adjacent() {
    let id = "10de:1c03".parse().unwrap();
    let driver = driver(0x400);
    let image = EfiImage::new(&driver, id);
    let sources = [
        ImageSource::Driver(image.clone()),
        ImageSource::Driver(image),
    ];
    let Edited { bytes: pair, .. } = build(&sources).unwrap();
    assert_eq!(extract_adjacent(&pair, Images::Efi), Ok(pair.clone()));
    let second = extract_adjacent(&pair, Images::Number(1)).unwrap();
    assert!(!second.is_empty() && pair.ends_with(&second));
    // An x86 image between two others: without it, the two are not a chain.
    let mut between = vec![0; 512];
    between[..3].copy_from_slice(&[0x55, 0xaa, 1]);
    between[0x18] = 0x1c;
    between[0x1c..0x20].copy_from_slice(b"PCIR");
    between[0x26] = 0x18;
    between[0x2c] = 1;
    let (first, last) = pair.split_at(pair.len() - second.len());
    let three = [first, &between, last].concat();
    assert_eq!(
        extract(&three, Images::Efi, PartForm::Image).unwrap().len(),
        2
    );
    assert_eq!(
        refused(extract_adjacent(&three, Images::Efi)),
        (ErrorKind::NotAdjacent, None)
    );
    assert_eq!(extract_adjacent(&three, Images::All), Ok(three.clone()));
}
