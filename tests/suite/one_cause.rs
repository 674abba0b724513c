//! Posts with several symptoms of one cause: the cause is reported, the symptoms as its consequences, and the
//! step fits the host.

use passthru::input::Input;
use passthru::plan::Request;
use passthru::{Finding, Host, Target, Verdict};

use crate::stated_posts::{findings, verdict};

/// The finding, its step as text, and whether the other codes follow from it.
fn cause(post: &str, code: &str, consequences: &[&str]) -> String {
    let found = findings(post);
    let is_it = |finding: &&Finding| finding.code == code;
    let one = found.iter().find(is_it).expect(code);
    for wanted in consequences {
        assert!(one.cause_of.contains(wanted), "{code} causes {wanted}");
    }
    format!("{:?}", one.remedy)
}

const NETWORK: &str = "\
root@fw:~# qm config 100
hostpci0: 0000:01:00.0
name: opnsense
root@fw:~# cat /etc/network/interfaces
iface enp1s0 inet manual
iface enp3s0 inet manual
auto vmbr0
iface vmbr0 inet static
\taddress 192.0.2.5/24
\tgateway 192.0.2.1
\tbridge-ports enp1s0
root@fw:~# lspci -nnk
01:00.0 Ethernet controller [0200]: Intel Corporation I226-V [8086:125c] (rev 04)
\tKernel driver in use: vfio-pci
03:00.0 Ethernet controller [0200]: Intel Corporation I226-V [8086:125c] (rev 04)
\tKernel driver in use: igc
root@fw:~# ip -br a
lo               UNKNOWN        127.0.0.1/8
enp3s0           DOWN
vmbr0            DOWN           192.0.2.5/24
";

#[test]
fn a_port_of_a_bridge_that_a_guest_has_is_not_renamed() {
    let step = cause(NETWORK, "bridge-port-assigned", &[]);
    assert!(step.contains("qm set 100 --delete hostpci0"), "{step}");
    assert_eq!(verdict(NETWORK, "bridge-port-missing"), None);
    // Another card has the address of the port's name: the name is an old one.
    let moved = NETWORK.replace("01:00.0 Ethernet controller [0200]", "01:00.0 VGA [0300]");
    assert_eq!(verdict(&moved, "bridge-port-assigned"), None);
    let code = verdict(&moved, "bridge-port-missing");
    assert_eq!(code, Some(Verdict::Fix));
    // An interface that the file does not name can be the port.
    let unnamed = NETWORK.replace("iface enp3s0 inet manual\n", "");
    assert_eq!(verdict(&unnamed, "bridge-port-assigned"), None);
    // The host has the card, under another name.
    let renamed = NETWORK.replace("vfio-pci", "igc");
    assert_eq!(verdict(&renamed, "bridge-port-assigned"), None);
    // The gateway is on another bridge: this one may be for guests alone.
    let inner = NETWORK.replace("\tgateway 192.0.2.1\n", "").replace(
        "auto vmbr0\n",
        "iface vmbr1 inet static\n\tgateway 192.0.2.1\n",
    );
    let found = verdict(&inner, "bridge-port-assigned");
    assert_eq!(found, Some(Verdict::Harmless));
}

const UPLINK: &str = "\
root@fw:~# qm config 100
hostpci0: 0000:05:00.0
name: opnsense
root@fw:~# cat /etc/network/interfaces
iface enp5s0 inet dhcp
iface enp5s0 inet6 auto
root@fw:~# lspci -nnk
05:00.0 Ethernet controller [0200]: Intel Corporation I226-V [8086:125c] (rev 04)
\tKernel driver in use: vfio-pci
";

