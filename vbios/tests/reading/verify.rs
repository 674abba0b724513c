//! Verdicts about a ROM: which consumers accept it, and the findings.

use testkit::rom::{ExtensionBuilder, ImageBuilder, PAYLOAD, card, flash_header, rom, turing};
use vbios::verify::{Acceptance, Consumer, Guest, RomReport, RomVerdict, Target};
use vbios::{EfiMachine, Rom};

pub(crate) fn judge(file: &[u8], target: &Target) -> RomReport {
    vbios::verify(&Rom::parse(file), file, target)
}

pub(crate) fn any(file: &[u8]) -> RomReport {
    judge(file, &Target::default())
}

fn guest(guest: Guest) -> Target {
    Target {
        guest: Some(guest),
        ..Target::default()
    }
}

pub(crate) fn with_ids(ids: &str, subsystem: Option<&str>) -> Target {
    Target {
        id: Some(ids.parse().unwrap()),
        subsystem: subsystem.map(|ids| ids.parse().unwrap()),
        ..Target::default()
    }
}

pub(crate) fn accepts(report: &RomReport, consumer: Consumer) -> bool {
    report.answer(consumer).unwrap().acceptance == Acceptance::Accepts
}

/// What was found, by code.
pub(crate) fn findings(report: &RomReport) -> Vec<(&'static str, RomVerdict)> {
    let codes = report.findings.iter().map(|f| (f.code, f.verdict));
    codes
        .filter(|(code, _)| *code != "rom-efi-unsigned")
        .collect()
}

#[test]
fn a_sound_card_is_accepted_by_all() {
    let report = judge(&card(), &with_ids("10de:2d04", None));
    assert_eq!(findings(&report), []);
    for consumer in [
        Consumer::LinuxSysfs,
        Consumer::Qemu,
        Consumer::SeaBios,
        Consumer::Ovmf,
    ] {
        assert!(accepts(&report, consumer), "{consumer}");
    }
    assert_eq!(report.answer(Consumer::NvidiaDriver), None);
    let qemu = &report.answer(Consumer::Qemu).unwrap().reason;
    assert!(qemu.contains("4096 bytes"), "{qemu}");
    assert!(!report.has_problem());
}

#[test]
fn nothing_reads_past_a_prefix() {
    let report = any(&flash_header(1, &card()));
    assert_eq!(findings(&report)[0], ("rom-prefix", RomVerdict::Blocker));
    for consumer in [Consumer::LinuxSysfs, Consumer::SeaBios, Consumer::Ovmf] {
        assert!(!accepts(&report, consumer), "{consumer}");
    }
    // QEMU looks at none of it.
    assert!(accepts(&report, Consumer::Qemu));
    let command = report.findings[0].command.as_deref();
    assert_eq!(command, Some("passthru rom trim FILE -o NEW"));
}

#[test]
fn a_missing_image_costs_the_boot_picture() {
    let legacy = ImageBuilder::x86(6).build();
    let efi = ImageBuilder::efi(6).build();
    let guests = [
        None,
        Some(Guest::Ovmf),
        Some(Guest::SeaBios),
        Some(Guest::Both),
    ];
    for guest in guests {
        let target = Target {
            guest,
            ..Target::default()
        };
        let report = judge(&legacy, &target);
        assert_eq!(findings(&report), [("rom-no-efi", RomVerdict::Harmless)]);
        let title = &report.findings[0].title;
        assert!(title.contains("boot picture"), "{title}");
        let remedy = report.findings[0].remedy.map(|remedy| remedy.to_string());
        let named = remedy.is_some_and(|remedy| remedy.contains("rom add"));
        assert_eq!(named, guest != Some(Guest::SeaBios), "{guest:?}");
        // The file does nothing in a guest with SeaBIOS.
        let verdict = match guest {
            None => RomVerdict::Unknown,
            Some(Guest::Ovmf) => RomVerdict::Harmless,
            Some(_) => RomVerdict::Fix,
        };
        assert_eq!(findings(&judge(&efi, &target)), [("rom-no-x86", verdict)]);
    }
    // Neither image: the remedies do not contradict each other.
    let neither = ImageBuilder::nvidia(6, 0xe0).patch(0, &[0x55, 0xaa]);
    let report = judge(&neither.build(), &guest(Guest::Both));
    let remedies = report.findings.iter().filter(|f| f.remedy.is_some());
    assert!(remedies.count() <= 1, "{:?}", report.findings);
}

