use super::*;

#[test]
fn names_of_other_forms_are_corrected() {
    for (line, right) in [
        (
            "virsh nodedev-detach pci_0000:01:00.0",
            "virsh nodedev-detach pci_0000_01_00_0",
        ),
        (
            "virsh nodedev-reattach pci-0000_0a_00_1",
            "virsh nodedev-reattach pci_0000_0a_00_1",
        ),
        (
            "  sudo virsh nodedev-detach --device 0000:2D:00.3 # USB",
            "  sudo virsh nodedev-detach --device pci_0000_2d_00_3 # USB",
        ),
        (
            "virsh nodedev-reset 01:00.0",
            "virsh nodedev-reset pci_0000_01_00_0",
        ),
        (
            "virsh nodedev-detach=pci_0000_01_00_0",
            "virsh nodedev-detach pci_0000_01_00_0",
        ),
        (
            "VIRSH_GPU_VIDEO=pci_0000_0c_00.0",
            "VIRSH_GPU_VIDEO=pci_0000_0c_00_0",
        ),
        (
            "exit status 1: error: unknown command: 'nodedev-detach=pci_0000_04:00.0'",
            "virsh nodedev-detach pci_0000_04_00_0",
        ),
        (
            "error: Could not find matching device 'pci_0000_05:00.1'",
            "pci_0000_05_00_1",
        ),
        (
            "\u{9519}\u{8bef}\u{ff1a}\u{627e}\u{4e0d}\u{5230} \"pci_0000:0b:00.0\"",
            "pci_0000_0b_00_0",
        ),
    ] {
        assert_eq!(node_name(line).as_deref(), Some(right), "{line}");
    }
}

#[test]
fn right_names_and_those_of_other_programs_remain() {
    for line in [
        "virsh nodedev-detach pci_0000_01_00_0",
        "error: Could not find matching device 'pci_0000_01_00_0'",
        "virsh nodedev-list --cap pci",
        "virsh nodedev-detach pci_0000_XX_00.0",
        "the name is pci_0000_01_00_0, not pci_0000_01:00.0",
        "after virsh nodedev-detach pci_0000_01_00_0.",
        "/dev/dri/by-path/pci-0000:01:00.0-card",
        "alsa_output.pci-0000_0b_00.1.hdmi-stereo",
        "vfio-pci 0000:01:00.0: enabling device",
        "error: Failed to detach device pci_0000_01_00_0: 0000:01:00.1 is in use",
    ] {
        assert_eq!(node_name(line), None, "{line}");
    }
}
