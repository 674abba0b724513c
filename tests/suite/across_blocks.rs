//! Posts in which facts of two blocks decide: a size in a log and one in a guest's file, a name in a list
//! and one in a guest, a listing from before a failure.

use passthru::Verdict::{Blocker, Check, Fix, Harmless, Ok, Unknown};

use crate::stated_posts::{findings, verdict};

/// A guest of ESXi with two cards, whose log has a BAR of 128 GiB of each.
fn two_cards(window: u32, more: &str) -> String {
    let of_card = |place: usize, id: &str, address: &str| {
        let file =
            format!("pciPassthru{place}.present = \"TRUE\"\npciPassthru{place}.id = \"{id}\"\n");
        let log = format!(
            "2024-03-11T09:12:44.118Z In(05) vmx - PCIPassthru: Device {address} barIndex 1 type 3 realaddr \
             0x205000000000 size 137438953472 flags 12\n2024-03-11T09:12:44.118Z In(05) vmx - PCIPassthru: \
             Device {address} barIndex 3 type 3 realaddr 0x207000000000 size 33554432 flags 12\n"
        );
        (file, log)
    };
    let (first, second) = (
        of_card(0, "00000:049:00.0", "0000:31:00.0"),
        of_card(1, "00000:177:00.0", "0000:b1:00.0"),
    );
    format!(
        "GPU passthrough on ESXi: two A100 in one guest.\n\nfirmware = \"efi\"\npciPassthru.use64bitMMIO = \
         \"TRUE\"\npciPassthru.64bitMMIOSizeGB = \"{window}\"\n{}{}\nvmware.log:\n{}{}{more}\n\
         0000:31:00.0 3D controller: NVIDIA Corporation GA100 [A100 PCIe 80GB]\n\
         0000:b1:00.0 3D controller: NVIDIA Corporation GA100 [A100 PCIe 80GB]\n",
        first.0, second.0, first.1, second.1
    )
}

#[test]
fn the_window_of_esxi_has_room_for_all_cards_of_the_guest() {
    let code = "guest-mmio-window";
    let small = two_cards(128, "");
    assert_eq!(verdict(&small, code), Some(Fix));
    assert_eq!(verdict(&small, "vmx-64bit-mmio-on"), None);
    let found = findings(&small);
    let remedy = found.iter().find(|one| one.code == code).unwrap();
    assert!(format!("{:?}", remedy.remedy).contains("512"), "{remedy:?}");
    let large = two_cards(512, "");
    assert_eq!(verdict(&large, code), None);
    assert_eq!(verdict(&large, "vmx-64bit-mmio-on"), Some(Ok));
    // The log of a second start has the same BARs.
    let again = "2024-03-11T10:00:00.118Z In(05) vmx - PCIPassthru: Device 0000:31:00.0 barIndex 1 type 3 \
                 realaddr 0x205000000000 size 137438953472 flags 12\n";
    assert_eq!(verdict(&two_cards(512, &again.repeat(3)), code), None);
}

#[test]
fn a_resource_is_compared_by_its_whole_name() {
    let post = |listed: &str, line: &str| {
        let list =
            format!("permittedHostDevices:\n  pciHostDevices:\n  - resourceName: {listed}\n");
        let post = format!("KubeVirt, GPU passthrough:\n\n{list}\n{line}\n");
        let found = findings(&post);
        let one = found
            .iter()
            .find(|one| one.code == "kubevirt-not-permitted");
        format!("{:?}", one.unwrap().remedy)
    };
    let line = "GPU nvidia.com/GA102GL_A10 is not permitted in permittedHostDevices configuration";
    assert!(post("nvidia.com/GA102GL_A10", line).contains("lists this name already"));
    assert!(post("nvidia.com/GA102", line).contains("letter by letter"));
    // Without a name in the message nothing is compared.
    let bare = "is not permitted in permittedHostDevices configuration";
    assert!(!post("nvidia.com/GA102", bare).contains("letter by letter"));
}

#[test]
fn ids_are_complete_only_if_they_name_each_function() {
    let post = |ids: &str| {
        format!(
            "GPU passthrough works after I bound all.\n\n/etc/modprobe.d/vfio.conf:\noptions vfio-pci ids={ids}\n\n\
             $ lspci -nnk\n01:00.0 VGA compatible controller [0300]: NVIDIA Corporation AD104 [10de:2783]\n\
             \tKernel driver in use: vfio-pci\n01:00.1 Audio device [0403]: NVIDIA Corporation AD104 [10de:22bc]\n\
             \tKernel driver in use: vfio-pci\n"
        )
    };
    let title = |ids: &str| {
        let found = findings(&post(ids));
        let one = found.iter().find(|one| one.code == "vfio-ids-valid");
        one.map(|one| one.title.to_string()).unwrap_or_default()
    };
    assert!(title("10de:2783,10de:22bc").contains("no function of a card is missing"));
    let short = title("10de:2783,10de:22bb");
    assert!(
        !short.is_empty() && !short.contains("is missing"),
        "{short}"
    );
}

