//! What the host may lose, ROM files of guests, resets by a module of its own, and cards
//! that are all meant.

use passthru::Verdict::{Blocker, Fix, Harmless, Ok, Unknown};

use super::{Case, case, gpu};

const NVME: &str = "\
01:00.0 Non-Volatile memory controller [0108]: Samsung NVMe PM9A1 [144d:a80a]
\tKernel driver in use: DRIVER
02:00.0 Ethernet controller [0200]: Intel Corporation I210 [8086:1533] (rev 03)
\tKernel driver in use: DRIVER
";

const WHOLE: &str = "\
00:00.0 Host bridge [0600]: Intel Corporation Device [8086:a700] (rev 01)
00:01.0 PCI bridge [0604]: Intel Corporation Device [8086:a70d] (rev 01)
00:1c.0 PCI bridge [0604]: Intel Corporation Device [8086:7a38] (rev 11)
01:00.0 Non-Volatile memory controller [0108]: Samsung NVMe PM9A1 [144d:a80a]
\tKernel driver in use: nvme
02:00.0 Ethernet controller [0200]: Intel Corporation I210 [8086:1533] (rev 03)
\tKernel driver in use: igb
";

const CPUINFO: &str = "address sizes\t: 39 bits physical, 48 bits virtual\n";
const WIDE: &str = "<cpu mode='host-passthrough'><maxphysaddr mode='emulate' bits='46'/></cpu>";
const IN_FILE: &str = "<source type='file'/>\n<access mode='shared'/>";

/// A domain of 4 GiB with a function.
fn backed(backing: &str, cpu: &str) -> String {
    format!(
        "<domain type='kvm'><name>a</name>\n<memory unit='GiB'>4</memory>\n<memoryBacking>\n\
         {backing}\n</memoryBacking>\n{cpu}\n<os><type arch='x86_64' \
         machine='pc-q35-8.2'>hvm</type></os>\n<devices><hostdev mode='subsystem' type='pci' \
         managed='yes'><source><address domain='0' bus='1' slot='0' \
         function='0'/></source></hostdev></devices></domain>\n"
    )
}

const NAVI: &str = "\
0b:00.0 VGA compatible controller [0300]: Advanced Micro Devices, Inc. [AMD/ATI] Navi 10 [1002:731f] (rev ca)
\tKernel driver in use: vfio-pci
";

const BEGUN: &str = "[   10.000000] vfio-pci 0000:0b:00.0: AMD_NAVI10: version 1.1\n";
const DONE: &str = "[   10.500000] vfio-pci 0000:0b:00.0: AMD_NAVI10: reset result = 0\n";

const LOADER: &str = "loader.conf.txt";
const PPT: &str = "vmm_load=\"YES\"\npptdevs=\"3/0/0\"\n";
const IX: &str =
    "ix0@pci0:3:0:0: class=0x020000 card=0x152815d9 chip=0x15288086 rev=0x01 hdr=0x00\n";

const GROUP: &str = "\
IOMMU Group 1:
\t00:01.0 PCI bridge [0604]: Intel Corporation Xeon PCIe x16 [8086:0c01] (rev 06)
\t01:00.0 VGA compatible controller [0300]: NVIDIA Corporation GK104 [10de:1187] (rev a1)
\t01:00.1 Audio device [0403]: NVIDIA Corporation GK104 HDMI Audio [10de:0e0a] (rev a1)
";
const REFUSED: &str = "qemu-system-x86_64: -device vfio-pci,host=01:00.0: vfio error: 0000:01:00.0: group 1 is \
     not viable\n";

const OPEN_FILES: &str = "$ fuser -v /dev/nvidia*\n                     USER        PID ACCESS COMMAND\n\
    /dev/nvidia0:        root       1234 F...m Xorg\n";

const NOT_IN_KERNEL: &str = "  QEMU: Checking if IOMMU is enabled by kernel  : WARN (IOMMU appears \
    to be disabled in kernel. Add intel_iommu=on to kernel cmdline arguments)\n";

const RESERVED: &str = "vfio-pci 0000:01:00.0: BAR 1: can't reserve [mem 0xc0000000-0xcfffffff]\n";

