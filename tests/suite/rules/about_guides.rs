//! What guides have their readers type and print: processors, drivers of guests, ROMs, pci-stub,
//! and listings from before and after.

use passthru::Verdict::{Blocker, Fix, Harmless, Ok, Unknown};

use super::{Case, case, gpu};
use crate::predicted_groups::dump;

const RC_LOCAL: &str = "/etc/rc.local";
const VERSION: &str = "cat /proc/driver/nvidia/version";
const SMI: &str = "nvidia-smi";
const NO_DEVICES: &str = "No devices were found\n";
const ROM: &str = "Valid ROM signature found @0h, PCIR offset 190h\n\
    \tPCIR: type 0 (x86 PC-AT), vendor: 10de, device: 0fc6, class: 030000\n";
const EFI: &str = "\tPCIR: type 3 (EFI), vendor: 10de, device: 0fc6, class: 030000\n";
const NEW_ID: &str = "root@a:~# echo \"10de 2503\" > /sys/bus/pci/drivers/vfio-pci/new_id\n";
const UNBIND: &str =
    "root@a:~# echo 0000:01:00.0 > /sys/bus/pci/devices/0000:01:00.0/driver/unbind\n";
const PROBE: &str = "root@a:~# echo 0000:01:00.0 > /sys/bus/pci/drivers_probe\n";
const GUEST: &str = "\
00:02.0 VGA compatible controller [0300]: Device [1234:1111] (rev 02)
00:03.0 Ethernet controller [0200]: Red Hat, Inc. Virtio network device [1af4:1000]
07:00.0 VGA compatible controller [0300]: NVIDIA Corporation AD106 [10de:2803] (rev a1)
";

fn version(release: &str) -> String {
    format!("NVRM version: NVIDIA UNIX x86_64 Kernel Module  {release}  Fri Jul  2 2021\n")
}

fn flags(flags: &str) -> String {
    format!("vendor_id\t: GenuineIntel\nflags\t\t: fpu vme {flags} ssse3\nbugs\t\t: x\n")
}

fn vmx(firmware: &str) -> String {
    format!(
        "virtualHW.version = \"21\"\nmemSize = \"4096\"\nfirmware = \"{firmware}\"\n\
         pciPassthru.use64bitMMIO = \"TRUE\"\n"
    )
}

fn groups(option: &str) -> (String, String) {
    let line = format!("BOOT_IMAGE=/vmlinuz root=/dev/sda1 pcie_acs_override={option}\n");
    (line, dump("multifunction-without-acs.none.txt"))
}

pub(super) fn cases() -> Vec<Case> {
    let early = gpu("vfio-pci", "vfio-pci");
    let late = early.replacen("vfio-pci", "nvidia", 1);
    let both = format!("{early}\n{late}");
    let (line, dumped) = groups("downstream,multifunction");
    let write = "#!/bin/sh\necho vfio-pci > /sys/bus/pci/devices/0000:01:00.0/driver_override\n";
    let left = format!("{NEW_ID}{UNBIND}");
    let stub = "# echo 0000:01:00.0 > /sys/bus/pci/drivers/pci-stub/bind\n";
    vec![
        case("driver-changed", Harmless, "01:00.0", &[("a.txt", &both)]),
        case(
            "virtualization-missing",
            Blocker,
            "",
            &[("/proc/cpuinfo", &flags("smx"))],
        ),
        case(
            "virtualization-on",
            Ok,
            "",
            &[("/proc/cpuinfo", &flags("vmx smx"))],
        ),
        case(
            "virtualization-not-shown",
            Unknown,
            "",
            &[("a.txt", "$ egrep -c '(svm|vm)' /proc/cpuinfo\n16\n")],
        ),
        case(
            "acs-override-needed",
            Harmless,
            "01:00.1",
            &[("/proc/cmdline", &line), ("lspci -nxxxx", &dumped)],
        ),
        case(
            "bound-late-at-boot",
            Fix,
            "01:00.0",
            &[("lspci -nnk", &early), (RC_LOCAL, write)],
        ),
        case(
            "unbound-after-new-id",
            Fix,
            "01:00.0",
            &[("lspci -nnk", &late), ("a.txt", &left)],
        ),
        case(
            "command-binds-pci-stub",
            Fix,
            "01:00.0",
            &[("lspci -nnk", &early), ("a.txt", stub)],
        ),
        case(
            "pci-stub-ids-match-duplicate",
            Fix,
            "01:00.0",
            &[
                ("lspci -nnk", &early),
                ("/proc/cmdline", "quiet pci-stub.ids=10de:2503\n"),
            ],
        ),
        case(
            "nvidia-driver-finds-hypervisor",
            Unknown,
            "",
            &[(VERSION, &version("460.91.03")), (SMI, NO_DEVICES)],
        ),
        case(
            "nvidia-driver-not-for-generation",
            Fix,
            "",
            &[
                ("lspci -nn", GUEST),
                (VERSION, &version("470.256.02")),
                (SMI, NO_DEVICES),
            ],
        ),
        case(
            "rom-parser-efi",
            Ok,
            "",
            &[("rom-parser", &format!("{ROM}{EFI}\tLast image\n"))],
        ),
        case(
            "rom-parser-no-efi",
            Harmless,
            "",
            &[("rom-parser", &format!("{ROM}\tLast image\n"))],
        ),
        case(
            "vmx-64bit-mmio-under-bios",
            Fix,
            "",
            &[("/vmfs/volumes/a/b/b.vmx", &vmx("bios"))],
        ),
    ]
}

