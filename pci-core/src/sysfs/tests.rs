//! What is known, absent and not shown.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use std::sync::Mutex;

use host_tree::{CommandText, HostTree, Listing, Lookup, MemoryTree};

use super::*;

const GPU: &str = "/sys/bus/pci/devices/0000:01:00.0";

/// A tree that records the requested paths.
struct Asked<'a>(&'a MemoryTree, Mutex<Vec<String>>);

impl HostTree for Asked<'_> {
    fn read(&self, path: &str) -> Lookup<Vec<u8>> {
        self.1.lock().unwrap().push(path.to_string());
        self.0.read(path)
    }
    fn read_link(&self, path: &str) -> Lookup<String> {
        self.1.lock().unwrap().push(path.to_string());
        self.0.read_link(path)
    }
    fn list(&self, path: &str) -> Lookup<Listing> {
        self.0.list(path)
    }
    fn texts(&self) -> &[CommandText] {
        self.0.texts()
    }
}

fn gpu(mut tree: MemoryTree) -> MemoryTree {
    for (name, text) in [
        (
            "uevent",
            "DRIVER=nvidia\nPCI_CLASS=30000\nPCI_ID=10DE:2D04\nPCI_SUBSYS_ID=10B0:205E\n\
          PCI_SLOT_NAME=0000:01:00.0\nMODALIAS=pci:v000010DEd00002D04sv000010B0sd0000205Ebc03sc00i00\n",
        ),
        ("revision", "0xa1\n"),
        ("driver_override", "(null)\n"),
        ("boot_vga", "1\n"),
        ("reset_method", "flr bus\n"),
        ("numa_node", "-1\n"),
        ("config", "never read"),
        (
            "resource",
            "0x00000000f6000000 0x00000000f6ffffff 0x0000000000040200\n\
          0x0000004000000000 0x00000043ffffffff 0x000000000014220c\n\
          0x0000000000000000 0x0000000000000000 0x0000000000000000\n\
          0x0000000000000000 0x0000000000000000 0x0000000000000000\n\
          0x0000000000000000 0x0000000000000000 0x0000000000000000\n\
          0x000000000000f000 0x000000000000f07f 0x0000000000040101\n\
          0x00000000f7000000 0x00000000f707ffff 0x0000000000046200\n",
        ),
    ] {
        tree.insert_file(&format!("{GPU}/{name}"), text);
    }
    let group = format!("{GPU}/iommu_group");
    tree.insert_link(&group, "../../../../kernel/iommu_groups/17");
    tree
}

#[test]
fn one_card_on_a_whole_host() {
    let tree = gpu(MemoryTree::complete());
    let asked = Asked(&tree, Mutex::default());
    let found = read(&asked);
    assert_eq!(found.coverage, Lookup::Found(Coverage::Whole));
    let card = &found.devices[0];
    assert_eq!(card.class, Lookup::Found("030000".parse().unwrap()));
    assert_eq!(card.id, Lookup::Found("10de:2d04".parse().unwrap()));
    assert_eq!(card.subsystem, Lookup::Found("10b0:205e".parse().unwrap()));
    assert_eq!(card.revision, Lookup::Found(0xa1));
    assert_eq!(card.driver, Lookup::Found("nvidia".to_string()));
    assert_eq!(card.driver_override, Lookup::Absent);
    assert_eq!(card.iommu_group, Lookup::Found(17));
    assert_eq!(card.boot_vga, Lookup::Found(true));
    assert_eq!(
        card.reset_methods,
        Lookup::Found(["flr".to_string(), "bus".to_string()].to_vec())
    );
    assert_eq!(card.numa_node, Lookup::Absent);
    assert_eq!(card.sriov.total_vfs, Lookup::Absent);
    assert_eq!(card.physical_function, Lookup::Absent);
    let resources = card.resources.clone().found().unwrap();
    let sizes: Vec<_> = resources
        .iter()
        .map(|r| (r.kind, r.size().unwrap()))
        .collect();
    assert_eq!(
        sizes,
        [
            (ResourceKind::Bar(0), 16 << 20),
            (ResourceKind::Bar(1), 16 << 30),
            (ResourceKind::Bar(5), 128),
            (ResourceKind::ExpansionRom, 512 << 10),
        ]
    );
    assert!(resources[1].is_64_bit() && resources[1].is_prefetchable() && resources[1].is_memory());
    assert!(resources[2].is_io() && !resources[0].is_64_bit());
    assert_eq!(card.path("driver"), format!("{GPU}/driver"));

    let asked = asked.1.into_inner().unwrap();
    assert!(!asked.iter().any(|path| path.ends_with("/config")));
    // Only existing attributes: the names come first.
    assert!(asked.len() <= 14, "{asked:?}");
}