const RESIZABLE: &str = "\
01:00.0 VGA compatible controller: NVIDIA Corporation GA106 (rev a1) (prog-if 00 [VGA controller])
\tControl: I/O+ Mem+ BusMaster+ SpecCycle- MemWINV- VGASnoop- ParErr- Stepping- SERR- FastB2B- DisINTx+
\tStatus: Cap+ 66MHz- UDF- FastB2B- ParErr- DEVSEL=fast >TAbort- <TAbort- <MAbort- >SERR- <PERR- INTx-
\tRegion 0: Memory at fb000000 (32-bit, non-prefetchable) [size=16M]
\tRegion 1: Memory at 7c00000000 (64-bit, prefetchable) [size=SIZE]
\tCapabilities: [60] Power Management version 3
\tCapabilities: [bb0 v1] Physical Resizable BAR
\t\tBAR 1: current size: SIZEB, supported: 64MB 128MB 256MB 512MB 1GB 2GB 4GB 8GB 16GB
\tKernel driver in use: vfio-pci
";

const NEW_ID: &str = "echo 10de 1187 > /sys/bus/pci/drivers/vfio-pci/new_id\n";
const GROUPLESS: &str = "\
00:00.0 Host bridge [0600]: Intel Corporation 8th Gen Core Host Bridge [8086:3ec2] (rev 07)
00:01.0 PCI bridge [0604]: Intel Corporation Xeon PCIe x16 [8086:0c01] (rev 06)
00:1f.0 ISA bridge [0601]: Intel Corporation Z390 Chipset LPC/eSPI [8086:a305] (rev 10)
01:00.0 VGA compatible controller [0300]: NVIDIA Corporation GK104 [10de:1187] (rev a1)
01:00.1 Audio device [0403]: NVIDIA Corporation GK104 HDMI Audio [10de:0e0a] (rev a1)
";

const ASSIGN: &str = "libxl: error: libxl_pci.c:1434:pci_add_dm_done: Domain 3:xc_assign_device \
    failed: Operation not permitted\n";

const SATA: &str = "\
# 00:17.0 SATA controller [0106]: Intel Corporation Alder Lake-S PCH SATA [8086:7ae2] (rev 11)
echo 0000:00:17.0 | sudo tee /sys/bus/pci/devices/0000:00:17.0/driver/unbind
";

const VMWARE: &str = "\
# Desire VMware ESXi support with PCI passthrough
00:0f.0 VGA compatible controller: VMware SVGA II Adapter
00:11.0 PCI bridge: VMware PCI bridge (rev 02)
00:15.0 PCI bridge: VMware PCI Express Root Port (rev 01)
";

const VM: &str = "/etc/pve/qemu-server/100.conf";
const ROM: &str = "bios: ovmf\nhostpci0: 0000:01:00,pcie=1,romfile=card.rom\nmachine: q35\n";

/// The tree of `lsblk`, and lines of the log and of `ls -l /dev/disk/by-path` that show whose
/// the disks are.
const LSBLK: &str = "\
$ lsblk
NAME         MAJ:MIN RM   SIZE RO TYPE MOUNTPOINTS
nvme0n1      259:0    0 931.5G  0 disk
├─nvme0n1p1  259:1    0     1G  0 part /boot/efi
└─nvme0n1p2  259:2    0 930.5G  0 part
  └─pve-root 252:1    0    96G  0 lvm  /
";
const NVME_LOG: &str = "[    1.204331] nvme nvme0: pci function 0000:01:00.0\n";
const PORT: &str = "[    0.912345] pcieport 0000:00:01.0: AER: enabled with IRQ 24\n";
const OF_NVME: &str = "[    2.512345] nvme 0000:02:00.0: platform quirk: setting simple suspend\n";
const OF_GUEST: &str = "On the guest the kernel log shows\n\
    r8169 0000:00:07.0 green1: rtl_rxtx_empty_cond == 0 (loop: 42, delay: 100).\n";
const OLD_REFUSAL: &str = "[    9.1] vfio-pci 0000:01:00.0: assign IRQ: got 226\n\
    [    9.2] vfio-pci: probe of 0000:01:00.0 failed with error -22\n";
const CUT_CONFIGURATION: &str = "agent: 1\nballoon: 0\nbios: ovmf\nboot: order=ide0\ncores: 4\n\
    cpu: host\nhostpci0: 0000:07:00.0,pcie=1\nide0: local:iso/windows.iso,media=cdrom\n";

