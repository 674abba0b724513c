//! The commands that edit option ROMs.

use std::fs;

use testkit::Scratch;
use testkit::rom::{ImageBuilder, card};

use crate::command::passthru;

/// A terse EFI driver without sections, which is as small as drivers get.
pub(crate) const DRIVER: &[u8] = &[
    b'V', b'Z', 0x64, 0x86, 0, 0x0b, 0x28, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
];

/// Runs a command that must succeed, and returns its output.
#[track_caller]
fn done(words: &[&str]) -> String {
    let run = passthru(words);
    assert_eq!(run.status, 0, "{words:?}: {}{}", run.out, run.err);
    run.out
}

#[track_caller]
fn refused(words: &[&str]) -> String {
    let run = passthru(words);
    assert_eq!((run.status, run.out.as_str()), (2, ""), "{words:?}");
    run.err
}

#[test]
fn each_edit_shows_its_changes_and_leaves_the_source() {
    let scratch = Scratch::new();
    let whole = card();
    let source = scratch.file("card.rom", &whole);
    let driver = scratch.file("driver.efi", DRIVER);
    let output = scratch.path().join("new.rom");
    let output = output.to_str().unwrap();
    let mut damaged = whole.clone();
    damaged[0x100] ^= 1;
    let damaged = scratch.file("damaged.rom", &damaged);
    for (words, shown) in [
        (
            &["rom", "patch", &source, "--ids", "1234:abcd"][..],
            "-> 34 12, vendor ID",
        ),
        (
            &[
                "rom", "patch", &source, "--class", "030200", "--images", "efi",
            ],
            ", class",
        ),
        (
            &["rom", "fix-checksum", &damaged],
            "makes the image's bytes add up to 0",
        ),
        (
            &["rom", "set-last", &source, "legacy"],
            "sets the last-image indicator",
        ),
        (
            &["rom", "drop", &source, "legacy"],
            "bytes removed, image 0, x86 PC-AT",
        ),
        (
            &["rom", "add", &source, &driver],
            "bytes inserted, an image with an EFI driver",
        ),
    ] {
        let printed = done(words);
        assert!(printed.contains(shown), "{words:?}: {printed}");
        assert!(fs::metadata(output).is_err(), "{words:?} wrote");
        let written = done(&[words, &["-o", output]].concat());
        assert!(written.starts_with(&printed), "{written}");
        // The changes turn the one file into the other.
        let json = passthru(&[words, &["--json"]].concat()).json();
        assert_eq!(json["schema"], "passthru-rom-edit/1");
        let (before, after) = (fs::read(words[2]).unwrap(), fs::read(output).unwrap());
        assert_eq!(json["length"], after.len());
        let change = |name: &str| -> i64 {
            let changes = json["changes"].as_array().unwrap();
            changes
                .iter()
                .map(|change| change[name].as_i64().unwrap())
                .sum()
        };
        let grown = change("inserted") - change("removed");
        assert_eq!(before.len() as i64 + grown, after.len() as i64);
        assert_ne!(before, after);
        fs::remove_file(output).unwrap();
    }
    assert_eq!(fs::read(&source).unwrap(), whole);
    assert_eq!(
        done(&["rom", "fix-checksum", &source]),
        "nothing to change\n"
    );
}

#[test]
fn extracted_parts_build_the_rom_again() {
    let scratch = Scratch::new();
    let driver = scratch.file("driver.efi", DRIVER);
    let legacy = scratch.file("legacy.rom", ImageBuilder::x86(4).build());
    let place = |name: &str| scratch.path().join(name).to_str().unwrap().to_owned();
    let (built, again) = (place("built.rom"), place("again.rom"));
    done(&["rom", "build", &legacy, &driver, "--compress", "-o", &built]);
    let output = done(&["rom", "extract", &built, "efi", "--as", "driver"]);
    let expected = "image 1, EFI: 40 bytes; TE, machine X64; not signed: a guest with Secure Boot\ndoes not load it\n";
    assert_eq!(output, expected);
    done(&[
        "rom",
        "extract",
        &built,
        "-o",
        scratch.path().to_str().unwrap(),
    ]);
    let (first, second) = (place("0-legacy.rom"), place("1-efi.rom"));
    done(&["rom", "build", &first, &second, "-o", &again]);
    assert_eq!(fs::read(&built).unwrap(), fs::read(&again).unwrap());
    let out = place("out.efi");
    done(&["rom", "extract", &built, "1", "--as", "driver", "-o", &out]);
    assert_eq!(fs::read(&out).unwrap(), DRIVER);
    let json = passthru(&["rom", "extract", &built, "efi", "--as", "driver", "--json"]).json();
    assert_eq!(json["parts"][0]["driver"]["format"], "TE");
    assert_eq!(
        json["parts"][0]["driver"]["signatures"],
        serde_json::json!([])
    );
    let several = refused(&["rom", "extract", &built, "-o", &out]);
    assert!(
        several.contains("expected a directory for 2 images"),
        "{several}"
    );

    // The ROM's own table, and its source.
    let (table, source) = (place("rom.aml"), place("rom.asl"));
    let device = ["--device", r"\_SB.PCI0.S08.S00"];
    done(&[&["rom", "ssdt", &built, "-o", &table][..], &device].concat());
    assert!(fs::read(&table).unwrap().starts_with(b"SSDT"));
    done(
        &[
            &["rom", "ssdt", &built, "--asl", "-o", &source][..],
            &device,
        ]
        .concat(),
    );
    let source = fs::read_to_string(&source).unwrap();
    assert!(source.contains(r"Scope (\_SB.PCI0.S08.S00)"), "{source}");
}

#[test]
fn wrong_words_and_files_are_refused() {
    let scratch = Scratch::new();
    let source = scratch.file("card.rom", card());
    let text = scratch.file("text", b"no ROM, and no driver");
    for (words, why) in [
        (
            &["rom", "drop", &source, "efi", "-o", &source][..],
            "are the same file",
        ),
        (
            &["rom", "drop", &source, "all"],
            "the edit would leave no image",
        ),
        (&["rom", "drop", &source, "7"], "no image \"7\" among its 2"),
        (
            &["rom", "drop", &source, "uefi"],
            "expected all, legacy, efi",
        ),
        (&["rom", "patch", &source], "required arguments"),
        (&["rom", "set-last", &text], "not an option ROM"),
        (
            &["rom", "fix-checksum", &source, "--at", "0x1"],
            "cannot be changed",
        ),
        (&["rom", "add", &source, &text], "not an EFI driver"),
        (
            &["rom", "build", &text, "--ids", "10de:1c03"],
            "not an option ROM",
        ),
        (
            &["rom", "ssdt", &source, "--device", "PCI0", "-o", "x"],
            "'\\_SB.PCI0.S08.S00' with quotes in a shell: a backslash, and segments",
        ),
    ] {
        let output = refused(words);
        assert!(output.contains(why), "{words:?}: {output}");
    }
    let driver = scratch.file("driver.efi", DRIVER);
    let output = refused(&["rom", "build", &driver]);
    assert!(output.contains("add --ids"), "{output}");
    let output = refused(&["rom", "build", &text, &driver]);
    assert!(output.contains("text: not an option ROM"), "{output}");
}
