//! Each rule on the smallest host that it speaks of, and a healthy host of which
//! no rule may complain.

mod about_binding;
mod about_boot;
mod about_cards;
mod about_causes;
mod about_devices;
mod about_files;
mod about_groups;
mod about_guest_side;
mod about_guests;
mod about_guides;
mod about_kept;
mod about_known_facts;
mod about_next_obstacles;
mod about_other_devices;
mod about_outputs;
mod about_resets;
mod about_ruled_out;
mod about_sentences;
mod about_setting_lines;
mod about_settings;
mod about_stated_repairs;
mod about_the_host;
mod about_use;
mod outputs;
mod quiet;
mod tables;

use std::collections::BTreeSet;

use host_tree::{Listing, MemoryTree};
use passthru::doctor::{self, Question};
use passthru::{Change, Host, Remedy, Verdict};

const GPU: &str = "\
01:00.0 VGA compatible controller [0300]: NVIDIA Corporation GA106 [10de:2503] (rev a1)
\tKernel driver in use: DRIVER
01:00.1 Audio device [0403]: NVIDIA Corporation GA106 [10de:228e] (rev a1)
\tKernel driver in use: AUDIO
02:00.0 VGA compatible controller [0300]: NVIDIA Corporation GA106 [10de:2503] (rev a1)
\tKernel driver in use: nvidia
";

fn gpu(driver: &str, audio: &str) -> String {
    GPU.replace("DRIVER", driver).replace("AUDIO", audio)
}

/// A host of files (`/…`), directories (`/…/`), links (`@/…`), absent paths (`!/…`),
/// closed ones (`#/…`) and commands, and the device that is asked for.
struct Case {
    code: &'static str,
    verdict: Verdict,
    device: &'static str,
    tree: Vec<(String, String)>,
}

fn case(code: &'static str, verdict: Verdict, device: &'static str, tree: &[(&str, &str)]) -> Case {
    let own = |(a, b): &(&str, &str)| ((*a).to_owned(), (*b).to_owned());
    Case {
        code,
        verdict,
        device,
        tree: tree.iter().map(own).collect(),
    }
}

fn host(tree: &[(String, String)]) -> Host {
    Host::read(&memory(tree))
}

fn memory(tree: &[(String, String)]) -> MemoryTree {
    let mut memory = MemoryTree::partial();
    for (place, text) in tree {
        if let Some(path) = place.strip_prefix('@') {
            memory.insert_link(path, text);
        } else if let Some(path) = place.strip_prefix('!') {
            memory.insert_absent(path);
        } else if let Some(path) = place.strip_prefix('#') {
            memory.insert_unreadable(path, text);
        } else if let Some(path) = place.strip_suffix('/') {
            let names = text.split_whitespace().map(str::to_owned).collect();
            memory.insert_listing(
                path,
                &Listing {
                    names,
                    complete: true,
                },
            );
        } else if place.starts_with('/') {
            memory.insert_file(place, text.as_str());
        } else {
            memory.insert_text(place, text);
        }
    }
    memory
}

/// The host of a case, and the device that is asked for.
pub(crate) struct CaseHost {
    pub(crate) tree: MemoryTree,
    pub(crate) device: &'static str,
    /// Whether it differs from others of its kind in one quoted message alone.
    pub(crate) is_of_message: bool,
}

/// The hosts of all cases.
pub(crate) fn hosts() -> Vec<CaseHost> {
    let of_rules = cases_of_rules().map(|case| (case, false));
    let of_messages = tables::messages().into_iter().map(|case| (case, true));
    of_rules
        .chain(of_messages)
        .map(|(case, is_of_message)| CaseHost {
            tree: memory(&case.tree),
            device: case.device,
            is_of_message,
        })
        .collect()
}

fn report(case: &Case) -> doctor::Report {
    report_of(&host(&case.tree), case)
}

fn report_of(host: &Host, case: &Case) -> doctor::Report {
    let devices = if case.device.is_empty() {
        Vec::new()
    } else {
        passthru::select::devices(host, case.device).unwrap()
    };
    let question = Question {
        devices,
        target: None,
    };
    doctor::examine(host, &question)
}

/// The cases with a finding.
fn cases() -> impl Iterator<Item = Case> {
    cases_of_rules().chain(tables::messages())
}

