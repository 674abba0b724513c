//! For each code a similar host without the problem.

use hostconf::binding::by_address::BoundFunction;
use hostconf::binding::initramfs_tools;
use passthru::Verdict::Ok;

use super::about_stated_repairs::{PACKAGES, PAIR};
use super::{Case, about_guest_side, case, gpu};

/// A host without the finding `code`.
/// Two ports of a network card.
const PORTS: (&str, &str) = (
    "lspci -nnk",
    "01:00.0 Ethernet controller [0200]: Intel Corporation I350 [8086:1521]\n\
     \tKernel driver in use: igb\n\
     01:00.1 Ethernet controller [0200]: Intel Corporation I350 [8086:1521]\n\
     \tKernel driver in use: igb\n",
);

/// A domain with one of them.
const ONE_PORT: (&str, &str) = (
    "/etc/libvirt/qemu/router.xml",
    "<domain type='kvm'><name>router</name><devices>\n\
     <hostdev mode='subsystem' type='pci' managed='yes'><source>\n\
     <address domain='0x0000' bus='0x01' slot='0x00' function='0x1'/>\n\
     </source></hostdev></devices></domain>\n",
);

fn quiet(code: &'static str, device: &'static str, tree: &[(&str, &str)]) -> Case {
    case(code, Ok, device, tree)
}

pub(super) fn cases() -> Vec<Case> {
    let mut cases = of_the_host();
    cases.extend(of_groups());
    cases.extend(of_devices());
    cases.extend(of_files());
    cases.extend(about_guest_side::quiet());
    let alone = PAIR.replace("both together", "the other one");
    let packages = PACKAGES
        .replace("2024.12.30", "2025.01.22")
        .replace("curl ", "curl -L ");
    cases.extend([
        quiet("pair-fails-reported", "", &[("post.md", &alone)]),
        quiet("package-of-other-release", "", &[("post.md", &packages)]),
        quiet("download-without-redirect", "", &[("post.md", &packages)]),
    ]);
    cases
}

/// The same commands, typed right.
const COMMANDS: &str = "echo 0000:01:00.1 > /sys/bus/pci/drivers/vfio-pci/bind\n\
    if [ -e /sys/bus/pci/devices/0000:01:00.0/driver/unbind ]; then\n\
    chown root /usr/share/kvm/gpu.rom\n\
    ID=\"10de 2d04\"\n\
    echo $ID > /sys/bus/pci/drivers/vfio-pci/new_id\n\
    xen-pciback.hide=(0b:00.0)(0000:0b:00.*)\n";

