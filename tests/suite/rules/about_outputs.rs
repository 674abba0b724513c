//! What short outputs prove: modules, device files, mediated devices, limits, objects of a
//! cluster, and commands of bhyve.

use passthru::Verdict::{Blocker, Fix, Harmless, Ok, Unknown};

use super::{Case, case};

const POST: &str = "post.md";

const NODES: &str = "\
root@pve:~# ls -l /dev/vfio
total 0
crw------- 1 root root 241,   0 Jun  4 07:27 17
crw-rw-rw- 1 root root  10, 196 Jun  4 07:27 vfio
";

const TYPES: &str = "\
root@pve:~# mdevctl types
0000:01:00.0
  nvidia-49
    Available instances: 4
    Device API: vfio-pci
";

const LIST: &str = "\
root@pve:~# mdevctl list
4a491c54-e303-4c3b-947d-8e898f392da8 0000:01:00.0 nvidia-49 manual (defined)
";

/// Commands that print nothing.
const NOTHING: &str = "\
root@tower:~# lsmod | grep vfio
root@tower:~# mdevctl types
root@tower:~# dmesg | grep -e DMAR -e IOMMU
root@tower:~# uname -r
6.1.33-Unraid
";

/// The same commands, of which two print something.
const SOMETHING: &str = "\
root@tower:~# lsmod | grep vfio
vfio_pci               16384  0
root@tower:~# dmesg | grep -e DMAR -e IOMMU
[    0.019620] DMAR: IOMMU enabled
root@tower:~# uname -r
6.1.33-Unraid
";

const NODE: &str = "\
Capacity:
  nvidia.com/GA102:  2
Allocatable:
  devices.kubevirt.io/kvm:  1k
  nvidia.com/GA102:  COUNT
";

const KUBEVIRT: &str = "\
spec:
  permittedHostDevices:
    pciHostDevices:
    - pciVendorSelector: 10de:2204
";

const GATES: &str = "\
developerConfiguration:
  featureGates:
    - LiveMigration
network:
  permitBridgeInterfaceOnPodNetwork: true
permittedHostDevices: {}
";

const BHYVE: &str = "\
bhyve -c 2 -m 4G -SwHA \\
-s 0,hostbridge \\
-s 8:0,passthru,2/0/0 \\
vm0
";

const VGAPCI: &str = "\
root@bsd:~ # pciconf -lv vgapci0
vgapci0@pci0:4:0:0:\tclass=0x030000 card=0x0001174b chip=0x68f91002 rev=0x00 hdr=0x00
    vendor     = 'Advanced Micro Devices, Inc. [AMD/ATI]'
    device     = 'Cedar [Radeon HD 5000/6000/7350/8350 Series]'
    class      = display
    subclass   = VGA
";

const IGD: &str =
    "bios: ovmf\nhostpci0: 0000:00:02.0,legacy-igd=1\nmachine: pc-i440fx-9.0\nvga: none\n";

const VFS: &str = "ro intel_iommu=on i915.max_vfs=7\n";

const PARENT: &str = "\
00:02.0 VGA compatible controller [0300]: Intel Corporation AlderLake-S GT1 [8086:4680] (rev 0c)
\tKernel driver in use: vfio-pci
00:02.1 VGA compatible controller [0300]: Intel Corporation AlderLake-S GT1 [8086:4680] (rev 0c)
";

fn parent(verdict: passthru::Verdict, options: &str, listing: &str) -> Case {
    let parts = [("/proc/cmdline", options), ("lspci -nnk", listing)];
    case("sriov-parent-bound-to-vfio", verdict, "", &parts)
}

const VM: &str = "/etc/pve/qemu-server/100.conf";

fn post(code: &'static str, verdict: passthru::Verdict, text: &str) -> Case {
    case(code, verdict, "", &[(POST, text)])
}

/// FreeBSD, and a function that pptdevs names and `driver` has.
fn bsd(driver: &str) -> String {
    format!(
        "root@fbsd:~ # uname -a\nFreeBSD fbsd 14.1-RELEASE FreeBSD 14.1-RELEASE amd64\n\
         pptdevs=\"13/0/0\"\n{driver}@pci0:13:0:0:\tclass=0x028000 rev=0x00 hdr=0x00 \
         vendor=0x14c3 device=0x0616 subvendor=0x14c3 subdevice=0x0616\n"
    )
}

/// A function that a domain of XCP-ng has, and the list of those that domains can have.
const XEN_LISTS: &str = "\
[09:15 xcp-ng-2 ~]# xl pci-assignable-list
[09:15 xcp-ng-2 ~]# xl pci-list 3
Vdev Device
04.0 0000:0b:00.0
[09:16 xcp-ng-2 ~]# lspci -k -s 0b:00.0
0b:00.0 USB controller: VIA Technologies, Inc. VL805 USB 3.0 Host Controller (rev 01)
\tKernel driver in use: pciback
";

/// Eight functions, each in the group that `group` has for its number.
fn groups(group: fn(usize) -> usize) -> String {
    let line = |number: usize| {
        let group = group(number);
        format!("/sys/kernel/iommu_groups/{group}/devices/0000:0{number}:00.0\n")
    };
    (1..=8).map(line).collect()
}

/// A card with the legacy VGA registers, beside Intel's graphics; `options` of QEMU before it.
fn with_legacy_vga(options: &str) -> String {
    format!(
        "GPU passthrough to a VM, and the Intel HD graphics are for my host. The screen stays \
         black.\n{options}-device vfio-pci,host=01:00.0,x-vga=on \\\n"
    )
}

