use super::is_source_code;

#[test]
fn code_is_no_message() {
    for line in [
        "-\t\tdev_warn(dev, \"Device is ineligible for IOMMU domain attach\\n\");",
        "+\t\t\t \"Device is ineligible for IOMMU domain attach\\n\");",
        "    error_setg(errp, \"vfio %s: group %d is not viable\", name, id);",
        "        _(\"Invalid attempt to reset PCI device %s. \"",
        "          \"Only PCI endpoint devices can be reset\"),",
        "vfio %s: group %d is not viable",
    ] {
        assert!(is_source_code(line), "{line}");
    }
    for line in [
        "vfio-pci 0000:01:00.0: Device is ineligible for IOMMU domain attach due to platform RMRR \
             requirement.  Contact your platform vendor.",
        "\"vfio 0000:01:00.0: group 1 is not viable\"",
        "[    0.1] printk: console [tty0] enabled",
        "group 1 is not viable, and the load is 100% so far, 20%",
        "\"pid\": 1, \"msg\":\"bhyve: PCI device at 6 is not using the ppt driver\\n\" }",
    ] {
        assert!(!is_source_code(line), "{line}");
    }
}
