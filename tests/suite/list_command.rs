//! `passthru list` of a host with a topology.

use host_tree::MemoryTree;
use testkit::Scratch;

use crate::command::passthru;

const PORT: &str = "/sys/devices/pci0000:00/0000:00:01.0";

/// A graphics card downstream of a root port, and a bridge that only the card's directory
/// shows.
fn host() -> MemoryTree {
    let mut tree = MemoryTree::complete();
    let gpu = format!("{PORT}/0000:01:00.0");
    for (place, name, class, id) in [
        (PORT, "0000:00:01.0", "60400", "8086:1901"),
        (&gpu, "0000:01:00.0", "30000", "10DE:2D04"),
    ] {
        let link = format!("/sys/bus/pci/devices/{name}");
        let target = place.replacen("/sys", "../../..", 1);
        tree.insert_link(&link, &target);
        let uevent = format!("PCI_CLASS={class}\nPCI_ID={id}\n");
        tree.insert_file(&format!("{place}/uevent"), uevent);
    }
    for (name, text) in [
        ("reset_method", "flr bus\n"),
        ("numa_node", "0\n"),
        ("power_state", "D0\n"),
        ("power/runtime_status", "active\n"),
        ("current_link_speed", "2.5 GT/s PCIe\n"),
        ("current_link_width", "8\n"),
        ("max_link_speed", "32.0 GT/s PCIe\n"),
        ("max_link_width", "8\n"),
        ("resource1_resize", "0000000000007f00\n"),
        (
            "resource",
            "0x00000000f6000000 0x00000000f6ffffff 0x0000000000040200\n\
             0x0000004000000000 0x000000400fffffff 0x000000000014220c\n",
        ),
    ] {
        tree.insert_file(&format!("{gpu}/{name}"), text);
    }
    tree.insert_file("/sys/bus/pci/slots/4/address", "0000:01:00\n");
    tree
}

#[test]
fn a_card_with_all_that_sysfs_shows() {
    let scratch = Scratch::new();
    let snapshot = host().to_snapshot().unwrap();
    let file = scratch.file("host.json", snapshot.as_bytes());
    let list = passthru(&["list", "--json", "--from", &file]).json();
    let gpu = &list["devices"][1];
    assert_eq!(gpu["parent"], "0000:00:01.0");
    assert_eq!(gpu["root_port"], "0000:00:01.0");
    assert_eq!(gpu["physical_slot"], "4");
    assert_eq!(gpu["reset_methods"], serde_json::json!(["flr", "bus"]));
    assert_eq!(gpu["bars"][0]["size"], 16 << 20);
    assert_eq!(gpu["bars"][1]["bar"], 1);
    assert_eq!(gpu["bars"][1]["prefetchable"], true);
    let sizes = gpu["bars"][1]["resizable_to"].as_array().unwrap();
    assert_eq!(sizes.len(), 7);
    let port = &list["devices"][0];
    assert!(port["parent"].is_null() && port["physical_slot"].is_null());

    let one = passthru(&["list", "01:00.0", "--from", &file]).out;
    for line in [
        "upstream      00:01.0",
        "slot          4",
        "reset         flr, bus",
        "link          2.5 GT/s x8 of 32.0 GT/s x8",
        "BAR 0         16M memory, 32-bit",
        "BAR 1         256M memory, 64-bit, prefetchable; can be 256M, 512M, 1G, 2G,",
    ] {
        assert!(one.contains(line), "{line}\n{one}");
    }

    let tree = passthru(&["list", "--tree", "--from", &file]).out;
    let lines: Vec<&str> = tree.lines().collect();
    assert_eq!(lines[0], "bus 0000:00");
    assert!(lines[1].starts_with("└─ 00:01.0 "), "{tree}");
    assert!(lines[2].starts_with("   └─ 01:00.0 GB206"), "{tree}");
    assert!(lines.iter().all(|line| line.chars().count() <= 80));

    // The same from what lspci prints of bus numbers, and nothing from less.
    let text = "00:01.0 PCI bridge [0604]: Intel Corporation Device [8086:1901]\n\
                \tBus: primary=00, secondary=01, subordinate=01, sec-latency=0\n\n\
                01:00.0 VGA compatible controller [0300]: NVIDIA Corporation GB206 \
                [GeForce RTX 5060 Ti] [10de:2d04] (rev a1)\n\n";
    let file = scratch.file("lspci.txt", text.as_bytes());
    let tree = passthru(&["list", "--tree", "--from", &file]).out;
    assert!(tree.contains("\n   └─ 01:00.0 GB206"), "{tree}");
    let card = text.split("\n\n").nth(1).unwrap();
    let file = scratch.file("card.txt", format!("{card}\n").as_bytes());
    let tree = passthru(&["list", "--tree", "--from", &file]).out;
    assert!(
        tree.starts_with("upstream bridge not in the input\n└─ 01:00.0"),
        "{tree}"
    );
    let list = passthru(&["list", "--json", "--from", &file]).json();
    assert!(list["devices"][0]["parent"].is_null());
    assert!(list["devices"][0]["bars"].is_null());
}
