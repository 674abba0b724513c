use super::*;

#[test]
fn what_is_near_is_found_and_what_is_another_option_is_not() {
    for (typed, wanted) in [
        ("vfio-pci-ids", "vfio-pci.ids"),
        ("vfio_pci.id", "vfio-pci.ids"),
        ("vfio.pci.ids", "vfio-pci.ids"),
        ("intel_immou", "intel_iommu"),
        ("iommu_intel", "intel_iommu"),
        ("amd_iommo", "amd_iommu"),
        ("pci_acs_override", "pcie_acs_override"),
        ("pcie_acs_overide", "pcie_acs_override"),
        ("initcall_blacklis", "initcall_blacklist"),
    ] {
        assert_eq!(meant(typed).as_deref(), Some(wanted), "{typed}");
    }
    for other in [
        "vfio_pci.ids",
        "intel-iommu",
        "amd_iommu_intr",
        "amd_iommu_dump",
        "iommu",
        "initcall_debug",
        "pcie_ports",
        "pci",
        "quiet",
        "root",
        "module_blacklist",
        "modprobe.blacklist",
        "intel_idle.max_cstate",
        "nvidia-drm.modeset",
        "kvm.nx_huge_pages",
    ] {
        assert_eq!(meant(other), None, "{other}");
    }
}
