//! The ways and the obstacles beside a fault: a mode that works, the bus of a virtual machine, a container without
//! the files of VFIO, a chipset's other functions, and a listing in the guest that lacks the device.

use passthru::Verdict::{Blocker, Check, Fix, Impossible, Ok, Unknown};
use passthru::{Remedy, Verdict};

use super::{Case, case, report};

const POST: &str = "post.md";

/// libvirt's message about a reset after a start that failed before.
const WRAPPED: [&str; 2] = [
    "Qubes OS 4.1, sys-net does not start.\n\nStart failed: internal error: Unable to reset PCI device \
     0000:00:1f.6: internal error: libxenlight failed to create new domain 'sys-net'\n",
    "R4.0 of Qubes OS: internal error: Unable to reset PCI device 0000:03:00.0: internal error: libxenlight failed \
     to create new domain work\n",
];

const REFUSED: &str = "\
2024-02-02 07:57:23.651+0000: libxl: libxl_pci.c:993:qemu_pci_add_xenstore: qemu refused to add device: \
0000:00:1f.6,msitranslate=0,power_mgmt=0
2024-02-02 07:57:23.652+0000: libxl: libxl_create.c:1512:domcreate_attach_devices: unable to add pci devices
";

/// A refusal for want of a reset, and the list of the qube's device with the option.
const WITHOUT_RESET: &str = "Qubes OS 4.2: sys-net does not start.\n\nStart failed: internal error: Unable to reset \
    PCI device 0000:00:1f.6: no FLR, PM reset or bus reset available\n";

const LISTED: &str = "\nqvm-pci:\n`dom0:00_1f.6  Ethernet controller: Intel Corporation Ethernet Connection  sys-net \
    (no-strict-reset=True)`\n";

/// Sentences that a mode of Xen works.
const MODE: [&str; 3] = [
    "Setting 'sys-usb virt_mode pv' works.\n",
    "With virt_mode=pv the qube works.\n",
    "sys-net only works in PV mode.\n",
];

const NO_MODE: [&str; 3] = [
    "Setting 'sys-usb virt_mode pv' does not work either.\n",
    "In PV mode it fails, too.\n",
    "Should it work in PV mode?\n",
];

const QUBES: &str =
    "Qubes OS 4.0: sys-usb with its USB controller passed through does not start as HVM.\n\n";

/// A group in a virtual machine, and one behind a bridge to conventional PCI.
const IN_MACHINE: [&str; 2] = [
    "root@dperf:~# dpdk-devbind.py -s\n0000:02:00.0 '82545EM Gigabit Ethernet Controller (Copper) 100f' drv=vfio-pci \
     unused=e1000\nEAL:   0000:02:00.0 VFIO group is not viable! Not all devices in IOMMU group bound to VFIO or un\n",
    "02:01.0 Ethernet controller [0200]: Intel Corporation 82540EM Gigabit Ethernet Controller [8086:100e] (rev 02)\n\
     \tKernel driver in use: vfio-pci\nqemu-system-x86_64: vfio 0000:02:01.0: group 3 is not viable\n",
];

const BEHIND_BRIDGE: &str = "\
IOMMU Group 12:
\t03:00.0 PCI bridge [0604]: ASMedia Technology Inc. ASM1083/1085 PCIe to PCI Bridge [1b21:1080] (rev 04)
\t04:00.0 Multimedia controller [0480]: Philips Semiconductors SAA7146 [1131:7146] (rev 01)
\t04:01.0 Multimedia controller [0480]: Philips Semiconductors SAA7160 [1131:7160] (rev 02)
qemu-system-x86_64: vfio 0000:04:00.0: group 12 is not viable
";

const IN_SLOT: &str = "\
02:00.0 Ethernet controller [0200]: Intel Corporation 82599ES 10-Gigabit SFI/SFP+ [8086:10fb] (rev 01)
\tKernel driver in use: vfio-pci
qemu-system-x86_64: vfio 0000:02:00.0: group 3 is not viable
";

