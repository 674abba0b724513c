//! Tables with a ROM, read and run by ACPICA: iasl decodes our table and
//! compiles our source, and acpiexec calls `_ROM` as a driver does.

use std::fs;
use std::path::Path;
use std::process::Command;

use vbios::ssdt::RomTable;

/// What a program prints when it runs in `directory`; `None` where it is not
/// installed.
fn output_of(directory: &Path, program: &str, arguments: &[&str]) -> Option<(bool, String)> {
    let run = Command::new(program)
        .args(arguments)
        .current_dir(directory)
        .output()
        .ok()?;
    let text = String::from_utf8_lossy(&run.stdout) + String::from_utf8_lossy(&run.stderr);
    Some((run.status.success(), text.into_owned()))
}

/// A table of the firmware that has the device.
const DSDT: &str = r#"
DefinitionBlock ("", "DSDT", 2, "TEST", "TEST", 1)
{
    Device (\_SB.PCI0)
    {
        Name (_HID, "PNP0A03")
        Device (S08) { Name (_ADR, 0x00010000) Device (S00) { Name (_ADR, 0) } }
    }
}
"#;

#[test]
fn acpica_reads_the_rom_back() {
    let scratch = testkit::Scratch::new();
    let directory = scratch.path();
    fs::write(directory.join("dsdt.asl"), DSDT).unwrap();
    let Some((compiled, why)) = output_of(directory, "iasl", &["dsdt.asl"]) else {
        return testkit::skipped::missing("iasl");
    };
    assert!(compiled, "{why}");
    for length in [
        0, 1, 40, 62, 63, 64, 4000, 4095, 4096, 4097, 70_000, 1_100_000,
    ] {
        let rom: Vec<u8> = (0..length)
            .map(|at: usize| (at / 3 * 7 % 253) as u8)
            .collect();
        let table = RomTable::new(&rom, r"\_SB.PCI0.S08.S00".parse().unwrap()).unwrap();
        fs::write(directory.join("rom.aml"), table.to_aml()).unwrap();
        // A long source is slow to compile.
        if (1..5000).contains(&length) {
            fs::write(directory.join("source.asl"), table.to_asl()).unwrap();
            let (compiled, why) =
                output_of(directory, "iasl", &["-we", "-p", "source", "source.asl"]).unwrap();
            assert!(compiled, "{why}");
            let compiled = fs::read(directory.join("source.aml")).unwrap();
            let (same, why) = run_all(directory, "source.aml", &rom);
            assert!(same, "{length}: {why}");
            assert!(compiled.windows(rom.len()).any(|window| window == rom));
            let (done, why) =
                output_of(directory, "iasl", &["-d", "-p", "back", "rom.aml"]).unwrap();
            assert!(done, "{why}");
            let back = fs::read_to_string(directory.join("back.dsl")).unwrap();
            assert!(back.contains("Method (_ROM, 2, Serialized)"), "{back}");
            assert!(
                !back.contains("Unknown") && !back.contains("Invalid"),
                "{back}"
            );
        }
        let (same, why) = run_all(directory, "rom.aml", &rom);
        assert!(same, "{length}: {why}");
    }
}

/// Calls `_ROM` at the start, at the last chunk, across the end and past it.
fn run_all(directory: &Path, table: &str, rom: &[u8]) -> (bool, String) {
    let length = rom.len();
    let reads = [
        (0, 16),
        (0, 4096),
        (0, 5000),
        (length.saturating_sub(10), 4096),
        (length, 4096),
        (length + 5, 1),
    ];
    let call = |(at, count)| format!(r"evaluate \_SB.PCI0.S08.S00._ROM {at:#x} {count:#x}");
    let calls = reads.map(call).join("; ");
    let (_, evaluated) =
        output_of(directory, "acpiexec", &["-b", &calls, "dsdt.aml", table]).unwrap();
    let mut answers = evaluated.split("Evaluating ").skip(1);
    for (at, count) in reads {
        let end = (at + count.min(4096)).min(length);
        let expected = rom.get(at.min(length)..end).unwrap();
        let found = answers.next().and_then(buffer);
        if found.as_deref() != Some(expected) {
            return (false, format!("{at:#x} {count:#x}: {found:?}\n{evaluated}"));
        }
    }
    (true, String::new())
}

/// The buffer that acpiexec shows, as a dump in hex.
fn buffer(output_of: &str) -> Option<Vec<u8>> {
    let (_, shown) = output_of.split_once("[Buffer] Length ")?;
    let (length, shown) = shown.split_once([' ', '\n'])?;
    let length = usize::from_str_radix(length.trim(), 16).ok()?;
    let mut bytes = Vec::new();
    for line in shown.lines() {
        let Some((place, row)) = line.trim_start_matches(['=', ' ']).split_once(": ") else {
            continue;
        };
        if usize::from_str_radix(place, 16).is_err() {
            continue;
        }
        let row = row.split("//").next()?;
        bytes.extend(row.split_whitespace().take(16).map_while(|byte| {
            (byte.len() == 2)
                .then(|| u8::from_str_radix(byte, 16).ok())
                .flatten()
        }));
    }
    bytes.truncate(length);
    Some(bytes)
}
