use host_tree::MemoryTree;

use super::*;

fn named(text: &str) -> Option<&'static str> {
    let mut tree = MemoryTree::partial();
    tree.insert_text("dmesg", text);
    distribution(&Host::read(&tree).system).map(|(found, _)| found.name)
}

#[test]
fn the_kernel_shows_its_distribution() {
    for (line, name) in [
        (
            "Linux version 6.8.12-9-pve (build@proxmox) (gcc (Debian 12.2.0-14) 12.2.0)",
            "Proxmox VE",
        ),
        (
            "Linux version 6.1.0-13-amd64 (debian-kernel@lists.debian.org) (gcc-12 (Debian 12.2.0-14) 12.2.0)",
            "Debian",
        ),
        (
            "Linux version 6.8.0-45-generic (buildd@lcy02) (gcc-13 (Ubuntu 13.2.0-23ubuntu4) 13.2.0)",
            "Ubuntu",
        ),
        (
            "Linux version 6.11.4-301.fc41.x86_64 (mockbuild@x) (gcc (GCC) 14.2.1)",
            "Fedora",
        ),
        (
            "Linux version 6.12.1-arch1-1 (linux@archlinux) (gcc (GCC) 14.2.1)",
            "Arch Linux",
        ),
    ] {
        let line = format!("[    0.000000] {line} #1 SMP PREEMPT_DYNAMIC\n");
        assert_eq!(named(&line), Some(name), "{line}");
    }
    assert_eq!(
        named("[    0.000000] Linux version 6.12.18-custom (me@here) #1 SMP\n"),
        None
    );
}
