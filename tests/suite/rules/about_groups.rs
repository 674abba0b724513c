//! Groups: who keeps them from guests, and what the host would lose with them.

use passthru::Verdict::{Blocker, Check, Fix, NoEffect, Unknown};

use super::{Case, case, codes};

/// A network card downstream of a bridge to conventional PCI, its port, and the other
/// members of their group.
const BRIDGED: &str = "\
00:1c.0 PCI bridge [0604]: Intel Corporation Device [8086:a110] (rev f1) (prog-if 00 [Normal decode])
\tFlags: bus master, fast devsel, latency 0, IRQ 16
\tBus: primary=00, secondary=02, subordinate=03, sec-latency=0
\tCapabilities: [40] Express Root Port (Slot+), IntMsgNum 0
\tKernel driver in use: pcieport
02:00.0 PCI bridge [0604]: Texas Instruments XIO2000 [104c:8231] (rev 03) (prog-if 00 [Normal decode])
\tFlags: bus master, fast devsel, latency 0
\tBus: primary=02, secondary=03, subordinate=03, sec-latency=64
\tCapabilities: [70] Express PCI-Express to PCI/PCI-X Bridge, IntMsgNum 0
\tCapabilities: [c8] Hot-plug capable
DRIVER
03:01.0 Ethernet controller [0200]: Intel Corporation 82540EM [8086:100e] (rev 02)
\tFlags: bus master, 66MHz, medium devsel, latency 64, IRQ 17
\tKernel driver in use: vfio-pci
";

const MEMBERS: &str = "\
/sys/kernel/iommu_groups/0/devices/0000:00:1c.0
/sys/kernel/iommu_groups/1/devices/0000:02:00.0
/sys/kernel/iommu_groups/1/devices/0000:03:01.0
/sys/kernel/iommu_groups/2/devices/0000:04:00.0
";

fn bridged(driver: &str) -> String {
    BRIDGED.replace("DRIVER\n", driver)
}

const FIND: &str = "find /sys/kernel/iommu_groups -type l";
const SHPCHP: &str = "\tKernel driver in use: shpchp\n";

/// A network card whose virtual functions are in its group.
const ONE_GROUP: &str = "\
IOMMU Group 1 01:00.0 Ethernet controller [0200]: Mellanox MT27710 Family [ConnectX-4 Lx] [15b3:1015]
IOMMU Group 1 01:00.1 Ethernet controller [0200]: Mellanox MT27710 Family [ConnectX-4 Lx Virtual Function] [15b3:1016]
";

/// Without IDs, and with the virtual functions on the bus after that of the card.
const NEXT_BUS: &str = "\
### Group 9 ###
02:04.0 PCI bridge: Integrated Device Technology, Inc. PES12N3A PCI Express Switch (rev 0e)
05:00.0 Ethernet controller: Intel Corporation 82576 Gigabit Network Connection (rev 01)
06:10.0 Ethernet controller: Intel Corporation 82576 Virtual Function (rev 01)
06:10.2 Ethernet controller: Intel Corporation 82576 Virtual Function (rev 01)
";

const OVERRIDDEN: (&str, &str) = ("/proc/cmdline", "quiet pcie_acs_override=downstream\n");