#[test]
fn the_interface_of_the_host_that_a_guest_has_is_the_cause() {
    const CODE: &str = "uplink-assigned";
    let step = cause(UPLINK, CODE, &[]);
    assert!(step.contains("qm set 100 --delete hostpci0"), "{step}");
    let fixed = UPLINK.replace(
        "inet dhcp\n",
        "inet static\n\taddress 192.0.2.5/24\n\tgateway 192.0.2.1\n",
    );
    assert_eq!(verdict(&fixed, CODE), Some(Verdict::Fix));
    // The host has the card, or the network is on another interface, or may be.
    for (from, to) in [
        ("vfio-pci", "igc"),
        ("enp5s0", "enp6s0"),
        ("inet6 auto\n", "inet6 auto\niface enp6s0 inet dhcp\n"),
        ("inet dhcp\n", "inet manual\n"),
        ("Ethernet controller [0200]", "VGA [0300]"),
    ] {
        let post = UPLINK.replace(from, to);
        assert_eq!(verdict(&post, CODE), None, "{from} {to}");
    }
    // A bridge with other ports keeps the network.
    let bridge = UPLINK.replace(
        "iface enp5s0 inet dhcp",
        "iface vmbr0 inet dhcp\n\tbridge-ports enp5s0",
    );
    assert_eq!(verdict(&bridge, CODE), None);
    assert_eq!(verdict(&bridge, "bridge-port-assigned"), Some(Verdict::Fix));
}

const CLUSTER: &str = "\
0/3 nodes are available: 3 Insufficient nvidia.com/GA102.

spec:
  configuration:
    permittedHostDevices:
      pciHostDevices:
      - pciVendorSelector: \"10DE:2204\"
        resourceName: nvidia.com/GA102

root@node2:~# lspci -nnk -s 41:00
41:00.0 VGA compatible controller [0300]: NVIDIA Corporation GA102 [10de:2208] (rev a1)
\tKernel driver in use: vfio-pci
41:00.1 Audio device [0403]: NVIDIA Corporation GA102 Audio [10de:1aef] (rev a1)
\tKernel driver in use: vfio-pci
";

#[test]
fn a_selector_of_another_card_explains_the_missing_resource() {
    const CODE: &str = "kubevirt-selector-of-other-device";
    let step = cause(CLUSTER, CODE, &["kubevirt-resource-missing"]);
    assert!(step.contains("10de:2208"), "{step}");
    for other in [
        CLUSTER.replace("2204", "2208"),
        CLUSTER.replace("10DE:2204", "8086:56c1"),
        CLUSTER.replace("vfio-pci", "nvidia"),
    ] {
        assert_eq!(verdict(&other, CODE), None, "{other}");
    }
    let asked = CLUSTER.replace(
        "0/3 nodes are available: 3 Insufficient nvidia.com/GA102.",
        "",
    );
    assert_eq!(verdict(&asked, CODE), Some(Verdict::Check));
}

#[test]
fn windows_for_clients_is_the_reason_of_a_refused_device() {
    let post = "DDA of my RTX 3080 on my desktop PC.\n\
        PS C:\\> Get-ComputerInfo -Property OsName,OsVersion\n\
        Microsoft Windows 11 Pro for Workstations 10.0.26100 10.0.26100.1\n\
        PS C:\\> Add-VMAssignableDevice -LocationPath $loc -VMName Gaming\n\
        Start-VM : 'Gaming' failed to start.\n\
        Virtual Pci Express Port: Failed to Power on with Error 'A hypervisor feature is not \
        available to the user.'.\n";
    let causes = ["hyperv-hypervisor-feature-missing"];
    let step = cause(post, "dda-on-client-windows", &causes);
    assert!(step.contains("Mount-VMHostAssignableDevice"), "{step}");
    let found = verdict(post, "dda-on-client-windows");
    assert_eq!(found, Some(Verdict::Impossible));
    let server = post.replace(
        "Windows 11 Pro for Workstations",
        "Windows Server 2025 Standard",
    );
    assert_eq!(verdict(&server, "dda-on-client-windows"), None);
}

