use super::*;

#[test]
fn each_changed_letter_counts() {
    assert_eq!(distance("kitten", "sitting"), 3);
}

#[test]
fn a_few_letters_may_differ() {
    let known = ["proxmox", "libvirt", "qemu", "xen"];
    assert_eq!(similar("promox", known), ["proxmox"]);
    assert_eq!(similar("Libvrit", known), ["libvirt"]);
    assert_eq!(similar("prox", known), ["proxmox"]);
    assert!(similar("docker", known).is_empty());
    assert!(similar("", known).is_empty());
    assert!(similar(&"x".repeat(100_000), known).is_empty());
}
