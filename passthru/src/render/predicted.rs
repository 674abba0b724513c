//! Groups as they would be, with the reasons.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use iommu::predict::{
    Agreement, Cause, Deciding, Join, Machine, Numbers, Origin, PredictedGroup, PredictionOutcome,
    Rules,
};
use pci_core::Address;

use super::style::Style;
use super::wrap::{clean, pad, paragraph, width};
use crate::host::Host;
use crate::names::names;
use crate::predicted::Predicted;

/// The predicted groups, or those of `only` where there are any, why members share
/// one, and how they compare with those of the input.
#[must_use]
pub fn predicted(
    host: &Host,
    predicted: &Predicted,
    only: &BTreeSet<Address>,
    style: Style,
) -> String {
    let mut text = String::new();
    let has = |group: &PredictedGroup| group.members.iter().any(|member| only.contains(member));
    let groups = predicted.prediction.groups.iter();
    let machine = &predicted.machine;
    let names = Named { host, machine };
    for group in groups.filter(|group| only.is_empty() || has(group)) {
        one(&mut text, names, group, style);
    }
    if let PredictionOutcome::Either { or, deciding } = &predicted.prediction.outcome {
        undecided(&mut text, names, or, deciding, style);
    }
    if !predicted.prediction.ungrouped.is_empty() {
        let all = predicted.prediction.ungrouped.iter();
        let all: Vec<String> = all.map(|(address, _)| format!("{address:#}")).collect();
        text.push_str(&paragraph("in no group: ", &all.join(", "), style.columns));
    }
    if machine
        .conditions
        .origins
        .values()
        .any(|origin| !origin.is_new())
    {
        let said = "Functions are at other addresses than now. Firmware may number the buses \
                    otherwise; who shares a group does not depend on that.";
        text.push_str(&paragraph("", said, style.columns));
    }
    if machine.conditions.rules == Rules::PcieAcs2025 {
        let said = "By the rules of the series \"Fix incorrect iommu_groups with PCIe ACS\" as it \
                    was posted in September 2025. This was not compared with a kernel.";
        text.push_str(&paragraph("", said, style.columns));
    }
    if let Some(doubt) = doubt(predicted.prediction.numbers) {
        text.push_str(&paragraph("", doubt, style.columns));
    }
    if !predicted.complete {
        let doubt = "The input may not show all functions: one that it leaves out may share a \
                     group with these.";
        text.push_str(&paragraph("", doubt, style.columns));
    }
    if let Some(agreement) = &predicted.agreement {
        text.push('\n');
        compared(&mut text, agreement, style);
    }
    text
}

/// What functions are called.
#[derive(Clone, Copy)]
struct Named<'a> {
    host: &'a Host,
    machine: &'a Machine,
}

impl Named<'_> {
    /// The name of a function with its id, and where it was if it is elsewhere.
    fn of(self, address: Address) -> String {
        let origin = self.machine.conditions.origins.get(&address);
        let was = match origin {
            None => address,
            Some(Origin::At(was)) => *was,
            Some(_) => return self.of_new(address),
        };
        let name = self.host.devices.get(&was).map_or_else(
            || "(not shown)".to_owned(),
            |device| {
                let id = device.id.as_ref().map(|id| format!(" [{}]", id.value));
                format!("{}{}", device.name(), id.unwrap_or_default())
            },
        );
        if was == address {
            name
        } else {
            format!("(now {was:#}) {name}")
        }
    }

    fn of_new(self, address: Address) -> String {
        let functions = self.machine.functions.iter();
        let mut ids = functions
            .filter(|one| one.address == address)
            .map(|one| one.id);
        match ids.next().filter(|id| id.vendor.0 != 0xffff) {
            Some(id) => format!("(new) {} [{id}]", names().device_text(id)),
            None => "(new)".to_owned(),
        }
    }
}

fn one(text: &mut String, names: Named<'_>, group: &PredictedGroup, style: Style) {
    let _ = writeln!(text, "{}", style.strong(&format!("group {}", group.number)));
    for address in &group.members {
        let name = names.of(*address);
        let label = format!("  {} ", pad(&format!("{address:#}"), 8));
        let room = style.table.saturating_sub(width(&label)).max(20);
        let _ = writeln!(text, "{label}{}", cut(&clean(&name), room));
        if let Some(join) = group.joins.iter().find(|join| join.member == *address) {
            text.push_str(&paragraph("           ", &reason(join), style.columns));
        }
    }
}

