//! Windows' listings.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::*;

fn lines(text: &str) -> Vec<String> {
    let line = |device: &PnpDevice| {
        let id = &device.pnp_id.value;
        let text = |value: Option<String>| value.unwrap_or_else(|| "-".to_string());
        format!(
            "{} {} {} | {} | {} {} {} {} {}",
            text(id.hardware.id().map(|id| id.to_string())),
            text(id.hardware.subsystem.map(|id| id.to_string())),
            text(device.class.as_ref().map(|class| class.value.to_string())),
            text(device.name.clone()),
            text(device.setup_class.clone()),
            text(device.is_present().map(|present| present.to_string())),
            text(device.service.as_ref().map(|service| service.value.clone())),
            text(
                device
                    .location_path
                    .as_ref()
                    .map(|path| path.value.to_string())
            ),
            text(
                device
                    .address
                    .as_ref()
                    .map(|address| address.value.to_string())
            ),
        )
    };
    parse(text).iter().map(line).collect()
}

#[test]
fn a_table_a_list_and_properties_of_one_device() {
    assert_eq!(
        lines(include_str!("../../../tests/listings/get-pnpdevice.txt")),
        [
            "8086:a70d 1043:8882 - | PCI Express Root Port | System true - - -",
            "10de:2684 1043:88e4 - | NVIDIA GeForce RTX 4090 | Display true nvlddmkm \
             PCIROOT(0)#PCI(0100)#PCI(0000) 0000:01:00.0",
            "8086:a74f 0000:0000 - | PCI Device | - true - - -",
            "10de:22ba - - | High Definition Audio Controller | MEDIA true - - -",
        ]
    );
}

#[cfg(feature = "std")]
#[test]
fn json() {
    assert_eq!(
        lines(include_str!("../../../tests/listings/get-pnpdevice.json")),
        [
            "10de:2531 10de:151d 030000 | NVIDIA RTX A2000 | Display true nvlddmkm - -",
            "8086:15f3 1043:86f0 - | Intel(R) Ethernet Controller I225-V | Net false - - -",
        ]
    );
}

#[test]
fn pnputil_and_devcon() {
    assert_eq!(
        lines(include_str!("../../../tests/listings/pnputil.txt")),
        [
            "8086:4680 1043:8694 030000 | Intel(R) UHD Graphics 770 | Display true igfxnd \
             PCIROOT(0)#PCI(0200) 0000:00:02.0",
            "10de:1f12 1043:1f11 - | NVIDIA GeForce RTX 2060 with Max-Q Design | Display false - - -",
        ]
    );
    assert_eq!(
        lines(include_str!("../../../tests/listings/devcon.txt")),
        [
            "1002:73bf 1002:0e3a 030000 | AMD Radeon RX 6800 XT | - - - - -",
            "1a03:2000 1a03:2000 - | ASPEED Graphics Family | - - - - -",
            "8086:1533 1849:1533 - | Intel(R) I210 Gigabit Network Connection | - - - - -",
        ]
    );
}

#[test]
fn identifiers_in_any_text() {
    let text = "My card (pci\\ven_10de&dev_1c82) fails. It is PCI\\VEN_10DE&DEV_1C82.\n\
                Host device: PCI\\VEN_8086&DEV_15F3\\3&1&0&1, PCI\\VEN_1022&DEV_1480&REV_00.\n";
    let found: Vec<String> = parse(text)
        .iter()
        .map(|device| device.pnp_id.value.hardware.id().unwrap().to_string())
        .collect();
    assert_eq!(found, ["10de:1c82", "8086:15f3", "1022:1480"]);
    assert_eq!(
        lines("FriendlyName  InstanceId\n------  ---\nIntel X  PCI\\VEN_8086&DEV_15F3\\3&1&0&1\n"),
        ["8086:15f3 - - | Intel X | - - - - -"]
    );
}

#[test]
fn cut_identifiers_have_fewer_fields() {
    let id = |text: &str| text.parse::<PnpId>();
    let cut = id("PCI\\VEN_10DE&DEV_22...").unwrap();
    assert_eq!((cut.hardware.device, cut.is_cut), (None, true));
    let cut = id("PCI\\VEN_10DE&DEV_2204&SUBSYS_88E4…").unwrap();
    assert_eq!(cut.hardware.id().unwrap().to_string(), "10de:2204");
    assert_eq!(cut.hardware.subsystem, None);
    // The path of an interface.
    let path =
        r"'\\?\PCI#VEN_10DE&DEV_1EB1&SUBSYS_12A010DE&REV_A1#4&11ef84ec&0&0019#{064092b3}\GPUPARAV'";
    let found: Vec<_> = super::pnp_id::find(path).map(|(_, id)| id).collect();
    let [only] = found.as_slice() else {
        panic!("{found:?}");
    };
    let path = id(only).unwrap();
    assert_eq!(path.hardware.id().unwrap().to_string(), "10de:1eb1");
    assert_eq!(path.instance.as_deref(), Some("4&11ef84ec&0&0019"));
    for (text, offset) in [
        ("USB\\VID_1", 0),
        ("PCI\\VEN_10D", 4),
        ("PCI\\VEN_10DE", 12),
        ("PCI\\VEN_10DE&DEV_22", 12),
    ] {
        assert_eq!(id(text).unwrap_err().offset().unwrap(), offset, "{text}");
    }
}

