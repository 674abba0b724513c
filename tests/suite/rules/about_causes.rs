//! Causes that two parts of the input prove together.

use passthru::Verdict::{Check, Fix, Impossible, NoEffect, Ok};

use super::{Case, case};

const POST: &str = "post.txt";

const CMDLINE: &str = "/etc/kernel/cmdline";
const RUNNING: &str = "/proc/cmdline";
const TWO_LINES: &str = "root=/dev/sda1 quiet\nintel_iommu=on iommu=pt\n";

const GLASS: &str = "\
Looking Glass worked at 1920x1080. With 3840x2160 the client shows a broken picture:
lgmpHostMemAlloc Failed (Frame): LGMP_ERR_NO_SHARED_MEM
<shmem name='looking-glass'>
  <model type='ivshmem-plain'/>
  <size unit='M'>32</size>
</shmem>
";

const DISKS: &str = "\
The host freezes when I start the VM with the passed through SATA controller.

root@node:~# lsblk -o NAME,TRAN,MOUNTPOINT
sda  sata
├─sda1     /boot
└─sda2
  └─vg-root  /
sdb  sata
root@node:~# lspci -s 00:17
00:17.0 SATA controller: Intel Sunrise Point-H SATA controller [AHCI mode]
";

const OF_DOCKER: &str = "\
$ docker run --rm --gpus all nvidia/cuda:12.4.1-base-ubuntu22.04 nvidia-smi
docker: Error response from daemon: could not select device driver \"\" with capabilities: [[gpu]].
$ lspci -nnk -s 01:00
01:00.0 VGA compatible controller [0300]: NVIDIA Corporation GA106 [10de:2504] (rev a1)
\tKernel driver in use: nvidia
";

const CLIENT: &str = "\
PS C:\\> (Get-CimInstance Win32_OperatingSystem).Caption
Microsoft Windows 11 Pro
PS C:\\> Dismount-VMHostAssignableDevice -force -LocationPath \"PCIROOT(0)#PCI(0100)#PCI(0000)\"
Dismount-VMHostAssignableDevice : The operation failed.
The current configuration does not allow for OS control of the PCI Express bus.
";

const LXC: &str = "\
root@pve:~# cat /etc/pve/lxc/105.conf
lxc.cgroup.devices.allow: c 195:* rwm
root@pve:~# pveversion
pve-manager/8.3.3/f157a38b211595d6 (running kernel: 6.8.12-8-pve)
root@jellyfin:~# nvidia-smi
Failed to initialize NVML: Unknown Error
";

const VMX: &str = "\
config.version = \"8\"
virtualHW.version = \"19\"
memSize = \"65536\"
firmware = \"efi\"
pciPassthru0.present = \"TRUE\"
pciPassthru0.id = \"00000:059:00.0\"
";

const ESXI: &str = "\
[root@esx1:~] vmware -v
VMware ESXi 7.0.3 build-20328353
[root@esx1:~] lspci -n | grep 3b:00
0000:3b:00.0 Class 0300: 10de:2230 [vmgfx0]
Power On error: Invalid memory setting: memory reservation (sched.mem.min) should be equal to memsize(65536).
";

const CONTAINER_OF_VFIO: &str = "\
qemu-system-x86_64: -device vfio-pci,host=01:00.0,multifunction=on: vfio 0000:01:00.0: failed to setup \
container for group 15: memory listener initialization failed
";

const CLUSTER: &str = "\
0/3 nodes are available: 3 Insufficient nvidia.com/GA102GL_A40.

permittedHostDevices:
  pciHostDevices:
  - externalResourceProvider: true
    pciVendorSelector: 10DE:2235
    resourceName: nvidia.com/GA102GL_A40
";

const SELECTOR: &str = "\
permittedHostDevices:
  pciHostDevices:
  - pciVendorSelector: 10DE:2204
    resourceName: nvidia.com/GA102
# lspci -nnk
41:00.0 VGA compatible controller [0300]: NVIDIA Corporation GA102 [10de:2208] (rev a1)
\tKernel driver in use: vfio-pci
";

const GROUP: &str = "\
qemu-system-x86_64: -device vfio-pci,host=0000:01:00.0: vfio 0000:01:00.0: group 1 is not viable

IOMMU Group 1:
 00:01.0 PCI bridge [0604]: Intel PCIe Controller (x16) [8086:1901]  pcieport
 01:00.0 VGA compatible controller [0300]: NVIDIA TU104 [10de:1e87]  vfio-pci
 01:00.1 Audio device [0403]: NVIDIA [10de:10f8]  vfio-pci
 01:00.2 USB controller [0c03]: NVIDIA [10de:1ad8]  xhci_hcd

