//! How devices are reset, and how much memory they claim.

use passthru::Verdict::{Blocker, Fix, Ok, Unknown};

use super::{Case, case, codes, report};

/// The sysfs of a card of three functions with its own port.
fn card<'a>(uevent: &'a str, methods: &'a str, last: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        (
            "/sys/bus/pci/devices/",
            "0000:00:01.0 0000:01:00.0 0000:01:00.1 0000:01:00.2",
        ),
        (
            "/sys/bus/pci/devices/0000:00:01.0/uevent",
            "DRIVER=pcieport\nPCI_CLASS=60400\nPCI_ID=8086:1901\n",
        ),
        ("/sys/bus/pci/devices/0000:00:01.0/reset_method", "pm\n"),
        (
            "@/sys/bus/pci/devices/0000:00:01.0",
            "../../../devices/pci0000:00/0000:00:01.0",
        ),
        ("/sys/bus/pci/devices/0000:01:00.0/uevent", uevent),
        ("/sys/bus/pci/devices/0000:01:00.0/reset_method", methods),
        (
            "@/sys/bus/pci/devices/0000:01:00.0",
            "../../../devices/pci0000:00/0000:00:01.0/0000:01:00.0",
        ),
        (
            "/sys/bus/pci/devices/0000:01:00.1/uevent",
            "DRIVER=vfio-pci\nPCI_CLASS=40300\nPCI_ID=10DE:228E\n",
        ),
        ("/sys/bus/pci/devices/0000:01:00.1/reset_method", "flr\n"),
        (
            "@/sys/bus/pci/devices/0000:01:00.1",
            "../../../devices/pci0000:00/0000:00:01.0/0000:01:00.1",
        ),
        ("/sys/bus/pci/devices/0000:01:00.2/uevent", last),
        ("/sys/bus/pci/devices/0000:01:00.2/reset_method", "flr\n"),
        (
            "@/sys/bus/pci/devices/0000:01:00.2",
            "../../../devices/pci0000:00/0000:00:01.0/0000:01:00.2",
        ),
    ]
}

const NVIDIA: &str = "DRIVER=vfio-pci\nPCI_CLASS=30000\nPCI_ID=10DE:2503\n";
/// A function that does not belong to the card.
const OTHER: &str = "DRIVER=ahci\nPCI_CLASS=10601\nPCI_ID=1B4B:9230\n";
/// One that does: USB-C.
const OWN: &str = "DRIVER=vfio-pci\nPCI_CLASS=c0330\nPCI_ID=10DE:1ADA\n";
const POLARIS: &str = "DRIVER=vfio-pci\nPCI_CLASS=30000\nPCI_ID=1002:67DF\n";

const RESOURCES: &str = "/sys/bus/pci/devices/0000:01:00.0/resource";
/// A BAR of 64 GiB above 4 GiB.
const LARGE: &str = "0x00000060000000 0x00000060ffffff 0x00000000040200\n\
                     0x0000004000000000 0x0000004fffffffff 0x000000000014220c\n";

fn with<'a>(
    mut tree: Vec<(&'a str, &'a str)>,
    more: &[(&'a str, &'a str)],
) -> Vec<(&'a str, &'a str)> {
    tree.extend(more);
    tree
}

pub(super) fn cases() -> Vec<Case> {
    let lost = "[  100.000000] vfio-pci 0000:01:00.0: not ready 65535ms after FLR; giving up\n";
    vec![
        case(
            "flr-supported",
            Ok,
            "01:00.0",
            &card(NVIDIA, "flr\n", OTHER),
        ),
        case(
            "reset-failed",
            Blocker,
            "01:00.0",
            &with(card(NVIDIA, "flr\n", OWN), &[("dmesg", lost)]),
        ),
        case(
            "reset-affects-others",
            Fix,
            "01:00.0",
            &card(NVIDIA, "bus\n", OTHER),
        ),
        case(
            "reset-none",
            Fix,
            "01:00.0",
            // NVIDIA's GH100 hangs after a bus reset.
            &card(&NVIDIA.replace("2503", "2342"), "\n", OWN),
        ),
        // The ID alone does not show that a second guest fails.
        case(
            "reset-once",
            Unknown,
            "01:00.0",
            &card(POLARIS, "bus\n", OWN),
        ),
        case(
            "reset-once",
            Blocker,
            "01:00.0",
            &with(card(POLARIS, "bus\n", OWN), &[("dmesg", lost)]),
        ),
        case(
            "reset-reported",
            Unknown,
            "01:00.0",
            &card(&POLARIS.replace("67DF", "744C"), "bus\n", OWN),
        ),
        case(
            "bar-not-assigned",
            Blocker,
            "01:00.0",
            &with(
                card(NVIDIA, "bus\n", OWN),
                &[(
                    RESOURCES,
                    "0x0000000000000000 0x00000003ffffffff 0x000000002014220c\n",
                )],
            ),
        ),
        case(
            "guest-mmio-window",
            Unknown,
            "01:00.1",
            &with(
                card(NVIDIA, "bus\n", OTHER),
                &[
                    (RESOURCES, LARGE),
                    ("/sys/bus/pci/devices/0000:01:00.1/resource", ""),
                ],
            ),
        ),
    ]
}

