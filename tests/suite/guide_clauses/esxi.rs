//! ESXi: the host's files, its releases, and a VM's firmware.

use super::{findings, plan};

const PCI: &str = include_str!("../../../pci-core/tests/listings/esxcli-pci-list.txt");

fn listing(release: &str) -> String {
    format!(
        "[root@esxi:~] vmware -v\nVMware ESXi {release} build-1\n[root@esxi:~] esxcli hardware pci \
         list\n{PCI}"
    )
}

const CARD: &str = "\
$ lspci -vnn
01:00.0 VGA compatible controller [0300]: NVIDIA Corporation AD106 [10de:2803] (rev a1)
\tSubsystem: ASUSTeK Computer Inc. Device [1043:88d7]
\tFlags: bus master, fast devsel, latency 0, IRQ 16
\tMemory at 81000000 (32-bit, non-prefetchable) [size=16M]
\tMemory at 4000000000 (64-bit, prefetchable) [size=16G]
\tMemory at 4400000000 (64-bit, prefetchable) [size=32M]
\tCapabilities: <access denied>

01:00.1 Audio device [0403]: NVIDIA Corporation AD106M [10de:22bd] (rev a1)
\tSubsystem: ASUSTeK Computer Inc. Device [1043:88d7]
\tFlags: bus master, fast devsel, latency 0, IRQ 17
\tMemory at 82080000 (32-bit, non-prefetchable) [size=16K]
\tCapabilities: <access denied>
";

const MAP: &str =
    "10de ffff bridge false\n10de 2803 flr false\n10de 2803 bridge false\n8086 ffff d3d0 default\n";

const OWNERS: &str = "/system/uuid = \"a\"\n/device/0000:01:00.0/owner = \"passthru\"\n\
                      /device/0000:00:1f.6/owner = \"passthru\"\n";

const BOOT: &str =
    "bootstate=0\nkernel=b.b00\nkernelopt=autoPartition=FALSE OPTION\nmodules=x.v00\n";

fn host(release: &str) -> String {
    format!("[root@esxi:~] vmware -v\nVMware ESXi {release} build-1\n{CARD}")
}

const ESXI: [&str; 3] = ["01:00", "--for", "esxi"];

#[test]
fn a_conflict_of_passthru_map_becomes_one_line_and_the_owner_line_is_removed() {
    let host = host("8.0.3");
    let made = plan(
        &ESXI,
        &[("a.txt", &host), ("map", MAP), ("esx.conf", OWNERS)],
    );
    assert!(made.contains("edit /etc/vmware/passthru.map"), "{made}");
    // The method of the maker's other devices stays.
    assert!(
        made.contains("-10de 2803 flr false") && !made.contains("-10de ffff"),
        "{made}"
    );
    assert!(
        made.contains("-/device/0000:01:00.0/owner = \"passthru\""),
        "{made}"
    );
    assert!(!made.contains("-/device/0000:00:1f.6"), "{made}");
    assert!(made.contains("run /sbin/auto-backup.sh"), "{made}");
    // Quiet: one line for the card, and another function's owner.
    let map = "10de 2803 bridge false\n";
    let owners = "/device/0000:00:1f.6/owner = \"passthru\"\n";
    let made = plan(
        &ESXI,
        &[("a.txt", &host), ("map", map), ("esx.conf", owners)],
    );
    assert!(
        !made.contains("edit /etc/vmware") && !made.contains("auto-backup"),
        "{made}"
    );
}

#[test]
fn esxi_before_7_has_no_command_for_the_owner() {
    let host_67 = host("6.7.0");
    let texts = [("a.txt", &*host_67), ("esx.conf", OWNERS)];
    let made = plan(&ESXI, &texts);
    assert!(
        made.contains("Toggle passthrough") && !made.contains("pcipassthru"),
        "{made}"
    );
    assert!(!made.contains("edit /etc/vmware/esx.conf"), "{made}");
    let output = findings(&["--for", "esxi"], &texts);
    assert!(
        !output
            .iter()
            .any(|one| one.ends_with("esx-conf-owner-set-manually")),
        "{output:?}"
    );
    let host_8 = host("8.0.3");
    let texts = [("a.txt", &*host_8), ("esx.conf", OWNERS)];
    let made = plan(&ESXI, &texts);
    assert!(
        made.contains("pcipassthru set") && !made.contains("Toggle"),
        "{made}"
    );
    let output = findings(&["--for", "esxi"], &texts);
    assert!(
        output.contains(&"fix esx-conf-owner-set-manually".to_owned()),
        "{output:?}"
    );
}

