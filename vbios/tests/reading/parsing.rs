//! Whole files, made here byte by byte: what is found, what is reported, and that
//! nothing breaks the walk.
use pci_core::PciId;
use vbios::edit::{Tail, trim};
use vbios::verify::Target;
use vbios::{CodeType, Compression, EfiMachine, PrefixKind, Problem, Rom};

/// What the ROM of the card 10de:0fc6 shows: an x86 image whose PCIR is at
/// 0x190, then an EFI image at 0xfc00 whose PCIR is at 0x1c.
fn graphics_card() -> Vec<u8> {
    let mut rom = image(0x190, 0xfc00, CodeType::X86, 0, 0);
    rom.extend(image(0x1c, 0x400, CodeType::EFI, 3, 0x80));
    rom
}

fn image(at: usize, length: usize, code: CodeType, revision: u8, last: u8) -> Vec<u8> {
    let mut image = vec![0; length];
    image[..2].copy_from_slice(&[0x55, 0xaa]);
    image[2] = (length / 512) as u8;
    image[0x18..0x1a].copy_from_slice(&(at as u16).to_le_bytes());
    image[at..at + 4].copy_from_slice(b"PCIR");
    image[at + 4..at + 8].copy_from_slice(&[0xde, 0x10, 0xc6, 0x0f]);
    image[at + 0x0a] = if revision == 3 { 0x1c } else { 0x18 };
    image[at + 0x0c] = revision;
    image[at + 0x0f] = 3;
    image[at + 0x10..at + 0x12].copy_from_slice(&((length / 512) as u16).to_le_bytes());
    image[at + 0x12] = 1;
    image[at + 0x14] = code.0;
    image[at + 0x15] = last;
    if code == CodeType::EFI {
        image[4..8].copy_from_slice(&0x0ef1u32.to_le_bytes());
        image[8..0x0e].copy_from_slice(&[0x0b, 0, 0x64, 0x86, 1, 0]);
        image[0x16] = 0x50;
    } else {
        let sum = image.iter().fold(0u8, |sum, byte| sum.wrapping_add(*byte));
        image[length - 1] = sum.wrapping_neg();
    }
    image
}

fn problems(file: &[u8]) -> Vec<(usize, Problem)> {
    let findings = Rom::parse(file).findings;
    findings.iter().map(|f| (f.offset, f.problem)).collect()
}

#[test]
fn a_card_with_bios_and_efi() {
    let rom = Rom::parse(&graphics_card());
    assert_eq!(rom.findings, []);
    assert_eq!(rom.prefix.kind, PrefixKind::None);
    let [bios, efi] = &rom.images[..] else {
        panic!("{rom:?}");
    };
    assert_eq!((bios.offset, bios.length_pcir), (0, 0xfc00));
    assert_eq!((efi.offset, efi.length_pcir), (0xfc00, 0x400));
    assert_eq!(bios.checksum_ok, Some(true));
    assert_eq!(efi.checksum_ok, None);
    let header = efi.efi.unwrap();
    assert_eq!(header.machine, EfiMachine::X64);
    assert_eq!(header.compression, Compression::UEFI);
    assert!(efi.last && !bios.last);
    assert!(rom.matches(PciId::new(0x10de, 0x0fc6)));
    assert!(!rom.matches(PciId::new(0x10de, 0x0fc7)));
}

#[cfg(feature = "serde")]
#[test]
fn the_document_has_the_promised_fields() {
    let document = serde_json::to_value(Rom::parse(&graphics_card())).unwrap();
    let expected = serde_json::json!({
        "offset": 0xfc00, "signature": "55 aa", "length": 0x400, "length_npde": null,
        "length_header": 0x400, "structure_offset": 0x1c, "structure_signature": "PCIR",
        "structure_length": 0x1c, "runtime_length": 0, "configuration_utility": null,
        "clp_entry": null, "extension": null, "pnp": [], "fcode_offset": null,
        "code_type": 3, "code_type_name": "EFI",
        "vendor": "10de", "device": "0fc6", "device_list": [], "class_code": "030000",
        "revision": 1, "structure_revision": 3, "last": true, "checksum_ok": null,
        "efi": {"machine": "X64", "subsystem": 11, "compressed": true,
                "signature_ok": true, "payload_offset": 0x50},
    });
    assert_eq!(document["images"][1], expected);
    assert_eq!(
        document["prefix"],
        serde_json::json!({"length": 0, "kind": "none", "flash_header": null})
    );
    assert_eq!(document["tail"], serde_json::json!({"length": 0}));
    let cut = serde_json::to_value(Rom::parse(&graphics_card()[..0xfc00])).unwrap();
    let finding = &cut["findings"][0];
    assert_eq!(finding["code"], "rom-last-flag-missing");
    assert_eq!(finding["offset"], 0);
}

