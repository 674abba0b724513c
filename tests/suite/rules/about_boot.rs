//! Boot files, notation, and what comes too late.

use passthru::Verdict::{Fix, Harmless, NoEffect};

use super::{Case, case, gpu};

const BOOTED_BY_GRUB: (&str, &str) = (
    "/proc/cmdline",
    "BOOT_IMAGE=/vmlinuz-6.8 root=/dev/sda1 quiet\n",
);
const BOOTED_WITH_IOMMU: (&str, &str) = (
    "/proc/cmdline",
    "BOOT_IMAGE=/vmlinuz-6.8 root=/dev/sda1 quiet intel_iommu=on\n",
);
const INTEL: (&str, &str) = ("/proc/cpuinfo", "vendor_id\t: GenuineIntel\n");
const BLS_GRUB: (&str, &str) = (
    GRUB,
    "GRUB_CMDLINE_LINUX=\"quiet intel_iommu=on\"\nGRUB_ENABLE_BLSCFG=true\n",
);
const BLS_ENTRY: (&str, &str) = (
    "/boot/loader/entries/a.conf",
    "linux /vmlinuz\noptions root=/dev/sda1 quiet\n",
);
const GRUB: &str = "/etc/default/grub";
const VFIO: &str = "/etc/modprobe.d/vfio.conf";
const IDS: &str = "options vfio-pci ids=10de:2503,10de:228e\nsoftdep nvidia pre: vfio-pci\n";
const KERNEL: (&str, &str) = ("/proc/sys/kernel/osrelease", "6.8.0-1-generic\n");
const BUILT_IN: &str = "/lib/modules/6.8.0-1-generic/modules.builtin";
const DEP: &str = "/lib/modules/6.8.0-1-generic/modules.dep";

const ADDED: &str =
    "[    0.341372] vfio_pci: add [10de:2503[ffffffff:ffffffff]] class 0x000000/00000000\n";

const POST: &str = "post.txt";

const EDITED: &str =
    "I edited /etc/kernel/cmdline for the GPU passthrough, added the option and rebooted.\n";
/// Of Proxmox VE that GRUB starts.
const PVE_BY_GRUB: (&str, &str) = (
    "/proc/cmdline",
    "BOOT_IMAGE=/boot/vmlinuz-6.8.4-2-pve root=/dev/mapper/pve-root ro quiet\n",
);
const PVE: (&str, &str) = ("/etc/pve/qemu-server/100.conf", "memory: 8192\n");

