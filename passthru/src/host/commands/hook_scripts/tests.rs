use super::*;

const SCRIPT: &str = "#!/bin/bash
systemctl stop ssdm.service
modprobe -r nvidia_drm nvidia_modeset nvidia
virsh nodedev-detach $VIDEO
virsh nodedev-detach pci_0000_0c_00_1

#!/bin/bash
VIDEO=pci_0000_0c_00_0
virsh nodedev-reattach $VIDEO
systemctl start sddm.service
";

fn scripts(text: &str) -> HookScripts {
    read(&[CommandText::new("t", text)])
}

#[test]
fn each_fact_has_its_line() {
    let found = scripts(SCRIPT);
    let address = |text: &str| text.parse::<Address>().unwrap();
    let detached: Vec<Address> = found.detached.iter().map(|fact| fact.value).collect();
    assert_eq!(detached, ["0c:00.0", "0c:00.1"].map(address));
    assert_eq!(found.reattached, BTreeSet::from([address("0c:00.0")]));
    assert!(found.is_complete);
    assert_eq!(found.without_uvm.unwrap().line, Some(3));
    let unit = found.misspelled.first().unwrap();
    assert_eq!(
        (&*unit.value.typed, unit.value.likely),
        ("ssdm.service", "sddm")
    );
    assert_eq!(unit.evidence.line, Some(2));
    assert_eq!(found.misspelled.len(), 1);
}

#[test]
fn other_ways_to_reattach_are_not_followed() {
    let detach = "virsh nodedev-detach pci_0000_01_00_0\nvirsh nodedev-detach pci_0000_01_00_1\n";
    for other in [
        "sleep 1 && virsh nodedev-reattach pci_0000_01_00_1",
        "virsh nodedev-reattach $AUDIO",
        "<hostdev mode='subsystem' type='pci' managed='yes'>",
        "echo 1 > /sys/bus/pci/rescan",
    ] {
        let found = scripts(&format!("{detach}{other}\n"));
        assert!(!found.is_complete, "{other}");
    }
    for own in ["/usr/bin/virsh", "+ virsh", "sudo virsh -c qemu:///system"] {
        let found = scripts(&format!(
            "{detach}{own} nodedev-reattach pci_0000_01_00_1\n"
        ));
        assert!(found.is_complete && found.reattached.len() == 1, "{own}");
    }
}

#[test]
fn the_revert_script_may_be_another_text() {
    let texts = [
        CommandText::new("start", "virsh nodedev-detach pci_0000_01_00_0\n"),
        CommandText::new("revert", "virsh nodedev-reattach pci_0000_01_00_0\n"),
    ];
    let found = read(&texts);
    assert!(found.is_complete && found.reattached.len() == 1);
}

#[test]
fn a_script_that_loads_nvidia_uvm_does_not_remove_it() {
    for line in [
        "modprobe nvidia_uvm",
        "# modprobe -r nvidia_uvm",
        "modprobe -r nvidia # nvidia_uvm",
    ] {
        let text = format!("modprobe -r nvidia\nvirsh nodedev-detach pci_0000_0c_00_0\n{line}\n");
        assert!(scripts(&text).without_uvm.is_some(), "{line}");
    }
}

#[test]
fn a_listing_of_chosen_functions_is_filtered() {
    for (line, is_filtered) in [
        ("$ lspci -nnk -s 01:00", true),
        ("lspci -nns 01:00.0", true),
        ("lspci -d 8086:", true),
        ("lspci -Dnnk", false),
        ("lspci | grep -i intel", true),
        ("lspci -nn | grep VGA", false),
        ("$ lspci -nnk", false),
    ] {
        assert_eq!(is_filtered_listing(line), is_filtered, "{line}");
    }
}

#[test]
fn a_misspelled_command_of_virsh_detaches_nothing() {
    let found = scripts("virsh nodedev-detatch pci_0000_0c_00_0\n");
    let command = &found.misspelled.first().unwrap().value;
    assert!(command.is_of_virsh);
    assert_eq!(command.likely, "nodedev-detach");
}

#[test]
fn a_variable_without_a_value_is_unknown() {
    let found = scripts("virsh nodedev-detach $VIRSH_GPU_VIDEO\n");
    assert!(!found.is_complete && found.detached.is_empty());
}

#[test]
fn removed_nvidia_uvm_and_texts_without_a_script_are_no_fault() {
    for text in [
        "modprobe -r nvidia_uvm nvidia\nvirsh nodedev-detach pci_0000_0c_00_0\n",
        "rmmod nvidia\nrmmod nvidia-uvm\nvirsh nodedev-detach pci_0000_0c_00_0\n",
        "modprobe -r amdgpu\nvirsh nodedev-detach pci_0000_0c_00_0\n",
        "modprobe nvidia\nvirsh nodedev-detach pci_0000_0c_00_0\n",
        "modprobe -r nvidia\nsystemctl stop ssdm\n",
        "I ran modprobe -r nvidia, then virsh nodedev-detach pci_0000_0c_00_0\n",
    ] {
        let found = scripts(text);
        assert_eq!(found.without_uvm, None, "{text}");
        assert!(found.misspelled.is_empty(), "{text}");
    }
}

#[test]
fn one_slip_is_a_misspelling() {
    for (typed, meant) in [
        ("ssdm", "sddm"),
        ("sdmm", "sddm"),
        ("sdm", "sddm"),
        ("sdddm", "sddm"),
        ("lightmd", "lightdm"),
        ("display-manger", "display-manager"),
    ] {
        assert!(is_slip(typed.as_bytes(), meant.as_bytes()), "{typed}");
    }
    for (typed, meant) in [("sshd", "sddm"), ("gdm", "lightdm"), ("dmsd", "sddm")] {
        assert!(!is_slip(typed.as_bytes(), meant.as_bytes()), "{typed}");
    }
    for line in [
        "systemctl stop gdm3",
        "systemctl stop lightdm.service",
        "systemctl stop sshd",
        "systemctl stop gdm*",
        "systemctl stop node.service",
        "systemctl stop lightdm) ;;",
        "systemctl stop sddm.",
        "virsh nodedev-detach pci_0000_0c_00_0",
        "virsh nodedev-dettach pci_0000_0c_00_0",
        "virsh nodedev-list",
    ] {
        assert_eq!(misspelled(line), [], "{line}");
    }
}
