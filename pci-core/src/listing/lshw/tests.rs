//! The three forms.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::*;
use crate::listing::tests::summary;

fn lines(text: &str) -> Vec<String> {
    let line = |node: &LshwNode| {
        let class = node.class.as_deref().unwrap_or_default();
        let name = node.function.name.as_deref().unwrap_or_default();
        format!("{} {class}: {name}", summary(&node.function))
    };
    parse(text).iter().map(line).collect()
}

#[test]
fn the_tree_for_people() {
    assert_eq!(
        lines(include_str!("../../../tests/listings/lshw.txt")),
        [
            "0000:00:00.0 0600 8086:3ec2 - 07 - pci: Intel Corporation 8th Gen Core Processor Host \
             Bridge/DRAM Registers",
            "0000:00:01.0 0604 8086:1901 - 07 pcieport pci: Intel Corporation 6th-10th Gen Core \
             Processor PCIe Controller (x16)",
            "0000:01:00.0 0300 10de:1c82 - a1 nouveau display: NVIDIA Corporation GP107 [GeForce GTX \
             1050 Ti]",
            "0000:01:00.1 0403 10de:0fb9 - a1 none multimedia: NVIDIA Corporation GP107GL High \
             Definition Audio Controller",
            "0000:00:14.0 0c03 - - - xhci_hcd usb: ",
        ]
    );
}

#[test]
fn the_table_of_bus_addresses() {
    let text = include_str!("../../../tests/listings/lshw-businfo.txt");
    assert_eq!(
        lines(text),
        [
            "0000:00:00.0 - - - - - bridge: 8th Gen Core Processor Host Bridge/DRAM Registers",
            "0000:01:00.0 - - - - - display: GP107 [GeForce GTX 1050 Ti]",
            "0000:01:00.1 - - - - - multimedia: GP107GL High Definition Audio Controller",
            "0000:03:00.0 - - - - - network: I350 Gigabit Network Connection",
        ]
    );
    assert_eq!(parse(text)[3].logical_names, ["eth0"]);
}

#[cfg(feature = "std")]
#[test]
fn json_as_a_tree_and_as_an_array() {
    let text = include_str!("../../../tests/listings/lshw.json");
    let expected = [
        "0000:00:01.0 0604 - - 07 pcieport bridge: Intel Corporation 6th-10th Gen Core Processor \
         PCIe Controller (x16)",
        "0000:01:00.0 0300 10de:1c82 - a1 nouveau display: NVIDIA Corporation GP107 [GeForce GTX \
         1050 Ti]",
        "0000:01:00.1 - - - a1 none multimedia: NVIDIA Corporation GP107GL High Definition Audio \
         Controller",
    ];
    assert_eq!(lines(text), expected);
    let found = parse(text);
    assert_eq!(found[1].function.address.text, "\"pci@0000:01:00.0\"");
    let one = |address: &str| {
        format!("{{\"businfo\":\"pci@{address}\",\"class\":\"display\",\"claimed\":true}}")
    };
    let (a, b) = (one("0000:01:00.0"), one("0000:02:00.0"));
    // lshw -C display -json: an array, or before version B.02.19 objects with commas.
    for text in [
        format!("[{a},{b}]\n"),
        format!("{a},\n{b}\n"),
        format!("{a}\n{b},\n"),
    ] {
        assert_eq!(parse(&text).len(), 2, "{text}");
    }
    // Cut before its end: nodes that are whole may still be found.
    let cut = parse(text.get(..text.len() - 20).unwrap());
    assert!(cut.iter().all(|node| found.contains(node)));
}

/// `lshw -numeric` prints ids in either case, by release.
#[cfg(feature = "std")]
#[test]
fn ids_in_lower_case() {
    let text = "  *-display\n       product: AD106 [GeForce RTX 4060 Ti] [10de:2803]\n       \
                vendor: NVIDIA Corporation [10de]\n       bus info: pci@0000:01:00.0\n";
    let json = "{\"businfo\" : \"pci@0000:01:00.0\", \"vendor\" : \"NVIDIA Corporation [10de]\",\n\
                \"product\" : \"AD106 [GeForce RTX 4060 Ti] [10de:2803]\"\n  },\n";
    for text in [text, json] {
        let node = parse(text).remove(0).function;
        assert_eq!(node.id().unwrap().value.to_string(), "10de:2803");
        assert_eq!(
            node.name.as_deref(),
            Some("NVIDIA Corporation AD106 [GeForce RTX 4060 Ti]")
        );
    }
}
