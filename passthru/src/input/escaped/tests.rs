use super::*;

#[test]
fn pages_and_markdown_become_plain() {
    for (escaped, wanted) in [
        (
            "&lt;hostdev managed=&#39;yes&#39;&gt;\nx\n",
            "<hostdev managed='yes'>\nx\n",
        ),
        (
            "GRUB\\_CMDLINE\\_LINUX=&quot;intel\\_iommu=on&quot;",
            "GRUB_CMDLINE_LINUX=\"intel_iommu=on\"",
        ),
        ("NVIDIA \\[10de:1b06\\] \\- x", "NVIDIA [10de:1b06] - x"),
        ("&amp;lt;", "&lt;"),
    ] {
        assert_eq!(plain(escaped), wanted);
    }
}

#[test]
fn what_is_meant_as_it_stands_stays() {
    for text in [
        "<name>a &amp; b</name>\n",
        "dmesg | grep -e 'iommu\\|\\[vfio\\]'\n",
        "cat /sys/devices/pci0000\\:00/0000\\:00\\:02.0/sriov_numvfs\n",
        "a && b & c\n",
        "\\\\?\\PCI#VEN_10DE\n",
    ] {
        assert_eq!(plain(text), text);
    }
}
