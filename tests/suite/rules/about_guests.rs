//! Displays, ROM files, addresses that moved, and names that would.

use passthru::Verdict::{Blocker, Fix, Harmless, Ok, Unknown};

use super::{Case, case, gpu};

const SYSFS: &str = "/sys/bus/pci/devices";
const VM: &str = "/etc/pve/qemu-server/100.conf";
const VMX: &str = "/vmfs/volumes/a/b/c.vmx";
const MAPPINGS: &str = "/etc/pve/mapping/pci.cfg";
const INTERFACES: &str = "/etc/network/interfaces";
const BRIDGE: &str = "auto vmbr0\niface vmbr0 inet static\n\tbridge-ports enp5s0\n";

/// One card, with what /proc/iomem shows in its memory.
fn iomem(name: &str) -> String {
    format!(
        "c0000000-febfffff : PCI Bus 0000:00\n  c0000000-d1ffffff : PCI Bus 0000:01\n    \
         c0000000-cfffffff : 0000:01:00.0\n      c0000000-c02fffff : {name}\n"
    )
}

fn one_card(driver: &str) -> String {
    let both = gpu(driver, driver);
    both.split("02:00.0").next().unwrap().to_owned()
}

const REALTEK: &str = "\
03:00.0 Ethernet controller [0200]: Realtek Semiconductor Co., Ltd. RTL8111 [10ec:8168] (rev 15)
";

const NIC_OF_GUEST: &str = "\
05:00.0 Ethernet controller [0200]: Intel Corporation I226-V [8086:125c] (rev 04)
\tKernel driver in use: vfio-pci
";

const HELD: &str = "\
03:00.0 Ethernet controller [0200]: Realtek Semiconductor Co., Ltd. RTL8111 [10ec:8168] (rev 15)
\tKernel driver in use: r8169
";

const UPLINK: &str = "iface bond0 inet manual\n\tbond-slaves enp3s0 eno1\niface vmbr0.7 inet static\n\
                      \tgateway 192.0.2.1\niface vmbr0 inet manual\n\tbridge-ports bond0\n";

const BLACKWELL: &str = "\
01:00.0 VGA compatible controller [0300]: NVIDIA Corporation GB206 [10de:2d04] (rev a1)
\tKernel driver in use: vfio-pci
";

const LAPTOP: &str = "\
01:00.0 3D controller [0302]: NVIDIA Corporation GP107M [10de:1c8d] (rev a1)
\tSubsystem: Device [SUBSYSTEM]
\tKernel driver in use: vfio-pci
";

/// A virtual machine of Incus that runs with its drive.
const INSTANCE: &str = "\
Incus 6.8：虚拟机 vm1 直通 NVMe，速度慢。

$ incus config show vm1 --expanded
devices:
  disk1:
    address: 0000:06:00.0
    type: pci
$ incus info vm1
Name: vm1
Status: RUNNING
Type: virtual-machine
$ lspci -nnk -s 06:00
06:00.0 Non-Volatile memory controller [0108]: Samsung PM9A1 [144d:a80a]
\tKernel driver in use: vfio-pci
";

