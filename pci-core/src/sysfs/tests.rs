//! What is known, absent and not shown.

use super::*;
use crate::tree::{CommandText, HostTree, Listing, Lookup, MemoryTree};
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::cell::RefCell;

const GPU: &str = "/sys/bus/pci/devices/0000:01:00.0";

/// A tree that keeps the paths it was asked for.
struct Asked<'a>(&'a MemoryTree, RefCell<Vec<String>>);

impl HostTree for Asked<'_> {
    fn read(&self, path: &str) -> Lookup<Vec<u8>> {
        self.1.borrow_mut().push(path.to_string());
        self.0.read(path)
    }
    fn read_link(&self, path: &str) -> Lookup<String> {
        self.1.borrow_mut().push(path.to_string());
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
        tree.insert_file(&alloc::format!("{GPU}/{name}"), text);
    }
    let group = alloc::format!("{GPU}/iommu_group");
    tree.insert_link(&group, "../../../../kernel/iommu_groups/17");
    tree
}

#[test]
fn one_card_on_a_whole_host() {
    let tree = gpu(MemoryTree::whole());
    let asked = Asked(&tree, RefCell::default());
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
    assert_eq!(card.sriov_total_vfs, Lookup::Absent);
    assert_eq!(card.physical_function, Lookup::Absent);
    let resources = card.resources.clone().found().unwrap();
    let sizes: Vec<_> = resources
        .iter()
        .map(|r| (r.kind(), r.size().unwrap()))
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
    assert_eq!(card.path("driver"), alloc::format!("{GPU}/driver"));

    let asked = asked.1.into_inner();
    assert!(!asked.iter().any(|path| path.ends_with("/config")));
    assert!(asked.len() <= 10, "{asked:?}");
}

#[test]
fn what_a_part_of_a_host_does_not_show_stays_unknown() {
    let found = read(&MemoryTree::partial());
    assert_eq!((found.devices.len(), found.coverage), (0, Lookup::NotShown));
    assert_eq!(read(&MemoryTree::whole()).coverage, Lookup::Absent);

    let mut tree = MemoryTree::partial();
    tree.insert_file(&alloc::format!("{GPU}/vendor"), "0x10de\n");
    tree.insert_file(&alloc::format!("{GPU}/device"), "0x2d04\n");
    tree.insert_file(&alloc::format!("{GPU}/class"), "not hex");
    tree.insert_unreadable(&alloc::format!("{GPU}/revision"), "permission denied");
    let found = read(&tree);
    assert_eq!(found.coverage, Lookup::Found(Coverage::Part));
    let card = &found.devices[0];
    assert_eq!(card.id, Lookup::Found("10de:2d04".parse().unwrap()));
    assert_eq!(card.driver, Lookup::NotShown);
    assert_eq!(card.iommu_group, Lookup::NotShown);
    assert_eq!(card.resources, Lookup::NotShown);
    assert_eq!(
        card.revision,
        Lookup::Unreadable("permission denied".to_string())
    );
    assert!(matches!(&card.class, Lookup::Unreadable(reason) if reason.contains("not hex")));
}

#[test]
fn a_function_without_driver_is_known_to_be_unbound() {
    let uevent = "PCI_CLASS=40300\nPCI_ID=10DE:22EB\n";
    for mut tree in [MemoryTree::whole(), MemoryTree::partial()] {
        tree.insert_file(&alloc::format!("{GPU}/uevent"), uevent);
        let card = &read(&tree).devices[0];
        assert_eq!(card.driver, Lookup::Absent);
        // Only VGA controllers have the attribute.
        assert_eq!(card.boot_vga, Lookup::Absent);
        tree.insert_link(
            &alloc::format!("{GPU}/driver"),
            "../../../bus/pci/drivers/vfio-pci/",
        );
        let card = &read(&tree).devices[0];
        assert_eq!(card.driver, Lookup::Found("vfio-pci".to_string()));
    }
}

#[test]
fn any_text_in_any_attribute_is_read() {
    let whole = gpu(MemoryTree::whole());
    let mut state: u64 = 0x2545_f491_4f6c_dd1d;
    for round in 0..2000usize {
        let mut tree = whole.clone();
        for (path, bytes) in whole.files() {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
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
