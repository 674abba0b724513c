//! Trees on disk that no kernel makes, and one that changes while it is read.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may fail so"
)]

use std::fs;
use std::os::unix::fs::symlink;
use std::sync::atomic::{AtomicBool, Ordering};

use host_tree::{DirTree, Lookup};
use pci_core::sysfs::{SysfsDevice, Wanted, read_wanted};
use pci_core::topology::{Parent, Topology};
use testkit::sysfs_tree::{SysfsTree, functions, many};

fn read(tree: &SysfsTree) -> Vec<SysfsDevice> {
    let found = read_wanted(&DirTree::open(&tree.root).unwrap(), Wanted::FULL);
    // Whatever was read, it hangs somewhere, or nowhere that is known.
    let topology = Topology::from_sysfs(&found);
    let drawn = topology.branches();
    let functions = drawn.iter().filter(|line| line.function.is_some()).count();
    assert_eq!(functions, topology.functions().count());
    found.devices
}

#[test]
fn an_unusual_file_is_only_unreadable() {
    for (name, odd) in [
        ("garbage", b"\xff\xfe\0\x01\x80 =\n\n\r".repeat(40)),
        ("empty", Vec::new()),
        ("long", b"PCI_ID=".repeat(200_000)),
    ] {
        let tree = SysfsTree::new(name, &functions());
        for path in testkit::files_below(&tree.root, "").unwrap() {
            fs::write(path, &odd).unwrap();
        }
        let devices = read(&tree);
        assert_eq!(devices.len(), 10);
        for device in devices {
            assert!(
                matches!(device.class, Lookup::Unreadable(_)),
                "{name} {device:?}"
            );
            assert!(
                matches!(device.id, Lookup::Unreadable(_)),
                "{name} {device:?}"
            );
            assert!(!matches!(device.iommu_group, Lookup::Unreadable(_)));
            let driver = format!("{:?}", device.driver);
            assert!(driver.len() < 100, "{name}");
        }
    }
}

#[test]
fn links_that_lead_nowhere_or_in_a_circle_are_passed_by() {
    let tree = SysfsTree::new("circle", &functions());
    let place = tree.bus().join("devices");
    let links = [
        ("0000:06:00.0", "0000:06:00.0"),
        ("0000:06:00.1", "0000:06:00.2"),
        ("0000:06:00.2", "0000:06:00.1"),
        ("0000:06:00.3", "../../../devices/nowhere"),
        ("0000:06:00.4", "../../../../../../../../etc"),
        ("0000:06:00.5", "/dev/null"),
        ("what", "0000:00:00.0"),
        ("00:06.0 ", "0000:00:00.0"),
    ];
    for (name, target) in links {
        symlink(target, place.join(name)).unwrap();
    }
    let gpu = tree
        .root
        .join("sys/devices/pci0000:00/0000:00:01.0/0000:01:00.0");
    for (name, target) in [
        ("physfn", "physfn"),
        ("virtfn0", "../../0000:00:01.0"),
        ("of_node", "of_node"),
    ] {
        symlink(target, gpu.join(name)).unwrap();
    }
    fs::remove_file(gpu.join("iommu_group")).unwrap();
    symlink("iommu_group", gpu.join("iommu_group")).unwrap();
    let found = read_wanted(&DirTree::open(&tree.root).unwrap(), Wanted::NO_WAKE);
    let at = |text: &str| {
        let address = text.parse().unwrap();
        let mut devices = found.devices.iter();
        devices.find(|device| device.address == address).unwrap()
    };
    assert_eq!(found.devices.len(), 16);
    let topology = Topology::from_sysfs(&found);
    for function in 0..6 {
        let device = at(&format!("0000:06:00.{function}"));
        assert!(!matches!(device.id, Lookup::Found(_)), "{device:?}");
        assert_eq!(topology.parent(device.address), Parent::Unknown);
    }
    let gpu = at("0000:01:00.0");
    assert_eq!(gpu.id, Lookup::Found("10de:1b06".parse().unwrap()));
    for fact in [
        format!("{:?}", gpu.iommu_group),
        format!("{:?}", gpu.physical_function),
    ] {
        assert!(fact.starts_with("Unreadable"), "{fact}");
    }
}

/// Cards are pulled and put in, virtual functions made and unmade, while it is read.
#[test]
fn a_function_that_is_removed_during_a_read_is_not_an_error() {
    let tree = SysfsTree::new("goes", &many(200));
    let place = tree.root.join("sys/devices/pci0000:00/0000:00:01.0");
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut at = 0_u32;
            while !stop.load(Ordering::Relaxed) {
                at = at.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let function = at >> 8 & 0x7f;
                let name = format!("0000:00:{:02x}.{}", function >> 3, function & 7);
                let aside = place.join("aside");
                fs::rename(place.join(&name), &aside).unwrap();
                std::thread::yield_now();
                fs::rename(&aside, place.join(&name)).unwrap();
            }
        });
        let (mut gone, mut read) = (0, 0);
        for _ in 0..8 {
            let found = read_wanted(&DirTree::open(&tree.root).unwrap(), Wanted::NO_WAKE);
            assert_eq!(found.devices.len(), 200);
            for device in &found.devices {
                match &device.id {
                    Lookup::Found(id) => {
                        assert_eq!(id.to_string(), "15b3:101d");
                        read += 1;
                    }
                    // As of a function that never was.
                    Lookup::Absent | Lookup::NotShown => gone += 1,
                    Lookup::Unreadable(reason) => panic!("{}: {reason}", device.address),
                }
            }
        }
        stop.store(true, Ordering::Relaxed);
        assert!(read > 1_400, "{read} read, {gone} gone");
    });
}
