//! Logs as people paste them, and what follows from them.

use host_tree::{Evidence, MemoryTree};
use iommu::{
    Completeness, DomainKind, Groups, IommuStatus, KernelLog, LogLineKind, Membership, OptionWord,
    RemappingState, Vendor, default_domain, facts, interrupt_remapping, state,
};
use pci_core::Address;

fn address(text: &str) -> Address {
    text.parse().unwrap()
}

fn nothing() -> MemoryTree {
    MemoryTree::partial()
}

/// A Proxmox host with an AMD processor: prompts, code fences, remarks.
const AMD_POST: &str = "\
## 2.4
```bash
root@pve:/etc/default# dmesg | grep -E \"DMAR|IOMMU\"
[    0.392770] pci 0000:00:00.2: AMD-Vi: IOMMU performance counters supported
[    0.396162] perf/amd_iommu: Detected AMD IOMMU #0 (2 banks, 4 counters/bank).
```
```bash
root@pve:/etc/default# dmesg | grep -i vfio      
[    1.915949] VFIO - User Level meta-driver version: 0.3   # 系统加载了 VFIO 的用户空间元驱动（vfio），版本为 0.3。
```
root@pve:/etc/default# dmesg | grep 'remapping'  
[    0.072012] x2apic: IRQ remapping doesn't support X2APIC mode
[    0.394008] AMD-Vi: Interrupt remapping enabled
```
";

#[test]
fn an_amd_host_in_a_post() {
    let log = KernelLog::parse("post.txt", AMD_POST);
    let messages: Vec<&str> = log.lines.iter().map(|line| line.message).collect();
    assert_eq!(
        messages,
        [
            "pci 0000:00:00.2: AMD-Vi: IOMMU performance counters supported",
            "perf/amd_iommu: Detected AMD IOMMU #0 (2 banks, 4 counters/bank).",
            "VFIO - User Level meta-driver version: 0.3",
            "x2apic: IRQ remapping doesn't support X2APIC mode",
            "AMD-Vi: Interrupt remapping enabled",
        ]
    );
    let numbers: Vec<u32> = log.lines.iter().map(|line| line.number).collect();
    assert_eq!(numbers, [4, 5, 9, 12, 13]);
    let words = &log.command(&log.lines[0]).unwrap().words;
    assert_eq!(words[0], ["DMAR", "IOMMU"]);

    let facts = facts(&log);
    let found = state(&nothing(), &facts, &[]);
    assert_eq!(
        (found.status, found.vendor),
        (IommuStatus::Enabled, Some(Vendor::Amd))
    );
    assert_eq!(found.evidence[0].place(), "post.txt, line 4");
    let remapping = interrupt_remapping(&nothing(), &facts, &[]);
    assert_eq!(remapping.state, RemappingState::Enabled);
    assert_eq!(remapping.evidence[0].line, Some(13));
    assert_eq!(remapping.harmless[0].line, Some(12));
    let mut groups = Groups::default();
    groups.add_log(&log);
    assert!(groups.is_empty());
    assert_eq!(groups.group_of(address("01:00.0")), Membership::NotShown);
}

/// Prose with an expected log line is not a log, with or without a prompt.
#[test]
fn the_expected_output_of_a_guide_proves_nothing() {
    let log = KernelLog::parse(
        "guide.txt",
        "1\n# dmesg | grep -e DMAR -e IOMMU\n\n應該要出現包含一行DMAR: IOMMU enabled的內容\n\n1\n\
         # dmesg | grep 'remapping'\n\n視不同 CPU 的廠商\n\n  • AMD-Vi: Interrupt remapping enabled\n\
         \u{20} • DMAR-IR: Enabled IRQ remapping in x2apic mode\nAMD-Vi: Interrupt remapping enabled\n",
    );
    assert_eq!(log.lines, []);
    assert_eq!(log.commands.len(), 2);
    assert_eq!(
        state(&nothing(), &facts(&log), &[]).status,
        IommuStatus::Unknown
    );
}

/// Line breaks lost, prompt and command within the line.
#[test]
fn lines_that_ran_together() {
    let text = "$ sudo dmesg | grep iommu | grep 01:00.0\n\n输出如下:\n\n\
        [0.536462] pci 0000:01:00.0: Adding to iommu group 17$ sudo dmesg | grep iommu | grep \
        05:00.0[0.536491] pci 0000:05:00.0: Adding to iommu group 20\n\n\
        $ sudo dmesg | grep \"iommu group 17\"\n\n\
        [0.536462] pci 0000:01:00.0: Adding to iommu group 17[0.536467] pci 0000:01:00.1: Adding \
        to iommu group 17\n";
    let log = KernelLog::parse("guide.txt", text);
    let shown: Vec<(u32, &str)> = log
        .lines
        .iter()
        .map(|line| (line.number, line.text))
        .collect();
    assert_eq!(
        shown,
        [
            (5, "[0.536462] pci 0000:01:00.0: Adding to iommu group 17"),
            (5, "[0.536491] pci 0000:05:00.0: Adding to iommu group 20"),
            (9, "[0.536462] pci 0000:01:00.0: Adding to iommu group 17"),
            (9, "[0.536467] pci 0000:01:00.1: Adding to iommu group 17"),
        ]
    );
    let greps: Vec<_> = log
        .lines
        .iter()
        .map(|line| &log.command(line).unwrap().words)
        .collect();
    assert_eq!(*greps[0], [["iommu"], ["01:00.0"]]);
    assert_eq!(*greps[1], [["iommu"], ["05:00.0"]]);
    let mut groups = Groups::default();
    groups.add_log(&log);
    assert_eq!(groups.group_of(address("01:00.0")), Membership::In(17));
    assert_eq!(groups.group_of(address("05:00.0")), Membership::In(20));
    assert!(
        groups
            .members(17)
            .eq([address("01:00.0"), address("01:00.1")])
    );
    assert_eq!(groups.completeness(17), Completeness::MayHaveMore);
    assert_eq!(groups.disputes().count(), 0);
    assert_eq!(
        state(&nothing(), &facts(&log), &[]).status,
        IommuStatus::Enabled
    );
}

#[test]
fn every_way_to_print_the_same_line() {
    for line in [
        "[    0.536462] pci 0000:01:00.0: Adding to iommu group 17",
        "[Fri Nov 20 07:00:00 2026] pci 0000:01:00.0: Adding to iommu group 17",
        "2026-11-20T07:00:00,536462+00:00 pci 0000:01:00.0: Adding to iommu group 17",
        "Nov 20 07:00:00 host kernel: pci 0000:01:00.0: Adding to iommu group 17",
        "Nov 20 07:00:00 host kernel: [    0.536462] pci 0000:01:00.0: Adding to iommu group 17",
        "kern  :info  : [    0.536462] pci 0000:01:00.0: Adding to iommu group 17",
        "<6>[    0.536462][    T1] pcieport 0000:01:00.0: Adding to iommu group 17",
        "> [    0.536462] iommu: Adding device 0000:01:00.0 to group 17\r",
    ] {
        let log = KernelLog::parse("paste", line);
        let mut groups = Groups::default();
        groups.add_log(&log);
        assert_eq!(
            groups.group_of(address("01:00.0")),
            Membership::In(17),
            "{line}"
        );
    }
    let bare = "pci 0000:01:00.0: Adding to iommu group 17\n";
    assert_eq!(KernelLog::parse("dmesg -t", bare).lines.len(), 1);
    // The line names its device: it is not a guide's.
    assert_eq!(KernelLog::parse("paste", bare).lines.len(), 1);
}

#[test]
fn a_log_of_groups_that_change() {
    let log = KernelLog::parse(
        "journalctl",
        "[    0.000000] Linux version 6.1\n\
         [    0.500000] pci 0000:01:00.0: Adding to iommu group 1\n\
         [    0.000000] Linux version 6.12\n\
         [    0.500000] pci 0000:02:00.0: Adding to iommu group 2\n\
         [    0.500000] pci 0000:03:00.0: Adding to iommu group 3\n\
         [    0.500000] platform AMDI0020:00: Adding to iommu group 3\n\
         [    9.500000] pci 0000:02:00.0: Removing from iommu group 2\n",
    );
    let mut groups = Groups::default();
    groups.add_log(&log);
    assert_eq!(
        groups.iter().map(|(number, _)| number).collect::<Vec<_>>(),
        [3]
    );
    assert_eq!(
        groups.get(3).unwrap().others.keys().collect::<Vec<_>>(),
        ["AMDI0020:00"]
    );
}

fn option(word: &str) -> OptionWord<'_> {
    OptionWord {
        word,
        evidence: Evidence::new("/proc/cmdline", 1, word),
    }
}

#[test]
fn the_option_line_alone_proves_nothing() {
    let log = KernelLog::parse(
        "dmesg | grep DMAR",
        "[    0.01] x\n[    0.012345] DMAR: IOMMU enabled\n",
    );
    let found = state(&nothing(), &facts(&log), &[option("intel_iommu=on")]);
    assert_eq!(found.status, IommuStatus::Unknown);
    assert_eq!(found.evidence[0].text, "[    0.012345] DMAR: IOMMU enabled");
    // With VT-d off in the firmware the kernel prints it all the same.
    let mut host = MemoryTree::complete();
    host.insert_directory("/sys/kernel/iommu_groups", true);
    host.insert_directory("/sys/class/iommu", true);
    host.insert_file("/sys/firmware/acpi/tables/FACP", "");
    let found = state(&host, &facts(&log), &[option("intel_iommu=on")]);
    assert_eq!(found.status, IommuStatus::DisabledInFirmware);
}

#[test]
fn options_that_turn_it_off() {
    let power = |facts: &[iommu::LogFact], word| state(&nothing(), facts, &[option(word)]).status;
    assert_eq!(power(&[], "iommu=off"), IommuStatus::DisabledInKernel);
    assert_eq!(power(&[], "intel_iommu=off"), IommuStatus::Unknown);
    assert_eq!(power(&[], "iommu=pt"), IommuStatus::Unknown);
    let table = "[    0.010000] ACPI: DMAR 0x000000007A4B5000 000088 (v02 INTEL  EDK2)\n";
    let intel = facts(&KernelLog::parse("dmesg | grep DMAR", table));
    assert_eq!(
        power(&intel, "intel_iommu=off"),
        IommuStatus::DisabledInKernel
    );
    assert_eq!(power(&intel, "amd_iommu=off"), IommuStatus::Unknown);
    // A log that proves it on, and an option that would not let it be: which host?
    let on = facts(&KernelLog::parse("post", AMD_POST));
    let found = state(&nothing(), &on, &[option("amd_iommu=off")]);
    assert_eq!(found.status, IommuStatus::Unknown);
    assert_eq!(found.evidence.len(), 2);
    let off = interrupt_remapping(&nothing(), &[], &[option("intremap=off")]);
    assert_eq!(off.state, RemappingState::Disabled);
    let torn = interrupt_remapping(&nothing(), &on, &[option("intremap=off")]);
    assert_eq!(
        (torn.state, torn.evidence.len()),
        (RemappingState::Unknown, 2)
    );
}

#[test]
fn masked_or_missing_facts_stay_unknown() {
    assert_eq!(state(&nothing(), &[], &[]).status, IommuStatus::Unknown);
    assert_eq!(
        state(&MemoryTree::complete(), &[], &[]).status,
        IommuStatus::Unknown
    );
    // Only part of the groups is shown, and none is there.
    let mut tree = nothing();
    tree.insert_directory("/sys/kernel/iommu_groups", false);
    assert_eq!(state(&tree, &[], &[]).status, IommuStatus::Unknown);
    // A container: /sys/firmware is masked, the units are not.
    let mut container = MemoryTree::complete();
    container.insert_file("/sys/class/iommu/dmar0/intel-iommu/cap", "");
    let found = state(&container, &[], &[]);
    assert_eq!(
        (found.status, found.vendor),
        (IommuStatus::Enabled, Some(Vendor::Intel))
    );
    // Disabled, and the firmware's tables are masked: the reason is unknown.
    let mut masked = MemoryTree::complete();
    masked.insert_directory("/sys/kernel/iommu_groups", true);
    assert_eq!(state(&masked, &[], &[]).status, IommuStatus::Disabled);
    let unreadable = "/sys/firmware/acpi/tables/IVRS";
    masked.insert_unreadable(unreadable, "permission denied");
    assert_eq!(state(&masked, &[], &[]).status, IommuStatus::Disabled);
    // Its folder shows that the table is there.
    let names = host_tree::Listing {
        names: vec!["IVRS".to_owned()],
        complete: true,
    };
    masked.insert_listing("/sys/firmware/acpi/tables", &names);
    assert_eq!(
        state(&masked, &[], &[]).status,
        IommuStatus::DisabledInKernel
    );
    // Groups of VFIO's no-IOMMU mode do not prove an IOMMU.
    let mut vfio = MemoryTree::partial();
    vfio.insert_file("/sys/kernel/iommu_groups/0/name", "vfio-noiommu\n");
    assert_eq!(state(&vfio, &[], &[]).status, IommuStatus::Unknown);
}

#[test]
fn the_running_kernel_overrules_a_log() {
    let mut host = MemoryTree::complete();
    host.insert_file("/sys/class/iommu/ivhd0/amd-iommu/cap", "");
    let found = state(&host, &[], &[option("iommu=off")]);
    assert_eq!(
        (found.status, found.against.len()),
        (IommuStatus::Enabled, 1)
    );
    let mut off = MemoryTree::complete();
    off.insert_directory("/sys/kernel/iommu_groups", true);
    let found = state(&off, &facts(&KernelLog::parse("post", AMD_POST)), &[]);
    assert_eq!(
        (found.status, found.against.len()),
        (IommuStatus::Disabled, 1)
    );
    let mut interrupts = nothing();
    let table = "           CPU0\n 24:  0  IR-PCI-MSI 16384-edge\n";
    interrupts.insert_file("/proc/interrupts", table);
    let found = interrupt_remapping(&interrupts, &[], &[option("intremap=off")]);
    assert_eq!(found.state, RemappingState::Enabled);
    assert_eq!((found.evidence[0].line, found.against.len()), (Some(2), 1));
}

#[test]
fn only_a_whole_log_shows_that_there_are_no_groups() {
    let whole = "[    0.000000] Linux version 6.12.107\n\
        [    0.010000] ACPI: FACP 0x00000000000A0C97 000114\n\
        [    0.210000] iommu: Default domain type: Translated\n\
        [    1.000000] Run /init as init process\n";
    let power =
        |source, text: &str| state(&nothing(), &facts(&KernelLog::parse(source, text)), &[]).status;
    assert_eq!(power("dmesg", whole), IommuStatus::DisabledInFirmware);
    assert_eq!(power("dmesg | grep .", whole), IommuStatus::Unknown);
    assert_eq!(power("paste", whole), IommuStatus::Unknown);
    assert_eq!(
        power("dmesg", &whole.replace("Run /init", "Rum /init")),
        IommuStatus::Unknown
    );
    assert_eq!(
        power("dmesg", &whole.replace("Linux version", "Command line")),
        IommuStatus::Unknown
    );
    let with_table = whole.replace("ACPI: FACP", "ACPI: DMAR");
    assert_eq!(power("dmesg", &with_table), IommuStatus::DisabledInKernel);
    let grouped = whole.replace(
        "iommu: Default",
        "pci 0000:00:02.0: Adding to iommu group 0 ",
    );
    assert_eq!(power("dmesg", &grouped), IommuStatus::Enabled);
}

#[test]
fn memory_that_the_firmware_keeps_and_the_domain_type() {
    let log = KernelLog::parse(
        "dmesg",
        "[  116.814073] vfio-pci 0000:0b:00.0: Device is ineligible for IOMMU domain attach due to \
         platform RMRR requirement.  Contact your platform vendor.\n\
         [  117.814073] vfio-pci 0000:07:00.0: DMAR: Device is ineligible for IOMMU domain attach \
         due to platform RMRR requirement.  Contact your platform vendor.\n\
         [    0.200000] iommu: Default domain type: Passthrough (set via kernel command line)\n\
         [    9.200000] vfio-pci 0000:08:00.0: Adding to iommu group 0\n",
    );
    let facts = facts(&log);
    let ineligible: Vec<Address> = facts
        .iter()
        .filter(|fact| fact.kind == LogLineKind::Rmrr)
        .filter_map(|fact| fact.device)
        .collect();
    assert_eq!(ineligible, [address("0b:00.0"), address("07:00.0")]);
    let domain = default_domain(&facts).unwrap();
    assert_eq!(
        (domain.kind, domain.from_command_line),
        (DomainKind::Passthrough, true)
    );
    // vfio-pci announces groups of its own making too.
    assert!(!facts.iter().any(|fact| fact.kind == LogLineKind::ProvesOn));
}

#[test]
fn groups_of_sysfs_are_whole_and_may_contradict_a_paste() {
    let mut tree = MemoryTree::complete();
    let place = "/sys/kernel/iommu_groups/1";
    for name in ["0000:00:01.0", "0000:01:00.0", "AMDI0020:00"] {
        tree.insert_link(&format!("{place}/devices/{name}"), "../../../../devices/x");
    }
    tree.insert_file(&format!("{place}/type"), "DMA-FQ\n");
    tree.insert_file(
        &format!("{place}/reserved_regions"),
        "0x00000000fee00000 0x00000000feefffff msi\n0x0 0xffffff direct-relaxable\nnonsense\n",
    );
    let link = "/sys/bus/pci/devices/0000:01:00.0/iommu_group";
    tree.insert_link(link, "../../../../kernel/iommu_groups/1");
    tree.insert_file("/sys/bus/pci/devices/0000:00:00.2/class", "0x080600\n");
    let mut groups = Groups::default();
    groups.add_tree(&tree);
    let group = groups.get(1).unwrap();
    assert_eq!(group.completeness, Completeness::Whole);
    assert_eq!(group.domain_type.as_deref(), Some("DMA-FQ"));
    assert_eq!(group.reserved.len(), 2);
    assert_eq!(group.reserved[0].last, 0xfeef_ffff);
    assert_eq!(group.others.len(), 1);
    assert_eq!(group.members[&address("01:00.0")].len(), 2);
    assert!(matches!(
        groups.group_of(address("00:00.2")),
        Membership::InNone(_)
    ));
    assert_eq!(groups.ungrouped().count(), 1);

    let paste = "[    0.536462] pci 0000:01:00.0: Adding to iommu group 17\n";
    groups.add_log(&KernelLog::parse("dmesg", paste));
    let Membership::Disputed(claims) = groups.group_of(address("01:00.0")) else {
        panic!("no dispute");
    };
    assert_eq!(
        claims.iter().map(|claim| claim.group).collect::<Vec<_>>(),
        [1, 1, 17]
    );
    assert_eq!(groups.disputes().count(), 1);
    assert_eq!(groups.completeness(17), Completeness::MayHaveMore);
}
