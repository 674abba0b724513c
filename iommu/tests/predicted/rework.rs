//! The rules of the series of 2025, on the machines that kernels were booted on. What
//! they should give is taken from the cases that the series itself describes.

use iommu::predict::{Conditions, Outcome, Rules, predict};

use crate::capture::{capture_named, captures};

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
        if before.outcome == Outcome::Decided && before.groups.len() != found.groups.len() {
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
fn what_has_no_acs_is_apart() {
    let name = "multifunction-without-acs";
    for address in ["00:02.0", "01:00.0", "01:00.1"] {
        assert_eq!(group(name, address), [address]);
    }
    let name = "multifunction-ports-without-acs";
    for address in ["00:02.0", "00:02.1", "01:00.0"] {
        assert_eq!(group(name, address), [address]);
    }
}

/// A bridge to conventional PCI is with what is behind it where it has memory of its
/// own, as QEMU's for its hot-plug controller, and is apart where it has none.
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
    let behind = found.group_of("02:02.0".parse().unwrap()).unwrap();
    assert_eq!(behind.members.len(), 2);
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
    let told = chain.unwrap()[0].because.to_string();
    let said = "0000:00:02.0, a port that leads there, has ACS controls off: SrcValid ReqRedir \
                CmpltRedir UpstreamFwd";
    assert_eq!(told, said);
}
