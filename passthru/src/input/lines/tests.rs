use super::*;

fn kind(line: &str) -> Option<TextKind> {
    let mut formats = FORMATS.iter();
    let format = formats.find(|format| (format.fit)(line) == Fit::Certain)?;
    Some(format.kind)
}

#[test]
fn lines_are_recognized_by_themselves() {
    for (line, wanted) in [
        (
            "GRUB_CMDLINE_LINUX_DEFAULT=\"quiet intel_iommu=on\"",
            TextKind::Grub,
        ),
        (
            "GRUB_CMDLINE_LINUX_DEFAULT=quiet intel_iommu=on iommu=pt",
            TextKind::Grub,
        ),
        (
            "options vfio-pci ids=10de:2d04,10de:22eb disable_vga=1",
            TextKind::Modprobe,
        ),
        ("options kvm ignore_msrs=1", TextKind::Modprobe),
        ("blacklist nouveau", TextKind::Modprobe),
        ("softdep nvidia pre: vfio-pci", TextKind::Modprobe),
        ("install nouveau /bin/false", TextKind::Modprobe),
        ("hostpci0: 01:00,pcie=1,x-vga=1", TextKind::ProxmoxVm),
        ("bios: ovmf", TextKind::ProxmoxVm),
        (
            "BOOT_IMAGE=/boot/vmlinuz-6.8 root=/dev/mapper/pve-root ro quiet",
            TextKind::CommandLine,
        ),
        ("vfio_iommu_type1", TextKind::ModuleList),
        (
            "MODULES=(vfio_pci vfio vfio_iommu_type1)",
            TextKind::Mkinitcpio,
        ),
        ("force_drivers+=\" vfio vfio_pci \"", TextKind::Dracut),
        (
            "options root=UUID=0 rw intel_iommu=on",
            TextKind::LoaderEntry,
        ),
        ("pciPassthru0.cfg.gpu-pci-id = \"0x1\"", TextKind::Vmx),
    ] {
        assert_eq!(kind(line), Some(wanted), "{line}");
    }
}

#[test]
fn prose_is_recognized_as_nothing() {
    for line in [
        "options are limited here, so I tried everything",
        "blacklist everything",
        "install nouveau again",
        "cpu: AMD Ryzen 9 5950X",
        "memory: 64 GB",
        "bios: F10",
        "machine: HP Z440",
        "GRUB_CMDLINE is what I changed",
        "GRUB_CMDLINE_LINUX=\"quiet\"或者GRUB_CMDLINE_LINUX=\"splash\"",
        "root cause: unknown",
        "root=ZFS=rpool/ROOT/pve-1 boot=zfs is the first line and intel_iommu=on the second",
        "vfio",
        "softdep is set",
        "MODULES are loaded",
        "name: Proxmox",
        "",
    ]
    .into_iter()
    .filter(|line| *line != "vfio")
    {
        assert_eq!(kind(line), None, "{line}");
    }
}