pub(super) fn cases() -> Vec<Case> {
    let held = gpu("nvidia", "snd_hda_intel");
    let one_card = held.split("02:00.0").next().unwrap();
    let sysfs = "/sys/bus/pci/devices";
    vec![
        case(
            "edited-file-not-read",
            Fix,
            "",
            &[(POST, EDITED), PVE_BY_GRUB, PVE],
        ),
        case(
            "boot-options-in-unread-file",
            Fix,
            "",
            &[
                ("/etc/kernel/proxmox-boot-uuids", "ABCD-1234\n"),
                (
                    "proxmox-boot-tool status",
                    "ABCD-1234 is configured with: uefi (versions: 6.8.12-9-pve)\n",
                ),
                (
                    GRUB,
                    "GRUB_CMDLINE_LINUX_DEFAULT=\"quiet intel_iommu=on\"\n",
                ),
                (
                    "/etc/kernel/cmdline",
                    "root=ZFS=rpool/ROOT/pve-1 boot=zfs\n",
                ),
            ],
        ),
        case(
            "boot-options-in-unread-file",
            Fix,
            "",
            &[BLS_GRUB, BLS_ENTRY, BOOTED_BY_GRUB],
        ),
        case(
            "boot-options-in-unread-file",
            Fix,
            "",
            &[
                (
                    "/etc/sysconfig/bootloader",
                    "LOADER_TYPE=\"systemd-boot\"\n",
                ),
                ("/etc/kernel/cmdline", "root=UUID=aa quiet\n"),
                (
                    "/proc/cmdline",
                    "initrd=\\opensuse\\initrd root=UUID=aa quiet\n",
                ),
                ("/boot/efi/loader/entries/a.conf", "linux /a/linux\n"),
                (GRUB, "GRUB_CMDLINE_LINUX_DEFAULT=\"intel_iommu=on\"\n"),
            ],
        ),
        case(
            "boot-option-lost",
            Fix,
            "",
            &[
                BOOTED_WITH_IOMMU,
                INTEL,
                ("!/etc/kernel/proxmox-boot-uuids", ""),
                (GRUB, "GRUB_CMDLINE_LINUX_DEFAULT=\"quiet\"\n"),
            ],
        ),
        case(
            "kernel-option-set-twice",
            NoEffect,
            "",
            &[(
                "/proc/cmdline",
                "root=/dev/sda1 pcie_aspm=off quiet pcie_aspm=force\n",
            )],
        ),
        case(
            "generated-files",
            Harmless,
            "",
            &[("/etc/os-release", "ID=nixos\nNAME=NixOS\n")],
        ),
        case(
            "vfio-option-misspelled",
            Fix,
            "",
            &[("/proc/cmdline", "root=/dev/sda1 vfio-pci-ids=10de:2503\n")],
        ),
        case(
            "vfio-option-misspelled",
            Fix,
            "",
            &[(VFIO, "options vfio-pci id=10de:2503\n")],
        ),
        case(
            "option-misspelled",
            Fix,
            "",
            &[("/proc/cmdline", "root=/dev/sda1 intel_immou=on\n")],
        ),
        case(
            "option-misspelled",
            NoEffect,
            "",
            &[(
                "/proc/cmdline",
                "root=/dev/sda1 pcie_acs_overide=downstream\n",
            )],
        ),
        case(
            "vfio-ids-list-split",
            Fix,
            "",
            &[(VFIO, "options vfio-pci ids=10de:2503, 10de:228e\n")],
        ),
        case(
            "vfio-ids-list-split",
            Fix,
            "",
            &[("/proc/cmdline", "quiet vfio-pci.ids=10de:2503, 10de:228e\n")],
        ),
        case(
            "options-not-separated",
            Fix,
            "",
            &[(
                "/proc/cmdline",
                "quiet video=efifb:offintremap=no_x2apic_optout\n",
            )],
        ),
        case(
            "typographic-quotes",
            Fix,
            "",
            &[(GRUB, "GRUB_CMDLINE_LINUX_DEFAULT=“quiet intel_iommu=on”\n")],
        ),
        case(
            "vfio-pci-late",
            Fix,
            "01:00.0",
            &[("lspci -nnk", one_card), (VFIO, IDS)],
        ),
        case(
            "vfio-pci-late",
            Fix,
            "01:00.0",
            &[
                ("lspci -nnk", one_card),
                (
                    "vfio.nix",
                    "boot.extraModprobeConfig = ''\n  options vfio-pci ids=10de:2503,10de:228e\n'';\n",
                ),
            ],
        ),
        case(
            "vfio-ids-not-added",
            Fix,
            "",
            &[(VFIO, IDS), ("dmesg | grep -i vfio", ADDED)],
        ),
        case(
            "softdep-of-built-in",
            NoEffect,
            "",
            &[
                KERNEL,
                (BUILT_IN, "kernel/drivers/usb/host/xhci-hcd.ko\n"),
                (DEP, "kernel/drivers/vfio/pci/vfio-pci.ko:\n"),
                (VFIO, "softdep xhci_hcd pre: vfio-pci\n"),
            ],
        ),
        case(
            "driver-override-leftover",
            Fix,
            "",
            &[
                (&format!("{sysfs}/"), "0000:01:00.0"),
                (
                    &format!("{sysfs}/0000:01:00.0/uevent"),
                    "PCI_CLASS=30000\nPCI_ID=10DE:2503\n",
                ),
                (
                    &format!("{sysfs}/0000:01:00.0/driver_override"),
                    "vfio-pci\n",
                ),
                (&format!("!{sysfs}/0000:01:00.0/driver"), ""),
            ],
        ),
        case(
            "blacklist-affects-other-devices",
            Fix,
            "01:00.0",
            &[
                ("lspci -nnk", held.as_str()),
                ("/etc/modprobe.d/b.conf", "blacklist nvidia\n"),
            ],
        ),
        case(
            "vfio-ids-host-audio",
            Fix,
            "",
            &[
                (
                    "lspci -nnk",
                    &format!(
                        "{one_card}00:1f.3 Audio device [0403]: Intel Corporation HD Audio \
                         [8086:a348] (rev 10)\n\tKernel driver in use: snd_hda_intel\n"
                    ),
                ),
                (VFIO, "options vfio-pci ids=10de:2503,8086:a348\n"),
            ],
        ),
    ]
}

