//! What was read, in a document and back.

use host_tree::MemoryTree;

use super::*;
use crate::topology::Topology;

#[test]
fn values_are_read_back_from_a_document() {
    let mut tree = MemoryTree::complete();
    let card = "/sys/bus/pci/devices/0000:01:00.0";
    for (name, text) in [
        ("uevent", "PCI_CLASS=30000\nPCI_ID=10DE:2D04\n"),
        ("revision", "what\n"),
        ("resource", "0x1000 0x1fff 0x40200\n"),
        ("resource0_resize", "0000000000003f00\n"),
        ("current_link_speed", "8.0 GT/s PCIe\n"),
        ("sriov_totalvfs", "8\n"),
        ("reset_method", "flr bus\n"),
        ("secondary_bus_number", "2\n"),
        ("subordinate_bus_number", "4\n"),
        ("config", "\u{1}\u{2}"),
    ] {
        tree.insert_file(&alloc::format!("{card}/{name}"), text);
    }
    tree.insert_link(&alloc::format!("{card}/virtfn0"), "../0000:01:10.0");
    let found = read_wanted(&tree, Wanted::FULL);
    let text = serde_json::to_string(&found).unwrap();
    assert_eq!(serde_json::from_str::<SysfsDevices>(&text).unwrap(), found);

    let document: serde_json::Value = serde_json::from_str(&text).unwrap();
    let device = &document["devices"][0];
    assert_eq!(device["id"]["found"], "10de:2d04");
    assert_eq!(device["driver"], "absent");
    assert_eq!(
        device["revision"]["unreadable"],
        "expected a revision such as 0xa1, found \"what\""
    );
    assert_eq!(device["resources"]["found"][0]["kind"]["bar"], 0);
    assert_eq!(device["link"]["current_speed"]["found"], 8000);
    assert_eq!(device["buses"]["found"]["subordinate"], 4);
    assert_eq!(device["config"]["found"]["extent"], "cut");

    let wanted = serde_json::to_string(&Wanted::LISTING).unwrap();
    assert_eq!(wanted, r#"{"facts":"IDENTITY","depth":"no_wake"}"#);
    assert_eq!(
        serde_json::from_str::<Wanted>(&wanted).unwrap(),
        Wanted::LISTING
    );
    let parent = Topology::from_sysfs(&found).parent(found.devices[0].address);
    assert_eq!(serde_json::to_string(&parent).unwrap(), r#""unknown""#);
}