/// The cases of rules and settings.
fn cases_of_rules() -> impl Iterator<Item = Case> {
    about_the_host::cases()
        .into_iter()
        .chain(about_devices::cases())
        .chain(about_groups::cases())
        .chain(about_resets::cases())
        .chain(about_ruled_out::cases())
        .chain(about_stated_repairs::cases())
        .chain(about_next_obstacles::cases())
        .chain(about_files::cases())
        .chain(about_boot::cases())
        .chain(about_cards::cases())
        .chain(about_binding::cases())
        .chain(about_other_devices::cases())
        .chain(about_guests::cases())
        .chain(about_guest_side::cases())
        .chain(about_settings::cases())
        .chain(about_outputs::cases())
        .chain(about_causes::cases())
        .chain(about_sentences::cases())
        .chain(about_setting_lines::cases())
        .chain(about_use::cases())
        .chain(about_guides::cases())
        .chain(about_kept::cases())
        .chain(about_known_facts::cases())
        .chain(tables::settings())
}

/// Each code has a host with that finding, and, if it needs a change, a remedy that a plan
/// applies or a named manual step.
#[test]
fn each_rule_speaks_of_its_host() {
    let mut spoken = BTreeSet::new();
    let mut missing = Vec::new();
    for case in cases() {
        let host = host(&case.tree);
        let report = report_of(&host, &case);
        let found = report
            .findings
            .iter()
            .find(|finding| finding.code == case.code);
        let Some(found) = found else {
            missing.push(format!("{}: {:?}", case.code, case.tree.last()));
            continue;
        };
        assert_eq!(
            found.verdict, case.verdict,
            "{}: {}",
            case.code, found.title
        );
        has_remedy(&host, found);
        spoken.insert(case.code);
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
    spoken.extend(tables::said_by_rules());
    spoken.extend(about_known_facts::of_uses(true));
    for code in doctor::codes() {
        assert!(spoken.contains(code), "no case for {code}");
    }
}

/// Each code has a similar host without that finding.
#[test]
fn each_rule_is_quiet_where_nothing_is_wrong() {
    let mut quiet = BTreeSet::new();
    let cases = quiet::cases()
        .into_iter()
        .chain(about_resets::quiet())
        .chain(about_ruled_out::quiet())
        .chain(about_stated_repairs::quiet())
        .chain(about_next_obstacles::quiet())
        .chain(about_outputs::quiet())
        .chain(about_causes::quiet())
        .chain(about_sentences::quiet())
        .chain(about_setting_lines::quiet())
        .chain(about_groups::quiet())
        .chain(about_boot::quiet())
        .chain(about_cards::quiet_cases())
        .chain(about_binding::quiet())
        .chain(about_other_devices::quiet())
        .chain(about_guests::quiet())
        .chain(about_settings::quiet())
        .chain(about_use::quiet())
        .chain(about_guides::quiet())
        .chain(about_kept::quiet())
        .chain(about_known_facts::quiet())
        .chain(tables::other_settings())
        .chain(tables::other_messages());
    for case in cases {
        let report = report(&case);
        let found = report
            .findings
            .iter()
            .find(|finding| finding.code == case.code);
        assert_eq!(found, None, "{}: {:#?}", case.code, case.tree);
        quiet.insert(case.code);
    }
    quiet.extend(about_known_facts::of_uses(false));
    for code in doctor::codes() {
        assert!(quiet.contains(code), "no quiet case for {code}");
    }
}

fn has_remedy(host: &Host, found: &passthru::Finding) {
    let code = found.code;
    let needs_one =
        found.verdict.is_problem() || matches!(found.verdict, Verdict::NoEffect | Verdict::Unknown);
    let Some(remedy) = &found.remedy else {
        // Findings that no setting changes, and those that only the listing could decide.
        let none = [
            "esxi-not-passthru-capable",
            "system-not-judged",
            "dda-survey",
        ];
        // Nor do messages of hardware and programs that cannot do it.
        let mut messages = passthru::messages::all();
        let is_message = messages.any(|message| message.code == code)
            && !matches!(
                found.verdict,
                Verdict::Blocker | Verdict::Fix | Verdict::Security
            );
        assert!(
            !needs_one || is_message || none.contains(&code),
            "{code} has no remedy"
        );
        return;
    };
    match remedy {
        Remedy::Manual { step, text } => {
            assert!(!step.is_empty() && text.len() > 8, "{code}");
            assert!(
                step.bytes()
                    .all(|b| b.is_ascii_lowercase() || b == b'-' || b.is_ascii_digit())
            );
        }
        Remedy::Inspect { argv } => assert!(!argv.is_empty(), "{code}"),
        Remedy::Plan { arguments } => {
            for word in arguments {
                assert!(
                    passthru::select::devices(host, word).is_ok(),
                    "{code}: {word}"
                );
            }
        }
        Remedy::Change(change) => complete_change(code, change),
        other => panic!("{code}: {other:?}"),
    }
}

fn complete_change(code: &str, change: &Change) {
    let is_option = |option: &str| {
        let read = option.parse::<hostconf::boot::Parameter>();
        assert!(read.is_ok(), "{code}: {option}");
    };
    match change {
        Change::SetKernelOption {
            option,
            purpose: why,
        } => {
            is_option(option);
            assert!(!why.is_empty(), "{code}");
        }
        Change::RemoveKernelOption { option } => is_option(option),
        Change::ReplaceKernelOption {
            option,
            replacement,
        } => {
            is_option(option);
            is_option(replacement);
            assert_ne!(option, replacement, "{code}");
        }
        Change::RegenerateBootLoader | Change::RegenerateInitramfs => {}
        Change::MergeVfioIds { ids } => assert!(ids.len() > 1, "{code}"),
        Change::RemoveModuleOption { module, option } => {
            assert!(!module.is_empty() && !option.is_empty(), "{code}");
        }
        Change::RemoveModule { path, .. } => assert!(!path.is_empty(), "{code}"),
        Change::RemoveLine(line) => assert!(!line.path().is_empty(), "{code}"),
        Change::SetGuestOptions { path, options } => {
            assert!(path.starts_with('/') && !options.is_empty(), "{code}");
        }
        other => panic!("{code}: {other:?}"),
    }
}

/// The codes of what the doctor says of a device of this tree.
fn codes(device: &str, tree: &[(&str, &str)]) -> Vec<&'static str> {
    let own = |(place, text): &(&str, &str)| ((*place).to_owned(), (*text).to_owned());
    let host = host(&tree.iter().map(own).collect::<Vec<_>>());
    let question = Question {
        devices: passthru::select::devices(&host, device).unwrap(),
        target: None,
    };
    let report = doctor::examine(&host, &question);
    report.findings.iter().map(|finding| finding.code).collect()
}

