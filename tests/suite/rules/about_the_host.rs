//! The input, the IOMMU, the boot and the groups.

use passthru::Verdict::{
    Blocker, Check, Fix, Harmless, Impossible, NoEffect, Ok, Security, Unknown,
};

use super::{Case, case, gpu};

/// Commands as people type them wrong.
const MISTAKES: &str = "echo 01:00.1 > /sys/bust/pci/drivers/vfio-pci/bind\n\
    if [-e /sys/bus/pci/devices/0000:01:00.0/driver/unbind ]; then\n\
    chown 777 /usr/share/kvm/gpu.rom\n\
    ID=\"10de:2d04\"\n\
    echo $ID > /sys/bus/pci/drivers/vfio-pci/new_id\n\
    xen-pciback.hide=(01:00.0)(01::00.1)\n";

/// What vm-bhyve lists, with a function that a driver of the host has.
const PPT: &str = "DEVICE     BHYVE ID     READY        DESCRIPTION\n\
    ppt0       2/0/0        Yes          TU102 [GeForce RTX 2080 Ti]\n\
    ix0        3/0/0        No           Ethernet Controller X552\n";

/// An AMD host whose listing has no IOMMU function, and libvirt's message.
const AMD_LISTING: &str = "error: unsupported configuration: host doesn't support passthrough of host PCI devices
└% lspci -nn
00:00.0 Host bridge [0600]: Advanced Micro Devices, Inc. [AMD] Raven/Raven2 Root Complex [1022:15d0]
00:01.0 Host bridge [0600]: Advanced Micro Devices, Inc. [AMD] Family 17h PCIe Dummy Host Bridge [1022:1452]
00:14.0 SMBus [0c05]: Advanced Micro Devices, Inc. [AMD] FCH SMBus Controller [1022:790b]
";