#[test]
fn a_processor_with_two_kinds_of_cores_needs_a_kernel_setting() {
    let hybrid = format!(
        "{}   cpuModel = \"Intel(R) Core(TM) i5-14600KF\",\n",
        host("8.0.3")
    );
    let setting = "--setting cpuUniformityHardCheckPanic --value FALSE";
    let made = plan(&ESXI, &[("a.txt", &hybrid)]);
    assert!(made.contains(setting) && made.contains("Shift+O"), "{made}");
    let boot = BOOT.replace("OPTION", "cpuUniformityHardCheckPanic=FALSE");
    let made = plan(&ESXI, &[("a.txt", &hybrid), ("boot.cfg", &boot)]);
    assert!(!made.contains(setting), "{made}");
    let boot = BOOT.replace("OPTION", "installerDiskDumpSlotSize=2560");
    let made = plan(&ESXI, &[("a.txt", &hybrid), ("boot.cfg", &boot)]);
    assert!(made.contains(setting), "{made}");
    let equal = hybrid.replace("i5-14600KF", "i3-14100");
    assert!(!plan(&ESXI, &[("a.txt", &equal)]).contains(setting));
}

fn vmx(lines: &str) -> String {
    format!(
        "config.version = \"8\"\nvirtualHW.version = \"21\"\ndisplayName = \"gpu\"\nguestOS = \
         \"ubuntu-64\"\nmemSize = \"16384\"\n{lines}"
    )
}

#[test]
fn a_window_needs_efi() {
    let host = host("8.0.3");
    let words = [&ESXI[..], &["--vm", "gpu"]].concat();
    let window = "+pciPassthru.64bitMMIOSizeGB = \"64\"";
    let efi = vmx("firmware = \"efi\"\n");
    let made = plan(&words, &[("a.txt", &host), ("gpu.vmx", &efi)]);
    assert!(
        made.contains(window) && !made.contains("-firmware"),
        "{made}"
    );
    let bios = vmx("");
    let made = plan(&words, &[("a.txt", &host), ("gpu.vmx", &bios)]);
    assert!(
        !made.contains(window) && made.contains("guest-firmware"),
        "{made}"
    );
    let code = "fix vmx-64bit-mmio-under-bios".to_owned();
    let with = "pciPassthru.use64bitMMIO = \"TRUE\"\n";
    for (text, is) in [
        (vmx(with), true),
        (vmx(&format!("{with}firmware = \"bios\"\n")), true),
        (vmx(&format!("{with}firmware = \"efi\"\n")), false),
        (vmx("firmware = \"bios\"\n"), false),
        // Lines of a guide are not a whole file.
        (with.to_owned(), false),
    ] {
        let output = findings(&[], &[("a.txt", &host), ("gpu.vmx", &text)]);
        assert_eq!(output.contains(&code), is, "{text}{output:?}");
    }
}

#[test]
fn secure_boot_of_the_guest_is_named() {
    let host = host("8.0.3");
    let words = [&ESXI[..], &["--vm", "gpu"]].concat();
    for (value, is) in [("TRUE", true), ("FALSE", false)] {
        let text = vmx(&format!(
            "firmware = \"efi\"\nuefi.secureBoot.enabled = \"{value}\"\n"
        ));
        let made = plan(&words, &[("a.txt", &host), ("gpu.vmx", &text)]);
        assert_eq!(made.contains("guest-secure-boot"), is, "{made}");
        assert!(!made.contains("-uefi.secureBoot"), "{made}");
    }
    let explained = super::with(&["explain", "uefi.secureBoot.enabled=TRUE"], &[]);
    assert!(
        explained.out.contains("signed"),
        "{}{}",
        explained.out,
        explained.err
    );
}

#[test]
fn a_listing_of_esxi_is_the_host_of_these_tests() {
    let text = listing("8.0.3");
    let output = findings(&["--for", "esxi"], &[("a.txt", &text)]);
    assert!(
        output.iter().any(|one| one.contains("esxi-passthrough")),
        "{output:?}"
    );
}
