//! Devices that texts name, of which the trade knows more, and displays of guests.

use passthru::Verdict::{self, Blocker, Fix, Impossible, Ok, Unknown};

use super::{Case, case};

const HYPER_V: &str = "PS C:\\> Get-VM\n";

/// Code, verdict, a text with the finding, and one without it.
const CASES: &[(&str, Verdict, &str, &str)] = &[
    (
        "large-bar-on-esxi",
        Unknown,
        "A Tesla V100 attached via PCIe passthrough fails in the VM on ESXi 7.0.1.\n",
        "A Tesla V100 attached via PCIe passthrough fails in the VM on ESXi 7.0.1 with pciPassthru.use64bitMMIO.\n",
    ),
    (
        "raspberry-pi-wifi",
        Impossible,
        "Can I pass through the internal wifi of my Raspberry Pi 4 to a VM?\n",
        "Can I pass through a USB adapter of my Raspberry Pi 4 to a VM?\n",
    ),
    (
        "guest-with-removed-card",
        Fix,
        "旧显卡拔出后，绑定了显卡的虚拟机无法启动。\n",
        "旧显卡还在，绑定了显卡的虚拟机无法启动。\n",
    ),
    (
        "large-bar-with-ovmf",
        Ok,
        "How is PCI passthrough of a Tesla K80 to QEMU with OVMF, as to above 4G decoding?\n",
        "How is PCI passthrough of a Tesla K80 to QEMU with SeaBIOS?\n",
    ),
    (
        "vf-spoof-check",
        Fix,
        "PCI passthrough of an SR-IOV virtual function to the VM fails: no DHCP. Without spoof checking of the VF it has an address.\n",
        "PCI passthrough of an SR-IOV virtual function to the VM fails: no DHCP.\n",
    ),
    (
        "outputs-with-the-card",
        Ok,
        "核显已经直通给虚拟机，如何让HDMI口空闲出来？\n",
        "核显已经直通给虚拟机，HDMI口没有画面\n",
    ),
    (
        "ath11k-in-guest",
        Fix,
        "I pass a WCN6855 Wi-Fi card through to the VM with VFIO. The driver in the guest does not work.\n",
        "I pass an MT7921 Wi-Fi card through to the VM with VFIO. The driver in the guest does not work.\n",
    ),
    (
        "grace-gpu-driver",
        Fix,
        "GPU passthrough to a VM on a Grace Hopper server.\n",
        "GPU passthrough to a VM on a Grace Hopper server with nvgrace-gpu-vfio-pci.\n",
    ),
    (
        "raid-controller-under-zfs",
        Fix,
        "The Smart Array P410 is passed through to the VM. The VM runs TrueNAS.\n",
        "The Smart Array P410 is passed through to the VM in HBA mode. The VM runs TrueNAS.\n",
    ),
    (
        "chipset-without-vtd",
        Impossible,
        "PCI passthrough to a VM on my PowerEdge 2950.\n",
        "PCI passthrough to a VM on my PowerEdge R710.\n",
    ),
    (
        "macos-graphics-too-new",
        Blocker,
        "Passthrough of the Iris Xe graphics to a macOS VM.\n",
        "Passthrough of the Iris Xe graphics to a Windows VM.\n",
    ),
    (
        "macos-graphics-framebuffer",
        Fix,
        "Passthrough of the UHD 630 to a macOS VM. The screen stays black in the guest, it does not work.\n",
        "Passthrough of the UHD 630 to a Windows VM. The screen stays black in the guest, it does not work.\n",
    ),
    (
        "igc-in-guest",
        Unknown,
        "PVE 把 I226-V 网卡直通给 OpenWrt 虚拟机，虚拟机无法识别网卡。\n",
        "PVE 把 I226-V 网卡直通给 Windows 虚拟机，虚拟机无法识别网卡。\n",
    ),
    (
        "dsm-disk-names",
        Unknown,
        "The HBA is passed through to the DSM VM, and DSM does not see the disks.\n",
        "The HBA is passed through to the Windows VM, and Windows does not see the disks.\n",
    ),
    (
        "coral-usb-controller",
        Ok,
        "The Coral USB works with passthrough of the whole USB controller to the VM.\n",
        "The Coral USB works with passthrough of the one device to the VM.\n",
    ),
    (
        "release-before-vfio",
        Fix,
        "Passthrough of a card to a VM with QEMU 2.0.0. The guest does not start.\n",
        "Passthrough of a card to a VM with QEMU 2.11.1. The guest does not start.\n",
    ),
    (
        "mellanox-in-router",
        Unknown,
        "PVE 把 cx4 网卡直通给 ImmortalWrt 虚拟机，虚拟机无法识别网卡。\n",
        "PVE 把 cx4 网卡直通给 Windows 虚拟机，虚拟机无法识别网卡。\n",
    ),
    (
        "rtl8125-transmit-timeout",
        Fix,
        "Passthrough of the 8125 to the VM fails: r8125 reports a watchdog timeout.\n",
        "Passthrough of the X550 to the VM fails: ixgbe reports a watchdog timeout.\n",
    ),
    (
        "notebook-gpu-without-rom",
        Fix,
        "Passthrough of the MX330 to the VM: the driver fails to initialize, code 43.\n",
        "Passthrough of the MX330 with romfile to the VM: the driver fails to initialize, code 43.\n",
    ),
    (
        "notebook-gpu-battery",
        Fix,
        "GPU passthrough to a VM on my laptop: Windows shows code 43.\n",
        "GPU passthrough to a VM on my laptop with a battery in an SSDT: Windows shows code 43.\n",
    ),
    (
        "virtual-functions-lost-at-start",
        Unknown,
        "With SR-IOV passthrough the VM does not start: the VFs disappear.\n",
        "With SR-IOV passthrough the VM does not start: the VFs are there.\n",
    ),
    (
        "macos-nvidia",
        Fix,
        "Passthrough of the NVIDIA GPU to a macOS VM: the screen stays black, it does not work.\n",
        "Passthrough of the NVIDIA GPU to a Linux VM: the screen stays black, it does not work.\n",
    ),
    (
        "kubevirt-function-driver",
        Unknown,
        "KubeVirt: the VM with an SR-IOV function by passthrough of a NIC fails to start.\n",
        "KubeVirt: the VM with a NIC by passthrough fails to start.\n",
    ),
    (
        "cloud-image-without-graphics",
        Fix,
        "Passthrough of the iGPU to a VM of the cloud image fails: no /dev/dri in the VM.\n",
        "Passthrough of the iGPU to a VM of the server image fails: no /dev/dri in the VM.\n",
    ),
    (
        "dsm-graphics-too-new",
        Fix,
        "Passthrough of the iGPU of an N100 to the VM with DS920+ fails: no /dev/dri.\n",
        "Passthrough of the iGPU of an N100 to the VM with SA6400 fails: no /dev/dri.\n",
    ),
    (
        "chipset-sound-shares-group",
        Unknown,
        "PCI passthrough of the onboard audio to the VM fails.\n",
        "PCI passthrough of the sound of the card to the VM fails.\n",
    ),
    (
        "card-before-gop",
        Unknown,
        "Passthrough of a GTX 680 to the VM with OVMF: the VM does not start, code 43.\n",
        "Passthrough of a GTX 680 to the VM with SeaBIOS: the VM does not start, code 43.\n",
    ),
    (
        "hot-plug-volume-with-device",
        Fix,
        "KubeVirt: the VM with GPU passthrough and a hotpluggable volume fails to start.\n",
        "KubeVirt: the VM with GPU passthrough and a volume fails to start.\n",
    ),
    (
        "group-of-many",
        Blocker,
        "/sys/kernel/iommu_groups/0/devices/0000:01:00.0\n/sys/kernel/iommu_groups/0/devices/0000:02:00.0\n\
         /sys/kernel/iommu_groups/0/devices/0000:03:00.0\n/sys/kernel/iommu_groups/0/devices/0000:04:00.0\n\
         /sys/kernel/iommu_groups/0/devices/0000:05:00.0\n/sys/kernel/iommu_groups/0/devices/0000:06:00.0\n\
         /sys/kernel/iommu_groups/0/devices/0000:07:00.0\n/sys/kernel/iommu_groups/0/devices/0000:08:00.0\n",
        "/sys/kernel/iommu_groups/0/devices/0000:01:00.0\n/sys/kernel/iommu_groups/1/devices/0000:02:00.0\n\
         /sys/kernel/iommu_groups/2/devices/0000:03:00.0\n/sys/kernel/iommu_groups/3/devices/0000:04:00.0\n\
         /sys/kernel/iommu_groups/4/devices/0000:05:00.0\n/sys/kernel/iommu_groups/5/devices/0000:06:00.0\n\
         /sys/kernel/iommu_groups/6/devices/0000:07:00.0\n/sys/kernel/iommu_groups/7/devices/0000:08:00.0\n",
    ),
    (
        "ppt-not-attached",
        Fix,
        "root@fbsd:~ # uname -a\nFreeBSD fbsd 14.1-RELEASE FreeBSD 14.1-RELEASE amd64\npptdevs=\"13/0/0\"\n\
         none3@pci0:13:0:0:\tclass=0x028000 rev=0x00 hdr=0x00 vendor=0x14c3 device=0x0616 subvendor=0x14c3 subdevice=0x0616\n",
        "root@fbsd:~ # uname -a\nFreeBSD fbsd 14.1-RELEASE FreeBSD 14.1-RELEASE amd64\npptdevs=\"13/0/0\"\n\
         ppt0@pci0:13:0:0:\tclass=0x028000 rev=0x00 hdr=0x00 vendor=0x14c3 device=0x0616 subvendor=0x14c3 subdevice=0x0616\n",
    ),
    (
        "legacy-vga-beside-intel",
        Fix,
        "GPU passthrough to a VM, and the Intel HD graphics are for my host. The screen stays black.\n\
         -device vfio-pci,host=01:00.0,x-vga=on \\\n",
        "GPU passthrough to a VM, and the Intel HD graphics are for my host. The screen stays black.\n\
         -drive if=pflash,file=OVMF_CODE.fd -device vfio-pci,host=01:00.0,x-vga=on \\\n",
    ),
    (
        "unraid-virtual-functions-bound",
        Fix,
        "BIND=0000:05:00.0|8086:10fb 0000:00:02.1|8086:4692\n",
        "BIND=0000:05:00.0|8086:10fb 0000:05:00.1|8086:10fb\n",
    ),
];

