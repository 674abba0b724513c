#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::collections::BTreeSet;

use pci_core::config::ConfigSpace;
use pci_core::tree::Lookup;
use pci_core::{Address, ClassCode};

use super::{BusReset, Fault, ResetCapabilities, ResetMethod, Standing, bus_reset, reset_report};
use crate::predict::{BusRange, Function};

fn at(address: &str) -> Address {
    address.parse().unwrap()
}

fn function(address: &str, bridge: Option<(u8, u8)>) -> Function {
    Function {
        address: at(address),
        id: "10de:2d04".parse().unwrap(),
        subsystem: None,
        class: ClassCode::from_u24(0x03_0000),
        multifunction_bit: false,
        bridge: bridge.map(|(secondary, subordinate)| BusRange {
            secondary,
            subordinate,
        }),
        device_type: None,
        acs: None,
        physical_function: None,
    }
}

fn card() -> Vec<Function> {
    vec![
        function("00:01.0", Some((1, 3))),
        function("00:02.0", Some((4, 4))),
        function("01:00.0", None),
        function("01:00.1", None),
        function("01:02.0", Some((2, 3))),
        function("03:00.0", None),
        function("04:00.0", None),
    ]
}

/// Bytes of a function with Express, and power management with `no_soft_reset`.
fn config(flr: bool, no_soft_reset: bool) -> Vec<u8> {
    let mut bytes = vec![0; 256];
    bytes[0x06] = 0x10;
    bytes[0x34] = 0x40;
    bytes[0x40..0x46].copy_from_slice(&[0x01, 0x50, 3, 0, u8::from(no_soft_reset) << 3, 0]);
    bytes[0x50..0x54].copy_from_slice(&[0x10, 0, 2, 0]);
    bytes[0x57] = u8::from(flr) << 4;
    bytes
}

#[test]
fn a_bus_reset_takes_all_below() {
    let takes = |bus: BusReset| match bus {
        BusReset::Takes { bridge, functions } => (bridge.to_string(), functions.len()),
        BusReset::OnRootBus => (String::new(), 0),
    };
    let all = card();
    assert_eq!(
        takes(bus_reset(&all, at("01:00.0"))),
        ("0000:00:01.0".into(), 4)
    );
    assert_eq!(
        takes(bus_reset(&all, at("04:00.0"))),
        ("0000:00:02.0".into(), 1)
    );
    assert_eq!(bus_reset(&all, at("00:01.0")), BusReset::OnRootBus);
}

#[test]
fn who_can_be_reset() {
    let all = card();
    let bus = bus_reset(&all, at("01:00.0"));
    let class = ClassCode::from_u24(0x03_0000);
    let guest = |addresses: &[&str]| -> BTreeSet<Address> {
        addresses.iter().map(|address| at(address)).collect()
    };
    let both = guest(&["01:00.0", "01:00.1", "01:02.0", "03:00.0"]);
    let report = |id: &str, sysfs: Lookup<Vec<ResetMethod>>, bytes: &[u8], guest| {
        let capabilities = ResetCapabilities::read(ConfigSpace::new(bytes));
        reset_report(
            id.parse().unwrap(),
            class,
            &sysfs,
            &capabilities,
            &bus,
            guest,
        )
    };
    // A graphics card without Function Level Reset, alone and with all of its bus.
    let bytes = config(false, true);
    let alone = guest(&["01:00.0"]);
    let one = report("10de:2d04", Lookup::NotShown, &bytes, &alone);
    let Standing::BusHasOthers(others) = one.standing else {
        panic!("{one:?}")
    };
    assert_eq!(others.len(), 3);
    let whole = report("10de:2d04", Lookup::NotShown, &bytes, &both);
    assert_eq!(whole.standing, Standing::WithBus);
    // sysfs said `bus` of function 0 before it knew of function 1.
    let early = report(
        "10de:2d04",
        Lookup::Found(vec![ResetMethod::Bus]),
        &bytes,
        &both,
    );
    assert_eq!(early.standing, Standing::WithBus);
    // AMD's graphics say that D3hot resets them, and it does not.
    let amd = report("1002:67df", Lookup::NotShown, &config(false, false), &both);
    assert_eq!(amd.methods, Some(vec![]));
    let faults: Vec<Fault> = amd.known.iter().map(|row| row.fault).collect();
    assert_eq!(faults, [Fault::NoPmReset, Fault::VendorReset]);
    let flr = report("10de:2d04", Lookup::NotShown, &config(true, false), &both);
    assert_eq!(flr.methods, Some(vec![ResetMethod::Flr, ResetMethod::Pm]));
    assert_eq!(flr.standing, Standing::Alone(ResetMethod::Flr));
    // Without root nothing is known.
    let unseen = report("10de:2d04", Lookup::NotShown, &bytes[..64], &both);
    assert_eq!(
        (unseen.methods, unseen.standing),
        (None, Standing::NotShown)
    );
    // No bus reset of what hangs on one.
    let gh100 = report("10de:2342", Lookup::Absent, &bytes, &both);
    assert_eq!(gh100.standing, Standing::Not);
}

#[test]
fn words_of_sysfs() {
    for word in [
        "device_specific",
        "acpi",
        "flr",
        "af_flr",
        "pm",
        "bus",
        "cxl_bus",
    ] {
        assert_eq!(ResetMethod::of(word).unwrap().to_string(), word);
    }
    assert_eq!(ResetMethod::of("sbr"), None);
}
