//! What the lines of `lspci -vvv` show of registers is what its hex shows.
//!
//! The texts are those of every release that runs here, and of the dumps that `builds`
//! names.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may fail so"
)]

use std::fmt::Write as _;

use pci_core::config::ConfigSpace;
use pci_core::lspci::{Record, Releases, parse};
use testkit::Scratch;

use crate::oracles::builds::{all_samples, builds};
use crate::oracles::samples::{ids, samples};

/// Compares every bit that the lines show; says how many there were.
fn compare(record: &Record, hex: ConfigSpace<'_>, text: &str) -> u32 {
    let Some(details) = &record.details else {
        return 0;
    };
    let mut count = 0;
    for register in details.registers.iter() {
        let Some(bits) = hex.dword(register.offset) else {
            continue;
        };
        assert_eq!(
            register.value,
            bits & register.known,
            "{:?} at {:03x}, line {}: {:?} shows {:08x} of {bits:08x}\n{text}",
            record.address,
            register.offset,
            register.line,
            text.get(register.span.clone()),
            register.known,
        );
        count += register.known.count_ones();
    }
    count
}

/// The text without its hex.
fn without_hex(text: &str) -> String {
    let hex = |line: &&str| {
        let digits = line.bytes().take_while(u8::is_ascii_hexdigit).count();
        (2..=3).contains(&digits)
            && line
                .get(digits..)
                .is_some_and(|rest| rest.starts_with(": "))
    };
    let lines = text.split_inclusive('\n');
    lines.filter(|line| !hex(line)).collect()
}

/// Where the structures of a made-up function stand: id, offset, length.
const CONVENTIONAL: [(u8, usize, usize); 7] = [
    (0x01, 0x40, 0x08),
    (0x05, 0x48, 0x18),
    (0x11, 0x60, 0x0c),
    (0x0d, 0x70, 0x08),
    (0x10, 0x80, 0x3c),
    (0x13, 0xc0, 0x08),
    (0x09, 0xd0, 0x10),
];
const EXTENDED: [(u8, usize, usize); 16] = [
    (0x01, 0x100, 0x48),
    (0x03, 0x148, 0x0c),
    (0x0d, 0x160, 0x08),
    (0x0e, 0x170, 0x08),
    (0x0f, 0x180, 0x08),
    (0x10, 0x190, 0x40),
    (0x13, 0x1e0, 0x10),
    (0x15, 0x200, 0x34),
    (0x1b, 0x240, 0x08),
    (0x1d, 0x250, 0x30),
    (0x1e, 0x290, 0x10),
    (0x1f, 0x2a0, 0x0c),
    (0x23, 0x2c0, 0x40),
    (0x0b, 0x300, 0x10),
    (0x18, 0x320, 0x08),
    (0x24, 0x340, 0x34),
];

/// A dump of functions whose registers hold anything.
fn anything(functions: u64) -> String {
    let mut random = testkit::Random::new(0x9e37_79b9_7f4a_7c15);
    let mut text = String::new();
    for function in 0..functions {
        let mut bytes: Vec<u8> = (0..0x400).map(|_| random.byte()).collect();
        // Some have few bits set, as real ones have.
        if function % 2 == 0 {
            let fewer: Vec<u8> = bytes
                .iter()
                .map(|byte| byte & random.byte() & random.byte())
                .collect();
            bytes = fewer;
        }
        let bridge = function % 3 == 0;
        bytes[0x00..0x04].copy_from_slice(&[0x86, 0x80, 0x01, 0x19]);
        bytes[0x06] |= 0x10;
        bytes[0x0a..0x0c].copy_from_slice(if bridge { &[4, 6] } else { &[0, 3] });
        bytes[0x0e] = u8::from(bridge);
        bytes[0x34] = 0x40;
        for (list, next) in CONVENTIONAL
            .iter()
            .zip(CONVENTIONAL.iter().skip(1).map(Some).chain([None]))
        {
            bytes[list.1] = list.0;
            bytes[list.1 + 1] = next.map_or(0, |next| u8::try_from(next.1).unwrap());
        }
        for (list, next) in EXTENDED
            .iter()
            .zip(EXTENDED.iter().skip(1).map(Some).chain([None]))
        {
            let next = next.map_or(0, |next| u32::try_from(next.1).unwrap());
            let head = u32::from(list.0) | 1 << 16 | next << 20;
            bytes[list.1..list.1 + 4].copy_from_slice(&head.to_le_bytes());
        }
        writeln!(text, "{:02x}:{:02x}.0 x", function / 32, function % 32).unwrap();
        for (line, bytes) in bytes.chunks(16).enumerate() {
            write!(text, "{:02x}:", line * 16).unwrap();
            for byte in bytes {
                write!(text, " {byte:02x}").unwrap();
            }
            text.push('\n');
        }
        // lspci prints 4096 bytes where it has all of them.
        for line in 0x40..0x100 {
            writeln!(text, "{:02x}:{}", line * 16, " 00".repeat(16)).unwrap();
        }
        text.push('\n');
    }
    text
}

#[test]
fn lines_and_hex_agree() {
    let builds = builds();
    if builds.is_empty() {
        return;
    }
    let scratch = Scratch::new();
    std::fs::write(scratch.path().join("anything.txt"), anything(64)).unwrap();
    let mut all = samples(scratch.path());
    all.extend(all_samples());
    let ids_file = scratch.path().join("pci.ids");
    std::fs::write(&ids_file, ids(&all)).unwrap();
    let mut count = 0;
    let mut lines = 0;
    for build in builds {
        for sample in &all {
            for flags in ["-vvvxxxx", "-vxxxx", "-vvnnxxxx"] {
                let Some(text) = build.print(&ids_file, &sample.path, flags) else {
                    continue;
                };
                let releases = Releases::of(&text);
                assert!(
                    releases.contains(build.release),
                    "{} {releases:?} of {}\n{text}",
                    build.version,
                    sample.name
                );
                let listing = parse(&text);
                for record in &listing.records {
                    let bits = compare(record, record.config.space(), &text);
                    count += bits;
                }
                if flags != "-vvvxxxx" {
                    continue;
                }
                lines += text.lines().filter(|line| line.starts_with('\t')).count();
                // The same without line breaks and indentation: fewer bits, none wrong.
                let bare = without_hex(&text);
                let unindented: String = bare
                    .lines()
                    .map(|line| line.trim_start().to_owned() + "\n")
                    .collect();
                let joined: String = bare.lines().map(str::trim_start).collect();
                for damaged in [unindented, joined] {
                    let again = parse(&damaged);
                    assert_eq!(again.records.len(), listing.records.len(), "{damaged}");
                    for (record, whole) in again.records.iter().zip(&listing.records) {
                        assert_eq!(record.address, whole.address);
                        compare(record, whole.config.space(), &damaged);
                        let (a, b) = (record.details.as_ref(), whole.details.as_ref());
                        let count = |details: Option<&Box<_>>, of: fn(&pci_core::lspci::Details) -> usize| {
                            details.map_or(0, |details| of(details))
                        };
                        for of in [
                            (|d| d.capabilities.len()) as fn(&pci_core::lspci::Details) -> usize,
                            |d| d.regions.len(),
                            |d| d.windows.len(),
                        ] {
                            assert_eq!(
                                count(a, of),
                                count(b, of),
                                "{:?}\n{damaged}",
                                record.address
                            );
                        }
                    }
                }
            }
        }
    }
    assert!(count > 50_000, "{count} bits in {lines} lines");
    #[expect(clippy::print_stderr, reason = "the measure of what was compared")]
    {
        eprintln!("{count} bits of {lines} lines agree");
    }
}