fn of_the_host() -> Vec<Case> {
    let bound = gpu("vfio-pci", "vfio-pci");
    let lspci = ("lspci -nnk", bound.as_str());
    let on = (
        "dmesg",
        "[    0.394008] AMD-Vi: Interrupt remapping enabled\n\
         [    0.536462] pci 0000:01:00.0: Adding to iommu group 17\n",
    );
    let off = [
        ("/sys/class/iommu/", ""),
        ("/sys/kernel/iommu_groups/", ""),
        ("/sys/firmware/acpi/tables/", "FACP"),
    ];
    let survey = listing!("survey-dda.txt");
    vec![
        // Of another kind than what is asked for.
        quiet(
            "input-unreadable",
            "",
            &[
                ("/etc/modprobe.d/vfio.conf/", ""),
                ("/etc/default/grub/", ""),
            ],
        ),
        quiet("system-not-judged", "", &[lspci]),
        quiet(
            "bound-for-guests",
            "",
            &[(
                "a.txt",
                "pptdevs=\"3/0/0\"\nix0@pci0:3:0:0: class=0x020000 rev=0x01 hdr=0x00\n",
            )],
        ),
        quiet(
            "host-driver-bound",
            "",
            &[
                ("/etc/pve/qemu-server/7.conf", "hostpci0: 0000:03:00.0\n"),
                (
                    "lspci -nnk",
                    "03:00.0 Ethernet controller [0200]: Realtek RTL8111 [10ec:8168] (rev 15)\n\
                     \tKernel driver in use: r8169\n",
                ),
            ],
        ),
        quiet(
            "ppt-not-bound",
            "",
            &[(
                "a.txt",
                "pptdevs=\"3/0/0\"\nppt0@pci0:3:0:0: class=0x020000 rev=0x01 hdr=0x00\n",
            )],
        ),
        quiet("command-path-misspelled", "", &[("a.txt", COMMANDS)]),
        quiet("command-address-short", "", &[("a.txt", COMMANDS)]),
        quiet("command-id-with-colon", "", &[("a.txt", COMMANDS)]),
        quiet("shell-test-missing-blank", "", &[("a.txt", COMMANDS)]),
        quiet("chown-with-mode", "", &[("a.txt", COMMANDS)]),
        quiet("xen-hide-malformed", "", &[("a.txt", COMMANDS)]),
        quiet(
            "modprobe-second-module",
            "",
            &[(
                "a.txt",
                "# modprobe -a vfio vfio_pci\n# modprobe -r vfio_pci vfio\n",
            )],
        ),
        quiet(
            "ovmf-window-name-unknown",
            "",
            &[(
                "a.txt",
                "-fw_cfg name=opt/ovmf/X-PciMmio64Mb,string=65536\n",
            )],
        ),
        quiet(
            "virsh-device-name",
            "",
            &[(
                "a.txt",
                "virsh nodedev-detach pci_0000_0b_00_0\n\
                 error: Could not find matching device 'pci_0000_0b_00_0'\n",
            )],
        ),
        quiet(
            "bhyve-address-form",
            "",
            &[("a.txt", "# bhyve -S -s 5:0,passthru,3/0/0 vm0\n")],
        ),
        // A guest's log beside the host's own lines.
        quiet(
            "inside-virtual-machine",
            "",
            &[
                lspci,
                ("dmesg", "[    0.000000] Hypervisor detected: KVM\n"),
                on,
            ],
        ),
        quiet(
            "guest-listing-ignored",
            "",
            &[("a.txt", listing!("lshw.txt"))],
        ),
        // The same lines twice, with the driver that came in between.
        quiet(
            "several-hosts",
            "",
            &[lspci, ("a.txt", &gpu("nvidia", "snd_hda_intel"))],
        ),
        // A function that fell off the bus in between.
        quiet(
            "sources-disagree",
            "",
            &[
                lspci,
                (
                    "a.txt",
                    &gpu("nvidia", "snd_hda_intel").replace("rev a1", "rev ff"),
                ),
            ],
        ),
        quiet(
            "several-hosts-named",
            "",
            &[(
                "a.txt",
                "me@laptop:~$ ssh root@one\nroot@one:~# uname -r\n6.8.0\nroot@One:/etc# lspci\n",
            )],
        ),
        quiet("address-not-shown", "", &[lspci]),
        quiet(
            "dda-survey",
            "",
            &[("a.txt", listing!("get-pnpdevice.txt"))],
        ),
        quiet("input-damaged", "", &[lspci]),
        quiet(
            "image-not-read",
            "",
            &[(
                "post.txt",
                "GPU passthrough to my VM fails: see [the guide](https://example.com/a.png)\n",
            )],
        ),
        quiet("iommu-off", "", &[on]),
        quiet("iommu-not-shown", "", &[on]),
        quiet("iommu-on", "", &off),
        quiet(
            "iommu-on",
            "",
            &[(
                "a.txt",
                "[    4.1] vfio-pci 0000:01:00.0: vgaarb: VGA decodes changed: \
                 olddecodes=io+mem,decodes=io+mem:owns=none\n",
            )],
        ),
        quiet("interrupt-remapping-off", "", &[on]),
        quiet("interrupt-remapping-not-shown", "", &[on]),
        quiet("amd-iommu-function-missing", "", &[lspci, on]),
        quiet(
            "coral-not-assignable",
            "",
            &[(
                "a.txt",
                "I run Proxmox VE 8, and the PCI passthrough of this device is refused.\n\
                 0000:0c:00.0 Non-VGA unclassified device: Global Unichip Corp. Coral Edge TPU\n",
            )],
        ),
        quiet(
            "graphics-without-virtual-functions",
            "",
            &[
                ("/proc/cmdline", "quiet intel_iommu=on i915.max_vfs=7\n"),
                (
                    "lspci",
                    "00:02.0 VGA compatible controller: Intel Corporation Alder Lake-N [UHD Graphics]\n",
                ),
            ],
        ),
        quiet(
            "virtual-function-not-opened",
            "",
            &[(
                "a.txt",
                "VFIO: Constructing VFIO PCI device with path /sys/bus/pci/devices/0000:00:02.0 Guest BDF: 00:10.0\n\
                 VFIO: Could not open VFIO Container\n",
            )],
        ),
        quiet(
            "virtual-function-without-outputs",
            "",
            &[
                (
                    "a.txt",
                    "The VM starts fine, but shows no picture on HDMI.\n",
                ),
                (
                    "/etc/pve/qemu-server/100.conf",
                    "hostpci0: 0000:00:02.0,pcie=1\nmachine: q35\n",
                ),
            ],
        ),
        quiet(
            "gvt-g-generation",
            "",
            &[(
                "a.txt",
                "My processor is an i5-8400. How is GVT-g enabled in a VM?\n",
            )],
        ),
        quiet(
            "interrupt-remapping-on",
            "",
            &[("/proc/cmdline", "quiet intremap=off\n")],
        ),
        quiet("log-line-harmless", "", &[on]),
        quiet("no-iommu-mode", "", &[on]),
        quiet("rmrr-ineligible", "01:00.0", &[lspci, on]),
        quiet(
            "boot-loader-not-shown",
            "",
            &[
                ("vmware -v", "VMware ESXi 8.0.3 build-24022510\n"),
                ("a.txt", survey),
            ],
        ),
        quiet(
            "boot-options-invalid",
            "",
            &[
                (
                    "/etc/default/grub",
                    "GRUB_CMDLINE_LINUX_DEFAULT=\"quiet\" # sh\n",
                ),
                ("/etc/kernel/cmdline", "root=/dev/sda1 iommu=pt\n"),
            ],
        ),
        quiet(
            "boot-options-not-running",
            "",
            &[
                (
                    "/etc/default/grub",
                    "GRUB_CMDLINE_LINUX_DEFAULT=\"quiet intel_iommu=on\"\n",
                ),
                ("/proc/cmdline", "root=/dev/sda1 quiet intel_iommu=on\n"),
            ],
        ),
        quiet(
            "driver-removal-service",
            "",
            &[(
                "/etc/systemd/system/a.service",
                "[Service]\nExecStart=/sbin/modprobe nouveau\n",
            )],
        ),
    ]
}