#[test]
fn a_listing_asks_for_what_it_shows() {
    let tree = gpu(MemoryTree::complete());
    let asked = Asked(&tree, Mutex::default());
    let found = read_wanted(&asked, Wanted::LISTING);
    let card = &found.devices[0];
    let whole = &read(&tree).devices[0];
    assert_eq!(
        (&card.id, &card.driver, &card.modalias),
        (&whole.id, &whole.driver, &whole.modalias)
    );
    assert_eq!(card.iommu_group, Lookup::NotShown);
    assert_eq!(card.resources, Lookup::NotShown);
    let asked = asked.1.into_inner().unwrap();
    assert_eq!(asked, [format!("{GPU}/uevent"), format!("{GPU}/revision")]);
}

#[test]
fn each_depth_reads_its_part_of_the_configuration_space() {
    let mut tree = gpu(MemoryTree::complete());
    for (size, header, full) in [
        (64, ConfigExtent::Header, ConfigExtent::Cut),
        (128, ConfigExtent::Header, ConfigExtent::Cut),
        (256, ConfigExtent::Header, ConfigExtent::Whole),
        (4096, ConfigExtent::Header, ConfigExtent::Whole),
        (5000, ConfigExtent::Header, ConfigExtent::Whole),
        (16, ConfigExtent::Cut, ConfigExtent::Cut),
    ] {
        tree.insert_file(&format!("{GPU}/config"), alloc::vec![0x11; size]);
        let at = |depth| {
            let wanted = Wanted {
                facts: Facts::empty(),
                depth,
            };
            let card = read_device(&tree, "01:00.0".parse().unwrap(), wanted).unwrap();
            card.config.found().map(|c| (c.bytes.len(), c.extent))
        };
        assert_eq!(at(Depth::NoWake), None);
        assert_eq!(at(Depth::Header), Some((size.min(64), header)));
        assert_eq!(at(Depth::Capabilities), Some((size.min(256), full)));
        assert_eq!(at(Depth::Full), Some((size.min(4096), full)));
    }
    let nothing = "02:00.0".parse().unwrap();
    assert_eq!(read_device(&tree, nothing, Wanted::FULL), None);
}

#[test]
fn extended_capabilities_are_read_of_functions_that_can_have_them() {
    let mut tree = gpu(MemoryTree::complete());
    for (id, size) in [(0x10, 4096), (0x07, 4096), (0x05, 256)] {
        let mut config = alloc::vec![0; 4096];
        config[0x06] = 0x10; // Capabilities List
        config[0x34] = 0x40;
        config[0x40] = 0x09;
        config[0x41] = 0x50;
        config[0x50] = id;
        tree.insert_file(&format!("{GPU}/config"), config);
        let wanted = Wanted {
            facts: Facts::empty(),
            depth: Depth::Capabilities,
        };
        let card = read_device(&tree, "01:00.0".parse().unwrap(), wanted).unwrap();
        let config = card.config.found().unwrap();
        assert_eq!(
            (config.bytes.len(), config.extent),
            (size, ConfigExtent::Whole),
            "{id:#x}"
        );
    }
}

#[test]
fn registers_of_a_function_that_sleeps_are_left_alone() {
    for (status, state, asleep) in [
        (Some("active"), Some("D0"), false),
        (Some("active"), Some("unknown"), false),
        (Some("suspended"), Some("D3cold"), true),
        (Some("suspended"), None, true),
        (Some("suspending"), Some("D0"), true),
        (Some("unsupported"), Some("D3hot"), true),
        (Some("unsupported"), Some("D0"), false),
        (None, Some("D3cold"), true),
        (None, None, false),
    ] {
        let mut tree = gpu(MemoryTree::complete());
        for (name, text) in [("power/runtime_status", status), ("power_state", state)] {
            if let Some(text) = text {
                tree.insert_file(
                    &format!("{GPU}/{name}"),
                    format!(
                        "{text}
"
                    ),
                );
            }
        }
        for (name, text) in [
            ("current_link_speed", "8.0 GT/s PCIe\n"),
            ("current_link_width", "16\n"),
            ("max_link_speed", "Unknown\n"),
            ("resource1_resize", "0000000000003f00\n"),
            ("secondary_bus_number", "2\n"),
            ("subordinate_bus_number", "4\n"),
        ] {
            tree.insert_file(&format!("{GPU}/{name}"), text);
        }
        let asked = Asked(&tree, Mutex::default());
        let card = &read(&asked).devices[0];
        let asked = asked.1.into_inner().unwrap();
        let touched = |name: &str| asked.iter().any(|path| path.ends_with(name));
        assert_eq!(card.power.is_asleep(), asleep, "{status:?} {state:?}");
        for name in [
            "current_link_speed",
            "max_link_speed",
            "resource1_resize",
            "secondary_bus_number",
            "subordinate_bus_number",
        ] {
            assert_eq!(touched(name), !asleep, "{status:?} {state:?} {name}");
        }
        assert_eq!(card.link.max_width, Lookup::Absent);
        if asleep {
            assert!(matches!(card.link.current_speed, Lookup::Unreadable(_)));
            assert!(matches!(card.resizable_bars, Lookup::Unreadable(_)));
            assert!(matches!(card.buses, Lookup::Unreadable(_)));
            let full = &read_wanted(&tree, Wanted::FULL).devices[0];
            assert_eq!(full.link.current_speed, Lookup::Found(LinkSpeed::GT_8));
        } else {
            assert_eq!(card.link.current_speed, Lookup::Found(LinkSpeed::GT_8));
            assert_eq!(card.link.current_width, Lookup::Found(16));
            assert_eq!(card.link.max_speed, Lookup::Absent);
            let bars = card.resizable_bars.clone().found().unwrap();
            assert_eq!(bars[0].bar, 1);
            assert_eq!(bars[0].sizes.bytes().count(), 6);
            let (secondary, subordinate) = (2, 4);
            let buses = BusRange {
                secondary,
                subordinate,
            };
            assert_eq!(card.buses, Lookup::Found(buses));
            let topology = crate::topology::Topology::from_sysfs(&read(&tree));
            assert_eq!(topology.buses(card.address), Some((2, 4)));
        }
    }
}