/// The same hosts where nothing is wrong.
pub(super) fn quiet() -> Vec<Case> {
    let quiet = |code, tree: &[(&str, &str)]| case(code, Fix, "", tree);
    let bound = gpu("vfio-pci", "vfio-pci");
    let one_card = bound.split("02:00.0").next().unwrap();
    let sysfs = "/sys/bus/pci/devices";
    vec![
        quiet(
            "edited-file-not-read",
            &[
                (
                    POST,
                    &EDITED.replace("/etc/kernel/cmdline", "/etc/default/grub"),
                ),
                PVE_BY_GRUB,
                PVE,
            ],
        ),
        quiet(
            "edited-file-not-read",
            &[(POST, EDITED), BOOTED_WITH_IOMMU, PVE],
        ),
        // Fedora's kernel-install makes GRUB's entries of this file.
        quiet(
            "edited-file-not-read",
            &[(POST, EDITED), BOOTED_BY_GRUB, KERNEL],
        ),
        quiet(
            "boot-options-in-unread-file",
            &[
                BOOTED_BY_GRUB,
                ("!/etc/kernel/proxmox-boot-uuids", ""),
                (
                    GRUB,
                    "GRUB_CMDLINE_LINUX_DEFAULT=\"quiet intel_iommu=on\"\n",
                ),
                ("/etc/kernel/cmdline", "root=/dev/sda1 intel_iommu=on\n"),
            ],
        ),
        // The option is in the entries, too, or these are not in the input.
        quiet(
            "boot-options-in-unread-file",
            &[
                BLS_GRUB,
                BOOTED_BY_GRUB,
                (
                    BLS_ENTRY.0,
                    "linux /vmlinuz\noptions root=/dev/sda1 quiet intel_iommu=on\n",
                ),
            ],
        ),
        quiet("boot-options-in-unread-file", &[BLS_GRUB]),
        quiet(
            "boot-option-lost",
            &[
                BOOTED_WITH_IOMMU,
                INTEL,
                ("!/etc/kernel/proxmox-boot-uuids", ""),
                (GRUB, "GRUB_CMDLINE_LINUX_DEFAULT=\"intel_iommu=on\"\n"),
            ],
        ),
        // Options of a file that is not read have no effect.
        quiet(
            "acs-override-unproven",
            &[
                ("/etc/kernel/proxmox-boot-uuids", "ABCD-1234\n"),
                (
                    "proxmox-boot-tool status",
                    "ABCD-1234 is configured with: uefi (versions: 6.8.12-9-pve)\n",
                ),
                (
                    GRUB,
                    "GRUB_CMDLINE_LINUX_DEFAULT=\"pcie_acs_override=downstream\"\n",
                ),
            ],
        ),
        quiet(
            "kernel-option-set-twice",
            &[(
                "/proc/cmdline",
                "root=/dev/sda1 console=tty0 console=ttyS0 intel_iommu=on intel_iommu=sm_on\n",
            )],
        ),
        quiet(
            "generated-files",
            &[("/etc/os-release", "ID=fedora\nVARIANT_ID=server\n")],
        ),
        quiet(
            "option-misspelled",
            &[
                (
                    "/proc/cmdline",
                    "root=/dev/sda1 vfio_pci.ids=10de:2503 amd_iommu_dump=1\n",
                ),
                (VFIO, IDS),
            ],
        ),
        quiet(
            "vfio-option-misspelled",
            &[
                (
                    "/proc/cmdline",
                    "root=/dev/sda1 vfio_pci.ids=10de:2503 amd_iommu_dump=1\n",
                ),
                (VFIO, IDS),
            ],
        ),
        quiet("vfio-ids-list-split", &[(VFIO, IDS)]),
        quiet(
            "options-not-separated",
            &[(
                "/proc/cmdline",
                "quiet video=efifb:off intremap=no_x2apic_optout rd.luks.options=video=x\n",
            )],
        ),
        quiet(
            "typographic-quotes",
            &[(GRUB, "GRUB_CMDLINE_LINUX_DEFAULT='quiet' # “so”\n")],
        ),
        case(
            "vfio-pci-late",
            Fix,
            "01:00.0",
            &[("lspci -nnk", one_card), (VFIO, IDS)],
        ),
        // A filter that is not for vfio may have dropped the other line.
        quiet(
            "vfio-ids-not-added",
            &[(VFIO, IDS), ("dmesg | grep 2503", ADDED)],
        ),
        quiet(
            "vfio-ids-not-added",
            &[(VFIO, "options vfio-pci ids=10de:2503\n"), ("dmesg", ADDED)],
        ),
        quiet(
            "softdep-of-built-in",
            &[
                KERNEL,
                (BUILT_IN, "kernel/drivers/char/random.ko\n"),
                (DEP, "kernel/drivers/usb/host/xhci-hcd.ko:\n"),
                (VFIO, "softdep xhci_hcd pre: vfio-pci\n"),
            ],
        ),
        quiet(
            "driver-override-leftover",
            &[
                (&format!("{sysfs}/"), "0000:01:00.0"),
                (
                    &format!("{sysfs}/0000:01:00.0/uevent"),
                    "PCI_CLASS=30000\nPCI_ID=10DE:2503\n",
                ),
                (&format!("{sysfs}/0000:01:00.0/driver_override"), "(null)\n"),
                (&format!("!{sysfs}/0000:01:00.0/driver"), ""),
            ],
        ),
        case(
            "blacklist-affects-other-devices",
            Fix,
            "01:00.0",
            &[
                ("lspci -nnk", &bound),
                ("/etc/modprobe.d/b.conf", "blacklist nouveau\n"),
            ],
        ),
        quiet(
            "vfio-ids-host-audio",
            &[("lspci -nnk", one_card), (VFIO, IDS)],
        ),
        // The audio of an Arc card is behind the card's own switch.
        quiet(
            "vfio-ids-host-audio",
            &[
                (
                    "lspci -nnk",
                    "03:00.0 VGA compatible controller [0300]: Intel Corporation DG2 [Arc A770] \
                     [8086:56a0]\n04:00.0 Audio device [0403]: Intel Corporation DG2 Audio \
                     Controller [8086:4f90]\n",
                ),
                (VFIO, "options vfio-pci ids=8086:56a0,8086:4f90\n"),
            ],
        ),
    ]
}