/// A pool that the host has imported, one that it has not, and members of pools and volumes.
const POOL: &str = "  pool: tank\n state: ONLINE\nconfig:\n\n\tNAME  STATE  READ WRITE CKSUM\n\
    \ttank  ONLINE  0 0 0\n\t  mirror-0  ONLINE  0 0 0\n\t    /dev/disk/by-id/nvme-eui.1-part3  ONLINE  \
    0 0 0\n\nerrors: No known data errors\n";
const NOT_IMPORTED: &str = "   pool: tank\n state: ONLINE\naction: The pool can be imported using its \
    name or numeric identifier.\nconfig:\n\n\ttank  ONLINE\n\t  nvme0n1p3  ONLINE\n";
const POOL_LINK: &str =
    "lrwxrwxrwx 1 root root 15 Jan  1 10:00 nvme-eui.1-part3 -> ../../nvme0n1p3\n";
const ZFS_ROOT: &str = "root=ZFS=rpool/ROOT/pve-1 boot=zfs quiet\n";
const ZFS_MEMBER: &str = "NAME        TYPE FSTYPE     MOUNTPOINT\nnvme0n1     disk\n\
    └─nvme0n1p3 part zfs_member\n";
const CEPH_VOLUME: &str = "NAME                          MAJ:MIN RM SIZE RO TYPE MOUNTPOINTS\n\
    nvme0n1                       259:0 0 1T 0 disk\n└─ceph--1-osd--block--2 252:2 0 1T 0 lvm\n";

const NVME_LINK: &str =
    "lrwxrwxrwx 1 root root 13 Jan  1 10:00 pci-0000:01:00.0-nvme-1 -> ../../nvme0n1\n";
const RENAMED: &str = "[    2.100000] igb 0000:02:00.0 eno1: renamed from eth0\n";
const ROUTE: &str = "default via 192.0.2.1 dev eno1 proto dhcp metric 100\n";

const FUSER: &str = "\
$ fuser -v /dev/nvidia*
                     USER        PID ACCESS COMMAND
/dev/nvidia0:        root       1234 F...m Xorg
/dev/nvidiactl:      root       1234 F...m Xorg
";
const COMPOSE: &str = "\
services:
  windows:
    image: guest
    devices:
      - /dev/kvm
      - /dev/vfio/17
";
const BY_ID: &str = "\
00:01.0 PCI bridge [0604]: Intel Corporation Xeon PCIe x16 [8086:0c01] (rev 06)
\tKernel driver in use: pcieport
01:00.0 VGA compatible controller [0300]: NVIDIA Corporation GK104 [10de:1187] (rev a1)
\tKernel driver in use: vfio-pci
01:00.1 Audio device [0403]: NVIDIA Corporation GK104 HDMI Audio [10de:0e0a] (rev a1)
\tKernel driver in use: snd_hda_intel
";
const GROUPS_BY_ID: &str = "\
IOMMU Group 1:
\tPCI bridge [0604]: Intel Corporation Xeon PCIe x16 [8086:0c01] (rev 06)
\tVGA compatible controller [0300]: NVIDIA Corporation GK104 [10de:1187] (rev a1)
\tAudio device [0403]: NVIDIA Corporation GK104 HDMI Audio [10de:0e0a] (rev a1)
";
const NOT_SIGNED: &str =
    "modprobe: ERROR: could not insert 'vendor_reset': Key was rejected by service\n";
const DKMS: &str = "\
$ dkms status
vendor-reset/0.1.1, 6.5.13-6-pve, x86_64: installed
";
/// A module of virtual functions for the former kernel, and what its absence causes.
const SRIOV_DKMS: &str = "\
$ dkms status
i915-sriov-dkms/2024.12.30, 6.8.12-4-pve, x86_64: installed
$ dmesg
i915 0000:00:02.0: Driver does not support SRIOV configuration via sysfs
";
const VALIDATED: &str = "\
$ virt-host-validate qemu
  QEMU: Checking for hardware virtualization                                 : PASS
  QEMU: Checking if device /dev/kvm exists                                   : PASS
  QEMU: Checking for device assignment IOMMU support                         : PASS
  QEMU: Checking if IOMMU is enabled by kernel                               : PASS
  QEMU: Checking for secure guest support                                    : WARN (Unknown if this platform has Secure Guest support)