#[test]
fn lines_of_resource_are_distinguished_by_their_number() {
    let line = "0x0000000000001000 0x0000000000001fff 0x0000000000040200
";
    for (lines, at, kind) in [
        (7, 6, ResourceKind::ExpansionRom),
        (11, 7, ResourceKind::BridgeWindow(0)),
        (11, 10, ResourceKind::BridgeWindow(3)),
        (13, 5, ResourceKind::Bar(5)),
        (13, 7, ResourceKind::VirtualFunctionBar(0)),
        (13, 12, ResourceKind::VirtualFunctionBar(5)),
        (17, 12, ResourceKind::VirtualFunctionBar(5)),
        (17, 13, ResourceKind::BridgeWindow(0)),
        (17, 16, ResourceKind::BridgeWindow(3)),
        (9, 8, ResourceKind::Other),
        (20, 17, ResourceKind::Other),
    ] {
        let found = resource::parse(&line.repeat(lines)).unwrap();
        assert_eq!((found.len(), found[at].kind), (lines, kind));
    }
    assert_eq!(resource::parse(&line.repeat(300)).unwrap_err(), 257);
}

/// A function with nearly all attributes.
fn every_attribute() -> MemoryTree {
    let mut tree = gpu(MemoryTree::complete());
    for (name, text) in [
        ("sriov_totalvfs", "8\n"),
        ("sriov_numvfs", "2\n"),
        ("sriov_offset", "384\n"),
        ("sriov_stride", "2\n"),
        ("sriov_vf_device", "10ca\n"),
        ("sriov_drivers_autoprobe", "1\n"),
        ("ari_enabled", "0\n"),
        ("irq", "34\n"),
        ("enable", "2\n"),
        ("label", "Onboard - Ethernet\n"),
        ("acpi_index", "3\n"),
        ("local_cpulist", "0-7\n"),
        ("firmware_node/path", "\\_SB_.PCI0.PEG0\n"),
        ("msi_irqs/35", "msix\n"),
        ("msi_irqs/34", "msix\n"),
        ("current_link_speed", "16.0 GT/s PCIe\n"),
        ("current_link_width", "8\n"),
        ("max_link_speed", "32.0 GT/s PCIe\n"),
        ("max_link_width", "16\n"),
        ("resource1_resize", "0000000000003f00\n"),
        ("power_state", "D0\n"),
        ("power/runtime_status", "active\n"),
        ("power/control", "on\n"),
        ("d3cold_allowed", "1\n"),
        ("msi_bus", "1\n"),
    ] {
        tree.insert_file(&format!("{GPU}/{name}"), text);
    }
    tree.insert_link(&format!("{GPU}/virtfn1"), "../0000:02:10.2");
    tree.insert_link(&format!("{GPU}/virtfn0"), "../0000:02:10.0");
    let node = "../../../firmware/devicetree/base/soc/pcie@600";
    tree.insert_link(&format!("{GPU}/of_node"), node);
    tree
}

