use super::*;

#[test]
fn addresses_are_found_in_any_form() {
    let found = |line: &str| -> Vec<String> {
        addresses_in(line)
            .map(|address| address.to_string())
            .collect()
    };
    assert_eq!(
        found("-device vfio-pci,host=01:00.0: vfio 0000:02:00.1: x"),
        ["0000:01:00.0", "0000:02:00.1"]
    );
    assert_eq!(
        found("pci_0000_0a_00_0 and /devices/0000:00:01.0/"),
        ["0000:0a:00.0", "0000:00:01.0"]
    );
    assert_eq!(
        found("tee /sys/bus/pci/devices/0000\\:02\\:00.1/driver/unbind"),
        ["0000:02:00.1"]
    );
    assert_eq!(
        found("vfio_region_write(0000:26:00.0:region1+0x2d52c8, 0xff,8) failed"),
        ["0000:26:00.0"]
    );
    let added = "\"hostaddr\": \"0000:00:01.00\", \"machine_addr\": \"0000:00:14.0\"";
    assert_eq!(found(added), ["0000:00:14.0"]);
    assert_eq!(
        found("libxl: libxl__device_pci_add failed for PCI device 0:7:0.3 (rc -9)"),
        ["0000:07:00.3"]
    );
    assert_eq!(
        found("qvm-device pci attach -p a dom0:0c_00.1"),
        ["0000:0c:00.1"]
    );
    for line in [
        "at 0:7:0.3",
        "libxl: Domain 24:Could not open '/sys/bus/pci/devices/0000:00:00.3/config': No such file",
        "[00:07.0] xen_pt_realize: Assigning real physical device 00:01.0 to devfn 0x38",
        "12:30:45.123",
        "00:11:22:33:44:55",
        "10.0.0.1",
        "2.6.32",
        "16:45.1",
    ] {
        assert!(found(line).is_empty(), "{line}: {:?}", found(line));
    }
}