pub(super) fn cases() -> Vec<Case> {
    let bound = one_card("vfio-pci");
    let held = one_card("nvidia");
    let last = format!(
        "{held}00:02.0 VGA compatible controller [0300]: Intel Corporation UHD [8086:3e98]\n\
         \tKernel driver in use: vfio-pci\n"
    );
    let framebuffer = iomem("BOOTFB");
    let laptop = LAPTOP.replace("SUBSYSTEM", "0000:0000");
    let rom = "hostpci0: 0000:01:00,pcie=1,romfile=gpu.rom\nmachine: q35\nmemory: 4096\n";
    let vfs = sysfs_card("3\n");
    vec![
        case("only-display", Blocker, "01:00.0", &[("lspci -nnk", &held)]),
        // The gateway is on a bridge over a bond.
        case(
            "network-on-device",
            Blocker,
            "03:00.0",
            &[(INTERFACES, UPLINK), ("lspci -nnk", REALTEK)],
        ),
        case(
            "hostdev-managed",
            Ok,
            "03:00.0",
            &[(VM, "hostpci1: 0000:03:00.0\n"), ("lspci -nnk", HELD)],
        ),
        // The host's last display beside one that guests have.
        case("only-display", Blocker, "01:00.0", &[("lspci -nnk", &last)]),
        case(
            "boot-framebuffer-on-card",
            Fix,
            "01:00.0",
            &[("lspci -nnk", &bound), ("/proc/iomem", &framebuffer)],
        ),
        case(
            "laptop-graphics",
            Fix,
            "01:00.0",
            &[("lspci -nnk", &laptop)],
        ),
        case(
            "guest-nvidia-module",
            Unknown,
            "01:00.0",
            &[("lspci -nnk", BLACKWELL)],
        ),
        case(
            "host-reboot-reported",
            Unknown,
            "03:00.0",
            &[
                ("/sys/class/dmi/id/product_name", "ProLiant DL160 Gen9\n"),
                ("lspci -nn", REALTEK),
            ],
        ),
        case(
            "xen-blackwell-reported",
            Unknown,
            "01:00.0",
            &[
                ("lspci -nnk", BLACKWELL),
                ("/proc/xen/capabilities", "control_d\n"),
            ],
        ),
        case("sriov-parent-assigned", Blocker, "01:00.0", &borrowed(&vfs)),
        case(
            "vmx-memory-not-reserved",
            Blocker,
            "",
            &[(VMX, "memSize = \"8192\"\npciPassthru0.present = \"TRUE\"\n")],
        ),
        case(
            "rom-file-missing",
            Blocker,
            "",
            &[(VM, rom), ("!/usr/share/kvm/gpu.rom", "")],
        ),
        case(
            "rom-file-faulty",
            Blocker,
            "",
            &[
                (VM, rom),
                ("/usr/share/kvm/gpu.rom", "this is no option ROM\n"),
            ],
        ),
        case(
            "guest-device-missing",
            Blocker,
            "",
            &[
                ("lspci -nnk", &bound),
                (
                    VM,
                    "hostpci0: 0000:07:00,pcie=1\nmachine: q35\nmemory: 4096\n",
                ),
            ],
        ),
        case(
            "mapping-stale",
            Blocker,
            "",
            &[
                ("lspci -nnk", &bound),
                (
                    MAPPINGS,
                    "gpu\n\tmap id=8086:1533,node=pve,path=0000:01:00.0\n",
                ),
            ],
        ),
        case(
            "bridge-port-missing",
            Fix,
            "",
            &[(INTERFACES, BRIDGE), ("/sys/class/net/", "lo enp6s0 vmbr0")],
        ),
        case(
            "bridge-port-missing",
            Fix,
            "",
            &[
                (INTERFACES, BRIDGE),
                (
                    "a.txt",
                    "lo  UNKNOWN  127.0.0.1/8\nenp6s0  DOWN\nvmbr0  DOWN\n",
                ),
            ],
        ),
        case(
            "bridge-port-assigned",
            Fix,
            "",
            &[(INTERFACES, BRIDGE), ("lspci -nnk", NIC_OF_GUEST)],
        ),
        case(
            "uplink-assigned",
            Fix,
            "",
            &[
                (
                    INTERFACES,
                    "iface enp5s0 inet dhcp\niface enp5s0 inet6 dhcp\n",
                ),
                ("lspci -nnk", NIC_OF_GUEST),
            ],
        ),
        case("network-name-by-bus", Harmless, "", &[(INTERFACES, BRIDGE)]),
        case(
            "hook-calls-virsh",
            Fix,
            "",
            &[
                ("/etc/libvirt/hooks/", "qemu"),
                (
                    "/etc/libvirt/hooks/qemu",
                    "#!/bin/sh\nvirsh nodedev-detach pci_0000_01_00_0\n",
                ),
            ],
        ),
        case(
            "hook-calls-virsh",
            Blocker,
            "",
            &[
                ("/etc/libvirt/hooks/", "qemu"),
                (
                    "/etc/libvirt/hooks/qemu",
                    "#!/bin/sh\nvirsh list --all | grep -q win11\n",
                ),
            ],
        ),
        case(
            "disks-not-shown",
            Unknown,
            "03:00.0",
            &[("lspci -nnk", NVME), ("/proc/1/mountinfo", ZFS_ROOT)],
        ),
    ]
}

const NVME: &str = "\
03:00.0 Non-Volatile memory controller [0108]: Samsung SM981 [144d:a808]
\tKernel driver in use: nvme
";
const ZFS_ROOT: &str = "22 1 0:25 / / rw - zfs rpool/ROOT/pve-1 rw\n";

/// A physical function, with how many virtual functions it has made.
fn sysfs_card(count: &str) -> Vec<(String, String)> {
    let card = format!("{SYSFS}/0000:01:00.0");
    vec![
        (format!("{SYSFS}/"), "0000:01:00.0".to_owned()),
        (
            format!("{card}/uevent"),
            "DRIVER=igb\nPCI_CLASS=20000\nPCI_ID=8086:1521\n".to_owned(),
        ),
        (format!("{card}/sriov_totalvfs"), "7\n".to_owned()),
        (format!("{card}/sriov_numvfs"), count.to_owned()),
    ]
}

