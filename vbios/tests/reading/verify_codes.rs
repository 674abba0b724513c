//! The table of codes, and the words of verdicts.

use std::collections::BTreeSet;

use pci_core::ClassCode;
use testkit::rom::{ExtensionBuilder, ImageBuilder, PAYLOAD, card, flash_header, rom, turing};
use vbios::verify::{self, RomVerdict, Target};

use crate::reading::signed::{rom_of, signed_driver};
use crate::reading::verify::{judge, with_ids};

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
    let mut invalid = signed_driver();
    let last = invalid.iter().rposition(|byte| *byte != 0).unwrap();
    invalid[last - 4] ^= 1;
    files.push(rom_of(&invalid));
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
    let amd = Target {
        class: Some(ClassCode::new(3, 0, Some(0))),
        ..with_ids("1002:1638", None)
    };
    let gop = judge(&efi().id(0x1002, 0x1638).build(), &amd);
    found.extend(gop.findings.iter().map(|finding| finding.code));
    for file in &files {
        for finding in judge(file, &target).findings {
            assert!(!finding.title.is_empty());
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

#[test]
fn verdicts_have_the_words_of_the_doctor() {
    let words: Vec<_> = [
        RomVerdict::Blocker,
        RomVerdict::Fix,
        RomVerdict::Security,
        RomVerdict::Unknown,
        RomVerdict::Harmless,
    ]
    .iter()
    .map(|verdict| (verdict.word(), verdict.is_problem()))
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
