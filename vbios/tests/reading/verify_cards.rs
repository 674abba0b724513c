//! ROMs that are another card's, board's or function's, or edited.

use std::collections::BTreeSet;

use pci_core::ClassCode;
use testkit::rom::{ImageBuilder, TABLES, card, rom, turing};
use vbios::verify::{Consumer, Guest, RomReport, RomVerdict, Target};

use crate::reading::verify::{accepts, any, findings, judge, with_ids};

#[test]
fn a_rom_of_another_card() {
    let target = |ids: &str| with_ids(ids, None);
    let codes = |report: &RomReport| -> BTreeSet<&str> {
        report.findings.iter().map(|finding| finding.code).collect()
    };
    let report = judge(&card(), &target("10de:1234"));
    assert!(findings(&report).contains(&("rom-other-device", RomVerdict::Unknown)));
    let legacy = Target {
        guest: Some(Guest::SeaBios),
        ..target("10de:1234")
    };
    let report = judge(&card(), &legacy);
    assert!(findings(&report).contains(&("rom-other-device", RomVerdict::Blocker)));
    let report = judge(&card(), &target("1002:67df"));
    assert!(findings(&report).contains(&("rom-other-vendor", RomVerdict::Blocker)));
    // 1002 and 1637 as decimal numbers.
    let decimal = ImageBuilder::efi(6).id(0x03ea, 0x0665).build();
    let report = judge(&decimal, &target("1002:1637"));
    assert!(findings(&report).contains(&("rom-decimal-id", RomVerdict::Harmless)));
    let finding = report.findings.iter().find(|f| f.code == "rom-decimal-id");
    let finding = finding.unwrap();
    assert!(
        finding.title.contains("03ea:0665 are 1002:1637"),
        "{}",
        finding.title
    );
    let command = "passthru rom patch FILE --ids 1002:1637 -o NEW";
    assert_eq!(finding.command.as_deref(), Some(command));
    assert!(!codes(&report).contains("rom-other-vendor"));
    assert!(!report.has_problem());
    assert!(codes(&any(&decimal)).contains("rom-decimal-id"));
    assert!(accepts(&report, Consumer::Ovmf));
    // A vendor that has that very id.
    let report = judge(&decimal, &target("03ea:0665"));
    assert!(!codes(&report).contains("rom-decimal-id"));
    // AMD has two vendor IDs, and OVMF compares neither.
    let report = judge(
        &ImageBuilder::efi(6).id(0x1022, 0x15e3).build(),
        &target("1002:1640"),
    );
    assert!(findings(&report).contains(&("rom-other-device", RomVerdict::Unknown)));
    let without_ids = ImageBuilder::efi(2).id(0, 0).build();
    let report = judge(&without_ids, &target("10de:2d04"));
    assert!(findings(&report).contains(&("rom-no-ids", RomVerdict::Unknown)));
}

#[test]
fn a_rom_of_another_board() {
    let report = judge(&turing(), &with_ids("10de:2d04", Some("1043:8a07")));
    let finding = report
        .findings
        .iter()
        .find(|f| f.code == "rom-other-board")
        .unwrap();
    assert_eq!(finding.verdict, RomVerdict::Fix);
    assert!(finding.title.contains("1462:3896") && finding.title.contains("1043:8a07"));
    let report = judge(&turing(), &with_ids("10de:2d04", Some("1462:3896")));
    assert_eq!(findings(&report), [("rom-tail", RomVerdict::Harmless)]);
    // No finding if the ROM or the card has no such field.
    let report = judge(&card(), &with_ids("10de:2d04", Some("1462:3896")));
    assert_eq!(findings(&report), []);
}

#[test]
fn a_rom_of_another_function() {
    let to_audio = Target {
        class: Some(ClassCode::new(4, 3, Some(0))),
        ..Target::default()
    };
    let report = judge(&ImageBuilder::efi(2).build(), &to_audio);
    assert!(findings(&report).contains(&("rom-other-function", RomVerdict::Harmless)));
    // SeaBIOS ignores the x86 image by its ID, and nothing compares the class.
    let audio = Target {
        guest: Some(Guest::SeaBios),
        ..Target {
            class: to_audio.class,
            ..with_ids("10de:10f1", None)
        }
    };
    let report = judge(&card(), &audio);
    assert!(findings(&report).contains(&("rom-other-function", RomVerdict::Harmless)));
    assert!(findings(&report).contains(&("rom-seabios-id", RomVerdict::Blocker)));
}

#[test]
fn an_image_without_a_class_is_of_any_function() {
    let unset = |mut image: ImageBuilder| {
        image.class = [0, 0, 0];
        image
    };
    let card = rom(&[ImageBuilder::x86(4).more(), unset(ImageBuilder::efi(6))]);
    for class in [ClassCode::new(3, 0, Some(0)), ClassCode::new(4, 3, Some(0))] {
        for file in [&card, &unset(ImageBuilder::efi(6)).build()] {
            let target = Target {
                class: Some(class),
                guest: Some(Guest::Ovmf),
                ..with_ids("10de:2d04", None)
            };
            let report = judge(file, &target);
            let codes: Vec<_> = report.findings.iter().map(|f| f.code).collect();
            assert!(
                codes.is_empty() || codes == ["rom-no-x86"],
                "{class}: {codes:?}"
            );
        }
    }
}

#[test]
fn the_chips_own_subsystem_is_not_a_board() {
    let apu = |subsystem| {
        ImageBuilder::x86(2)
            .amd_tables(subsystem, b"113-CEZANNE-018")
            .id(0x1002, 0x1638)
            .build()
    };
    let target = Target {
        class: Some(ClassCode::new(3, 0, Some(0))),
        guest: Some(Guest::Ovmf),
        ..with_ids("1002:1638", Some("1043:8877"))
    };
    for subsystem in [[0x1002, 0x1002], [0x1002, 0x1638]] {
        let report = judge(&apu(subsystem), &target);
        assert_eq!(findings(&report), [("rom-no-efi", RomVerdict::Harmless)]);
        let remedy = report.findings[0].remedy.unwrap().to_string();
        assert!(remedy.contains("audio function"), "{remedy}");
        assert!(accepts(&report, Consumer::AmdDriver));
    }
    let report = judge(&apu([0x1da2, 0xe366]), &target);
    assert!(findings(&report).contains(&("rom-other-board", RomVerdict::Fix)));
}

#[test]
fn amds_driver_reads_the_first_image() {
    let target = |class| Target {
        class: Some(class),
        guest: Some(Guest::Ovmf),
        ..with_ids("1002:1638", None)
    };
    let gop = ImageBuilder::efi(6).id(0x1002, 0x1638).build();
    let report = judge(&gop, &target(ClassCode::new(3, 0, Some(0))));
    assert_eq!(
        findings(&report)[0],
        ("rom-no-video-bios", RomVerdict::Unknown)
    );
    assert!(!accepts(&report, Consumer::AmdDriver));
    let remedy = report.findings[0].remedy.unwrap().to_string();
    assert!(remedy.contains("rom vfct"), "{remedy}");
    // Its audio function is where this driver belongs.
    let report = judge(&gop, &target(ClassCode::new(4, 3, Some(0))));
    assert_eq!(report.answer(Consumer::AmdDriver), None);
    let x86 = ImageBuilder::x86(2).id(0x1002, 0x1638).build();
    let report = judge(&x86, &target(ClassCode::new(3, 0, Some(0))));
    assert!(!accepts(&report, Consumer::AmdDriver));
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
