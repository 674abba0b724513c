use super::*;

fn texts(text: &str) -> [CommandText; 1] {
    [CommandText::new("t", text)]
}

#[test]
fn a_list_in_one_line_has_its_members() {
    let found = members(&texts(
        "I see IOMMU group 8: 03:00.0, 03:00.1, 04:00.0 Realtek.\n",
    ));
    assert_eq!(found.len(), 3);
    assert!(found.iter().all(|member| member.group == 8));
    for (line, wanted) in [
        (
            "group 31 = 0b:00.0 vga, 32 = 0b:00.1 audio, 33 = 0b:00.2 usb (override on)\n",
            [31, 32, 33].as_slice(),
        ),
        (
            "my group 1 has 00:01.0 PCI bridge (pcieport), 01:00.0 and 01:00.1 (snd_hda_intel).\n",
            &[1, 1, 1],
        ),
        (
            "Dans le groupe 10 il y a 00:1f.0 ISA bridge, 00:1f.3 Audio, 00:1f.4 SMBus\n",
            &[10, 10, 10],
        ),
        ("в группе 15: 01:00.0 и 02:00.0\n", &[15, 15]),
    ] {
        let groups: Vec<u32> = members(&texts(line)).iter().map(|one| one.group).collect();
        assert_eq!(groups, wanted, "{line}");
    }
    for other in [
        "IOMMU group 8: 03:00.0 alone, and nothing else\n",
        "group by 4, 03:00.0, 04:00.0\n",
        "IOMMU group 8 has two cards, 03:00.0 and 04:00.0\n",
        "IOMMU groups: 03:00.0, 04:00.0\n",
    ] {
        assert!(members(&texts(other)).is_empty(), "{other}");
    }
}

#[test]
fn classes_and_drivers_are_read() {
    let [text] =
        texts("group 1 has 00:01.0 PCI bridge (pcieport), 01:00.0 and 01:00.1 (snd_hda_intel).\n");
    let (mut classes, mut drivers) = (Vec::new(), Vec::new());
    for entry in entries(&text) {
        for one in entry.observations {
            match one.value {
                Value::Class(class) => classes.push((entry.address.to_string(), class.sub)),
                Value::Driver(driver) => drivers.push((entry.address.to_string(), driver.unwrap())),
                _ => unreachable!(),
            }
        }
    }
    let at = |address: &str| format!("0000:{address}");
    assert_eq!(classes, [(at("00:01.0"), 4), (at("01:00.1"), 3)]);
    let wanted = [("00:01.0", "pcieport"), ("01:00.1", "snd_hda_intel")];
    assert_eq!(
        drivers,
        wanted.map(|(address, driver)| (at(address), driver.to_owned()))
    );
}

#[test]
fn a_name_outside_of_parentheses_is_no_driver() {
    for name in [
        "NVIDIA GTX 1080",
        "VGA (NVIDIA)",
        "NIC, to be bound to vfio-pci",
        "Intel ICE",
    ] {
        let [text] = texts(&format!("group 1 has 01:00.0 {name} and 02:00.0 USB\n"));
        for entry in entries(&text) {
            let mut seen = entry.observations.iter();
            assert!(
                !seen.any(|one| matches!(one.value, Value::Driver(_))),
                "{name}"
            );
        }
    }
}

#[test]
fn a_network_card_is_beside_another_card() {
    let has = |text: &str| with_network_card(&texts(text)).is_some();
    assert!(has(
        "IOMMU group 8: 02:00.0 I350, 02:00.1 I350, 04:00.0 RTL8111\n"
    ));
    assert!(has("IOMMU组8：02:00.0 RTX 3060、04:00.0 RTL8125\n"));
    assert!(!has("IOMMU group 8: 02:00.0 I350, 02:00.1 I350\n"));
    assert!(!has("IOMMU group 8: 02:00.0 SATA, 04:00.0 RTL8111\n"));
}