#[test]
fn each_fault_is_reported_where_it_is() {
    let whole = graphics_card();
    let with = |at: usize, bytes: &[u8]| {
        let mut rom = whole.clone();
        rom[at..at + bytes.len()].copy_from_slice(bytes);
        problems(&rom)
    };
    assert_eq!(problems(&whole[..0xfc00]), [(0, Problem::LastFlagMissing)]);
    assert_eq!(with(0x1000, &[1]), [(0, Problem::Checksum)]);
    let length = 0xfe00 * 2;
    assert_eq!(
        with(0xfc00 + 0x1c + 0x10, &[0xfe, 0])[0],
        (
            0xfc00,
            Problem::PastTheEnd {
                length,
                available: 0x400
            }
        )
    );
    assert_eq!(
        with(0xfc00 + 0x1c + 0x10, &[0, 0])[0],
        (0xfc00, Problem::ZeroLength)
    );
    assert_eq!(with(0xfc04, &[0]), [(0xfc00, Problem::EfiSignature)]);
    assert_eq!(with(0xfc0c, &[2])[0].1.code(), "rom-efi-compression");
    assert_eq!(with(0xfc08, &[0x0a])[0].1.code(), "rom-efi-subsystem");
    assert_eq!(with(0xfc16, &[0, 8])[0].1.code(), "rom-efi-payload-outside");
    assert_eq!(with(0xfc02, &[3])[0].1.code(), "rom-init-size-past-image");
    let found = [0, 0];
    assert_eq!(
        with(0xfc00, &found),
        [(0xfc00, Problem::NoNextImage { found })]
    );
    let pointer = 0xffff;
    assert_eq!(
        with(0xfc18, &[0xff, 0xff]),
        [(0xfc00, Problem::PointerOutOfRange { pointer })]
    );
    let (pointer, found) = (0x40, [0; 4]);
    assert_eq!(
        with(0xfc18, &[0x40, 0]),
        [(0xfc00, Problem::NoDataStructure { pointer, found })]
    );
    let pointer = 0x18;
    assert_eq!(
        with(0xfc18, &[0x18, 0]),
        [(0xfc00, Problem::PointerInHeader { pointer })]
    );
    assert_eq!(with(2, &[0]), [(0, Problem::ZeroInitSize)]);
    let unaligned = image(0x1e, 0x400, CodeType::EFI, 0, 0x80);
    let pointer = 0x1e;
    assert_eq!(
        problems(&unaligned),
        [(0, Problem::PointerNotAligned { pointer })]
    );
}

#[test]
fn a_device_list_counts_as_a_match() {
    let mut rom = image(0x1c, 0x400, CodeType::EFI, 3, 0x80);
    rom[0x1c + 8] = 0x40;
    rom[0x5c..0x60].copy_from_slice(&[0xc7, 0x0f, 0xc8, 0x0f]);
    assert!(Rom::parse(&rom).matches(PciId::new(0x10de, 0x0fc8)));
    assert!(!Rom::parse(&rom).matches(PciId::new(0x1002, 0x0fc8)));
    rom[0x5c..].fill(1);
    assert_eq!(problems(&rom), [(0, Problem::DeviceListOpen)]);
}

