//! The rules of the series of 2025, on the machines that kernels were booted on. What
//! they should give is taken from the cases that the series itself describes.

use iommu::predict::{Conditions, Function, PredictionOutcome, Rules, predict};
use pci_core::config::ConfigSpace;
use pci_core::{Address, PciId};

use crate::predicted::capture::{capture_named, captures};

/// For each function, the others of its group.
fn group(name: &str, address: &str) -> Vec<String> {
    let capture = capture_named(name);
    let conditions = Conditions {
        rules: Rules::PcieAcs2025,
        ..capture.conditions()
    };
    let found = predict(capture.functions, &conditions).unwrap();
    let group = found.group_of(address.parse().unwrap()).unwrap();
    let members = group.members.iter();
    members.map(|member| format!("{member:#}")).collect()
}

/// All functions are in groups, and each pair of a group has a reason.
#[test]
fn each_function_has_a_group_and_each_pair_a_reason() {
    let mut apart = 0;
    for capture in captures("intel") {
        let conditions = Conditions {
            rules: Rules::PcieAcs2025,
            ..capture.conditions()
        };
        let found = predict(capture.functions.clone(), &conditions).unwrap();
        let members: usize = found.groups.iter().map(|group| group.members.len()).sum();
        assert_eq!(
            members + found.ungrouped.len(),
            capture.functions.len(),
            "{}",
            capture.name
        );
        for group in &found.groups {
            for pair in group.members.windows(2) {
                let why = found.why(pair[0], pair[1]);
                assert!(
                    why.is_some_and(|chain| !chain.is_empty()),
                    "{}",
                    capture.name
                );
            }
        }
        let before = predict(capture.functions.clone(), &capture.conditions()).unwrap();
        if before.outcome == PredictionOutcome::Decided && before.groups.len() != found.groups.len()
        {
            apart += 1;
        }
    }
    assert!(apart >= 6, "{apart}");
}

/// A switch whose ports have no ACS keeps nothing from its devices, nor from its own
/// memory.
#[test]
fn a_switch_without_acs_is_one_group() {
    let all = ["01:00.0", "02:00.0", "02:01.0", "03:00.0", "04:00.0"];
    assert_eq!(group("switch", "03:00.0"), all);
    // The port above, which has ACS, is apart.
    assert_eq!(group("switch", "00:02.0"), ["00:02.0"]);
}

/// Without the capability nothing comes back at a root port, nor from one function of
/// a device to another.
#[test]
fn functions_without_acs_are_isolated() {
    let name = "multifunction-without-acs";
    for address in ["00:02.0", "01:00.0", "01:00.1"] {
        assert_eq!(group(name, address), [address]);
    }
    let name = "multifunction-ports-without-acs";
    for address in ["00:02.0", "00:02.1", "01:00.0"] {
        assert_eq!(group(name, address), [address]);
    }
}

/// A bridge to conventional PCI shares the group of its downstream functions if it has a
/// memory BAR, as QEMU's for its hot-plug controller, and is isolated from them otherwise.
#[test]
fn conventional_pci_is_one_group() {
    let all = ["01:00.0", "02:01.0", "02:02.0"];
    assert_eq!(group("pcie-to-pci", "02:02.0"), all);
    let mut capture = capture_named("pcie-to-pci");
    for function in &mut capture.functions {
        function.has_memory = false;
    }
    let conditions = Conditions {
        rules: Rules::PcieAcs2025,
        ..capture.conditions()
    };
    let found = predict(capture.functions, &conditions).unwrap();
    let after = found.group_of("02:02.0".parse().unwrap()).unwrap();
    assert_eq!(after.members.len(), 2);
}

/// The same for a bridge without an Express capability that Linux treats as one with it:
/// on a root bus Linux does not.
#[test]
fn a_bridge_that_linux_treats_as_express() {
    let members = |id: &str| {
        let mut capture = capture_named("pcie-to-pci");
        let is_bridge = |one: &&mut Function| one.address == "01:00.0".parse().unwrap();
        let bridge = capture.functions.iter_mut().find(is_bridge).unwrap();
        (bridge.device_type, bridge.has_memory) = (None, false);
        bridge.id = id.parse::<PciId>().unwrap().into();
        let conditions = Conditions {
            rules: Rules::PcieAcs2025,
            ..capture.conditions()
        };
        let found = predict(capture.functions, &conditions).unwrap();
        let group = found.group_of("02:02.0".parse().unwrap()).unwrap();
        group.members.len()
    };
    assert_eq!([members("8086:244e"), members("8086:244f")], [2, 3]);
    let all = ["00:1e.0", "01:01.0", "01:02.0"];
    assert_eq!(group("dmi-bridge", "01:01.0"), all);
}

/// The memory of a bridge is a BAR, or a ROM.
#[test]
fn the_memory_of_a_bridge() {
    let capture = capture_named("pcie-to-pci");
    let address: Address = "01:00.0".parse().unwrap();
    let is_bridge = |(one, _): &&(Address, Vec<u8>)| *one == address;
    let (_, bytes) = capture.config.iter().find(is_bridge).unwrap();
    let has_memory = |bar: u32, rom: u32| {
        let mut bytes = bytes.clone();
        bytes[0x10..0x18].copy_from_slice(&u64::from(bar).to_le_bytes());
        bytes[0x38..0x3c].copy_from_slice(&rom.to_le_bytes());
        let function = Function::read(address, ConfigSpace::new(&bytes));
        function.unwrap().has_memory
    };
    assert!(has_memory(0xfe00_0004, 0) && has_memory(0, 0xfe00_0000));
    assert!(!has_memory(0, 0) && !has_memory(0xe001, 1));
}

/// No vendor states for a port in Linux's table that the memory of ports is unreachable, which
/// matters if the port has a capability.
#[test]
fn a_port_that_is_known_by_its_id() {
    let members = |has_acs: bool| {
        let mut capture = capture_named("one-port");
        let is_port = |one: &&mut Function| one.address == "00:02.0".parse().unwrap();
        let port = capture.functions.iter_mut().find(is_port).unwrap();
        port.id = "177d:a000".parse::<PciId>().unwrap().into();
        port.acs = port.acs.filter(|_| has_acs);
        let conditions = Conditions {
            rules: Rules::PcieAcs2025,
            ..capture.conditions()
        };
        let found = predict(capture.functions, &conditions).unwrap();
        let [port, below] = ["00:02.0", "01:00.0"].map(|text| text.parse().unwrap());
        let group = found.group_of(below).unwrap();
        let why = found.why(port, below).unwrap_or_default();
        let why = why.first().map(|join| join.reason.to_string());
        (group.members.len(), why)
    };
    assert_eq!(members(false).0, 1);
    let below = "it is downstream of 0000:00:02.0, whose group includes all downstream functions";
    assert_eq!(members(true), (2, Some(below.to_owned())));
}

/// A port that could keep requests from coming back, and does not, is with what is
/// below.
#[test]
fn a_port_whose_controls_are_off() {
    let capture = capture_named("one-port");
    let conditions = Conditions {
        rules: Rules::PcieAcs2025,
        controls: iommu::predict::Controls::Off,
        ..capture.conditions()
    };
    let found = predict(capture.functions, &conditions).unwrap();
    let chain = found.why("00:02.0".parse().unwrap(), "01:00.0".parse().unwrap());
    let reported = chain.unwrap()[0].reason.to_string();
    let output = "the port 0000:00:02.0 has ACS controls disabled: SrcValid ReqRedir \
                CmpltRedir UpstreamFwd";
    assert_eq!(reported, output);
}
