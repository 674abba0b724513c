use super::*;

#[test]
fn answers_are_recognized() {
    for line in [
        "d0000000-d07effff : efifb",
        "4000000000-7fffffffff : PCI Bus 0000:00",
        "2: enp5s0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc mq state UP",
        "flr bus",
        "D3cold",
        "/dev/nvidia0:         1234  5678m",
        "Xorg 1234 root mem CHR 195,255 0t0 613 /dev/nvidiactl",
        "QEMU: Checking for device assignment IOMMU support : PASS",
        "nvidia/570.124.04, 6.8.12-9-pve, x86_64: installed",
        "Handle 0x0001, DMI type 1, 27 bytes",
        "3    1 0xffffffff82a00000   3250 vmm.ko",
        "max locked memory           (kbytes, -l) 8192",
        "BootCurrent: 0001",
        "Firmware: UEFI 2.70 (American Megatrends 5.17)",
        "Vendor ID:               AuthenticAMD",
    ] {
        assert!(is_answer(line), "{line}");
    }
    for line in [
        "",
        "bus",
        "the driver is : installed",
        "I checked /dev/nvidia0: nothing",
        "12: 30 we met at <home> mtu",
        "D3cold is the state",
        "01:00.0-01:00.1 : both",
    ] {
        assert!(!is_answer(line), "{line}");
    }
}

#[test]
fn the_memory_map_keeps_its_lines() {
    let text =
        "$ cat /proc/iomem\nd0000000-dfffffff : PCI Bus 0000:01\n  d0000000-d07effff : efifb\n";
    let map = memory_map(text).unwrap();
    assert_eq!(map.lines().nth(2), Some("  d0000000-d07effff : efifb"));
    assert_eq!(memory_map("d0000000-dfffffff : PCI Bus 0000:01\n"), None);
}