";
const NVIDIA: &str = "\
01:00.0 VGA compatible controller [0300]: NVIDIA Corporation GA106 [10de:2503] (rev a1)
\tKernel driver in use: nvidia
";

/// A domain with two assigned functions of a card, each with a ROM file.
fn domain(second: &str) -> String {
    let hostdev = |function: u8, rom: &str| {
        format!(
            "<hostdev mode='subsystem' type='pci' managed='yes'>\n<source>\n<address domain='0x0000' \
             bus='0x01' slot='0x00' function='0x{function}'/>\n</source>\n{rom}</hostdev>\n"
        )
    };
    let rom = "<rom file='/var/lib/libvirt/card.rom'/>\n";
    let (first, second) = (hostdev(0, rom), hostdev(1, second));
    format!(
        "<domain type='kvm'>\n<name>a</name>\n<devices>\n{first}{second}</devices>\n</domain>\n"
    )
}

pub(super) fn cases() -> Vec<Case> {
    let held = NVME.replace("DRIVER", "nvme");
    let held = ("lspci -nnk", held.as_str());
    let both = gpu("vfio-pci", "vfio-pci").replace("nvidia", "vfio-pci");
    let card = gpu("vfio-pci", "vfio-pci");
    let free = gpu("vfio-pci", "x").replace("\tKernel driver in use: x\n", "");
    let with_roms = domain("<rom file='/var/lib/libvirt/card.rom'/>\n");
    vec![
        case(
            "file-system-on-device",
            Blocker,
            "01:00.0",
            &[held, ("a.txt", LSBLK), ("dmesg", NVME_LOG)],
        ),
        case(
            "file-system-on-device",
            Blocker,
            "01:00.0",
            &[held, ("a.txt", LSBLK), ("b.txt", NVME_LINK)],
        ),
        // A pool that the host has imported, by the link to its disk.
        case(
            "file-system-on-device",
            Blocker,
            "01:00.0",
            &[
                held,
                ("zpool status -P", POOL),
                ("a.txt", POOL_LINK),
                ("dmesg", NVME_LOG),
            ],
        ),
        // No line links the disk of the pool to a function.
        case(
            "disks-not-shown",
            Unknown,
            "01:00.0",
            &[held, ("zpool status -P", POOL)],
        ),
        // The root file system is in a pool, and the only member of one is on this disk.
        case(
            "file-system-on-device",
            Blocker,
            "01:00.0",
            &[
                held,
                ("a.txt", ZFS_MEMBER),
                ("dmesg", NVME_LOG),
                ("/proc/cmdline", ZFS_ROOT),
            ],
        ),
        // A filter may leave other members out; without a root file system in a pool the host may
        // have imported none.
        case(
            "disks-not-shown",
            Unknown,
            "01:00.0",
            &[
                held,
                (
                    "lsblk -o NAME,TYPE,FSTYPE,MOUNTPOINT /dev/nvme0n1",
                    ZFS_MEMBER,
                ),
                ("dmesg", NVME_LOG),
                ("/proc/cmdline", ZFS_ROOT),
            ],
        ),
        case(
            "disks-not-shown",
            Unknown,
            "01:00.0",
            &[held, ("a.txt", ZFS_MEMBER), ("dmesg", NVME_LOG)],
        ),
        // The kernel holds a volume of the disk that is mounted nowhere.
        case(
            "disks-not-shown",
            Unknown,
            "01:00.0",
            &[held, ("a.txt", CEPH_VOLUME), ("dmesg", NVME_LOG)],
        ),
        // The disks of the tree are of no function that the input shows.
        case(
            "disks-not-shown",
            Unknown,
            "01:00.0",
            &[("b.txt", held.1), ("a.txt", LSBLK)],
        ),
        // The only NVMe controller, and the only Ethernet controller, of a complete listing.
        case(
            "file-system-on-device",
            Blocker,
            "01:00.0",
            &[("lspci -nnk", WHOLE), ("a.txt", LSBLK)],
        ),
        case(
            "network-on-device",
            Blocker,
            "02:00.0",
            &[
                ("lspci -nnk", WHOLE),
                ("a.txt", "default via 192.0.2.1 dev eno1 proto static\n"),
            ],
        ),
        case(
            "guest-address-width",
            Fix,
            "01:00.0",
            &[
                (VM, "cpu: host,phys-bits=46\nhostpci0: 0000:01:00\n"),
                ("/proc/cpuinfo", CPUINFO),
            ],
        ),
        case(
            "guest-address-width",
            Fix,
            "01:00.0",
            &[
                ("/etc/libvirt/qemu/a.xml", &backed("", WIDE)),
                (
                    "a.txt",
                    "Address sizes:        39 bits physical, 48 bits virtual\n",
                ),
            ],
        ),
        case(
            "guest-huge-pages-missing",
            Blocker,
            "01:00.0",
            &[
                ("/etc/libvirt/qemu/a.xml", &backed("<hugepages/>", "")),
                (
                    "/proc/meminfo",
                    "HugePages_Total:    2047\nHugepagesize:    2048 kB\n",
                ),
            ],
        ),
        case(
            "guest-huge-pages-missing",
            Blocker,
            "",
            &[
                (
                    "/etc/libvirt/qemu/GUEST.xml",
                    "<domain type='kvm'>\n<name>a</name>\n<memory unit='KiB'>16777216</memory>\n\
                     <memoryBacking>\n<hugepages/>\n</memoryBacking>\n",
                ),
                (
                    "/proc/meminfo",
                    "HugePages_Total:    4096\nHugepagesize:    2048 kB\n",
                ),
            ],
        ),
        case(
            "guest-memory-in-file",
            Fix,
            "01:00.0",
            &[
                ("/etc/libvirt/qemu/a.xml", &backed(IN_FILE, "")),
                ("/proc/sys/kernel/osrelease", "6.8.12\n"),
            ],
        ),
        case(
            "network-on-device",
            Blocker,
            "02:00.0",
            &[held, ("dmesg", RENAMED), ("a.txt", ROUTE)],
        ),
        case(
            "process-on-device",
            Blocker,
            "01:00.0",
            &[("lspci -nnk", NVIDIA), ("a.txt", FUSER)],
        ),
        case(
            "module-not-built",
            Fix,
            "",
            &[("a.txt", DKMS), ("uname -r", "6.8.12-9-pve\n")],
        ),
        case(
            "module-not-built",
            Fix,
            "",
            &[
                ("a.txt", "vendor-reset/0.1.1: added\n"),
                ("uname -r", "6.8.12-9-pve\n"),
            ],
        ),
        // No assignment needs vendor-reset; each one needs vfio-pci.
        case("module-not-signed", Fix, "", &[("a.txt", NOT_SIGNED)]),
        case(
            "module-not-signed",
            Blocker,
            "",
            &[("a.txt", &NOT_SIGNED.replace("vendor_reset", "vfio_pci"))],
        ),
        case(
            "sriov-module-not-built",
            Fix,
            "",
            &[("a.txt", SRIOV_DKMS), ("uname -r", "6.8.12-13-pve\n")],
        ),
        case("iommu-on", Ok, "", &[("a.txt", VALIDATED)]),
        case("container-without-vfio", Fix, "", &[("a.txt", COMPOSE)]),
        case(
            "container-with-vfio",
            Ok,
            "",
            &[("a.txt", &format!("{COMPOSE}      - /dev/vfio/vfio\n"))],
        ),
        // The programs that have the files of a card open.
        case("device-file-open", Unknown, "", &[("a.txt", OPEN_FILES)]),
        case(
            "device-file-open",
            Blocker,
            "",
            &[(
                "a.txt",
                &format!("rmmod: ERROR: Module nvidia is in use\n{OPEN_FILES}"),
            )],
        ),
        case("iommu-off", Blocker, "", &[("a.txt", NOT_IN_KERNEL)]),
        case(
            "iommu-disputed",
            Unknown,
            "",
            &[("a.txt", &format!("{REFUSED}{NOT_IN_KERNEL}"))],
        ),
        case("iommu-on", Ok, "", &[("a.txt", REFUSED)]),
        case(
            "locked-memory-limited",
            Blocker,
            "",
            &[(
                "a.txt",
                "[anna@arch ~]$ ulimit -l\n64\nkvm: VFIO_MAP_DMA failed: Cannot allocate memory\n",
            )],
        ),
        // Functions of groups by their ids, where these are there once.
        case(
            "group-members-not-shown",
            Unknown,
            "01:00.0",
            &[("lspci -nnk", BY_ID), ("a.txt", GROUPS_BY_ID)],
        ),
        case(
            "several-hosts",
            Unknown,
            "",
            &[
                ("a.txt", "vendor_id\t: GenuineIntel\n"),
                ("b.txt", "Vendor ID:  AuthenticAMD\n"),
            ],
        ),
        case("host-storage-use-not-shown", Unknown, "01:00.0", &[held]),
        case("host-network-use-not-shown", Unknown, "02:00.0", &[held]),
        case(
            "host-storage-use-not-shown",
            Unknown,
            "",
            &[("a.txt", SATA)],
        ),
        case("rom-file-not-shown", Unknown, "", &[(VM, ROM)]),
        case(
            "rom-file-of-other-function",
            Fix,
            "",
            &[("/etc/libvirt/qemu/a.xml", &with_roms)],
        ),
        case(
            "vendor-reset-result-not-shown",
            Unknown,
            "0b:00.0",
            &[("lspci -nnk", NAVI), ("dmesg", &format!("{DONE}{BEGUN}"))],
        ),
        // The module is at work: nothing is to be installed.
        case(
            "reset-once",
            Ok,
            "0b:00.0",
            &[("lspci -nnk", NAVI), ("dmesg", BEGUN)],
        ),
        case(
            "reset-once",
            Unknown,
            "0b:00.0",
            &[("lspci -nnk", NAVI), ("/etc/modules", "vendor-reset\n")],
        ),
        case(
            "ppt-not-bound",
            Blocker,
            "",
            &[(LOADER, PPT), ("a.txt", IX)],
        ),
        case("ppt-not-shown", Unknown, "", &[(LOADER, PPT)]),
        case(
            "output-not-shown",
            Unknown,
            "",
            &[("a.txt", "I ran\n$ lspci -nn | grep -i nvidia\nand now?\n")],
        ),
        case(
            "output-not-shown",
            Unknown,
            "",
            &[("a.txt", "# qm start 100\n")],
        ),
        case("driver-not-bound", Ok, "01:00.0", &[("lspci -nnk", &free)]),
        case("display-kept", Ok, "01:00.0", &[("lspci -nnk", &card)]),
        case(
            "group-member-unbound",
            Fix,
            "",
            &[("a.txt", GROUP), ("qemu.txt", REFUSED)],
        ),
        case(
            "bound-for-guests",
            Ok,
            "",
            &[
                ("xl info", "(XEN) Xen version 4.17.3\n"),
                ("lspci -nnk", &card.replace("vfio-pci", "pciback")),
            ],
        ),
        case(
            "resizable-bar",
            Harmless,
            "01:00.0",
            &[("lspci -vv", &RESIZABLE.replace("SIZE", "256M"))],
        ),
        case("new-id-others-not-shown", Unknown, "", &[("a.txt", NEW_ID)]),
        case("cause-not-shown", Unknown, "", &[("a.txt", ASSIGN)]),
        // A sentence that names a hypervisor makes no host of a guest.
        case("inside-virtual-machine", Unknown, "", &[("a.txt", VMWARE)]),
        // Both cards go to guests.
        case("duplicate-ids", Harmless, "", &[("lspci -nnk", &both)]),
    ]
}

