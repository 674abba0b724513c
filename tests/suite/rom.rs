//! The commands on option ROMs.

use std::fs;

use testkit::Scratch;
use testkit::rom::{ImageBuilder, card, flash_header, rom, turing};

use crate::command::passthru;

const HOST: [&str; 2] = ["--root", "examples/hosts/proxmox-rtx5060ti/after"];

#[test]
fn info_shows_the_parts() {
    let scratch = Scratch::new();
    let file = scratch.file("gpu.rom", flash_header(1, &turing()));
    let run = passthru(&["rom", "info", &file]);
    assert_eq!(run.status, 0, "{}", run.err);
    for line in [
        "1536 bytes before the first image: NVIDIA's flash header, version 1",
        "  0x600: x86 PC-AT, 2048 bytes, 10de:2d04, class 030000",
        "and in NVIDIA's own chain:",
        "board: 1462:3896, PG132 SKU 30 VGA BIOS, version 94.02.26.40.99, 05/09/16",
    ] {
        assert!(run.out.contains(line), "{line}: {}", run.out);
    }
    let json = passthru(&["rom", "info", &file, "--json"]).json();
    assert_eq!(json["schema"], "passthru-rom/1");
    assert_eq!(json["prefix"]["flash_header"]["version"], 1);
    assert_eq!(json["images"][1]["efi"]["machine"], "X64");
    assert_eq!(json["nvidia_images"].as_array().unwrap().len(), 4);
    let bit = &json["board"]["tables"]["nvidia"];
    assert_eq!(bit["bios_version"], "94.02.26.40.99");
    let hex = passthru(&["rom", "info", &file, "--hex"]);
    let line = "  00000660  50 43 49 52 de 10 04 2d 00 00 18 00 00 00 00 03  PCIR...-........";
    assert!(hex.out.contains(line), "{}", hex.out);
    assert!(
        hex.out.contains("NVIDIA FwSec image at 0x1200: NPDS\n"),
        "{}",
        hex.out
    );
    let old = passthru(&["rom", "info", &file, "--rom-parser"]);
    assert!(
        old.out
            .starts_with("Valid ROM signature found @600h, PCIR offset 60h\n")
    );
    assert_eq!(old.out, vbios::rom_parser(&flash_header(1, &turing())).text);
}

#[test]
fn info_draws_the_file() {
    let scratch = Scratch::new();
    let file = [&flash_header(1, &turing())[..], &[0xff; 0x600]].concat();
    let file = scratch.file("gpu.rom", file);
    let run = passthru(&["rom", "info", &file]);
    let map = "\
map:
        0x0 ########################             1536 NVIDIA's flash header
      0x600 ################################     2048 x86 PC-AT
      0xe00 ################                     1024 EFI
     0x1200 ########################             1536 NVIDIA FwSec
     0x1800 ########                              512 NVIDIA NBSI
     0x1a00 ########################             1536 other bytes
";
    assert!(run.out.ends_with(map), "{}", run.out);
    assert!(
        run.out
            .contains("EFI driver at 0xe00: PE32+, machine X64; not signed"),
        "{}",
        run.out
    );
}

#[test]
fn a_file_that_is_not_a_rom_is_named() {
    let scratch = Scratch::new();
    for (bytes, words) in [
        (
            &b"PK\x03\x04"[..],
            "not an option ROM: the file is a ZIP archive",
        ),
        (b"<html>", "not an option ROM: the file is a web page"),
        (&[0xff; 64], "all bytes are ff: the read failed"),
    ] {
        let file = scratch.file("x.rom", bytes);
        let run = passthru(&["rom", "info", &file]);
        assert!(run.status == 2 && run.err.contains(words), "{}", run.err);
    }
}