pub(super) fn cases() -> Vec<Case> {
    let bound = gpu("vfio-pci", "vfio-pci");
    let held = gpu("nvidia", "snd_hda_intel");
    let hidden = gpu("pciback", "pciback");
    let lspci = ("lspci -nnk", bound.as_str());
    let grub = "/etc/default/grub";
    let group = "[    0.536462] pci 0000:01:00.0: Adding to iommu group 17\n\
                 [    0.536462] pci 0000:01:00.1: Adding to iommu group 17\n";
    let long_line = format!(
        "GRUB_CMDLINE_LINUX_DEFAULT=\"quiet vfio-pci.ids={}\"\n",
        ["10de:2503"; 210].join(",")
    );
    let with_nic = format!(
        "{held}03:00.0 Ethernet controller [0200]: Intel Corporation I210 [8086:1533] (rev 03)\n\
         \tKernel driver in use: igb\n"
    );
    let remapping = (
        "dmesg",
        "[    0.394008] AMD-Vi: Interrupt remapping enabled\n",
    );
    let incapable = listing!("esxcli-pci-list.txt").replace("Capable: true", "Capable: false");
    vec![
        case(
            "input-unreadable",
            Unknown,
            "",
            &[("#/sys/firmware/acpi", "permission denied")],
        ),
        case(
            "system-not-judged",
            Unknown,
            "",
            &[("pciconf -l", listing!("pciconf.txt"))],
        ),
        case(
            "processor-without-vtd",
            Impossible,
            "",
            &[
                (
                    "/proc/cpuinfo",
                    "vendor_id\t: GenuineIntel\nmodel name\t: Intel(R) Core(TM) i5-4670K CPU @ \
                     3.40GHz\n",
                ),
                ("/sys/kernel/iommu_groups/", ""),
                ("/sys/firmware/acpi/tables/", "APIC FACP"),
            ],
        ),
        case("bound-for-guests", Ok, "", &[("vm passthru", PPT)]),
        case(
            "ppt-not-bound",
            Blocker,
            "",
            &[("post.txt", &format!("pptdevs=\"2/0/0 3/0/0\"\n{PPT}"))],
        ),
        case("command-path-misspelled", Fix, "", &[("a.txt", MISTAKES)]),
        case("command-address-short", Fix, "", &[("a.txt", MISTAKES)]),
        case("command-id-with-colon", Fix, "", &[("a.txt", MISTAKES)]),
        case("shell-test-missing-blank", Fix, "", &[("a.txt", MISTAKES)]),
        case("chown-with-mode", Fix, "", &[("a.txt", MISTAKES)]),
        case(
            "modprobe-second-module",
            Fix,
            "",
            &[("a.txt", "# modprobe vfio vfio_pci\n")],
        ),
        case(
            "ovmf-window-name-unknown",
            NoEffect,
            "",
            &[("a.txt", "-fw_cfg name=opt/ovmf/X-PciMmio64,string=65536\n")],
        ),
        case("xen-hide-malformed", Fix, "", &[("a.txt", MISTAKES)]),
        // pciback has a function of the list, so the value in use has another form.
        case(
            "xen-hide-malformed",
            Check,
            "",
            &[("a.txt", MISTAKES), ("lspci -nnk", &hidden)],
        ),
        case(
            "xen-hide-malformed",
            Fix,
            "",
            &[
                ("a.txt", &MISTAKES.replace("01:", "0b:")),
                ("lspci -nnk", &hidden),
            ],
        ),
        case(
            "virsh-device-name",
            Fix,
            "",
            &[(
                "a.txt",
                "#!/bin/bash\nvirsh nodedev-detach pci_0000:0b:00.0\n",
            )],
        ),
        case(
            "virsh-device-name",
            Fix,
            "",
            &[(
                "a.txt",
                "error: Could not find matching device 'pci_0000_04:00.1'\n\
                 error: Node device not found: no node device with matching name \
                 'pci_0000_04:00.1'\n",
            )],
        ),
        case(
            "bhyve-address-form",
            Fix,
            "",
            &[("a.txt", "# bhyve -S -s 5:0,passthru,3:0:0 vm0\n")],
        ),
        case(
            "inside-virtual-machine",
            Unknown,
            "",
            &[("dmesg", "[    0.000000] Hypervisor detected: KVM\n")],
        ),
        case(
            "guest-listing-ignored",
            Harmless,
            "",
            &[
                ("a.txt", listing!("lshw.txt")),
                ("b.txt", listing!("get-pnpdevice.txt")),
            ],
        ),
        case(
            "several-hosts",
            Unknown,
            "",
            &[
                lspci,
                (
                    "a.txt",
                    "01:00.0 VGA compatible controller [0300]: AMD Device [1002:73bf]\n",
                ),
            ],
        ),
        case(
            "sources-disagree",
            Unknown,
            "",
            &[lspci, ("a.txt", &bound.replace("rev a1", "rev a2"))],
        ),
        case(
            "several-hosts-named",
            Unknown,
            "",
            &[(
                "a.txt",
                "root@one:~# uname -r\n6.8.0\nroot@two:~# cat /proc/cmdline\nquiet\n",
            )],
        ),
        case(
            "address-not-shown",
            Unknown,
            "",
            &[("a.txt", listing!("devcon.txt"))],
        ),
        case(
            "dda-survey",
            Ok,
            "",
            &[("a.txt", listing!("survey-dda.txt"))],
        ),
        case(
            "esxi-passthrough-on",
            Ok,
            "01:00.0",
            &[("a.txt", listing!("esxcli-pci-list.txt"))],
        ),
        case(
            "esxi-passthrough-pending",
            Fix,
            "",
            &[("a.txt", listing!("esxcli-pci-list.txt"))],
        ),
        case(
            "esxi-passthrough-off",
            Fix,
            "04:00.0",
            &[("a.txt", listing!("esxcli-pcipassthru.txt"))],
        ),
        case(
            "esxi-not-passthru-capable",
            Impossible,
            "01:00.0",
            &[("a.txt", &incapable)],
        ),
        case(
            "image-not-read",
            Unknown,
            "",
            &[(
                "post.txt",
                "GPU passthrough to my VM fails:\n\n![image](https://example.com/a.png)\n",
            )],
        ),
        case(
            "input-damaged",
            Harmless,
            "",
            &[("a.txt", &bound.replace("\n", ""))],
        ),
        case(
            "iommu-off",
            Blocker,
            "",
            &[
                ("/sys/class/iommu/", ""),
                ("/sys/kernel/iommu_groups/", ""),
                ("/sys/firmware/acpi/tables/", "FACP"),
            ],
        ),
        case("iommu-not-shown", Unknown, "", &[lspci]),
        case("iommu-on", Ok, "", &[("dmesg", group)]),
        case(
            "interrupt-remapping-off",
            Blocker,
            "",
            &[("/proc/cmdline", "quiet intremap=off\n")],
        ),
        case(
            "interrupt-remapping-not-shown",
            Unknown,
            "01:00.0",
            &[lspci, ("dmesg", group)],
        ),
        case("interrupt-remapping-on", Ok, "", &[remapping]),
        case(
            "amd-iommu-function-missing",
            Fix,
            "",
            &[("a.txt", AMD_LISTING)],
        ),
        case(
            "coral-not-assignable",
            Impossible,
            "",
            &[(
                "a.txt",
                "I run ESXi 8.0.1, and the PCI passthrough of this device is refused.\n\
                 0000:0c:00.0 Non-VGA unclassified device: Global Unichip Corp. Coral Edge TPU\n",
            )],
        ),
        case(
            "graphics-without-virtual-functions",
            Impossible,
            "",
            &[
                ("/proc/cmdline", "quiet intel_iommu=on i915.max_vfs=7\n"),
                (
                    "lspci",
                    "00:02.0 VGA compatible controller: Intel Corporation JasperLake [UHD Graphics] (rev 01)\n",
                ),
            ],
        ),
        case(
            "virtual-function-not-opened",
            Fix,
            "",
            &[(
                "a.txt",
                "VFIO: Constructing VFIO PCI device with path /sys/bus/pci/devices/0000:00:02.2 Guest BDF: 00:10.0\n\
                 VFIO: Could not open VFIO Container\n",
            )],
        ),
        case(
            "virtual-function-without-outputs",
            Impossible,
            "",
            &[
                (
                    "a.txt",
                    "The VM starts fine, but shows no picture on HDMI.\n",
                ),
                (
                    "/etc/pve/qemu-server/100.conf",
                    "hostpci0: 0000:00:02.1,pcie=1\nmachine: q35\n",
                ),
            ],
        ),
        case(
            "gvt-g-generation",
            Impossible,
            "",
            &[(
                "a.txt",
                "My processor is an Intel N100. How is GVT-g enabled in a VM?\n",
            )],
        ),
        case(
            "log-line-harmless",
            Harmless,
            "",
            &[(
                "dmesg",
                "[    0.072012] x2apic: IRQ remapping doesn't support X2APIC mode\n",
            )],
        ),
        case(
            "no-iommu-mode",
            Security,
            "",
            &[(
                "dmesg",
                "[  100.000000] vfio-pci 0000:01:00.0: Adding kernel taint for vfio-noiommu group \
                 on device\n",
            )],
        ),
        case(
            "rmrr-ineligible",
            Blocker,
            "",
            &[(
                "dmesg",
                "[   99.123456] vfio-pci 0000:01:00.0: Device is ineligible for IOMMU domain attach due to \
             platform RMRR requirement.  Contact your platform vendor.\n",
            )],
        ),
        case("boot-loader-not-shown", Unknown, "02:00.0", &[lspci]),
        case(
            "boot-options-invalid",
            Fix,
            "",
            &[(grub, "GRUB_CMDLINE_LINUX_DEFAULT=\"quiet\"sh\n")],
        ),
        case("boot-options-invalid", Fix, "", &[(grub, &long_line)]),
        case(
            "boot-options-invalid",
            Fix,
            "",
            &[("/etc/kernel/cmdline", "root=/dev/sda1\niommu=pt\n")],
        ),
        // Guests' devices do not depend on it.
        case(
            "boot-options-not-running",
            Harmless,
            "",
            &[
                (grub, "GRUB_CMDLINE_LINUX_DEFAULT=\"quiet iommu=pt\"\n"),
                ("/proc/cmdline", "root=/dev/sda1 quiet\n"),
            ],
        ),
        case(
            "boot-options-not-running",
            Fix,
            "",
            &[
                (
                    grub,
                    "GRUB_CMDLINE_LINUX_DEFAULT=\"quiet intel_iommu=on\"\n",
                ),
                (
                    "/proc/cmdline",
                    "BOOT_IMAGE=/vmlinuz root=/dev/sda1 quiet\n",
                ),
            ],
        ),
        case(
            "driver-removal-service",
            Fix,
            "",
            &[(
                "/etc/systemd/system/no-nouveau.service",
                "[Service]\nExecStart=/sbin/modprobe -r nouveau\n",
            )],
        ),
        case(
            "driver-removal-service",
            Unknown,
            "01:00.0",
            &[
                (
                    "lspci",
                    "01:00.0 VGA compatible controller: A card (rev a1)\n",
                ),
                (
                    "/etc/systemd/system/no-nouveau.service",
                    "[Service]\nExecStart=/sbin/modprobe -r nouveau\n",
                ),
            ],
        ),
        case("group-not-shown", Unknown, "01:00.0", &[lspci]),
        case(
            "group-not-shown",
            Unknown,
            "01:00.0",
            &[
                lspci,
                (
                    "a.txt",
                    "$ ls /sys/bus/pci/devices/0000:01:00.0/iommu_group/devices\n\
                     0000:00:01.0  0000:01:00.0\n",
                ),
            ],
        ),
        case(
            "group-none",
            Blocker,
            "01:00.0",
            &[
                ("/sys/class/iommu/", "dmar0"),
                ("/sys/bus/pci/devices/", "0000:01:00.0"),
                (
                    "/sys/bus/pci/devices/0000:01:00.0/uevent",
                    "PCI_CLASS=30000\nPCI_ID=8086:3E92\n",
                ),
                ("!/sys/bus/pci/devices/0000:01:00.0/iommu_group", ""),
            ],
        ),
        case(
            "groups-without-pci",
            Impossible,
            "01:00.0",
            &[
                lspci,
                ("a.txt", "The card is in a Raspberry Pi 5.\n"),
                (
                    "find /sys/kernel/iommu_groups -type l",
                    "/sys/kernel/iommu_groups/0/devices/1000800000.codec\n\
                     /sys/kernel/iommu_groups/1/devices/axi:gpu\n",
                ),
            ],
        ),
        case(
            "group-disputed",
            Unknown,
            "01:00.0",
            &[
                lspci,
                ("dmesg", group),
                (
                    "dmesg.1",
                    "[    0.536462] pci 0000:01:00.0: Adding to iommu group 2\n",
                ),
            ],
        ),
        case(
            "group-shared",
            Blocker,
            "01:00.0",
            &[
                ("lspci -nnk", with_nic.as_str()),
                (
                    "dmesg",
                    &format!("{group}[    0.536462] pci 0000:03:00.0: Adding to iommu group 17\n"),
                ),
            ],
        ),
        case(
            "group-members-not-shown",
            Unknown,
            "01:00.0",
            &[lspci, ("dmesg", group)],
        ),
        case(
            "group-alone",
            Ok,
            "01:00.0",
            &[
                lspci,
                ("/sys/kernel/iommu_groups/", "17"),
                (
                    "/sys/kernel/iommu_groups/17/devices/",
                    "0000:01:00.0 0000:01:00.1",
                ),
            ],
        ),
        case(
            "acs-override-unproven",
            Security,
            "01:00.0",
            &[
                lspci,
                (
                    "/proc/cmdline",
                    "root=/dev/sda1 pcie_acs_override=downstream\n",
                ),
            ],
        ),
        case(
            "acs-override-needless",
            Security,
            "01:00.0",
            &[
                lspci,
                ("/proc/cmdline", "root=/dev/sda1\n"),
                (
                    grub,
                    "GRUB_CMDLINE_LINUX_DEFAULT=\"pcie_acs_override=downstream\"\n",
                ),
                ("/sys/kernel/iommu_groups/", "17"),
                (
                    "/sys/kernel/iommu_groups/17/devices/",
                    "0000:01:00.0 0000:01:00.1",
                ),
            ],
        ),
    ]
}