#[test]
fn seabios_compares_ids_and_not_the_list() {
    let file = ImageBuilder::x86(2).list(&[0x2d05]).build();
    let report = judge(&file, &with_ids("10de:2d04", None));
    assert!(accepts(&report, Consumer::SeaBios));
    let report = judge(&file, &with_ids("10de:2d05", None));
    assert!(!accepts(&report, Consumer::SeaBios));
    let finding = report
        .findings
        .iter()
        .find(|f| f.code == "rom-seabios-id")
        .unwrap();
    assert!(finding.title.contains("device list, which contains it"));
    assert!(
        !findings(&report)
            .iter()
            .any(|(code, _)| *code == "rom-other-device")
    );
    // The second x86 image may be the one.
    let two = rom(&[
        ImageBuilder::x86(1).more(),
        ImageBuilder::x86(1).id(0x10de, 0x1234),
    ]);
    let report = judge(&two, &with_ids("10de:1234", None));
    assert!(
        report
            .answer(Consumer::SeaBios)
            .unwrap()
            .reason
            .contains("0x200")
    );
}

#[test]
fn seabios_drops_what_does_not_add_up() {
    let file = ImageBuilder::x86(2).unbalanced().patch(0x300, &[1]).build();
    let report = judge(&file, &guest(Guest::SeaBios));
    assert!(findings(&report).contains(&("rom-checksum", RomVerdict::Blocker)));
    assert!(!accepts(&report, Consumer::SeaBios));
    let mut image = ImageBuilder::x86(2);
    image.header_blocks = 0;
    assert!(!accepts(&any(&image.build()), Consumer::SeaBios));
    image.header_blocks = 3;
    assert!(!accepts(&any(&image.build()), Consumer::SeaBios));
}

#[test]
fn ovmf_loads_what_its_bus_driver_accepts() {
    let refused = |image: ImageBuilder| {
        let report = judge(&image.build(), &guest(Guest::Ovmf));
        let answer = report.answer(Consumer::Ovmf).unwrap().clone();
        assert_eq!(answer.acceptance, Acceptance::Refuses, "{}", answer.reason);
        answer.reason
    };
    let efi = || ImageBuilder::efi(6);
    assert!(refused(efi().patch(4, &[0])).contains("0x0ef1"));
    assert!(refused(efi().patch(8, &[0x0a])).contains("not a driver"));
    assert!(refused(efi().patch(12, &[2])).contains("compression type"));
    assert!(refused(efi().patch(2, &[7])).contains("initialization size"));
    assert!(refused(efi().patch(0x16, &[0, 12])).contains("outside"));
    // The driver's own machine counts, not the header's.
    let machine = PAYLOAD + 0x44;
    assert!(refused(efi().patch(machine, &[0x64, 0xaa])).contains("for AARCH64"));
    let header = any(&efi().patch(10, &[0x64, 0xaa]).build());
    assert!(accepts(&header, Consumer::Ovmf));
    assert!(findings(&header).contains(&("rom-efi-header-wrong-machine", RomVerdict::Harmless)));
    assert!(refused(efi().patch(PAYLOAD, b"XX")).contains("damaged"));
    assert!(refused(efi().patch(12, &[1])).contains("damaged"));
    let mut small = efi();
    (small.blocks, small.header_blocks) = (4, 4);
    assert!(refused(small).contains("2 KiB"));
    let mut unaligned = efi();
    unaligned.structure_at = 0x42;
    assert!(refused(unaligned).contains("no EFI image is reachable"));
    // Byte code runs anywhere, and the guest may be another machine.
    let byte_code = efi().patch(machine, &[0xbc, 0x0e]).build();
    assert!(accepts(&any(&byte_code), Consumer::Ovmf));
    let arm = Target {
        machine: EfiMachine::AARCH64,
        ..Target::default()
    };
    let file = efi().patch(machine, &[0x64, 0xaa]).build();
    assert!(accepts(&judge(&file, &arm), Consumer::Ovmf));
    // Of several images one is enough.
    let both = rom(&[efi().patch(machine, &[0x64, 0xaa]).more(), efi()]);
    let report = any(&both);
    assert!(
        report
            .answer(Consumer::Ovmf)
            .unwrap()
            .reason
            .contains("0xc00")
    );
}

#[test]
fn ovmf_looks_on_where_linux_stops() {
    let gap = [&ImageBuilder::x86(1).more().build()[..], &[0xff; 0x400]].concat();
    let file = [&gap[..], &ImageBuilder::efi(6).build()].concat();
    let report = any(&file);
    assert!(
        report
            .answer(Consumer::Ovmf)
            .unwrap()
            .reason
            .contains("0x600")
    );
    let linux = &report.answer(Consumer::LinuxSysfs).unwrap().reason;
    assert!(linux.contains("512 bytes"), "{linux}");
    assert_eq!(
        findings(&report)[0],
        ("rom-no-next-image", RomVerdict::Harmless)
    );
    // Not before the first one.
    let front = [&[0xff; 0x400][..], &card()].concat();
    assert!(!accepts(&any(&front), Consumer::Ovmf));
}

