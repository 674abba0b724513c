//! ROMs that are another card's, board's or function's, or edited.

use std::collections::BTreeSet;

use pci_core::ClassCode;
use testkit::rom::{ImageBuilder, TABLES, card, turing};
use vbios::verify::{Consumer, Guest, RomReport, RomVerdict, Target};

use crate::reading::verify::{accepts, any, judge, said, with_ids};

#[test]
fn a_rom_of_another_card() {
    let target = |ids: &str| with_ids(ids, None);
    let codes = |report: &RomReport| -> BTreeSet<&str> {
        report.findings.iter().map(|finding| finding.code).collect()
    };
    let report = judge(&card(), &target("10de:1234"));
    assert!(said(&report).contains(&("rom-other-device", RomVerdict::Unknown)));
    let legacy = Target {
        guest: Some(Guest::SeaBios),
        ..target("10de:1234")
    };
    let report = judge(&card(), &legacy);
    assert!(said(&report).contains(&("rom-other-device", RomVerdict::Blocker)));
    let report = judge(&card(), &target("1002:67df"));
    assert!(said(&report).contains(&("rom-other-vendor", RomVerdict::Blocker)));
    // 1002 and 1637 as decimal numbers.
    let decimal = ImageBuilder::efi(6).id(0x03ea, 0x0665).build();
    let report = judge(&decimal, &target("1002:1637"));
    assert!(said(&report).contains(&("rom-decimal-id", RomVerdict::Fix)));
    assert!(!codes(&report).contains("rom-other-vendor"));
    assert!(codes(&any(&decimal)).contains("rom-decimal-id"));
    assert!(accepts(&report, Consumer::Ovmf));
    // A vendor that has that very id.
    let report = judge(&decimal, &target("03ea:0665"));
    assert!(!codes(&report).contains("rom-decimal-id"));
    let nobody = ImageBuilder::efi(2).id(0, 0).build();
    let report = judge(&nobody, &target("10de:2d04"));
    assert!(said(&report).contains(&("rom-no-ids", RomVerdict::Unknown)));
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
    assert_eq!(said(&report), [("rom-tail", RomVerdict::Harmless)]);
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
    assert!(said(&report).contains(&("rom-other-function", RomVerdict::Harmless)));
    let report = judge(&card(), &to_audio);
    assert!(said(&report).contains(&("rom-other-function", RomVerdict::Fix)));
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
