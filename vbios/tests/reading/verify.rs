//! Who takes a ROM, and what is said of it.

use std::collections::BTreeSet;

use pci_core::ClassCode;
use vbios::verify::{self, Acceptance, Consumer, Guest, Report, Target, Verdict};
use vbios::{Machine, Rom};

use crate::builder::{
    ExtensionBuilder, ImageBuilder, PAYLOAD, TABLES, card, flash_header, rom, turing,
};
use crate::signed::{rom_of, signed_driver};

fn judge(file: &[u8], target: &Target) -> Report {
    vbios::verify(&Rom::parse(file), file, target)
}

fn any(file: &[u8]) -> Report {
    judge(file, &Target::default())
}

fn guest(guest: Guest) -> Target {
    Target {
        guest: Some(guest),
        ..Target::default()
    }
}

fn with_ids(ids: &str, subsystem: Option<&str>) -> Target {
    Target {
        id: Some(ids.parse().unwrap()),
        subsystem: subsystem.map(|ids| ids.parse().unwrap()),
        ..Target::default()
    }
}

fn accepts(report: &Report, consumer: Consumer) -> bool {
    report.answer(consumer).unwrap().acceptance == Acceptance::Accepts
}

/// What was found, by code.
fn said(report: &Report) -> Vec<(&'static str, Verdict)> {
    let codes = report.findings.iter().map(|f| (f.code, f.verdict));
    codes
        .filter(|(code, _)| *code != "rom-efi-unsigned")
        .collect()
}

#[test]
fn a_sound_card_is_taken_by_all() {
    let report = judge(&card(), &with_ids("10de:2d04", None));
    assert_eq!(said(&report), []);
    for consumer in [
        Consumer::LinuxSysfs,
        Consumer::Qemu,
        Consumer::SeaBios,
        Consumer::Ovmf,
    ] {
        assert!(accepts(&report, consumer), "{consumer}");
    }
    assert_eq!(report.answer(Consumer::NvidiaDriver), None);
    let qemu = &report.answer(Consumer::Qemu).unwrap().because;
    assert!(qemu.contains("4096 bytes"), "{qemu}");
    assert!(!report.has_fault());
}

#[test]
fn nothing_reads_behind_a_prefix() {
    let report = any(&flash_header(1, &card()));
    assert_eq!(said(&report)[0], ("rom-prefix", Verdict::Blocker));
    for consumer in [Consumer::LinuxSysfs, Consumer::SeaBios, Consumer::Ovmf] {
        assert!(!accepts(&report, consumer), "{consumer}");
    }
    // QEMU looks at none of it.
    assert!(accepts(&report, Consumer::Qemu));
    let remedy = report.findings[0].remedy.unwrap();
    assert!(remedy.command().unwrap().contains("rom trim"));
}

#[test]
fn what_one_firmware_minds_weighs_by_the_guest() {
    let legacy = ImageBuilder::x86(6).build();
    let efi = ImageBuilder::efi(6).build();
    for (file, code, minds, other) in [
        (&legacy, "rom-no-efi", Guest::Ovmf, Guest::SeaBios),
        (&efi, "rom-no-x86", Guest::SeaBios, Guest::Ovmf),
    ] {
        assert_eq!(said(&any(file)), [(code, Verdict::Unknown)]);
        assert!(!any(file).has_fault());
        assert_eq!(
            said(&judge(file, &guest(minds))),
            [(code, Verdict::Blocker)]
        );
        assert_eq!(
            said(&judge(file, &guest(other))),
            [(code, Verdict::Harmless)]
        );
        assert_eq!(
            said(&judge(file, &guest(Guest::Both))),
            [(code, Verdict::Blocker)]
        );
    }
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
    assert!(finding.text.contains("device list, which has it"));
    assert!(
        !said(&report)
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
            .because
            .contains("0x200")
    );
}

#[test]
fn seabios_drops_what_does_not_add_up() {
    let file = ImageBuilder::x86(2).unbalanced().patch(0x300, &[1]).build();
    let report = judge(&file, &guest(Guest::SeaBios));
    assert!(said(&report).contains(&("rom-checksum", Verdict::Blocker)));
    assert!(!accepts(&report, Consumer::SeaBios));
    let mut image = ImageBuilder::x86(2);
    image.header_blocks = 0;
    assert!(!accepts(&any(&image.build()), Consumer::SeaBios));
    image.header_blocks = 3;
    assert!(!accepts(&any(&image.build()), Consumer::SeaBios));
}

