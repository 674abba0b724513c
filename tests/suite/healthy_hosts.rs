//! Three hosts as they should be, each with a card for guests: the doctor has nothing
//! to say against them, with and without the card in question.

use host_tree::MemoryTree;
use passthru::doctor::{self, Question};
use passthru::{Host, Verdict};

/// A function of a healthy host: its address, class, id, subsystem and driver as sysfs
/// has them, and its group.
type Function = &'static str;

fn add_function(tree: &mut MemoryTree, function: Function, parent: &str, boot_display: bool) {
    let words: Vec<&str> = function.split(' ').collect();
    let [address, class, id, subsystem, driver, group] = words[..] else {
        panic!("{function}");
    };
    let path = format!("/sys/bus/pci/devices/{address}");
    let place = if parent.is_empty() {
        format!("../../../devices/pci0000:00/{address}")
    } else {
        format!("../../../devices/pci0000:00/{parent}/{address}")
    };
    tree.insert_link(&path, &place);
    let bound = if driver.is_empty() {
        String::new()
    } else {
        format!("DRIVER={driver}\n")
    };
    let uevent = format!(
        "{bound}PCI_CLASS={class}\nPCI_ID={id}\nPCI_SUBSYS_ID={subsystem}\nPCI_SLOT_NAME={address}\n"
    );
    tree.insert_file(&format!("{path}/uevent"), uevent);
    if !driver.is_empty() {
        tree.insert_link(
            &format!("{path}/driver"),
            &format!("../../../bus/pci/drivers/{driver}"),
        );
    }
    tree.insert_file(&format!("{path}/driver_override"), "(null)\n");
    if class.starts_with("30") {
        tree.insert_file(
            &format!("{path}/boot_vga"),
            if boot_display { "1\n" } else { "0\n" },
        );
    }
    if !class.starts_with("604") {
        tree.insert_file(&format!("{path}/reset_method"), "flr bus\n");
    }
    tree.insert_link(
        &format!("{path}/iommu_group"),
        &format!("../../../kernel/iommu_groups/{group}"),
    );
    tree.insert_link(
        &format!("/sys/kernel/iommu_groups/{group}/devices/{address}"),
        &format!("../../../../devices/pci0000:00/{address}"),
    );
}

/// What every healthy host shows: an IOMMU that remaps interrupts, an NVMe drive with
/// the root file system, a network card with the default route.
fn base(tree: &mut MemoryTree, iommu: &str, release: &str, cmdline: &str) {
    tree.insert_link(
        &format!("/sys/class/iommu/{iommu}"),
        &format!("../../devices/virtual/{iommu}"),
    );
    tree.insert_file(
        "/proc/interrupts",
        " 24:   0  IR-PCI-MSI-0000:00:01.1    0-edge      PCIe PME\n",
    );
    tree.insert_file("/proc/sys/kernel/osrelease", format!("{release}\n"));
    tree.insert_file("/proc/cmdline", format!("{cmdline}\n"));
    tree.insert_file(
        "/proc/1/mountinfo",
        "22 1 259:2 / / rw - ext4 /dev/nvme0n1p2 rw\n23 22 0:5 / /dev rw - devtmpfs udev rw\n",
    );
    let nvme = "../../devices/pci0000:00/0000:00:1d.0/0000:03:00.0/nvme/nvme0/nvme0n1";
    tree.insert_link("/sys/dev/block/259:2", &format!("{nvme}/nvme0n1p2"));
    tree.insert_file(
        "/proc/swaps",
        "Filename\tType\tSize\tUsed\tPriority\n/dev/nvme0n1p3 partition 8 0 -2\n",
    );
    tree.insert_link("/sys/class/block/nvme0n1p3", &format!("{nvme}/nvme0n1p3"));
    tree.insert_link("/sys/class/net/eno1/device", "../../../0000:04:00.0");
    tree.insert_file("/sys/class/net/eno1/operstate", "up\n");
    tree.insert_link("/sys/class/net/eno1/master", "../br0");
    tree.insert_file(
        "/proc/net/route",
        "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\n\
         br0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\n",
    );
}

