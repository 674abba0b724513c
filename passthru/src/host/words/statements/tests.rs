use super::*;

fn read_of(text: &str) -> Statements {
    let texts = [CommandText::new("t", text)];
    read(&texts, &Posts::read(&texts))
}

#[test]
fn facts_of_sentences_are_read() {
    for said in [
        "VT-d is enabled in the BIOS, and Xen does not find it.",
        "IOMMU ist im BIOS aktiviert.",
        "BIOS 里 VT-d 已开启",
    ] {
        assert!(read_of(said).firmware_enabled.is_some(), "{said}");
    }
    for open in [
        "Is VT-d enabled in the BIOS?",
        "VT-d is not enabled in the BIOS.",
        "Check that VT-d is enabled in your BIOS.",
        "VT-d is disabled in the BIOS.",
        // The processor's virtualization.
        "SVM is enabled in the BIOS.",
    ] {
        assert!(read_of(open).firmware_enabled.is_none(), "{open}");
    }
    assert!(read_of("Es ist keine IOMMU aktiv.").without_iommu.is_some());
    assert!(
        read_of("If the host has no IOMMU, stop.")
            .without_iommu
            .is_none()
    );
    let model = |text: &str| read_of(text).processor_without_vtd.map(|fact| fact.value);
    assert_eq!(model("The host is an i7-4770K."), Some("i7-4770k"));
    assert_eq!(model("The host is an i7-4790K."), None);
    let branch = |text: &str| read_of(text).nvidia_branch.map(|fact| fact.value);
    assert_eq!(branch("Driver Version 384.94"), Some(384));
    assert_eq!(branch("| Driver Version: 535.54.03 |"), Some(535));
    assert_eq!(
        branch("I patched Nvidia drivers 442.59 and 460.89"),
        Some(442)
    );
    assert_eq!(branch("GPU: GTX 680\ndriver: 391.24"), Some(391));
    assert_eq!(branch("the driver version is unknown"), None);
}

#[test]
fn an_assignment_that_was_made_is_known() {
    for (text, wanted) in [
        ("GPU passthrough: I passed a GTX 1080 to the VM.", true),
        ("GPU passthrough: I passed amd_iommu=on in GRUB.", false),
        ("GPU passthrough: I passed the kernel parameter.", false),
        ("I want the GPU passed to the VM.", false),
        ("The GPU should be passed through to the VM.", false),
    ] {
        let found = read_of(text).has_passed;
        assert_eq!(found.is_some(), wanted, "{text}");
    }
}

#[test]
fn a_network_card_in_the_group_is_known() {
    for (text, wanted) in [
        (
            "The passthrough works. However, my nic also falls under that same iommu_group.",
            true,
        ),
        ("我的nuc直通声卡后把同组的网卡也直通了，所以网络中断", true),
        (
            "For passthrough, is the NIC in the same IOMMU group?",
            false,
        ),
        (
            "For passthrough the NIC is not in the same IOMMU group.",
            false,
        ),
        (
            "If the NIC is in the same IOMMU group, passthrough takes it.",
            false,
        ),
    ] {
        let found = read_of(text).network_card_in_group;
        assert_eq!(found.is_some(), wanted, "{text}");
    }
}

#[test]
fn a_card_that_a_hook_binds_is_known() {
    for (text, wanted) in [
        (
            "Passthrough: bind_vfio.sh hangs before the VM starts.",
            true,
        ),
        ("The card for the VM, while logged into GNOME:", true),
        ("Passthrough: the card is bound to vfio-pci at boot.", false),
    ] {
        assert_eq!(read_of(text).bound_by_hook.is_some(), wanted, "{text}");
    }
}

#[test]
fn a_host_with_one_gpu_is_known() {
    for (text, wanted) in [
        (
            "GPU passthrough: my laptop has only one GPU, does that matter?",
            true,
        ),
        (
            "Passthrough fails, and my processor has no integrated graphics.",
            true,
        ),
        ("I want single GPU passthrough on my desktop.", true),
        (
            "With passthrough only one GPU shows up in the system.",
            false,
        ),
        ("My VM has only one GPU by passthrough.", false),
        ("Passthrough: die RTX 3060 ist die einzige Grafik.", true),
    ] {
        assert_eq!(read_of(text).only_gpu.is_some(), wanted, "{text}");
    }
    assert!(read_of("It is a Raspberry Pi 5.").raspberry_pi.is_some());
    assert!(
        read_of("The problem is from the pod")
            .in_container
            .is_some()
    );
    assert!(read_of("The host is a server.").in_container.is_none());
    assert_eq!(
        read_of("The card (/dev/apex_0) is passed to a docker container.").container_drivers,
        ["apex"]
    );
    assert!(
        read_of("The driver makes /dev/apex_0 on the host.")
            .container_drivers
            .is_empty()
    );
}