/// A container of which the list of device files has none of VFIO, and the group of AMD's SMBus.
const COMPOSE: &str = "\
QEMU in a container cannot pass through the device: failed to open /dev/vfio/5: No such file or directory

services:
  windows:
    image: dockurr/windows
    environment:
      ARGUMENTS: \"-device vfio-pci,host=00:14.0\"
    devices:
      - /dev/kvm
      - /dev/net/tun
";

const SMBUS: &str = "\
KVM with PCI passthrough: failed to open /dev/vfio/5: No such file or directory

lspci | grep SMBus
00:14.0 SMBus: Advanced Micro Devices, Inc. [AMD] FCH SMBus Controller (rev 71)
dmesg | grep group
[    0.815400] pci 0000:00:14.0: Adding to iommu group 5
[    0.815436] pci 0000:00:14.3: Adding to iommu group 5
";

/// One result of Microsoft's survey.
const RESULT: [&str; 2] = [
    "Is VT-d enough for Direct Device Assignment on Hyper-V?\n\nIntel(R) HD Graphics 530\nBIOS requires that this \
     device remain attached to BIOS-owned memory, Not assignable.\n",
    "Hyper-V on Windows Server 2022, DDA of an HBA:\n\nPERC H730 Mini\nBIOS requires that this device remain attached \
     to BIOS-owned memory. Not assignable.\n",
];

const SURVEY: &str = "\
Hyper-V on Windows Server 2022, DDA of a Tesla P4. SurveyDDA.ps1:

Intel(R) HD Graphics 530
BIOS requires that this device remain attached to BIOS-owned memory. Not assignable.

NVIDIA Tesla P4
Express Endpoint -- more secure.
    And its interrupts are message-based, assignment can work.
";

fn said(code: &'static str, verdict: Verdict, text: &str) -> Case {
    case(code, verdict, "", &[(POST, text)])
}

pub(super) fn cases() -> Vec<Case> {
    let mut all = vec![
        case("group-lpc-bridge", Check, "00:14.0", &[(POST, SMBUS)]),
        said("container-without-vfio-files", Fix, COMPOSE),
        said("hyperv-survey-rmrr", Unknown, SURVEY),
        said("group-not-viable", Blocker, IN_SLOT),
    ];
    all.extend(WRAPPED.map(|text| said("xen-reset-after-failed-start", Unknown, text)));
    all.extend(MODE.map(|mode| said("other-mode-works-reported", Ok, &format!("{QUBES}{mode}"))));
    all.extend(RESULT.map(|text| said("hyperv-survey-rmrr", Impossible, text)));
    all
}

pub(super) fn quiet() -> Vec<Case> {
    let quiet = |code, text: &str| said(code, Ok, text);
    let of_smbus = |device, text: &str| case("group-lpc-bridge", Ok, device, &[(POST, text)]);
    let mut all = vec![
        of_smbus("00:14.0", &SMBUS.replace("00:14.3", "00:14.1")),
        of_smbus("00:1f.0", &SMBUS.replace("00:14.", "00:1f.")),
        quiet(
            "container-without-vfio-files",
            &COMPOSE.replace("/dev/net/tun", "/dev/vfio"),
        ),
        quiet(
            "container-without-vfio-files",
            &COMPOSE.replace("vfio-pci,host=00:14.0", "usb-host,vendorid=0x17ef"),
        ),
    ];
    for text in WRAPPED {
        all.extend(["xen-reset-refused", "qubes-strict-reset"].map(|code| quiet(code, text)));
    }
    all.extend(NO_MODE.map(|mode| quiet("other-mode-works-reported", &format!("{QUBES}{mode}"))));
    let [wrapped, _] = WRAPPED;
    all.push(quiet(
        "xen-reset-refused",
        &format!("sys-net of Qubes OS fails due to \"Unable to reset PCI device\"\n\n{wrapped}"),
    ));
    // A volume of LVM is no mode.
    all.push(quiet(
        "other-mode-works-reported",
        "Proxmox with PCI passthrough of an HBA: the new disk as PV works in the VM.\n",
    ));
    all
}

