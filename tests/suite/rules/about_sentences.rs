//! Findings from sentences of a post.

use passthru::Verdict::{Blocker, Check, Fix, Harmless, Impossible, NoEffect, Ok, Unknown};

use super::{Case, case};

const POST: &str = "post.md";

/// A listing, so that the text is of a host.
const CARD: &str = "\
07:00.0 VGA compatible controller [0300]: NVIDIA Corporation GP104 [10de:1b80] (rev a1)
\tKernel driver in use: vfio-pci
";

const ENLIGHTENED: &str = "\
The GPU of the VM shows code 43. The guest has Driver Version 384.94.
<hyperv>
<relaxed state='on'/>
</hyperv>
<kvm>
<hidden state='on'/>
</kvm>
";

const NO_DRIVER_IN_GUEST: &str = "\
This is the output of nvidia-smi in the guest VM:

```
NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. Make sure that the latest NVIDIA driver is installed and running.
```
";

const STOCK_FIRST: &str = "\
[    3.650742] i915 0000:01:00.0: Device initialization failed (-5)
[   41.900817] i915: loading out-of-tree module taints kernel.
";

const VALIDATED: &str = "\
On the node:
  QEMU: Checking if IOMMU is enabled by kernel                               : PASS

The problem is from the pod
  QEMU: Checking for device assignment IOMMU support                         : WARN (No ACPI DMAR table found, IOMMU either disabled in BIOS or not supported by this hardware platform)
";

const MAJORS: &str = "\
CUDA fails in the LXC container since the host was restarted.
lxc.cgroup2.devices.allow: c 195:* rwm
lxc.cgroup2.devices.allow: c 509:* rwm
crw-rw-rw- 1 root root 511, 0 Jun  2 08:14 /dev/nvidia-uvm
";

const USB: &str = "\
05:00.3 USB controller [0c03]: Advanced Micro Devices, Inc. [AMD] Renoir USB 3.1 [1022:1639]
05:00.4 USB controller [0c03]: Advanced Micro Devices, Inc. [AMD] Renoir USB 3.1 [1022:1639]
";

const SEABIOS: &str = "\
boot: order=scsi0
cores: 2
hostpci0: 0000:01:00.0,pcie=1,romfile=vbios.bin
machine: pc-q35-10.0
memory: 16384
ostype: win10
vmgenid: a73d4150-becd-416e-975f-2e59f3fcd4b2
";

const WIRELESS: &str = "\
0a:00.0 Network controller: Qualcomm Atheros QCA988x 802.11ac Wireless Network Adapter
\tControl: I/O+ Mem+ BusMaster+ SpecCycle- MemWINV- VGASnoop- ParErr- Stepping- SERR- FastB2B- DisINTx+
\tStatus: Cap+ 66MHz- UDF- FastB2B- ParErr- DEVSEL=fast >TAbort- <TAbort- <MAbort- >SERR- <PERR- INTx-
\tCapabilities: [40] Power Management version 2
\t\tFlags: PMEClk- DSI- D1+ D2+ AuxCurrent=375mA PME(D0+,D1+,D2+,D3hot+,D3cold+)
\t\tStatus: D0 NoSoftRst- PME-Enable- DSel=0 DScale=0 PME-
\tCapabilities: [70] Express (v2) Endpoint, MSI 00
\t\tDevCap:\tMaxPayload 256 bytes, PhantFunc 0, Latency L0s unlimited, L1 <64us
\t\t\tExtTag- AttnBtn- AttnInd- PwrInd- RBE+ FLReset-
\t\tDevCtl:\tReport errors: Correctable- Non-Fatal- Fatal- Unsupported-
\t\t\tRlxdOrd- ExtTag- PhantFunc- AuxPwr- NoSnoop-
\t\tLnkCap:\tPort #0, Speed 2.5GT/s, Width x1, ASPM L0s L1, Exit Latency L0s <4us, L1 <64us
\t\tLnkSta:\tSpeed 2.5GT/s, Width x1, TrErr- Train- SlotClk+ DLActive- BWMgmt- ABWMgmt-
\tKernel driver in use: vfio-pci
";