#[test]
fn ovmf_loads_what_its_bus_driver_takes() {
    let refused = |image: ImageBuilder| {
        let report = judge(&image.build(), &guest(Guest::Ovmf));
        let answer = report.answer(Consumer::Ovmf).unwrap().clone();
        assert_eq!(answer.acceptance, Acceptance::Refuses, "{}", answer.because);
        answer.because
    };
    let efi = || ImageBuilder::efi(6);
    assert!(refused(efi().patch(4, &[0])).contains("0x0ef1"));
    assert!(refused(efi().patch(8, &[0x0a])).contains("no driver"));
    assert!(refused(efi().patch(12, &[2])).contains("packed"));
    assert!(refused(efi().patch(2, &[7])).contains("initialisation size"));
    assert!(refused(efi().patch(0x16, &[0, 12])).contains("outside"));
    // The driver's own machine counts, not the header's.
    let machine = PAYLOAD + 0x44;
    assert!(refused(efi().patch(machine, &[0x64, 0xaa])).contains("for AARCH64"));
    let header = any(&efi().patch(10, &[0x64, 0xaa]).build());
    assert!(accepts(&header, Consumer::Ovmf));
    assert!(said(&header).contains(&("rom-efi-header-machine", Verdict::Harmless)));
    assert!(refused(efi().patch(PAYLOAD, b"XX")).contains("damaged"));
    assert!(refused(efi().patch(12, &[1])).contains("damaged"));
    let mut small = efi();
    (small.blocks, small.header_blocks) = (4, 4);
    assert!(refused(small).contains("2 KiB"));
    let mut unaligned = efi();
    unaligned.structure_at = 0x42;
    assert!(refused(unaligned).contains("no EFI image that it reaches"));
    // Byte code runs anywhere, and the guest may be another machine.
    let byte_code = efi().patch(machine, &[0xbc, 0x0e]).build();
    assert!(accepts(&any(&byte_code), Consumer::Ovmf));
    let arm = Target {
        machine: Machine::AARCH64,
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
            .because
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
            .because
            .contains("0x600")
    );
    let linux = &report.answer(Consumer::LinuxSysfs).unwrap().because;
    assert!(linux.contains("512 bytes"), "{linux}");
    assert_eq!(said(&report)[0], ("rom-no-next-image", Verdict::Harmless));
    // Not before the first one.
    let front = [&[0xff; 0x400][..], &card()].concat();
    assert!(!accepts(&any(&front), Consumer::Ovmf));
}

#[test]
fn a_cut_dump_says_what_is_missing() {
    let file = &card()[..0x800];
    let report = any(file);
    let finding = report
        .findings
        .iter()
        .find(|f| f.code == "rom-last-flag-missing")
        .unwrap();
    assert_eq!(finding.verdict, Verdict::Fix);
    assert!(
        finding.text.contains("follows at 0x800"),
        "{}",
        finding.text
    );
    assert!(finding.text.contains("EFI image"), "{}", finding.text);
    let report = judge(file, &guest(Guest::SeaBios));
    assert!(!report.has_fault(), "{:?}", said(&report));
    let within = any(&card()[..0x700]);
    assert!(said(&within).contains(&("rom-past-the-end", Verdict::Blocker)));
}

#[test]
fn a_shadow_copy_is_told_from_a_cut_dump() {
    // After it ran: shorter than NVIDIA's extension says, and balanced again.
    let shadow = ImageBuilder::x86(4)
        .more()
        .extension(ExtensionBuilder::new(6, false))
        .build();
    let code = ("rom-shadow-copy", Verdict::Blocker);
    assert!(said(&any(&shadow)).contains(&code));
    // Any vendor's: one open x86 image with a wrong sum.
    let other = ImageBuilder::x86(4)
        .more()
        .unbalanced()
        .patch(0x200, &[1])
        .build();
    assert!(said(&any(&other)).contains(&code));
    let codes: Vec<_> = said(&any(&other))
        .into_iter()
        .map(|(code, _)| code)
        .collect();
    assert!(!codes.contains(&"rom-checksum") && !codes.contains(&"rom-last-flag-missing"));
    // The images of Maxwell's mobile chips have it the other way round.
    let enclosing = ImageBuilder::x86(4)
        .more()
        .extension(ExtensionBuilder::new(2, false))
        .build();
    assert!(!said(&any(&enclosing)).contains(&code));
    assert!(!said(&any(&card()[..0x800])).contains(&code));
}

