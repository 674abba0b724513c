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
        "systemctl stop gdm2.service.d",
        "virsh nodedev-dettach pci_0000_0c_00_0",
        "virsh nodedev-list",
    ] {
        assert_eq!(misspelled(line), None, "{line}");
    }
}
