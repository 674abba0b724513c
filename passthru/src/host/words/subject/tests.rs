use host_tree::CommandText;

use super::*;

fn subject(text: &str) -> Subject {
    read(&Posts::read(&[CommandText::new("t", text)]))
}

#[test]
fn prose_about_an_assignment_has_a_subject() {
    for text in [
        "I got the iGPU passed through, is the console meant to work?",
        "Shutting down the VM, it unbinds from vfio and the host crashes.",
        "VM-Passthrough der Karte scheidet aus.",
        "直通硬盘，报错",
        "DDA works. As soon as I enable both, the VM does not start.",
        "Unable to find my passthrough drives in FreeNAS on XCP-ng.",
        "使用ExHyperV给虚拟机增加了一个显卡，旧显卡拆掉后虚拟机打不开了。",
        "My hackintosh with an RX 580 passthrough does not boot.",
    ] {
        assert!(subject(text).shown.is_some(), "{text}");
    }
    for other in [
        "The weather is fine today.",
        "The password is passed through to the server.",
        "Install the driver of the graphics card.",
        "Please help me with my VM.",
    ] {
        assert!(subject(other).shown.is_none(), "{other}");
    }
}

#[test]
fn the_only_hypervisor_that_is_named_is_the_writers() {
    let named = |text: &str| subject(text).hypervisor.map(|found| found.value);
    assert_eq!(
        named("I use DDA with Windows 2019 as the Hyper-V host."),
        Some("windows")
    );
    assert_eq!(named("在EXSI7.0环境下直通HBA"), Some("esxi"));
    assert_eq!(
        named("On my ESXi host the HBA is passed through."),
        Some("esxi")
    );
    assert_eq!(named("bhyve PCI passthrough of a NIC"), Some("freebsd"));
    assert_eq!(named("Passthrough works in ESXi, and fails here."), None);
    assert_eq!(named("Proxmox fails, ESXi does not."), None);
    assert_eq!(named("Qubes runs on Xen."), Some("qubes"));
    assert_eq!(
        named("We left from ESXi 7 to Proxmox 8.1, and the HBA is not passed."),
        Some("proxmox")
    );
    for moved in [
        "We installed the vGPU driver in ESXi. When we switched to Proxmox, the passthrough fails.",
        "I moved my homelab from Unraid to Proxmox VE 8, and the GPU passthrough to the VM fails.",
    ] {
        assert_eq!(named(moved), Some("proxmox"), "{moved}");
    }
    let former = "I changed it from Windows Hyper-V GPU-P to Linux KVM GPU passthrough in the VM.";
    assert_eq!(named(former), None);
    for none in [
        "GPU passthrough fails in ESXi. I changed the type to hyper-v and restarted, and Proxmox fails too.",
        "GPU passthrough fails in ESXi. I moved the disk to an Unraid share.",
    ] {
        assert_eq!(named(none), None, "{none}");
    }
    let planned = "GPU passthrough fails in ESXi. I am considering a switch to Proxmox.";
    assert_eq!(named(planned), None);
    assert_eq!(
        named("Others reported it for XCP-ng. We build Xen 4.17 (like Citrix Hypervisor 8 does)."),
        Some("xcp-ng")
    );
}

#[test]
fn the_title_of_a_link_names_no_system_of_the_writer() {
    let named = |text: &str| subject(text).hypervisor.map(|found| found.value);
    for guide in [
        "KVM host, GPU passthrough to a VM. I followed [XenServer GPU passthrough guide](https://docs.xenserver.com/a).",
        "KVM 主机，显卡直通给虚拟机，参考了 [ESXi直通教程](https://example.com/esxi.html)",
        "libvirt mit GPU-Passthrough nach [GPU passthrough auf Proxmox](https://pve.example.com/a).",
    ] {
        assert_eq!(named(guide), None, "{guide}");
    }
    assert_eq!(
        named("I run [XCP-ng 8.2](https://xcp-ng.org) with GPU passthrough to a VM."),
        Some("xcp-ng")
    );
    assert_eq!(
        named(
            "The GPU passthrough follows [the guide for XenServer](https://docs.xenserver.com/a)."
        ),
        Some("xenserver")
    );
}