/// The remedy of the code in the text.
fn remedy(text: &str, code: &'static str) -> String {
    remedy_for("", text, code)
}

fn remedy_for(device: &'static str, text: &str, code: &'static str) -> String {
    let report = report(&case(code, Blocker, device, &[(POST, text)]));
    let found = report.findings.iter().find(|one| one.code == code);
    match found.and_then(|one| one.remedy.as_ref()) {
        Some(Remedy::Manual { text, .. }) => text.to_string(),
        other => panic!("{code}: {other:?}"),
    }
}

#[test]
fn the_device_model_s_refusal_is_the_cause_of_the_failed_start() {
    let [wrapped, _] = WRAPPED;
    let report = report(&said("", Ok, &format!("{wrapped}{REFUSED}")));
    let blockers = report.findings.iter().filter(|one| one.verdict == Blocker);
    let codes: Vec<&str> = blockers.map(|one| one.code).collect();
    assert_eq!(codes, ["xen-device-model-refused", "xen-device-not-added"]);
    let cause = report.findings.iter().find(|one| one.code == codes[0]);
    assert!(cause.unwrap().cause_of.contains(&"xen-device-not-added"));
}

#[test]
fn an_option_in_the_list_of_devices_is_no_remedy() {
    let code = "xen-reset-refused";
    assert!(remedy(WITHOUT_RESET, code).contains("-o no-strict-reset=True"));
    let text = remedy(&format!("{WITHOUT_RESET}{LISTED}"), code);
    assert!(!text.contains("-o no-strict-reset"), "{text}");
    let strict = LISTED.replace("no-strict-reset=True", "permissive=True");
    let text = remedy(&format!("{WITHOUT_RESET}{strict}"), code);
    assert!(text.contains("-o no-strict-reset=True"), "{text}");
}

#[test]
fn no_acs_override_splits_a_bus_that_a_hypervisor_emulates_or_a_pci_bus() {
    let code = "group-not-viable";
    for text in IN_MACHINE {
        let text = remedy(text, code);
        assert!(
            text.contains("uio_pci_generic") && !text.contains("pcie_acs_override"),
            "{text}"
        );
    }
    let text = remedy(BEHIND_BRIDGE, code);
    assert!(text.contains("no ACS override splits"), "{text}");
    assert!(remedy(IN_SLOT, code).contains("pcie_acs_override="));
}

#[test]
fn the_smbus_is_bound_alone() {
    let code = "vfio-group-file-missing";
    let text = remedy_for("00:14.0", SMBUS, code);
    assert!(text.contains("bind 0000:00:14.0 alone"), "{text}");
}

#[test]
fn a_device_that_the_guest_does_not_list_needs_no_check_of_its_driver() {
    const HOST: &str = "KVM on CentOS with an RTX 3090 passed through to a CentOS VM. ";
    let codes = |text: &str| -> Vec<&str> {
        let report = report(&said("", Ok, &format!("{HOST}{text}")));
        report.findings.iter().map(|one| one.code).collect()
    };
    let later = [
        "device-guest-driver-prerequisite",
        "all-functions-assigned-prerequisite",
    ];
    for text in [
        "lspci in the VM does not show the RTX 3090.\n",
        "In the guest lspci shows no NVIDIA card.\n",
        "虚拟机里lspci就是没有RTX3090。\n",
    ] {
        let found = codes(text);
        assert!(
            !later.iter().any(|code| found.contains(code)),
            "{text}{found:?}"
        );
    }
    for text in [
        "The VM does not see the GPU.\n",
        "lspci in the VM shows the RTX 3090, but the driver fails in the VM.\n",
    ] {
        let found = codes(text);
        assert!(
            later.iter().any(|code| found.contains(code)),
            "{text}{found:?}"
        );
    }
}