#[test]
fn the_prefix_is_named() {
    let chain = graphics_card();
    let parse = |prefix: &[u8]| {
        let rom = Rom::parse(&[prefix, &chain, &[0xff; 77]].concat());
        assert_eq!(rom.prefix.length, prefix.len());
        assert_eq!((rom.images.len(), rom.tail_length), (2, 77));
        (rom.prefix.kind, rom.findings.len())
    };
    assert_eq!(parse(&[]), (PrefixKind::None, 0));
    assert_eq!(parse(&[0xff; 512]), (PrefixKind::Padding, 0));
    assert_eq!(parse(b"some text, 55 aa"), (PrefixKind::Other, 0));
    // A signature without a data structure is passed over, but not in silence.
    let mut broken = [0; 64];
    broken[..2].copy_from_slice(&[0x55, 0xaa]);
    assert_eq!(parse(&broken), (PrefixKind::Other, 1));

    let mut old = vec![0; 0x600];
    old[..12].copy_from_slice(b"NVGI\x00\x01\x10\x00\x00\x00\x00\x00");
    old[0x14..0x18].copy_from_slice(&0x600u32.to_le_bytes());
    assert_eq!(parse(&old), (PrefixKind::NvidiaHeader, 0));
    let mut new = vec![0; 0x9400];
    new[..12].copy_from_slice(b"NVGI\x00\x03\x10\x00\x00\x02\x00\x00");
    new[0x200..0x204].copy_from_slice(&0x3000u32.to_le_bytes());
    new[0x4000..0x4004].copy_from_slice(b"RFRD");
    new[0x4008..0x400c].copy_from_slice(&0x9400u32.to_le_bytes());
    assert_eq!(parse(&new), (PrefixKind::NvidiaHeader, 0));
    // A header that leads astray: the chain is found by its signature.
    new[0x4008] = 1;
    assert_eq!(parse(&new), (PrefixKind::Other, 1));
}

/// The parts of a file add up to the file.
fn check(file: &[u8]) {
    let rom = Rom::parse(file);
    let mut at = rom.prefix.length;
    for image in &rom.images {
        assert_eq!(image.offset, at);
        at = (at + image.length_pcir).min(file.len());
    }
    assert_eq!(at + rom.tail_length, file.len());
    assert!(rom.images.len() <= file.len() / 512 + 1);
    assert!(!rom.images.is_empty() || !rom.findings.is_empty());
    assert!(
        rom.findings
            .iter()
            .all(|f| f.offset <= file.len() && !f.to_string().is_empty())
    );
    // Findings and edits have offsets in the same file.
    let report = vbios::verify(&rom, file, &Target::default());
    for finding in &report.findings {
        assert!(finding.offset.is_none_or(|offset| offset <= file.len()));
        assert!(vbios::verify::explain(finding.code).is_some());
    }
    assert_eq!(vbios::diff(&rom, file, &rom, file), []);
    for tail in [Tail::Keep, Tail::Pci, Tail::Nvidia] {
        if let Ok(edited) = trim(file, tail) {
            assert_eq!(Rom::parse(&edited.bytes).prefix.length, 0);
        }
    }
    let _ = (
        vbios::rom_parser(file),
        vbios::Vfct::parse(file),
        vbios::carve(file),
    );
}

#[test]
fn no_bytes_break_it() {
    let mut sample = image(0x1c, 0x400, CodeType::X86, 3, 0);
    sample.extend(image(0x20, 0x400, CodeType::EFI, 3, 0x80));
    for end in 0..=sample.len() {
        check(&sample[..end]);
    }
    let mut random = testkit::Random::new(0x9e37_79b9_7f4a_7c15);
    for _ in 0..5000 {
        let mut mutant = sample.clone();
        for _ in 0..random.below(6) + 1 {
            let at = if random.below(2) == 0 {
                random.below(0x40)
            } else {
                0x400 + random.below(0x40)
            };
            mutant[at] = random.byte();
        }
        mutant.truncate(random.below(0x1000));
        check(&mutant);
    }
}

#[test]
fn hostile_files_are_linear() {
    // A signature at every other byte, each with a pointer into a structure.
    let flood: Vec<u8> = [0x55, 0xaa].repeat(1 << 20);
    // As many images as fit, each with the largest sum and a list without an end.
    let mut one = image(0x1c, 0x200, CodeType::X86, 3, 0);
    one[2] = 0xff;
    one[0x24] = 0x30;
    one[0x4c..].fill(1);
    let chain = one.repeat((2 << 20) / 512);
    let start = std::time::Instant::now();
    check(&flood);
    check(&chain);
    assert_eq!(Rom::parse(&chain).images.len(), (2 << 20) / 512);
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
}
