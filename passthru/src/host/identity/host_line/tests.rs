use crate::host::Host;
use crate::input::Input;
use crate::text::Text;

fn host(text: &str) -> Host {
    let mut input = Input::new();
    input.add("post.txt", text.as_bytes()).unwrap();
    Host::read(&input.finish().unwrap())
}

fn line(texts: Vec<Text>) -> String {
    let texts: Vec<String> = texts.into_iter().map(String::from).collect();
    texts.join(", ")
}

#[test]
fn a_name_without_a_proof_is_no_part_of_the_host() {
    for (text, parts, names) in [
        (
            "GPU passthrough to a Windows VM gives a black screen.\n\n\
                 Host: Arch Linux, kernel 6.7.4-arch1-1, QEMU 8.2.1, libvirt 10.0.0\n\
                 Guest: Windows 11\nGPU: Sapphire Nitro+ 7900 XTX\nCPU: 7950X3D\n\
                 Board: ASUS ROG STRIX X670E-E\n",
            "Arch Linux, Linux 6.7.4-arch1-1, AMD Ryzen 7950X3D",
            "QEMU 8.2.1, libvirt 10.0.0, Windows 11, ASUS ROG STRIX X670E-E, RX 7900 XTX",
        ),
        (
            "我在Unraid 6.12.4上直通RTX 4060给Win11虚拟机，主板华擎Z690，CPU 12700K，开机黑屏\n",
            "Unraid 6.12.4, Intel Core 12700K",
            "Windows 11, Z690, RTX 4060",
        ),
        (
            "DDA of a Tesla T4 to a Windows Server 2019 VM on Hyper-V fails with error 12. The \
                 host is Windows Server 2022 on a Lenovo ThinkSystem SR650.\n",
            "Windows Server 2022, Hyper-V",
            "Windows Server 2019, Lenovo ThinkSystem SR650, Tesla T4, DDA",
        ),
        (
            "qemu-8.2-system-x86_64: -device vfio-pci,host=01:00.0: vfio 0000:01:00.0: failed \
                 to open /dev/vfio/1: No such file or directory\n\
                 BOOT_IMAGE=/boot/vmlinuz-6.9.1-custom root=UUID=1 intel_iommu=on\n",
            "Linux 6.9.1-custom",
            "QEMU 8.2",
        ),
        (
            "R4.2 of Qubes on a Minisforum UM780, passthrough of the USB controller to sys-usb fails.\n",
            "Qubes OS",
            "Qubes OS 4.2, Minisforum UM780, USB controller",
        ),
        (
            "I pass my RTX 3070 through to a VM of virt-manager on Ubuntu 22.04; it worked in \
                 VirtualBox 6.1, and another person has no trouble with an RX 6600.\n",
            "",
            "virt-manager, Ubuntu 22.04, RTX 3070",
        ),
        (
            "DDA of a Tesla T4 on Windows Server 2022 with Hyper-V fails.\nA client PC has Windows 11.\n",
            "Windows Server 2022, Hyper-V",
            "Tesla T4, DDA",
        ),
    ] {
        let host = host(text);
        assert_eq!(
            (line(host.parts()), line(host.stated_names())),
            (parts.to_owned(), names.to_owned()),
            "{text}"
        );
    }
}

#[test]
fn a_guests_text_names_its_hypervisor_and_system() {
    let host = host(
        "[    0.000000] Linux version 6.1.0-18-amd64 (debian-kernel@lists.debian.org)\n\
         [    0.000000] DMI: VMware, Inc. VMware20,1/440BX Desktop Reference Platform, BIOS 1\n\
         [    3.000000] nvidia 0000:03:00.0: enabling device (0000 -> 0003)\n",
    );
    assert_eq!(host.hypervisor_of_guest().as_deref(), Some("VMware"));
    let guest = host.own_guest();
    assert_eq!(guest.as_deref(), Some("Debian, Linux 6.1.0-18-amd64"));
}
