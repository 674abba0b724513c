//! The same from what lspci prints.

use std::fs;
use std::process::Command;

use iommu::predict::{Conditions, Function, predict};
use pci_core::config::ConfigBytes;
use pci_core::lspci::dump::{DumpedFunction, Extent};
use pci_core::lspci::{self, dump};

use crate::capture::{captures, groups};

/// The same from what lspci prints of the machine, as people paste it.
#[test]
fn from_the_text_of_lspci() {
    if Command::new("lspci").arg("--version").output().is_err() {
        let required = std::env::var("PASSTHRU_ORACLES").is_ok_and(|value| value == "required");
        assert!(!required, "lspci is not installed");
        return eprintln!("skipped: lspci is not installed");
    }
    let dump = std::env::temp_dir().join(format!("predicted-{}.dump", std::process::id()));
    for capture in captures("none") {
        let functions: Vec<DumpedFunction> = capture
            .config
            .iter()
            .map(|(address, config)| DumpedFunction {
                address: *address,
                has_domain: true,
                heading: String::new(),
                config: ConfigBytes::new(config.clone()),
                line: 1,
            })
            .collect();
        fs::write(&dump, dump::to_string(&functions, Extent::Extended)).unwrap();
        // Without the bytes: the lines alone.
        let lines = Command::new("lspci")
            .arg("-F")
            .arg(&dump)
            .arg("-Dvvvnn")
            .output()
            .unwrap();
        let listing = lspci::parse(str::from_utf8(&lines.stdout).unwrap());
        let from_lines = Function::read_listing(&listing).unwrap();
        let conditions = Conditions::default();
        assert_eq!(
            groups(&predict(from_lines, &conditions).unwrap()),
            groups(&predict(capture.functions.clone(), &conditions).unwrap()),
            "{}",
            capture.name
        );
        let lspci = Command::new("lspci")
            .arg("-F")
            .arg(&dump)
            .arg("-Dvvvxxxx")
            .output()
            .unwrap();
        let listing = lspci::parse(str::from_utf8(&lspci.stdout).unwrap());
        let read = Function::read_listing(&listing).unwrap();
        assert_eq!(read, capture.functions, "{}", capture.name);
    }
    fs::remove_file(dump).unwrap();
}

/// A bridge that has a ROM has memory.
#[test]
fn the_rom_of_a_bridge() {
    let has_memory = |rom: &str| {
        let text = format!(
            "01:00.0 PCI bridge [0604]: Vendor Bridge [1234:0001] (prog-if 00 [Normal decode])\n\
             \tControl: I/O+ Mem+ BusMaster+ SpecCycle- MemWINV- VGASnoop- ParErr- Stepping- SERR- FastB2B- DisINTx-\n\
             \tBus: primary=01, secondary=02, subordinate=02, sec-latency=0\n{rom}\
             \tCapabilities: [40] Express (v2) PCI-Express to PCI/PCI-X Bridge, IntMsgNum 0\n"
        );
        let functions = Function::read_listing(&lspci::parse(&text)).unwrap();
        functions[0].has_memory
    };
    assert!(has_memory(
        "\tExpansion ROM at fe000000 [disabled] [size=64K]\n"
    ));
    assert!(!has_memory(""));
}