pub(super) fn quiet() -> Vec<Case> {
    let early = gpu("vfio-pci", "vfio-pci");
    let twice = format!("{early}\n{early}");
    let late = early.replacen("vfio-pci", "nvidia", 1);
    let left = format!("{NEW_ID}{UNBIND}");
    let (line, dumped) = groups("downstream");
    let quiet = |code, device, tree: &[(&str, &str)]| case(code, Ok, device, tree);
    let counted = "$ egrep -c '(svm|vmx)' /proc/cpuinfo\n16\n";
    vec![
        quiet("driver-changed", "01:00.0", &[("a.txt", &twice)]),
        quiet(
            "virtualization-missing",
            "",
            &[("/proc/cpuinfo", &flags("smx hypervisor"))],
        ),
        quiet("virtualization-on", "", &[("/proc/cpuinfo", &flags("smx"))]),
        quiet("virtualization-not-shown", "", &[("a.txt", counted)]),
        quiet(
            "acs-override-needed",
            "01:00.1",
            &[("/proc/cmdline", &line), ("lspci -nxxxx", &dumped)],
        ),
        quiet(
            "bound-late-at-boot",
            "01:00.0",
            &[
                ("lspci -nnk", &early),
                (
                    RC_LOCAL,
                    "#!/bin/sh\necho vfio-pci > /sys/bus/pci/devices/0000:02:00.0/driver_override\n",
                ),
            ],
        ),
        quiet(
            "unbound-after-new-id",
            "01:00.0",
            &[
                ("lspci -nnk", &late),
                ("a.txt", &format!("{UNBIND}{NEW_ID}")),
                ("b.txt", &format!("{left}{PROBE}")),
            ],
        ),
        quiet(
            "unbound-after-new-id",
            "01:00.0",
            &[("lspci -nnk", &early), ("a.txt", &left)],
        ),
        quiet(
            "command-binds-pci-stub",
            "01:00.0",
            &[
                ("lspci -nnk", &early),
                (
                    "a.txt",
                    "# echo 0000:01:00.0 > /sys/bus/pci/drivers/vfio-pci/bind\n",
                ),
            ],
        ),
        quiet(
            "pci-stub-ids-match-duplicate",
            "01:00.0",
            &[
                ("lspci -nnk", &early),
                ("/proc/cmdline", "quiet pci-stub.ids=10de:228f\n"),
            ],
        ),
        quiet(
            "nvidia-driver-finds-hypervisor",
            "",
            &[(VERSION, &version("550.135")), (SMI, NO_DEVICES)],
        ),
        quiet(
            "nvidia-driver-not-for-generation",
            "",
            &[
                ("lspci -nn", GUEST),
                (VERSION, &version("550.135")),
                (SMI, NO_DEVICES),
            ],
        ),
        quiet("rom-parser-efi", "", &[("rom-parser", ROM)]),
        quiet("rom-parser-no-efi", "", &[("rom-parser", ROM)]),
        quiet(
            "vmx-64bit-mmio-under-bios",
            "",
            &[("/vmfs/volumes/a/b/b.vmx", &vmx("efi"))],
        ),
    ]
}