const NIC: &str = "\
03:00.0 Ethernet controller [0200]: Intel Corporation I350 [8086:1521] (rev 01)
03:00.1 Ethernet controller [0200]: Intel Corporation I350 [8086:1521] (rev 01)
";

#[test]
fn a_service_for_another_card_is_not_a_problem_of_this_one() {
    let unit = "[Service]\nExecStart=/sbin/modprobe -r nouveau\n";
    let path = "/etc/systemd/system/no-nouveau.service";
    let found = codes("03:00.0", &[("lspci -nnk", NIC), (path, unit)]);
    assert!(!found.contains(&"driver-removal-service"), "{found:?}");
}

#[test]
fn memory_reserved_for_another_device_is_not_a_problem_of_this_one() {
    let line = |address: &str| {
        format!(
            "[  100.000000] vfio-pci 0000:{address}: DMAR: Device is ineligible for IOMMU domain \
             attach due to platform RMRR requirement.  Contact your platform vendor.\n"
        )
    };
    let of_other = codes("03:00.0", &[("lspci", NIC), ("dmesg", &line("04:00.1"))]);
    assert!(!of_other.contains(&"rmrr-ineligible"), "{of_other:?}");
    let of_this = codes("03:00.0", &[("lspci", NIC), ("dmesg", &line("03:00.0"))]);
    assert!(of_this.contains(&"rmrr-ineligible"), "{of_this:?}");
}

/// Ports of a network card go one by one, and of a graphics card all are named.
#[test]
fn a_guest_with_its_assigned_devices_is_not_a_problem() {
    let vm = "/etc/pve/qemu-server/100.conf";
    let port = "memory: 1\nmachine: q35\nhostpci0: 03:00.1,pcie=1\n";
    let found = codes("03:00.1", &[("lspci", NIC), (vm, port)]);
    assert!(!found.contains(&"proxmox-vm-config"), "{found:?}");
    let gpu = gpu("vfio-pci", "vfio-pci");
    let both = "memory: 1\nmachine: q35\nhostpci0: 01:00.0,pcie=1\nhostpci1: 01:00.1,pcie=1\n";
    let found = codes("01:00.0", &[("lspci", &gpu), (vm, both)]);
    assert!(!found.contains(&"proxmox-vm-config"), "{found:?}");
    let one = "memory: 1\nmachine: q35\nhostpci0: 01:00.0,pcie=1\n";
    let found = codes("01:00.0", &[("lspci", &gpu), (vm, one)]);
    assert!(found.contains(&"proxmox-vm-config"), "{found:?}");
}

