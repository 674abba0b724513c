//! The same findings from the command, from C and from Python.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::command::{passthru, top};
use crate::guides::trees;
use crate::rom::vfct;
use crate::rom_builder::{card, turing};
use crate::rom_edits::DRIVER;
use crate::scratch::Scratch;

/// Whether a program that a test needs is not there. Says so, and fails where
/// `PASSTHRU_ORACLES=required` says that it must be.
pub(crate) fn missing(program: &str) -> bool {
    let missing = Command::new(program).arg("--version").output().is_err();
    skip(missing, program)
}

fn skip(missing: bool, what: &str) -> bool {
    if missing {
        let required = std::env::var("PASSTHRU_ORACLES").is_ok_and(|value| value == "required");
        assert!(!required, "{what} is not installed");
        eprintln!("skipped: {what} is not installed");
    }
    missing
}

#[test]
fn python_says_what_the_command_says() {
    let python = std::env::var_os("PASSTHRU_PYTHON").map(PathBuf::from);
    if skip(python.is_none(), "the Python package (PASSTHRU_PYTHON)") {
        return;
    }
    let program = "import sys, passthru\n\
                   host = passthru.Host.from_directory(sys.argv[1])\n\
                   sys.stdout.write(host.doctor().to_json())\n";
    for (host, tree) in trees() {
        let root = format!("examples/hosts/{host}/{tree}");
        let output = Command::new(python.as_ref().unwrap())
            .args(["-c", program, &root])
            .current_dir(top())
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        let here = passthru(&["doctor", "--json", "--root", &root]).out;
        assert_eq!(String::from_utf8(output.stdout).unwrap(), here, "{root}");
    }
}

#[test]
fn python_says_of_roms_what_the_command_says() {
    let python = std::env::var_os("PASSTHRU_PYTHON").map(PathBuf::from);
    if skip(python.is_none(), "the Python package (PASSTHRU_PYTHON)") {
        return;
    }
    let program = "import sys, passthru\n\
                   rom = passthru.Rom.from_file(sys.argv[1])\n\
                   sys.stdout.write(rom.to_json())\n\
                   sys.stdout.write(rom.verify('10de:2d04', 'ovmf').to_json())\n";
    let scratch = Scratch::new("rom-parity");
    for (name, bytes) in [("whole", turing()), ("cut", turing()[..0x900].to_vec())] {
        let file = scratch.file(name, &bytes);
        let output = Command::new(python.as_ref().unwrap())
            .args(["-c", program, &file])
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{said}");
        let info = passthru(&["rom", "info", "--json", &file]).out;
        let judged = ["--ids", "10de:2d04", "--guest", "ovmf"];
        let judged = passthru(&[&["rom", "verify", "--json", &file], &judged[..]].concat()).out;
        assert_eq!(
            String::from_utf8(output.stdout).unwrap(),
            info + &judged,
            "{name}"
        );
    }
}

/// What Python prints for the files, of each edit and each look into other files.
const ROM_EDITS: &str = r"
import sys, passthru
rom, driver, firmware, table = (open(name, 'rb').read() for name in sys.argv[1:5])
card = passthru.Rom.from_bytes(rom)
built = passthru.build_rom([rom, driver])
for made in (
    card.add_efi(driver),
    card.add_efi(driver, '10de:1c03', device_list=['1c02', '1b06'], class_code='030200',
                 revision=0x12, compress=True),
    built,
    passthru.Rom.from_bytes(built.data).extract(),
    passthru.Rom.from_bytes(built.data).extract('efi', 'driver'),
    card.diff(passthru.Rom.from_bytes(built.data)),
    passthru.carve_roms(firmware),
    passthru.vfct_roms(table),
):
    sys.stdout.write(made.to_json())
open(sys.argv[5], 'wb').write(card.ssdt(r'\_SB.PCI0.S08.S00', 'legacy'))
open(sys.argv[6], 'w').write(card.ssdt_source(r'\_SB.PCI0.S08.S00', 'legacy'))
";

#[test]
fn python_edits_roms_as_the_command_does() {
    let python = std::env::var_os("PASSTHRU_PYTHON").map(PathBuf::from);
    if skip(python.is_none(), "the Python package (PASSTHRU_PYTHON)") {
        return;
    }
    let scratch = Scratch::new("rom-edit-parity");
    let place = |name: &str| scratch.0.join(name).to_str().unwrap().to_owned();
    let rom = scratch.file("card.rom", &card());
    let driver = scratch.file("driver.efi", DRIVER);
    let firmware = scratch.file("firmware", &[b"first", &card()[..], b"second"].concat());
    let table = scratch.file("VFCT", &vfct(&card()));
    let (aml, asl) = (place("python.aml"), place("python.asl"));
    let output = Command::new(python.as_ref().unwrap())
        .args([
            "-c", ROM_EDITS, &rom, &driver, &firmware, &table, &aml, &asl,
        ])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");

    let built = place("built.rom");
    let options = "--ids 10de:1c03 --device-list 1c02,1b06 --class 030200 --revision 12 --compress";
    let options: Vec<&str> = options.split(' ').collect();
    let add = ["add", &rom, &driver];
    let commands: [&[&str]; 8] = [
        &add,
        &[&add[..], &options].concat(),
        &["build", &rom, &driver, "-o", &built],
        &["extract", &built],
        &["extract", &built, "efi", "--as", "driver"],
        &["diff", &rom, &built],
        &["carve", &firmware],
        &["vfct", &table],
    ];
    let told = commands.map(|words| {
        let run = passthru(&[&["rom", "--json"], words].concat());
        assert_eq!(
            run.status,
            u8::from(words[0] == "diff"),
            "{words:?}: {}",
            run.err
        );
        run.out
    });
    assert_eq!(String::from_utf8(output.stdout).unwrap(), told.concat());

    let device = ["--device", r"\_SB.PCI0.S08.S00", "--images", "legacy"];
    for (written, form) in [(&aml, &[][..]), (&asl, &["--asl"])] {
        let here = place("command");
        let run = passthru(&[&["rom", "ssdt", &rom, "-o", &here], &device[..], form].concat());
        assert_eq!(run.status, 0, "{}", run.err);
        assert!(
            fs::read(&here).unwrap() == fs::read(written).unwrap(),
            "{written}"
        );
    }
}

#[test]
fn python_predicts_what_the_command_predicts() {
    let python = std::env::var_os("PASSTHRU_PYTHON").map(PathBuf::from);
    if skip(python.is_none(), "the Python package (PASSTHRU_PYTHON)") {
        return;
    }
    let program = "import json, sys, passthru\n\
                   host = passthru.Host.from_files(sys.argv[1])\n\
                   found = host.predict_groups('01:00', ['pcie_acs_override=downstream'])\n\
                   sys.stdout.write(json.dumps(found, sort_keys=True))\n";
    let scratch = Scratch::new("prediction-parity");
    let path = crate::predicted::file(&scratch, "graphics.none.txt");
    let path = path.to_str().unwrap();
    let output = Command::new(python.as_ref().unwrap())
        .args(["-c", program, path])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    let found: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let options = ["--with", "pcie_acs_override=downstream", "--json", "--from"];
    let here = passthru(&[&["groups", "01:00"], &options[..], &[path]].concat());
    assert_eq!(found, here.json());
}