fn borrowed(tree: &[(String, String)]) -> Vec<(&str, &str)> {
    tree.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect()
}

/// The same hosts where nothing is wrong.
pub(super) fn quiet() -> Vec<Case> {
    let bound = one_card("vfio-pci");
    let other = format!(
        "{}00:02.0 VGA compatible controller [0300]: Intel Corporation UHD [8086:3e98]\n\
         \tKernel driver in use: i915\n",
        one_card("nvidia")
    );
    let elsewhere = iomem("0000:02:00.0");
    let laptop = LAPTOP.replace("SUBSYSTEM", "1028:0799");
    let no_rom = "hostpci0: 0000:01:00,pcie=1\nmachine: q35\nmemory: 4096\n";
    let none = sysfs_card("0\n");
    let quiet = |code, tree: &[(&str, &str)]| case(code, Fix, "", tree);
    let pinned = [
        (INTERFACES, BRIDGE),
        ("/sys/class/net/", "lo enp5s0 vmbr0"),
        ("/etc/systemd/network/", "50-lan.link"),
        (
            "/etc/systemd/network/50-lan.link",
            "[Match]\nMACAddress=02:00:00:00:00:01\n[Link]\nName=enp5s0\n",
        ),
    ];
    vec![
        // A running instance has its device.
        case("iommu-not-shown", Ok, "", &[("post.txt", INSTANCE)]),
        case("group-not-shown", Ok, "", &[("post.txt", INSTANCE)]),
        case("only-display", Fix, "01:00.0", &[("lspci -nnk", &other)]),
        // A filtered list does not show what else there is.
        case(
            "only-display",
            Fix,
            "01:00.0",
            &[("lspci -nnk | grep NVIDIA", &one_card("nvidia"))],
        ),
        case(
            "boot-framebuffer-on-card",
            Fix,
            "01:00.0",
            &[("lspci -nnk", &bound), ("/proc/iomem", &elsewhere)],
        ),
        case(
            "laptop-graphics",
            Fix,
            "01:00.0",
            &[("lspci -nnk", &laptop)],
        ),
        case(
            "guest-nvidia-module",
            Fix,
            "01:00.0",
            &[("lspci -nnk", &bound)],
        ),
        case(
            "host-reboot-reported",
            Fix,
            "03:00.0",
            &[
                (
                    "dmesg",
                    "[    0.000000] DMI: HP ProLiant DL380 Gen9/ProLiant DL380 Gen9, BIOS P89\n",
                ),
                ("lspci -nn", REALTEK),
            ],
        ),
        case(
            "xen-blackwell-reported",
            Fix,
            "01:00.0",
            &[("lspci -nnk", BLACKWELL)],
        ),
        case("sriov-parent-assigned", Fix, "01:00.0", &borrowed(&none)),
        quiet(
            "vmx-memory-not-reserved",
            &[(
                VMX,
                "memSize = \"8192\"\nsched.mem.min = \"8192\"\npciPassthru0.present = \"TRUE\"\n",
            )],
        ),
        quiet("rom-file-missing", &[(VM, no_rom)]),
        quiet("rom-file-faulty", &[(VM, no_rom)]),
        quiet(
            "guest-device-missing",
            &[("lspci -nnk", &bound), (VM, no_rom)],
        ),
        quiet(
            "mapping-stale",
            &[
                ("lspci -nnk", &bound),
                (
                    MAPPINGS,
                    "gpu\n\tmap id=10de:2503,node=pve,path=0000:01:00\n",
                ),
            ],
        ),
        quiet("bridge-port-missing", &pinned),
        quiet(
            "bridge-port-assigned",
            &[
                (INTERFACES, BRIDGE),
                ("lspci -nnk", NIC_OF_GUEST),
                ("/sys/class/net/", "lo enp5s0 vmbr0"),
            ],
        ),
        quiet(
            "uplink-assigned",
            &[
                (
                    INTERFACES,
                    "iface enp5s0 inet dhcp\niface enp6s0 inet static\n\tgateway 192.0.2.1\n",
                ),
                ("lspci -nnk", NIC_OF_GUEST),
            ],
        ),
        quiet("network-name-by-bus", &pinned),
        quiet(
            "hook-calls-virsh",
            &[
                ("/etc/libvirt/hooks/", "qemu"),
                (
                    "/etc/libvirt/hooks/qemu",
                    "#!/bin/sh\n# no virsh here\nsystemctl stop display-manager\n",
                ),
            ],
        ),
        case(
            "disks-not-shown",
            Fix,
            "03:00.0",
            &[
                ("lspci -nnk", NVME),
                (
                    "/proc/1/mountinfo",
                    "22 1 0:25 / /run rw - tmpfs tmpfs rw\n",
                ),
            ],
        ),
    ]
}
