//! What is known of a card beside its identity, and of what posts show of single functions.

use passthru::Verdict::{Blocker, Fix, Ok, Unknown};

use super::{Case, case};

const CONTAINER: &str = "$ ls -l /dev/vfio\ntotal 0\n\
    crw-rw-rw- 1 root root 10, 196 Mar 16 13:33 vfio\n";

const NOT_OPENED: &str = "00:00:01.128000 VFIO: Could not open VFIO Container\n";

const GROUP_FILE: &str = "$ ls -l /dev/vfio\ntotal 0\n\
    crw------- 1 root root 511,   0 Mar 1 10:00 18\n\
    crw-rw-rw- 1 root root 10, 196 Mar 16 13:33 vfio\n";

const HOSTPCI: &str = "bios: ovmf\nhostpci0: 0000:01:00.0,pcie=1\nmachine: q35\n";

const NOT_READY: &str = "vm passthru\n\
    DEVICE     BHYVE ID     READY        DESCRIPTION\n\
    hostb0     0/0/0        No           Starship/Matisse Root Complex\n\
    isab0      0/20/3       No           FCH LPC Bridge\n";

const READY: &str = "vm passthru\n\
    DEVICE     BHYVE ID     READY        DESCRIPTION\n\
    ppt0       2/0/0        Yes          TU102 [GeForce RTX 2080 Ti]\n";

const VGAPCI: &str = "vgapci0@pci0:4:0:0:\tclass=0x030000 card=0xe164174b chip=0x68f91002 rev=0x00 \
    hdr=0x00\n";

fn vga(name: &str, id: &str) -> String {
    format!(
        "03:00.0 VGA compatible controller [0300]: {name} [{id}] (rev c1)\n\tKernel driver in use: \
         vfio-pci\n"
    )
}

const LARGE: &str = "$ sudo dmesg | grep 0000:01:00\n\
    [    0.645850] pci 0000:01:00.0: [10de:2f04] type 00 class 0x030000 PCIe Legacy Endpoint\n\
    [    0.645861] pci 0000:01:00.0: BAR 0 [mem 0xf0000000-0xf3ffffff]\n\
    [    0.645871] pci 0000:01:00.0: BAR 1 [mem 0xf800000000-0xfbffffffff 64bit pref]\n";

const IOH: &str = "00:00.0 Host bridge [0600]: Intel Corporation 5520/5500/X58 I/O Hub to ESI Port \
    [8086:3405] (rev 13)\n";

const VM: &str = "/etc/pve/qemu-server/100.conf";

const GUEST_OF_APU: &str = "bios: ovmf\nhostpci0: 0000:03:00.0,pcie=1\nmachine: q35\n";

const DARK: &str = "I pass the iGPU to a Windows 11 VM. I get Code 43 and no picture.\n";

const NETWORK_CARD: &str = "\
    03:00.0 Ethernet controller [0200]: Intel Corporation X710 [8086:1572] (rev 02)\n\
    \tKernel driver in use: vfio-pci\n\
    \tKernel modules: i40e\n";

const NO_VFS: &str = "# echo 4 > /sys/bus/pci/devices/0000:03:00.0/sriov_numvfs\n\
    -bash: echo: write error: No such file or directory\n";

fn apu() -> String {
    vga(
        "Advanced Micro Devices, Inc. [AMD/ATI] Rembrandt [Radeon 680M]",
        "1002:1681",
    )
}

pub(super) fn cases() -> Vec<Case> {
    let apu = apu();
    let laptop = vga(
        "NVIDIA Corporation TU117M [GeForce GTX 1650 Mobile / Max-Q]",
        "10de:1f99",
    );
    vec![
        case("no-group-file", Fix, "", &[("a.txt", CONTAINER)]),
        case(
            "no-group-file",
            Blocker,
            "",
            &[("a.txt", CONTAINER), ("b.txt", NOT_OPENED)],
        ),
        case(
            "guest-functions-assigned",
            Ok,
            "",
            &[("/etc/pve/qemu-server/100.conf", HOSTPCI)],
        ),
        case(
            "guest-functions-assigned",
            Ok,
            "",
            &[("a.txt", "passthru0=\"2/0/0=8:0\"\n")],
        ),
        case("ppt-none-reserved", Fix, "", &[("a.txt", NOT_READY)]),
        case("pptdevs-not-shown", Unknown, "", &[("a.txt", NOT_READY)]),
        case(
            "pptdevs-not-shown",
            Unknown,
            "04:00.0",
            &[("a.txt", VGAPCI)],
        ),
        case("apu-graphics", Unknown, "03:00.0", &[("lspci -nnk", &apu)]),
        case(
            "apu-rom-missing",
            Fix,
            "",
            &[("lspci -nnk", &apu), (VM, GUEST_OF_APU), ("a.txt", DARK)],
        ),
        case(
            "physical-function-bound-to-vfio",
            Blocker,
            "",
            &[("lspci -nnk", NETWORK_CARD), ("a.txt", NO_VFS)],
        ),
        case(
            "mobile-graphics",
            Unknown,
            "03:00.0",
            &[("lspci -nnk", &laptop)],
        ),
        case("large-bar", Ok, "01:00.0", &[("a.txt", LARGE)]),
        case("chipset-remapping-broken", Fix, "", &[("lspci -nn", IOH)]),
    ]
}

pub(super) fn quiet_cases() -> Vec<Case> {
    let quiet = |code, device, tree: &[(&str, &str)]| case(code, Ok, device, tree);
    let desktop = vga(
        "Advanced Micro Devices, Inc. [AMD/ATI] Navi 22 [Radeon RX 6700 XT]",
        "1002:73df",
    );
    let own = ("lspci -nnk", desktop.as_str());
    let apu = apu();
    let newer = IOH.replace("rev 13", "rev 23");
    let small = LARGE.replace("0xfbffffffff", "0xf80fffffff");
    vec![
        quiet("no-group-file", "", &[("a.txt", GROUP_FILE)]),
        quiet("flr-supported", "03:00.0", &[own]),
        quiet("guest-functions-assigned", "", &[own]),
        quiet("ppt-none-reserved", "", &[("a.txt", READY)]),
        quiet("pptdevs-not-shown", "", &[("a.txt", READY)]),
        quiet("apu-graphics", "03:00.0", &[own]),
        quiet(
            "apu-rom-missing",
            "",
            &[
                ("lspci -nnk", &apu),
                (
                    VM,
                    &GUEST_OF_APU.replace("pcie=1", "pcie=1,romfile=apu.rom"),
                ),
                ("a.txt", DARK),
            ],
        ),
        quiet(
            "physical-function-bound-to-vfio",
            "",
            &[
                (
                    "lspci -nnk",
                    &NETWORK_CARD.replace("in use: vfio-pci", "in use: i40e"),
                ),
                ("a.txt", NO_VFS),
            ],
        ),
        quiet("mobile-graphics", "03:00.0", &[own]),
        quiet("large-bar", "01:00.0", &[("a.txt", &small)]),
        quiet("chipset-remapping-broken", "", &[("lspci -nn", &newer)]),
    ]
}
