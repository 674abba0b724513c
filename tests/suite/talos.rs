//! `passthru ask --for talos`: Talos Linux has no shell, so the line runs talosctl, and its output is
//! read.

use passthru::Host;
use passthru::Target;
use passthru::ask::{Ask, Shell};
use passthru::doctor::{self, Question};
use passthru::input::Input;

use crate::command::passthru;

const DEVICES: &str = "node: 10.0.0.2
metadata:
    namespace: hardware
    type: PCIDevices.hardware.talos.dev
    id: 0000:00:02.0
    version: 1
spec:
    class: Display controller
    subclass: VGA compatible controller
    vendor: Intel Corporation
    product: CoffeeLake-S GT2 [UHD Graphics 630]
    class_id: \"0x03\"
    subclass_id: \"0x00\"
    vendor_id: \"0x8086\"
    product_id: \"0x3e92\"
    driver: i915
---
node: 10.0.0.2
metadata:
    namespace: hardware
    type: PCIDevices.hardware.talos.dev
    id: 0000:01:00.0
    version: 1
spec:
    class: Display controller
    class_id: \"0x03\"
    subclass_id: \"0x00\"
    vendor_id: \"0x10de\"
    product_id: \"0x2504\"
";

const LOG: &str = "10.0.0.2: kern:    info: [2026-11-10T10:09:37.662764956Z]: Command line: \
    talos.platform=metal intel_iommu=on
10.0.0.2: kern:    info: [2026-11-10T10:09:37.762764956Z]: DMAR: IOMMU enabled
10.0.0.2: kern:    info: [2026-11-10T10:09:37.862764956Z]: DMAR-IR: Enabled IRQ remapping in \
    x2apic mode
10.0.0.2: user: warning: [2026-11-10T10:09:38.862764956Z]: [talos] task startAllServices
";

const HEAD: &str = "NODE       MODE         UID   GID   SIZE(B)   LASTMOD           LABEL   NAME\n";

fn link(name: &str, address: &str) -> String {
    format!(
        "10.0.0.2   Lrwxrwxrwx   0     0     0         Nov 10 10:10:10           {name} -> \
         ../../../../devices/pci0000:00/{address}\n"
    )
}

/// The commands of the line, each with its output.
fn outputs() -> Vec<(&'static str, String)> {
    let list = |rows: &[String]| format!("{HEAD}{}", rows.concat());
    vec![
        (
            "talosctl read /etc/os-release",
            "NAME=\"Talos\"\nID=talos\nVERSION_ID=v1.10.2\n".to_owned(),
        ),
        (
            "talosctl read /proc/version",
            "Linux version 6.12.28-talos (root@buildkitsandbox)\n".to_owned(),
        ),
        ("talosctl get pcidevices -o yaml", DEVICES.to_owned()),
        (
            "talosctl list -l -r -d 2 /sys/bus/pci/drivers",
            list(&[
                link("i915/0000:00:02.0", "0000:00:02.0"),
                link("vfio-pci/0000:01:00.0", "0000:00:01.0/0000:01:00.0"),
            ]),
        ),
        (
            "talosctl list -l /sys/class/iommu",
            format!("{HEAD}10.0.0.2   Lrwxrwxrwx   0   0   0   Nov 10 10:10:10   dmar0 -> ../x\n"),
        ),
        (
            "talosctl list -l -r -d 3 /sys/kernel/iommu_groups",
            list(&[
                link("0/devices/0000:00:02.0", "0000:00:02.0"),
                link("1/devices/0000:01:00.0", "0000:00:01.0/0000:01:00.0"),
            ]),
        ),
        (
            "talosctl read /proc/cmdline",
            "talos.platform=metal intel_iommu=on\n".to_owned(),
        ),
        ("talosctl dmesg", LOG.to_owned()),
    ]
}

fn host(text: &str) -> Host {
    let mut input = Input::new();
    input.add("post.txt", text.as_bytes()).unwrap();
    Host::read(&input.finish().unwrap())
}

fn drivers(host: &Host) -> Vec<Option<&str>> {
    let devices = host.devices().values();
    devices.map(|device| device.driver.name()).collect()
}

#[test]
fn the_line_runs_talosctl_alone() {
    let line = Ask::all(Some(Target::Talos)).line();
    for (command, _) in outputs() {
        assert!(line.contains(&format!("c {command};")), "{command}: {line}");
    }
    // The masks are those of every line.
    assert!(
        line.contains("02:00:00:00:00:00") && !line.contains("lspci"),
        "{line}"
    );
    let document = passthru(&["ask", "--for", "talos", "--json"]).json();
    assert_eq!(document["shell"], "talos");
}

#[test]
fn its_whole_output_is_read() {
    let answer: String = outputs()
        .iter()
        .map(|(command, output)| format!("===== passthru: {command} =====\n{output}"))
        .collect();
    let host = host(&format!("{answer}===== passthru: end =====\n"));
    let found = host.system().hypervisor.as_ref().map(|found| found.value);
    assert_eq!(found, Some(Target::Talos));
    assert_eq!(drivers(&host), [Some("i915"), Some("vfio-pci")]);
    let report = doctor::examine(&host, &Question::default());
    let ask = Ask::of(&host, &report.findings, None);
    assert_eq!(ask.shell(), Shell::Talos);
    assert_eq!(ask.topics(), Vec::<&str>::new());
    let codes: Vec<&str> = report.findings.iter().map(|finding| finding.code).collect();
    for code in ["iommu-on", "interrupt-remapping-on", "bound-to-vfio"] {
        assert!(codes.contains(&code), "{code}: {codes:?}");
    }
}

/// Without headings: talosctl's own columns and prefixes.
#[test]
fn output_without_headings_is_read() {
    let text: String = outputs()
        .iter()
        .map(|(command, output)| format!("$ {command} -n 10.0.0.2\n{output}\n"))
        .collect();
    let host = host(&text);
    assert_eq!(drivers(&host), [Some("i915"), Some("vfio-pci")]);
    assert_eq!(host.groups().iter().count(), 2);
    let report = doctor::examine(&host, &Question::default());
    let mut findings = report.findings.iter();
    assert!(findings.any(|finding| finding.code == "interrupt-remapping-on"));
}

/// Two nodes in one list are two hosts, an error is no file, and a service's line no kernel line.
#[test]
fn other_output_is_not_taken_for_it() {
    let heading = "===== passthru: talosctl list -l -r -d 3 /sys/kernel/iommu_groups =====\n";
    let row = link("0/devices/0000:00:02.0", "0000:00:02.0");
    let two = format!("{HEAD}{row}{}", row.replace("10.0.0.2", "10.0.0.3"));
    let shown = host(&format!("{heading}{two}===== passthru: end =====\n"));
    assert!(!format!("{:?}", shown.groups()).contains("Whole"));
    let error = "error reading file: rpc error: code = Unknown desc = open /proc/cmdline: \
                 permission denied\n";
    let shown = host(&format!(
        "===== passthru: talosctl read /proc/cmdline =====\n{error}\
         ===== passthru: talosctl get pcidevices -o yaml =====\n{DEVICES}\
         ===== passthru: end =====\n"
    ));
    assert!(shown.settings().kernel_options.is_empty());
    let service = "10.0.0.2: user: warning: [2026-11-10T10:09:38Z]: DMAR: IOMMU enabled\n";
    assert!(iommu::KernelLog::parse("a post", service).lines.is_empty());
}