#[test]
fn code_43_alone_shows_no_cause_for_cards_of_other_makers_than_nvidia() {
    let post = "Proxmox, Windows VM with my 6700 XT: \"Windows has stopped this device because it has \
        reported problems. (Code 43)\".\n\
        0a:00.0 VGA compatible controller [0300]: AMD/ATI Navi 22 [1002:73df] (rev c1)\n\
        \tKernel driver in use: vfio-pci\n";
    assert_eq!(verdict(post, "guest-code-43"), None);
    let found = verdict(post, "code-43-reported");
    assert_eq!(found, Some(Verdict::Unknown));
    let step = cause(post, "code-43-reported", &[]);
    assert!(!step.contains("hypervisor hidden"), "{step}");
    let nvidia = post
        .replace("1002:73df", "10de:2504")
        .replace("AMD/ATI", "NVIDIA");
    let found = verdict(&nvidia, "guest-code-43");
    assert_eq!(found, Some(Verdict::Blocker));
}

const CONTAINER: &str = "\
The GTX 1650 is for a Plex LXC now, previously passed to a VM that I deleted.
root@pve:~# nvidia-smi
NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.
root@pve:~# modprobe nvidia
modprobe: ERROR: could not insert 'nvidia': No such device
root@pve:~# lspci -nnk -s 01:00
01:00.0 VGA compatible controller [0300]: NVIDIA Corporation TU117 [10de:1f82] (rev a1)
\tKernel driver in use: vfio-pci
root@pve:~# cat /etc/modprobe.d/vfio.conf
options vfio-pci ids=10de:1f82
root@pve:~# cat /etc/pve/lxc/110.conf
lxc.cgroup2.devices.allow: c 195:* rwm
lxc.mount.entry: /dev/nvidia0 dev/nvidia0 none bind,optional,create=file
";

#[test]
fn a_card_of_a_container_that_vfio_pci_has_is_the_cause() {
    const CODE: &str = "container-card-bound-to-vfio";
    let step = cause(
        CONTAINER,
        CODE,
        &["module-no-device", "nvidia-smi-no-driver"],
    );
    assert!(step.contains("ids="), "{step}");
    assert_eq!(verdict(CONTAINER, CODE), Some(Verdict::Fix));
    let unproven = CONTAINER.replace("\tKernel driver in use: vfio-pci\n", "");
    assert_eq!(verdict(&unproven, CODE), Some(Verdict::Check));
}

const BHYVE: &str = "\
root@beastie:~ # cat /boot/loader.conf
zfs_load=\"YES\"
pptdevs=\"3/0/0\"
root@beastie:~ # cat /etc/rc.conf
kld_list=\"vmm nmdm\"
root@beastie:~ # kldstat
Id Refs Address                Size Name
 1   45 0xffffffff80200000  1d34598 kernel
 3    1 0xffffffff82c18000   3560e0 vmm.ko
root@beastie:~ # pciconf -l
mps0@pci0:3:0:0:\tclass=0x010700 rev=0x05 hdr=0x00 vendor=0x1000 device=0x0087 subvendor=0x1000 subdevice=0x3020
root@beastie:~ # dmesg | grep -e mps0 -e ada0 -e ada1 -e ppt -e DMAR -e hostb | head
mps0: <Avago Technologies (LSI) SAS2308> port 0xd000-0xd0ff mem 0xdf240000-0xdf24ffff irq 16 at device 0.0 on pci3
root@beastie:~ # uname -a
FreeBSD beastie 14.2-RELEASE
";

#[test]
fn a_whole_loader_conf_without_vmm_is_the_cause() {
    let step = cause(BHYVE, "ppt-not-bound", &[]);
    assert!(
        step.contains("add vmm_load") && !step.contains("kldload"),
        "{step}"
    );
    // The pattern of a typed search is no output.
    assert_eq!(verdict(BHYVE, "freebsd-ppt-attached"), None);
    assert_eq!(verdict(BHYVE, "hba-rom-in-guest"), None);
    let loaded = BHYVE.replace("zfs_load=\"YES\"", "vmm_load=\"YES\"");
    let step = cause(&loaded, "ppt-not-bound", &[]);
    assert!(step.contains("typing"), "{step}");
    // The rest of the file may follow.
    let part = BHYVE
        .split_once("root@beastie:~ # cat /etc/rc.conf")
        .unwrap()
        .0;
    let part = format!(
        "{}{part}",
        BHYVE.split_once("root@beastie:~ # pciconf").unwrap().1
    );
    assert!(
        !findings(&part)
            .iter()
            .any(|one| format!("{:?}", one.remedy).contains("add vmm_load"))
    );
}