#[test]
fn texts_in_a_rom_do_not_reach_the_terminal() {
    let scratch = Scratch::new();
    let image = ImageBuilder::x86(2).amd_tables([0x1da2, 1], b"113\x1b]0;x\x07");
    let file = scratch.file("evil.rom", image.build());
    for words in [
        &["rom", "info", &file][..],
        &["rom", "info", &file, "--hex"],
    ] {
        let run = passthru(words);
        assert!(!run.out.contains(['\x1b', '\x07']), "{}", run.out);
    }
    assert!(
        passthru(&["rom", "info", &file])
            .out
            .contains("113\\x1b]0;x\\x07")
    );
}

#[test]
fn verify_reads_the_card_from_the_host() {
    let scratch = Scratch::new();
    let good = scratch.file("good.rom", card());
    let other = scratch.file("other.rom", ImageBuilder::efi(6).id(0x1002, 0x67df).build());
    let verify = |file: &str, more: &[&str]| {
        passthru(&[&["rom", "verify", file, "--for", "01:00.0"], more, &HOST].concat())
    };
    let run = verify(&good, &[]);
    assert_eq!(run.status, 0, "{}{}", run.out, run.err);
    assert!(
        run.out
            .contains("SeaBIOS        accepts  runs the x86 image at 0x0\n"),
        "{}",
        run.out
    );
    let run = verify(&other, &["--json"]);
    assert_eq!(run.status, 1);
    let json = run.json();
    assert_eq!(json["schema"], "passthru-rom-verify/1");
    assert_eq!(json["findings"][0]["code"], "rom-other-vendor");
    assert_eq!(json["findings"][0]["verdict"], "blocker");
    let consumers = json["answers"].as_array().unwrap().iter();
    let consumers: Vec<_> = consumers
        .map(|answer| answer["consumer"].as_str().unwrap())
        .collect();
    assert_eq!(
        consumers,
        [
            "linux-sysfs",
            "qemu",
            "seabios",
            "ovmf",
            "secure-boot",
            "amd-driver"
        ]
    );
    // The ROM of the graphics function, given to the audio function.
    let run = passthru(&[&["rom", "verify", &good, "--for", "01:00.1"], &HOST[..]].concat());
    assert!(run.out.contains("[rom-other-function]"), "{}", run.out);
    let run = passthru(&[&["rom", "verify", &good, "--for", "10de:ffff"], &HOST[..]].concat());
    assert!(
        run.status == 2 && run.err.contains("--ids 10de:ffff"),
        "{}",
        run.err
    );
    let run = passthru(&[&["rom", "verify", &good, "--for", "01:00"], &HOST[..]].concat());
    assert_eq!(run.status, 2);
    assert!(
        run.err.contains("name one, 01:00.0 or 01:00.1"),
        "{}",
        run.err
    );
}

#[test]
fn verify_reads_ids_and_the_guest() {
    let scratch = Scratch::new();
    let file = scratch.file("gpu.rom", turing());
    let status = |words: &[&str]| {
        let run = passthru(&[&["rom", "verify", &file], words].concat());
        (run.status, format!("{}{}", run.out, run.err))
    };
    assert_eq!(status(&["--ids", "10de:2d04:1462:3896"]).0, 0);
    let (code, message) = status(&["--ids", "10de:2d04:1043:8a07"]);
    assert!(
        code == 1 && message.contains("[rom-other-board]"),
        "{message}"
    );
    let legacy = scratch.file("legacy.rom", ImageBuilder::x86(1).build());
    let guest = |word: &str| passthru(&["rom", "verify", &legacy, "--guest", word]).status;
    assert_eq!((guest("seabios"), guest("ovmf"), guest("both")), (0, 0, 0));
    let efi = scratch.file("efi.rom", ImageBuilder::efi(6).build());
    let guest = |word: &str| passthru(&["rom", "verify", &efi, "--guest", word]).status;
    assert_eq!((guest("seabios"), guest("ovmf"), guest("both")), (1, 0, 1));
    assert_eq!(passthru(&["rom", "verify", &legacy]).status, 0);
    for wrong in [
        "10de",
        "10de:",
        "10de:2d04:1462",
        "10de:2d04:1462:3896:1",
        "x:y",
    ] {
        let (code, message) = status(&["--ids", wrong]);
        assert!(
            code == 2 && message.contains("four hex digits"),
            "{wrong}: {message}"
        );
    }
    // A file that is not a ROM is a problem of the file, not wrong usage.
    let text = scratch.file("text.rom", b"not a ROM");
    let run = passthru(&["rom", "verify", &text]);
    assert_eq!(run.status, 1);
    assert!(run.out.contains("[rom-no-image]"), "{}", run.out);
    assert_eq!(passthru(&["rom", "verify", "/no/such.rom"]).status, 2);
    let explained = passthru(&["explain", "rom-no-image"]);
    assert!(
        explained.status == 0 && explained.out.contains("padding"),
        "{}",
        explained.out
    );
}