/// Of hosts with Hyper-V: the same with a line of PowerShell.
const OF_HYPER_V: &[(&str, Verdict, &str, &str)] = &[
    (
        "hyper-v-disk-not-assigned",
        Fix,
        "NVMe passthrough to a VM of Hyper-V with DDA fails.\n",
        "GPU passthrough to a VM of Hyper-V with DDA fails.\n",
    ),
    (
        "hyper-v-linux-gpu-partition",
        Fix,
        "The Ubuntu VM of Hyper-V has a GPU partition (GPU-PV), and nvidia-smi fails in it.\n",
        "The Windows VM of Hyper-V has a GPU partition (GPU-PV), and nvidia-smi fails in it.\n",
    ),
    (
        "hyper-v-edition",
        Unknown,
        "GPU passthrough to a VM of Hyper-V with DDA fails.\n",
        "GPU passthrough to a VM of Hyper-V with DDA on Windows Server 2022 fails.\n",
    ),
    (
        "hyper-v-way-of-assignment",
        Unknown,
        "The GPU in my VM of Hyper-V fails with passthrough.\n",
        "The GPU in my VM of Hyper-V fails with passthrough by DDA.\n",
    ),
];

const DARK: &str = "GPU passthrough to the VM: Windows shows code 43 for the card.\n\
    01:00.0 VGA compatible controller [0300]: NVIDIA Corporation GP104 [10de:1b80] (rev a1)\n";

