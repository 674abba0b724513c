//! What a guest shows: devices that it was given, and their drivers there.

use passthru::Verdict::{Fix, NoEffect, Ok};

use super::{Case, case};

/// A listing in a guest, below a sentence that says so.
const GUEST: &str = "\
I passed the card through. The output of lspci -nnk in my Debian VM:

```
01:00.0 VGA compatible controller [0300]: Advanced Micro Devices, Inc. [AMD/ATI] Navi 23 [1002:73ff] (rev c1)
\tSubsystem: Sapphire Technology Limited Device [1da2:e448]
\tKernel modules: amdgpu
02:00.0 Ethernet controller [0200]: Red Hat, Inc. Virtio 1.0 network device [1af4:1041] (rev 01)
\tSubsystem: Red Hat, Inc. Virtio 1.0 network device [1af4:1100]
\tKernel driver in use: virtio-pci
```
";

const VM: &str = "/etc/pve/qemu-server/106.conf";

/// A whole configuration of Proxmox VE that starts with SeaBIOS.
const SEABIOS: &str = "\
boot: order=scsi0
cores: 8
hostpci0: 0000:04:00.0,pcie=1,romfile=AMDGopDriver.rom
machine: pc-q35-9.0
memory: 16384
name: win10
ostype: win10
scsi0: local-lvm:vm-106-disk-0,size=64G
vmgenid: 760b9371-6167-4a07-a1d5-ffdc7baac571
";

fn without_bar() -> String {
    format!(
        "bios: ovmf\n{}",
        SEABIOS.replace("pcie=1", "pcie=1,rombar=0")
    )
}

/// The processor of a macOS guest.
const MACOS: &str = "args: -device isa-applesmc -cpu Penryn,kvm=on,vendor=GenuineIntel
bios: ovmf
hostpci0: 0000:02:00,pcie=1
machine: q35
";

/// The ROM BAR disabled by a setting of QEMU's device.
fn without_bar_in_args() -> String {
    format!("args: -set device.hostpci0.rombar=0\nbios: ovmf\n{SEABIOS}")
}

pub(super) fn cases() -> Vec<Case> {
    vec![
        case("rom-needs-uefi", Fix, "", &[(VM, SEABIOS)]),
        case(
            "rom-file-without-bar",
            NoEffect,
            "",
            &[(VM, &without_bar_in_args())],
        ),
        case(
            "rom-file-without-bar",
            NoEffect,
            "",
            &[(VM, &without_bar())],
        ),
        case("guest-sees-device", Ok, "", &[("a.md", GUEST)]),
        case("guest-driver-missing", Fix, "", &[("a.md", GUEST)]),
    ]
}

pub(super) fn quiet() -> Vec<Case> {
    let bound = GUEST.replace("Kernel modules: ", "Kernel driver in use: ");
    let of_host = GUEST.replace("in my Debian VM", "on the host of my Debian VM");
    let of_host = of_host
        .split("02:00.0")
        .next()
        .unwrap_or_default()
        .to_owned()
        + "```\n";
    let emulated = GUEST.replace("1002:73ff", "1234:1111");
    let ovmf = format!("bios: ovmf\n{SEABIOS}");
    let other = SEABIOS.replace("AMDGopDriver", "vbios_164e");
    let cut = SEABIOS.split("machine").next().unwrap_or_default();
    let cut = cut.split_once("cores").map_or("", |(_, rest)| rest);
    let cut = format!("cores{cut}");
    vec![
        case("rom-needs-uefi", Ok, "", &[(VM, &ovmf)]),
        case("rom-file-without-bar", Ok, "", &[(VM, &ovmf)]),
        // macOS needs a vendor that the line cpu cannot set.
        case("proxmox-vm-config", Ok, "", &[(VM, MACOS)]),
        case(
            "rom-file-without-bar",
            Ok,
            "",
            &[(
                VM,
                &without_bar_in_args().replace("hostpci0.rombar", "hostpci1.rombar"),
            )],
        ),
        case("rom-needs-uefi", Ok, "", &[(VM, &other)]),
        case("rom-needs-uefi", Ok, "", &[(VM, &cut)]),
        case("guest-driver-missing", Ok, "", &[("a.md", &bound)]),
        case("guest-driver-missing", Ok, "", &[("a.md", &of_host)]),
        case("guest-sees-device", Ok, "", &[("a.md", &of_host)]),
        case("guest-sees-device", Ok, "", &[("a.md", &emulated)]),
    ]
}