/// Symptoms and good news, each with a sentence that reports it and one that does not.
const REPORTS: &[(&str, passthru::Verdict, &str, &str)] = &[
    (
        "system-controller-given-reported",
        Blocker,
        "我的 ESXi 系统安装在一块 nvme 硬盘上，直通 nvme 控制器后 ESXi 失去了对硬盘的访问。\n",
        "我的 ESXi 系统安装在一块 U 盘上，直通 nvme 控制器后虚拟机正常。\n",
    ),
    (
        "device-given-away-reported",
        Harmless,
        "使用DDA直通了一个网卡给虚拟机，设备管理器也没有这个网卡。\n",
        "使用DDA直通了一个网卡给虚拟机，设备管理器里有这个网卡。\n",
    ),
    (
        "dismounted-reported",
        Fix,
        "Hyper-V显卡直通失败，宿主机的PCIe图形处理单元变成已卸除。\n",
        "Hyper-V显卡直通失败，宿主机的显卡还在。\n",
    ),
    (
        "done-reported",
        Ok,
        "The passthrough GPU fails in the VM. I even added the kvm hidden property.\n",
        "The passthrough GPU fails in the VM. Should I add the kvm hidden property?\n",
    ),
    (
        "guest-runs-reported",
        Ok,
        "The GPU passthrough works great in my VM.\n",
        "The GPU passthrough worked great in my VM until the update.\n",
    ),
    (
        "guest-sees-reported",
        Ok,
        "The GPU is detected by the guest VM.\n",
        "The GPU should be detected by the guest VM.\n",
    ),
    (
        "guest-ran-reported",
        Ok,
        "The GPU passthrough worked great in my VM until the update.\n",
        "The GPU passthrough works great in my VM.\n",
    ),
    (
        "guest-runs-without-reported",
        Ok,
        "The VM hangs with the passthrough GPU. Without the GPU the VM boots fine.\n",
        "The VM hangs with the passthrough GPU. Without the GPU the VM does not boot.\n",
    ),
    (
        "other-guest-works-reported",
        Ok,
        "The GPU passthrough to this VM fails. The same card works in another VM.\n",
        "The GPU passthrough to this VM fails. The same card does not work in another VM.\n",
    ),
    (
        "other-device-works-reported",
        Ok,
        "The GPU passthrough fails. Other devices are passed through without any issues.\n",
        "The GPU passthrough fails. Other devices are not passed through.\n",
    ),
    (
        "other-system-works-reported",
        Ok,
        "The GPU passthrough fails in Proxmox. It works in ESXi on the same machine.\n",
        "The GPU passthrough fails in Proxmox. It fails in ESXi on the same machine.\n",
    ),
    (
        "bare-metal-works-reported",
        Ok,
        "The GPU passthrough fails in the VM. On bare metal the GPU works fine.\n",
        "The GPU passthrough fails in the VM. On bare metal the GPU fails, too.\n",
    ),
    (
        "other-tool-works-reported",
        Ok,
        "The GPU passthrough fails with my script. With virt-manager, however, the VM works.\n",
        "The GPU passthrough fails with my script. With virt-manager, however, the VM fails.\n",
    ),
    (
        "other-place-works-reported",
        Ok,
        "The GPU passthrough to the VM fails. In another slot the card works fine.\n",
        "The GPU passthrough to the VM fails. In another slot the card does not work.\n",
    ),
    (
        "other-firmware-works-reported",
        Ok,
        "The USB controller passthrough to the VM fails. It works fine with the stock BIOS.\n",
        "The USB controller passthrough to the VM fails. It fails with the stock BIOS, too.\n",
    ),
    (
        "attempt-without-effect-reported",
        NoEffect,
        "The GPU passthrough to the VM fails. I tried another kernel, and the result is the same.\n",
        "The GPU passthrough to the VM fails. Did others try another kernel?\n",
    ),
    (
        "iommu-support-reported",
        Ok,
        "The GPU passthrough to the VM fails. The CPU supports VT-d.\n",
        "The GPU passthrough to the VM fails. The CPU must support VT-d.\n",
    ),
    (
        "driver-first-reported",
        Fix,
        "The GPU passthrough to the VM fails. After the boot nouveau is loaded instead of vfio-pci.\n",
        "The GPU passthrough to the VM fails. After the boot vfio-pci is loaded instead of nouveau.\n",
    ),
    (
        "vfio-driver-reported",
        Ok,
        "The VM hangs with the passthrough GPU. The GPU is bound to vfio-pci at boot.\n",
        "The VM hangs with the passthrough GPU. The GPU should be bound to vfio-pci at boot.\n",
    ),
    (
        "host-is-guest-reported",
        Unknown,
        "The GPU passthrough fails. My Proxmox host is itself a VM.\n",
        "The GPU passthrough fails. Is the host itself a VM?\n",
    ),
    (
        "hooks-idle-reported",
        Fix,
        "The VM with the passthrough GPU hangs. The hooks are never called.\n",
        "The VM with the passthrough GPU hangs. The hooks are called.\n",
    ),
    (
        "guest-log-empty-reported",
        Unknown,
        "The VM with the passthrough GPU hangs. Its log in /var/log/libvirt/qemu is empty.\n",
        "The VM with the passthrough GPU hangs. The second slot is empty.\n",
    ),
    (
        "host-resolution-reported",
        Fix,
        "With the GPU for the passthrough to the VM in it, the iGPU is stuck at 1024x768.\n",
        "With the GPU for the passthrough to the VM in it, the iGPU has 1920x1080.\n",
    ),
    (
        "host-without-picture-reported",
        Harmless,
        "I gave the iGPU to the VM by passthrough, so the host shows no picture.\n",
        "I gave the iGPU to the VM by passthrough, and the host shows a picture.\n",
    ),
    (
        "host-stuck-after-guest-reported",
        Fix,
        "The passthrough GPU works until I shut down the VM. Then lspci hangs.\n",
        "The passthrough GPU works until I shut down the VM. Then lspci lists it.\n",
    ),
    (
        "critical-device-reported",
        Blocker,
        "With TrueNAS 22.12.3 the passthrough of the NVMe fails: it is now classified as critical.\n",
        "With TrueNAS 22.12.3 the passthrough of the NVMe fails: its temperature is high.\n",
    ),
    (
        "hypervisor-console-dark",
        Harmless,
        "With the GPU passed through to the VM the console is black, and RDP works.\n",
        "With the GPU passed through to the VM the console works, and RDP too.\n",
    ),
    (
        "device-for-several-guests",
        Impossible,
        "Can several VMs use the GPU by passthrough at the same time?\n",
        "Can several VMs use the GPU by passthrough, one after the other?\n",
    ),
    (
        "retry-starts-reported",
        Ok,
        "The VM with the passthrough GPU fails. If I repeat the command, it starts fine.\n",
        "The VM with the passthrough GPU fails. If I repeat the command, it does not start.\n",
    ),
    (
        "usb-root-hubs-alone",
        Fix,
        "I passed the xHCI controller through to the VM, and the VM does not see the device.\n\
         Bus 001 Device 001: ID 1d6b:0002 Linux Foundation 2.0 root hub\n",
        "I passed the xHCI controller through to the VM, and the VM does not see the device.\n\
         Bus 001 Device 001: ID 1d6b:0002 Linux Foundation 2.0 root hub\n\
         Bus 001 Device 002: ID 046d:c077 Logitech, Inc. Mouse\n",
    ),
    (
        "script-address-not-listed",
        Check,
        "#!/bin/bash\nvirsh nodedev-detach pci_0000_0c_00_0\n\n\
         01:00.0 VGA compatible controller [0300]: NVIDIA Corporation GA104 [10de:2484]\n\
         \tKernel driver in use: nvidia\n",
        "#!/bin/bash\nvirsh nodedev-detach pci_0000_01_00_0\n\n\
         01:00.0 VGA compatible controller [0300]: NVIDIA Corporation GA104 [10de:2484]\n\
         \tKernel driver in use: nvidia\n",
    ),
    (
        "script-without-nvidia-uvm",
        Check,
        "#!/bin/bash\nmodprobe -r nvidia_drm nvidia\nvirsh nodedev-detach pci_0000_01_00_0\n",
        "#!/bin/bash\nmodprobe -r nvidia_uvm nvidia_drm nvidia\n\
         virsh nodedev-detach pci_0000_01_00_0\n",
    ),
    (
        "script-removes-module-in-use",
        Check,
        "#!/bin/bash\nmodprobe -r nvidia\nmodprobe -r nvidia_drm\nmodprobe -r nvidia_uvm\n\
         virsh nodedev-detach pci_0000_01_00_0\n",
        "#!/bin/bash\nmodprobe -r nvidia_drm\nmodprobe -r nvidia_uvm\nmodprobe -r nvidia\n\
         virsh nodedev-detach pci_0000_01_00_0\n",
    ),
    (
        "script-word-misspelled",
        Check,
        "#!/bin/bash\nsystemctl stop ssdm.service\nvirsh nodedev-detach pci_0000_01_00_0\n",
        "#!/bin/bash\nsystemctl stop sddm.service\nvirsh nodedev-detach pci_0000_01_00_0\n",
    ),
    (
        "script-word-misspelled",
        Fix,
        "#!/bin/bash\nvirsh nodedev-detatch pci_0000_01_00_0\n",
        "#!/bin/bash\nvirsh nodedev-dettach pci_0000_01_00_0\n",
    ),
    (
        "script-function-not-reattached",
        Check,
        "virsh nodedev-detach pci_0000_01_00_0\nvirsh nodedev-detach pci_0000_01_00_1\n\n\
         virsh nodedev-reattach pci_0000_01_00_0\n",
        "virsh nodedev-detach pci_0000_01_00_0\nvirsh nodedev-detach pci_0000_01_00_1\n\n\
         virsh nodedev-reattach pci_0000_01_00_0\nvirsh nodedev-reattach pci_0000_01_00_1\n",
    ),
    (
        "earlier-release-works-reported",
        Ok,
        "After the upgrade to 8.1 the VM with the passthrough GPU fails.\n",
        "The VM with the passthrough GPU fails. There is an update to 8.1.\n",
    ),
    (
        "firmware-setting-reported",
        Ok,
        "I verified that VT-d is enabled in the BIOS. The VM with the passthrough GPU hangs.\n",
        "Make sure that VT-d is enabled in the BIOS. The VM with the passthrough GPU hangs.\n",
    ),
    (
        "solution-reported",
        Ok,
        "The VM with the passthrough GPU got an error.\nA BIOS update fixed it.\n",
        "The VM with the passthrough GPU got an error.\nIs it fixed by a BIOS update?\n",
    ),
    (
        "cause-reported",
        Ok,
        "The VM with the passthrough GPU hangs. This is due to the ROM of the card.\n",
        "The VM with the passthrough GPU hangs. Is this due to the ROM of the card?\n",
    ),
    (
        "remedy-reported",
        Ok,
        "The VM with the passthrough GPU hangs. I had to add `rombar=0` for it.\n",
        "The VM with the passthrough GPU hangs. You should add `rombar=0` for it.\n",
    ),
    (
        "group-alone-reported",
        Ok,
        "For the GPU passthrough 01:00.0 is alone in its IOMMU group.\n",
        "For the GPU passthrough 01:00.0 must be alone in its IOMMU group.\n",
    ),
    (
        "shared-group-reported",
        Fix,
        "For the passthrough, my GPU is in the same IOMMU group as the SATA controller.\n",
        "For the passthrough, my GPU is not in the same IOMMU group as the SATA controller.\n",
    ),
    (
        "reset-once-named",
        Unknown,
        "I want GPU passthrough of an RX 580 to the VM.\n",
        "I want GPU passthrough of an RX 6800 to the VM.\n",
    ),
    (
        "named-option-misspelled",
        Fix,
        "For the GPU passthrough I set `iommo=soft swiotlb=8192`.\n",
        "For the GPU passthrough I set `iommu=soft swiotlb=8192`.\n",
    ),
    (
        "named-option-of-other-vendor",
        Fix,
        "The GPU passthrough host has an Intel Core i5-9600K.\nI have added amd_iommu=on to grub.\n",
        "The GPU passthrough host has an Intel Core i5-9600K.\nI have added intel_iommu=on to grub.\n",
    ),
    (
        "named-iommu-option-valid",
        Ok,
        "The GPU passthrough fails.\nI have added intel_iommu=on to grub.\n",
        "The GPU passthrough fails.\nIt fails without intel_iommu=on, too.\n",
    ),
    (
        "libvirt-hang-reported",
        Unknown,
        "I start the VM with the passthrough GPU, and libvirtd locks up.\n",
        "I start the VM with the passthrough GPU, and libvirtd does not lock up.\n",
    ),
    (
        "host-display-not-back",
        Unknown,
        "Single GPU passthrough works. When I shut down the VM, the screen stays black.\n",
        "Single GPU passthrough works. When I shut down the VM, the desktop returns.\n",
    ),
    (
        "host-failure-at-stop-reported",
        Unknown,
        "The GPU passthrough works, but when I shut down the VM the host freezes.\n",
        "The GPU passthrough works, but when I start the VM the host freezes.\n",
    ),
    (
        "session-end-reported",
        Unknown,
        "When I start the VM with the passthrough GPU, I log out of the session.\n",
        "When I start the VM with the passthrough GPU, I stay in the session.\n",
    ),
    (
        "only-gpu-reported",
        passthru::Verdict::Harmless,
        "I want GPU passthrough to a VM. My laptop has only one GPU.\n",
        "I want GPU passthrough to a VM. Only one GPU shows up in the VM.\n",
    ),
    (
        "sriov-none-of-vfio",
        Fix,
        "The dkms module of the passthrough GPU is not built.\n\n00:02.0 VGA compatible controller [0300]: Intel Corporation Alder Lake-N [UHD Graphics] [8086:46d0]\n\tKernel driver in use: vfio-pci\n",
        "The passthrough of the GPU fails.\n\n00:02.0 VGA compatible controller [0300]: Intel Corporation Alder Lake-N [UHD Graphics] [8086:46d0]\n\tKernel driver in use: vfio-pci\n",
    ),
    (
        "bhyve-guest-attached",
        Ok,
        "bhyve -s 7:1,passthru,2/0/1 vm\nigb0: <Intel(R) I350> mem 0xc0000000-0xc007ffff irq 18 at device 7.1 on pci0\nigb0: link state changed to UP\n",
        "bhyve -s 7:1,passthru,2/0/1 vm\nigb0: <Intel(R) I350> mem 0xc0000000-0xc007ffff irq 18 at device 7.1 on pci0\nigb0: attach failed\n",
    ),
    (
        "bhyve-guest-probed",
        Ok,
        "bhyve -s 7:1,passthru,2/0/1 vm\nigb0: <Intel(R) I350> mem 0xc0000000-0xc007ffff irq 18 at device 7.1 on pci0\n",
        "bhyve -s 7:1,passthru,2/0/1 vm\nvirtio_pci0: <VirtIO PCI Block adapter> at device 4.0 on pci0\n",
    ),
    (
        "bhyve-function-moved",
        Fix,
        "bhyve -s 7:0,passthru,2/0/1 vm\nbge0: <HP Ethernet 1Gb 2-port 332i> mem 0xc0000000-0xc007ffff irq 18 at device 7.0 on pci0\n",
        "bhyve -s 7:1,passthru,2/0/1 vm\nbge0: <HP Ethernet 1Gb 2-port 332i> mem 0xc0000000-0xc007ffff irq 18 at device 7.1 on pci0\n",
    ),
    (
        "resizable-bar-reported",
        Fix,
        "My VM with a passthrough GPU does not boot when resizable bar is enabled.\n",
        "My VM with a passthrough GPU boots with resizable bar enabled.\n",
    ),
    (
        "iommu-absent-reported",
        Blocker,
        "For the GPU passthrough the host has no IOMMU.\n",
        "If the host has no IOMMU, no GPU passthrough works.\n",
    ),
    (
        "processor-without-vtd",
        passthru::Verdict::Impossible,
        "The GPU passthrough host is an i7-4770K. The host has no IOMMU.\n",
        "The GPU passthrough host is an i7-4770K.\n",
    ),
    (
        "nixos-vfio-module-missing",
        Fix,
        "boot.kernelParams = [ \"vfio-pci.ids=10de:2206\" ];\nboot.kernelModules = [ \"kvmfr\" ];\n",
        "boot.kernelParams = [ \"vfio-pci.ids=10de:2206\" ];\nboot.initrd.kernelModules = [ \"vfio_pci\" ];\n",
    ),
    (
        "works-once-reported",
        Fix,
        "The VM refuses to start after it was shut down once.\n",
        "Shut down the VM, and start the VM again.\n",
    ),
    (
        "host-freeze-reported",
        Unknown,
        "When I start the VM, the whole host freezes.\n",
        "If the host freezes, look at its log.\n",
    ),
    (
        "host-restart-reported",
        Unknown,
        "Attaching the card causes an instant reboot.\n",
        "After a reboot of the host the groups are the same.\n",
    ),
    (
        "host-network-loss-reported",
        Unknown,
        "As soon as the VM starts, the host loses network.\n",
        "The network of the host is fine when the VM starts.\n",
    ),
    (
        "host-display-loss-reported",
        Unknown,
        "The console is stuck at loading initial ramdisk.\n",
        "The console shows loading initial ramdisk and goes on.\n",
    ),
    (
        "no-picture-reported",
        Unknown,
        "The VM boots, but the monitor shows a black screen.\n",
        "There is no black screen any more.\n",
    ),
    (
        "code-12-reported",
        Blocker,
        "Windows shows code 12 for it.\n",
        "If Windows shows code 12, use OVMF.\n",
    ),
    (
        "device-loss-reported",
        Unknown,
        "After the shutdown the GPU disappears from lspci.\n",
        "The GPU is still in lspci after the shutdown.\n",
    ),
    (
        "host-disk-loss-reported",
        Fix,
        "The boot drive is in the same IOMMU group, and it is gone when the VM starts.\n",
        "The boot drive is in another IOMMU group.\n",
    ),
    (
        "regression-reported",
        Fix,
        "Since upgrading to kernel 6.8 the passthrough fails.\n",
        "I updated the kernel to 6.8.\n",
    ),
    (
        "guest-memory-pinned",
        Ok,
        "With GPU passthrough the maximum amount of RAM is allocated.\n",
        "The guest has the maximum amount of RAM.\n",
    ),
];