/// A Proxmox host whose card is bound as it should be: nothing to complain of.
#[test]
fn a_healthy_host_is_left_alone() {
    let devices = "/sys/bus/pci/devices";
    let groups = "/sys/kernel/iommu_groups";
    let mut tree = MemoryTree::complete();
    tree.insert_file(
        "/etc/os-release",
        "ID=debian\nVERSION_ID=\"12\"\nPRETTY_NAME=\"Debian 12\"\n",
    );
    tree.insert_file("/proc/sys/kernel/osrelease", "6.8.12-9-pve\n");
    tree.insert_file(
        "/proc/cmdline",
        "BOOT_IMAGE=/boot/vmlinuz-6.8.12-9-pve root=/dev/sda1 quiet iommu=pt\n",
    );
    tree.insert_file(
        "/etc/default/grub",
        "GRUB_CMDLINE_LINUX_DEFAULT=\"quiet iommu=pt\"\n",
    );
    tree.insert_file("/etc/modules", "vfio\nvfio_iommu_type1\nvfio_pci\n");
    tree.insert_file(
        "/etc/modprobe.d/vfio.conf",
        "options vfio-pci ids=10de:2503,10de:228e\nsoftdep nvidia pre: vfio-pci\n",
    );
    tree.insert_file("/etc/initramfs-tools/modules", "# none\n");
    tree.insert_file(
        "/etc/pve/qemu-server/100.conf",
        "balloon: 0\nbios: ovmf\nhostpci0: 0000:01:00,pcie=1\nmachine: q35\nmemory: 8192\n",
    );
    tree.insert_link("/sys/class/iommu/ivhd0", "../../devices/ivhd0");
    tree.insert_file(
        "/proc/interrupts",
        " 24:   0  IR-PCI-MSI-0000:00:01.1    0-edge      PCIe PME\n",
    );
    for (function, class, id) in [
        ("0000:01:00.0", "30000", "10DE:2503"),
        ("0000:01:00.1", "40300", "10DE:228E"),
    ] {
        let uevent =
            format!("DRIVER=vfio-pci\nPCI_CLASS={class}\nPCI_ID={id}\nPCI_SUBSYS_ID=1462:397D\n");
        tree.insert_file(&format!("{devices}/{function}/uevent"), uevent);
        tree.insert_file(&format!("{devices}/{function}/boot_vga"), "0\n");
        tree.insert_link(
            &format!("{devices}/{function}/driver"),
            "../../../bus/pci/drivers/vfio-pci",
        );
        tree.insert_link(
            &format!("{devices}/{function}/iommu_group"),
            "../../../kernel/iommu_groups/17",
        );
        tree.insert_link(
            &format!("{groups}/17/devices/{function}"),
            "../../../../devices/x",
        );
    }
    let host = Host::read(&tree);
    for words in [&[][..], &["01:00.0"]] {
        let devices = words
            .iter()
            .flat_map(|word| passthru::select::devices(&host, word).unwrap());
        let question = Question {
            devices: devices.collect(),
            target: None,
        };
        let report = doctor::examine(&host, &question);
        for finding in &report.findings {
            assert_eq!(
                finding.verdict,
                Verdict::Ok,
                "{}: {}",
                finding.code,
                finding.title
            );
        }
        let codes: Vec<&str> = report.findings.iter().map(|finding| finding.code).collect();
        for wanted in [
            "iommu-on",
            "interrupt-remapping-on",
            "group-alone",
            "bound-to-vfio",
        ] {
            assert!(codes.contains(&wanted), "{wanted} not in {codes:?}");
        }
    }
}

/// The page has every code once, with what `explain` says of it.
#[test]
fn the_page_of_findings_has_them_all() {
    let page = crate::command::passthru(&["generate", "findings"]).out;
    assert_eq!(page, doctor::page());
    let headings: Vec<&str> = page
        .lines()
        .filter_map(|line| line.strip_prefix("## "))
        .collect();
    let mut codes = doctor::codes();
    codes.sort_unstable();
    let mut sorted = headings.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, codes);
    for code in codes {
        let (_, source) = doctor::explain(code).unwrap();
        assert!(page.contains(&format!("Source: {source}.")), "{code}");
    }
}

