//! The same from what lspci prints.

use std::fs;
use std::process::Command;

use iommu::ErrorKind;
use iommu::predict::{Conditions, Function, FunctionId, Prediction, PredictionOutcome, predict};
use pci_core::config::ConfigBytes;
use pci_core::config::conventional::express::DeviceType;
use pci_core::lspci::dump::{DumpedFunction, Extent};
use pci_core::lspci::{self, dump};
use pci_core::names::Names;

use crate::predicted::capture::{captures, groups};

/// The same from what lspci prints of the machine, as people paste it.
#[test]
fn from_the_text_of_lspci() {
    if !testkit::program::installed(&["lspci"]) {
        return;
    }
    let scratch = testkit::Scratch::new();
    let dump = scratch.path().join("dump");
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
        let from_lines = Function::read_listing(&listing, &Names::embedded()).unwrap();
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
        let read = Function::read_listing(&listing, &Names::embedded()).unwrap();
        assert_eq!(read, capture.functions, "{}", capture.name);
    }
}

/// Without numbers, IDs are resolved by name; what the names leave open does not change these
/// machines, and a listing of `-v` has what grouping needs.
#[test]
fn from_names_alone() {
    if !testkit::program::installed(&["lspci"]) {
        return;
    }
    let scratch = testkit::Scratch::new();
    let dump = scratch.path().join("dump");
    for capture in captures("none") {
        let config = capture.config.iter();
        let functions = config.map(|(address, config)| DumpedFunction {
            address: *address,
            has_domain: true,
            heading: String::new(),
            config: ConfigBytes::new(config.clone()),
            line: 1,
        });
        let functions: Vec<DumpedFunction> = functions.collect();
        fs::write(&dump, dump::to_string(&functions, Extent::Extended)).unwrap();
        for form in ["-Dvvv", "-Dv"] {
            let mut lspci = Command::new("lspci");
            let lines = lspci.arg("-F").arg(&dump).arg(form).output().unwrap();
            let listing = lspci::parse(str::from_utf8(&lines.stdout).unwrap());
            let read = Function::read_listing(&listing, &Names::embedded()).unwrap();
            let conditions = Conditions::default();
            let found = predict(read, &conditions).unwrap();
            let truth = groups(&predict(capture.functions.clone(), &conditions).unwrap());
            assert_eq!(groups(&found), truth, "{} {form}", capture.name);
            // A listing of -v does not show which functions are virtual.
            let is_decided = found.outcome == PredictionOutcome::Decided;
            let has_virtual = capture.name.starts_with("sriov");
            assert!(is_decided || has_virtual && form == "-Dv", "{form}");
        }
    }
}

const PORT: &str = "\
00:1c.0 PCI bridge: Intel Corporation NAME (prog-if 00 [Normal decode])
\tControl: I/O+ Mem+ BusMaster+ SpecCycle- MemWINV- VGASnoop- ParErr- Stepping- SERR- FastB2B- DisINTx-
\tBus: primary=00, secondary=02, subordinate=02, sec-latency=0
\tCapabilities: [40] Express (v2) Root Port (Slot+), MSI 00
02:00.0 Ethernet controller: Realtek Semiconductor Co., Ltd. RTL8111/8168/8211/8411 PCI Express Gigabit Ethernet Controller
\tControl: I/O+ Mem+ BusMaster+ SpecCycle- MemWINV- VGASnoop- ParErr- Stepping- SERR- FastB2B- DisINTx-
\tCapabilities: [70] Express (v2) Endpoint, MSI 01
";

fn predicted(text: &str) -> Prediction {
    let functions = Function::read_listing(&lspci::parse(text), &Names::embedded()).unwrap();
    predict(functions, &Conditions::default()).unwrap()
}

/// The functions that decide between two partitions, and the number of groups of each.
fn outcome(text: &str) -> (Vec<String>, usize, usize) {
    let prediction = predicted(text);
    let count = prediction.groups.len();
    match prediction.outcome {
        PredictionOutcome::Decided => (Vec::new(), count, count),
        PredictionOutcome::Either { or, deciding } => {
            let deciding = deciding.iter();
            let deciding = deciding.map(|(at, why)| format!("{at:#} {why:?}"));
            (deciding.collect(), count, or.len())
        }
    }
}

/// Only a function whose ID can change the groups is open.
#[test]
fn a_name_that_no_device_has() {
    // A port of Intel's may be one for which the kernel has a workaround.
    let unnamed = PORT.replace("NAME", "Unheard Of Root Port");
    assert_eq!(outcome(&unnamed), (vec!["00:1c.0 Id".to_owned()], 2, 1));
    // One of another maker is none of these, and one with ACS is isolated whatever it is.
    let of_amd = unnamed.replace("Intel Corporation", "Advanced Micro Devices, Inc. [AMD]");
    assert_eq!(outcome(&of_amd), (vec![], 1, 1));
    let acs = "MSI 00\n\tCapabilities: [140 v1] Access Control Services\n";
    let with_acs = unnamed.replace("MSI 00\n", acs);
    assert_eq!(outcome(&with_acs), (vec![], 2, 2));
    // A known name decides: this port has no quirk.
    let known = PORT.replace("NAME", "82801JI (ICH10 Family) PCI Express Root Port 1");
    assert_eq!(outcome(&known), (vec![], 1, 1));
}