#[test]
fn a_cut_dump_lists_its_missing_bytes() {
    let file = &card()[..0x800];
    let report = any(file);
    let finding = report
        .findings
        .iter()
        .find(|f| f.code == "rom-last-flag-missing")
        .unwrap();
    assert_eq!(finding.verdict, RomVerdict::Fix);
    assert!(finding.title.contains("ends at 0x800"), "{}", finding.title);
    assert!(finding.title.contains("EFI image"), "{}", finding.title);
    let report = judge(file, &guest(Guest::SeaBios));
    assert!(!report.has_problem(), "{:?}", findings(&report));
    let within = any(&card()[..0x700]);
    assert!(findings(&within).contains(&("rom-length-past-end", RomVerdict::Blocker)));
}

#[test]
fn a_shadow_copy_differs_from_a_cut_dump() {
    // After it ran: shorter than NVIDIA's extension says, and balanced again.
    let shadow = ImageBuilder::x86(4)
        .more()
        .extension(ExtensionBuilder::new(6, false))
        .build();
    let code = ("rom-shadow-copy", RomVerdict::Blocker);
    assert!(findings(&any(&shadow)).contains(&code));
    // Any vendor's: one open x86 image with a wrong sum.
    let other = ImageBuilder::x86(4)
        .more()
        .unbalanced()
        .patch(0x200, &[1])
        .build();
    assert!(findings(&any(&other)).contains(&code));
    let codes: Vec<_> = findings(&any(&other))
        .into_iter()
        .map(|(code, _)| code)
        .collect();
    assert!(!codes.contains(&"rom-checksum") && !codes.contains(&"rom-last-flag-missing"));
    // The images of Maxwell's mobile chips have it the other way round.
    let enclosing = ImageBuilder::x86(4)
        .more()
        .extension(ExtensionBuilder::new(2, false))
        .build();
    assert!(!findings(&any(&enclosing)).contains(&code));
    assert!(!findings(&any(&card()[..0x800])).contains(&code));
}

#[test]
fn nvidias_driver_reads_its_own_chain() {
    let whole = any(&turing());
    assert!(accepts(&whole, Consumer::NvidiaDriver));
    let sysfs = any(&turing()[..0xc00]);
    let answer = sysfs.answer(Consumer::NvidiaDriver).unwrap();
    assert_eq!(answer.acceptance, Acceptance::Unknown);
    assert_eq!(
        findings(&sysfs),
        [("rom-nvidia-open", RomVerdict::Harmless)]
    );
}

/// A stream of a few bytes that decompresses to 65535 times 256 zeroes, and one: two blocks
/// whose codes have no bits.
fn bomb() -> Vec<u8> {
    let block = |symbols: u16, character: u16| {
        format!("{symbols:016b}{:010b}{:09b}{character:09b}{:08b}", 0, 0, 0)
    };
    let bits = block(1, 0) + &block(0xffff, 509) + &"0".repeat(128 - 104);
    let bits = u128::from_str_radix(&bits, 2).unwrap().to_be_bytes();
    let sizes = [16_u32, 1 + 0xffff * 256].map(u32::to_le_bytes);
    [&sizes.concat()[..], &bits, &[0; 8]].concat()
}

#[test]
fn drivers_larger_than_any_rom_are_not_all_read() {
    let bomb = bomb();
    let decompressed = vbios::efi::decompress(&bomb, vbios::efi::Algorithm::Uefi).unwrap();
    assert_eq!(decompressed.len(), 1 + 0xffff * 256);
    let packed = |driver: &[u8]| ImageBuilder {
        compression: 1,
        payload: driver.to_vec(),
        ..ImageBuilder::efi(1).more()
    };
    let mut images: Vec<ImageBuilder> = (0..2048).map(|_| packed(&bomb)).collect();
    let start = std::time::Instant::now();
    let report = judge(&rom(&images), &Target::default());
    assert!(start.elapsed().as_secs() < 10, "{:?}", start.elapsed());
    let ovmf = report.answer(Consumer::Ovmf).unwrap();
    assert_eq!(ovmf.acceptance, Acceptance::Unknown, "{ovmf:?}");
    let damaged = |report: &RomReport| {
        let codes = report.findings.iter().map(|finding| finding.code);
        codes.filter(|code| *code == "rom-efi-damaged").count()
    };
    assert_eq!(damaged(&report), 1);
    // One that is not compressed is read all the same.
    images.push(ImageBuilder::efi(1));
    let report = judge(&rom(&images), &Target::default());
    let ovmf = report.answer(Consumer::Ovmf).unwrap();
    assert_eq!(ovmf.reason, "loads the EFI image at 0x100000");
    let taken = vbios::edit::extract(
        &rom(&images),
        vbios::edit::Images::Efi,
        vbios::edit::PartForm::Driver,
    );
    let size = 2 * (1 + 0xffff * 256);
    let error = taken.unwrap_err();
    assert_eq!(error.kind(), vbios::ErrorKind::TooLarge);
    assert!(error.to_string().starts_with(&format!("{size} bytes")));
}

