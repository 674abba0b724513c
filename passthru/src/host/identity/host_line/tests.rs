use crate::host::Host;
use crate::input::Input;

fn line(text: &str) -> String {
    let mut input = Input::new();
    input.add("post.txt", text.as_bytes()).unwrap();
    let host = Host::read(&input.finish().unwrap());
    let parts: Vec<String> = host.parts().into_iter().map(String::from).collect();
    let cards = host.cards_text().map(String::from);
    let parts = Some(parts.join(", ")).filter(|parts| !parts.is_empty());
    let all: Vec<String> = parts.into_iter().chain(cards).collect();
    all.join("; ")
}

#[test]
fn the_parts_are_those_of_sentences_and_lines() {
    for (text, wanted) in [
        (
            "GPU passthrough to a Windows VM gives a black screen.\n\n\
                 Host: Arch Linux, kernel 6.7.4-arch1-1, QEMU 8.2.1, libvirt 10.0.0\n\
                 Guest: Windows 11\nGPU: Sapphire Nitro+ 7900 XTX\nCPU: 7950X3D\n\
                 Board: ASUS ROG STRIX X670E-E\n",
            "Arch Linux, QEMU 8.2.1, libvirt 10.0.0, Linux 6.7.4-arch1-1, AMD Ryzen 7950X3D, \
                 ASUS ROG STRIX X670E-E; card: RX 7900 XTX",
        ),
        (
            "Ich habe einen HP ProLiant MicroServer Gen10 Plus mit Xeon E-2224 und Debian 12, \
                 durchgereicht wird eine Intel I350-T2 an eine VM mit OPNsense 24.1. Die VM \
                 startet nicht. Passthrough mit KVM.\n",
            "Debian 12, KVM, Intel Xeon E-2224, HPE MicroServer Gen10 Plus; card: Intel I350-T2",
        ),
        (
            "我在Unraid 6.12.4上直通RTX 4060给Win11虚拟机，主板华擎Z690，CPU 12700K，开机黑屏\n",
            "Unraid 6.12.4, Intel Core 12700K, Z690; card: RTX 4060",
        ),
        (
            "Unlike ESXi, bhyve gives me an error on passthru of my Intel X710-DA2. FreeBSD \
                 14.1-RELEASE on Supermicro X11SSH-F, vm-bhyve 1.5.0.\n",
            "FreeBSD 14.1-RELEASE, bhyve, vm-bhyve 1.5.0, Supermicro X11SSH-F; card: Intel \
                 X710-DA2",
        ),
        (
            "DDA of a Tesla T4 to a Windows Server 2019 VM on Hyper-V fails with error 12. The \
                 host is Windows Server 2022 on a Lenovo ThinkSystem SR650.\n",
            "Windows Server 2022, Hyper-V, Lenovo ThinkSystem SR650; card: Tesla T4; assignment: DDA",
        ),
        (
            "qemu-8.2-system-x86_64: -device vfio-pci,host=01:00.0: vfio 0000:01:00.0: failed \
                 to open /dev/vfio/1: No such file or directory\n\
                 BOOT_IMAGE=/boot/vmlinuz-6.9.1-custom root=UUID=1 intel_iommu=on\n",
            "QEMU 8.2, Linux 6.9.1-custom, Intel processor",
        ),
        (
            "GPU-PV fails with code 43.\nOS: Windows 10 Pro 22H2\nHyper-V, RTX 3060, R7 5800X3D\n",
            "Windows 10, Hyper-V, AMD Ryzen 7 5800X3D; card: RTX 3060; assignment: GPU-PV",
        ),
        (
            "R4.2 of Qubes on a Minisforum UM780, passthrough of the USB controller to sys-usb fails.\n",
            "Qubes OS 4.2, Minisforum UM780; device: USB controller",
        ),
        (
            "Passthrough of an Intel I210 fails with KVM on Debian 12, an HPE ProLiant with a 1265L v2.\n",
            "Debian 12, KVM, Intel Xeon E3-1265L v2, HPE ProLiant; card: Intel I210",
        ),
    ] {
        assert_eq!(line(text), wanted, "{text}");
    }
}

#[test]
fn a_guests_text_names_its_hypervisor_and_system() {
    let mut input = Input::new();
    let text = "[    0.000000] Linux version 6.1.0-18-amd64 (debian-kernel@lists.debian.org)\n\
                    [    0.000000] DMI: VMware, Inc. VMware20,1/440BX Desktop Reference Platform, BIOS 1\n\
                    [    3.000000] nvidia 0000:03:00.0: enabling device (0000 -> 0003)\n";
    input.add("dmesg.txt", text.as_bytes()).unwrap();
    let host = Host::read(&input.finish().unwrap());
    assert_eq!(host.hypervisor_of_guest().as_deref(), Some("VMware"));
    let guests = host.guests_text().map(String::from);
    assert_eq!(
        guests.as_deref(),
        Some("guest: Debian, Linux 6.1.0-18-amd64")
    );
}

#[test]
fn the_systems_of_guests_are_those_that_the_text_names() {
    for (text, wanted) in [
        (
            "Passthrough of an HBA on Proxmox 8.2 to a TrueNAS Scale 24.04 VM, seen from a Windows 10 PC.\n",
            &["TrueNAS 24.04"][..],
        ),
        (
            "Unraid 6.12.4 直通 RTX 4060，虚拟机win11，黑屏\n",
            &["Windows 11"],
        ),
        ("esxi 7.0 直通 I226-V 给爱快，启动失败\n", &["iKuai"]),
        (
            "I pass a GTX 1650 to a Debian 12 VM and to a Windows 10 VM on Ubuntu 22.04 with KVM.\n",
            &["Debian 12", "Windows 10"],
        ),
        (
            "DDA of a Tesla T4 on Windows Server 2022 with Hyper-V fails.\n",
            &[],
        ),
        (
            "GPU passthrough fails, firmware of Tool_for_Windows.zip, on Proxmox 8.2.\n",
            &[],
        ),
        (
            "Proxmox 8.2, passthrough.\nClient PC: Windows 11 23H2\n",
            &[],
        ),
    ] {
        let mut input = Input::new();
        input.add("post.txt", text.as_bytes()).unwrap();
        let host = Host::read(&input.finish().unwrap());
        assert_eq!(host.named_guests(), wanted, "{text}");
    }
}

#[test]
fn parts_of_guests_and_of_others_are_not_the_hosts() {
    for (text, other) in [
        (
            "My Dell R730 runs Proxmox 8.1, a Tesla P40 is passed through to an Ubuntu 22.04 \
                 VM. In the VM nvidia-smi shows nothing (kernel 5.15.0-91-generic).\n",
            "5.15",
        ),
        (
            "I run Proxmox 8.2 with KVM, passthrough of an RTX 3060 to a Debian 11 guest.\n",
            "Debian",
        ),
        (
            "GPU passthrough of my RTX 3060 to a VM fails, but another person has no trouble with an RX \
                 6600. I use KVM.\n",
            "6600",
        ),
        (
            "GPU passthrough of my GTX 1080 to a VM works with KVM. My future server gets an RTX A4000.\n",
            "A4000",
        ),
        (
            "I pass my RTX 3070 through to a VM of virt-manager on Ubuntu 22.04; it worked in \
                 VirtualBox 6.1.\n",
            "VirtualBox",
        ),
    ] {
        let line = line(text);
        assert!(!line.contains(other), "{text}: {line}");
    }
}