pub(super) fn cases() -> Vec<Case> {
    let held = bridged(SHPCHP);
    let shared = "\
02:00.0 VGA compatible controller [0300]: NVIDIA Corporation GA106 [10de:2503] (rev a1)
\tKernel driver in use: vfio-pci
03:00.0 Non-Volatile memory controller [0108]: Samsung SM981 [144d:a808]
\tKernel driver in use: nvme
";
    let group = "/sys/kernel/iommu_groups/1/devices/0000:02:00.0\n\
                 /sys/kernel/iommu_groups/1/devices/0000:03:00.0\n";
    let boot = "[    0.000000] Linux version 6.12.107+deb13-amd64 (x) #1 SMP\n\
                [    0.010000] Command line: quiet pcie_acs_override=downstream\n\
                [    0.500000] pci 0000:02:00.0: Adding to iommu group 1\n\
                [    1.000000] Run /init as init process\n";
    vec![
        case("sriov-group-shared", Blocker, "", &[("post.md", ONE_GROUP)]),
        case("sriov-group-shared", Blocker, "", &[("post.md", NEXT_BUS)]),
        // The physical function itself may be assigned, with its group.
        case("group-shared", Fix, "05:00.0", &[("post.md", NEXT_BUS)]),
        case(
            "group-bridge-driver-bound",
            Blocker,
            "03:01.0",
            &[("lspci -vnnk", &held), (FIND, MEMBERS)],
        ),
        case(
            "group-host-impact",
            Blocker,
            "02:00.0",
            &[
                ("lspci -nnk", shared),
                (FIND, group),
                (
                    "/proc/1/mountinfo",
                    "22 1 259:2 / / rw - ext4 /dev/nvme0n1p2 rw\n",
                ),
                (
                    "@/sys/dev/block/259:2",
                    "../../devices/pci0000:00/0000:00:01.0/0000:03:00.0/nvme/nvme0/nvme0n1",
                ),
            ],
        ),
        case(
            "acs-override-ignored",
            NoEffect,
            "",
            &[
                ("/proc/cmdline", "quiet pcie_acs_override=downstream\n"),
                ("dmesg", boot),
            ],
        ),
        case(
            "acs-override-ignored",
            Check,
            "",
            &[
                OVERRIDDEN,
                ("/proc/sys/kernel/osrelease", "6.8.0-45-generic\n"),
            ],
        ),
        case(
            "iommu-disputed",
            Unknown,
            "",
            &[
                ("/proc/cmdline", "quiet intel_iommu=off\n"),
                (
                    "dmesg | grep DMAR",
                    "[    0.500000] DMAR: Intel(R) Virtualization Technology for Directed I/O\n",
                ),
            ],
        ),
    ]
}

/// Hosts much like these where nothing is wrong.
pub(super) fn quiet() -> Vec<Case> {
    let free = bridged("").replace("\tCapabilities: [c8] Hot-plug capable\n", "");
    let tree = [
        ("lspci -vnnk", free.as_str()),
        (FIND, MEMBERS),
        ("/proc/cmdline", "quiet intel_iommu=on\n"),
        (
            "dmesg | grep DMAR",
            "[    0.500000] DMAR: Intel(R) Virtualization Technology for Directed I/O\n",
        ),
    ];
    let codes = [
        "group-bridge-driver-bound",
        "group-host-impact",
        "acs-override-ignored",
        "iommu-disputed",
    ];
    let one = |code| case(code, Blocker, "03:01.0", &tree);
    // Each virtual function is in a group of its own.
    let apart = ONE_GROUP.replace("1 01:00.1", "2 01:00.1");
    let apart = case("sriov-group-shared", Blocker, "", &[("post.md", &apart)]);
    // With the virtual functions the whole group cannot be assigned.
    let whole = case("group-shared", Fix, "06:10.0", &[("post.md", NEXT_BUS)]);
    let guessed = case("group-shared", Fix, "", &[("post.md", NEXT_BUS)]);
    // A function of another maker is no physical one of these.
    let other = NEXT_BUS.replace(
        "05:00.0 Ethernet controller: Intel",
        "05:00.0 Ethernet controller: Broadcom",
    );
    let other = case("sriov-group-shared", Blocker, "", &[("post.md", &other)]);
    let others = [apart, whole, guessed, other];
    // These kernels have the patch, or may have it.
    let patched = [
        "6.8.12-9-pve\n",
        "6.9.3-zen1-1-zen\n",
        "6.9.7-1-liquorix-amd64\n",
        "6.8.0-acso\n",
    ];
    let patched = patched.map(|release| {
        let tree = [OVERRIDDEN, ("/proc/sys/kernel/osrelease", release)];
        case("acs-override-ignored", Check, "", &tree)
    });
    codes
        .into_iter()
        .map(one)
        .chain(others)
        .chain(patched)
        .collect()
}

