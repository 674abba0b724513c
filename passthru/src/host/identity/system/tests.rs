use host_tree::MemoryTree;

use super::*;

#[test]
fn the_release_gives_the_oldest_kernel() {
    let mut tree = MemoryTree::partial();
    tree.insert_text("pveversion", "pve-manager/8.4.0/ec58e45e1bcdf2ac\n");
    let system = System::read(&tree);
    assert_eq!(system.hypervisor.unwrap().value, Target::Proxmox);
    assert_eq!(system.kernel.at_least.unwrap().value, (6, 8));
}

#[test]
fn a_release_ends_before_the_sentence() {
    for line in [
        "since pve-manager/8.1.3, no guest starts",
        "pve-manager/8.1.3后，不行",
        "pve-manager: 8.1.3 (running version: 8.1.3/a)",
    ] {
        assert_eq!(printed_hypervisor(line), Some((Target::Proxmox, "8.1.3")));
    }
    assert_eq!(printed_hypervisor("see pve-manager/README"), None);
}

#[test]
fn an_unknown_release_gives_nothing() {
    let mut tree = MemoryTree::partial();
    tree.insert_text("pveversion", "pve-manager/12.1.0/abc\n");
    assert_eq!(System::read(&tree).kernel.at_least, None);
}
