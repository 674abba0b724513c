//! The ROMs that the guests get.

use pci_core::{DeviceId, PciId};
use vbios::edit::{
    EfiImage, IdPatch, ImageSource, Images, add_efi, build, drop_images, fix_checksum, patch_ids,
    set_last,
};
use vbios::{CodeType, Compression, Rom};

use crate::guests::code::{driver, legacy};

/// QEMU's pci-testdev.
pub(crate) const ID: PciId = PciId::new(0x1b36, 0x0005);

/// A ROM with a word of its own, and whether SeaBIOS and OVMF run its code.
pub(crate) struct Candidate {
    pub(crate) word: &'static str,
    pub(crate) bytes: Vec<u8>,
    pub(crate) seabios: bool,
    pub(crate) ovmf: bool,
}

fn efi<'a>(driver: &'a [u8], compression: Compression) -> EfiImage<'a> {
    EfiImage {
        compression,
        ..EfiImage::new(driver, ID)
    }
}

/// A ROM with both images, as we build it.
fn both(word: &str, compression: Compression) -> Vec<u8> {
    let (legacy, driver) = (legacy(word), driver(word));
    let sources = [
        ImageSource::Rom(&legacy),
        ImageSource::Driver(efi(&driver, compression)),
    ];
    build(&sources).unwrap().bytes
}

/// Each kind of ROM that is made, mended or damaged.
pub(crate) fn candidates() -> Vec<Candidate> {
    let mut all = Vec::new();
    let mut add = |word, seabios, ovmf, make: &dyn Fn(&str) -> Vec<u8>| {
        all.push(Candidate {
            word,
            bytes: make(word),
            seabios,
            ovmf,
        });
    };
    add("built", true, true, &|word| both(word, Compression::NONE));
    add("packed", true, true, &|word| both(word, Compression::UEFI));
    add("added", true, true, &|word| {
        let driver = driver(word);
        add_efi(&legacy(word), &efi(&driver, Compression::UEFI))
            .unwrap()
            .bytes
    });
    add("legacy", true, false, &|word| {
        drop_images(&both(word, Compression::UEFI), Images::Efi)
            .unwrap()
            .bytes
    });
    add("efi", false, true, &|word| {
        drop_images(&both(word, Compression::UEFI), Images::Legacy)
            .unwrap()
            .bytes
    });
    // The sum is wrong: OVMF does not look at it.
    let unbalanced = |word: &str| {
        let mut bytes = both(word, Compression::UEFI);
        bytes[0x700] ^= 0x55;
        bytes
    };
    add("unbalanced", false, true, &unbalanced);
    add("mended", true, true, &|word| {
        fix_checksum(&unbalanced(word), Images::All, None)
            .unwrap()
            .bytes
    });
    // Another device's: OVMF leaves the question to the driver.
    let other = |word: &str| {
        let device = Some(DeviceId(0xabcd));
        let patch = IdPatch {
            device,
            ..IdPatch::default()
        };
        patch_ids(&both(word, Compression::UEFI), Images::All, &patch)
            .unwrap()
            .bytes
    };
    add("other-device", false, true, &other);
    add("patched", true, true, &|word| {
        let device = Some(ID.device);
        let patch = IdPatch {
            device,
            ..IdPatch::default()
        };
        patch_ids(&other(word), Images::All, &patch).unwrap().bytes
    });
    // The last flag is on the first image: the second is not reached.
    add("closed-early", true, false, &|word| {
        set_last(&both(word, Compression::UEFI), Images::Legacy)
            .unwrap()
            .bytes
    });
    add("prefixed", false, false, &|word| {
        [&[0xff; 512][..], &both(word, Compression::UEFI)].concat()
    });
    // All headers are right, the compressed driver is not.
    add("damaged", true, false, &|word| {
        let mut bytes = both(word, Compression::UEFI);
        bytes[0x848..0x860].fill(0);
        bytes
    });
    add("no-driver", true, false, &|word| {
        let mut bytes = both(word, Compression::NONE);
        bytes[0x808] = 0x0a;
        bytes
    });
    // No image is marked as the last; and bytes after the last image.
    add("open", true, true, &|word| {
        let mut bytes = both(word, Compression::UEFI);
        bytes[0x831] = 0;
        bytes
    });
    add("with-tail", true, true, &|word| {
        [&both(word, Compression::UEFI)[..], &[0x5a; 3000]].concat()
    });
    // The last device: once its code ran, that of the others did or never will.
    add("end", true, true, &|word| both(word, Compression::UEFI));
    all
}

#[test]
fn the_candidates_are_what_they_are_called() {
    for candidate in candidates() {
        let rom = Rom::parse(&candidate.bytes);
        let word = candidate.word;
        let efi = rom
            .images
            .iter()
            .any(|image| image.code_type == CodeType::EFI);
        assert_eq!(efi, !matches!(word, "legacy" | "closed-early"), "{word}");
        assert_eq!(rom.prefix.length > 0, word == "prefixed", "{word}");
        let sound = !matches!(word, "unbalanced" | "no-driver" | "open");
        assert_eq!(rom.findings.is_empty(), sound, "{word}: {:?}", rom.findings);
    }
}
