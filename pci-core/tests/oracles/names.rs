//! Names against `lspci`: what it prints for the functions of a made-up dump
//! (`lspci -F`), and which `pci.ids` texts it refuses at which line.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "clippy.toml allows them in test functions, not in what those call"
)]

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Output};

use pci_core::names::{Database, Names};
use pci_core::{ClassCode, PciId, SubsystemId};
use testkit::Scratch;
use testkit::program::installed;

const TEXT: &str = include_str!("../../data/pci.ids");

struct Function {
    id: PciId,
    class: ClassCode,
    subsystem: SubsystemId,
}

/// Names from our text only: not from udev's database, which is another version
/// and answers for unknown cards with the device's name.
fn lspci(ids: &Path, dump: &Path, flags: &[&str]) -> Output {
    Command::new("lspci")
        .args(["-O", "hwdb.disable=1", "-i"])
        .arg(ids)
        .arg("-F")
        .arg(dump)
        .args(flags)
        .env("LC_ALL", "C")
        .output()
        .unwrap()
}

/// The first 64 bytes of each configuration space, as `lspci -x` prints them.
fn dump(functions: &[Function]) -> String {
    let mut text = String::new();
    for (number, function) in functions.iter().enumerate() {
        let mut config = [0u8; 64];
        config[0x00..0x02].copy_from_slice(&function.id.vendor.0.to_le_bytes());
        config[0x02..0x04].copy_from_slice(&function.id.device.0.to_le_bytes());
        config[0x09] = function.class.prog_if.unwrap_or(0);
        config[0x0a] = function.class.sub;
        config[0x0b] = function.class.base;
        config[0x2c..0x2e].copy_from_slice(&function.subsystem.vendor.0.to_le_bytes());
        config[0x2e..0x30].copy_from_slice(&function.subsystem.device.0.to_le_bytes());
        writeln!(text, "{} x", address(number)).unwrap();
        for (row, bytes) in config.chunks(16).enumerate() {
            write!(text, "{:02x}:", row * 16).unwrap();
            for byte in bytes {
                write!(text, " {byte:02x}").unwrap();
            }
            text.push('\n');
        }
        text.push('\n');
    }
    text
}

fn address(number: usize) -> String {
    let (domain, bus) = (number >> 16, number >> 8 & 0xff);
    format!(
        "{domain:04x}:{bus:02x}:{:02x}.{}",
        number >> 3 & 0x1f,
        number & 7
    )
}

/// lspci keeps a line's class, and vendor with device, in 128 bytes up to 3.9
/// and in 256 since 3.10: a longer text ends in three dots.
fn cut(text: String, longest: usize) -> String {
    match text.len() > longest {
        true => text.chars().take(longest - 3).collect::<String>() + "...",
        false => text,
    }
}

fn longest_pair() -> usize {
    let output = Command::new("lspci").arg("--version").output().unwrap();
    let version = String::from_utf8(output.stdout).unwrap();
    let minor = version.trim().split('.').nth(1).unwrap();
    if version.contains(" 3.") && minor.parse::<u32>().unwrap() < 10 {
        127
    } else {
        255
    }
}

/// Every class, every device and every card, ids that are in no database, and cards
/// of every kind.
fn functions(database: &Database<'_>) -> Vec<Function> {
    let plain = ClassCode::new(0x02, 0x00, Some(0));
    let no_card = SubsystemId::new(0, 0);
    let function = |id, class, subsystem| Function {
        id,
        class,
        subsystem,
    };
    let mut functions = Vec::new();
    for base in 0..=u8::MAX {
        for sub in [0, 1, 2, 3, 4, 5, 6, 7, 8, 0x80, 0xff] {
            let class = ClassCode::new(base, sub, Some(0));
            // A bridge has its card elsewhere than in the header.
            functions.push(function(PciId::new(0x10de, 0x2d04), class, no_card));
        }
    }
    let odd = |name: &str| {
        name.len() > 80 || !name.is_ascii() || name.contains([':', '"', '(']) || name.contains("  ")
    };
    for (number, (id, name)) in database.devices().iter().enumerate() {
        functions.push(function(id, plain, no_card));
        if odd(name) || number % 10 == 0 {
            let unknown = PciId::new(id.vendor.0, id.device.0 ^ 0x5a5a);
            functions.push(function(unknown, plain, no_card));
            let stranger = PciId::new(id.vendor.0 ^ 0x0a50, id.device.0);
            functions.push(function(stranger, plain, no_card));
        }
    }
    for (number, ((id, card), name)) in database.subsystems().iter().enumerate() {
        functions.push(function(id, plain, card));
        if odd(name) || number % 10 == 0 {
            let other = SubsystemId::new(card.vendor.0, card.device.0 ^ 0x5a5a);
            functions.push(function(id, plain, other));
            let own = SubsystemId::new(id.vendor.0, id.device.0);
            functions.push(function(id, plain, own));
            let stranger = SubsystemId::new(card.vendor.0 ^ 0x0a50, card.device.0);
            functions.push(function(id, plain, stranger));
        }
    }
    functions
}

