use super::*;

#[test]
fn a_complete_address_has_its_domain() {
    for (line, is_complete) in [
        ("binding device 0000:00:06.0", Some(true)),
        (
            "# echo 0000:01:00.0 > /sys/bus/pci/drivers/vfio-pci/bind",
            Some(true),
        ),
        (
            "echo \"0001:03:00.1\" | tee /sys/bus/pci/drivers/vfio-pci/bind",
            Some(true),
        ),
        (
            "# echo 01:00.0 > /sys/bus/pci/drivers/vfio-pci/bind",
            Some(false),
        ),
        (
            "# echo 10de:2684 > /sys/bus/pci/drivers/vfio-pci/new_id",
            Some(false),
        ),
        (
            "echo 13 > /sys/bus/pci/devices/0000:01:00.0/resource1_resize",
            Some(false),
        ),
        ("echo: write error: Invalid argument", None),
        ("at 12:30.", None),
    ] {
        assert_eq!(is_complete_address(line), is_complete, "{line}");
    }
}
