//! Structures that were made by hand.

use host_tree::Lookup;
use pci_core::config::conventional::express::DeviceType;
use pci_core::config::conventional::{AdvancedFeatures, Express};
use pci_core::config::extended::{AccessControlServices, ResizableBars};
use pci_core::config::{ConfigSpace, ResetMethod, ResetMethods};
use pci_core::lspci::{DecodedStructure, decode};

use crate::config::builder::Builder;

#[test]
fn parts_of_express_depend_on_type_and_version() {
    let has = |made: Builder, register: &str| {
        let read = decoded(made);
        read[0]
            .fields
            .iter()
            .any(|field| field.register == register)
    };
    let endpoint = || Builder::device().express(0);
    assert!(has(endpoint(), "LnkCap") && has(endpoint(), "DevCap2") && has(endpoint(), "LnkCtl2"));
    assert!(!has(endpoint(), "SltCap") && !has(endpoint(), "RootCtl"));
    let port = || Builder::bridge().express(4).set(0x43, &[0x01]);
    assert!(has(port(), "SltCap") && has(port(), "RootCtl"));
    assert_eq!(decoded(port())[0].value("LnkCap", "Width x"), Some(16));
    let integrated = || Builder::device().express(9);
    assert!(!has(integrated(), "LnkCap") && has(integrated(), "DevCap2"));
    let first = || Builder::device().express(0).set(0x42, &[0x01]);
    assert!(!has(first(), "DevCap2") && !has(first(), "LnkCtl2"));
    let bytes = port().build();
    let express = ConfigSpace::new(&bytes).capability::<Express>().found();
    assert_eq!(
        express.unwrap().capabilities.device_type,
        DeviceType::ROOT_PORT
    );
    let cut = ConfigSpace::new(&bytes[..0x46]).capability::<Express>();
    assert_eq!(cut, Lookup::NotShown);
}

/// The structures, by the names of their bits.
fn decoded(made: Builder) -> Vec<DecodedStructure> {
    decode(ConfigSpace::new(&made.build()))
}

#[test]
fn root_errors_only_where_there_are_some() {
    let words: Vec<u32> = (1..=0x11).map(|word| word << 4 | 0x10).collect();
    let read = |kind| decoded(Builder::device().express(kind).extended(1, 2, &words)).remove(1);
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
    let maps = cut[1].fields.iter().filter(|field| field.name == "TC/VC");
    let maps: Vec<_> = maps.map(|map| (map.part, map.value)).collect();
    assert_eq!(maps, [(0, 0xff)]);
}

#[test]
fn structures_of_a_designated_vendor() {
    let made = Builder::device().express(9);
    let read = decoded(made.extended(0x23, 1, &[0x0142_1e98, 0x0027_0007, 0x0027_2021, 0x1234]));
    let name = read[1].fields.iter().find(|field| field.name == "Vendor");
    assert_eq!(name.unwrap().text, "1e98");
    assert_eq!(read[1].value("-", "Len"), Some(0x14));
}

#[test]
fn a_missing_file_is_not_absent() {
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
    assert_eq!(space.capability::<AdvancedFeatures>(), Lookup::Absent);
}

#[test]
fn pci_x_depends_on_the_header() {
    let body = [
        0x03, 0x01, 0xff, 0x02, 0x03, 0x00, 0x10, 0, 0x20, 0, 0x30, 0, 0x40, 0,
    ];
    let limit = |made: Builder| {
        let read = decoded(made.capability(0x07, &body));
        read[0].value("Downstream", "CommitmentLimit")
    };
    assert_eq!(limit(Builder::device()), None);
    assert_eq!(limit(Builder::bridge()), Some(0x40));
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