Do I need the ACS patch for that bridge?
";

const BRIDGE: &str = "\
The router VM has a VF of the E810 passed through, the web VM is on vmbr1 with the PF. No VLAN, spoofchk
off. The guests can't talk to each other.
";

/// VMware's line of a guest that does not get its device.
const POWER_ON: &str = "\
ESXi 8: the VM with a passed through RTX 3080 dies at power on.
Module 'DevicePowerOn' power on failed.
";

fn post(code: &'static str, verdict: passthru::Verdict, text: &str) -> Case {
    case(code, verdict, "", &[(POST, text)])
}

pub(super) fn cases() -> Vec<Case> {
    vec![
        post(
            "host-driver-bound",
            Fix,
            &format!("{OF_DOCKER}\nThe same card is for a VM: vfio-pci does not bind.\n"),
        ),
        post("dda-on-client-windows", Impossible, CLIENT),
        post("container-cgroup-version", Fix, LXC),
        post(
            "container-cgroup-version",
            Check,
            &LXC.replace("pve-manager/8", "pve-manager/6"),
        ),
        case(
            "large-bar-on-esxi",
            Fix,
            "",
            &[("/vmfs/volumes/a/b/c.vmx", VMX), (POST, ESXI)],
        ),
        case(
            "iommu-option-not-read",
            Fix,
            "",
            &[(CMDLINE, TWO_LINES), (RUNNING, "root=/dev/sda1 quiet\n")],
        ),
        post("looking-glass-memory-for-screen", Fix, GLASS),
        post("host-system-on-sata", Fix, DISKS),
        post("kubevirt-resource-of-other-plugin", Fix, CLUSTER),
        post("kubevirt-selector-of-other-device", Check, SELECTOR),
        post("acs-override-not-needed", NoEffect, GROUP),
        post("vf-and-bridge", Check, BRIDGE),
        post(
            "device-node-of-nogroup",
            Check,
            "crw-rw---- 1 65534 65534 226, 128 renderD128 in the LXC container\n",
        ),
    ]
}

/// The same without the second part, or with another one.
pub(super) fn quiet() -> Vec<Case> {
    let quiet = |code: &'static str, text: &str| post(code, Ok, text);
    vec![
        case(
            "iommu-option-not-read",
            Ok,
            "",
            &[(CMDLINE, TWO_LINES), (RUNNING, "quiet intel_iommu=on\n")],
        ),
        case(
            "iommu-option-valid",
            Ok,
            "",
            &[(CMDLINE, TWO_LINES), (RUNNING, "root=/dev/sda1 quiet\n")],
        ),
        quiet(
            "looking-glass-memory-for-screen",
            &GLASS.replace("'M'>32", "'M'>128"),
        ),
        quiet(
            "host-system-on-sata",
            &DISKS.replace("sda  sata", "sda  usb"),
        ),
        quiet("host-freeze-reported", DISKS),
        quiet(
            "kubevirt-resource-of-other-plugin",
            &CLUSTER.replace("true", "false"),
        ),
        quiet(
            "kubevirt-selector-of-other-device",
            &SELECTOR.replace("10DE:2204", "10DE:2208"),
        ),
        quiet(
            "acs-override-not-needed",
            &GROUP.replace("01:00.2 USB", "02:00.0 USB"),
        ),
        quiet("group-member-unbound", GROUP),
        quiet("host-driver-bound", OF_DOCKER),
        quiet("iommu-not-shown", OF_DOCKER),
        quiet("hyperv-dismount-failed", CLIENT),
        quiet("containers-share-the-card", CONTAINER_OF_VFIO),
        quiet("looking-glass-needs-display", GLASS),
        quiet("esxi-geforce-driver", POWER_ON),
        quiet(
            "guest-graphics-timeouts",
            "Windows VM with a passed through RTX 3080: sound crackles in games, LatencyMon names \
             nvlddmkm.\n",
        ),
        quiet(
            "hyperv-no-native-pcie",
            "DDA on Windows 10: Dismount-VMHostAssignableDevice fails.\nThe operation failed. \
             The current configuration does not allow for OS control of the PCI Express bus.\n",
        ),
        quiet(
            "container-cli-no-driver",
            "nvidia-container-cli: initialization error: nvml error: driver/library version \
             mismatch\n",
        ),
        quiet(
            "several-hosts-named",
            "In the LXC container the GPU fails:\nroot@pve:~# nvidia-smi\nroot@media:~# \
             nvidia-smi\n",
        ),
    ]
}