fn of_groups() -> Vec<Case> {
    let bound = gpu("vfio-pci", "vfio-pci");
    let lspci = ("lspci -nnk", bound.as_str());
    let alone = [
        lspci,
        ("/sys/kernel/iommu_groups/", "17"),
        (
            "/sys/kernel/iommu_groups/17/devices/",
            "0000:01:00.0 0000:01:00.1",
        ),
    ];
    let log = (
        "dmesg",
        "[    0.536462] pci 0000:01:00.0: Adding to iommu group 17\n\
         [    0.536462] pci 0000:01:00.1: Adding to iommu group 17\n",
    );
    let with_override = |more: &[(&'static str, &'static str)]| {
        let mut tree = alone.to_vec();
        tree.extend_from_slice(more);
        tree
    };
    vec![
        quiet("group-not-shown", "01:00.0", &alone),
        quiet("group-none", "01:00.0", &alone),
        quiet("groups-without-pci", "01:00.0", &alone),
        quiet(
            "group-disputed",
            "01:00.0",
            &[lspci, log, ("dmesg.1", log.1)],
        ),
        quiet("group-shared", "01:00.0", &alone),
        quiet("group-alone", "01:00.0", &[lspci, log]),
        quiet("group-members-not-shown", "01:00.0", &alone),
        quiet("acs-override-unproven", "01:00.0", &alone),
        quiet(
            "acs-override-needless",
            "01:00.0",
            &with_override(&[(
                "/proc/cmdline",
                "root=/dev/sda1 pcie_acs_override=downstream\n",
            )]),
        ),
    ]
}

