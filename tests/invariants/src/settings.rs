//! The settings of a file, of any format: an unchanged text removes nothing, an empty
//! one removes all of it.

use host_tree::SettingChange;
use passthru::file_settings::{differences, of, resolve};

/// A path of each format.
const PATHS: [&str; 27] = [
    "/etc/default/grub",
    "/etc/sdboot-manage.conf",
    "/etc/kernel/cmdline",
    "/etc/cmdline.d/a.conf",
    "/boot/loader/entries/a.conf",
    "/boot/syslinux/syslinux.cfg",
    "/boot/limine.conf",
    "/boot/limine.cfg",
    "/boot/refind_linux.conf",
    "/boot/EFI/refind/refind.conf",
    "/etc/kernelstub/configuration",
    "/etc/default/limine",
    "/etc/nixos/configuration.nix",
    "/etc/modprobe.d/a.conf",
    "/etc/modules",
    "/etc/initramfs-tools/modules",
    "/etc/mkinitcpio.conf",
    "/etc/booster.yaml",
    "/etc/driverctl.d/pci-0000:01:00.0",
    "/boot/config/vfio-pci.cfg",
    "/boot/loader.conf",
    "/etc/pve/qemu-server/100.conf",
    "/vmfs/volumes/a/a.vmx",
    "/etc/xen/a.cfg",
    "/etc/nova/nova.conf",
    "/etc/libvirt/qemu/a.xml",
    "/etc/udev/rules.d/10-passthru-vfio.rules",
];

/// Panics where that does not hold of `data`.
pub fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let lines = text.lines().count();
    let other: String = text.split_inclusive('\n').rev().collect();
    for path in PATHS {
        let all = of(path, text);
        let in_text = |line: u32| usize::try_from(line).is_ok_and(|line| line <= lines.max(1));
        assert!(all.iter().all(|setting| in_text(setting.line)), "{path}");
        assert_eq!(differences(path, text, text, &[]), [], "{path}");
        assert_eq!(of(path, ""), [], "{path}");
        let gone = differences(path, text, "", &[]);
        assert_eq!(gone.len(), all.len(), "{path}");
        // What is named is all that there is, and nothing else would do.
        let moved = differences(path, text, &other, &[]);
        let named = resolve(path, text, &other, &[]);
        assert_eq!(named.is_ok(), moved.is_empty(), "{path}");
        let shown: Vec<String> = moved.iter().map(SettingChange::to_string).collect();
        assert_eq!(shown.len(), moved.len());
    }
}
