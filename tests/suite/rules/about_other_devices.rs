//! IDs and paths of another device than the guest's, and IDs that pci-stub received and did not claim.

use passthru::Verdict::{self, Blocker, Check, Fix, Ok};

use super::{Case, case};

const POST: &str = "post.md";

const CARDS: &str = "\
01:00.0 VGA compatible controller [0300]: NVIDIA Corporation GM204 [GeForce GTX 970] [10de:13c2] (rev a1)
01:00.1 Audio device [0403]: NVIDIA Corporation GM204 High Definition Audio Controller [10de:0fbb] (rev a1)
05:00.0 Ethernet controller [0200]: Intel Corporation I210 Gigabit Network Connection [8086:1533] (rev 03)
06:00.0 Ethernet controller [0200]: Intel Corporation I211 Gigabit Network Connection [8086:1539] (rev 03)
";

const ADDED: &str = "\
[    1.500000] pci-stub: add 10DE:13C2 sub=FFFFFFFF:FFFFFFFF cls=00000000/00000000
[    1.500008] pci-stub: add 10DE:0FBB sub=FFFFFFFF:FFFFFFFF cls=00000000/00000000
[    1.500012] pci-stub 0000:01:00.1: claimed by stub
";

const QEMU: &str = "\
qemu-system-x86_64 -enable-kvm -m 8192 \\
 -device vfio-pci,host=01:00.0,multifunction=on \\
 -device vfio-pci,host=01:00.1 \\
 -device vfio-pci,host=06:00.0
";

const GRUB: &str = "/etc/default/grub";

const OPTION: &str =
    "GRUB_CMDLINE_LINUX_DEFAULT=\"quiet vfio-pci.ids=10de:13c2,10de:0fbb,8086:1533\"\n";

const CLOUD_HYPERVISOR: &str = "\
Passthrough with Cloud Hypervisor fails: VmBoot(DeviceManager(VfioCreate(InvalidPath)))
{
  \"devices\": [ { \"id\": \"usb\",
    \"path\": \"PATH\" } ]
}
";

const SYSFSDEV: &str = "\
qemu-system-x86_64 -device vfio-pci,sysfsdev=PATH
qemu-system-x86_64: -device vfio-pci,sysfsdev=PATH: vfio PATH: no iommu_group found: No such file or directory
";

const CROSVM: &str = "crosvm run --vfio PATH vmlinux\nfailed to get Group Status\n";

const OTHER_BOUND: &str = "\
Can't get vfio to bind to a USB3 controller at boot

I pass the GPU to a VM, the GPU is bound to vfio-pci. How do I get the same for the USB3 card?
";

const USB: &str = "/sys/bus/usb/devices/2-2";

/// A post, and the options of the boot loader.
fn given(code: &'static str, verdict: Verdict, parts: &[&str], options: &str) -> Case {
    let post = parts.join("\n");
    case(code, verdict, "", &[(POST, &post), (GRUB, options)])
}

pub(super) fn cases() -> Vec<Case> {
    const OF_NIC: &str =
        "[    1.500009] pci-stub: add 8086:1533 sub=FFFFFFFF:FFFFFFFF cls=00000000/00000000\n";
    let stub = format!("{OF_NIC}{ADDED}");
    let code = "ids-of-other-device";
    let unbound = "vfio-binding-missing-reported";
    let german = "Die NVMe wird nicht an vfio-pci gebunden. Ich reiche sie an eine VM durch.\n";
    let chinese = "显卡已经绑定到vfio-pci，直通给虚拟机正常，NVMe硬盘无法绑定到vfio-pci。\n";
    let usb = "usb-path-for-vfio";
    let path = |text: &str, path: &str| text.replace("PATH", path);
    let file = path(CLOUD_HYPERVISOR, "/dev/bus/usb/002/003");
    vec![
        given(unbound, Check, &[OTHER_BOUND], ""),
        given(unbound, Check, &[german], ""),
        given(unbound, Check, &[chinese], ""),
        given(usb, Blocker, &[&file], ""),
        given(usb, Blocker, &[&path(CLOUD_HYPERVISOR, USB)], ""),
        given(usb, Blocker, &[&path(SYSFSDEV, USB)], ""),
        given(usb, Blocker, &[&path(CROSVM, USB)], ""),
        given("pci-stub-not-claimed", Fix, &[CARDS, QEMU, ADDED], ""),
        given(code, Check, &[CARDS, QEMU], OPTION),
        given(code, Check, &[CARDS, QEMU, &stub], ""),
    ]
}