const NVME: Function = "0000:03:00.0 10802 144D:A808 144D:A801 nvme 14";
const NIC: Function = "0000:04:00.0 20000 8086:15F3 1462:7D25 igc 15";

/// Proxmox VE 8 on Intel, booted by GRUB; the processor's graphics has the screen.
pub(crate) fn proxmox() -> MemoryTree {
    let mut tree = MemoryTree::complete();
    base(
        &mut tree,
        "dmar0",
        "6.8.12-9-pve",
        "BOOT_IMAGE=/boot/vmlinuz-6.8.12-9-pve root=/dev/nvme0n1p2 ro quiet intel_iommu=on iommu=pt",
    );
    tree.insert_file(
        "/etc/os-release",
        "ID=debian\nVERSION_ID=\"12\"\nPRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\n",
    );
    tree.insert_file(
        "/etc/default/grub",
        "GRUB_DEFAULT=0\nGRUB_CMDLINE_LINUX_DEFAULT=\"quiet intel_iommu=on iommu=pt\"\n\
         GRUB_CMDLINE_LINUX=\"\"\n",
    );
    tree.insert_file("/etc/modules", "vfio\nvfio_iommu_type1\nvfio_pci\n");
    tree.insert_file(
        "/etc/modprobe.d/vfio.conf",
        "options vfio-pci ids=10de:2503,10de:228e\nsoftdep nouveau pre: vfio-pci\n\
         softdep snd_hda_intel pre: vfio-pci\n",
    );
    tree.insert_file("/etc/modprobe.d/pve-blacklist.conf", "blacklist nvidiafb\n");
    tree.insert_file("/etc/initramfs-tools/modules", "# none\n");
    tree.insert_file(
        "/etc/pve/qemu-server/100.conf",
        "balloon: 0\nbios: ovmf\ncpu: host\nhostpci0: 0000:01:00,pcie=1\nmachine: q35\nmemory: 8192\n\
         ostype: win11\nscsihw: virtio-scsi-single\n",
    );
    tree.insert_file(
        "/etc/network/interfaces",
        "auto lo\niface lo inet loopback\n\niface eno1 inet manual\n\nauto br0\niface br0 inet static\n\
         \taddress 192.0.2.2/24\n\tgateway 192.0.2.1\n\tbridge-ports eno1\n\tbridge-stp off\n",
    );
    tree.insert_file(
        "/proc/iomem",
        "4000000000-7fffffffff : PCI Bus 0000:00\n  4000000000-400fffffff : 0000:00:02.0\n    \
         4000000000-40007e8fff : BOOTFB\n",
    );
    let port = "0000:00:01.0 60400 8086:460D 1462:7D25 pcieport 2";
    add_function(&mut tree, port, "", false);
    let graphics = "0000:00:02.0 30000 8086:4680 1462:7D25 i915 0";
    add_function(&mut tree, graphics, "", true);
    for one in [
        "0000:01:00.0 30000 10DE:2503 1462:397D vfio-pci 13",
        "0000:01:00.1 40300 10DE:228E 1462:397D vfio-pci 13",
    ] {
        add_function(&mut tree, one, "0000:00:01.0", false);
    }
    add_function(&mut tree, NVME, "", false);
    add_function(&mut tree, NIC, "", false);
    tree
}

