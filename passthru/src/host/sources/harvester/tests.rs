use super::*;

const DEVICE: &str = "\
apiVersion: devices.harvesterhci.io/v1beta1
kind: PCIDevice
metadata:
  name: node1-000001000
status:
  address: \"0000:01:00.0\"
  classId: \"0300\"
  deviceId: \"2204\"
  iommuGroup: \"14\"
  kernelDriverInUse: vfio-pci
  vendorId: 10de
";

#[test]
fn an_object_shows_a_function() {
    let listing = read("t", DEVICE);
    let [entry] = listing.entries.as_slice() else {
        panic!("{listing:?}");
    };
    assert_eq!(
        entry.id().map(|id| id.to_string()).as_deref(),
        Some("10de:2204")
    );
    let [member] = listing.members.as_slice() else {
        panic!("{listing:?}");
    };
    assert_eq!(member.group, 14);
    assert_eq!(lines(DEVICE), [6, 9, 10]);
    let both = format!("{DEVICE}---\n{}", DEVICE.replace("01:00.0", "02:00.0"));
    assert_eq!(read("t", &both).entries.len(), 2);
    // A claim is a wish, and other objects are none of it.
    for other in ["PCIDeviceClaim", "Node"] {
        let other = DEVICE.replace("kind: PCIDevice", &format!("kind: {other}"));
        assert!(read("t", &other).entries.is_empty(), "{other}");
    }
}

#[test]
fn a_table_shows_functions() {
    let table = "\
NAME              ADDRESS        VENDOR ID   DEVICE ID   NODE NAME   DESCRIPTION   KERNEL DRIVER IN USE
node1-000001000   0000:01:00.0   10de        2204        node1       VGA ctrl      vfio-pci
node1-000002000   0000:02:00.0   10de        2204        node1       VGA ctrl
";
    let listing = read("t", table);
    assert_eq!(listing.entries.len(), 2);
    assert_eq!(lines(table), [2, 3]);
    assert!(
        read("t", &table.replace("KERNEL DRIVER", "X"))
            .entries
            .is_empty()
    );
}
