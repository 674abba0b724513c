//! Readings that other words or lines of the same text rule out, each in several forms.

use passthru::Verdict::{Blocker, Check, Fix, NoEffect, Ok, Unknown};
use passthru::{Remedy, Verdict};

use super::{Case, case, report};

const POST: &str = "post.md";

const VM: &str = "/etc/pve/qemu-server/104.conf";

/// A card with a ROM file and without its BAR.
const WITHOUT_BAR: &str = "bios: ovmf\nmachine: q35\n\
    hostpci0: 0000:0e:00.0,pcie=1,rombar=0,romfile=navi.rom,x-vga=1\n";

/// A host driver that leaves the card in a bad state, in several languages.
const DRIVER_FIRST: [&str; 3] = [
    "WX 3100 passthrough to a Windows VM. As long as the card is never claimed by amdgpu, it works \
     fine and I can shut down the VM and start it again. After the desktop of the host was on it, \
     the VM crashes, and I have to reboot the host.\n",
    "Grafikkarte mit VFIO an eine VM durchgereicht. Wenn nouveau nicht geladen ist, funktioniert alles \
     einwandfrei, auch wenn ich die VM herunterfahre. Hat der Host die Karte benutzt, muss ich nach \
     dem Herunterfahren der VM den Host neu starten, host neu starten hilft.\n",
    "显卡直通到虚拟机。只要宿主机没有加载 amdgpu 就一切正常。如果加载过，虚拟机关机后再启动就黑屏，必须重启宿主机。\n",
];

/// Commands that do not end, with a remark.
const HANGS: [&str; 2] = [
    "Single GPU, the VM shows a black screen:\n```\n++ modprobe -r amdgpu\n\
     ++ virsh nodedev-detach pci_0000_0b_00_0\nbleibt hier hängen\n```\n",
    "GPU passthrough of my only card, the monitor stays black:\n```\n\
     $ virsh nodedev-detach pci_0000_2d_00_1   # never returns\n```\n",
];

const DETACHED: &str = "Single GPU, the VM shows a black screen:\n```\n++ modprobe -r amdgpu\n\
    ++ virsh nodedev-detach pci_0000_0b_00_0\nDevice pci_0000_0b_00_0 detached\n```\n";

/// A function of which the text shows no line after that of its subsystem.
const CUT: &str = "My card for the VM:\n\n```\n$ lspci -nnk -s 0a:00.0\n0a:00.0 VGA compatible controller [0300]: NVIDIA \
    Corporation GP106 [10de:1c03] (rev a1)\n\tSubsystem: Device [1462:3287]\n";

/// The graphics of a processor, for vfio-pci at boot.
const AT_BOOT: (&str, &str) = (
    "/proc/cmdline",
    "quiet intel_iommu=on vfio-pci.ids=8086:a780\n",
);

const INTEGRATED: &str = "I want to pass the iGPU to the VM of QEMU.\n\
    00:02.0 VGA compatible controller [0300]: Intel Corporation Raptor Lake-S GT1 [8086:a780] (rev 04)\n";

const MDEV: &str = "$ sudo sh -c \"echo 5b3f > /sys/devices/pci0000:00/0000:00:02.0/mdev_supported_types/\
    i915-GVTg_V4_2/create\"\nsh: line 1: echo: write error: No space left on device\n";

const ARC_BESIDE: &str = "00:02.0 VGA compatible controller [0300]: Intel Corporation Device [8086:4680]\n\
    03:00.0 VGA compatible controller [0300]: Intel Corporation DG2 [8086:56a0]\n";

const NIC_OF_VM: &str = "05:00.0 Ethernet controller [0200]: Realtek Device [10ec:8125]\n\
    \tKernel driver in use: vfio-pci\n";

const NIC_BESIDE_WIFI: &str = "03:00.0 Network controller [0280]: Intel Corporation Device [8086:2723]\n\
    \tKernel driver in use: iwlwifi\n\
    05:00.0 Ethernet controller [0200]: Realtek Device [10ec:8125]\n\
    \tKernel driver in use: vfio-pci\n";