/// Fedora on AMD: dracut, kernel options by grubby, a domain of libvirt.
pub(crate) fn fedora() -> MemoryTree {
    let mut tree = MemoryTree::complete();
    base(
        &mut tree,
        "ivhd0",
        "6.12.9-200.fc41.x86_64",
        "BOOT_IMAGE=(hd0,gpt2)/vmlinuz-6.12.9-200.fc41.x86_64 root=UUID=1b0f7f3e ro rhgb quiet \
         rd.driver.pre=vfio-pci vfio-pci.ids=1002:73ff,1002:ab28",
    );
    tree.insert_file(
        "/etc/os-release",
        "NAME=\"Fedora Linux\"\nID=fedora\nVERSION_ID=41\nVARIANT_ID=workstation\n\
         PRETTY_NAME=\"Fedora Linux 41 (Workstation Edition)\"\n",
    );
    tree.insert_file(
        "/etc/default/grub",
        "GRUB_TIMEOUT=5\nGRUB_CMDLINE_LINUX=\"rhgb quiet rd.driver.pre=vfio-pci \
         vfio-pci.ids=1002:73ff,1002:ab28\"\nGRUB_ENABLE_BLSCFG=true\n",
    );
    tree.insert_file(
        "/etc/dracut.conf.d/vfio.conf",
        "force_drivers+=\" vfio_pci \"\n",
    );
    tree.insert_file(
        "/etc/modprobe.d/vfio.conf",
        "softdep amdgpu pre: vfio-pci\n",
    );
    tree.insert_file(
        "/etc/libvirt/qemu/win11.xml",
        "<domain type='kvm'>\n  <name>win11</name>\n  <devices>\n    \
         <hostdev mode='subsystem' type='pci' managed='yes'>\n      <source>\n        \
         <address domain='0x0000' bus='0x0c' slot='0x00' function='0x0'/>\n      </source>\n    \
         </hostdev>\n    <hostdev mode='subsystem' type='pci' managed='yes'>\n      <source>\n        \
         <address domain='0x0000' bus='0x0c' slot='0x00' function='0x1'/>\n      </source>\n    \
         </hostdev>\n    <memballoon model='none'/>\n  </devices>\n</domain>\n",
    );
    let port = "0000:00:03.1 60400 1022:1483 1022:1453 pcieport 4";
    add_function(&mut tree, port, "", false);
    for one in [
        "0000:0c:00.0 30000 1002:73FF 1DA2:E448 vfio-pci 20",
        "0000:0c:00.1 40300 1002:AB28 1002:AB28 vfio-pci 21",
    ] {
        add_function(&mut tree, one, "0000:00:03.1", false);
    }
    let graphics = "0000:0d:00.0 30000 1002:164E 1462:7D75 amdgpu 22";
    add_function(&mut tree, graphics, "", true);
    add_function(&mut tree, NVME, "", false);
    add_function(&mut tree, NIC, "", false);
    tree
}

/// Ubuntu with a network card's second port for a guest, by its address.
pub(crate) fn ubuntu() -> MemoryTree {
    let mut tree = MemoryTree::complete();
    base(
        &mut tree,
        "dmar0",
        "6.8.0-51-generic",
        "BOOT_IMAGE=/boot/vmlinuz-6.8.0-51-generic root=/dev/nvme0n1p2 ro quiet splash intel_iommu=on",
    );
    tree.insert_file(
        "/etc/os-release",
        "ID=ubuntu\nVERSION_ID=\"24.04\"\nPRETTY_NAME=\"Ubuntu 24.04.1 LTS\"\n",
    );
    tree.insert_file(
        "/etc/default/grub",
        "GRUB_CMDLINE_LINUX_DEFAULT='quiet splash intel_iommu=on'\nGRUB_CMDLINE_LINUX=\"\"\n",
    );
    tree.insert_file("/etc/initramfs-tools/modules", "vfio_pci\n");
    tree.insert_file(
        "/etc/modprobe.d/blacklist.conf",
        "blacklist pcspkr\nblacklist nouveau\n",
    );
    let script = hostconf::binding::initramfs_tools::script(&[
        hostconf::binding::by_address::BoundFunction {
            address: "05:00.0".parse().unwrap(),
            id: "8086:1521".parse().unwrap(),
            subsystem: None,
        },
    ]);
    tree.insert_file(
        "/etc/initramfs-tools/scripts/init-top/00-passthru-vfio",
        script,
    );
    let port = "0000:00:1c.0 60400 8086:7AB8 1462:7D25 pcieport 6";
    add_function(&mut tree, port, "", false);
    let passed = "0000:05:00.0 20000 8086:1521 8086:0001 vfio-pci 16";
    add_function(&mut tree, passed, "0000:00:1c.0", false);
    let graphics = "0000:00:02.0 30000 8086:4680 1462:7D25 i915 0";
    add_function(&mut tree, graphics, "", true);
    add_function(&mut tree, NVME, "", false);
    add_function(&mut tree, NIC, "", false);
    tree
}

