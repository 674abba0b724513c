//! The host in one screen.

use std::fmt::Write as _;

use iommu::IommuStatus;

use super::style::Style;
use super::wrap::{pad, paragraph, width};
use crate::answer;
use crate::doctor::{Report, card_word};
use crate::host::{Device, Host};
use crate::invocation::Invocation;
use crate::text::{Text, listed, text};
use crate::verdict::Verdict;

/// The host, its IOMMU, its cards, and the next step.
#[must_use]
pub fn status(host: &Host, report: &Report, call: &Invocation, style: Style) -> String {
    let mut text = String::new();
    let unknown = || text!("not in the input");
    let known = |value: Option<String>| match value {
        Some(value) => text!("{value}", value),
        None => unknown(),
    };
    let release = host.system.kernel.release.as_ref();
    let at_least = host.system.kernel.at_least.as_ref();
    let kernel = match (release, at_least.map(|fact| fact.value)) {
        (Some(release), _) => known(Some(release.value.to_string())),
        (None, Some((major, minor))) => text!("{major}.{minor} or newer", major, minor),
        (None, None) => unknown(),
    };
    let groups = host.groups.iter().count();
    let groups = match groups {
        0 if host.iommu_is_off() => text!("none"),
        0 => unknown(),
        count => known(Some(count.to_string())),
    };
    let hypervisor = match (&host.of_guest, host.hypervisor_of_guest()) {
        (Some(_), Some(hypervisor)) => {
            text!("this is a virtual machine of {hypervisor}", hypervisor)
        }
        (Some(_), None) => text!("this is a virtual machine"),
        _ => known(host.system.hypervisor_text()),
    };
    let rows = [
        (text!("System"), known(host.system.name.clone())),
        (text!("Hypervisor"), hypervisor),
        (text!("Kernel"), kernel),
        (text!("IOMMU"), iommu(host.iommu.status)),
        (text!("Groups"), groups),
    ];
    let rows = rows.map(|(label, value)| (style.say(&label), style.say(&value)));
    let columns = rows.iter().map(|(label, _)| width(label) + 2);
    let columns = columns.max().unwrap_or(0).max(13);
    for (label, value) in &rows {
        text.push_str(&paragraph(&pad(label, columns), value, style.columns));
    }
    text.push('\n');
    let candidates = super::check::candidate_lines(host, call, style);
    if candidates.is_empty() {
        text.push_str(&super::check::without_candidate(host, style));
    } else {
        text.push_str(&candidates);
    }
    let counts = answer::counts(host, &report.findings).into_iter();
    let counts = counts.filter(|(verdict, _)| *verdict != Verdict::Ok);
    let counts: Vec<Text> = counts
        .map(|(verdict, count)| text!("{count} {verdict}", count, verdict))
        .collect();
    let found = if counts.is_empty() {
        text!("no findings")
    } else {
        listed(counts)
    };
    let doctor = text!("Doctor: {findings}", findings = found);
    let next = text!("Next:   {command}", command = next(host, report, call));
    let _ = writeln!(text, "\n{}\n{}", style.say(&doctor), style.say(&next));
    text
}

/// The state of the IOMMU.
pub(crate) fn iommu(status: IommuStatus) -> Text {
    match status {
        IommuStatus::Enabled => text!("enabled"),
        IommuStatus::DisabledInFirmware => text!("disabled in the firmware"),
        IommuStatus::DisabledInKernel => text!("disabled by the kernel"),
        IommuStatus::Disabled => text!("disabled"),
        IommuStatus::Unknown => text!("not in the input"),
    }
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
        let is_of_guest = host.is_guest_without_iommu();
        return call.command(&[if is_of_guest { "doctor" } else { "check" }]);
    }
    let doctor = ["doctor"].into_iter();
    let words: Vec<&str> = doctor.chain(words.iter().map(String::as_str)).collect();
    call.command(&words)
}