/// The same hosts where nothing is wrong.
pub(super) fn quiet() -> Vec<Case> {
    let small = (
        RESOURCES,
        "0x0000004000000000 0x00000043ffffffff 0x000000000014220c\n",
    );
    let waits = "[  100.000000] vfio-pci 0000:01:00.0: not ready 1023ms after FLR; waiting\n";
    let own = with(card(NVIDIA, "bus\n", OWN), &[small, ("dmesg", waits)]);
    let codes = [
        "reset-failed",
        "reset-affects-others",
        "reset-none",
        "reset-once",
        "reset-reported",
        "bar-not-assigned",
        "guest-mmio-window",
    ];
    codes
        .into_iter()
        .map(|code| case(code, Blocker, "01:00.0", &own))
        .collect()
}

/// A card that is assigned as a whole, with its own port and a window that any firmware
/// has.
#[test]
fn a_card_that_can_be_reset_is_left_alone() {
    let about = |tree: &[(&str, &str)]| {
        let mut codes = codes("01:00.0", tree);
        codes.retain(|code| {
            code.starts_with("reset-") || code.contains("mmio") || code.starts_with("bar-")
        });
        codes
    };
    let small = (
        RESOURCES,
        "0x0000004000000000 0x00000043ffffffff 0x000000000014220c\n",
    );
    for methods in ["bus\n", "flr bus\n", "\n"] {
        let tree = with(card(NVIDIA, methods, OWN), &[small]);
        assert_eq!(about(&tree), Vec::<&str>::new(), "{methods}");
    }
    // Its neighbor does not matter if the function has its own reset.
    assert_eq!(about(&card(NVIDIA, "flr\n", OTHER)), Vec::<&str>::new());
    // No finding if the reset method is not in the input.
    let listing = "01:00.0 VGA compatible controller [0300]: NVIDIA [10de:2342] (rev a1)\n";
    assert_eq!(about(&[("lspci -nn", listing)]), Vec::<&str>::new());
    // A kernel before 5.15 has no reset_method for any function.
    let old: Vec<(&str, &str)> = card(NVIDIA, "\n", OTHER)
        .into_iter()
        .filter(|(path, _)| !path.ends_with("reset_method"))
        .collect();
    assert_eq!(about(&old), Vec::<&str>::new());
    // Another device's trouble.
    let other = "[  100.000000] nvme 0000:05:00.0: not ready 65535ms after FLR; giving up\n";
    let tree = with(card(NVIDIA, "flr\n", OWN), &[("dmesg", other)]);
    assert_eq!(about(&tree), Vec::<&str>::new());
}

/// With the host's processor model, or a window that was given, a guest has room.
#[test]
fn a_guest_that_has_room() {
    let uevents = ("/sys/bus/pci/devices/0000:01:00.1/resource", "");
    let last = ("/sys/bus/pci/devices/0000:01:00.2/resource", "");
    let tree = with(
        card(NVIDIA, "bus\n", OWN),
        &[(RESOURCES, LARGE), uevents, last],
    );
    let with_guest = |line: &str| {
        let text = format!("bios: ovmf\nhostpci0: 0000:01:00,pcie=1\nmachine: q35\n{line}\n");
        let vm = ("/etc/pve/qemu-server/100.conf", text.as_str());
        codes("01:00.0", &with(tree.clone(), &[vm])).contains(&"guest-mmio-window")
    };
    assert!(with_guest("memory: 8192"));
    assert!(!with_guest("cpu: host,hidden=1"));
    let set = "args: -fw_cfg name=opt/ovmf/X-PciMmio64Mb,string=";
    assert!(with_guest(&format!("{set}32768")));
    assert!(!with_guest(&format!("{set}131072")));
}