/// A domain with the card, and this display.
fn domain(display: &str) -> String {
    format!(
        "<domain type='kvm'>\n  <name>win</name>\n  <devices>\n    <video>\n      {display}\n    \
         </video>\n    <hostdev mode='subsystem' type='pci' managed='yes'>\n      <source>\n        \
         <address domain='0x0000' bus='0x01' slot='0x00' function='0x0'/>\n      </source>\n    \
         </hostdev>\n  </devices>\n</domain>\n"
    )
}

pub(super) fn cases() -> Vec<Case> {
    let of = |(code, verdict, text, _): &(&'static str, Verdict, &str, &str)| {
        case(code, *verdict, "", &[("post.md", text)])
    };
    let mut all: Vec<Case> = CASES.iter().map(of).collect();
    all.extend(OF_HYPER_V.iter().map(|(code, verdict, text, _)| {
        case(
            code,
            *verdict,
            "",
            &[("post.md", text), ("powershell.txt", HYPER_V)],
        )
    }));
    let xml = domain("<model type='qxl' vram='65536' heads='1' primary='yes'/>");
    all.push(case(
        "emulated-display-first",
        Fix,
        "01:00.0",
        &[("post.md", DARK), ("/etc/libvirt/qemu/win.xml", &xml)],
    ));
    all
}

pub(super) fn quiet() -> Vec<Case> {
    let of = |(code, _, _, text): &(&'static str, Verdict, &str, &str)| {
        case(code, Ok, "", &[("post.md", text)])
    };
    let mut all: Vec<Case> = CASES.iter().map(of).collect();
    all.extend(OF_HYPER_V.iter().map(|(code, _, _, text)| {
        case(
            code,
            Ok,
            "",
            &[("post.md", text), ("powershell.txt", HYPER_V)],
        )
    }));
    let xml = domain("<model type='none'/>");
    all.push(case(
        "emulated-display-first",
        Ok,
        "01:00.0",
        &[("post.md", DARK), ("/etc/libvirt/qemu/win.xml", &xml)],
    ));
    all
}
