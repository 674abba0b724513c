//! Searches of the kernel's log for DMAR: the lines that they do not show are missing in the log.

use host_tree::{Evidence, HostTree, Lookup};
use hostconf::binding::kernel_facts::Release;
use iommu::{IommuState, IommuStatus, KernelLog, LogCommand, LogFact, LogLineKind, OptionWord};

/// Lines of a search of the kernel's log for DMAR: it shows each line with the word.
fn of_search<'a>(log: &'a KernelLog<'_>) -> impl Iterator<Item = (LogLineKind, Evidence)> + 'a {
    iommu::facts(log).into_iter().filter_map(|fact| {
        let mut lines = log.lines.iter();
        let line = lines.find(|line| Some(line.number) == fact.evidence.line)?;
        let is_whole = log.command(line).is_some_and(shows_all_of_dmar);
        is_whole.then_some((fact.kind, fact.evidence))
    })
}

/// Whether the command is dmesg with a search for DMAR, and nothing that cuts its output.
fn shows_all_of_dmar(command: &LogCommand<'_>) -> bool {
    const CUTS: [&str; 7] = ["head", "tail", "sed", "awk", "less", "-v", "-m"];
    let mut words = command.text.split_ascii_whitespace();
    let is_dmesg = words.find(|word| *word != "sudo") == Some("dmesg");
    let is_cut = words.any(|word| CUTS.contains(&word));
    let [pattern] = command.words.as_slice() else {
        return false;
    };
    let mut pattern = pattern.iter();
    is_dmesg && !is_cut && pattern.any(|word| word.eq_ignore_ascii_case("dmar"))
}

/// The line of `intel_iommu=on` in a search for DMAR that shows no table of the firmware, which the
/// kernel logs before it.
fn without_table(logs: &[KernelLog<'_>], facts: &[LogFact]) -> Option<Evidence> {
    if facts
        .iter()
        .any(|fact| fact.kind == LogLineKind::FirmwareTable)
    {
        return None;
    }
    let mut found = logs.iter().flat_map(of_search);
    let (_, line) = found.find(|(kind, _)| *kind == LogLineKind::OptionOn)?;
    Some(line)
}

/// The state of VT-d by searches of the log for its lines, where the other lines leave it open.
pub(in crate::host) fn by_searches(
    tree: &dyn HostTree,
    logs: &[KernelLog<'_>],
    facts: &[LogFact],
    options: &[OptionWord<'_>],
    release: Option<&Release>,
    is_stated_off: bool,
    iommu: &mut IommuState,
) {
    if !iommu.against.is_empty() {
        return;
    }
    match iommu.status {
        // Part of a search may be pasted: the missing table needs a second sign.
        IommuStatus::Unknown if is_stated_off && without_table(logs, facts).is_some() => {
            iommu.status = IommuStatus::DisabledInFirmware;
            iommu.evidence.extend(without_table(logs, facts));
        }
        IommuStatus::Disabled => {
            if let Some(line) = without_table(logs, facts) {
                iommu.status = IommuStatus::DisabledInFirmware;
                iommu.evidence.push(line);
            }
        }
        IommuStatus::Unknown => {
            if let Some(lines) = without_option(tree, logs, facts, options, release) {
                iommu.status = IommuStatus::DisabledInKernel;
                iommu.evidence = lines.into();
            }
        }
        _ => {}
    }
}

/// The first Proxmox VE kernel that enables VT-d without an option (Proxmox VE documentation, PCI(e)
/// Passthrough).
const PROXMOX_WITH_VT_D: (u32, u32) = (6, 8);

/// Whether VT-d is off by default in the kernel.
fn needs_option(release: &Release) -> bool {
    release.version < PROXMOX_WITH_VT_D && release.to_string().ends_with("-pve")
}

/// The lines that show a kernel which needs `intel_iommu=on` and was booted without: the command line,
/// and a search for DMAR that has the firmware's table and not the end of the initialization.
fn without_option(
    tree: &dyn HostTree,
    logs: &[KernelLog<'_>],
    facts: &[LogFact],
    options: &[OptionWord<'_>],
    release: Option<&Release>,
) -> Option<[Evidence; 2]> {
    let is_set = |option: &OptionWord<'_>| {
        let name = option.word.split('=').next().unwrap_or_default();
        matches!(name, "intel_iommu" | "iommu")
    };
    let is_on = |fact: &LogFact| fact.kind == LogLineKind::ProvesOn;
    if !release.is_some_and(needs_option) || options.iter().any(is_set) || facts.iter().any(is_on) {
        return None;
    }
    let Lookup::Found(cmdline) = tree.read_text("/proc/cmdline") else {
        return None;
    };
    let mut found = logs.iter().flat_map(of_search);
    let (_, table) = found.find(|(kind, _)| *kind == LogLineKind::FirmwareTable)?;
    Some([Evidence::at("/proc/cmdline", &cmdline, 1), table])
}
