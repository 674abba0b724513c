//! The same host from each kind of input, and input that is wrong.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use alloc::{format, vec};

use host_tree::MemoryTree;

use super::*;
use crate::config::ConfigSpace;
use crate::{Address, Bus, sysfs};

fn address(text: &str) -> Address {
    text.parse().unwrap()
}

/// A switch with two functions below it, a virtual function on a bus of its own, and a drive in an
/// Intel VMD domain.
const PLACES: [&str; 9] = [
    "pci0000:00/0000:00:00.0",
    "pci0000:00/0000:00:01.0",
    "pci0000:00/0000:00:01.0/0000:01:00.0",
    "pci0000:00/0000:00:01.0/0000:01:00.0/0000:02:00.0",
    "pci0000:00/0000:00:01.0/0000:01:00.0/0000:02:00.1",
    "pci0000:00/0000:00:01.0/0000:01:00.0/0000:03:10.0",
    "pci0000:00/0000:00:0e.0",
    "pci0000:00/0000:00:0e.0/pci10000:e0/10000:e0:1d.0",
    "pci0000:00/0000:00:0e.0/pci10000:e0/10000:e0:1d.0/10000:e1:00.0",
];

fn host() -> MemoryTree {
    let mut tree = MemoryTree::complete();
    for place in PLACES {
        let (_, name) = place.rsplit_once('/').unwrap();
        let link = format!("/sys/bus/pci/devices/{name}");
        tree.insert_link(&link, &format!("../../../devices/{place}"));
        let uevent = "PCI_CLASS=20000\nPCI_ID=8086:1234\n";
        tree.insert_file(&format!("/sys/devices/{place}/uevent"), uevent);
    }
    let physfn = format!("/sys/devices/{}/physfn", PLACES[5]);
    tree.insert_link(&physfn, "../0000:02:00.0");
    tree
}

fn check(topology: &Topology) {
    let bridge = |of: &str| topology.bridge_above(address(of)).map(|a| a.to_string());
    assert_eq!(bridge("00:01.0"), None);
    assert_eq!(
        topology.parent(address("00:01.0")),
        Parent::Root(Bus::new(0, 0))
    );
    assert_eq!(bridge("01:00.0").as_deref(), Some("0000:00:01.0"));
    assert_eq!(bridge("02:00.1").as_deref(), Some("0000:01:00.0"));
    assert_eq!(bridge("03:10.0").as_deref(), Some("0000:01:00.0"));
    assert_eq!(
        topology.root_port(address("02:00.0")),
        Some(address("00:01.0"))
    );
    assert_eq!(topology.root_port(address("00:01.0")), None);
    let path = topology.path(address("02:00.0")).unwrap();
    assert_eq!(
        path,
        ["00:01.0", "01:00.0", "02:00.0"].map(address).to_vec()
    );
    let slot: Vec<_> = topology.slot(address("02:00.0").slot()).collect();
    assert_eq!(slot, ["02:00.0", "02:00.1"].map(address));
    assert_eq!(
        topology.children(Parent::Bridge(address("01:00.0"))),
        ["02:00.0", "02:00.1", "03:10.0"].map(address)
    );
    let virtual_function = address("03:10.0");
    assert_eq!(
        topology.physical_function(virtual_function),
        Some(address("02:00.0"))
    );
}

#[test]
fn from_the_directories_of_sysfs() {
    let found = sysfs::read(&host());
    let topology = Topology::from_sysfs(&found);
    check(&topology);
    let vmd = Bus::new(0x10000, 0xe0);
    assert_eq!(
        topology.roots(),
        [
            RootBus {
                bus: Bus::new(0, 0),
                below: None
            },
            RootBus {
                bus: vmd,
                below: Some(address("00:0e.0"))
            },
        ]
    );
    let drive = address("10000:e1:00.0");
    assert_eq!(topology.root_port(drive), Some(address("10000:e0:1d.0")));
    assert_eq!(topology.functions().count(), 9);
    let way = topology.of(&[address("02:00.1")]);
    let way: Vec<_> = way.functions().collect();
    assert_eq!(way, ["00:01.0", "01:00.0", "02:00.1"].map(address));
    let drawn: String = topology
        .branches()
        .iter()
        .map(|line| {
            let function = line.function.map(|address| format!("{address:#}"));
            let root = line.root.map(|root| format!("[{}]", root.bus));
            format!(
                "{}{}{}\n",
                line.indent,
                root.unwrap_or_default(),
                function.unwrap_or_default()
            )
        })
        .collect();
    assert_eq!(
        drawn,
        "[0000:00]\n├─ 00:00.0\n├─ 00:01.0\n│  └─ 01:00.0\n│     ├─ 02:00.0\n│     ├─ 02:00.1\n\
         │     └─ 03:10.0\n└─ 00:0e.0\n[10000:e0]\n└─ 10000:e0:1d.0\n   └─ 10000:e1:00.0\n"
    );
}

