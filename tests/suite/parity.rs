//! The same findings from the command, from C and from Python.

use std::path::PathBuf;
use std::process::Command;

use crate::command::{passthru, top};
use crate::guides::trees;
use crate::rom_builder::turing;
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