#[test]
fn trim_writes_another_file_whole() {
    let scratch = Scratch::new();
    let dump = flash_header(2, &turing());
    let file = scratch.file("dump.rom", &dump);
    let output = scratch.path().join("trimmed.rom");
    let output = output.to_str().unwrap();
    let shown = passthru(&["rom", "trim", &file]);
    let line = "0x0: 1536 bytes removed, NVIDIA's flash header of version 2 points to the first\n\
                image at 0x600\n";
    assert_eq!((shown.status, shown.out.as_str()), (0, line));
    assert!(!fs::exists(output).unwrap());
    let run = passthru(&["rom", "trim", &file, "-o", output]);
    assert_eq!(run.status, 0, "{}", run.err);
    assert_eq!(fs::read(output).unwrap(), turing());
    assert_eq!(fs::read(&file).unwrap(), dump);
    let json = passthru(&[
        "rom", "trim", &file, "--tail", "pci", "-o", output, "--json",
    ])
    .json();
    assert_eq!(json["schema"], "passthru-rom-edit/1");
    assert_eq!(json["changes"][1]["removed"], 0x800);
    assert_eq!(fs::read(output).unwrap(), &turing()[..0xc00]);
    let again = passthru(&["rom", "trim", output]);
    assert_eq!(again.out, "nothing to change\n");
    // Only the two files are left.
    assert_eq!(fs::read_dir(scratch.path()).unwrap().count(), 2);
}

#[test]
fn input_files_are_never_written() {
    let scratch = Scratch::new();
    let dump = flash_header(2, &turing());
    let file = scratch.file("dump.rom", &dump);
    let link = scratch.path().join("link.rom");
    std::os::unix::fs::symlink(&file, &link).unwrap();
    let dotted = scratch.path().join("./dump.rom");
    for output in [&file, link.to_str().unwrap(), dotted.to_str().unwrap()] {
        let run = passthru(&["rom", "trim", &file, "-o", output]);
        assert_eq!(run.status, 2, "{output}");
        assert!(run.err.contains("are the same file"), "{}", run.err);
    }
    assert_eq!(fs::read(&file).unwrap(), dump);
    let run = passthru(&["rom", "trim", &file, "-o", "/no/such/directory/x.rom"]);
    assert_eq!(run.status, 2);
    assert!(run.err.contains("No such file"), "{}", run.err);
}

