//! Real kernels, booted with and without an IOMMU: what sysfs shows and what the
//! log shows lead to the same answers, and to the right ones. `booted/README.md`
//! says how the captures were made.

use host_tree::{Evidence, HostTree, Listing, MemoryTree};
use iommu::{
    Completeness, DomainKind, Groups, IommuStatus, KernelLog, LogFact, OptionWord, RemappingState,
    Vendor, default_domain, facts, interrupt_remapping, state,
};

/// A capture: its log, and the rest as a tree.
struct Boot {
    log: String,
    tree: MemoryTree,
}

fn boot(capture: &str) -> Boot {
    let (files, listings) = capture.split_once("@@LIST\n").unwrap();
    let mut tree = MemoryTree::partial();
    let mut log = String::new();
    for file in files.split("@@FILE ").skip(1) {
        let (path, text) = file.split_once('\n').unwrap();
        match path {
            "dmesg" => text.clone_into(&mut log),
            _ => tree.insert_file(path, text),
        }
    }
    for line in listings.lines() {
        if let Some(link) = line.strip_prefix("@@LINK ") {
            let (path, target) = link.split_once(' ').unwrap();
            tree.insert_link(path, target);
        } else if let Some((path, names)) = line.split_once(':').filter(|_| line.starts_with('/')) {
            let mut names: Vec<String> = names.split_whitespace().map(Into::into).collect();
            names.sort();
            tree.insert_listing(
                path,
                &Listing {
                    names,
                    complete: true,
                },
            );
        }
    }
    Boot { log, tree }
}

fn options(tree: &MemoryTree) -> Vec<OptionWord<'static>> {
    let line = tree.read_text("/proc/cmdline").found().unwrap();
    let words: &'static str = line.leak();
    let option = |word| OptionWord {
        word,
        evidence: Evidence::new("/proc/cmdline", 1, words.trim_end()),
    };
    words.split_whitespace().map(option).collect()
}

/// Power and vendor, interrupt remapping, the number of groups.
type Answer = (IommuStatus, Option<Vendor>, RemappingState, usize);

fn answer(tree: &MemoryTree, facts: &[LogFact], options: &[OptionWord<'_>]) -> Answer {
    let shown = state(tree, facts, options);
    let mut groups = Groups::default();
    groups.add_tree(tree);
    let remapping = interrupt_remapping(tree, facts, options).state;
    (shown.status, shown.vendor, remapping, groups.iter().count())
}

fn all(capture: &str) -> (Boot, Vec<LogFact>, Answer) {
    let boot = boot(capture);
    let facts = facts(&KernelLog::parse("dmesg", &boot.log));
    let answer = answer(&boot.tree, &facts, &options(&boot.tree));
    (boot, facts, answer)
}

macro_rules! capture {
    ($name:literal) => {
        include_str!(concat!("booted/", $name, ".txt"))
    };
}

const ON: [&str; 3] = [
    capture!("intel-on"),
    capture!("intel-no-intremap"),
    capture!("amd-on"),
];
const OFF: [&str; 3] = [
    capture!("intel-option-off"),
    capture!("amd-option-off"),
    capture!("firmware-off-option-on"),
];

#[test]
fn all_sources_together() {
    use IommuStatus::{DisabledInFirmware, DisabledInKernel, Enabled as On};
    use RemappingState::{Disabled, Enabled, Unknown};
    let (intel, amd) = (Some(Vendor::Intel), Some(Vendor::Amd));
    let [intel_on, no_intremap, amd_on] = ON.map(|capture| all(capture).2);
    assert_eq!(intel_on, (On, intel, Enabled, 5));
    assert_eq!(no_intremap, (On, intel, Disabled, 5));
    assert_eq!(amd_on, (On, amd, Enabled, 5));
    let [intel_off, amd_off, firmware_off] = OFF.map(|capture| all(capture).2);
    // Interrupts are remapped by the option of their own.
    assert_eq!(intel_off, (DisabledInKernel, intel, Enabled, 0));
    assert_eq!(amd_off, (DisabledInKernel, amd, Unknown, 0));
    assert_eq!(firmware_off, (DisabledInFirmware, None, Unknown, 0));
}

#[test]
fn the_log_alone_equals_sysfs_alone() {
    for capture in ON.iter().chain(&OFF) {
        let (boot, facts, (power, ..)) = all(capture);
        assert_eq!(state(&boot.tree, &[], &[]).status, power);
        assert_eq!(state(&MemoryTree::partial(), &facts, &[]).status, power);
        let log = KernelLog::parse("dmesg", &boot.log);
        assert!(log.is_complete());
        let (mut from_log, mut from_tree) = (Groups::default(), Groups::default());
        from_log.add_log(&log);
        from_tree.add_tree(&boot.tree);
        assert_eq!(from_log.iter().count(), from_tree.iter().count());
        for (number, group) in from_tree.iter() {
            assert_eq!(group.completeness, Completeness::Whole);
            assert_eq!(from_log.completeness(number), Completeness::Whole);
            assert!(from_log.members(number).eq(from_tree.members(number)));
            assert!(!group.reserved.is_empty() || group.domain_type.is_some());
        }
        from_tree.add_log(&log);
        assert_eq!(from_tree.disputes().count(), 0);
    }
}

#[test]
fn a_filtered_log_never_proves_that_it_is_off() {
    for capture in OFF {
        let boot = boot(capture);
        for words in ["DMAR", "IOMMU", "iommu", "AMD-Vi"] {
            let filtered: Vec<&str> = boot
                .log
                .lines()
                .filter(|line| line.contains(words))
                .collect();
            let command = format!("dmesg | grep {words}");
            let log = filtered.join("\n");
            let facts = facts(&KernelLog::parse(&command, &log));
            let power = state(&MemoryTree::partial(), &facts, &[]).status;
            // That intel_iommu=off was read, on a host with a DMAR table, is proof.
            // The kernel finds an I/O APIC under a unit by that table, too.
            let has_table = log.contains("ACPI: DMAR") || log.contains("DMAR-IR: IOAPIC id ");
            let reported_off = log.contains("DMAR: IOMMU disabled") && has_table;
            let expected = if reported_off {
                IommuStatus::DisabledInKernel
            } else {
                IommuStatus::Unknown
            };
            assert_eq!(power, expected, "{command}");
        }
    }
}

#[test]
fn the_default_domain_is_printed_with_and_without_an_iommu() {
    let kinds = [ON, OFF].concat();
    let kinds = kinds
        .iter()
        .map(|capture| default_domain(&all(capture).1).unwrap());
    let found: Vec<_> = kinds
        .map(|domain| (domain.kind, domain.from_command_line))
        .collect();
    let mut expected = [(DomainKind::Translated, false); 6];
    if let Some(with_pt) = expected.get_mut(1) {
        *with_pt = (DomainKind::Passthrough, true);
    }
    assert_eq!(found, expected);
}
