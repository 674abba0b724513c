use host_tree::MemoryTree;

use super::*;

#[test]
fn every_form_is_read() {
    for (text, wanted) in [
        (
            "Linux version 5.4.0-90-generic (buildd@host) #101-Ubuntu SMP",
            "5.4.0-90-generic",
        ),
        (
            "pve-manager/8.4.0/abc (running kernel: 6.8.12-9-pve)",
            "6.8.12-9-pve",
        ),
        (
            "Linux pve 6.8.12-9-pve #1 SMP PREEMPT_DYNAMIC x86_64",
            "6.8.12-9-pve",
        ),
        ("6.8.12-9-pve\n", "6.8.12-9-pve"),
        ("Kernel: Linux 6.8.12-9-pve\n", "6.8.12-9-pve"),
        (
            "  Host: box Kernel: 6.8.12-9-pve arch: x86_64\n",
            "6.8.12-9-pve",
        ),
        (
            "- Kernel (e.g. `uname -a`):5.15.0-136-generic\n",
            "5.15.0-136-generic",
        ),
        (
            "   * Kernel version: 6.8.0-48-generic\n",
            "6.8.0-48-generic",
        ),
        (
            "  Kernel Version:             5.15.0-92-generic\n",
            "5.15.0-92-generic",
        ),
        ("* kernel 3.19.0-21-generic\n", "3.19.0-21-generic"),
        ("| **Host Kernel** | 6.17.4-1-pve |\n", "6.17.4-1-pve"),
        (
            "**Kernel:** `7.0.14-201.fc44.x86_64`\n",
            "7.0.14-201.fc44.x86_64",
        ),
        (
            "insmod /lib/modules/6.8.12-2-pve/updates/dkms/vendor-reset.ko\n",
            "6.8.12-2-pve",
        ),
        (
            "root@pve:~# uname -r\n6.8.12-9-pve\nroot@pve:~# ls\n",
            "6.8.12-9-pve",
        ),
        (
            "It freezes.\n\nuname -r\n6.8.12-9-pve\n\nls\n",
            "6.8.12-9-pve",
        ),
        ("uname -r: 6.8.12-9-pve\n", "6.8.12-9-pve"),
        ("`uname -r` -> `6.8.12-9-pve`\n", "6.8.12-9-pve"),
        ("uname -a：Linux pve 6.8.12-9-pve #1 …\n", "6.8.12-9-pve"),
    ] {
        let found = in_text("t", text);
        assert_eq!(found[0].1.value.to_string(), wanted, "{text}");
    }
    for text in [
        "Linux is great",
        "1.2\n",
        "10.0.0.1\n",
        "8.4.1\n",
        "root@pve:~# uname -r\n",
        "6.8.12-9-pve\nx\n",
        "kernel 6.8 or newer\n",
        "The fix needs kernel 6.8.12-9-pve.\n",
    ] {
        assert!(in_text("t", text).is_empty(), "{text}");
    }
}

#[test]
fn the_image_of_the_boot_loader_names_the_release() {
    let release = |line: &str, other: &str| {
        let mut tree = MemoryTree::partial();
        tree.insert_file("/proc/cmdline", line);
        tree.insert_text("uname -a", other);
        let release = Kernel::read(&tree).release;
        release.map(|fact| fact.value.to_string())
    };
    let grub = "BOOT_IMAGE=/boot/vmlinuz-6.8.12-4-pve root=/dev/mapper/pve-root ro quiet\n";
    assert_eq!(release(grub, "").as_deref(), Some("6.8.12-4-pve"));
    let uname = "Linux pve 6.11.0-1-pve #1 SMP PREEMPT_DYNAMIC x86_64\n";
    assert_eq!(release(grub, uname).as_deref(), Some("6.11.0-1-pve"));
    let partition = "BOOT_IMAGE=(hd0,gpt2)/vmlinuz-5.14.0-427.el9.x86_64 ro\n";
    assert_eq!(
        release(partition, "").as_deref(),
        Some("5.14.0-427.el9.x86_64")
    );
    for line in [
        "BOOT_IMAGE=/boot/vmlinuz-linux ro\n",
        "BOOT_IMAGE=/vmlinuz ro\n",
    ] {
        assert_eq!(release(line, ""), None, "{line}");
    }
}

#[test]
fn the_oldest_installed_kernel_is_a_lower_bound() {
    let mut tree = MemoryTree::partial();
    tree.insert_text(
        "update-initramfs -u -k all",
        "update-initramfs: Generating /boot/initrd.img-6.5.0-1-generic\n\
             update-initramfs: Generating /boot/initrd.img-6.2.0-26-generic\n",
    );
    let kernel = Kernel::read(&tree);
    assert_eq!(kernel.release, None);
    assert!(kernel.is_at_least(6, 2).unwrap().0);
    assert_eq!(kernel.is_at_least(6, 5), None);
}