/// A bridge whose hot-plug controller has no driver, or that has none, keeps nothing.
#[test]
fn bridges_that_keep_nothing() {
    let says = |listing: &str| {
        codes("03:01.0", &[("lspci -vnnk", listing), (FIND, MEMBERS)])
            .contains(&"group-bridge-driver-bound")
    };
    assert!(says(&bridged(SHPCHP)));
    let without = bridged("").replace("\tCapabilities: [c8] Hot-plug capable\n", "");
    assert!(!says(&without));
    // `lspci -nnk` shows that nothing drives it.
    let lines = bridged("");
    let lines = lines.lines().filter(|line| !line.starts_with("\tBus: "));
    let listing: String = lines.flat_map(|line| [line, "\n"]).collect();
    let short: String = listing
        .lines()
        .filter(|line| !line.starts_with('\t') || line.contains("driver"))
        .flat_map(|line| [line, "\n"])
        .collect();
    let found = codes("03:01.0", &[("lspci -nnk", &short), (FIND, MEMBERS)]);
    assert!(!found.contains(&"group-bridge-driver-bound"), "{found:?}");
    // Without drivers a port of PCI Express is still one, and one that decodes
    // subtractively is none.
    let names = |prog_if: &str| {
        let listing = format!(
            "02:00.0 PCI bridge [0604]: Intel Corporation 82801 PCI Bridge [8086:244e] (rev a5) \
             (prog-if {prog_if})\n\
             03:01.0 Ethernet controller [0200]: Intel Corporation 82540EM [8086:100e] (rev 02)\n"
        );
        codes("03:01.0", &[("lspci -nn", &listing), (FIND, MEMBERS)])
            .contains(&"group-bridge-driver-bound")
    };
    assert!(names("01 [Subtractive decode]"));
    assert!(!names("00 [Normal decode]"));
}

/// The log of a kernel with the patch warns of the option.
#[test]
fn an_override_that_the_kernel_knows() {
    let boot = "[    0.000000] Linux version 6.8.12-9-pve (x) #1 SMP\n\
                [    0.010000] Warning: PCIe ACS overrides enabled; This may allow non-IOMMU \
                protected peer-to-peer DMA\n\
                [    0.500000] pci 0000:01:00.0: Adding to iommu group 1\n\
                [    1.000000] Run /init as init process\n";
    let gpu = super::gpu("vfio-pci", "vfio-pci");
    let cmdline = ("/proc/cmdline", "quiet pcie_acs_override=downstream\n");
    let says = |log: &str| {
        let tree = [("lspci -nnk", gpu.as_str()), cmdline, ("dmesg", log)];
        codes("01:00.0", &tree).contains(&"acs-override-ignored")
    };
    assert!(!says(boot));
    // A part of a log says nothing.
    let part = boot.lines().nth(2).unwrap();
    assert!(!says(part));
}

/// Sources that agree are not a contradiction.
#[test]
fn sources_that_agree() {
    let found = codes(
        "03:01.0",
        &[
            ("lspci -vnnk", &bridged(SHPCHP)),
            (FIND, MEMBERS),
            ("/proc/cmdline", "quiet intel_iommu=on\n"),
            (
                "dmesg | grep DMAR",
                "[    0.500000] DMAR: Intel(R) Virtualization Technology for Directed I/O\n",
            ),
        ],
    );
    assert!(!found.contains(&"iommu-disputed"), "{found:?}");
    assert!(!found.contains(&"group-disputed"), "{found:?}");
    // A listing with groups, of a host that another text says has none.
    let found = codes(
        "03:01.0",
        &[
            ("lspci -vnnk", &bridged(SHPCHP)),
            (FIND, MEMBERS),
            ("/proc/cmdline", "quiet iommu=off\n"),
        ],
    );
    assert!(found.contains(&"iommu-disputed"), "{found:?}");
}

/// The host bridge before the ports of a slot is in the slot's group on AMD's processors,
/// and has no driver.
#[test]
fn a_host_bridge_without_a_driver_does_not_share() {
    let says = |driver: &str| {
        let listing = format!(
            "00:01.0 Host bridge [0600]: Advanced Micro Devices, Inc. [AMD] Device [1022:1482]\n\
             {driver}\
             00:01.1 PCI bridge [0604]: Advanced Micro Devices, Inc. [AMD] Device [1022:1483]\n\
             \tKernel driver in use: pcieport\n\
             01:00.0 VGA compatible controller [0300]: NVIDIA Corporation Device [10de:2503]\n\
             \tKernel driver in use: vfio-pci\n"
        );
        let group = ["00:01.0", "00:01.1", "01:00.0"]
            .map(|one| format!("/sys/kernel/iommu_groups/1/devices/0000:{one}\n"))
            .concat();
        let found = codes("01:00.0", &[("lspci -nnk", &listing), (FIND, &group)]);
        assert!(found.contains(&"bound-to-vfio"), "{found:?}");
        found.contains(&"group-shared")
    };
    assert!(!says(""));
    assert!(says("\tKernel driver in use: k10temp\n"));
}
