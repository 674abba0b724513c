use super::*;

#[test]
fn each_kind_is_found_from_what_it_says() {
    // A line may be a known message, too.
    let one = |text: &str, kind: TextKind| {
        let mut found = kinds(text);
        found.retain(|found| !matches!(found, TextKind::Message | TextKind::Address));
        assert_eq!(found, [kind], "{text}");
    };
    one(
        "GRUB_DEFAULT=0\nGRUB_CMDLINE_LINUX_DEFAULT=\"quiet\"\n",
        TextKind::Grub,
    );
    one(
        "BOOT_IMAGE=/boot/vmlinuz root=/dev/sda1 quiet\n",
        TextKind::CommandLine,
    );
    one(
        "# ids\noptions vfio-pci ids=10de:2d04\nsoftdep nouveau pre: vfio-pci\n",
        TextKind::Modprobe,
    );
    one("vfio\nvfio_pci\n", TextKind::ModuleList);
    one(
        "Linux version 5.4.0-90-generic (buildd@host) #101 SMP\n",
        TextKind::KernelVersion,
    );
    one("NAME=\"Debian\"\nID=debian\n", TextKind::OsRelease);
    one("10de 2803 bridge false\n", TextKind::PassthruMap);
    for text in [
        "apiVersion: v1\nkind: List\nitems:\n- kind: KubeVirt\n  metadata: {}\n",
        "# mine\n---\nkind: VirtualMachine\n",
        "{\n  \"items\": [\n    {\n      \"kind\": \"VirtualMachine\",\n",
    ] {
        one(text, TextKind::KubeVirtObjects);
    }
    one(
        "hostpci0: 0000:02:00,pcie=1\nmachine: q35\n",
        TextKind::ProxmoxVm,
    );
    one(
        "<domain type='kvm'>\n<name>w</name></domain>",
        TextKind::Domain,
    );
    one(
        "kvm_intel             170086  0\nkvm  566340  1 kvm_intel\n",
        TextKind::Lsmod,
    );
    one(
        "[    0.394008] AMD-Vi: Interrupt remapping enabled\n",
        TextKind::KernelLog,
    );
    for stamp in ["", "[    0.000000] "] {
        let line = format!("{stamp}Command line: BOOT_IMAGE=/vmlinuz root=/dev/sda1\n");
        one(&line, TextKind::KernelLog);
    }
    one("6.8.12-9-pve\n", TextKind::KernelVersion);
    one("dmar0  dmar1\n", TextKind::DirectoryList);
    one(
        "  pool: rpool\n state: ONLINE\nconfig:\n",
        TextKind::ZpoolStatus,
    );
    one(
        "6D2A-1C3F is configured with: uefi (versions: 6.8.12-9-pve)\n",
        TextKind::BootStatus,
    );
    one(
        "      Product: systemd-boot 252.39-1\n",
        TextKind::BootStatus,
    );
    one(
        "pve-manager/8.4.0/abc (running kernel: 6.8.12-9-pve)\n",
        TextKind::PveVersion,
    );
}

#[test]
fn listings_are_found_from_what_they_say() {
    macro_rules! listing {
        ($name:literal) => {
            include_str!(concat!("../../../../pci-core/tests/listings/", $name))
        };
    }
    for (text, kind) in [
        (listing!("nodedev.xml"), TextKind::Nodedev),
        (listing!("nodedev-list.txt"), TextKind::Nodedev),
        (listing!("esxcli-pci-list.txt"), TextKind::EsxcliPciList),
        (
            listing!("esxcli-pcipassthru.txt"),
            TextKind::EsxcliPcipassthruList,
        ),
        (listing!("esxi-lspci-v.txt"), TextKind::EsxiLspci),
        (listing!("esxi-lspci-n.txt"), TextKind::EsxiLspci),
        (listing!("esxi-lspci-p.txt"), TextKind::EsxiLspci),
        (listing!("get-pnpdevice.txt"), TextKind::WindowsDevices),
        (listing!("get-pnpdevice.json"), TextKind::WindowsDevices),
        (listing!("pnputil.txt"), TextKind::WindowsDevices),
        (listing!("devcon.txt"), TextKind::WindowsDevices),
        (listing!("survey-dda.txt"), TextKind::DdaSurvey),
        (listing!("pciconf.txt"), TextKind::Pciconf),
        (listing!("pciconf-old.txt"), TextKind::Pciconf),
        (listing!("lshw.txt"), TextKind::Lshw),
        (listing!("vm-passthru.txt"), TextKind::Bhyve),
        (listing!("lxd-resources.txt"), TextKind::LxdResources),
        (listing!("lshw.json"), TextKind::Lshw),
        (listing!("lshw-businfo.txt"), TextKind::Lshw),
        (listing!("hwinfo.txt"), TextKind::Hwinfo),
        (listing!("driverctl.txt"), TextKind::Driverctl),
        (listing!("sysfs-links.txt"), TextKind::SysfsLinks),
        (listing!("dpdk-devbind.txt"), TextKind::DpdkDevbind),
        (listing!("xl.txt"), TextKind::XlPciList),
        (listing!("iommu-groups-script.txt"), TextKind::IommuGroups),
    ] {
        let mut found = kinds(text);
        found.retain(|found| !matches!(found, TextKind::Message | TextKind::Address));
        assert_eq!(found, [kind], "{text}");
    }
    let both = concat!(listing!("pciconf.txt"), "```\n", listing!("lshw.txt"));
    // A function bound to ppt is also in a known message.
    let found = kinds(both);
    assert!(found.starts_with(&[TextKind::Pciconf, TextKind::Lshw]));
    let declared = format!("<?xml version='1.0'?>\n{}", listing!("nodedev.xml"));
    assert_eq!(kinds(&declared).first(), Some(&TextKind::Nodedev));
}

#[test]
fn prose_and_nothing_are_not_recognized() {
    for text in [
        "hello",
        "My card does not work: please help!",
        "x",
        "1\n2\n3\n",
    ] {
        assert_eq!(kinds(text), [], "{text}");
    }
}