/// The text of the property is in the system's language.
#[test]
fn locations_in_any_language() {
    for text in [
        "PCI bus 1, device 0, function 0",
        "PCI-Bus 1, Ger\u{e4}t 0, Funktion 0",
        "PCI \u{603b}\u{7ebf} 1\u{3001}\u{8bbe}\u{5907} 0\u{3001}\u{529f}\u{80fd} 0",
        "@System32\\drivers\\pci.sys,#65536;PCI bus %1, device %2, function %3;(1,0,0)",
    ] {
        assert_eq!(device::address(text), "01:00.0".parse().ok(), "{text}");
    }
    for text in [
        "Port_#0006.Hub_#0013",
        "PCI bus 256, device 0, function 0",
        "PCI segment 1, bus 1, device 0, function 0",
        "PCI slot 1",
    ] {
        assert_eq!(device::address(text), None, "{text}");
    }
}

#[test]
fn the_survey_of_assignable_devices() {
    let found = survey(include_str!("../../../tests/listings/survey-dda.txt"));
    let lines: Vec<String> = found
        .iter()
        .map(|device| {
            let assignable = device.assignable.as_ref().map(|summary| summary.value);
            let path = device
                .location_path
                .as_ref()
                .map(|path| path.value.to_string());
            format!(
                "{} {assignable:?} {:?} {path:?}",
                device.name.value, device.mmio_mb
            )
        })
        .collect();
    assert_eq!(
        lines,
        [
            "NVIDIA RTX A2000 Some(true) Some(305) Some(\"PCIROOT(0)#PCI(0100)#PCI(0000)\")",
            "Intel(R) USB 3.20 eXtensible Host Controller - 1.20 (Microsoft) Some(false) None None",
            "Standard SATA AHCI Controller Some(false) None None",
            "AMD PSP 3.0 Device None None Some(\"PCIROOT(0)#PCI(0701)#PCI(0002)\")",
        ]
    );
    let no_blank_lines: String = include_str!("../../../tests/listings/survey-dda.txt")
        .lines()
        .filter(|line| !line.is_empty())
        .map(|line| format!("{line}\n"))
        .collect();
    assert_eq!(survey(&no_blank_lines).len(), 4);
    assert_eq!(survey("see PCIROOT(0)\nPCIROOT(0)#PCI(0100)\n"), []);
    // Notes in a script.
    let commented = "#\n# NVIDIA T400          <--- the name\n# Express Endpoint -- more secure.\n\
        #    And its interrupts are message-based, assignment can work.\n\
        #    And it requires at least: 272 MB of MMIO gap space   <--- set this\n\
        # PCIROOT(0)#PCI(0102)#PCI(0000)    <--- the path\n";
    let found = survey(commented);
    assert_eq!(
        (found[0].name.value.as_str(), found[0].mmio_mb),
        ("NVIDIA T400", Some(272))
    );
    assert!(found[0].location_path.is_some() && found.len() == 1);
    // Shortened to the essential lines.
    let short = "NVIDIA T400\nExpress Endpoint -- more secure.\n    ...\n    \
        And it requires at least: 272 MB of MMIO gap space\n...\n";
    let found = survey(short);
    assert_eq!(
        (found[0].name.value.as_str(), found[0].mmio_mb),
        ("NVIDIA T400", Some(272))
    );
    assert_eq!(found.len(), 1);
}

#[test]
fn dismounted_and_assigned_devices() {
    let listing = include_str!("../../../tests/listings/get-vmassignabledevice.txt");
    assert_eq!(
        lines(listing),
        [
            "10de:2531 10de:151d - | - | - - - PCIROOT(0)#PCI(0100)#PCI(0000) -",
            "10de:228e 10de:151d - | - | - - - PCIROOT(0)#PCI(0100)#PCI(0001) -",
        ]
    );
    let found = parse(listing);
    let guests = |device: &PnpDevice| device.vm.as_ref().map(|vm| vm.value.clone());
    assert!(found.iter().all(|device| device.pnp_id.value.is_dismounted));
    assert_eq!(guests(&found[0]).as_deref(), Some("win11"));
    // The host's listing names no guest.
    assert_eq!(guests(&found[1]), None);
    let table = "LocationPath                   InstanceID\n\
                 ------------                   ----------\n\
                 PCIROOT(0)#PCI(0100)#PCI(0000) PCIP\\VEN_10DE&DEV_2531&SUBSYS_151D10DE&REV_A1\\4&1293019D&0&0008\n";
    let found = parse(table);
    assert!(found[0].pnp_id.value.is_dismounted && found[0].location_path.is_some());
    // The host's own instance of the same function is another device.
    let both = "InstanceId : PCI\\VEN_10DE&DEV_2531&REV_A1\\4&1&0&0008\nStatus : Unknown\n\n\
                InstanceId : PCIP\\VEN_10DE&DEV_2531&REV_A1\\4&1&0&0008\nStatus : OK\n";
    let present: Vec<_> = parse(both).iter().map(PnpDevice::is_present).collect();
    assert_eq!(present, [Some(false), Some(true)]);
}
