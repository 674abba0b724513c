//! What binds and uses a device.

use hostconf::binding::by_address::BoundFunction;
use hostconf::binding::initramfs_tools;
use passthru::Verdict::{Blocker, Check, Fix, Harmless, Impossible, NoEffect, Ok, Unknown};

use super::{Case, case, gpu};

pub(super) const TO_PCIEPORT: &str =
    "#root@host:~# echo \"0000:01:00.0\" > /sys/bus/pci/drivers/pcieport/bind\n";
pub(super) const NEW_ID_AT_BOOT: &str =
    "#!/bin/sh\necho 10de 2503 > /sys/bus/pci/drivers/vfio-pci/new_id\n";
pub(super) const NEW_ID: &str =
    "root@host:~# echo \"10de 2503\" > /sys/bus/pci/drivers/vfio-pci/new_id\n";

pub(super) const PORT: &str = "\
00:01.0 PCI bridge [0604]: Intel Corporation 6th-10th Gen Core Processor PCIe Controller [8086:1901]
\tKernel driver in use: pcieport
";

const WITH_SUBSYSTEM: &str = "\
01:00.0 VGA compatible controller [0300]: NVIDIA Corporation GA106 [10de:2503] (rev a1)
\tSubsystem: Micro-Star International Co., Ltd. [MSI] Device [1462:397d]
\tKernel driver in use: nvidia
";

