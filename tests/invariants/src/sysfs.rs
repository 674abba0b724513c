//! Any texts in the attributes of two functions: facts, and each function once in
//! the topology.

use host_tree::MemoryTree;
use pci_core::modules::Aliases;
use pci_core::sysfs::{Wanted, read_wanted};
use pci_core::topology::Topology;

const ATTRIBUTES: [&str; 22] = [
    "uevent",
    "class",
    "vendor",
    "revision",
    "resource",
    "resource0_resize",
    "reset_method",
    "numa_node",
    "irq",
    "power_state",
    "power/runtime_status",
    "current_link_speed",
    "max_link_width",
    "sriov_totalvfs",
    "label",
    "boot_vga",
    "driver_override",
    "config",
    "acpi_index",
    "local_cpulist",
    "secondary_bus_number",
    "subordinate_bus_number",
];

/// Panics where that does not hold of `data`.
pub fn check(data: &[u8]) {
    let mut tree = MemoryTree::complete();
    for (at, text) in data.split(|byte| *byte == 0xff).enumerate() {
        let function = ["0000:00:01.0", "0000:01:00.0"][at % 2];
        let place = format!("/sys/bus/pci/devices/{function}");
        match ATTRIBUTES.get(at / 2) {
            Some(name) => tree.insert_file(&format!("{place}/{name}"), text),
            None => {
                let target = String::from_utf8_lossy(text);
                let links = ["driver", "physfn", "virtfn0", "iommu_group", "of_node"];
                tree.insert_link(&format!("{place}/{}", links[at % links.len()]), &target);
            }
        }
    }
    let mut found = read_wanted(&tree, Wanted::FULL);
    for device in &mut found.devices {
        device.place = host_tree::Lookup::Found(String::from_utf8_lossy(data).into_owned());
    }
    let topology = Topology::from_sysfs(&found);
    let drawn = topology.branches();
    let functions = drawn.iter().filter(|line| line.function.is_some()).count();
    assert_eq!(functions, topology.functions().count());

    let text = String::from_utf8_lossy(data);
    let modalias = "pci:v000010DEd00002D04sv000010B0sd0000205Ebc03sc00i00";
    for aliases in [Aliases::parse(&text), Aliases::parse_builtin(&text)] {
        let all = aliases.matching("pci:").count() + aliases.matching(modalias).count();
        assert!(all <= 2 * aliases.len());
        let first = text.lines().next().unwrap_or_default();
        let _ = aliases.matching(first).count();
    }
}
