//! The output that remedies and messages request is read.

use passthru::Host;
use passthru::input::Input;

use super::codes;

/// Programs whose output messages ask for and that no source reads, with the reason.
const NOT_A_SOURCE: &[(&str, &str)] = &[
    (
        "cat",
        "the file decides: those that are read have their own rows",
    ),
    ("df", "free space is for a person to see"),
    ("find", "its lists of groups are a source of their own"),
    ("Get-WinEvent", "its events are messages of the catalog"),
    ("grep", "its lines are those of the file"),
    ("incus", "resources are for a person to see"),
    ("kubectl", "its lines are messages of the catalog"),
    ("mdevctl", "mediated devices are for a person to see"),
    ("passthru", "its own answer"),
    (
        "qemu-system-x86_64",
        "the list of properties is for a person to see",
    ),
    ("tail", "its lines are messages of the catalog"),
    ("xe", "names of host devices are for a person to see"),
];

#[test]
fn each_program_that_a_message_asks_for_is_read_or_has_a_reason() {
    let mut unknown = Vec::new();
    for message in passthru::messages::all() {
        let passthru::messages::Fix::Look(command) = message.fix else {
            continue;
        };
        let program = command.split(' ').next().unwrap();
        let is_source = passthru::input::SOURCES.iter().any(|source| {
            let names = source
                .input
                .split(|c: char| !(c.is_alphanumeric() || "_-".contains(c)));
            names.into_iter().any(|name| name == program)
        });
        let has_reason = NOT_A_SOURCE.iter().any(|(name, _)| *name == program);
        if !is_source && !has_reason && !unknown.contains(&program) {
            unknown.push(program);
        }
    }
    assert_eq!(unknown, Vec::<&str>::new());
}

/// The input recognizes the output of each read-only command of a remedy, as pasted.
#[test]
fn the_doctors_requested_output_is_read() {
    for (command, printed) in [
        ("uname -r", "6.8.12-9-pve\n"),
        ("ls /sys/class/iommu", "dmar0  dmar1\n"),
        (
            "ls /sys/firmware/acpi/tables",
            "APIC  DMAR  FACP  data  dynamic\n",
        ),
        (
            "zpool status -LP",
            "  pool: rpool\n state: ONLINE\nconfig:\n\n\tNAME STATE READ WRITE CKSUM\n",
        ),
        (
            "proxmox-boot-tool status",
            "System currently booted with uefi\n6D2A-1C3F is configured with: uefi (versions: \
             6.8.12-9-pve)\n",
        ),
        ("bootctl status", "      Product: systemd-boot 252.39-1\n"),
        (
            "cat /proc/driver/nvidia/version",
            "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  570.124.04  Release Build\n",
        ),
        (
            "cat /proc/cmdline",
            "BOOT_IMAGE=/boot/vmlinuz root=/dev/sda1 ro quiet\n",
        ),
        (
            "ip link",
            "2: enp5s0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc mq state UP\n",
        ),
        (
            "cat /sys/bus/pci/devices/0000:01:00.0/reset_method",
            "flr bus\n",
        ),
        (
            "virt-host-validate",
            "  QEMU: Checking for device assignment IOMMU support : PASS\n",
        ),
        (
            "find /sys/kernel/iommu_groups -type l",
            "/sys/kernel/iommu_groups/17/devices/0000:01:00.0\n",
        ),
    ] {
        for text in [
            printed.to_owned(),
            format!("root@pve:~# {command}\n{printed}root@pve:~#\n"),
        ] {
            let taken = Input::new().add("a.txt", text.as_bytes());
            assert!(taken.is_ok_and(|kinds| !kinds.is_empty()), "{text}");
        }
    }
    let map = "root@pve:~# cat /proc/iomem\nd0000000-dfffffff : PCI Bus 0000:01\n\
               \x20 d0000000-dfffffff : 0000:01:00.0\n\x20   d0000000-d07effff : efifb\n";
    let card = "01:00.0 VGA compatible controller [0300]: NVIDIA Corporation Device [10de:2d04]\n\
                \tMemory at d0000000 (64-bit, prefetchable) [size=256M]\n";
    let mut input = Input::new();
    input
        .add("post.md", format!("{card}\n{map}").as_bytes())
        .unwrap();
    let host = Host::read(&input.finish().unwrap());
    assert_eq!(host.memory_map().boot_framebuffers.len(), 1);
    let without = |text: &str, code: &str| assert!(!codes(text).contains(&code), "{code}: {text}");
    without(
        "root@pve:~# ls /sys/class/iommu\ndmar0\n",
        "iommu-not-shown",
    );
    without(
        "6D2A-1C3F is configured with: grub (versions: 6.8.12-9-pve)\n",
        "boot-loader-not-shown",
    );
    let off = "root@pve:~# ls /sys/firmware/acpi/tables\nAPIC  FACP  SSDT\nroot@pve:~# ls /sys\n";
    assert!(codes(off).contains(&"iommu-off"), "{:?}", codes(off));
}