#[test]
fn names_print_as_lspci_prints_them() {
    if !installed(&["lspci"]) {
        return;
    }
    let database = Database::parse(TEXT.as_bytes()).unwrap();
    let blob = database.to_blob().unwrap();
    let names = Names::from_blob(&blob).unwrap();
    let functions = functions(&database);
    assert!(functions.len() > 40_000, "{}", functions.len());
    let scratch = Scratch::new();
    let ids = scratch.write("ids", TEXT.as_bytes());
    let dump = scratch.write("dump", dump(&functions).as_bytes());
    let longest = longest_pair();
    for flag in ["-D", "-nn"] {
        let output = lspci(&ids, &dump, &["-D", "-v", flag]);
        assert!(output.status.success());
        let printed = String::from_utf8_lossy(&output.stdout);
        let mut heads = printed.split("\n\n");
        for (number, function) in functions.iter().enumerate() {
            let (class, pair) = (
                names.class_text(function.class),
                names.device_text(function.id),
            );
            let (class, pair, card) = {
                let card = names.subsystem_text(function.id, function.subsystem);
                match flag {
                    "-nn" => (
                        format!("{class:#}"),
                        format!("{pair:#}"),
                        format!("{card:#}"),
                    ),
                    _ => (class.to_string(), pair.to_string(), card.to_string()),
                }
            };
            let mut head = heads.next().unwrap().lines();
            let line = head.next().unwrap();
            // `-v` adds the programming interface, which our line lacks.
            let line = line.split(" (prog-if ").next().unwrap();
            let expected = format!("{} {class}: {}", address(number), cut(pair, longest));
            assert_eq!(line, expected);
            let printed_card = head.find_map(|line| line.strip_prefix("\tSubsystem: "));
            let expected = (function.subsystem.vendor.0 != 0).then_some(card);
            assert_eq!(printed_card, expected.as_deref(), "{expected:?} at {line}");
        }
    }
}

#[test]
fn programming_interfaces_print_as_lspci_prints_them() {
    if !installed(&["lspci"]) {
        return;
    }
    let database = Database::parse(TEXT.as_bytes()).unwrap();
    let blob = database.to_blob().unwrap();
    let names = Names::from_blob(&blob).unwrap();
    let mut functions = Vec::new();
    for ((base, sub, _), _) in database.prog_ifs().iter() {
        for prog_if in [0, 1, 2, 3, 0x10, 0x20, 0x30, 0x80, 0xfe, 0xff] {
            // lspci composes words of its own for IDE controllers.
            if (base, sub) != (0x01, 0x01) {
                functions.push(Function {
                    id: PciId::new(0x10de, 0x2d04),
                    class: ClassCode::new(base, sub, Some(prog_if)),
                    subsystem: SubsystemId::new(0, 0),
                });
            }
        }
    }
    assert!(functions.len() > 500);
    let scratch = Scratch::new();
    let ids = scratch.write("ids", TEXT.as_bytes());
    let dump = scratch.write("dump", dump(&functions).as_bytes());
    let output = lspci(&ids, &dump, &["-D", "-v"]);
    let printed = String::from_utf8(output.stdout).unwrap();
    for (function, block) in functions.iter().zip(printed.split("\n\n")) {
        let line = block.lines().next().unwrap();
        let number = function.class.prog_if.unwrap();
        let expected = match names.prog_if(function.class) {
            Some(name) => format!(" (prog-if {number:02x} [{name}])"),
            None if number != 0 => format!(" (prog-if {number:02x})"),
            None => String::new(),
        };
        let found = line.find(" (prog-if ").and_then(|at| line.get(at..));
        let found = found.unwrap_or("");
        assert_eq!(found, expected, "{line}");
    }
}

