//! What `passthru rom verify` says to do, done.

use std::collections::BTreeSet;

use serde_json::Value;
use testkit::Scratch;
use testkit::rom::{ImageBuilder, card, flash_header, rom};

use crate::command::passthru;

const IDS: &str = "10de:1c03";

/// The finding with this code of the file at `path`.
fn finding(path: &str, more: &[&str], code: &str) -> Option<Value> {
    let report = passthru(&[&["rom", "verify", path, "--json"], more].concat()).json();
    let findings = report["findings"].as_array().unwrap();
    findings
        .iter()
        .find(|finding| finding["code"] == code)
        .cloned()
}

#[test]
fn each_command_of_a_remedy_removes_its_finding() {
    let scratch = Scratch::new();
    let new = scratch.path().join("old-fixed.rom");
    let new = new.to_str().unwrap();
    let mut damaged = card();
    damaged[0x100] ^= 1;
    let odd = ImageBuilder {
        structure_at: 0x42,
        ..ImageBuilder::efi(8)
    };
    // 0x03ea is 1002.
    let decimal = ImageBuilder::x86(4).id(0x03ea, 0x1c03);
    let mut shown = BTreeSet::new();
    for (code, file, more) in [
        ("rom-prefix", flash_header(1, &card()), &[][..]),
        ("rom-prefix", [&[0xff; 512], &card()[..]].concat(), &[]),
        ("rom-checksum", damaged, &[]),
        ("rom-seabios-id", card(), &["--ids", IDS]),
        ("rom-decimal-id", rom(&[decimal]), &[]),
        (
            "rom-last-flag-missing",
            rom(&[ImageBuilder::x86(4).more()]),
            &[],
        ),
        ("rom-small-bar", rom(&[ImageBuilder::efi(2)]), &[]),
        ("rom-pointer-not-aligned", rom(&[odd]), &[]),
    ] {
        // A name that a shell splits.
        let source = scratch.file("old.rom", &file);
        let before = finding(&source, more, code).unwrap_or_else(|| panic!("no {code}"));
        let command = before["command"]
            .as_str()
            .unwrap_or_else(|| panic!("{before}"));
        let words: Vec<&str> = command.split(' ').collect();
        assert_eq!(words[0], "passthru");
        let run = passthru(&words[1..]);
        assert_eq!(run.err, "", "{words:?}");
        if words.contains(&"-o") {
            assert_eq!(run.status, 0, "{words:?}: {}", run.out);
            assert_eq!(finding(new, more, code), None, "{words:?}");
            std::fs::remove_file(new).unwrap();
        } else {
            // With the guest it is known whether the finding matters.
            let after = finding(&source, &words[4..], code).unwrap();
            assert_eq!(before["verdict"], "unknown");
            assert_eq!(after["verdict"], "blocker");
            assert_eq!(after["command"], Value::Null);
        }
        shown.insert(words[2].to_owned());
    }
    let all = ["fix-checksum", "patch", "set-last", "trim", "verify"];
    assert_eq!(shown, all.map(str::to_owned).into());
}

/// A shell runs the command as printed, whatever the file is called.
#[test]
fn a_command_names_the_file() {
    let scratch = Scratch::new();
    let file = scratch.file("my card's.rom", flash_header(1, &card()));
    let run = passthru(&["rom", "verify", &file]);
    let text = run.out.split_whitespace().collect::<Vec<_>>().join(" ");
    let folder = scratch.path().display();
    let command = format!(
        "passthru rom trim '{folder}/my card'\\''s.rom' -o '{folder}/my card'\\''s-fixed.rom'"
    );
    assert!(text.contains(&command), "{text}");
    assert!(!text.contains("FILE") && !text.contains("VENDOR:DEVICE"));
}

/// An image without a free byte for its checksum: the remedy is another dump, not a command that
/// fails.
#[test]
fn no_command_is_offered_that_fails() {
    let scratch = Scratch::new();
    let mut full = ImageBuilder::x86(4).unbalanced().build();
    for (at, byte) in full.iter_mut().enumerate() {
        if at > 4 && !(0x18..0x1c).contains(&at) && !(0x40..0x80).contains(&at) {
            *byte = (at % 251) as u8 | 1;
        }
    }
    let sum = full.iter().fold(0u8, |sum, byte| sum.wrapping_add(*byte));
    full[0x100] = full[0x100].wrapping_sub(sum).wrapping_add(1);
    let file = scratch.file("full.rom", &full);
    let found = finding(&file, &[], "rom-checksum").unwrap();
    assert_eq!(found["command"], Value::Null, "{found}");
    assert!(
        found["remedy"]
            .as_str()
            .unwrap()
            .starts_with("dump the ROM again")
    );
    // The same for other IDs: the card's own ROM.
    full[0x100] = full[0x100].wrapping_sub(1);
    let file = scratch.file("full.rom", &full);
    let found = finding(&file, &["--ids", IDS], "rom-seabios-id").unwrap();
    assert_eq!(found["command"], Value::Null, "{found}");
}
