use super::*;

#[test]
fn addresses_are_bound_by_two_files() {
    let all = |line: &str| -> Vec<String> {
        bindings(line)
            .map(|(_, found)| format!("{} {}", found.address, found.driver.unwrap_or("-")))
            .collect()
    };
    for line in [
        "echo vfio-pci > /sys/bus/pci/devices/0000:01:00.0/driver_override",
        "echo \"vfio-pci\" > /sys/bus/pci/devices/0000\\:01\\:00.0/driver_override",
        "sleep 1; echo 0000:01:00.0 | tee /sys/bus/pci/drivers/vfio-pci/bind",
        "echo -n \"0000:01:00.0\" > \"/sys/bus/pci/drivers/vfio-pci/bind\"",
    ] {
        assert_eq!(all(line), ["0000:01:00.0 vfio-pci"], "{line}");
    }
    let stub = "echo 0000:01:00.0 > /sys/bus/pci/drivers/pci-stub/bind";
    assert_eq!(all(stub), ["0000:01:00.0 pci-stub"]);
    for line in [
        "echo 0000:01:00.0 > /sys/bus/pci/drivers/nvidia/unbind",
        "echo 0000:01:00.0 > /sys/bus/pci/devices/0000:01:00.0/driver/unbind",
    ] {
        assert_eq!(all(line), ["0000:01:00.0 -"], "{line}");
    }
    for line in [
        "# echo vfio-pci > /sys/bus/pci/devices/0000:01:00.0/driver_override",
        "echo nvidia > /sys/bus/pci/devices/0000:01:00.0/driver_override",
        "echo vfio-pci > /sys/bus/pci/devices/$DEV/driver_override",
    ] {
        assert!(all(line).is_empty(), "{line}");
    }
}
