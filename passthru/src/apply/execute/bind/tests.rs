use host_tree::MemoryTree;

use super::*;

#[test]
fn a_guest_has_a_function_by_either_node() {
    let address: Address = "01:00.0".parse().unwrap();
    let mut tree = MemoryTree::partial();
    let found = |tree: &MemoryTree| nodes_of(&Nodes::read(tree), Some(12), address);
    assert_eq!(found(&tree), ["/dev/vfio/12"]);
    let device = "/sys/bus/pci/devices/0000:01:00.0/vfio-dev";
    tree.insert_directory("/sys/bus/pci/devices", true);
    tree.insert_directory(device, true);
    tree.insert_file(&format!("{device}/vfio0/dev"), "510:0\n");
    assert_eq!(found(&tree), ["/dev/vfio/12", "/dev/vfio/devices/vfio0"]);
    tree.insert_directory("/sys/class/vfio", true);
    tree.insert_directory("/sys/class/vfio/noiommu-12", true);
    assert_eq!(found(&tree)[0], "/dev/vfio/noiommu-12");
}

#[test]
fn the_process_that_has_a_node_open_is_found() {
    let root = std::env::temp_dir().join(format!("passthru-holder-{}", std::process::id()));
    std::fs::create_dir_all(root.join("proc/111/fd")).unwrap();
    let node = "/dev/vfio/devices/vfio0";
    std::os::unix::fs::symlink(node, root.join("proc/111/fd/5")).unwrap();
    assert_eq!(holder(&root, node).as_deref(), Some("111"));
    assert_eq!(holder(&root, "/dev/vfio/devices/vfio"), None);
    std::fs::remove_dir_all(root).unwrap();
}