const DHCP: (&str, &str) = ("/etc/network/interfaces", "iface enp5s0 inet dhcp\n");

const NETPLAN_WITH_WIFI: (&str, &str) = (
    "/etc/netplan/50-cloud-init.yaml",
    "network:\n  ethernets:\n    enp5s0:\n      dhcp4: true\n  wifis:\n    wlp3s0:\n      dhcp4: true\n",
);

const OTHER_CARD: &str = "01:00.0 VGA compatible controller [0300]: NVIDIA Corporation GP108 [10de:1d01] (rev a1)\n\
    \tKernel driver in use: nouveau\n";

const HARVESTER: &str =
    "level=info msg=\"Binding device node2-000041000 [10de 2230] to vfio-pci\"\n";

const REFUSED: &str = "level=error msg=\"error syncing 'node2-000041000': handler PCIDeviceClaim: error \
    writing to bind file: write /sys/bus/pci/drivers/vfio-pci/bind: invalid argument, requeuing\"\n";

const QUBES: &str = "Qubes OS, sys-net does not start: Start failed: internal error: Unable to reset \
    PCI device 0000:03:00.0: no FLR, PM reset or bus reset available\n";

/// Graphics that a guest has in legacy mode, without a picture.
const DARK: &str = "I pass the UHD 630 iGPU to the VM on Proxmox, HDMI shows no signal. The romfile is in place.\n";

const UNSTARTED: &str = "I pass the UHD 630 iGPU to the VM on Proxmox, and the VM does not start. The romfile is in place.\n";

const CODE_43: &str = "I use KVM. GPU passthrough of an RTX 3060 to a Windows VM, which shows code 43. What am I doing wrong?\n";

const NO_FUNCTIONS: &str = "SR-IOV passthrough to VMs: I cannot create VFs on my ConnectX-5 network card, the command fails.\n";

const LEGACY: &str = "bios: ovmf\nhostpci0: 0000:00:02.0,legacy-igd=1,romfile=gop.rom\nvga: none\n";

const ESXI: &str =
    "ESXi 7: the HBA is passed through to the TrueNAS VM. The VM does not see the disks.\n";

const ESXI_RUNS: &str = "ESXi 7: the HBA is passed through to the TrueNAS VM. The VM with the passthrough \
    works fine, but the VM does not see the disks.\n";

pub(super) fn cases() -> Vec<Case> {
    let said = |code, verdict, text: &str| case(code, verdict, "", &[(POST, text)]);
    let options = |code, verdict, line: &str| case(code, verdict, "", &[("/proc/cmdline", line)]);
    let mut all: Vec<Case> = DRIVER_FIRST
        .iter()
        .map(|text| said("host-driver-first-reported", Fix, text))
        .collect();
    all.extend(HANGS.map(|text| said("libvirt-hang-reported", Unknown, text)));
    all.extend([
        case(
            "rom-file-without-bar",
            Fix,
            "",
            &[
                (VM, WITHOUT_BAR),
                (
                    POST,
                    "The VM starts, but I cannot see the picture of the card.\n",
                ),
            ],
        ),
        said("driver-not-bound", Ok, &format!("{CUT}```\nThat is all.\n")),
        options(
            "force-probe-negated",
            Fix,
            "quiet i915.enable_guc=3 i915.max_vfs=5 i915.force_probe=!a7a0\n",
        ),
        options(
            "force-probe-negated",
            Fix,
            "quiet xe.max_vfs=3 xe.force_probe='!7d55' i915.force_probe=7d55\n",
        ),
        options(
            "command-line-prose",
            NoEffect,
            "quiet use intel_iommu=on and iommu=pt\n",
        ),
        options(
            "command-line-prose",
            NoEffect,
            "quiet mit iommu=pt oder splash\n",
        ),
        case("only-display", Check, "", &[AT_BOOT, (POST, INTEGRATED)]),
        said("gvt-g-memory-exhausted", Blocker, MDEV),
        said("harvester-binding-requested", Unknown, HARVESTER),
    ]);
    all.push(said("bound-to-vfio-pci-prerequisite", Unknown, UNSTARTED));
    all.push(said("vf-number-prerequisite", Unknown, NO_FUNCTIONS));
    all.push(said(
        "all-functions-assigned-prerequisite",
        Unknown,
        CODE_43,
    ));
    all.push(said("device-guest-driver-prerequisite", Unknown, ESXI));
    all.push(said(
        "remedy-reported",
        Ok,
        "Radeon VII on Proxmox with vendor-reset: the VM has no picture at the first start. Running this \
         script activates the vendor-reset module: echo 1 > remove, rescan.\n",
    ));
    all
}