pub(super) fn quiet() -> Vec<Case> {
    let away = NVME.replace("DRIVER", "vfio-pci");
    let away = ("lspci -nnk", away.as_str());
    let host = NVME.replace("DRIVER", "nvme");
    let one = domain("");
    let card = gpu("vfio-pci", "vfio-pci");
    let both = card.replace("nvidia", "vfio-pci");
    let quiet = |code, device, tree: &[(&str, &str)]| case(code, Ok, device, tree);
    vec![
        quiet("host-storage-use-not-shown", "01:00.0", &[away]),
        // A port keeps its driver, and a driver's line alone may be of a guest or of any function.
        quiet("host-driver-bound", "", &[("dmesg", PORT)]),
        quiet("host-driver-bound", "", &[("dmesg", OF_NVME)]),
        quiet("host-driver-bound", "", &[("a.txt", OF_GUEST)]),
        quiet("bound-to-vfio", "", &[("dmesg", OLD_REFUSAL)]),
        // A configuration that ends before the place of the key.
        quiet("proxmox-vm-config", "", &[("a.txt", CUT_CONFIGURATION)]),
        quiet(
            "guest-address-width",
            "01:00.0",
            &[
                (VM, "cpu: x86-64-v2-AES\nhostpci0: 0000:01:00\n"),
                ("/proc/cpuinfo", CPUINFO),
            ],
        ),
        quiet(
            "guest-huge-pages-missing",
            "01:00.0",
            &[
                ("/etc/libvirt/qemu/a.xml", &backed("<hugepages/>", "")),
                (
                    "/proc/meminfo",
                    "HugePages_Total:    2048\nHugepagesize:    2048 kB\n",
                ),
            ],
        ),
        quiet(
            "guest-memory-in-file",
            "01:00.0",
            &[
                ("/etc/libvirt/qemu/a.xml", &backed(IN_FILE, "")),
                ("/proc/sys/kernel/osrelease", "6.1.0\n"),
            ],
        ),
        quiet(
            "guest-memory-in-file",
            "01:00.0",
            &[(
                "/etc/libvirt/qemu/a.xml",
                &backed("<source type='memfd'/><access mode='shared'/>", ""),
            )],
        ),
        quiet("host-network-use-not-shown", "02:00.0", &[away]),
        quiet(
            "module-not-built",
            "",
            &[("a.txt", DKMS), ("uname -r", "6.5.13-6-pve\n")],
        ),
        quiet(
            "sriov-module-not-built",
            "",
            &[("a.txt", SRIOV_DKMS), ("uname -r", "6.8.12-4-pve\n")],
        ),
        quiet("container-with-vfio", "", &[("a.txt", COMPOSE)]),
        // The guest that runs has its own group open.
        quiet(
            "device-file-open",
            "",
            &[(
                "a.txt",
                "$ fuser -v /dev/vfio/12\n/dev/vfio/12:  root  4321 F.... qemu-system-x86\n",
            )],
        ),
        // A message with another cause is the answer.
        quiet("iommu-not-shown", "", &[("a.txt", RESERVED)]),
        quiet("boot-loader-not-shown", "", &[("a.txt", RESERVED)]),
        quiet(
            "container-without-vfio",
            "",
            &[("a.txt", &format!("{COMPOSE}      - /dev/vfio/vfio\n"))],
        ),
        // A line of a driver may be of a guide, a log of another boot.
        quiet(
            "several-hosts",
            "",
            &[
                ("a.txt", "Vendor ID:  AuthenticAMD\n"),
                ("b.txt", "look for DMAR-IR: Enabled IRQ remapping\n"),
                ("uname -r", "6.8.12-9-pve\n"),
                (
                    "c.txt",
                    "Linux version 6.5.13-6-pve (build@proxmox) #1 SMP\n",
                ),
            ],
        ),
        // Which kernel runs is not shown.
        quiet("module-not-built", "", &[("a.txt", DKMS)]),
        // Not imported, although it could be.
        quiet(
            "file-system-on-device",
            "01:00.0",
            &[
                ("b.txt", &host),
                ("zpool import", NOT_IMPORTED),
                ("dmesg", NVME_LOG),
            ],
        ),
        // What is shown of another time: a guest's driver has the functions now.
        quiet(
            "file-system-on-device",
            "01:00.0",
            &[away, ("a.txt", LSBLK), ("dmesg", NVME_LOG)],
        ),
        quiet(
            "network-on-device",
            "02:00.0",
            &[away, ("dmesg", RENAMED), ("a.txt", ROUTE)],
        ),
        quiet(
            "process-on-device",
            "01:00.0",
            &[("lspci -nnk", &card), ("a.txt", FUSER)],
        ),
        quiet(
            "rom-file-not-shown",
            "",
            &[(VM, ROM), ("/usr/share/kvm/card.rom", "U")],
        ),
        quiet(
            "rom-file-of-other-function",
            "",
            &[("/etc/libvirt/qemu/a.xml", &one)],
        ),
        quiet("ppt-not-shown", "", &[(LOADER, "vmm_load=\"YES\"\n")]),
        quiet(
            "ppt-not-shown",
            "",
            &[(LOADER, PPT), ("a.txt", "ppt0@pci0:3:0:0 is there")],
        ),
        quiet("driver-not-bound", "", &[("lspci -nnk", &card)]),
        quiet("display-kept", "02:00.0", &[("lspci -nnk", &both)]),
        quiet(
            "group-member-unbound",
            "",
            &[
                (
                    "a.txt",
                    &GROUP.replace("01:00.1 Audio device [0403]", "00:01.1 PCI bridge [0604]"),
                ),
                ("qemu.txt", REFUSED),
            ],
        ),
        quiet("bound-for-guests", "", &[("lspci -nnk", &card)]),
        quiet(
            "resizable-bar",
            "01:00.0",
            &[("lspci -vv", &RESIZABLE.replace("SIZE", "16G"))],
        ),
        quiet(
            "new-id-others-not-shown",
            "",
            &[("lspci -nn", GROUPLESS), ("a.txt", NEW_ID)],
        ),
        // A member of the group is known to be the cause.
        quiet(
            "cause-not-shown",
            "",
            &[("a.txt", GROUP), ("qemu.txt", REFUSED)],
        ),
        // A function that may be a port is not a member that must be bound.
        quiet(
            "group-member-unbound",
            "",
            &[
                (
                    "dmesg",
                    "[    2.0] iommu: Adding device 0000:00:02.0 to group 1\n\
                           [    2.0] iommu: Adding device 0000:01:00.0 to group 1\n",
                ),
                ("qemu.txt", REFUSED),
            ],
        ),
        quiet(
            "output-not-shown",
            "",
            &[(
                "a.txt",
                "# dmesg | grep i915\n[    3.629784] i915: module verification failed\n",
            )],
        ),
        quiet(
            "output-not-shown",
            "",
            &[away, ("a.txt", "$ lspci -nn | grep -i nvidia\n")],
        ),
        quiet(
            "output-not-shown",
            "",
            &[(
                "a.txt",
                "# qm start 100\nTASK ERROR: no such logical volume pve/data\n",
            )],
        ),
        quiet(
            "vendor-reset-result-not-shown",
            "0b:00.0",
            &[("lspci -nnk", NAVI), ("dmesg", &format!("{BEGUN}{DONE}"))],
        ),
    ]
}

