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