/// Texts one or two changes away from a good one: both refuse it at the same
/// line, or both take it and give the same names.
#[test]
fn texts_are_refused_where_lspci_refuses_them() {
    if !installed(&["lspci"]) {
        return;
    }
    let sample = "# Version: 2026.10.24\n10b0  Gain\n10de  NV\n\t2d04  GPU\n\t\t10b0 205e  Card\n\
                  10df  Emu\n\tF100  One \n# c\n\tf200  Two\nS 10b0\n\t205f  Any\nC 03  Disp\n\
                  \t00  VGA\n\t\t00  ctl\nX 10\n\tzz\n\t\tz\n";
    let function = |card| Function {
        id: PciId::new(0x10de, 0x2d04),
        class: ClassCode::new(3, 0, Some(0)),
        subsystem: SubsystemId::new(0x10b0, card),
    };
    let functions = [function(0x205e), function(0x205f)];
    let scratch = Scratch::new();
    let dump = scratch.write("dump", dump(&functions).as_bytes());
    let mut random = testkit::Random::new(0x9e37_79b9);
    let (mut refused, mut taken) = (0, 0);
    for _ in 0..1_500 {
        let mut text = sample.as_bytes().to_vec();
        for _ in 0..=random.below(2) {
            let at = random.below(text.len());
            let byte = b"\t\n\r #CSXdx0"[random.below(11)];
            match random.below(3) {
                0 => text[at] = byte,
                1 => text.insert(at, byte),
                _ => drop(text.remove(at)),
            }
        }
        let shown = String::from_utf8_lossy(&text).into_owned();
        let ids = scratch.write("ids", &text);
        let output = lspci(&ids, &dump, &["-D", "-v"]);
        let says = String::from_utf8_lossy(&output.stderr).into_owned();
        let line = says
            .lines()
            .find_map(|line| line.rsplit_once(", line ")?.1.parse::<u32>().ok());
        match Database::parse(&text) {
            Err(error) => {
                refused += 1;
                assert_eq!(error.line(), line, "{error}: {says}\n{shown:?}");
            }
            Ok(_) => {
                taken += 1;
                assert_eq!(line, None, "{says}\n{shown:?}");
                // One change more: the compact form must have a version.
                let text = [b"# Version: 2026.10.24\n", text.as_slice()].concat();
                let database = Database::parse(&text).unwrap();
                let blob = database.to_blob().unwrap();
                let names = Names::from_blob(&blob).unwrap();
                let printed = String::from_utf8_lossy(&output.stdout).into_owned();
                for (number, function) in functions.iter().enumerate() {
                    let class = names.class_text(function.class);
                    let head = format!(
                        "{} {class}: {}",
                        address(number),
                        names.device_text(function.id)
                    );
                    let card = names.subsystem_text(function.id, function.subsystem);
                    assert!(printed.contains(&head), "{head}\n{printed}\n{shown:?}");
                    let card = format!("\tSubsystem: {card}\n");
                    assert!(printed.contains(&card), "{card}\n{printed}\n{shown:?}");
                }
            }
        }
    }
    assert!(
        refused > 300 && taken > 300,
        "{refused} refused, {taken} taken"
    );
}

/// The note in the data's folder has the checksum of the text.
#[test]
fn the_note_has_the_checksum_of_the_text() {
    if !installed(&["sha256sum"]) {
        return;
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/data/pci.ids");
    let output = Command::new("sha256sum").arg(path).output().unwrap();
    let sum = String::from_utf8(output.stdout).unwrap();
    let sum = sum.split(' ').next().unwrap();
    let note = include_str!("../../data/README.md");
    assert!(sum.len() == 64 && note.contains(sum), "{sum}");
}