fn reason(join: &Join) -> String {
    format!("with {:#}: {:#}", join.with, join.because)
}

fn cut(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let mut short = String::new();
    for c in text.chars() {
        if width(&short) + 4 > columns {
            break;
        }
        short.push(c);
    }
    format!("{}...", short.trim_end())
}

fn undecided(
    text: &mut String,
    names: Named<'_>,
    or: &[PredictedGroup],
    deciding: &[(Address, Deciding)],
    style: Style,
) {
    text.push_str("\nThe input does not decide it. These would:\n");
    for (address, deciding) in deciding {
        let what = match deciding {
            Deciding::Ivrs(row) => format!(
                "whether the firmware has the table IVRS ({}): ls /sys/firmware/acpi/tables",
                row.what
            ),
            Deciding::PchWorkaround(row) => format!(
                "whether the kernel's workaround for {} took: dmesg | grep 'PCH root port ACS'",
                row.what
            ),
            Deciding::OptionRules => "which kernel takes the pci= option: those to 6.10 make \
                something else of it than those since 6.15: uname -r"
                .to_owned(),
            Deciding::AcsCapability => "whether it has an ACS capability: lspci -vvv, run by root \
                on a machine that has such a card"
                .to_owned(),
            Deciding::FirmwareControls => "what the firmware leaves in its ACS control register, \
                to which the pci= option goes back: lspci -vvv, run by root on a boot without \
                an IOMMU (intel_iommu=off amd_iommu=off)"
                .to_owned(),
        };
        let label = format!("  {} ", pad(&format!("{address:#}"), 8));
        text.push_str(&paragraph(&label, &what, style.columns));
    }
    text.push_str("If it turns out otherwise, the groups are:\n");
    for group in or {
        one(text, names, group, style);
    }
}

/// Why the numbers may come out otherwise.
fn doubt(numbers: Numbers) -> Option<&'static str> {
    Some(match numbers {
        Numbers::Certain => return None,
        Numbers::IvrsNotShown => {
            "The numbers may be other ones: without the table IVRS it is not known which \
             functions the firmware leaves to no IOMMU."
        }
        Numbers::DmarNotShown => {
            "The numbers may be other ones: without the table DMAR it is not known which \
             functions the firmware leaves to no IOMMU, and which have one of their own and come \
             first."
        }
        Numbers::OtherDevices => {
            "The numbers may be other ones: the firmware's table names devices that are no PCI \
             functions, and those take numbers too."
        }
        Numbers::SeveralIommus => {
            "The numbers may be other ones: there are several AMD IOMMUs, and in which order the \
             kernel takes them is not known here."
        }
        Numbers::RootBusOrderNotShown => {
            "The numbers may be other ones: the order in which the kernel finds the root buses \
             is not shown; dmesg has it."
        }
    })
}

fn compared(text: &mut String, agreement: &Agreement, style: Style) {
    let Agreement::Differs {
        merged,
        apart,
        cause,
    } = agreement
    else {
        text.push_str("The kernel's groups are the same.\n");
        return;
    };
    text.push_str("The kernel's groups differ:\n");
    for (one, other) in merged {
        let _ = writeln!(text, "  {one:#} and {other:#} share a group, and need not");
    }
    for (one, other) in apart {
        let _ = writeln!(text, "  {one:#} and {other:#} are apart, and should not be");
    }
    let why = match cause {
        Cause::AcsEnabledTooLate => {
            "This kernel turned ACS on after it had formed the groups: the ports say isolated, \
             the groups say merged. The stable kernels 6.1.165 to 6.1.168 and 6.12.75 to 6.12.82 \
             do so, and some that distributions made of them. Another kernel is the cure; \
             pcie_acs_override= is not."
        }
        Cause::ControlsAsCaptured => {
            "The groups are those of ACS as the firmware left it: the kernel did not turn it on."
        }
        Cause::Override(_) => {
            "The groups are those of a kernel that was booted with pcie_acs_override=."
        }
        Cause::PchWorkaroundFailed => {
            "The groups are those of a machine on which the kernel's workaround for Intel's \
             root ports without ACS failed: its log says so."
        }
        Cause::OtherRules => {
            "The groups are those of the series \"Fix incorrect iommu_groups with PCIe ACS\", \
             which some vendors' kernels carry: --kernel pcie-acs-2025."
        }
        _ => "Why, is not known: the rules here are those of Linux 6.1 to 7.2.",
    };
    text.push_str(&paragraph("", why, style.columns));
}