#[test]
fn carve_finds_and_writes_one() {
    let scratch = Scratch::new();
    let second = ImageBuilder::x86(1).id(0x8086, 0x0406).build();
    let firmware = [b"junk", &card()[..], &[0xff; 99], &second].concat();
    let file = scratch.file("bios.bin", &firmware);
    let run = passthru(&["rom", "carve", &file]);
    assert_eq!(run.status, 0, "{}", run.err);
    assert!(run.out.starts_with("1: 3072 bytes at 0x4\n"), "{}", run.out);
    assert!(run.out.contains("2: 512 bytes at 0xc67\n"), "{}", run.out);
    let output = scratch.path().join("out.rom");
    let output = output.to_str().unwrap();
    let run = passthru(&["rom", "carve", &file, "-o", output]);
    assert_eq!(run.status, 2);
    assert!(run.err.contains("--pick"), "{}", run.err);
    for (pick, status) in [("0", 2), ("3", 2), ("2", 0)] {
        let run = passthru(&["rom", "carve", &file, "--pick", pick, "-o", output]);
        assert_eq!(run.status, status, "{}", run.err);
    }
    assert_eq!(fs::read(output).unwrap(), second);
    // By the ID of the card.
    let named = ["--ids", "8086:0406", "-o", output];
    let run = passthru(&[&["rom", "carve", &file], &named[..]].concat());
    assert_eq!((run.status, fs::read(output).unwrap()), (0, second.clone()));
    let run = passthru(&["rom", "carve", &file, "--ids", "10de:ffff"]);
    assert!(
        run.status == 2 && run.err.contains("among the 2 ROMs"),
        "{}",
        run.err
    );
    let json = passthru(&["rom", "carve", &file, "--json"]).json();
    assert_eq!(json["roms"][1]["rom"]["images"][0]["vendor"], "8086");
    let none = scratch.file("none.bin", [0xff; 4096]);
    let run = passthru(&["rom", "carve", &none]);
    assert!(
        run.status == 2 && run.err.contains("compressed"),
        "{}",
        run.err
    );
}

/// An ACPI table with `rom` for 1002:1638 at 04:00.0.
pub(crate) fn vfct(rom: &[u8]) -> Vec<u8> {
    let mut table = vec![0; 76];
    table[..4].copy_from_slice(b"VFCT");
    table[52] = 76;
    table.extend([4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    table.extend([0x02, 0x10, 0x38, 0x16, 0x43, 0x10, 0x07, 0x8a, 0, 0, 0, 0]);
    table.extend(u32::try_from(rom.len()).unwrap().to_le_bytes());
    table.extend(rom);
    let length = u32::try_from(table.len()).unwrap();
    table[4..8].copy_from_slice(&length.to_le_bytes());
    table
}

#[test]
fn vfct_has_the_rom() {
    let scratch = Scratch::new();
    let rom = ImageBuilder::x86(1).id(0x1002, 0x1638).build();
    let file = scratch.file("VFCT", vfct(&rom));
    let output = scratch.path().join("vbios.rom");
    let output = output.to_str().unwrap();
    let run = passthru(&["rom", "vfct", &file, "-o", output]);
    assert_eq!(run.status, 0, "{}", run.err);
    assert!(
        run.out
            .starts_with("1: 04:00.0, 1002:1638, subsystem 1043:8a07, 512 bytes")
    );
    assert!(run.out.contains("wrong checksum of the table"));
    assert_eq!(fs::read(output).unwrap(), rom);
    let run = passthru(&["rom", "vfct", output]);
    assert!(
        run.status == 2 && run.err.contains("not an ACPI table VFCT"),
        "{}",
        run.err
    );
}

#[test]
fn diff_lists_the_fields() {
    let scratch = Scratch::new();
    let left = scratch.file("left.rom", card());
    let right = rom(&[
        ImageBuilder::x86(4).more(),
        ImageBuilder::efi(2).id(0x10de, 1),
    ]);
    let right = scratch.file("right.rom", &right);
    assert_eq!(passthru(&["rom", "diff", &left, &left]).status, 0);
    let run = passthru(&["rom", "diff", &left, &right]);
    assert_eq!(run.status, 1);
    assert!(
        run.out
            .starts_with("EFI image 1: id: 10de:2d04 -> 10de:0001\n"),
        "{}",
        run.out
    );
    let json = passthru(&["rom", "diff", &left, &right, "--json"]).json();
    assert_eq!(json["differences"][0]["left"], "10de:2d04");
}