pub(super) fn cases() -> Vec<Case> {
    let reports = REPORTS.iter();
    let mut all: Vec<Case> = reports
        .map(|(code, verdict, output, _)| case(code, *verdict, "", &[(POST, output)]))
        .collect();
    all.extend(others());
    all
}

/// A guest with one of the two functions of its card.
const GRAPHICS_ALONE: &str = "\
<domain type='kvm'>
  <name>win</name>
  <devices>
    <hostdev mode='subsystem' type='pci' managed='yes'>
      <source>
        <address domain='0x0000' bus='0x01' slot='0x00' function='0x0'/>
      </source>
    </hostdev>
  </devices>
</domain>
";

const GRAPHICS_AND_AUDIO: &str = "\
01:00.0 VGA compatible controller [0300]: NVIDIA Corporation GP102 [10de:1b06]
01:00.1 Audio device [0403]: NVIDIA Corporation GP102 HDMI Audio Controller [10de:10ef]
";

const INTEGRATED: &str = "\
00:02.0 VGA compatible controller [0300]: Intel Corporation Alder Lake-N [UHD Graphics] [8086:46d0]
";

fn others() -> Vec<Case> {
    vec![
        case(
            "option-without-module",
            NoEffect,
            "",
            &[("/proc/cmdline", "quiet disable_idle_d3=1\n")],
        ),
        case(
            "ids-without-module",
            Fix,
            "",
            &[("/proc/cmdline", "quiet ids=10de:1b80,10de:10f0\n")],
        ),
        case(
            "guest-lacks-audio",
            Unknown,
            "",
            &[
                ("lspci -nnk", GRAPHICS_AND_AUDIO),
                ("/etc/libvirt/qemu/win.xml", GRAPHICS_ALONE),
            ],
        ),
        case(
            "integrated-outputs-lost",
            passthru::Verdict::Harmless,
            "",
            &[
                ("lspci -nnk", INTEGRATED),
                ("/etc/pve/qemu-server/100.conf", "hostpci0: 0000:00:02.0\n"),
            ],
        ),
        case(
            "guest-gets-one-function",
            Unknown,
            "",
            &[(
                "/etc/pve/qemu-server/100.conf",
                "hostpci0: 0000:82:00.0,x-vga=1\n",
            )],
        ),
        case(
            "guest-nvidia-driver-not-loaded",
            Fix,
            "",
            &[(POST, NO_DRIVER_IN_GUEST)],
        ),
        case(
            "nvidia-driver-before-465",
            Fix,
            "",
            &[(
                POST,
                "The guest has Driver Version 384.94.\nhypervisor.cpuid.v0 = \"FALSE\"\n",
            )],
        ),
        case("hyperv-vendor-not-set", Fix, "", &[(POST, ENLIGHTENED)]),
        case(
            "stock-module-loaded-first",
            Fix,
            "",
            &[("dmesg", STOCK_FIRST)],
        ),
        case("container-hides-firmware", Ok, "", &[(POST, VALIDATED)]),
        case("container-refuses-major", Fix, "", &[(POST, MAJORS)]),
        case(
            "ids-take-usb",
            Unknown,
            "",
            &[
                ("lspci -nn", USB),
                ("/etc/modprobe.d/a.conf", "options vfio-pci ids=1022:1639\n"),
            ],
        ),
        case(
            "guest-firmware-seabios",
            Unknown,
            "",
            &[("/etc/pve/qemu-server/100.conf", SEABIOS)],
        ),
        case(
            "lost-without-flr",
            Fix,
            "",
            &[
                ("lspci -vv", WIRELESS),
                (POST, "!!! Unknown header type 7f\n"),
            ],
        ),
        case(
            "named-pci-stub-ids",
            Fix,
            "",
            &[(
                POST,
                "I set `pci-stub.ids=1002:73bf` and `vfio-pci.ids=1002:73bf` there.\n",
            )],
        ),
        case(
            "named-ids-valid",
            Ok,
            "",
            &[(
                POST,
                "It is enough to add `vfio-pci.ids=10de:1b80,10de:10f0` there.\n",
            )],
        ),
        case(
            "named-ids-malformed",
            Fix,
            "",
            &[(
                POST,
                "I booted with `iommu=pt vfio-pci.ids=10de:1b80,7=10de:10f0`, and it hangs.\n",
            )],
        ),
        case(
            "named-option-unknown",
            Fix,
            "",
            &[(
                POST,
                "Then I set ``vfio.enable_unsafe_interrupts`` and it went on.\n",
            )],
        ),
        case(
            "failure-not-shown",
            Unknown,
            "",
            &[
                ("lspci -nnk", CARD),
                (
                    POST,
                    "The guest starts, and its program ends with an error.\n",
                ),
            ],
        ),
        case(
            "code-43-reported",
            Unknown,
            "",
            &[
                ("lspci -nnk", CARD),
                (POST, "Windows shows error code 43 for it.\n"),
            ],
        ),
        case(
            "iommu-in-firmware-tables",
            Ok,
            "",
            &[(
                "lspci -nn",
                "00:00.2 IOMMU [0806]: Advanced Micro Devices, Inc. [AMD] [1022:1481]\n",
            )],
        ),
        case(
            "blacklist-of-graphics",
            Ok,
            "",
            &[(
                "/etc/modprobe.d/a.conf",
                "blacklist nouveau\nblacklist nvidia\n",
            )],
        ),
        case(
            "iommu-option-valid",
            Ok,
            "",
            &[("dmesg", "[    0.019620] DMAR: IOMMU enabled\n")],
        ),
    ]
}