/// A function that does not respond leaves its own relations open.
#[test]
fn a_function_of_all_ones() {
    let dead = "03:00.0 Ethernet controller: Realtek Semiconductor Co., Ltd. X (rev ff) (prog-if ff)\n\
                \t!!! Unknown header type 7f\n\
                03:00.1 Ethernet controller: Realtek Semiconductor Co., Ltd. X (prog-if 00)\n\
                \tControl: I/O+ Mem+ BusMaster+ SpecCycle- MemWINV- VGASnoop- ParErr- Stepping- SERR- FastB2B- DisINTx-\n\
                \tCapabilities: [70] Express (v2) Endpoint, MSI 01\n";
    let port = PORT.replace("NAME", "82801JI (ICH10 Family) PCI Express Root Port 1");
    let acs = "MSI 00\n\tCapabilities: [140 v1] Access Control Services\n";
    let with_acs = PORT
        .replace("NAME", "82801JI (ICH10 Family) PCI Express Root Port 2")
        .replace("MSI 00\n", acs)
        .replace(
            "secondary=02, subordinate=02",
            "secondary=03, subordinate=03",
        )
        .replace("00:1c.0", "00:1d.0");
    let with_acs: String = with_acs
        .lines()
        .take(5)
        .map(|line| format!("{line}\n"))
        .collect();
    let text = format!("{port}{with_acs}{dead}");
    let (open, split, merged) = outcome(&text);
    assert_eq!(open[0], "03:00.0 Registers");
    assert_eq!((split, merged), (4, 3));
    // A dead port: its bus is the one to which no other leads.
    let dead_port = "00:1d.0 PCI bridge: Intel Corporation X (rev ff) (prog-if ff)\n\
                     \t!!! Unknown header type 7f\n";
    let card = PORT.lines().skip(4).map(|line| format!("{line}\n"));
    let card = card.collect::<String>().replace("02:00.0", "03:00.0");
    let (open, split, merged) = outcome(&format!("{port}{dead_port}{card}"));
    assert_eq!((split, merged), (3, 2));
    assert_eq!(open, ["00:1d.0 Registers"]);
    // Nothing is known of a machine that does not respond at all.
    let listing = lspci::parse(dead_port);
    assert!(Function::read_listing(&listing, &Names::embedded()).is_err());
}

/// A dump of 256 bytes beside lines that list the extended capabilities.
#[test]
fn bytes_and_lines_together() {
    let mut bytes = [0_u8; 256];
    bytes[..4].copy_from_slice(&[0x22, 0x10, 0x83, 0x14]);
    bytes[6] = 0x10;
    bytes[0xa..0xc].copy_from_slice(&[4, 6]);
    bytes[0xe] = 1;
    bytes[0x19..0x1b].copy_from_slice(&[2, 2]);
    bytes[0x34] = 0x58;
    bytes[0x58..0x5c].copy_from_slice(&[0x10, 0, 0x42, 0]);
    let hex: String = bytes
        .chunks(16)
        .enumerate()
        .map(|(row, bytes)| {
            let bytes: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            format!("{:02x}: {}\n", row * 16, bytes.join(" "))
        })
        .collect();
    let acs = "\tCapabilities: [2a0 v1] Access Control Services\n\
               \t\tACSCap:\tSrcValid+ TransBlk+ ReqRedir+ CmpltRedir+ UpstreamFwd+ EgressCtrl- DirectTrans+\n\
               \t\tACSCtl:\tSrcValid+ TransBlk- ReqRedir+ CmpltRedir+ UpstreamFwd+ EgressCtrl- DirectTrans-\n";
    let text = |acs: &str, hex: &str| {
        format!(
            "00:01.1 PCI bridge: Advanced Micro Devices, Inc. [AMD] Starship/Matisse GPP Bridge\n\
             \tControl: I/O+ Mem+ BusMaster+ SpecCycle- MemWINV- VGASnoop- ParErr- Stepping- SERR- FastB2B- DisINTx-\n\
             \tBus: primary=00, secondary=02, subordinate=02, sec-latency=0\n\
             \tCapabilities: [58] Express (v2) Root Port (Slot+), MSI 00\n{acs}{hex}"
        )
    };
    let read = |text: &str| {
        let listing = lspci::parse(text);
        let functions = Function::read_listing(&listing, &Names::embedded());
        functions.unwrap().remove(0)
    };
    let both = read(&text(acs, &hex));
    assert_eq!(both.id, FunctionId::Known("1022:1483".parse().unwrap()));
    assert_eq!(both.acs.unwrap().registers().unwrap().control, 0x1d);
    assert_eq!(both.device_type, Some(DeviceType::ROOT_PORT));
    assert_eq!(read(&text("", &hex)).acs, None);
    // The bytes alone do not show the capability, nor its absence.
    let head =
        "00:01.1 PCI bridge: Advanced Micro Devices, Inc. [AMD] Starship/Matisse GPP Bridge\n";
    let listing = lspci::parse(&format!("{head}{hex}"));
    let error = Function::read_listing(&listing, &Names::embedded()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ExtendedNotShown);
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
        let functions = Function::read_listing(&lspci::parse(&text), &Names::embedded()).unwrap();
        functions[0].has_memory
    };
    assert!(has_memory(
        "\tExpansion ROM at fe000000 [disabled] [size=64K]\n"
    ));
    assert!(!has_memory(""));
}