/// A model other than the host's addresses 1 TiB, of which OVMF uses an eighth for BARs.
#[test]
fn a_processor_with_few_bits_of_address() {
    let largest = "0x00000060000000 0x00000060ffffff 0x00000000040200\n\
                   0x0000004000000000 0x0000007fffffffff 0x000000000014220c\n";
    let tree = with(
        card(NVIDIA, "bus\n", OWN),
        &[
            (RESOURCES, largest),
            ("/sys/bus/pci/devices/0000:01:00.1/resource", ""),
            ("/sys/bus/pci/devices/0000:01:00.2/resource", ""),
        ],
    );
    let verdict = |path: &str, text: &str| {
        let report = report(&case(
            "guest-mmio-window",
            Unknown,
            "01:00.0",
            &with(tree.clone(), &[(path, text)]),
        ));
        let mut of_window = report
            .findings
            .into_iter()
            .filter(|finding| finding.code == "guest-mmio-window");
        of_window.next().map(|finding| finding.verdict)
    };
    let qemu = |line: &str| {
        let text = format!("bios: ovmf\nhostpci0: 0000:01:00,pcie=1\nmachine: q35\n{line}\n");
        verdict("/etc/pve/qemu-server/100.conf", &text)
    };
    assert_eq!(qemu("cpu: x86-64-v2-AES"), Some(Fix));
    assert_eq!(qemu("cpu: x86-64-v2-AES,phys-bits=host"), None);
    assert_eq!(qemu("cpu: EPYC,phys-bits=48"), None);
    assert_eq!(qemu("cpu: custom-mine"), Some(Unknown));
    let libvirt = |cpu: &str| {
        let text = format!(
            "<domain>\n<os firmware='efi'><type machine='pc-q35-9.0'>hvm</type></os>\n{cpu}\n<devices><hostdev type='pci'><source><address bus='1' slot='0' \
             function='0'/></source></hostdev></devices></domain>\n"
        );
        verdict("/etc/libvirt/qemu/win.xml", &text)
    };
    assert_eq!(libvirt("<cpu><model>EPYC</model></cpu>"), Some(Fix));
    // libvirt before 9.3 sets 40 bits, later releases those of the host.
    assert_eq!(libvirt("<cpu mode='host-model'/>"), Some(Unknown));
    assert_eq!(libvirt("<cpu mode='host-passthrough'/>"), None);
    assert_eq!(
        libvirt("<cpu mode='host-model'><maxphysaddr mode='passthrough'/></cpu>"),
        None
    );
}

/// ESXi starts no guest whose devices need more than 3.5 GiB without a setting.
#[test]
fn settings_that_esxi_requires() {
    let tree = with(
        card(NVIDIA, "bus\n", OWN),
        &[
            (RESOURCES, LARGE),
            ("/sys/bus/pci/devices/0000:01:00.1/resource", ""),
            ("/sys/bus/pci/devices/0000:01:00.2/resource", ""),
        ],
    );
    let with_file = |lines: &str| {
        let text = format!(
            "pciPassthru0.id = \"00000:001:00.0\"\npciPassthru0.present = \"TRUE\"\n{lines}"
        );
        let file = [
            ("/vmfs/volumes/", "store"),
            ("/vmfs/volumes/store/", "guest.vmx"),
            ("/vmfs/volumes/store/guest.vmx", text.as_str()),
        ];
        codes("01:00.0", &with(tree.clone(), &file)).contains(&"guest-mmio-window")
    };
    assert!(with_file(""));
    let on = "pciPassthru.use64bitMMIO = \"TRUE\"\n";
    assert!(!with_file(on));
    assert!(with_file(&format!(
        "{on}pciPassthru.64bitMMIOSizeGB = \"32\"\n"
    )));
    assert!(!with_file(&format!(
        "{on}pciPassthru.64bitMMIOSizeGB = \"128\"\n"
    )));
}

/// A DMAR with a region that the firmware reserves for 01:00.0, which is neither a USB
/// controller nor a graphics card: it cannot be assigned.
#[test]
fn memory_that_the_firmware_keeps() {
    let nic = "DRIVER=igb\nPCI_CLASS=20000\nPCI_ID=8086:1521\n";
    let group = [
        (
            "@/sys/bus/pci/devices/0000:01:00.0/iommu_group",
            "../../../kernel/iommu_groups/7",
        ),
        ("/sys/kernel/iommu_groups/", "7"),
        ("/sys/kernel/iommu_groups/7/devices/", "0000:01:00.0"),
    ];
    let kept = "/sys/kernel/iommu_groups/7/reserved_regions";
    let of = |kind: &str, option: &str| {
        let line = format!("0x00000000e8000 0x00000000e9fff {kind}\n");
        let cmdline = format!("quiet {option}\n");
        let more = [(kept, line.as_str()), ("/proc/cmdline", cmdline.as_str())];
        let tree = with(with(card(nic, "flr\n", OTHER), &group), &more);
        let tree: Vec<(String, String)> = tree
            .into_iter()
            .map(|(place, text)| (place.to_owned(), text.to_owned()))
            .collect();
        let host = super::host(&tree);
        let question = passthru::doctor::Question {
            devices: passthru::select::devices(&host, "01:00.0").unwrap(),
            target: None,
        };
        let report = passthru::doctor::examine(&host, &question);
        let mut findings = report.findings.into_iter();
        let found = findings.find(|finding| finding.code == "rmrr-ineligible");
        found.map(|finding| finding.verdict)
    };
    assert_eq!(of("direct", ""), Some(Blocker));
    assert_eq!(of("direct-relaxable", ""), None);
    assert_eq!(of("msi", ""), None);
    let relaxed = of("direct", "intel_iommu=on,relax_rmrr");
    assert_eq!(relaxed, Some(passthru::Verdict::Security));
}
