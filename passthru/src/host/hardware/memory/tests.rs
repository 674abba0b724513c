use host_tree::MemoryTree;

use super::*;

/// A DMAR with one region for the function 02:00.0 below the port 00:01.0.
fn dmar() -> Vec<u8> {
    let mut bytes = b"DMAR".to_vec();
    bytes.extend(82_u32.to_le_bytes());
    bytes.resize(48, 0);
    bytes.extend([1, 0, 34, 0, 0, 0, 0, 0]);
    bytes.extend(0x7000_0000_u64.to_le_bytes());
    bytes.extend(0x7000_ffff_u64.to_le_bytes());
    bytes.extend([1, 10, 0, 0, 0, 0, 1, 0, 0, 0]);
    bytes
}

#[test]
fn what_dmar_keeps_for_a_function_behind_a_port() {
    let lspci = "00:01.0 PCI bridge [0604]: Intel Corporation Device [8086:1901]\n\
                     \tBus: primary=00, secondary=02, subordinate=02, sec-latency=0\n\
                     02:00.0 Ethernet controller [0200]: Intel Corporation I350 [8086:1521]\n\
                     02:00.1 USB controller [0c03]: Intel Corporation Device [8086:7ae0]\n";
    let mut tree = MemoryTree::partial();
    tree.insert_text("lspci -nnv", lspci);
    tree.insert_file("/sys/firmware/acpi/tables/DMAR", dmar());
    let host = Host::read(&tree);
    let kept = |address: &str| {
        let address: Address = address.parse().unwrap();
        host.reserved_for(host.devices.get(&address).unwrap())
    };
    let nic = kept("02:00.0").unwrap();
    assert!(!nic[0].value.is_relaxable);
    assert_eq!(
        (nic[0].value.first, nic[0].value.last),
        (0x7000_0000, 0x7000_ffff)
    );
    assert_eq!(kept("02:00.1"), Some(vec![]));
    // Without the table, unknown.
    let mut tree = MemoryTree::partial();
    tree.insert_text("lspci -nnv", lspci);
    let host = Host::read(&tree);
    let device = host.devices.values().next().unwrap();
    assert_eq!(host.reserved_for(device), None);
}

/// An IORT with a node of this type.
fn iort(kind: u8) -> Vec<u8> {
    let mut bytes = b"IORT".to_vec();
    bytes.resize(48, 0);
    bytes[36] = 2;
    bytes[40] = 48;
    bytes.extend([0, 24, 0, 0]);
    bytes.resize(72, 0);
    bytes.extend([kind, 68, 0, 4]);
    bytes.resize(140, 0);
    bytes
}

#[test]
fn an_smmu_in_iort_or_the_log() {
    let of_table = |kind| {
        let mut tree = MemoryTree::partial();
        tree.insert_file("/sys/firmware/acpi/tables/IORT", iort(kind));
        firmware(&tree).map(|fact| fact.value)
    };
    assert_eq!(of_table(4), Some(FirmwareTables::SmmuV3));
    // A root complex, and SMMUv2.
    assert_eq!([of_table(2), of_table(3)], [None, None]);
    let of_log = |log: &str| {
        let mut tree = MemoryTree::partial();
        tree.insert_text("dmesg", log);
        firmware(&tree).map(|fact| fact.value)
    };
    let line = "[    0.780951] arm-smmu-v3 9050000.smmuv3: ias 44-bit, oas 44-bit (features \
                    0x00008305)\n";
    assert_eq!(of_log(line), Some(FirmwareTables::SmmuV3));
    assert_eq!(
        of_log("[    0.1] modprobe: arm-smmu-v3 is not there\n"),
        None
    );
}