pub(super) fn quiet() -> Vec<Case> {
    let code = "pci-stub-not-claimed";
    let quiet = |log: &str| given(code, Ok, &[CARDS, QEMU, log], "");
    let whole = format!("{ADDED}[    1.500014] pci-stub 0000:01:00.0: claimed by stub\n");
    let (first, _) = ADDED.split_once('\n').unwrap();
    let driver = "(rev a1)\n\tKernel driver in use: vfio-pci\n01:00.1";
    let bound = CARDS.replace("(rev a1)\n01:00.1", driver);
    let mut cases = vec![
        quiet(&whole),
        // The log ends behind the ID.
        quiet(first),
        // A script has bound the function since.
        given(code, Ok, &[&bound, QEMU, ADDED], ""),
    ];
    let code = "ids-of-other-device";
    for options in [
        OPTION.replace("8086:1533", "8086:1539"),
        OPTION.replace(",10de:0fbb", ""),
        OPTION.replace("8086:1533", "1b21:1242"),
    ] {
        cases.push(given(code, Ok, &[CARDS, QEMU], &options));
    }
    cases.push(given(code, Ok, &[CARDS], OPTION));
    let pci = "/sys/bus/pci/devices/0000:00:14.0";
    for text in [CLOUD_HYPERVISOR, SYSFSDEV, CROSVM] {
        cases.push(given(
            "usb-path-for-vfio",
            Ok,
            &[&text.replace("PATH", pci)],
            "",
        ));
    }
    // The binding of the GPU is none of the device in question.
    let code = "vfio-driver-reported";
    cases.push(given(code, Ok, &[OTHER_BOUND], ""));
    let code = "vfio-binding-missing-reported";
    for text in [
        "The GPU for the VM is bound to vfio-pci, but the VM has no picture.\n",
        "If the GPU is not bound to vfio-pci, the VM does not start. Mine is bound to vfio-pci.\n",
    ] {
        cases.push(given(code, Ok, &[text], ""));
    }
    cases.push(given(
        code,
        Ok,
        &[OTHER_BOUND, CARDS, "01:00.0 is bound to nouveau.\n"],
        "",
    ));
    // A container has the device file itself.
    let incus =
        "incus config device add c1 zigbee unix-char path=/dev/bus/usb/001/004 passthrough\n";
    cases.push(given("usb-path-for-vfio", Ok, &[incus], ""));
    cases
}

#[test]
fn the_devices_of_the_guest_decide() {
    for (all, is_found) in [(cases(), true), (quiet(), false)] {
        for case in all {
            let found = super::report(&case);
            let has = found.findings.iter().any(|one| one.code == case.code);
            assert_eq!(has, is_found, "{}: {:?}", case.code, case.tree);
        }
    }
}

/// The error follows from the path: the IOMMU has no part in it.
#[test]
fn a_missing_group_of_a_usb_device_needs_no_iommu() {
    for text in [CLOUD_HYPERVISOR, SYSFSDEV, CROSVM] {
        let post = given("", Ok, &[&text.replace("PATH", USB)], "");
        let found = super::report(&post).findings;
        let first = found.iter().find(|one| one.verdict == Blocker).unwrap();
        assert_eq!(first.code, "usb-path-for-vfio", "{found:?}");
        let others = found
            .iter()
            .filter(|one| !first.cause_of.contains(&one.code));
        let steps: Vec<String> = others.map(|one| format!("{:?}", one.remedy)).collect();
        let is_of_iommu = |step: &String| step.contains("intel_iommu");
        assert!(!steps.iter().any(is_of_iommu), "{steps:?}");
    }
}
