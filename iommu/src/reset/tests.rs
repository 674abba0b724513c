#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::collections::BTreeSet;

use host_tree::Lookup;
use pci_core::config::{ConfigSpace, ResetMethods};
use pci_core::topology::{Topology, TopologyBuilder};
use pci_core::{Address, ClassCode};

use super::{
    BusReset, ResetForGuest, ResetMethod, ResetQuirkKind, bus_reset, methods_of_record,
    reset_report,
};

fn at(address: &str) -> Address {
    address.parse().unwrap()
}

fn card() -> Topology {
    let mut builder = TopologyBuilder::new();
    builder.buses(at("00:01.0"), 1, 3);
    builder.buses(at("00:02.0"), 4, 4);
    builder.buses(at("01:02.0"), 2, 3);
    builder.buses(at("02:00.0"), 3, 3);
    for address in ["01:00.0", "01:00.1", "03:00.0", "04:00.0", "05:00.0"] {
        builder.function(at(address));
    }
    builder.build()
}

/// Configuration space of a function with PCI Express, and power management with `no_soft_reset`.
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
fn a_bus_reset_resets_all_below() {
    let bridge_and_count = |bus: BusReset| match bus {
        BusReset::Resets { bridge, functions } => (bridge.to_string(), functions.len()),
        _ => (String::new(), 0),
    };
    let all = card();
    let bus_reset = |all: &Topology, of| bus_reset(all, of, |_| false);
    assert_eq!(
        bridge_and_count(bus_reset(&all, at("01:00.0"))),
        ("0000:00:01.0".into(), 5)
    );
    assert_eq!(
        bridge_and_count(bus_reset(&all, at("04:00.0"))),
        ("0000:00:02.0".into(), 1)
    );
    assert_eq!(bus_reset(&all, at("00:01.0")), BusReset::OnRootBus);
    assert_eq!(bus_reset(&all, at("05:00.0")), BusReset::NotShown);
    let hangs = super::bus_reset(&all, at("03:00.0"), |one| one == at("02:00.0"));
    assert_eq!(hangs, BusReset::Hangs(at("02:00.0")));
}

#[test]
fn functions_that_can_be_reset() {
    let all = card();
    let bus = bus_reset(&all, at("01:00.0"), |_| false);
    let class = ClassCode::from_u24(0x03_0000);
    let guest = |addresses: &[&str]| -> BTreeSet<Address> {
        addresses.iter().map(|address| at(address)).collect()
    };
    let both = guest(&["01:00.0", "01:00.1", "01:02.0", "02:00.0", "03:00.0"]);
    let report = |id: &str, sysfs: Lookup<Vec<ResetMethod>>, bytes: &[u8], guest| {
        let capabilities = ResetMethods::read(ConfigSpace::new(bytes));
        reset_report(
            id.parse().unwrap(),
            class,
            &sysfs,
            Some(&capabilities),
            &bus,
            bus.has_others(guest),
        )
    };
    // A graphics card without Function Level Reset, alone and with all of its bus.
    let bytes = config(false, true);
    let alone = guest(&["01:00.0"]);
    let one = report("10de:2d04", Lookup::NotShown, &bytes, &alone);
    assert_eq!(one.standing, ResetForGuest::BusHasOthers);
    assert_eq!(bus.others(&alone).len(), 4);
    let whole = report("10de:2d04", Lookup::NotShown, &bytes, &both);
    assert_eq!(whole.standing, ResetForGuest::WithBus);
    // sysfs listed `bus` for function 0 before function 1 was known.
    let early = report(
        "10de:2d04",
        Lookup::Found(vec![ResetMethod::Bus]),
        &bytes,
        &both,
    );
    assert_eq!(early.standing, ResetForGuest::WithBus);
    // AMD graphics advertise a reset by D3hot that does not work.
    let amd = report("1002:67df", Lookup::NotShown, &config(false, false), &both);
    assert_eq!(amd.methods, Some(vec![]));
    let faults: Vec<ResetQuirkKind> = amd.known.iter().map(|row| row.quirk).collect();
    assert_eq!(
        faults,
        [ResetQuirkKind::NoPmReset, ResetQuirkKind::VendorReset]
    );
    let flr = report("10de:2d04", Lookup::NotShown, &config(true, false), &both);
    assert_eq!(flr.methods, Some(vec![ResetMethod::Flr, ResetMethod::Pm]));
    assert_eq!(flr.standing, ResetForGuest::Alone(ResetMethod::Flr));
    // Without root nothing is known.
    let unseen = report("10de:2d04", Lookup::NotShown, &bytes[..64], &both);
    assert_eq!(
        (unseen.methods, unseen.standing),
        (None, ResetForGuest::NotShown)
    );
    // No bus reset of a function that hangs.
    let bus = BusReset::Hangs(at("01:00.0"));
    let capabilities = ResetMethods::read(ConfigSpace::new(&bytes));
    let id = "10de:2342".parse().unwrap();
    let gh100 = reset_report(
        id,
        class,
        &Lookup::Absent,
        Some(&capabilities),
        &bus,
        bus.has_others(&both),
    );
    assert_eq!(gh100.standing, ResetForGuest::Not);
}

/// The lines of `lspci -vv` match the bytes.
#[test]
fn capabilities_of_lines() {
    let text = "01:00.0 VGA compatible controller [0300]: NVIDIA Corporation Device [10de:2d04]\n\
                \tControl: I/O+ Mem+ BusMaster+ SpecCycle- MemWINV- VGASnoop- ParErr- Stepping- SERR- FastB2B- DisINTx-\n\
                \tCapabilities: [60] Power Management version 3\n\
                \t\tFlags: PMEClk- DSI- D1- D2- AuxCurrent=0mA PME(D0+,D1-,D2-,D3hot+,D3cold-)\n\
                \t\tStatus: D0 NoSoftRst+ PME-Enable- DSel=0 DScale=0 PME-\n\
                \tCapabilities: [78] Express (v2) Legacy Endpoint, IntMsgNum 0\n\
                \t\tDevCap:\tMaxPayload 256 bytes, PhantFunc 0, Latency L0s unlimited, L1 <64us\n\
                \t\t\tExtTag+ AttnBtn- AttnInd- PwrInd- RBE+ FLReset- SlotPowerLimit 75W TEE-IO-\n";
    let of = |text: &str| {
        let listing = pci_core::lspci::parse(text);
        let found = methods_of_record(&listing.records[0]).filter(|found| found.whole);
        found.map(|found| -> Vec<ResetMethod> {
            found.methods.into_iter().map(Into::into).collect()
        })
    };
    assert_eq!(of(text), Some(vec![]));
    let can = text.replace("FLReset-", "FLReset+");
    assert_eq!(of(&can), Some(vec![ResetMethod::Flr]));
    let soft = text.replace("NoSoftRst+", "NoSoftRst-");
    assert_eq!(of(&soft), Some(vec![ResetMethod::Pm]));
    assert_eq!(of(text.lines().next().unwrap()), None);
    let denied = format!(
        "{}\n\tCapabilities: <access denied>\n",
        text.lines().next().unwrap()
    );
    assert_eq!(of(&denied), None);
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
