//! Structures that were made by hand.

use pci_core::config::conventional::express::{DeviceType, LinkWidth};
use pci_core::config::conventional::{Express, PciX, VirtioStructure};
use pci_core::config::extended::{AccessControlServices, ResizableBars};
use pci_core::config::{ConfigSpace, ResetMethod, ResetMethods};
use pci_core::lspci::{DecodedStructure, decode};
use pci_core::tree::Lookup;

use crate::builder::Builder;

#[test]
fn parts_of_express_go_by_type_and_version() {
    let read = |made: Builder| {
        let bytes = made.build();
        let express = ConfigSpace::new(&bytes).capability::<Express>();
        express.found().unwrap()
    };
    let endpoint = read(Builder::device().express(0));
    assert!(endpoint.link.is_some() && endpoint.slot.is_none() && endpoint.root.is_none());
    assert!(endpoint.device_2.is_some() && endpoint.link_2.is_some());
    let port = read(Builder::bridge().express(4).set(0x43, &[0x01]));
    assert!(port.slot.is_some() && port.root.is_some());
    assert_eq!(port.capabilities.device_type, DeviceType::ROOT_PORT);
    assert_eq!(port.link.unwrap().capabilities.max_width, LinkWidth(16));
    let integrated = read(Builder::device().express(9));
    assert!(integrated.link.is_none() && integrated.link_2.is_none());
    assert!(integrated.device_2.is_some());
    let first = read(Builder::device().express(0).set(0x42, &[0x01]));
    assert!(first.device_2.is_none() && first.link_2.is_none());
    let bytes = Builder::device().express(0).build();
    let cut = ConfigSpace::new(&bytes[..0x50]).capability::<Express>();
    assert_eq!(cut, Lookup::NotShown);
}

/// The structures from 0x100 on, by the names of their bits.
fn decoded(made: Builder) -> Vec<DecodedStructure> {
    decode(ConfigSpace::new(&made.build()))
}

#[test]
fn root_errors_only_where_there_are_some() {
    let words: Vec<u32> = (1..=0x11).map(|word| word << 4 | 0x10).collect();
    let read = |kind| decoded(Builder::device().express(kind).extended(1, 2, &words)).remove(0);
    assert_eq!(read(0).value("UESta", "DLP"), Some(1));
    assert_eq!(read(0).value("ErrorSrc", "ERR_COR"), None);
    assert_eq!(read(4).value("ErrorSrc", "ERR_COR"), Some(0xd0));
}

#[test]
fn parts_end_where_they_were_cut() {
    let bytes = Builder::device()
        .express(4)
        .extended(2, 1, &[7, 0, 0, 0x8000_0001, 0x8000_00ff, 0x0002_0000])
        .build();
    let cut = decode(ConfigSpace::new(&bytes[..0x11c]));
    let maps = cut[0].fields.iter().filter(|field| field.name == "TC/VC");
    let maps: Vec<_> = maps.map(|map| (map.part, map.value)).collect();
    assert_eq!(maps, [(0, 0xff)]);
}

#[test]
fn structures_of_a_designated_vendor() {
    let made = Builder::device().express(9);
    let read = decoded(made.extended(0x23, 1, &[0x0142_1e98, 0x0027_0007, 0x0027_2021, 0x1234]));
    let name = read[0].fields.iter().find(|field| field.name == "Vendor");
    assert_eq!(name.unwrap().text, "1e98");
    assert_eq!(read[0].value("-", "Len"), Some(0x14));
}

#[test]
fn what_was_not_shown_is_not_absent() {
    let bytes = Builder::device()
        .express(0)
        .extended(0x15, 1, &[0x7f00, 0x821])
        .build();
    let space = ConfigSpace::new(&bytes);
    let bars = space
        .extended_capability::<ResizableBars>()
        .found()
        .unwrap();
    assert_eq!(bars.bars[0].possible_bytes().next(), Some(16 << 20));
    let short = ConfigSpace::new(&bytes[..256]);
    let bars = short.extended_capability::<ResizableBars>();
    assert_eq!(bars, Lookup::NotShown);
    let acs = space.extended_capability::<AccessControlServices>();
    assert_eq!(acs, Lookup::Absent);
    assert_eq!(space.capability::<VirtioStructure>(), Lookup::Absent);
}

#[test]
fn pci_x_goes_by_the_header() {
    let body = [
        0x03, 0x01, 0xff, 0x02, 0x03, 0x00, 0x10, 0, 0x20, 0, 0x30, 0, 0x40, 0,
    ];
    let read = |made: Builder| {
        let bytes = made.capability(0x07, &body).build();
        ConfigSpace::new(&bytes).capability::<PciX>().found()
    };
    assert!(matches!(read(Builder::device()), Some(PciX::Device(_))));
    let Some(PciX::Bridge(bridge)) = read(Builder::bridge()) else {
        panic!("a bridge")
    };
    assert_eq!(bridge.downstream.commitment_limit, 0x40);
    assert_eq!(
        read(Builder::device().set(0x0e, &[2]).set(0x14, &[0x40])),
        None
    );
}

#[test]
fn resets_in_the_order_of_the_kernel() {
    let bytes = Builder::device()
        .capability(0x01, &[0x03, 0, 0x08, 0, 0, 0])
        .express(0)
        .set(0x4f, &[0x10])
        .build();
    let methods = ResetMethods::read(ConfigSpace::new(&bytes));
    assert_eq!(methods.methods, [ResetMethod::Flr]);
    assert_eq!(methods.methods[0].to_string(), "flr");
    let none = Builder::device().build();
    assert!(
        ResetMethods::read(ConfigSpace::new(&none))
            .methods
            .is_empty()
    );
}