fn is_left_alone(name: &str, tree: &MemoryTree, card: &str) {
    let host = Host::read(tree);
    for words in [&[][..], &[card]] {
        let devices = words
            .iter()
            .flat_map(|word| passthru::select::devices(&host, word).unwrap());
        let question = Question {
            devices: devices.collect(),
            target: None,
        };
        let report = doctor::examine(&host, &question);
        for finding in &report.findings {
            let fine = matches!(
                finding.verdict,
                Verdict::Ok | Verdict::Harmless | Verdict::Unknown
            );
            assert!(fine, "{name} {words:?}: {finding:#?}");
        }
        assert!(!report.has_problem(), "{name}");
        let codes: Vec<&str> = report.findings.iter().map(|finding| finding.code).collect();
        for wanted in [
            "iommu-on",
            "interrupt-remapping-on",
            "group-alone",
            "bound-to-vfio",
        ] {
            assert!(
                codes.contains(&wanted),
                "{name} {words:?}: {wanted} not in {codes:?}"
            );
        }
    }
}

#[test]
fn a_healthy_proxmox_on_intel_is_left_alone() {
    is_left_alone("proxmox", &proxmox(), "01:00.0");
}

#[test]
fn a_healthy_fedora_on_amd_is_left_alone() {
    is_left_alone("fedora", &fedora(), "0c:00.0");
}

#[test]
fn a_healthy_ubuntu_is_left_alone() {
    is_left_alone("ubuntu", &ubuntu(), "05:00.0");
}

/// What the host needs itself is guarded, each by its own code.
#[test]
fn functions_that_the_host_needs_are_guarded() {
    let tree = proxmox();
    let host = Host::read(&tree);
    let output = |word: &str| {
        let question = Question {
            devices: passthru::select::devices(&host, word).unwrap(),
            target: None,
        };
        let report = doctor::examine(&host, &question);
        let blockers = report
            .findings
            .iter()
            .filter(|f| f.verdict == Verdict::Blocker);
        blockers.map(|finding| finding.code).collect::<Vec<_>>()
    };
    assert!(output("03:00.0").contains(&"file-system-on-device"));
    assert!(output("04:00.0").contains(&"network-on-device"));
    assert!(!output("01:00.0").contains(&"only-display"));
}

/// Functions of the card's IOMMU group are accepted by name, too.
#[test]
fn a_plan_names_the_host_impact_of_its_group() {
    let lspci = "\
01:00.0 VGA compatible controller [0300]: NVIDIA Corporation GA106 [10de:2503] (rev a1)
02:00.0 Ethernet controller [0200]: Intel Corporation I210 [8086:1533] (rev 03)
03:00.0 VGA compatible controller [0300]: Matrox Electronics G200eR2 [102b:0534] (rev 01)
";
    let group = "/sys/kernel/iommu_groups/17/devices";
    let mut tree = MemoryTree::partial();
    tree.insert_text("lspci -nnk", lspci);
    for address in ["0000:01:00.0", "0000:02:00.0", "0000:03:00.0"] {
        tree.insert_link(&format!("{group}/{address}"), "../../../../devices/x");
    }
    tree.insert_file("/sys/bus/pci/devices/0000:03:00.0/boot_vga", "1\n");
    tree.insert_link("/sys/class/net/eth0/device", "../../../0000:02:00.0");
    tree.insert_file("/sys/class/net/eth0/operstate", "up\n");
    tree.insert_file("/etc/initramfs-tools/modules", "");
    tree.insert_file(
        "/etc/default/grub",
        "GRUB_CMDLINE_LINUX_DEFAULT=\"quiet\"\n",
    );
    tree.insert_file(
        "/proc/cmdline",
        "BOOT_IMAGE=/vmlinuz quiet intel_iommu=on\n",
    );
    let host = passthru::Host::read(&tree);
    let request = passthru::plan::Request {
        devices: vec!["01:00.0".parse().unwrap()],
        target: Some(passthru::Target::Libvirt),
        vm: None,
        bind: None,
        ..passthru::plan::Request::default()
    };
    let plan = passthru::plan::make(&tree, &host, &request).unwrap();
    let words: Vec<&str> = plan
        .blockers
        .iter()
        .map(|blocker| &*blocker.accept)
        .collect();
    for word in ["network", "display"] {
        assert!(words.contains(&word), "{word}: {:#?}", plan.blockers);
    }
}
