use host_tree::CommandText;

use super::*;

fn found(text: &str) -> Vec<&'static str> {
    let text = CommandText::new("t", format!("I pass the GPU through to a VM.\n\n{text}\n"));
    let all = read(&Posts::read(&[text]));
    all.into_iter().map(|fact| fact.value.name).collect()
}

#[test]
fn what_was_done_is_read() {
    for (text, names) in [
        (
            "I even added the kvm hidden property and tried to enable MSI, but error 43 persists.",
            &["the hidden hypervisor", "MSI"][..],
        ),
        ("分别采用两个romfile，开机黑屏。", &["the ROM file"]),
        (
            "- Enabled VT-d in the BIOS",
            &["the IOMMU in the firmware setup"],
        ),
        ("So I changed the VM to HVM mode.", &["HVM mode"]),
        ("Secure Boot ist deaktiviert.", &["Secure Boot"]),
        (
            "The other-config:pci is set.",
            &["the VM's other-config:pci"],
        ),
        ("I can ssh into it.", &["remote access"]),
        ("All memory of it is fully reserved.", &["reserved memory"]),
        ("The cores are pinned.", &["pinned processors"]),
    ] {
        assert_eq!(found(text), names, "{text}");
    }
}

#[test]
fn plans_and_advice_are_not() {
    for text in [
        "Should I add kvm hidden?",
        "You have enabled VT-d, right?",
        "I have not tried a ROM file.",
        "Make sure VT-d is enabled.",
        "I want to try a ROM file that others used.",
        "The romfile is next.",
        "AMD-Vi: Interrupt remapping enabled",
        "I can't ssh into it.",
        "I tried MSI. MSI does not seem to be active.",
        "I enabled Secure Boot.",
        "Should the cores be pinned?",
    ] {
        assert!(found(text).is_empty(), "{text}");
    }
}

#[test]
fn each_repair_of_a_message_is_a_row() {
    let repairs = crate::messages::all().filter_map(|message| message.repair);
    let repairs: Vec<&str> = repairs.collect();
    assert!(repairs.len() > 1, "{repairs:?}");
    for repair in repairs {
        assert!(ROWS.iter().any(|row| row.name == repair), "{repair}");
    }
}

#[test]
fn printed_lines_report_nothing_as_done() {
    for text in [
        "LnkCtl: ASPM Disabled; RCB 64 bytes, Disabled- CommClk+",
        "\t\tExtSynch- ClockPM- ASPM enabled",
        "[    0.3] pci 0000:01:00.0: ASPM: disabled",
        "Dec 11 23:52:05 node kernel: pcie ASPM disabled",
    ] {
        assert!(found(text).is_empty(), "{text}");
    }
    assert_eq!(found("I disabled ASPM in the BIOS."), ["power saving"]);
}
