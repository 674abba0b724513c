use host_tree::MemoryTree;

use super::*;

#[test]
fn calls_are_found_where_a_shell_finds_commands() {
    for (line, wanted) in [
        (
            "virsh nodedev-detach pci_0000_01_00_0",
            Some("virsh nodedev-detach"),
        ),
        (
            "  if true; then /usr/bin/virsh -c qemu:///system list; fi",
            Some("virsh list"),
        ),
        (
            "sleep 1 && virsh nodedev-reattach $A",
            Some("virsh nodedev-reattach"),
        ),
        ("# virsh nodedev-detach", None),
        ("echo virsh", None),
        ("systemctl stop gdm", None),
    ] {
        assert_eq!(call(line).as_deref(), wanted, "{line}");
    }
}

#[test]
fn hooks_below_their_directories_are_read_as_a_capture_keeps_them() {
    let path = "/etc/libvirt/hooks/qemu.d/win/prepare/begin/start.sh";
    let text = "#!/bin/bash\nTOKEN=abc\nvirsh nodedev-detach $GPU --secret\n";
    let read = |text: &str| {
        let mut tree = MemoryTree::complete();
        tree.insert_file(path, text);
        virsh_hooks(&tree)
    };
    let found = read(text);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].evidence.place(), format!("{path}:3"));
    let kept = needed_hook_lines(text);
    assert!(!kept.contains("abc") && !kept.contains("secret"));
    assert_eq!(read(&kept), found);
}
