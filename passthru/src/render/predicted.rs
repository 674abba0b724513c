//! Groups as they would be, with the reasons.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use iommu::predict::{
    Agreement, Assumption, Cause, Deciding, Join, Machine, NotCovered, Numbers, Origin,
    PredictedGroup, PredictionOutcome, Rules,
};
use pci_core::Address;

use super::list::{cut, not_shown};
use super::style::Style;
use super::wrap::{clean, pad, paragraph, width};
use crate::host::Host;
use crate::predicted::Predicted;
use crate::text::{Text, text};

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
    let names = Named {
        host,
        machine,
        style,
    };
    for group in groups.filter(|group| only.is_empty() || has(group)) {
        one(&mut text, names, group, style);
    }
    if let PredictionOutcome::Either { or, deciding } = &predicted.prediction.outcome {
        let is_other = |group: &&PredictedGroup| {
            let mut groups = predicted.prediction.groups.iter();
            !groups.any(|one| one.members == group.members)
        };
        let other = or.iter().filter(is_other);
        undecided(&mut text, names, other, deciding, style);
    }
    if !predicted.prediction.ungrouped.is_empty() {
        let all = predicted.prediction.ungrouped.iter();
        let all: Vec<String> = all.map(|(address, _)| format!("{address:#}")).collect();
        let sentence = text!("in no group: {functions}", functions = all);
        text.push_str(&paragraph("", &style.say(&sentence), style.columns));
    }
    for assumption in assumptions(host, predicted) {
        text.push_str(&paragraph("", &style.say(&assumption), style.columns));
    }
    if machine
        .conditions
        .origins
        .values()
        .any(|origin| !origin.is_new())
    {
        let sentence = text!(
            "Functions have other addresses than now. Firmware may number the buses differently; the \
             groups do not depend on that."
        );
        text.push_str(&paragraph("", &style.say(&sentence), style.columns));
    }
    if machine.conditions.rules == Rules::PcieAcs2025 {
        let sentence = text!(
            "By the rules of the series \"Fix incorrect iommu_groups with PCIe ACS\" as posted in \
             September 2025. These rules were not compared with a kernel."
        );
        text.push_str(&paragraph("", &style.say(&sentence), style.columns));
    }
    if let Some(doubt) = doubt(predicted.prediction.numbers) {
        text.push_str(&paragraph("", &style.say(&doubt), style.columns));
    }
    if !predicted.complete {
        let doubt = text!(
            "The input may not have all functions: a missing one may share a group with these."
        );
        text.push_str(&paragraph("", &style.say(&doubt), style.columns));
    }
    if let Some(agreement) = &predicted.agreement {
        text.push('\n');
        compared(&mut text, agreement, style);
    }
    text
}

/// The facts that the prediction assumes.
fn assumptions(host: &Host, predicted: &Predicted) -> Vec<Text> {
    let prediction = &predicted.prediction;
    let mut found = Vec::new();
    for assumption in &prediction.assumptions {
        found.extend(match assumption {
            Assumption::Ivrs => Some(text!(
                "Assumption: the firmware has the table IVRS. Without it an AMD host forms no groups."
            )),
            Assumption::RootComplex => {
                let assumed = prediction.ungrouped.iter();
                let assumed = assumed.filter(|(_, why)| *why == NotCovered::RootComplex);
                let functions: Vec<String> =
                    assumed.map(|(address, _)| format!("{address:#}")).collect();
                Some(text!(
                    "Assumption: the table IVRS omits the host bridge of each root complex, as on \
                     other AMD hosts: {functions}.",
                    functions
                ))
            }
            Assumption::SeveralRootComplexes => Some(text!(
                "Assumption: an AMD host with several root complexes forms groups like one with a \
                 single root complex. No such host was compared with its groups."
            )),
            Assumption::OtherIommu => Some(text!(
                "Assumption: this IOMMU forms groups like VT-d. It was not compared with a kernel."
            )),
            _ => None,
        });
    }
    if !predicted.named.is_empty() {
        found.push(text!(
            "Assumption: the names are those of pci.ids {date}. The input has no IDs of some \
             functions; lspci -nn shows them.",
            date = first_word(host.names().date())
        ));
    }
    found
}

/// The day of a date with a time.
fn first_word(date: &str) -> String {
    let day = date.split_whitespace().next();
    day.unwrap_or_default().to_owned()
}

/// Names of functions.
#[derive(Clone, Copy)]
struct Named<'a> {
    host: &'a Host,
    machine: &'a Machine,
    style: Style,
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
            || self.style.say(&not_shown()),
            |device| {
                let id = device.id.as_ref().map(|id| format!(" [{}]", id.value));
                format!("{}{}", self.host.name_of(device), id.unwrap_or_default())
            },
        );
        if was == address {
            name
        } else {
            self.style
                .say(&text!("(now {address}) {name}", address = was, name))
        }
    }

    fn of_new(self, address: Address) -> String {
        let functions = self.machine.functions.iter();
        let mut ids = functions
            .filter(|one| one.address == address)
            .map(|one| one.id.known());
        match ids.next().flatten() {
            Some(id) => self.style.say(&text!(
                "(new) {name} [{id}]",
                name = self.host.names().device_text(id).to_string(),
                id
            )),
            None => self.style.say(&text!("(new)")),
        }
    }
}

