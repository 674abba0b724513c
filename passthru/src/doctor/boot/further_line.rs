//! IOMMU options of /etc/kernel/cmdline that no kernel gets, since they are below the first line.

use host_tree::Evidence;
use hostconf::binding::kernel_facts::IntelIommuDefault;
use hostconf::boot::kernel_cmdline;
use iommu::LogLineKind;

use crate::doctor::rule::{Context, Diagnostic, Rule};
use crate::host::{Host, Processor};
use crate::remedy::Remedy;
use crate::text::text;
use crate::verdict::Verdict;

pub(in crate::doctor) const RULES: &[Rule] = &[Rule {
    code: "iommu-option-not-read",
    meaning: "Only the first line of /etc/kernel/cmdline takes effect. An option of the IOMMU is \
              in a further line, and the running kernel did not receive it.",
    source: "Proxmox VE documentation, Host Bootloader; kernel-install(8)",
    causes: &["iommu-absent-reported", "boot-options-not-running"],
    check,
}];

/// Whether the running kernel lacks `intel_iommu=on` on a host that may need it: its processor is
/// Intel's, or unknown, and its files or sentences have the option.
pub(in crate::doctor) fn lacks_intel_iommu(host: &Host) -> bool {
    let processor = host.system.processor.as_ref().map(|found| found.value);
    let default = host.system.kernel.intel_iommu_default.as_ref();
    let is_wanted = || {
        let mut named = host.words.quoted_options.iter();
        named.any(|fact| fact.value.name == "intel_iommu")
            || further_lines(host).into_iter().any(has_option)
            || host.settings.kernel_option("intel_iommu").next().is_some()
    };
    let may_need = match processor {
        Some(Processor::Intel) => true,
        Some(_) => false,
        None => is_wanted(),
    };
    host.boot.running_options_shown
        && may_need
        && host.settings.intel_iommu("on").is_none()
        && host.log_lines(LogLineKind::OptionOn).next().is_none()
        && default.is_none_or(|default| default.value != IntelIommuDefault::On)
}

/// The lines of /etc/kernel/cmdline below the first, if they have nothing but options.
fn further_lines(host: &Host) -> Vec<&Evidence> {
    let faults = host.settings.boot_faults.iter();
    let lines: Vec<&Evidence> = faults
        .map(|fault| &fault.evidence)
        .filter(|line| line.source == kernel_cmdline::PATH)
        .collect();
    let is_further = |line: &&Evidence| {
        line.line.is_some_and(|number| number > 1) && !line.text.trim_start().starts_with('#')
    };
    if lines.iter().all(is_further) {
        lines
    } else {
        Vec::new()
    }
}

/// The only line that the file should have: all options in their order, each once.
pub(in crate::doctor) fn joined(host: &Host) -> Option<String> {
    let options = host.settings.kernel_options.iter();
    let mut lines = options.map(|option| &option.evidence);
    let first = lines.find(|line| line.source == kernel_cmdline::PATH && line.line == Some(1))?;
    let further = further_lines(host);
    if further.is_empty() {
        return None;
    }
    let mut words: Vec<&str> = Vec::new();
    for line in [first].into_iter().chain(further) {
        for word in line.text.split_ascii_whitespace() {
            if !words.contains(&word) {
                words.push(word);
            }
        }
    }
    Some(words.join(" "))
}

/// The further line with the option that the running kernel lacks.
pub(super) fn line_not_read(host: &Host) -> Option<&Evidence> {
    if !lacks_intel_iommu(host) {
        return None;
    }
    further_lines(host)
        .into_iter()
        .find(|line| has_option(line))
}

fn has_option(line: &Evidence) -> bool {
    let mut words = line.text.split_ascii_whitespace();
    words.any(|word| word == "intel_iommu=on")
}

fn check(context: &Context<'_>) -> Vec<Diagnostic> {
    let host = context.host;
    let line = line_not_read(host).filter(|_| context.host_is_linux());
    let (Some(line), Some(whole)) = (line, joined(host)) else {
        return Vec::new();
    };
    let title = text!(
        "only the first line of {file} takes effect: {options} is in a further line, and the \
         running kernel did not receive it",
        file = kernel_cmdline::PATH,
        options = line.text.trim()
    );
    vec![
        Diagnostic::new(Verdict::Fix, title)
            .evidence([line.clone()])
            .remedy(Remedy::Manual {
                step: "join-boot-options",
                text: text!(
                    "write this as the only line of {file}: {whole}; refresh the boot loader \
                     (Proxmox VE: proxmox-boot-tool refresh), reboot, and look for the options in \
                     /proc/cmdline and for \"IOMMU enabled\" in dmesg",
                    file = kernel_cmdline::PATH,
                    whole
                ),
            }),
    ]
}