/// Files of the host that the doctor reads, with any content.
const FILES: [&str; 14] = [
    "/proc/iomem",
    "/proc/swaps",
    "/proc/net/route",
    "/proc/1/mountinfo",
    "/proc/cmdline",
    "/etc/os-release",
    "/etc/default/grub",
    "/etc/kernel/cmdline",
    "/etc/modprobe.d/a.conf",
    "/etc/network/interfaces",
    "/etc/pve/mapping/pci.cfg",
    "/etc/pve/qemu-server/100.conf",
    "/etc/libvirt/hooks/qemu",
    "/vmfs/volumes/a/b/c.vmx",
];

#[test]
fn any_bytes_in_any_file_result_in_a_report() {
    let seeds: Vec<Case> = about_boot::cases()
        .into_iter()
        .chain(about_guests::cases())
        .chain(about_guest_side::cases())
        .chain(about_settings::cases())
        .chain(about_use::cases())
        .chain(about_guides::cases())
        .chain(tables::messages())
        .collect();
    let texts: Vec<&str> = seeds
        .iter()
        .flat_map(|case| &case.tree)
        .map(|(_, text)| text.as_str())
        .collect();
    let mut random = testkit::Random::new(0x9e37_79b9_7f4a_7c15);
    for round in 0..48_usize {
        let mut tree = MemoryTree::partial();
        tree.insert_text("lspci -nnk", &gpu("nvidia", "snd_hda_intel"));
        for path in FILES {
            let mut bytes = texts[random.below(texts.len())].as_bytes().to_vec();
            for _ in 0..round % 8 {
                if bytes.is_empty() {
                    break;
                }
                let at = random.below(bytes.len());
                bytes[at] = random.byte();
            }
            tree.insert_file(path, bytes.clone());
            tree.insert_text(
                path.rsplit('/').next().unwrap(),
                &String::from_utf8_lossy(&bytes),
            );
        }
        let host = Host::read(&tree);
        let question = Question {
            devices: vec!["01:00.0".parse().unwrap()],
            target: None,
        };
        let report = doctor::examine(&host, &question);
        for finding in &report.findings {
            let unknown = finding.verdict == Verdict::Unknown;
            assert!(unknown || !finding.evidence.is_empty(), "{finding:?}");
        }
        let text = passthru::render::report(
            &host,
            &report,
            &passthru::render::View::default(),
            &passthru::Invocation::default(),
            passthru::render::Style::PLAIN,
        );
        assert!(!text.contains('\x1b'));
    }
}

/// Findings about the desktop, or the virtual functions, of a host with Linux alone.
const OF_LINUX: [&str; 3] = [
    "host-display-not-back",
    "session-end-reported",
    "virtual-functions-lost-at-start",
];

/// Users of ESXi, Hyper-V or bhyve have no dmesg of Linux, and no lspci; a guest may have both.
#[test]
fn remedies_name_tools_of_the_system_that_is_asked_for() {
    use passthru::Target;
    let targets = [
        (Target::Esxi, false),
        (Target::HyperV, false),
        (Target::Bhyve, true),
    ];
    for case in cases() {
        let host = host(&case.tree);
        for (target, has_dmesg) in targets {
            let question = Question {
                devices: Vec::new(),
                target: Some(target),
            };
            for finding in doctor::examine(&host, &question).findings {
                let (words, is_command): (Vec<String>, bool) = match &finding.remedy {
                    Some(Remedy::Inspect { argv }) => (argv.clone(), true),
                    Some(Remedy::Manual { text, .. }) => {
                        (text.split([' ', '\'']).map(str::to_owned).collect(), false)
                    }
                    _ => continue,
                };
                let is_foreign = |word: &String| {
                    // A message of Xen is of Xen's host.
                    let of_linux = word == "lspci"
                        || word == "journalctl"
                        || word.contains("/proc/")
                        || word.contains("/sys/");
                    word == "dmesg" && !has_dmesg || is_command && of_linux
                };
                let is_xen = finding.code.starts_with("xen-");
                let foreign = words.iter().find(|word| is_foreign(word) && !is_xen);
                // The guest's own log, and that of Xen.
                let all = words.join(" ");
                let logs = ["guest s dmesg", "dmesg in the guest", "xl dmesg"];
                let is_other_log = logs.iter().any(|log| all.contains(log));
                let is_known = is_other_log || OF_LINUX.contains(&finding.code);
                assert!(is_known || foreign.is_none(), "{target}: {finding:?}");
            }
        }
    }
}