#[test]
fn a_function_with_virtual_functions() {
    let tree = every_attribute();
    let card = &read(&tree).devices[0];
    let sriov = &card.sriov;
    assert_eq!(sriov.total_vfs, Lookup::Found(8));
    assert_eq!(sriov.num_vfs, Lookup::Found(2));
    assert_eq!(sriov.offset, Lookup::Found(384));
    assert_eq!(sriov.stride, Lookup::Found(2));
    assert_eq!(sriov.vf_device, Lookup::Found(crate::DeviceId(0x10ca)));
    assert_eq!(sriov.drivers_autoprobe, Lookup::Found(true));
    let numbered: Vec<_> = (sriov.virtual_functions.clone().found().unwrap())
        .iter()
        .map(|function| (function.number, function.address.to_string()))
        .collect();
    assert_eq!(
        numbered,
        [
            (0, "0000:02:10.0".to_string()),
            (1, "0000:02:10.2".to_string())
        ]
    );
    assert_eq!(card.ari_enabled, Lookup::Found(false));
    assert_eq!(
        (&card.irq, &card.enable_count),
        (&Lookup::Found(34), &Lookup::Found(2))
    );
    assert_eq!(card.label.clone().found().unwrap(), "Onboard - Ethernet");
    assert_eq!(card.acpi_index, Lookup::Found(3));
    assert_eq!(card.local_cpulist.clone().found().unwrap(), "0-7");
    assert_eq!(card.msi_irqs, Lookup::Found([34, 35].to_vec()));
    assert_eq!(
        card.firmware_node_path.clone().found().unwrap(),
        "\\_SB_.PCI0.PEG0"
    );
    assert_eq!(
        card.device_tree_node.clone().found().unwrap(),
        "/soc/pcie@600"
    );
    assert_eq!(card.has_rom, Lookup::Found(false));
    assert_eq!(card.physical_slot, Lookup::Absent);
}

#[test]
fn facts_missing_from_a_partial_host_stay_unknown() {
    let found = read(&MemoryTree::partial());
    assert_eq!((found.devices.len(), found.coverage), (0, Lookup::NotShown));
    assert_eq!(read(&MemoryTree::complete()).coverage, Lookup::Absent);

    let mut tree = MemoryTree::partial();
    tree.insert_file(&format!("{GPU}/vendor"), "0x10de\n");
    tree.insert_file(&format!("{GPU}/device"), "0x2d04\n");
    tree.insert_file(&format!("{GPU}/class"), "not hex");
    tree.insert_unreadable(&format!("{GPU}/revision"), "permission denied");
    let found = read(&tree);
    assert_eq!(found.coverage, Lookup::Found(Coverage::Part));
    let card = &found.devices[0];
    assert_eq!(card.id, Lookup::Found("10de:2d04".parse().unwrap()));
    assert_eq!(card.driver, Lookup::NotShown);
    assert_eq!(card.iommu_group, Lookup::NotShown);
    assert_eq!(card.resources, Lookup::NotShown);
    assert_eq!(
        card.revision,
        Lookup::Unreadable("permission denied".into())
    );
    assert!(matches!(&card.class, Lookup::Unreadable(reason) if reason.contains("not hex")));
}

#[test]
fn a_function_without_driver_is_known_to_be_unbound() {
    let uevent = "PCI_CLASS=40300\nPCI_ID=10DE:22EB\n";
    for mut tree in [MemoryTree::complete(), MemoryTree::partial()] {
        tree.insert_file(&format!("{GPU}/uevent"), uevent);
        let card = &read(&tree).devices[0];
        assert_eq!(card.driver, Lookup::Absent);
        // Only VGA controllers have the attribute.
        assert_eq!(card.boot_vga, Lookup::Absent);
        // Part of the attribute does not prove that there is no driver.
        tree.insert_file(&format!("{GPU}/uevent"), "PCI_CLASS=40300\n");
        tree.insert_link(
            &format!("{GPU}/driver"),
            "../../../bus/pci/drivers/vfio-pci/",
        );
        let card = &read(&tree).devices[0];
        assert_eq!(card.driver, Lookup::Found("vfio-pci".to_string()));
    }
}

#[test]
fn any_text_in_any_attribute_is_read() {
    let whole = every_attribute();
    let mut numbers = testkit::Random::new(0x2545_f491_4f6c_dd1d);
    for round in 0..400usize {
        let mut tree = whole.clone();
        for (path, bytes) in whole.files() {
            let state = numbers.number();
            let mut bytes = bytes.to_vec();
            let at = usize::try_from(state >> 40).unwrap() % bytes.len();
            match round % 3 {
                0 => bytes.truncate(at),
                1 => bytes[at] = state.to_le_bytes()[0],
                _ => bytes.insert(at, state.to_le_bytes()[1]),
            }
            tree.insert_file(path, bytes);
        }
        let found = read(&tree);
        assert_eq!(found.devices.len(), 1);
        if let Lookup::Found(resources) = &found.devices[0].resources {
            assert!(resources.iter().all(|resource| resource.flags != 0));
        }
    }
}
