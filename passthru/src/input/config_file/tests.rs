use super::*;

#[test]
fn a_post_is_no_file_though_each_line_has_a_colon() {
    let config = "bios: ovmf\nhostpci0: 0000:03:00,pcie=1\nmachine: q35\n[snap]\nmemory: 1\n";
    assert_eq!(config_file(config), Some(TextKind::ProxmoxVm));
    for more in [
        "My virtual machine:\n",
        "03:00.0 VGA compatible controller [0300]: AMD [1002:73df]\n",
        "\tKernel driver in use: vfio-pci\n",
    ] {
        assert_eq!(config_file(&format!("{config}{more}")), None, "{more}");
    }
    let domain = "<domain type='kvm'>\n<name>a</name>\n</domain>\n";
    assert_eq!(config_file(domain), Some(TextKind::Domain));
    assert_eq!(
        config_file(&format!("{domain}and dmesg says nothing\n")),
        None
    );
    let vmx = "virtualHW.version = \"19\"\npciPassthru0.id = \"1\"\n";
    assert_eq!(config_file(vmx), Some(TextKind::Vmx));
    assert_eq!(config_file(&format!("{vmx}and root=1 is set\n")), None);
    let object = "apiVersion: kubevirt.io/v1\nkind: VirtualMachine\nspec:\n  running: true\n";
    assert_eq!(config_file(object), Some(TextKind::KubeVirtObjects));
    assert_eq!(
        config_file(&format!("{object}the pod stays pending\n")),
        None
    );
}

#[test]
fn a_message_beside_settings_is_no_line_of_their_file() {
    let messages = [
        "AMD-Vi: Unknown option - 'on'",
        "kvm: -device vfio-pci,host=0000:01:00.0: failed to find romfile \"vbios.bin\"",
        "Nov 29 21:00:00 pve kernel: nvidia: Unknown parameter \"on\"",
        "[   12.0] usb 1-1: new device \"abc\"",
        "vfio: Unable to power on device, stuck in D3",
        "iommu: Default domain type: Passthrough (set via kernel command line)",
    ];
    let settings = [
        ("GRUB_CMDLINE_LINUX=\"quiet\"\n", TextKind::Grub),
        ("machine: q35\nkvm: 0\n", TextKind::ProxmoxVm),
        ("options vfio-pci ids=10de:1c03\n", TextKind::Modprobe),
        ("vfio_pci\nvfio\n", TextKind::ModuleList),
    ];
    for (setting, kind) in settings {
        assert_eq!(config_file(setting), Some(kind), "{setting}");
        for message in messages {
            let before = format!("{message}\n{setting}");
            assert_eq!(config_file(&before), None, "{before}");
            let behind = format!("{setting}{message}\n");
            assert_eq!(config_file(&behind), None, "{behind}");
        }
    }
    // A value that a line break cuts.
    let cut = "GRUB_CMDLINE_LINUX=\"quiet\nintel_iommu=on iommu=pt\"\n";
    assert_eq!(config_file(cut), Some(TextKind::Grub));
}