fn one(text: &mut String, names: Named<'_>, group: &PredictedGroup, style: Style) {
    let _ = writeln!(
        text,
        "{}",
        style.heading(&text!("group {group}", group = group.number))
    );
    for address in &group.members {
        let name = names.of(*address);
        let label = format!("  {} ", pad(&format!("{address:#}"), 8));
        let room = style.table.saturating_sub(width(&label)).max(20);
        let _ = writeln!(text, "{label}{}", cut(&clean(&name), room));
        if let Some(join) = group.joins.iter().find(|join| join.member == *address) {
            text.push_str(&paragraph(
                "           ",
                &style.say(&reason(join)),
                style.columns,
            ));
        }
    }
}

fn reason(join: &Join) -> Text {
    text!(
        "with {function}: {reason}",
        function = join.with,
        reason = Text::of_english(format!("{:#}", join.reason))
    )
}

fn undecided<'a>(
    text: &mut String,
    names: Named<'_>,
    or: impl Iterator<Item = &'a PredictedGroup>,
    deciding: &[(Address, Deciding)],
    style: Style,
) {
    let line = |text: &mut String, line: &Text| {
        text.push_str(&paragraph("", &style.say(line), style.columns));
    };
    text.push('\n');
    line(
        text,
        &text!("The groups depend on facts that are not in the input:"),
    );
    for (address, deciding) in deciding {
        let what = match deciding {
            Deciding::Id => text!(
                "the function's ID, which the input shows by name alone, and several devices or none \
                 have that name: lspci -nn"
            ),
            Deciding::Registers => text!(
                "the function's registers, which are not in the input or read as all ones: lspci -vvv \
                 as root, when the function responds"
            ),
            Deciding::PchWorkaround(row) => text!(
                "the kernel's quirk for {hardware}: dmesg | grep 'PCH root port ACS'",
                hardware = row.what.to_string()
            ),
            Deciding::OptionRules => text!(
                "the kernel release for the pci= option: kernels up to 6.10 read it differently from \
                 those since 6.15: uname -r"
            ),
            Deciding::AcsCapability => text!(
                "the function's ACS capability: lspci -vvv as root, on a host with such a card"
            ),
            Deciding::FirmwareControls => text!(
                "the firmware's value of its ACS control register, which the pci= option restores: \
                 lspci -vvv as root, on a boot without an IOMMU (intel_iommu=off amd_iommu=off)"
            ),
        };
        let label = format!("  {} ", pad(&format!("{address:#}"), 8));
        text.push_str(&paragraph(&label, &style.say(&what), style.columns));
    }
    line(text, &text!("Otherwise these groups differ:"));
    for group in or {
        one(text, names, group, style);
    }
}

/// The reason why the group numbers may differ.
fn doubt(numbers: Numbers) -> Option<Text> {
    Some(match numbers {
        Numbers::Certain => return None,
        Numbers::IvrsNotShown => text!(
            "Group numbers may differ: without the table IVRS, functions without an IOMMU are \
             unknown."
        ),
        Numbers::DmarNotShown => text!(
            "Group numbers may differ: without the table DMAR, functions without an IOMMU, and \
             functions with a separate one, which come first, are unknown."
        ),
        Numbers::OtherDevices => text!(
            "Group numbers may differ: the firmware's table names devices that are not PCI \
             functions, and these have numbers too."
        ),
        Numbers::SeveralIommus => text!(
            "Group numbers may differ: there are several AMD IOMMUs, and the order in which the \
             kernel probes them is unknown."
        ),
        Numbers::SmmuCoverage => text!(
            "Group numbers may differ: the functions that the SMMUs cover are not read from the \
             firmware. Kernels before 6.15 form a function's group there when a driver binds to it."
        ),
        Numbers::RootBusOrderNotShown => text!(
            "Group numbers may differ: the order in which the kernel finds the root buses is not in \
             the input; dmesg shows it."
        ),
    })
}

fn compared(text: &mut String, agreement: &Agreement, style: Style) {
    let mut line = |line: &Text| {
        text.push_str(&paragraph("", &style.say(line), style.columns));
    };
    let Agreement::Differs {
        merged,
        apart,
        cause,
    } = agreement
    else {
        line(&text!("The kernel's groups are the same."));
        return;
    };
    line(&text!("The kernel's groups differ:"));
    for (one, other) in merged {
        line(&text!(
            "  {one} and {other} share a group unnecessarily",
            one,
            other
        ));
    }
    for (one, other) in apart {
        line(&text!(
            "  {one} and {other} are wrongly in separate groups",
            one,
            other
        ));
    }
    line(&match cause {
        Cause::AcsEnabledTooLate => text!(
            "This kernel enabled ACS after it had formed the groups: the ports are isolated, the \
             groups are merged. The stable kernels 6.1.165 to 6.1.168 and 6.12.75 to 6.12.82, and \
             some distribution kernels, have this bug. Boot another kernel; pcie_acs_override= does \
             not fix it."
        ),
        Cause::ControlsAsCaptured => {
            text!("The groups match the firmware's ACS settings: the kernel did not enable ACS.")
        }
        Cause::Override(_) => {
            text!("The groups match a kernel that was booted with pcie_acs_override=.")
        }
        Cause::PchWorkaroundFailed => text!(
            "The groups match a host on which the kernel's quirk for Intel root ports without ACS \
             failed: the kernel log shows that."
        ),
        Cause::OtherRules => text!(
            "The groups match the series \"Fix incorrect iommu_groups with PCIe ACS\", which some \
             vendor kernels include: --kernel pcie-acs-2025."
        ),
        _ => text!("The reason is unknown: these are the rules of Linux 6.1 to 7.2."),
    });
}