/// Functions that Unraid binds, the second with this address and ID.
fn unraid(second: &str) -> String {
    format!("BIND=0000:05:00.0|8086:10fb {second}\n")
}

pub(super) fn cases() -> Vec<Case> {
    vec![
        post("ppt-not-attached", Fix, &bsd("none3")),
        post("group-of-many", Blocker, &groups(|_| 0)),
        post("legacy-vga-beside-intel", Fix, &with_legacy_vga("")),
        post(
            "unraid-virtual-functions-bound",
            Fix,
            &unraid("0000:00:02.1|8086:4692"),
        ),
        post(
            "vfio-module-loaded",
            Ok,
            "$ lsmod | grep vfio\nvfio_pci  16384  0\n",
        ),
        post("group-node-present", Ok, NODES),
        post("mediated-type-available", Ok, TYPES),
        post(
            "mediated-type-used-up",
            Harmless,
            &TYPES.replace(": 4", ": 0"),
        ),
        post("mediated-device-present", Ok, LIST),
        post("no-mediated-types", Fix, NOTHING),
        post("xen-assignable-list-empty", Harmless, XEN_LISTS),
        post("vfio-modules-not-loaded", Harmless, NOTHING),
        post("kernel-log-without-iommu", Unknown, NOTHING),
        post("locked-memory-unlimited", Ok, "LimitMEMLOCK=infinity\n"),
        post("locked-memory-limited", Unknown, "$ ulimit -l\n8192\n"),
        post("node-device-allocatable", Ok, &NODE.replace("COUNT", "2")),
        post(
            "node-device-none-allocatable",
            Fix,
            &NODE.replace("COUNT", "0"),
        ),
        post("kubevirt-list-misplaced", Fix, KUBEVIRT),
        post("kubevirt-gate-missing", Fix, GATES),
        post("bhyve-command-wired", Ok, BHYVE),
        post(
            "bhyve-command-not-wired",
            Fix,
            &BHYVE.replace("-SwHA", "-wHA"),
        ),
        post("ppt-not-reserved", Fix, VGAPCI),
        post(
            "vmx-size-alone",
            Unknown,
            "pciPassthru.64bitMMIOSizeGB = \"64\"\n",
        ),
        case("legacy-igd-efi", Unknown, "", &[(VM, IGD)]),
        parent(Fix, VFS, PARENT),
        post(
            "iommu-on",
            Ok,
            "[   46.010697] DMAR: [DMA Read NO_PASID] Request device [00:02.0] fault addr 0x4f600000 \
             [fault reason 0x06] PTE Read access is not set\n",
        ),
    ]
}

pub(super) fn quiet() -> Vec<Case> {
    let quiet = |code, text: &str| post(code, Ok, text);
    let with_ovmf = with_legacy_vga("-drive if=pflash,file=OVMF_CODE.fd ");
    vec![
        quiet("ppt-not-attached", &bsd("ppt0")),
        quiet("group-of-many", &groups(|number| number)),
        quiet("legacy-vga-beside-intel", &with_ovmf),
        quiet(
            "unraid-virtual-functions-bound",
            &unraid("0000:05:00.1|8086:10fb"),
        ),
        quiet(
            "vfio-module-loaded",
            "$ lsmod | grep kvm\nkvm  1101824  1 kvm_amd\n",
        ),
        quiet(
            "group-node-present",
            &NODES.replace("/dev/vfio", "/dev/pts"),
        ),
        quiet("mediated-type-available", &TYPES.replace(": 4", ": 0")),
        quiet("mediated-type-used-up", TYPES),
        quiet("mediated-device-present", &LIST.replace(" (defined)", "")),
        quiet("no-mediated-types", TYPES),
        quiet(
            "xen-assignable-list-empty",
            &XEN_LISTS.replace("-list\n[", "-list\n0000:0c:00.0\n["),
        ),
        quiet("vfio-modules-not-loaded", SOMETHING),
        quiet("kernel-log-without-iommu", SOMETHING),
        quiet("locked-memory-unlimited", "LimitMEMLOCK=64M\n"),
        quiet(
            "locked-memory-limited",
            "@kvm hard memlock unlimited\n$ lspci\n",
        ),
        quiet("node-device-allocatable", &NODE.replace("COUNT", "0")),
        quiet("node-device-none-allocatable", &NODE.replace("COUNT", "1")),
        quiet(
            "kubevirt-list-misplaced",
            &KUBEVIRT.replace("spec:\n", "spec:\n configuration:\n"),
        ),
        quiet(
            "kubevirt-gate-missing",
            &GATES.replace("LiveMigration", "HostDevices"),
        ),
        quiet("bhyve-command-wired", &BHYVE.replace("-SwHA", "-wHA")),
        quiet("bhyve-command-not-wired", BHYVE),
        quiet("ppt-not-reserved", &VGAPCI.replace("vgapci0", "ppt0")),
        quiet(
            "vmx-size-alone",
            "pciPassthru.use64bitMMIO = \"TRUE\"\npciPassthru.64bitMMIOSizeGB = \"64\"\n",
        ),
        case(
            "legacy-igd-efi",
            Ok,
            "",
            &[(VM, &IGD.replace("ovmf", "seabios"))],
        ),
        // The driver of the graphics has it, and makes the virtual functions.
        parent(Ok, VFS, &PARENT.replace("vfio-pci", "i915")),
        // The whole graphics is for a guest.
        parent(Ok, VFS, &PARENT.replace("00:02.1", "00:03.0")),
        parent(Ok, &VFS.replace("vfs=7", "vfs=0"), PARENT),
    ]
}