#[test]
fn a_rom_of_another_card() {
    let target = |ids: &str| with_ids(ids, None);
    let codes = |report: &Report| -> BTreeSet<&str> {
        report.findings.iter().map(|finding| finding.code).collect()
    };
    let report = judge(&card(), &target("10de:1234"));
    assert!(said(&report).contains(&("rom-other-device", Verdict::Unknown)));
    let legacy = Target {
        guest: Some(Guest::SeaBios),
        ..target("10de:1234")
    };
    let report = judge(&card(), &legacy);
    assert!(said(&report).contains(&("rom-other-device", Verdict::Blocker)));
    let report = judge(&card(), &target("1002:67df"));
    assert!(said(&report).contains(&("rom-other-vendor", Verdict::Blocker)));
    // 1002 and 1637 as decimal numbers.
    let decimal = ImageBuilder::efi(6).id(0x03ea, 0x0665).build();
    let report = judge(&decimal, &target("1002:1637"));
    assert!(said(&report).contains(&("rom-decimal-id", Verdict::Fix)));
    assert!(!codes(&report).contains("rom-other-vendor"));
    assert!(codes(&any(&decimal)).contains("rom-decimal-id"));
    assert!(accepts(&report, Consumer::Ovmf));
    // A vendor that has that very id.
    let report = judge(&decimal, &target("03ea:0665"));
    assert!(!codes(&report).contains("rom-decimal-id"));
    let nobody = ImageBuilder::efi(2).id(0, 0).build();
    let report = judge(&nobody, &target("10de:2d04"));
    assert!(said(&report).contains(&("rom-no-ids", Verdict::Unknown)));
}

#[test]
fn a_rom_of_another_board() {
    let report = judge(&turing(), &with_ids("10de:2d04", Some("1043:8a07")));
    let finding = report
        .findings
        .iter()
        .find(|f| f.code == "rom-other-board")
        .unwrap();
    assert_eq!(finding.verdict, Verdict::Fix);
    assert!(finding.text.contains("1462:3896") && finding.text.contains("1043:8a07"));
    let report = judge(&turing(), &with_ids("10de:2d04", Some("1462:3896")));
    assert_eq!(said(&report), [("rom-tail", Verdict::Harmless)]);
    // Where the ROM or the card does not say, nothing is said.
    let report = judge(&card(), &with_ids("10de:2d04", Some("1462:3896")));
    assert_eq!(said(&report), []);
}

#[test]
fn a_rom_of_another_function() {
    let to_audio = Target {
        class: Some(ClassCode::new(4, 3, Some(0))),
        ..Target::default()
    };
    let report = judge(&ImageBuilder::efi(2).build(), &to_audio);
    assert!(said(&report).contains(&("rom-other-function", Verdict::Harmless)));
    let report = judge(&card(), &to_audio);
    assert!(said(&report).contains(&("rom-other-function", Verdict::Fix)));
}

#[test]
fn an_edited_rom_contradicts_itself() {
    let version = [0x00, 0x50, 0x04, 0x86, 0x70];
    let edited = |image: ImageBuilder| {
        let report = any(&image.build());
        report
            .findings
            .iter()
            .any(|finding| finding.code == "rom-edited")
    };
    let with = |internal| ImageBuilder::x86(2).nvidia_tables(version, internal, "x");
    assert!(!edited(with(version)));
    // The maker's byte differs in sound ROMs.
    assert!(!edited(with([0x00, 0x50, 0x04, 0x86, 0x71])));
    assert!(edited(with([0x01, 0x50, 0x04, 0x86, 0x70])));
    // The words still have another one, or are other words.
    let words = TABLES + 0x82;
    assert!(edited(with(version).patch(words, b"Version 80")));
    assert!(!edited(with(version).patch(words, b"Release")));
    // A header whose sum is wrong.
    assert!(edited(with(version).patch(TABLES + 7, &[2])));
}

#[test]
fn nvidias_driver_reads_its_own_chain() {
    let whole = any(&turing());
    assert!(accepts(&whole, Consumer::NvidiaDriver));
    let sysfs = any(&turing()[..0xc00]);
    let answer = sysfs.answer(Consumer::NvidiaDriver).unwrap();
    assert_eq!(answer.acceptance, Acceptance::Unknown);
    assert_eq!(said(&sysfs), [("rom-nvidia-open", Verdict::Harmless)]);
}