/// If vfio-pci has all cards with the same ID, the IDs are right only where all are for guests.
#[test]
fn duplicate_ids_that_are_all_requested() {
    let title = |listing: &str| {
        let one = case("duplicate-ids", Harmless, "", &[("lspci -nnk", listing)]);
        let report = super::report(&one);
        let found = report.findings.into_iter();
        let titles: Vec<String> = found
            .filter(|finding| finding.code == "duplicate-ids")
            .map(|finding| finding.title.to_string())
            .collect();
        titles.join("\n")
    };
    let both = gpu("vfio-pci", "vfio-pci").replace("nvidia", "vfio-pci");
    // vfio-pci has both, which may not be the intent.
    let is_conditional = "correct where both are for guests";
    assert!(title(&both).contains(is_conditional), "{}", title(&both));
    assert_eq!(title(&both).lines().count(), 1);
    let one = gpu("vfio-pci", "vfio-pci");
    assert!(title(&one).contains("bind by address"), "{}", title(&one));
}

/// A message is the consequence of another about the same card, not of one about another.
#[test]
fn consequences_are_of_the_same_card() {
    let of_both = |of_reset: &str| {
        let log = format!(
            "[   87.4] vfio-pci 0000:01:00.0: Unable to change power state from D3cold to D0, \
             device inaccessible\n\
             [   88.4] vfio-pci 0000:{of_reset}: not ready 65535ms after FLR; giving up\n"
        );
        let one = case("reset-timeout", Blocker, "", &[("dmesg", &log)]);
        let found = super::report(&one).findings;
        let reset = found.iter().find(|finding| finding.code == "reset-timeout");
        let title = reset.map(|finding| finding.title.to_string());
        let is_consequence = title.is_some_and(|title| title.contains("consequence of"));
        let mut causes = found.iter();
        let is_tied = causes.any(|finding| finding.cause_of.contains(&"reset-timeout"));
        (
            reset.map(|finding| finding.verdict),
            is_consequence,
            is_tied,
        )
    };
    assert_eq!(of_both("01:00.0"), (Some(Blocker), true, true));
    assert_eq!(of_both("02:00.0"), (Some(Blocker), false, false));
}