fn of_devices() -> Vec<Case> {
    let bound = gpu("vfio-pci", "vfio-pci");
    let held = gpu("nvidia", "snd_hda_intel");
    let one_card = bound.split("02:00.0").next().unwrap();
    let lspci = ("lspci -nnk", one_card);
    let vfio = "/etc/modprobe.d/vfio.conf";
    let both = (vfio, "options vfio-pci ids=10de:2503,10de:228e\n");
    let script = "/etc/initramfs-tools/scripts/init-top";
    let planned = initramfs_tools::script(&[BoundFunction {
        address: "01:00.0".parse().unwrap(),
        id: "10de:2503".parse().unwrap(),
        subsystem: None,
    }]);
    let in_time = format!("{script}/00-passthru-vfio");
    let scripted = [lspci, (in_time.as_str(), planned.as_str())];
    let smi = "\
| NVIDIA-SMI 460.91.03    Driver Version: 460.91.03    CUDA Version: 11.2     |
|   0  GeForce RTX 3060    Off  | 00000000:81:00.0 Off |                  N/A |
| Processes:                                                                  |
|    0   N/A  N/A     12188      C   python                            605MiB |
";
    vec![
        quiet("vfio-ids-malformed", "", &[both]),
        quiet("vfio-ids-overridden", "", &[both]),
        quiet("vfio-ids-missing-function", "01:00.0", &[lspci, both]),
        quiet("vfio-ids-match-duplicate", "01:00.0", &[lspci, both]),
        quiet("vfio-ids-match-nothing", "01:00.0", &[lspci, both]),
        quiet(
            "new-id-matches-duplicate",
            "01:00.0",
            &[lspci, ("post.txt", super::about_devices::NEW_ID)],
        ),
        quiet(
            "new-id-at-boot",
            "01:00.0",
            &[
                lspci,
                both,
                ("/etc/rc.local", super::about_devices::NEW_ID_AT_BOOT),
            ],
        ),
        quiet(
            "endpoint-to-pcieport",
            "",
            &[
                ("lspci -nnk", super::about_devices::PORT),
                (
                    "post.txt",
                    "echo 0000:00:01.0 > /sys/bus/pci/drivers/pcieport/bind\n",
                ),
            ],
        ),
        quiet("bridge-requested", "01:00.0", &[lspci]),
        quiet("duplicate-ids", "01:00.0", &[lspci]),
        quiet("duplicate-ids-not-shown", "01:00.0", &[lspci]),
        quiet(
            "vfio-pci-built-in",
            "",
            &[
                ("/proc/sys/kernel/osrelease", "6.8.0-1-generic\n"),
                (
                    "/lib/modules/6.8.0-1-generic/modules.builtin",
                    "kernel/drivers/char/random.ko\n",
                ),
                both,
            ],
        ),
        quiet("override-script-late", "", &scripted),
        quiet("override-script-runs-on-host", "", &scripted),
        quiet("override-script-not-runnable", "", &scripted),
        quiet("override-script-address-stale", "", &scripted),
        quiet(
            "file-system-on-device",
            "01:00.0",
            &[
                lspci,
                (
                    "/proc/1/mountinfo",
                    "22 1 259:2 / / rw - ext4 /dev/nvme0n1p2 rw\n",
                ),
                (
                    "@/sys/dev/block/259:2",
                    "../../devices/pci0000:00/0000:00:01.0/0000:05:00.0/nvme/nvme0/nvme0n1",
                ),
            ],
        ),
        quiet(
            "network-on-device",
            "01:00.0",
            &[
                lspci,
                ("/sys/class/net/", "eth0"),
                ("@/sys/class/net/eth0/device", "../../../0000:01:00.0"),
                ("/sys/class/net/eth0/operstate", "down\n"),
            ],
        ),
        quiet("host-driver-bound", "01:00.0", &[lspci]),
        // libvirt binds one port, and the other stays with the host.
        quiet("host-driver-bound", "01:00.1", &[PORTS, ONE_PORT]),
        quiet("host-driver-bound", "", &[PORTS, ONE_PORT]),
        quiet("driver-not-shown", "01:00.0", &[lspci]),
        quiet("bound-to-vfio", "01:00.0", &[("lspci -nnk", &held)]),
        quiet(
            "searched-without-vfio",
            "",
            &[(
                "post.md",
                "```\nlspci -k | grep -E \"vfio-pci|NVIDIA\"\n\
                 01:00.0 VGA compatible controller: NVIDIA Corporation GA106 (rev a1)\n\
                 \tKernel driver in use: vfio-pci\n\
                 01:00.1 Audio device: NVIDIA Corporation GA106 High Definition Audio Controller (rev a1)\n\
                 \tKernel driver in use: vfio-pci\n```\n",
            )],
        ),
        quiet(
            "searched-without-vfio",
            "",
            &[(
                "post.md",
                "```\nlspci -k | grep -E \"vfio-pci|VGA\"\n\
                 01:00.0 VGA compatible controller: NVIDIA Corporation GA106 (rev a1)\n\
                 \tKernel driver in use: vfio-pci\n```\n\nAnd all of them:\n\n```\nlspci\n\
                 00:00.0 Host bridge: Intel Corporation Device 3e30 (rev 0a)\n\
                 01:00.0 VGA compatible controller: NVIDIA Corporation GA106 (rev a1)\n\
                 01:00.1 Audio device: NVIDIA Corporation GA106 High Definition Audio Controller (rev a1)\n```\n",
            )],
        ),
        quiet(
            "process-on-device",
            "01:00.0",
            &[lspci, ("nvidia-smi", smi)],
        ),
        quiet(
            "boot-display",
            "01:00.0",
            &[
                ("/sys/bus/pci/devices/", "0000:01:00.0"),
                (
                    "/sys/bus/pci/devices/0000:01:00.0/uevent",
                    "PCI_CLASS=30000\nPCI_ID=10DE:2503\n",
                ),
                ("/sys/bus/pci/devices/0000:01:00.0/boot_vga", "0\n"),
            ],
        ),
    ]
}

