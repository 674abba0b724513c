//! What `passthru rom verify` says to do, done.

use std::collections::BTreeSet;

use serde_json::Value;
use testkit::Scratch;
use testkit::rom::{ImageBuilder, card, flash_header, rom};
use vbios::verify::RomRemedy;

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

/// The words of a remedy's command behind `passthru`, with what they stand for.
fn words<'a>(command: &'a str, file: &'a str, new: &'a str) -> Vec<&'a str> {
    let (program, words) = command.split_once(' ').unwrap();
    assert_eq!(program, "passthru");
    let word = |word| match word {
        "FILE" => file,
        "NEW" => new,
        "VENDOR:DEVICE" => IDS,
        "GUEST" => "seabios",
        word => word,
    };
    words.split(' ').map(word).collect()
}

#[test]
fn each_command_of_a_remedy_makes_its_finding_go_away() {
    let scratch = Scratch::new();
    let new = scratch.path().join("new.rom");
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
        let source = scratch.file("old.rom", &file);
        let before = finding(&source, more, code).unwrap_or_else(|| panic!("no {code}"));
        let command = before["command"]
            .as_str()
            .unwrap_or_else(|| panic!("{before}"));
        let words = words(command, &source, new);
        let run = passthru(&words);
        assert_eq!(run.err, "", "{words:?}");
        if words.contains(&"-o") {
            assert_eq!(run.status, 0, "{words:?}: {}", run.out);
            assert_eq!(finding(new, more, code), None, "{words:?}");
            std::fs::remove_file(new).unwrap();
        } else {
            // With the guest it is known what the finding means.
            let after = finding(&source, &words[3..], code).unwrap();
            assert_eq!(before["verdict"], "unknown");
            assert_eq!(after["verdict"], "harmless");
            assert_eq!(after["command"], Value::Null);
        }
        shown.insert(command.to_owned());
    }
    let all: BTreeSet<String> = RomRemedy::ALL
        .iter()
        .filter_map(|remedy| Some(remedy.command()?.to_owned()))
        .collect();
    assert_eq!(shown, all, "each remedy with a command has a case");
}