#[test]
fn from_bus_numbers() {
    let mut builder = TopologyBuilder::new();
    for place in PLACES {
        let (_, name) = place.rsplit_once('/').unwrap();
        builder.function(address(name));
    }
    for (bridge, secondary, subordinate) in [("00:01.0", 1, 3), ("01:00.0", 2, 3)] {
        let mut header = vec![0; 64];
        header[0x0e] = 1;
        header[0x19] = secondary;
        header[0x1a] = subordinate;
        builder.config(address(bridge), ConfigSpace::new(&header));
    }
    builder.virtual_function(address("03:10.0"), address("02:00.0"));
    let topology = builder.build();
    check(&topology);
    assert_eq!(topology.buses(address("00:01.0")), Some((1, 3)));
    // No bridge to the drive's bus is known.
    assert_eq!(topology.parent(address("10000:e1:00.0")), Parent::Unknown);
    assert_eq!(topology.path(address("10000:e1:00.0")), None);
    let last = topology.branches();
    assert!(
        last.iter()
            .any(|line| line.root.is_none() && line.function.is_none())
    );
}

#[test]
fn from_the_paths_of_lspci() {
    let mut builder = TopologyBuilder::new();
    for path in [
        "00:00.0",
        "00:01.0",
        "00:01.0/01:00.0",
        "00:01.0/01:00.0/02:00.0",
        "00:01.0/01:00.0/02:00.1",
        "00:01.0/01:00.0/03:10.0",
    ] {
        builder.path(&path.parse().unwrap());
    }
    builder.virtual_function(address("03:10.0"), address("02:00.0"));
    check(&builder.build());
    // A path without buses has no address after its first bridge.
    let mut builder = TopologyBuilder::new();
    builder.path(&"00:01.0/00.0/00.0".parse().unwrap());
    let topology = builder.build();
    assert_eq!(topology.functions().count(), 1);
}

#[test]
fn contradictions_are_unknown() {
    let mut builder = TopologyBuilder::new();
    // Two bridges in a loop, one with its own bus as secondary bus, and a bus with two bridges.
    builder.buses(address("01:00.0"), 2, 2);
    builder.buses(address("02:00.0"), 1, 1);
    builder.buses(address("03:00.0"), 3, 3);
    builder.buses(address("00:01.0"), 9, 9);
    builder.buses(address("00:02.0"), 9, 9);
    builder.buses(address("00:03.0"), 0, 0);
    builder.function(address("09:00.0"));
    builder.virtual_function(address("0a:00.0"), address("0a:00.0"));
    builder.place(
        address("04:00.0"),
        "../../../devices/pci0000:00/0000:05:00.0",
    );
    let topology = builder.build();
    for function in [
        "01:00.0", "02:00.0", "03:00.0", "09:00.0", "0a:00.0", "04:00.0",
    ] {
        assert_eq!(
            topology.parent(address(function)),
            Parent::Unknown,
            "{function}"
        );
        assert_eq!(topology.path(address(function)), None);
    }
    // Each function once, whatever its parent.
    let drawn = topology.branches();
    let functions = drawn.iter().filter(|line| line.function.is_some()).count();
    assert_eq!(functions, topology.functions().count());
}

#[test]
fn any_directories_make_a_topology() {
    let mut random = testkit::Random::new(0x9e37_79b9_7f4a_7c15);
    let parts = [
        "pci0000:00",
        "pci10000:e0",
        "0000:00:01.0",
        "0000:01:00.0",
        "0000:02:00.0",
        "..",
        "",
        "platform",
        "0000:02:1f.7",
        "10000:e0:00.0",
    ];
    for _ in 0..500 {
        let mut builder = TopologyBuilder::new();
        for _ in 0..6 {
            let names: Vec<&str> = (0..random.below(7))
                .map(|_| parts[random.below(parts.len())])
                .collect();
            let last = names.last().and_then(|name| name.parse().ok());
            let function = last.unwrap_or_else(|| address("00:01.0"));
            builder.place(function, &names.join("/"));
            let [bus, below] = [random.below(4), random.below(4)].map(|n| u8::try_from(n).unwrap());
            builder.buses(Address::new(0, bus, 0, 0).unwrap(), below, 3);
        }
        let topology = builder.build();
        let drawn = topology.branches();
        let functions = drawn.iter().filter(|line| line.function.is_some()).count();
        assert_eq!(functions, topology.functions().count());
    }
    let deep = "0000:01:00.0/".repeat(20_000) + "0000:01:00.0";
    let mut builder = TopologyBuilder::new();
    builder.place(address("01:00.0"), &deep);
    assert_eq!(builder.build().branches().len(), 2);
}
