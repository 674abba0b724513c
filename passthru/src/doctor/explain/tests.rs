use super::*;

#[test]
fn settings_are_explained_by_their_typed_form() {
    let judged = ["amd_iommu=on", "vfio_virqfd", "allow_unsafe_interrupts"];
    let others = ["iommu=pt", "pcie_acs_override=downstream", "intel_iommu"];
    for what in judged.into_iter().chain(others) {
        assert!(explain(what).is_some(), "{what}");
    }
    assert!(explain("nonsense").is_none());
}

#[test]
fn lines_of_files_and_shells_are_settings() {
    for (what, part) in [
        (
            "options nvidia NVreg_OpenRmEnableUnsupportedGpus=1",
            "open kernel modules",
        ),
        ("NVreg_EnableGpuFirmware=0", "GSP"),
        ("options nouveau modeset=0", "nouveau"),
        (
            "echo 0000:01:00.0 > /sys/bus/pci/drivers/pci-stub/bind",
            "pci-stub",
        ),
        (
            "echo \"0000:01:00.0\" > /sys/bus/pci/drivers/vfio-pci/bind",
            "to the driver in the path",
        ),
        (
            "echo 0000:01:00.0 > /sys/bus/pci/drivers/pcieport/bind",
            "PCI Express ports",
        ),
        (
            "echo \"10de 1b06\" > /sys/bus/pci/drivers/vfio-pci/new_id",
            "vendor and device ID",
        ),
        (
            "echo vfio-pci > /sys/bus/pci/devices/0000:01:00.0/driver_override",
            "only driver",
        ),
        (
            "echo 0000:01:00.0 > /sys/bus/pci/devices/0000:01:00.0/driver/unbind",
            "Unbinds",
        ),
        ("softdep drm pre: vfio-pci", "load other modules"),
        (
            "install vfio-pci /usr/bin/vfio-pci-override.sh",
            "initramfs",
        ),
        ("blacklist snd_hda_intel", "audio of the whole host"),
        ("blacklist nouveau", "loaded automatically"),
        ("Type=forking", "oneshot"),
        ("hypervisor.cpuid.v0 = FALSE", "CPUID"),
        ("pciPassthru.64bitMMIOSizeGB = \"32\"", "window"),
        ("hostpci0: 0000:01:00,pcie=1", "q35"),
        ("cpu: host,hidden=1", "hides KVM"),
        ("-cpu host,kvm=off", "hypervisor is hidden"),
        ("<kvm><hidden state='on'/></kvm>", "hypervisor is hidden"),
        (
            "<hostdev mode='subsystem' type='pci' managed='yes'>",
            "libvirt unbinds",
        ),
        ("managed='yes'", "libvirt"),
        (
            "GRUB_CMDLINE_LINUX_DEFAULT=\"quiet intel_iommu=on\"",
            "intel_iommu=on",
        ),
        ("GRUB_CMDLINE_LINUX=\"iommu=pt\"", "iommu=pt"),
        (
            "options vfio-pci ids=10de:2504,10de:228e disable_vga=1",
            "VGA arbitration",
        ),
        ("UNSAFE-INTERRUPTS", "no effect"),
    ] {
        let found = explain(what).unwrap_or_else(|| panic!("{what}"));
        assert!(
            found.0.as_str().contains(part),
            "{what}: {}",
            found.0.as_str()
        );
    }
    for what in [
        "options nvidia x=1",
        "a > b",
        "echo 1 > /sys/x/y",
        "name = value",
    ] {
        assert!(
            line(what).and_then(|setting| exact(&setting)).is_none(),
            "{what}"
        );
    }
}

#[test]
fn words_find_their_entries() {
    for what in [
        "reset bug",
        "resizable BAR",
        "above 4G",
        "kvm=off",
        "blocker",
        "vendor-reset",
        "not viable",
    ] {
        assert!(explain(what).is_some(), "{what}");
    }
    let listed = explain("reset bug").unwrap().0;
    assert!(listed.contains("amd-reset-bug"), "{listed}");
    assert!(!listed.contains("vf-malicious-driver"), "{listed}");
    // The codes of Windows' Device Manager.
    for (what, code) in [("code 43", "guest-code-43"), ("Code 12", "guest-code-12")] {
        let (found, _) = explain(what).unwrap_or_else(|| panic!("{what}"));
        let is_alone = explain(code).is_some_and(|(alone, _)| alone.as_str() == found.as_str());
        assert!(
            is_alone || found.as_str().contains(code),
            "{what}: {}",
            found.as_str()
        );
    }
    for what in [
        "",
        "hello world foo",
        "zzz",
        "it does not work",
        "code",
        "code 4",
        "code 999",
    ] {
        assert!(explain(what).is_none(), "{what}: {:?}", explain(what));
    }
}

#[test]
fn codes_with_a_typing_error_are_near() {
    assert!(near_codes("group-not-viabel").contains(&"group-not-viable"));
    assert!(near_codes("something entirely else").is_empty());
}