pub(super) fn cases() -> Vec<Case> {
    let bound = gpu("vfio-pci", "vfio-pci");
    let held = gpu("nvidia", "snd_hda_intel");
    let lspci = ("lspci -nnk", bound.as_str());
    let vfio = "/etc/modprobe.d/vfio.conf";
    let script = "/etc/initramfs-tools/scripts/init-top";
    let hand = "#!/bin/sh\necho vfio-pci > /sys/bus/pci/devices/0000:01:00.0/driver_override\n";
    let planned = initramfs_tools::script(&[BoundFunction {
        address: "01:00.0".parse().unwrap(),
        id: "8086:1533".parse().unwrap(),
        subsystem: None,
    }]);
    let smi = "\
| NVIDIA-SMI 460.91.03    Driver Version: 460.91.03    CUDA Version: 11.2     |
|   0  GeForce RTX 3060    Off  | 00000000:01:00.0 Off |                  N/A |
| Processes:                                                                  |
|    0   N/A  N/A     12188      C   python                            605MiB |
";
    vec![
        case(
            "vfio-ids-malformed",
            Blocker,
            "",
            &[(vfio, "options vfio-pci ids=10de:0fc610de:0e1b\n")],
        ),
        case(
            "vfio-ids-overridden",
            Fix,
            "",
            &[(
                vfio,
                "options vfio-pci ids=10de:2503\noptions vfio-pci ids=10de:228e\n",
            )],
        ),
        case(
            "vfio-ids-missing-function",
            Fix,
            "01:00.0",
            &[
                ("lspci -nnk", held.as_str()),
                (vfio, "options vfio-pci ids=10de:2503\n"),
            ],
        ),
        case(
            "vfio-ids-match-duplicate",
            Blocker,
            "01:00.0",
            &[lspci, (vfio, "options vfio-pci ids=10de:2503,10de:228e\n")],
        ),
        case(
            "vfio-ids-match-nothing",
            NoEffect,
            "",
            &[lspci, (vfio, "options vfio-pci ids=10de:1b06,10de:2503\n")],
        ),
        case(
            "vfio-ids-match-nothing",
            Fix,
            "01:00.0",
            &[
                (
                    "lspci -nnk -d 10de:",
                    "01:00.0 VGA compatible controller [0300]: NVIDIA Corporation Device \
                     [10de:2c05]\n\tKernel driver in use: nvidia\n",
                ),
                (vfio, "options vfio-pci ids=10de:2d04\n"),
            ],
        ),
        case(
            "vfio-ids-match-nothing",
            Fix,
            "",
            &[
                ("lspci -nnk", WITH_SUBSYSTEM),
                (vfio, "options vfio-pci ids=1462:397d\n"),
            ],
        ),
        case(
            "new-id-matches-duplicate",
            Fix,
            "01:00.0",
            &[lspci, ("post.txt", NEW_ID)],
        ),
        case(
            "new-id-matches-duplicate",
            Fix,
            "01:00.0",
            &[lspci, ("/etc/rc.local", NEW_ID_AT_BOOT)],
        ),
        case(
            "new-id-at-boot",
            Fix,
            "01:00.0",
            &[lspci, ("/etc/rc.local", NEW_ID_AT_BOOT)],
        ),
        case(
            "endpoint-to-pcieport",
            NoEffect,
            "",
            &[lspci, ("post.txt", TO_PCIEPORT)],
        ),
        case(
            "bridge-requested",
            Impossible,
            "00:01.0",
            &[("lspci -nnk", PORT)],
        ),
        case("duplicate-ids", Harmless, "01:00.0", &[lspci]),
        case(
            "duplicate-ids-not-shown",
            Unknown,
            "01:00.0",
            &[
                (
                    "lspci -nnk | grep NVIDIA",
                    bound.split("02:00.0").next().unwrap(),
                ),
                ("nvidia-smi", &smi.replace("01:00.0", "81:00.0")),
            ],
        ),
        case(
            "vfio-pci-built-in",
            Blocker,
            "",
            &[
                ("/proc/sys/kernel/osrelease", "6.8.0-1-generic\n"),
                (
                    "/lib/modules/6.8.0-1-generic/modules.builtin",
                    "kernel/drivers/vfio/pci/vfio-pci.ko\n",
                ),
                (vfio, "options vfio-pci ids=10de:2503\n"),
            ],
        ),
        case(
            "override-script-late",
            Fix,
            "",
            &[(&format!("{script}/vfio.sh"), hand)],
        ),
        case(
            "override-script-runs-on-host",
            Fix,
            "",
            &[(&format!("{script}/00-vfio"), hand)],
        ),
        case(
            "override-script-not-runnable",
            Blocker,
            "",
            &[(
                &format!("{script}/00-vfio"),
                "#!/bin/shecho vfio-pci > /sys/bus/pci/devices/0000:01:00.0/driver_override\n",
            )],
        ),
        case(
            "override-script-address-stale",
            Fix,
            "",
            &[lspci, (&format!("{script}/00-passthru-vfio"), &planned)],
        ),
        case(
            "override-script-address-stale",
            Fix,
            "",
            &[
                lspci,
                ("/boot/config/vfio-pci.cfg", "BIND=0000:01:00.0|10de:1b06\n"),
            ],
        ),
        case(
            "file-system-on-device",
            Blocker,
            "01:00.0",
            &[
                lspci,
                (
                    "/proc/1/mountinfo",
                    "22 1 259:2 / / rw - ext4 /dev/nvme0n1p2 rw\n",
                ),
                (
                    "@/sys/dev/block/259:2",
                    "../../devices/pci0000:00/0000:00:01.0/0000:01:00.0/nvme/nvme0/nvme0n1",
                ),
            ],
        ),
        case(
            "network-on-device",
            Fix,
            "01:00.0",
            &[
                lspci,
                ("/sys/class/net/", "eth0"),
                ("@/sys/class/net/eth0/device", "../../../0000:01:00.0"),
                ("/sys/class/net/eth0/operstate", "up\n"),
            ],
        ),
        // The other functions of the card are in its group.
        case(
            "network-on-device",
            Fix,
            "44:00.3",
            &[(
                "a.txt",
                "EAL: 0000:44:00.3 VFIO group is not viable! Not all devices in IOMMU group bound to VFIO or unbound\n\
                 0000:44:00.0 'X710 15ff' if=eno1 drv=i40e unused=vfio-pci *Active*\n\
                 0000:44:00.3 'X710 104e' drv=vfio-pci unused=i40e\n",
            )],
        ),
        case(
            "blacklist-glob",
            NoEffect,
            "",
            &[("/etc/modprobe.d/b.conf", "blacklist nvidia*\n")],
        ),
        case(
            "vfio-pci-install-line",
            Fix,
            "",
            &[(vfio, "install vfio-pci /usr/bin/override.sh\n")],
        ),
        case(
            "modprobe-line-invalid",
            Fix,
            "",
            &[(vfio, "option vfio-pci ids=10de:2503\n")],
        ),
        case(
            "blacklist-words-ignored",
            Fix,
            "",
            &[(vfio, "blacklist nouveau nvidia\n")],
        ),
        case(
            "vfio-pci-blacklisted",
            Fix,
            "",
            &[(vfio, "blacklist vfio-pci\n")],
        ),
        case(
            "vfio-pci-blacklisted",
            Fix,
            "",
            &[(
                "/proc/cmdline",
                "quiet modprobe.blacklist=nouveau,vfio_pci\n",
            )],
        ),
        case(
            "card-in-several-guests",
            Fix,
            "01:00.0",
            &[
                (
                    "/etc/pve/qemu-server/100.conf",
                    "onboot: 1\nhostpci0: 0000:01:00,pcie=1\n",
                ),
                (
                    "/etc/pve/qemu-server/110.conf",
                    "onboot: 1\nhostpci0: 0000:01:00,pcie=1\n",
                ),
            ],
        ),
        case(
            "card-in-several-guests",
            Harmless,
            "01:00.0",
            &[
                (
                    "/etc/pve/qemu-server/100.conf",
                    "hostpci0: 0000:01:00,pcie=1\n",
                ),
                (
                    "/etc/pve/qemu-server/110.conf",
                    "onboot: 1\nhostpci0: 0000:01:00,pcie=1\n",
                ),
            ],
        ),
        case(
            "module-name-invalid",
            Fix,
            "",
            &[(vfio, "softdep nvidia: pre: vfio-pci\n")],
        ),
        case(
            "modprobe-lines-joined",
            Fix,
            "",
            &[(
                vfio,
                "options vfio-pci ids=10de:1b06 disable_vga=1options kvm ignore_msrs=1\n",
            )],
        ),
        case(
            "modprobe-lines-joined",
            Fix,
            "",
            &[(
                vfio,
                "softdep nouveau pre: vfio-pcioptions vfio-pci ids=10de:1b06\n",
            )],
        ),
        case(
            "modprobe-lines-joined",
            Check,
            "",
            &[(
                vfio,
                "options kvm ignore_msrs=1 softdep nvidia pre: vfio-pci\n",
            )],
        ),
        case(
            "modprobe-comment-in-line",
            Check,
            "",
            &[(vfio, "options vfio-pci ids=10de:1b06 # the 1080 Ti\n")],
        ),
        case(
            "modprobe-comment-in-line",
            Check,
            "",
            &[(vfio, "softdep nvidia pre: vfio-pci #first\n")],
        ),
        case(
            "softdep-blank-missing",
            Fix,
            "",
            &[(vfio, "softdep nouveau pre:vfio-pci\n")],
        ),
        case(
            "module-misspelled",
            Fix,
            "",
            &[
                ("/etc/modules", "vfio\nvfio_pcie\n"),
                (
                    "lsmod",
                    "Module                  Size  Used by\nvfio                   69632  0\n",
                ),
            ],
        ),
        case(
            "module-misspelled",
            NoEffect,
            "",
            &[("/etc/modules", "vfio\nvfio_iommu_type\nvfio_pci\n")],
        ),
        case(
            "drop-in-file-not-read",
            Fix,
            "",
            &[("/etc/modprobe.d/vfio", "options vfio-pci ids=10de:2503\n")],
        ),
        case(
            "drop-in-file-not-read",
            Fix,
            "",
            &[(
                "/etc/dracut.conf.d/vfio.config",
                "force_drivers+=\" vfio_pci vfio vfio_iommu_type1 \"\n",
            )],
        ),
        case(
            "host-driver-bound",
            Fix,
            "01:00.0",
            &[("lspci -nnk", held.as_str())],
        ),
        case(
            "driver-not-shown",
            Unknown,
            "01:00.0",
            &[(
                "lspci -nn",
                "01:00.0 VGA compatible controller [0300]: NVIDIA Corporation GA106 [10de:2503] (rev a1)\n",
            )],
        ),
        case(
            "searched-without-vfio",
            Fix,
            "",
            &[(
                "post.md",
                "The audio is not on vfio-pci\n\n```\nlspci -k | grep -E \"vfio-pci|NVIDIA\"\n\
                 01:00.0 VGA compatible controller: NVIDIA Corporation GA106 (rev a1)\n\
                 \tKernel driver in use: vfio-pci\n\
                 01:00.1 Audio device: NVIDIA Corporation GA106 High Definition Audio Controller (rev a1)\n```\n",
            )],
        ),
        case("bound-to-vfio", Ok, "01:00.0", &[lspci]),
        case(
            "process-on-device",
            Blocker,
            "01:00.0",
            &[lspci, ("nvidia-smi", smi)],
        ),
        case(
            "boot-display",
            Fix,
            "01:00.0",
            &[
                ("/sys/bus/pci/devices/", "0000:01:00.0"),
                (
                    "/sys/bus/pci/devices/0000:01:00.0/uevent",
                    "PCI_CLASS=30000\nPCI_ID=10DE:2503\n",
                ),
                ("/sys/bus/pci/devices/0000:01:00.0/boot_vga", "1\n"),
            ],
        ),
    ]
}