const XEN: &str = "\
XCP-ng 8.3, want to pass an HBA to a VM. VM start fails with:
xenopsd internal error: Cannot_add(0000:04:00.0, Xenctrlext.Unix_error(30, \"38: Function not implemented\"))
[12:31 xcp-ng ~]# xl info
virt_caps              : pv hvm hap shadow
xen_version            : 4.17.5-13
xen_commandline        : dom0_mem=7584M,max:7584M watchdog ucode=scan console=vga
[12:31 xcp-ng ~]# xl dmesg
(XEN) [    0.905401] I/O virtualisation disabled
[12:32 xcp-ng ~]# cat /proc/cmdline
root=LABEL=root ro quiet xen-pciback.hide=(0000:04:00.0)
";

#[test]
fn xens_own_options_and_the_refused_function_are_read() {
    let step = cause(XEN, "xen-iommu-disabled", &["iommu-off"]);
    assert!(!step.contains("iommu=off"), "{step}");
    let asks = |post: &str| {
        let found = findings(post);
        found
            .iter()
            .any(|one| format!("{:?}", one.remedy).contains("assign-with-xe"))
    };
    assert!(!asks(XEN));
    let off = XEN.replace("console=vga", "iommu=off console=vga");
    let step = cause(&off, "xen-iommu-disabled", &[]);
    assert!(step.contains("iommu=off"), "{step}");
    let other = XEN.replace("xenopsd internal error: Cannot_add(", "another error (");
    assert!(asks(&other));
}

#[test]
fn the_limit_on_locked_memory_is_raised_where_it_is_set() {
    const EXCEEDED: &str = "vfio_pin_pages_remote: RLIMIT_MEMLOCK (8388608) exceeded\n";
    for (shown, wanted) in [
        (
            "[lukas@arch ~]$ ulimit -l\n8192\n",
            "lukas - memlock unlimited",
        ),
        ("$ ulimit -l\n8192\n", "USER - memlock unlimited"),
        ("LimitMEMLOCK=8M\n", "systemctl"),
        ("    memlock: 8388608\n", "for the container"),
        (
            "[root@arch ~]# ulimit -l\n8192\n",
            "of a service by LimitMEMLOCK",
        ),
    ] {
        let step = cause(&format!("{EXCEEDED}{shown}"), "locked-memory-limited", &[]);
        assert!(step.contains(wanted), "{shown}{step}");
    }
}

#[test]
fn a_limit_of_another_user_is_no_cause() {
    const CODE: &str = "locked-memory-limited";
    const FAILED: &str = "kvm: VFIO_MAP_DMA failed: Cannot allocate memory\n";
    const EXCEEDED: &str = "vfio_pin_pages_remote: RLIMIT_MEMLOCK (67108864) exceeded\n";
    for (log, shown, wanted) in [
        // The user of QEMU is not in the input.
        (FAILED, "$ ulimit -l\n64\n", Verdict::Unknown),
        (
            FAILED,
            "max locked memory  (kbytes, -l) 8192\n",
            Verdict::Unknown,
        ),
        (FAILED, "@audio - memlock 65536\n", Verdict::Unknown),
        (EXCEEDED, "postgres soft memlock 4096\n", Verdict::Unknown),
        (
            FAILED,
            "* - memlock 64\n@kvm - memlock unlimited\n",
            Verdict::Unknown,
        ),
        // All users, a named user's shell, and the limit that the message names.
        (FAILED, "* - memlock 64\n", Verdict::Blocker),
        (FAILED, "[anna@arch ~]$ ulimit -l\n64\n", Verdict::Blocker),
        (EXCEEDED, "anna hard memlock 65536\n", Verdict::Blocker),
        (
            EXCEEDED,
            "@audio - memlock 64\n* - memlock 65536\n",
            Verdict::Blocker,
        ),
    ] {
        let post = format!("{log}{shown}");
        assert_eq!(verdict(&post, CODE), Some(wanted), "{post}");
    }
    let titles = |post: &str| -> Vec<String> {
        let found = findings(post).into_iter();
        let unlimited = found.filter(|one| one.code == "locked-memory-unlimited");
        unlimited.map(|one| one.title.to_string()).collect()
    };
    let of_group = titles("@audio - memlock unlimited\n$ lspci\n");
    assert_eq!(of_group, ["locked memory is not limited for @audio"]);
    let of_all = titles("* - memlock unlimited\n$ lspci\n");
    assert_eq!(of_all, ["locked memory is not limited"]);
}

#[test]
fn a_message_beside_a_setting_is_judged() {
    const GRUB: &str = "GRUB_CMDLINE_LINUX_DEFAULT=\"quiet iommu=pt\"\n";
    for (message, code, wanted) in [
        (
            "AMD-Vi: Unknown option - 'on'\n",
            "amdvi-option-unknown",
            Verdict::NoEffect,
        ),
        (
            "[    2.10] AMD-Vi: Unknown option - 'on'\n",
            "amdvi-option-unknown",
            Verdict::NoEffect,
        ),
        (
            "kvm: -device vfio-pci,host=0000:01:00.0,romfile=/x: failed to find romfile \"x.rom\"\n",
            "romfile-missing",
            Verdict::Blocker,
        ),
    ] {
        for post in [format!("{GRUB}{message}"), format!("{message}{GRUB}")] {
            assert_eq!(verdict(&post, code), Some(wanted), "{post}");
            assert_eq!(verdict(&post, "boot-options-invalid"), None, "{post}");
        }
    }
    // The value of the file that its line breaks.
    let broken = "GRUB_CMDLINE_LINUX_DEFAULT=\"quiet\"\nintel_iommu=on iommu=pt\"\n";
    assert_eq!(verdict(broken, "boot-options-invalid"), Some(Verdict::Fix));
}

const FEDORA: &str = "\
[anna@fedora ~]$ cat /proc/cmdline
BOOT_IMAGE=(hd0,gpt2)/vmlinuz-6.14.9-300.fc42.x86_64 root=UUID=5b9fd2b0 ro quiet rd.driver.pre=vfio-pci vfio-pci.ids=10de:2503
";

#[test]
fn the_default_of_the_distribution_settles_an_option_of_dracut() {
    let asked = |post: &str| verdict(post, "rd-driver-not-dracut");
    assert_eq!(asked(FEDORA), None);
    let debian = FEDORA.replace("6.14.9-300.fc42.x86_64", "6.8.12-9-pve");
    assert_eq!(asked(&debian), Some(Verdict::Unknown));
}

/// The log with the state of the other function, as libvirt's error leaves it.
const GROUP: &str = "\
internal error: qemu unexpectedly closed the monitor: vfio 0000:01:00.0: group 15 is not viable
[anna@fedora ~]$ lspci -nnk -s 01:00
01:00.0 VGA compatible controller [0300]: NVIDIA Corporation GA106 [10de:2503] (rev a1)
\tKernel driver in use: vfio-pci
01:00.1 Audio device [0403]: NVIDIA Corporation GA106 Audio [10de:228e] (rev a1)
\tKernel driver in use: snd_hda_intel
[anna@fedora ~]$ ls /sys/kernel/iommu_groups/15/devices/
0000:01:00.0
0000:01:00.1
";

#[test]
fn a_plan_has_no_blocker_that_its_binding_removes() {
    let mut input = Input::new();
    let post = format!("{FEDORA}{GROUP}");
    input.add("post.txt", post.as_bytes()).unwrap();
    let tree = input.finish().unwrap();
    let host = Host::read(&tree);
    let request = Request {
        devices: passthru::select::devices(&host, "01:00").unwrap(),
        target: Some(Target::Libvirt),
        ..Request::default()
    };
    let plan = passthru::plan::make(&tree, &host, &request).unwrap();
    let codes: Vec<&str> = plan.blockers.iter().map(|one| &*one.code).collect();
    assert_eq!(codes, Vec::<&str>::new());
}

const QUBES: &str = "\
Qubes OS 4.2.4. Everything works, I want to know if I can move the Thunderbolt controller out of dom0 later.
[user@dom0 ~]$ qvm-pci
BACKEND:DEVID  DESCRIPTION                                                     USED BY
dom0:00_0d.2   USB controller: Intel Corporation Thunderbolt 4 NHI #0
dom0:00_14.3   Network controller: Intel Corporation Wi-Fi 6 AX201             sys-net
dom0:00_1f.3   Multimedia audio controller: Intel Corporation Smart Sound Technology Audio Controller
[user@dom0 ~]$ qvm-ls --running
NAME          STATE    CLASS  LABEL   TEMPLATE        NETVM
sys-net       Running  AppVM  red     fedora-41-xfce  -
";

const HYPER_V: &str = "\
DDA on Windows Server 2025 with an A10. Are checkpoints possible now?

PS C:\\> Get-VMAssignableDevice -VMName GPU01 | fl

InstanceID        : PCIP\\VEN_10DE&DEV_2236&SUBSYS_148210DE&REV_A1\\6&1A2B3C4D&0&00000010
LocationPath      : PCIROOT(40)#PCI(0100)#PCI(0000)
VirtualFunction   : 0
Name              : PCI Express Port
VMName            : GPU01

PS C:\\> Get-VM GPU01 | fl Name,State

Name                      : GPU01
State                     : Running
";

#[test]
fn a_guest_that_runs_with_its_device_is_asked_for_nothing() {
    let asks = |post: &str| {
        let found = findings(post);
        found.iter().any(|one| one.code.ends_with("-prerequisite"))
    };
    assert!(!asks(HYPER_V));
    let fails = "The guest has the card, but shows no picture.";
    let failing = HYPER_V.replace("Are checkpoints possible now?", fails);
    assert!(asks(&failing.replace("Running", "Off")));
    // Nothing fails, and nothing is asked.
    let stated = HYPER_V.replace("Are checkpoints possible now?", "It is set up.");
    assert!(!asks(&stated.replace("Running", "Off")));
}

#[test]
fn rows_of_qvm_pci_are_no_sentences() {
    for code in ["smart-needs-the-controller", "hot-plug-enclosure"] {
        assert_eq!(verdict(QUBES, code), None);
    }
}

#[test]
fn the_reset_of_a_card_explains_the_hung_host() {
    let post = "Unraid 7.1.4: the Windows VM runs once, then only a reboot of the host helps.\n\
        0b:00.0 VGA compatible controller [0300]: AMD/ATI Navi 10 [Radeon RX 5700 XT] [1002:731f]\n\
        \tKernel driver in use: vfio-pci\n\
        Aug  3 13:43:01 Tower kernel: vfio-pci 0000:0b:00.0: not ready 65535ms after bus reset; giving up\n\
        Aug  3 13:43:01 Tower kernel: AMD-Vi: Completion-Wait loop timed out\n\
        Aug  3 13:43:01 Tower kernel: iommu ivhd0: AMD-Vi: Event logged [IOTLB_INV_TIMEOUT device=0000:0b:00.0 \
        address=0x1000c8910]\n";
    let follows = [
        "reset-timeout",
        "amdvi-completion-timeout",
        "iommu-iotlb-timeout",
    ];
    let step = cause(post, "reset-once", &follows);
    assert!(step.contains("the plugin AMD Vendor Reset"), "{step}");
    let proxmox = post.replace("Unraid 7.1.4", "Proxmox VE 8.4");
    let step = cause(&proxmox, "reset-once", &[]);
    assert!(step.contains("the module vendor-reset"), "{step}");
}

#[test]
fn a_module_without_a_build_explains_the_missing_functions() {
    let post = "root@nuc:~# uname -r\n6.14.8-2-pve\n\
        root@nuc:~# dkms status\ni915-sriov-dkms/2025.05.18, 6.8.12-11-pve, x86_64: installed\n\
        root@nuc:~# lspci -nnk\n00:02.0 VGA compatible controller [0300]: Intel AlderLake-S GT1 [8086:4680]\n\
        \tKernel driver in use: i915\n\
        [    3.190233] i915: unknown parameter 'max_vfs' ignored\n\
        cat: /sys/devices/pci0000:00/0000:00:02.0/sriov_numvfs: No such file or directory\n";
    let follows = ["i915-without-sriov", "sysfs-file-absent"];
    cause(post, "sriov-module-not-built", &follows);
    // The file of another card.
    let other = post.replace("0000:00:02.0/sriov", "0000:03:00.0/sriov");
    let found = findings(&other);
    let one = found
        .iter()
        .find(|one| one.code == "sriov-module-not-built");
    assert!(!one.unwrap().cause_of.contains(&"sysfs-file-absent"));
}

/// A group with a card, a port and a drive, in a complete listing.
const WITH_PORT: &str = "\
root@pve:~# find /sys/kernel/iommu_groups -type l
/sys/kernel/iommu_groups/2/devices/0000:01:00.0
/sys/kernel/iommu_groups/2/devices/0000:03:00.0
root@pve:~# lspci -nnk
00:00.0 Host bridge [0600]: AMD Root Complex [1022:1480]
00:01.1 PCI bridge [0604]: AMD GPP Bridge [1022:1483]
\tKernel driver in use: pcieport
00:01.2 PCI bridge [0604]: AMD GPP Bridge [1022:1483]
\tKernel driver in use: pcieport
00:01.3 PCI bridge [0604]: AMD GPP Bridge [1022:1483]
\tKernel driver in use: pcieport
01:00.0 VGA compatible controller [0300]: NVIDIA TU117 [10de:1f82] (rev a1)
\tKernel driver in use: vfio-pci
02:00.0 SATA controller [0106]: ASMedia ASM1062 [1b21:0612] (rev 02)
\tKernel driver in use: ahci
03:00.0 Ethernet controller [0200]: Realtek RTL8111 [10ec:8168] (rev 15)
\tKernel driver in use: r8169
";

#[test]
fn a_group_with_a_device_that_the_host_needs_is_not_for_a_guest() {
    let step = |post: &str| cause(post, "group-shared", &[]);
    let needs = "since the host needs 0";
    let port = step(WITH_PORT);
    assert!(port.contains(needs) && !port.contains("whole"), "{port}");
    // The only controller of disks.
    let disk = WITH_PORT
        .replace("2/devices/0000:03:00.0", "2/devices/0000:02:00.0")
        .replace("pve", "host");
    let disk = step(&disk);
    assert!(disk.contains(needs) && !disk.contains("whole"), "{disk}");
    // The drive of the root file system, beside the controller of others.
    let root = WITH_PORT
        .replace(
            "03:00.0 Ethernet controller [0200]",
            "03:00.0 Non-Volatile memory controller [0108]",
        )
        .replace("r8169", "nvme");
    let mounts = "root@pve:~# lsblk\nNAME MAJ:MIN RM SIZE RO TYPE MOUNTPOINTS\n\
        nvme0n1 259:0 0 931.5G 0 disk\n\u{2514}\u{2500}nvme0n1p1 259:1 0 930G 0 part /\n";
    let shown = step(&format!("{root}{mounts}"));
    assert!(shown.contains(needs), "{shown}");
    assert!(step(&root).contains("whole"));
    // Another port, or a listing of some functions.
    let second = WITH_PORT.replace(
        "03:00.0 Ethernet",
        "02:00.1 Ethernet controller [0200]: Intel I211 [8086:1539]\n\tKernel driver in use: igb\n03:00.0 Ethernet",
    );
    assert!(step(&second).contains("whole"));
    let part = WITH_PORT.replace("lspci -nnk", "lspci -nnk | grep -A1 00.0");
    assert!(step(&part).contains("whole"));
}