fn of_files() -> Vec<Case> {
    let modprobe = "/etc/modprobe.d/b.conf";
    let esxi = listing!("esxcli-pci-list.txt");
    let map = "/etc/vmware/passthru.map";
    let conf = "/etc/vmware/esx.conf";
    vec![
        quiet("blacklist-glob", "", &[(modprobe, "blacklist nvidia\n")]),
        quiet(
            "blacklist-words-ignored",
            "",
            &[(modprobe, "blacklist nouveau # and nvidia\n")],
        ),
        quiet(
            "card-in-several-guests",
            "01:00.0",
            &[
                PORTS,
                (
                    "/etc/pve/qemu-server/100.conf",
                    "hostpci0: 0000:01:00.0,pcie=1\n",
                ),
                (
                    "/etc/pve/qemu-server/110.conf",
                    "hostpci0: 0000:01:00.1,pcie=1\n",
                ),
            ],
        ),
        quiet(
            "card-in-several-guests",
            "01:00.0",
            &[
                (
                    "/etc/pve/qemu-server/100.conf",
                    "hostpci0: 0000:01:00,pcie=1\n",
                ),
                (
                    "/etc/pve/qemu-server/110.conf",
                    "hostpci0: 0000:02:00,pcie=1\n",
                ),
            ],
        ),
        quiet(
            "vfio-pci-blacklisted",
            "",
            &[("/proc/cmdline", "quiet modprobe.blacklist=nouveau\n")],
        ),
        quiet(
            "module-name-invalid",
            "",
            &[(
                modprobe,
                "options snd-hda-intel power_save=1\nsoftdep nvidia* pre: vfio-pci\n",
            )],
        ),
        quiet(
            "vfio-pci-install-line",
            "",
            &[(modprobe, "install nouveau /bin/true\n")],
        ),
        quiet(
            "vfio-pci-install-line",
            "",
            &[
                (modprobe, "install vfio-pci /usr/bin/override.sh\n"),
                (
                    "dmesg",
                    "[    3.946416] vfio_pci: add [126f:2263[ffffffff:ffffffff]] class \
                     0x000000/00000000\n",
                ),
            ],
        ),
        quiet(
            "modprobe-lines-joined",
            "",
            &[(
                modprobe,
                "# disable_vga=1options kvm ignore_msrs=1\noptions vfio-pci ids=10de:1b06\noptions kvm \
                 ignore_msrs=1\noptions x module_options y=1 # options kvm nested=1\n",
            )],
        ),
        quiet(
            "modprobe-comment-in-line",
            "",
            &[(
                modprobe,
                "# the card\noptions x color=#fff\ninstall vfio-pci /sbin/a # the script\nblacklist nouveau # off\n",
            )],
        ),
        quiet(
            "softdep-blank-missing",
            "",
            &[(modprobe, "softdep nouveau pre: vfio-pci post: x\n")],
        ),
        quiet(
            "module-misspelled",
            "",
            &[(
                "/etc/modules",
                "vfio\nvfio-iommu-type1\nvfio_pci\nvfio_pci_core\nkvm\n",
            )],
        ),
        // The kernel reads hexadecimal numbers with and without their mark.
        quiet(
            "vfio-ids-malformed",
            "",
            &[(modprobe, "options vfio-pci ids=0x10de:0x2503,0X10DE:228e\n")],
        ),
        quiet(
            "modprobe-line-invalid",
            "",
            &[(modprobe, "options vfio-pci ids=10de:2503\n")],
        ),
        quiet(
            "drop-in-file-not-read",
            "",
            &[
                (modprobe, "options vfio-pci ids=10de:2503\n"),
                (
                    "/etc/modprobe.d/old.conf.bak",
                    "options vfio-pci ids=10de:2503\n",
                ),
                (
                    "/etc/modprobe.d/vfio.conf.pacnew",
                    "options vfio-pci ids=10de:2503\n",
                ),
                ("/etc/modprobe.d/README", "Files end in .conf.\n"),
                (
                    "/etc/udev/rules.d/notes.txt",
                    "# SUBSYSTEM==\"vfio\", GROUP=\"kvm\"\n",
                ),
                (
                    "/etc/modprobe.d/a; reboot",
                    "options vfio-pci ids=10de:2503\n",
                ),
            ],
        ),
        quiet(
            "proxmox-vm-config",
            "",
            &[(
                "/etc/pve/qemu-server/100.conf",
                "balloon: 0\nhostpci0: 0000:01:00,pcie=1\nmachine: q35\nmemory: 4096\n",
            )],
        ),
        quiet(
            "libvirt-domain",
            "",
            &[(
                "/etc/libvirt/qemu/win.xml",
                "<domain type='kvm'>\n<name>win</name>\n</domain>\n",
            )],
        ),
        quiet(
            "libvirt-domain",
            "",
            &[(
                "/etc/libvirt/qemu/win.xml",
                "<domain>\n<features><kvm><hidden state='on'/></kvm></features>\n</domain>\n",
            )],
        ),
        quiet(
            "passthru-map-conflict",
            "",
            &[(map, "10de 2803 bridge false\n")],
        ),
        quiet(
            "passthru-map-line-invalid",
            "",
            &[(map, "10de 2803 d3d0 default\n")],
        ),
        quiet(
            "esx-conf-owner-set-manually",
            "",
            &[(conf, "/device/0000:01:00.0/owner = \"vmkernel\"\n")],
        ),
        quiet(
            "guest-gets-one-function",
            "",
            &[(
                "/etc/pve/qemu-server/100.conf",
                "hostpci0: 0000:82:00,x-vga=1\n",
            )],
        ),
        quiet(
            "esx-conf-functions-missing",
            "",
            &[(
                conf,
                "/device/0000:01:00.0/owner = \"passthru\"\n\
                 /device/0000:01:00.1/owner = \"passthru\"\n",
            )],
        ),
        quiet(
            "esx-conf-functions-missing",
            "",
            &[
                ("lspci -nnk", super::NIC),
                (conf, "/device/0000:03:00.0/owner = \"passthru\"\n"),
            ],
        ),
        quiet(
            "vmx-line-invalid",
            "",
            &[(
                "/vmfs/volumes/a/b/c.vmx",
                "pciPassthru0.present = \"TRUE\"\n",
            )],
        ),
        quiet(
            "esxi-passthrough-on",
            "04:00.0",
            &[("a.txt", listing!("esxcli-pcipassthru.txt"))],
        ),
        quiet(
            "esxi-passthrough-pending",
            "",
            &[("a.txt", listing!("esxcli-pcipassthru.txt"))],
        ),
        quiet("esxi-passthrough-off", "01:00.0", &[("a.txt", esxi)]),
        quiet("esxi-not-passthru-capable", "01:00.0", &[("a.txt", esxi)]),
    ]
}