pub(super) fn quiet() -> Vec<Case> {
    let reports = REPORTS.iter();
    let mut all: Vec<Case> = reports
        .map(|(code, _, _, output)| case(code, Ok, "", &[(POST, output)]))
        .collect();
    all.extend(other_quiet());
    all
}

fn other_quiet() -> Vec<Case> {
    let quiet = |code, text| case(code, Ok, "", &[("lspci -nnk", CARD), (POST, text)]);
    let of_host = NO_DRIVER_IN_GUEST.replace("in the guest VM", "on the host");
    let in_order: String = {
        let mut lines: Vec<&str> = STOCK_FIRST.lines().collect();
        lines.reverse();
        lines.join("\n")
    };
    let ovmf = format!("bios: ovmf\n{SEABIOS}");
    vec![
        case(
            "option-without-module",
            Ok,
            "",
            &[("/proc/cmdline", "quiet vfio-pci.disable_idle_d3=1\n")],
        ),
        case(
            "ids-without-module",
            Ok,
            "",
            &[(
                "/proc/cmdline",
                "quiet vfio-pci.ids=10de:1b80 ids=/dev/sda1\n",
            )],
        ),
        case(
            "guest-lacks-audio",
            Ok,
            "",
            &[
                ("lspci -nnk", CARD),
                ("/etc/libvirt/qemu/win.xml", GRAPHICS_ALONE),
            ],
        ),
        case(
            "integrated-outputs-lost",
            Ok,
            "",
            &[
                ("lspci -nnk", CARD),
                ("/etc/pve/qemu-server/100.conf", "hostpci0: 0000:07:00.0\n"),
            ],
        ),
        case(
            "guest-nvidia-driver-not-loaded",
            Ok,
            "",
            &[(POST, &of_host)],
        ),
        quiet(
            "nvidia-driver-before-465",
            "The guest has Driver Version 535.54.\n",
        ),
        case(
            "hyperv-vendor-not-set",
            Ok,
            "",
            &[(POST, &ENLIGHTENED.replace("384.94", "535.54"))],
        ),
        case("stock-module-loaded-first", Ok, "", &[("a.txt", &in_order)]),
        case(
            "container-refuses-major",
            Ok,
            "",
            &[(POST, &MAJORS.replace("509", "511"))],
        ),
        case(
            "container-hides-firmware",
            Ok,
            "",
            &[(
                POST,
                &VALIDATED.replace("The problem is from the pod", "Then"),
            )],
        ),
        case(
            "ids-take-usb",
            Ok,
            "",
            &[
                ("lspci -nn", USB),
                ("/etc/modprobe.d/a.conf", "options vfio-pci ids=1022:1638\n"),
            ],
        ),
        case(
            "guest-firmware-seabios",
            Ok,
            "",
            &[("/etc/pve/qemu-server/100.conf", &ovmf)],
        ),
        case(
            "lost-without-flr",
            Ok,
            "",
            &[
                ("lspci -vv", &WIRELESS.replace("FLReset-", "FLReset+")),
                (POST, "!!! Unknown header type 7f\n"),
            ],
        ),
        quiet(
            "named-ids-valid",
            "`vfio-pci.ids=<ids of the card>` is what the guide says.\n",
        ),
        quiet(
            "named-pci-stub-ids",
            "I set `pci-stub.ids=8086:10d3` and `vfio-pci.ids=1002:73bf` there.\n",
        ),
        quiet(
            "named-ids-malformed",
            "I booted with `vfio-pci.ids=10de:1b80`.\n",
        ),
        quiet(
            "named-option-unknown",
            "Then I set `vfio_iommu_type1.allow_unsafe_interrupts=1` and `vfio_pci.disable_vga=1`.\n",
        ),
        quiet("amd-iommu-on", "The kernel has `intel_iommu=on`.\n"),
        quiet(
            "failure-not-shown",
            "The guest starts, and all of it works well since spring.\n",
        ),
        quiet(
            "code-43-reported",
            "If Windows shows code 43, hide the hypervisor.\n",
        ),
        quiet(
            "iommu-in-firmware-tables",
            "[    0.6] pci 0000:07:00.0: Adding to iommu group 7\n",
        ),
        case(
            "blacklist-of-graphics",
            Ok,
            "",
            &[
                ("lspci -nnk", &CARD.replace("vfio-pci", "nouveau")),
                ("/etc/modprobe.d/a.conf", "blacklist nouveau\n"),
            ],
        ),
        // The message says it.
        quiet(
            "failure-not-shown",
            "The guest does not start:\nvfio 0000:07:00.0: group 3 is not viable\n",
        ),
    ]
}