#[test]
fn a_file_that_is_not_a_rom_is_named() {
    let page = b"\n<!DOCTYPE html>\n<html><body>404</body></html>";
    let pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 131072\n";
    let converted = String::from_utf8_lossy(&card()).into_owned().into_bytes();
    for (file, words, remedy) in [
        (&b""[..], "empty", "dump the ROM again"),
        (&[0xff; 0x1_0000], "all bytes are ff", "dump the ROM again"),
        (&[0; 0x1_0000], "all bytes are 00", "dump the ROM again"),
        (page, "web page", "download"),
        (pointer, "Git LFS pointer", "download"),
        (&converted, "UTF-8 text", "download"),
        (b"PK\x03\x04\x14", "ZIP archive", "unpack"),
        (b"7z\xbc\xaf\x27\x1c", "7-Zip archive", "unpack"),
        (b"55 aa 7f eb", "text", "use the ROM of this card"),
        (
            b"\x01\x02\x03\xfe",
            "expected 55 aa",
            "use the ROM of this card",
        ),
    ] {
        let report = any(file);
        let [finding] = &report.findings[..] else {
            panic!("{words}: {:?}", report.findings);
        };
        assert_eq!(finding.code, "rom-no-image");
        assert!(finding.title.contains(words), "{}", finding.title);
        let sentence = finding.remedy.unwrap().to_string();
        assert!(sentence.contains(remedy), "{words}: {sentence}");
    }
    // A driver without an image: a ROM is built with it.
    let driver = testkit::rom::driver(0x8664, &[0xc3]);
    let report = judge(&driver, &with_ids("1002:1638", None));
    let command = "passthru rom build FILE --ids 1002:1638 -o NEW";
    assert_eq!(report.findings[0].command.as_deref(), Some(command));
}

/// A board's firmware has ROMs of several functions: the card's is found by its ID.
#[test]
fn the_cards_rom_is_found_in_a_boards_firmware() {
    let network = ImageBuilder::x86(2).id(0x8086, 0x1533).build();
    let firmware = [&[0xff; 0x1000][..], &network, &[0xff; 0x600], &card()].concat();
    let report = judge(&firmware, &with_ids("10de:2d04", None));
    let codes: Vec<_> = findings(&report)
        .into_iter()
        .map(|(code, _)| code)
        .collect();
    assert!(!codes.contains(&"rom-other-vendor"), "{codes:?}");
    let finding = report.findings.iter().find(|f| f.code == "rom-prefix");
    let command = "passthru rom carve FILE --ids 10de:2d04 -o NEW";
    assert_eq!(finding.unwrap().command.as_deref(), Some(command));
    let report = judge(&firmware, &with_ids("10de:1234", None));
    let finding = report.findings.iter().find(|f| f.code == "rom-prefix");
    let command = "passthru rom trim FILE -o NEW";
    assert_eq!(finding.unwrap().command.as_deref(), Some(command));
}

#[test]
fn bytes_before_the_first_image_do_not_hide_that_no_image_is_for_efi() {
    let legacy = ImageBuilder::x86(6).build();
    let codes = |file: &[u8]| -> Vec<&str> {
        let report = any(&flash_header(1, file));
        report.findings.iter().map(|found| found.code).collect()
    };
    let found = codes(&legacy);
    assert!(
        found.contains(&"rom-prefix") && found.contains(&"rom-no-efi"),
        "{found:?}"
    );
    let found = codes(&rom(&[ImageBuilder::x86(4).more(), ImageBuilder::efi(4)]));
    assert!(
        found.contains(&"rom-prefix") && !found.contains(&"rom-no-efi"),
        "{found:?}"
    );
}
