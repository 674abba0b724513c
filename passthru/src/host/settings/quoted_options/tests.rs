use super::*;

fn texts(line: &str) -> Vec<String> {
    options(line)
        .into_iter()
        .map(|option| option.text)
        .collect()
}

#[test]
fn options_in_marks_are_read() {
    for (line, wanted) in [
        (
            "I added `intel_iommu=on iommu=pt`.",
            &["intel_iommu=on", "iommu=pt"][..],
        ),
        (
            "with ``vfio-pci.ids=10de:1b80`` and",
            &["vfio-pci.ids=10de:1b80"][..],
        ),
        ("* `vfio.unsafe`", &["vfio.unsafe"][..]),
        (
            "Here are my boot parameters: \"nosgx intel_iommu=on iommu=pt\"",
            &["nosgx", "intel_iommu=on", "iommu=pt"][..],
        ),
        ("I set “amd_iommu=on”.", &["amd_iommu=on"][..]),
        (
            " quiet splash amd_iommu=on vfio-pci.ids=1002:699f,1002:aae0",
            &[
                "quiet",
                "splash",
                "amd_iommu=on",
                "vfio-pci.ids=1002:699f,1002:aae0",
            ][..],
        ),
        (
            "I have added intel_iommu=on iommu=pt to my grub config.",
            &["intel_iommu=on", "iommu=pt"][..],
        ),
        ("在grub里加了intel_iommu=on后重启", &["intel_iommu=on"][..]),
        (
            "Kernel parameters: amd_iommu=on, iommu=pt.",
            &["amd_iommu=on", "iommu=pt"][..],
        ),
        (
            "`x` config: intel_iommu=on iommu=pt pcie_acs_override=downstream ``` # dmesg",
            &["intel_iommu=on", "iommu=pt", "pcie_acs_override=downstream"][..],
        ),
    ] {
        assert_eq!(texts(line), wanted, "{line}");
    }
}

#[test]
fn files_commands_and_placeholders_are_no_options() {
    for line in [
        "It fails without intel_iommu=on.",
        "Add intel_iommu=on to the options.",
        "Should I set intel_iommu=on?",
        "sudo grub-mkconfig intel_iommu=on",
        "[    0.000000] Kernel command line: quiet intel_iommu=on",
        "linux /vmlinuz root=/dev/sda1 intel_iommu=on",
        "options vfio-pci ids=10de:1b80 vfio-pci.ids=10de:1b80",
        "`GRUB_CMDLINE_LINUX_DEFAULT=\"intel_iommu=on\"`",
        "`grep intel_iommu=on /proc/cmdline`",
        "GRUB_CMDLINE_LINUX_DEFAULT=\"intel_iommu=on iommu=pt\"",
        "{\"kernel\": \"intel_iommu=on\"}",
        "grep \"intel_iommu=on /proc/cmdline\"",
        "# boot.kernelParams = [ \"intel_iommu=on\", \"iommu=pt\" ];",
        "`vfio-pci.ids=xxxx:xxxx`",
        "Su AMD il flag atteso è `amd_iommu=on`.",
        "(for Intel: `intel_iommu=on`)",
        "`vfio-pci.ids=<id>`",
        "`vfio-pci.ids=`",
        "`quiet splash`",
        "`/etc/default/grub`: add intel_iommu=on iommu=pt pcie_acs_override=downstream",
    ] {
        assert!(texts(line).is_empty(), "{line}");
    }
}
