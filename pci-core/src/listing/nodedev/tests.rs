//! Devices complete, cut, and within other text.

use alloc::string::String;
use alloc::vec::Vec;
use alloc::{format, vec};

use host_tree::Lookup;

use super::*;
use crate::listing::tests::summary;

const DEVICES: &str = include_str!("../../../tests/listings/nodedev.xml");

fn addresses<T>(list: &[host_tree::Located<T>]) -> Vec<String>
where
    T: core::fmt::Display,
{
    list.iter()
        .map(|address| format!("{}", address.value))
        .collect()
}

#[test]
fn devices_are_read_with_their_groups_and_capabilities() {
    let found = parse(DEVICES);
    let lines: Vec<String> = found
        .iter()
        .map(|device| summary(&device.function))
        .collect();
    assert_eq!(
        lines,
        [
            "0000:00:01.0 060400 8086:a70d - - pcieport",
            "0000:82:00.0 030000 10de:2204 - - vfio-pci",
            "0000:82:00.1 040300 10de:1aef - - none",
            "0000:03:00.0 020000 8086:1521 - - igb",
            "0000:03:10.4 020000 8086:1520 - - igbvf",
            "0000:00:02.0 030000 8086:5912 - - i915",
        ]
    );
    let gpu = &found[1];
    assert_eq!(gpu.name, "pci_0000_82_00_0");
    assert_eq!(gpu.numa_node, Some(1));
    assert_eq!(gpu.parent.as_deref(), Some("pci_0000_80_02_0"));
    let group = gpu.iommu_group.as_ref().unwrap();
    assert_eq!(group.number.value, 40);
    assert_eq!(group.number.text, "<iommuGroup number='40'>");
    assert_eq!(addresses(&group.members), ["0000:82:00.0", "0000:82:00.1"]);
    assert_eq!(
        gpu.function.name.as_deref(),
        Some("NVIDIA Corporation GA102 [GeForce RTX 3090]")
    );
    assert_eq!(
        found[0].capabilities,
        [NodeDeviceCapability::Other("pci-bridge".into())]
    );
    let port = "03:00.0".parse().unwrap();
    assert_eq!(
        found[4].capabilities,
        [NodeDeviceCapability::VirtualFunctionOf(Some(port))]
    );
    let functions = ["03:10.0", "03:10.4"].map(|address| address.parse().unwrap());
    assert_eq!(
        found[3].capabilities,
        [NodeDeviceCapability::VirtualFunctions {
            most: Some(7),
            functions: functions.to_vec()
        }]
    );
    let types = vec!["i915-GVTg_V5_4".into(), "i915-GVTg_V5_8".into()];
    assert_eq!(
        found[5].capabilities,
        [NodeDeviceCapability::MediatedDevices(types)]
    );
    assert_eq!(
        found[5].function.name.as_deref(),
        Some("Intel Corporation HD Graphics 630 & more")
    );
}

#[test]
fn a_cut_device_has_fewer_fields() {
    let one = DEVICES.split("\n\n").nth(1).unwrap();
    let prompts = format!("# virsh nodedev-dumpxml pci_0000_82_00_0\n{one}\n# virsh quit\n");
    assert_eq!(parse(&prompts).len(), 1);
    let end = one.find("<address").unwrap();
    let cut = parse(one.get(..end).unwrap());
    assert!(!cut[0].whole);
    assert!(cut[0].iommu_group.as_ref().unwrap().members.is_empty());
    // No driver before the cut: it may follow.
    let no_driver = parse("<device>\n<name>pci_0000_82_00_1</name>\n<path>/sys</path>\n");
    assert_eq!(no_driver[0].function.driver, Lookup::NotShown);
    assert_eq!(
        no_driver[0].function.address.value,
        "82:00.1".parse().unwrap()
    );
    // The next device starts where the cut one ends.
    let two = format!("{}{one}", one.get(..end).unwrap());
    assert_eq!(parse(&two).len(), 2);
}

#[test]
fn other_devices_and_other_xml_are_passed_over() {
    for text in [
        "<device><name>net_eth0</name><capability type='net'/></device>",
        "<device><name>pci_0000_zz</name><capability type='pci'/></device>",
        "<device></device>",
        "<devices><name>pci_0000_01_00_0</name></devices>",
        "<device><name>computer</name><capability type='system'/></device>",
    ] {
        assert_eq!(parse(text), [], "{text}");
    }
    // Custom entities are not replaced.
    let bomb = "<!DOCTYPE x [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'>]><device>\
                <name>pci_0000_01_00_0</name><path>&b;</path></device>";
    let found = parse(bomb);
    assert_eq!(found[0].path.as_deref(), Some("&b;"));
    let far = "<device><name>x</name><capability type='pci'><domain>0</domain><bus>256</bus>\
               <slot>0</slot><function>0</function></capability></device>";
    assert_eq!(parse(far), []);
}

#[test]
fn names_of_the_list() {
    let found = names(include_str!("../../../tests/listings/nodedev-list.txt"));
    assert_eq!(
        addresses(&found),
        [
            "0000:00:00.0",
            "0000:00:01.0",
            "0000:01:00.0",
            "0000:01:00.1",
            "0000:00:17.0"
        ]
    );
    assert_eq!(names("see pci_0000_01_00_0\npci_0000_01_00_0 x\n"), []);
}