#[test]
fn libvirt_binds_no_bridge() {
    let post = |slot: &str| {
        format!(
            "TrueNAS passthrough:\n<hostdev mode='subsystem' type='pci' managed='yes'>\n<source>\n\
             <address domain='0x0000' {slot} function='0x0'/>\n</source>\n</hostdev>\n\n\
             00:1c.0 PCI bridge [0604]: Intel Corporation Cannon Lake PCH PCI Express Root Port [8086:a33c]\n\
             01:00.0 SATA controller [0106]: ASMedia Technology Inc. ASM1166 [1b21:1166]\n"
        )
    };
    let all = findings(&post("bus='0x01' slot='0x00'"));
    let binds =
        |found: &[passthru::Finding]| found.iter().any(|one| one.title.contains("libvirt binds"));
    assert!(binds(&all));
    assert!(!binds(&findings(&post("bus='0x00' slot='0x1c'"))));
}

#[test]
fn a_host_without_its_root_is_advised_no_binding() {
    let listing = "/etc/modprobe.d/vfio.conf:\noptions vfio-pci ids=144d:a80a\n\n$ lspci -nnk\n\
        01:00.0 Non-Volatile memory controller [0108]: Samsung Electronics Co Ltd 980PRO [144d:a80a]\n\
        \tKernel driver in use: nvme\n";
    let before = format!("NVMe passthrough:\n\n{listing}");
    assert_eq!(verdict(&before, "vfio-pci-late"), Some(Fix));
    let after = format!(
        "{before}\nAfter the reboot:\nMessage: cannot import 'rpool': no such pool or dataset\n"
    );
    assert_eq!(verdict(&after, "root-file-system-not-found"), Some(Blocker));
    assert_eq!(verdict(&after, "vfio-pci-late"), None);
}

#[test]
fn the_host_port_in_the_log_is_no_port_of_a_guest() {
    let line = |interface: &str| {
        format!(
            "GPU passthrough:\npve kernel: {interface} (unregistering): left promiscuous mode\n"
        )
    };
    let own = line("r8169 0000:06:00.0 enp6s0");
    assert_eq!(verdict(&own, "host-port-unbound"), Some(Fix));
    assert_eq!(verdict(&own, "bridge-port-notes"), None);
    let tap = line("tap102i0");
    assert_eq!(verdict(&tap, "host-port-unbound"), None);
    assert_eq!(verdict(&tap, "bridge-port-notes"), Some(Harmless));
}

#[test]
fn a_remedy_that_is_done_leaves_the_failure_open() {
    let dark = "My windows 11 vm on proxmox starts but the monitor on the 3060 stays black. no signal.\nif i take away \
        the gpu it works over vnc / console.\n\nThe pc is a dell optiplex with an i7 9700.\n\nthe host itself also \
        shows on the intel hdmi so thats good i think\n";
    assert_eq!(verdict(dark, "virtual-display-beside-card"), Some(Check));
    assert_eq!(verdict(dark, "no-picture-reported"), None);
    let tried = format!("{dark}\nI also tried it with the \"primary gpu\" tick.\n");
    assert_eq!(verdict(&tried, "no-picture-reported"), Some(Unknown));
}

#[test]
fn the_time_of_a_host_failure_decides_about_its_cause() {
    let text =
        "GPU passthrough works. The host freezes. When I shut down the VM the host freezes.\n";
    assert_eq!(
        verdict(text, "host-failure-at-stop-reported"),
        Some(Unknown)
    );
    assert_eq!(verdict(text, "host-freeze-reported"), None);
}

#[test]
fn a_device_that_was_lost_while_the_guest_ran_works_more_than_once() {
    let once = "GPU passthrough: after I shut down the VM the card stays dark, and only a reboot of the host helps.\n";
    assert_eq!(verdict(once, "works-once-reported"), Some(Fix));
    let lost = "My TPU keeps vanishing from the VM. A VM reboot doesn't bring it back, only a reboot of the host does.\n";
    assert_eq!(verdict(lost, "works-once-reported"), None);
}