/// One file for each code, so that the table of codes has no row that nothing uses
/// and no code lacks a row.
#[test]
fn each_code_is_explained_and_can_come() {
    let x86 = || ImageBuilder::x86(2);
    let efi = || ImageBuilder::efi(6);
    let mut isa = vec![0; 0x200];
    isa[..4].copy_from_slice(&[0x55, 0xaa, 1, 0xe9]);
    let version = [0x00, 0x50, 0x04, 0x86, 0x70];
    let mut files = vec![
        Vec::new(),
        isa,
        flash_header(9, &card()),
        flash_header(1, &card()),
        card()[..0x400].to_vec(),
        [&card()[..0x800], &[0x55, 0xaa]].concat(),
        rom(&[x86().more(), efi().patch(0x18, &[0x10, 0])]),
        rom(&[x86().more(), efi().patch(0x18, &[0xff, 0xff])]),
        rom(&[x86().more(), efi().patch(0x18, &[0x90, 0])]),
        efi().patch(0x50, &[0, 0]).build(),
        card()[..0x800].to_vec(),
        card()[..0x700].to_vec(),
        [&x86().more().build()[..], &[0; 0x200]].concat(),
        x86().unbalanced().patch(0x300, &[1]).build(),
        x86().patch(2, &[0]).build(),
        x86().patch(2, &[9]).build(),
        efi().patch(4, &[0]).build(),
        efi().patch(8, &[9]).build(),
        efi().patch(10, &[0]).build(),
        efi().patch(12, &[9]).build(),
        efi().patch(0x16, &[0, 13]).build(),
        efi().id(0x03ea, 0x0665).build(),
        efi().id(0, 0).build(),
        efi().id(0x10de, 1).build(),
        efi().id(0x1002, 1).build(),
        turing()[..0xc00].to_vec(),
        [&turing()[..], &turing()].concat(),
        x86()
            .more()
            .extension(ExtensionBuilder::new(9, false))
            .build(),
        x86().nvidia_tables(version, [0; 5], "x").build(),
        x86().id(0x10de, 1).build(),
        efi().patch(PAYLOAD + 0x44, &[0x64, 0xaa]).build(),
        efi().patch(PAYLOAD, b"XX").build(),
        ImageBuilder::efi(2).build(),
    ];
    let mut changed = signed_driver();
    changed[0x100] = 1;
    files.push(rom_of(&changed));
    let mut unaligned = efi();
    unaligned.structure_at = 0x42;
    files.push(unaligned.build());
    let mut endless = efi().list(&[1]).build();
    endless[0x80..].fill(1);
    files.push(endless);
    let target = Target {
        class: Some(ClassCode::new(4, 3, Some(0))),
        ..with_ids("10de:2d04", Some("1043:8a07"))
    };
    let mut found = BTreeSet::new();
    for file in &files {
        for finding in judge(file, &target).findings {
            assert!(!finding.text.is_empty());
            assert!(finding.offset.is_none_or(|offset| offset <= file.len()));
            found.insert(finding.code);
        }
    }
    let known: BTreeSet<&str> = verify::codes().into_iter().collect();
    assert_eq!(found, known);
    for code in known {
        let (meaning, source) = verify::explain(code).unwrap();
        assert!(meaning.ends_with('.') && !source.is_empty(), "{code}");
    }
    assert_eq!(verify::explain("rom-"), None);
}

/// A stream of some bytes that stands for 65535 times 256 zeroes, and one: two blocks,
/// in which each code is of no bits.
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
fn drivers_that_stand_for_more_than_any_rom_are_not_all_read() {
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
    let damaged = |report: &Report| {
        let codes = report.findings.iter().map(|finding| finding.code);
        codes.filter(|code| *code == "rom-efi-damaged").count()
    };
    assert_eq!(damaged(&report), 1);
    // One that is not compressed is read all the same.
    images.push(ImageBuilder::efi(1));
    let report = judge(&rom(&images), &Target::default());
    let ovmf = report.answer(Consumer::Ovmf).unwrap();
    assert_eq!(ovmf.because, "loads the EFI image at 0x100000");
    let taken = vbios::edit::extract(
        &rom(&images),
        vbios::edit::Images::Efi,
        vbios::edit::Form::Driver,
    );
    let size = 2 * (1 + 0xffff * 256);
    assert_eq!(taken, Err(vbios::edit::EditError::TooLarge { size }));
}

#[test]
fn verdicts_have_the_words_of_the_doctor() {
    let words: Vec<_> = [
        Verdict::Blocker,
        Verdict::Fix,
        Verdict::Security,
        Verdict::Unknown,
        Verdict::Harmless,
    ]
    .iter()
    .map(|verdict| (verdict.word(), verdict.is_fault()))
    .collect();
    assert_eq!(
        words,
        [
            ("blocker", true),
            ("fix", true),
            ("security", true),
            ("unknown", false),
            ("harmless", false)
        ]
    );
}
