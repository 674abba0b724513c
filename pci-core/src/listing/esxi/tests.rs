//! ESXi's listings as they are and as `grep` leaves them.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use host_tree::Lookup;

use super::*;
use crate::listing::tests::summary;

const PCI_LIST: &str = include_str!("../../../tests/listings/esxcli-pci-list.txt");

#[test]
fn blocks_of_esxcli() {
    let found = pci_list(PCI_LIST);
    let lines: Vec<String> = found.iter().map(|f| summary(&f.function)).collect();
    assert_eq!(
        lines,
        [
            "0000:00:1c.0 060400 8086:a338 - f0 none",
            "0000:01:00.0 030000 10de:2803 10de:18b2 a1 pciPassthru",
            "0000:01:00.1 040300 10de:22bd 10de:18b2 a1 none",
        ]
    );
    let audio = &found[2];
    assert_eq!(
        audio.configured_owner.as_ref().unwrap().value,
        "VM Passthru"
    );
    assert_eq!(audio.current_owner.as_ref().unwrap().value, "VMkernel");
    assert_eq!(audio.vmkernel_name, None);
    assert!(audio.passthru_capable.as_ref().unwrap().value);
    assert_eq!(audio.reset_method.as_ref().unwrap().value, "Bridge reset");
    assert!(audio.sharable.as_ref().unwrap().value);
    // The numbers of a dependent device are decimal.
    let port = found[0].dependent_device.as_ref().unwrap().value;
    assert_eq!(port.to_string(), "0000:00:1c.0");
    let id = audio.function.id().unwrap();
    assert!(id.text.starts_with("Device ID"), "{id:?}");
}

/// Without its indentation, and ESXi 5's spelling of the address.
#[test]
fn blocks_that_lost_their_indentation() {
    let flat: String = PCI_LIST
        .lines()
        .map(|line| format!("{}\n", line.trim()))
        .collect();
    assert_eq!(pci_list(&flat).len(), 3);
    let old = "000:066:00.0\n   Address: 000:066:00.0\n   Segment: 0x0000\n   Bus: 0x42\n   \
               Slot: 0x00\n   Function: 0x00\n   Vendor ID: 0x10de\n   Device ID: 0x1b38\n";
    let lines: Vec<String> = pci_list(old).iter().map(|f| summary(&f.function)).collect();
    assert_eq!(lines, ["0000:42:00.0 - 10de:1b38 - - -"]);
}

#[test]
fn filtered_text_shows_only_its_lines() {
    // esxcli hardware pci list | grep -A6 -i nvidia
    let left = "   Vendor Name: NVIDIA Corporation\n   Device ID: 0x2803\n--\n\
                0000:04:00.0\n   Address: 0000:04:00.0\n   Device Name: X\n--\n   Device ID: 0x1\n";
    let found = pci_list(left);
    let lines: Vec<String> = found.iter().map(|f| summary(&f.function)).collect();
    assert_eq!(lines, ["0000:04:00.0 - - - - -"]);
    assert_eq!(found[0].function.driver, Lookup::NotShown);
    assert_eq!(pci_list("0000:04:00.0\n0000:04:00.1\n"), []);
}

#[test]
fn states_of_passthrough() {
    let rows = pcipassthru_list(include_str!(
        "../../../tests/listings/esxcli-pcipassthru.txt"
    ));
    let lines: Vec<(String, bool)> = rows
        .iter()
        .map(|row| (format!("{:#}", row.value.address), row.value.enabled))
        .collect();
    let row = |address: &str, enabled| (String::from(address), enabled);
    assert_eq!(
        lines,
        [
            row("01:00.0", true),
            row("01:00.1", true),
            row("04:00.0", false)
        ]
    );
    assert_eq!(pcipassthru_list("0000:01:00.0 true\n"), []);
}

#[test]
fn forms_of_its_lspci() {
    let of = |text: &str| -> Vec<String> {
        let line = |f: &LspciFunction| format!("{} {:?}", summary(&f.function), f.vmkernel_name);
        lspci(text).iter().map(line).collect()
    };
    assert_eq!(
        of(include_str!("../../../tests/listings/esxi-lspci-v.txt")),
        [
            "0000:00:00.0 0600 8086:3ec2 - - - None",
            "0000:00:01.0 0604 8086:1901 - - - Some(\"PCIe RP[0000:00:01.0]\")",
            "0000:01:00.0 0300 10de:1f82 - - - Some(\"vmgfx0\")",
            "0000:02:00.0 0200 8086:1533 - - - Some(\"vmnic0\")",
        ]
    );
    assert_eq!(
        of(include_str!("../../../tests/listings/esxi-lspci-n.txt")),
        [
            "0000:00:00.0 0600 8086:3ec2 - - - None",
            "0000:01:00.0 0300 10de:1f82 - - - Some(\"vmgfx0\")",
            "0000:02:00.0 0200 8086:1533 - - - Some(\"vmnic0\")",
        ]
    );
    assert_eq!(
        of(include_str!("../../../tests/listings/esxi-lspci-p.txt")),
        [
            "0000:00:00.0 - 8086:3ec2 1043:8694 - - None",
            "0000:01:00.0 - 10de:1f82 1043:8694 - pciPassthru None",
            "0000:02:00.0 - 8086:1533 1043:8557 - igbn Some(\"vmnic0\")",
        ]
    );
    // pciutils' lspci -D, and -n of its old versions.
    assert_eq!(
        of("0000:01:00.0 VGA compatible controller: NVIDIA Corporation X [GTX]\n"),
        [""; 0]
    );
    assert_eq!(of("0000:01:00.0 Class 0300: 10de:1f82\n"), [""; 0]);
    // The head of -p was left out by grep.
    assert_eq!(
        of("0000:02:00.0 8086:1533 1043:8557 255/   /     A V igbn         vmnic0\n"),
        ["0000:02:00.0 - 8086:1533 1043:8557 - - None"]
    );
}
