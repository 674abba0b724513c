use super::*;

#[test]
fn a_sentence_about_a_guests_output_is_above_it() {
    let remark = "I passed it. In the dmesg of the Debian VM I see that it fails.\n";
    assert!(parts(&format!("{remark}Nothing.\n")).is_empty());
    let said = "In the lspci output in the guest VM no MSI is enabled.";
    assert_eq!(parts(&format!("{said}\n```\na\n```\nb\n")), [2..=4]);
    assert_eq!(parts(&format!("{said}\n00:05.0 x\n\nb\n")), [2..=3]);
    // Prose follows, or a host's lines.
    assert!(parts(&format!("{said}\nThen I did this:\n```\na\n```\n")).is_empty());
    let bound = "Kernel driver in use: vfio-pci";
    assert!(parts(&format!("{said}\n```\n{bound}\n```\n")).is_empty());
    let setting = "The output is in the VM config, see lspci.\n```\na\n```\n";
    assert!(parts(setting).is_empty());
    let seen = "The GPU is detected by the guest VM.\n\n01:00.0 VGA x\n";
    assert_eq!(parts(seen), [3..=u32::MAX]);
    assert!(parts(&seen.replace("is det", "is not det")).is_empty());
    for heading in ["**Guest**", "### In the VM", "Fwiw from guest vm"] {
        assert_eq!(
            parts(&format!("{heading}\n```\na\n```\n")),
            [2..=4],
            "{heading}"
        );
    }
    assert!(parts("It fails in the VM\n```\na\n```\n").is_empty());
}

#[test]
fn a_block_with_a_line_of_a_virtual_machine_is_of_a_guest() {
    let marked = "[    0.000000] DMI: QEMU Standard PC (Q35 + ICH9, 2009), BIOS 1.16.2";
    let text = format!("a\n```\n[ 1.0] b\n{marked}\n[ 2.0] c\n```\nd\n");
    assert_eq!(parts(&text), [3..=5]);
    // A virtual machine that has an IOMMU may be a host.
    let nested = format!("{marked}\n[ 1.0] DMAR: IOMMU enabled\n");
    assert!(parts(&nested).is_empty());
    assert_eq!(parts("root@guest:~# lspci\n00:05.0 x\n\ny\n"), [1..=2]);
    assert_eq!(
        parts("host$ lspci\na\nguest$ lspci\nb\nhost$ dmesg\nc\n"),
        [3..=4]
    );
    assert!(parts("root@vmhost:~# lspci\n00:05.0 x\n").is_empty());
    let talos = "\n```\nLinux version 6.12.1-talos (x)\n```\n";
    assert_eq!(
        parts(&format!("The Talos VM on Proxmox:\n{talos}")).len(),
        1
    );
    assert!(parts(&format!("Talos runs VMs, and no Proxmox:\n{talos}")).is_empty());
    // FreeBSD is the host, so Linux' log is a guest's.
    let log = "\n[    5.5] radeon 0000:00:07.0: no GSI\n";
    assert_eq!(
        parts(&format!("ppt0@pci0:4:0:0: class=0x030000\n{log}")),
        [3..=3]
    );
    assert!(parts(log).is_empty());
}

#[test]
fn the_output_of_linux_under_another_hypervisor_is_of_a_guest() {
    let log = "[    2.1] mpt3sas 0000:0b:00.0: enabling device\n";
    let whole = [1..=u32::MAX];
    assert_eq!(
        parts(&format!("Passthrough to a VM on ESXi 7:\n{log}")),
        whole
    );
    for none in [
        format!("I passed it through on ESXi before, now with KVM:\n{log}"),
        format!("It runs on ESXi.\n{log}"),
        "Passthrough on ESXi:\n0000:0b:00.0 VGA compatible controller: NVIDIA\n".to_owned(),
    ] {
        assert!(parts(&none).is_empty(), "{none}");
    }
}

#[test]
fn a_description_of_the_guest_is_no_output() {
    let shown = |text: &str| shown("a.txt", text, &parts(text)).map(|line| line.line);
    assert_eq!(shown("VM:\ni440fx, 4 threads. Uses OVMF.\n"), None);
    assert_eq!(shown("VM:\n00:05.0 x\n"), Some(Some(1)));
    assert_eq!(shown("VM:\n```\nx\n```\n"), Some(Some(1)));
}

#[test]
fn a_block_below_a_title_is_of_the_guest() {
    let text = "dmesg:\n```\na\n```\n\n**Guest amdgpu:**\n\n```\nb\n\nc\n```\nd\n";
    assert_eq!(parts(text), [8..=12]);
    let found = parts(text);
    assert!(has(&found, 9) && !has(&found, 3) && !has(&found, 13));
    assert_eq!(parts("In the VM:\na\nb\n\nc\n"), [2..=4]);
    let console = "```\n# journalctl -t kata-proxy\n[ 1.0] x\n\n[ 2.0] y\n```\nz\n";
    assert_eq!(parts(console), [2..=6]);
    for none in [
        "The guest is fine\n```\na\n```\n",
        "In the VM it fails, here is the log of the host:\na\n",
        "In the VM it fails. The output of lspci:\na\n",
        "It fails in the VM, and on Proxmox I see:\na\n",
        "dmesg:\na\n",
    ] {
        assert!(parts(none).is_empty(), "{none}");
    }
}
