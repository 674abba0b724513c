//! The host in one screen.

use std::fmt::Write as _;

use iommu::IommuStatus;

use super::style::Style;
use super::wrap::{pad, paragraph};
use crate::doctor::{Report, card_word};
use crate::host::{Device, Host};
use crate::invocation::Invocation;
use crate::verdict::Verdict;

/// The host, its IOMMU, what could go to a guest, and the next step.
#[must_use]
pub fn status(host: &Host, report: &Report, call: &Invocation, style: Style) -> String {
    let mut text = String::new();
    let mut line = |label: &str, value: &str| {
        text.push_str(&paragraph(&pad(label, 13), value, style.columns));
    };
    let unknown = || "not shown".to_owned();
    line("System", &host.system.name.clone().unwrap_or_else(unknown));
    line(
        "Hypervisor",
        &host.system.hypervisor_text().unwrap_or_else(unknown),
    );
    let kernel = host
        .system
        .kernel
        .release
        .as_ref()
        .map(|release| release.value.to_string());
    let at_least = || {
        let (major, minor) = host.system.kernel.at_least.as_ref()?.value;
        Some(format!("{major}.{minor} or newer"))
    };
    line("Kernel", &kernel.or_else(at_least).unwrap_or_else(unknown));
    line(
        "IOMMU",
        match host.iommu.status {
            IommuStatus::Enabled => "on",
            IommuStatus::DisabledInFirmware => "off in the firmware",
            IommuStatus::DisabledInKernel => "off in the kernel",
            IommuStatus::Disabled => "off",
            IommuStatus::Unknown => "not shown",
        },
    );
    let groups = host.groups.iter().count();
    line(
        "Groups",
        &if groups == 0 && host.iommu_is_off() {
            "none".to_owned()
        } else if groups == 0 {
            unknown()
        } else {
            groups.to_string()
        },
    );
    text.push('\n');
    let candidates = super::check::candidate_lines(host, call, style);
    if candidates.is_empty() {
        text.push_str("The input shows no device that could be assigned.\n");
    } else {
        text.push_str(&candidates);
    }
    let count = |verdict| {
        report
            .findings
            .iter()
            .filter(|finding| finding.verdict == verdict)
            .count()
    };
    let mut counts = Vec::new();
    for verdict in Verdict::ALL
        .into_iter()
        .filter(|verdict| *verdict != Verdict::Ok)
    {
        if count(verdict) > 0 {
            counts.push(format!("{} {verdict}", count(verdict)));
        }
    }
    let found = if counts.is_empty() {
        "nothing found".to_owned()
    } else {
        counts.join(", ")
    };
    let _ = writeln!(text, "\nDoctor: {found}");
    let _ = writeln!(text, "Next:   {}", next(host, report, call));
    text
}

/// The command that leads on: the doctor for the cards in question, or the table of cards.
fn next(host: &Host, report: &Report, call: &Invocation) -> String {
    let words = report.cards.iter().map(|card| {
        let devices = card.devices.iter();
        let devices: Vec<&Device> = devices
            .filter_map(|address| host.devices.get(address))
            .collect();
        card_word(host, &devices)
    });
    let words: Vec<String> = words.collect();
    if words.is_empty() {
        return call.command(&["check"]);
    }
    let doctor = ["doctor"].into_iter();
    let words: Vec<&str> = doctor.chain(words.iter().map(String::as_str)).collect();
    call.command(&words)
}