pub(super) fn quiet() -> Vec<Case> {
    let quiet = |code, text: &str| case(code, Ok, "", &[(POST, text)]);
    let options = |code, line: &str| case(code, Ok, "", &[("/proc/cmdline", line)]);
    let mut all = Vec::new();
    for text in DRIVER_FIRST {
        all.push(quiet("works-once-reported", text));
        all.push(quiet("reset-needs-host-reboot", text));
    }
    for text in HANGS {
        all.push(quiet("no-picture-reported", text));
    }
    let runs = "The VM with the iGPU runs fine, but HDMI has no signal.\n";
    all.extend([
        quiet(
            "host-driver-first-reported",
            "RX 550 passthrough: if I shut down the VM, I have to reboot the host. amdgpu is loaded.\n",
        ),
        quiet("libvirt-hang-reported", DETACHED),
        case(
            "no-picture-reported",
            Ok,
            "",
            &[(VM, WITHOUT_BAR), (POST, "The VM starts, but I cannot see the picture of the card.\n")],
        ),
        quiet("driver-not-bound", CUT),
        // The documented way to leave the graphics to xe, or to vfio-pci.
        options("force-probe-negated", "quiet i915.force_probe=!7d55 xe.force_probe=7d55\n"),
        options("force-probe-negated", "quiet i915.max_vfs=5 xe.force_probe=!a7a0\n"),
        options("command-line-prose", "quiet splash and intel_iommu=on\n"),
        case(
            "only-display",
            Ok,
            "",
            &[AT_BOOT, (POST, &format!("{INTEGRATED}{OTHER_CARD}"))],
        ),
        quiet("harvester-binding-requested", &format!("{HARVESTER}{REFUSED}")),
        quiet("qubes-strict-reset", QUBES),
        quiet(
            "done-reported",
            "GPU passthrough:\nGRUB_CMDLINE_LINUX_DEFAULT=\"quiet disable_idle_d3=1\"\nI enabled it all and \
             rebooted, no picture.\n",
        ),
        case(
            "rom-file-not-shown",
            Ok,
            "",
            &[(VM, "hostpci0: 0000:00:02.1,pcie=1,romfile=igd13.rom\n"), (POST, runs)],
        ),
        // The command above the error names the file, and a condition its cause.
        quiet("sysfs-write-no-memory", MDEV),
        quiet(
            "bhyve-memory-not-wired",
            "FreeBSD with bhyve: unless -S is set the error is \"passthru requires guest memory to be wired\". \
             It is set here.\n",
        ),
        quiet(
            "needless-replacement",
            "RTX 4060 直通到 Hyper-V 虚拟机，设备管理器报错代码12故障，显卡无法使用。\n",
        ),
        quiet(
            "single-card-monitors",
            "GPU passthrough: virt-manager shows the boot log of the VM in a window on the host.\n",
        ),
        // Other things than the host are started again.
        quiet(
            "works-once-reported",
            "The RTX 3060 in a Windows VM works. I shut down the VM yesterday; only restarting the display \
             manager brought the taskbar back.\n",
        ),
        quiet(
            "works-once-reported",
            "GPU-Passthrough: nach dem Herunterfahren der VM half nur ein Neustart des Gastsystems.\n",
        ),
        // The driver of the host makes no difference there.
        quiet(
            "host-driver-first-reported",
            "RX 580 passthrough: after a shutdown of the VM I must reboot the host. If amdgpu is not bound at \
             boot, the first start works, the second one fails as before.\n",
        ),
        quiet(
            "host-driver-first-reported",
            "The RX 7900 XTX works in a VM. If amdgpu is blacklisted or not, it works fine. I never need to \
             reboot the host.\n",
        ),
        // The card beside the processor's graphics.
        case(
            "force-probe-negated",
            Ok,
            "",
            &[
                ("/proc/cmdline", "quiet i915.max_vfs=7 i915.force_probe=!56a0\n"),
                ("lspci -nn", ARC_BESIDE),
            ],
        ),
        quiet("guest-runs-reported", "RTX 3060 直通。添加 PCI 设备时提示: 虚拟机正在运行, 不能添加。\n"),
        quiet("no-picture-reported", "The RX 6600 VM works. I don't see any output of lspci -k in it.\n"),
        quiet(
            "iommu-enabled-line-of-intel",
            "GPU passthrough with a Ryzen 3600: IOMMU enabled in BIOS, dmesg | grep AMD-Vi gives no output.\n",
        ),
        quiet(
            "device-of-host",
            "No VM and no container can use the GPU since the update, nvidia-smi on the host works.\n",
        ),
        quiet(
            "libvirt-hang-reported",
            "GPU passthrough:\nroot@box:~# virsh nodedev-detach pci_0000_01_00_0\nthe guest hangs at its logo\n",
        ),
        quiet(
            "xen-function-moved",
            "Xen: I moved a VM from my old server to this host, and it gets the NIC. The boot disk of dom0 is \
             an NVMe.\nxen-pciback.hide=(0000:03:00.0)\npci = [ '03:00.0' ]\n01:00.0 Non-Volatile memory \
             controller [0108]: Samsung Device [144d:a808]\n03:00.0 Ethernet controller [0200]: Intel \
             Device [8086:1521]\n",
        ),
        // Other interfaces than those that are read, or another card.
        case("uplink-assigned", Ok, "", &[NETPLAN_WITH_WIFI, ("lspci -nnk", NIC_OF_VM)]),
        case("uplink-assigned", Ok, "", &[DHCP, ("lspci -nnk", NIC_BESIDE_WIFI)]),
        quiet("single-card-monitors", "Steam in a Windows VM with the RTX 3060 passed through shows no 144 Hz.\n"),
    ]);
    // The hypervisor binds the device at the guest's start, and the guest without a picture has started.
    for code in [
        "bound-to-vfio-pci-prerequisite",
        "firmware-iommu-prerequisite",
    ] {
        all.push(case(code, Ok, "", &[(VM, LEGACY), (POST, DARK)]));
    }
    all.push(quiet("esxi-passthrough-active-prerequisite", ESXI_RUNS));
    // Without a virtual function no guest has one, and none needs a group.
    for code in [
        "vf-guest-driver-prerequisite",
        "vf-settings-prerequisite",
        "iommu-not-shown",
    ] {
        all.push(quiet(code, NO_FUNCTIONS));
    }
    all.push(quiet(
        "remedy-reported",
        "Radeon VII on Proxmox with vendor-reset: the VM has no picture at the first start. Running this \
         script does not help.\n",
    ));
    all
}

/// The remedy of the code in the text.
fn remedy(text: &str, code: &'static str) -> String {
    let report = report(&case(code, Verdict::Blocker, "", &[(POST, text)]));
    let found = report.findings.iter().find(|one| one.code == code);
    match found.and_then(|one| one.remedy.as_ref()) {
        Some(Remedy::Manual { text, .. }) => text.to_string(),
        other => panic!("{code}: {other:?}"),
    }
}

/// libvirt's message has two causes, whatever the firmware is set to.
#[test]
fn a_firmware_setting_leaves_both_causes_of_a_missing_backend() {
    let message =
        "error: unsupported configuration: pci backend driver 'default' is not supported\n";
    let code = "libvirt-backend-not-chosen";
    for firmware in [
        "IOMMU is enabled in the BIOS.\n",
        "Die IOMMU ist im BIOS aktiviert.\n",
    ] {
        let text = remedy(&format!("{firmware}{message}"), code);
        assert!(text.contains("modprobe vfio-pci"), "{text}");
        assert!(!text.contains("update the firmware"), "{text}");
    }
    assert!(remedy(message, code).contains("modprobe vfio-pci"));
}
